"""Reads the settings a machine gives through its environment."""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from registry.identity.fingerprints import BadKeys, read_keys
from registry.sealing import read_masters

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def flag(name: str, *, default: bool = False) -> bool:
    """True or False from an environment variable; any other word is refused."""
    value = os.environ.get(name, "").strip().lower()
    if name not in os.environ:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be 1 or 0")


def words(name: str, default: str = "") -> list[str]:
    """The comma-separated words of an environment variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def whole_number(name: str, default: int) -> int:
    """A whole number from an environment variable; anything else is refused."""
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number")
    return int(value)


def web_address(name: str) -> str:
    """An http or https address from an environment variable, empty when there is none; another scheme is refused."""
    value = os.environ.get(name, "")
    if value and not value.startswith(("https://", "http://")):
        raise ImproperlyConfigured(f"{name} must start with https:// or http://")
    return value


def issuer() -> str:
    """Whose name stands in passes and lists, RO unless told; other readers know the keys by it."""
    name = os.environ.get("SAFEZONE_ISSUER", "RO")
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,16}", name):
        raise ImproperlyConfigured("SAFEZONE_ISSUER must be 1 to 16 letters, digits, dots or dashes")
    return name


LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def witnesses(name: str) -> list[str]:
    """Where checkpoints are pushed: file:/absolute/path, https://…, or http:// to this machine itself."""
    found = words(name)
    for address in found:
        parts = urlsplit(address)
        is_file = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
        is_web = parts.scheme == "https" and bool(parts.hostname)
        is_own = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (is_file or is_web or is_own) or len(address) > 400 or parts.username or parts.query or parts.fragment:
            raise ImproperlyConfigured(f"{name}: each must be file:/absolute/path or https://host/path")
    return found


def origin(name: str, default: str) -> str:
    """The name of a log as checkpoints carry it: no space, no plus, at most 120 characters."""
    value = os.environ.get(name, default)
    if not value or len(value) > 120 or any(c.isspace() or c == "+" or not c.isprintable() for c in value):
        raise ImproperlyConfigured(f"{name} must be a name without spaces or plus signs, e.g. registry.example/ledger")
    return value


def secret_key(directory: Path, *, debug: bool) -> str:
    """The configured key; on a laptop one that is generated once and kept in ``directory``."""
    if key := os.environ.get("SECRET_KEY", ""):
        return key
    if not debug:
        raise ImproperlyConfigured("Set SECRET_KEY, or SAFEZONE_DEBUG=1 on a laptop")
    path = directory / "secret_key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


SHORTEST_SECRET = 32


def draw_secret(key: str) -> bytes:
    """The secret of the blind reviews: REVIEW_SECRET, else one that follows from the key and does not give it away."""
    secret = os.environ.get("REVIEW_SECRET", "")
    if secret and len(secret) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"REVIEW_SECRET must have at least {SHORTEST_SECRET} characters")
    return secret.encode() or hmac.new(key.encode(), b"blind review", hashlib.sha256).digest()


def _write_once(path: Path, text: str) -> None:
    """Create the file readable by its owner alone, whole or not at all, whoever else tries at the same time."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


LAPTOP_KEY = "1:" + "5a" * 32
LAPTOP_MASTER = "1:" + "a5" * 32


def fingerprint_keys(*, debug: bool) -> str:
    """The keys of fingerprints, ``2:hex,1:hex``; on a laptop a key that is no secret."""
    return _keys("SAFEZONE_FINGERPRINT_KEYS", LAPTOP_KEY, read_keys, debug=debug)


def master_keys(*, debug: bool) -> str:
    """The master keys that wrap everybody's own, ``2:hex,1:hex``; on a laptop a key that is no secret."""
    return _keys("SAFEZONE_MASTER_KEYS", LAPTOP_MASTER, read_masters, debug=debug)


def _keys(name: str, laptop: str, read: Callable[[str], object], *, debug: bool) -> str:
    """Versioned keys from the environment, as they were written."""
    if keys := os.environ.get(name, ""):
        try:
            read(keys)
        except BadKeys as error:
            raise ImproperlyConfigured(f"{name}: {error}") from None
        if not debug and keys == laptop:
            raise ImproperlyConfigured(f"{name} is the laptop's own: make one")
        return keys
    if not debug:
        raise ImproperlyConfigured(f"Set {name}=1:<64 hexadecimal digits>, or SAFEZONE_DEBUG=1")
    return laptop
