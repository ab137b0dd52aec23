"""Keyed fingerprints: equal values are found, and whoever steals the table alone learns nothing. No Django."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from registry.identity.readings import STRONG

NAME, EXACT_NAME = "name", "exact_name"
KINDS = (*STRONG, NAME, EXACT_NAME)
# Marks that stand in a column beside what they are of.
COLUMN_KINDS = ("near_phone", "near_address", "near_surname")
SHORTEST_KEY_BYTES = 32
MOST_KEYS = 8
_DOMAIN = b"safezone fingerprint v1\0"


class BadKeys(ValueError):
    """The keys make no sense; the message names no key."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One fingerprint: which key made it, and 64 hexadecimal digits."""

    key_version: int
    digest: str


@dataclass(frozen=True)
class Keyring:
    """Versioned keys: the newest writes, all are compared."""

    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        check_versions(self.keys)

    def __repr__(self) -> str:
        return f"Keyring({sorted(self.keys)})"

    @property
    def newest(self) -> int:
        """The version that writes."""
        return max(self.keys)

    def mark(self, kind: str, value: str) -> Mark:
        """The fingerprint to store."""
        return Mark(self.newest, self._digest(self.newest, kind, value))

    def marks(self, kind: str, values: Iterable[str]) -> tuple[Mark, ...]:
        """The fingerprints of these values under every key, to compare with what is stored."""
        return tuple(Mark(n, self._digest(n, kind, value)) for value in values for n in self.keys)

    def blind(self, kind: str, value: str) -> str:
        """A mark for a column, with the version of its key in front; nothing for what says nothing."""
        return f"{self.newest}:{self._digest(self.newest, kind, value)}" if value else ""

    def blinds(self, kind: str, value: str) -> list[str]:
        """The same mark under every key, to look for it."""
        return [f"{n}:{self._digest(n, kind, value)}" for n in self.keys] if value else []

    def _digest(self, version: int, kind: str, value: str) -> str:
        if kind not in (*KINDS, *COLUMN_KINDS):
            raise ValueError(f"no such kind: {kind}")
        said = _DOMAIN + kind.encode() + b"\0" + value.encode()
        return hmac.new(self.keys[version], said, hashlib.sha256).hexdigest()


def read_keys(text: str) -> Keyring:
    """Keys written as ``2:hex,1:hex``."""
    return Keyring(read_versions(text))


def read_versions(text: str) -> Mapping[int, bytes]:
    """The bytes of keys written as ``2:hex,1:hex``, by their version."""
    found: dict[int, bytes] = {}
    for part in (p.strip() for p in text.split(",") if p.strip()):
        version, _, key = part.partition(":")
        if not version.isascii() or not version.isdigit() or int(version) in found:
            raise BadKeys("each key is written as version:hex, each version once")
        try:
            found[int(version)] = bytes.fromhex(key)
        except ValueError:
            raise BadKeys("a key is written in hexadecimal digits") from None
    return found


def check_versions(keys: Mapping[int, bytes]) -> None:
    """Refuse no key, too many, short ones, and one key under two versions."""
    if not keys or len(keys) > MOST_KEYS:
        raise BadKeys(f"between 1 and {MOST_KEYS} keys are needed")
    if any(version < 1 for version in keys) or any(len(key) < SHORTEST_KEY_BYTES for key in keys.values()):
        raise BadKeys(f"versions count from 1, and each key has at least {SHORTEST_KEY_BYTES} bytes")
    if len(set(keys.values())) < len(keys):
        raise BadKeys("two versions have the same key")
