"""Text that only its own place opens: AES-256-GCM bound to table, row and column, under a key of its person. No Django.

A person's key is 32 random bytes, wrapped by a master key that the database has never seen.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.identity.fingerprints import BadKeys, check_versions, read_versions

KEY_BYTES = 32
_NONCE_BYTES, _TAG_BYTES = 12, 16
_FORM = "1."
_TEXT, _KEY = b"safezone sealed v1\0", b"safezone data key v1\0"


class Unreadable(Exception):
    """Not of this place, altered, or under a key that is not here. The message says nothing of the content."""


def place(table: str, row: object, column: str) -> bytes:
    """Where a sealed text belongs; it opens nowhere else."""
    return f"{table}|{row}|{column}".encode()


def longest(letters: int) -> int:
    """How long the sealed form of so many letters can be, in any alphabet."""
    raw = _NONCE_BYTES + 4 * letters + _TAG_BYTES
    return len(_FORM) + (4 * raw + 2) // 3


def new_key() -> bytes:
    """A fresh key for one person."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, where: bytes, plain: str) -> str:
    """The sealed form of a text; an empty text stays empty."""
    return _FORM + _encrypt(key, _TEXT + where, plain.encode()) if plain else ""


def unseal(key: bytes, where: bytes, sealed: str) -> str:
    """The text again; ``Unreadable`` for whatever was not sealed with this key for this place."""
    if not sealed:
        return ""
    if not sealed.startswith(_FORM):
        raise Unreadable("not in the form of a sealed text")
    return _decrypt(key, _TEXT + where, sealed.removeprefix(_FORM)).decode()


def _encrypt(key: bytes, bound_to: bytes, plain: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, bound_to)).decode().rstrip("=")


def _decrypt(key: bytes, bound_to: bytes, text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError):
        raise Unreadable("not sealed with this key for this place") from None


@dataclass(frozen=True)
class Masters:
    """Versioned master keys: the newest wraps, all unwrap."""

    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        check_versions(self.keys)
        if any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise BadKeys(f"a master key has {KEY_BYTES} bytes")

    def __repr__(self) -> str:
        return f"Masters({sorted(self.keys)})"

    @property
    def newest(self) -> int:
        """The version that wraps."""
        return max(self.keys)

    def wrap(self, owner: str, key: bytes) -> str:
        """A person's key under the newest master key, bound to whose it is."""
        return _encrypt(self.keys[self.newest], _KEY + owner.encode(), key)

    def unwrap(self, version: int, owner: str, wrapped: str) -> bytes:
        """A person's key; ``Unreadable`` when it is another's, was altered, or its master key is not here."""
        return _decrypt(self._key(version), _KEY + owner.encode(), wrapped)

    def seal(self, where: bytes, plain: str) -> str:
        """A text that belongs to nobody alone, under the newest master key, its version in front."""
        return f"{self.newest}.{seal(self.keys[self.newest], where, plain)}"

    def unseal(self, where: bytes, sealed: str) -> str:
        """The text again."""
        version, _, text = sealed.partition(".")
        if not version.isascii() or not version.isdigit():
            raise Unreadable("not in the form of a sealed text")
        return unseal(self._key(int(version)), where, text)

    def _key(self, version: int) -> bytes:
        if version not in self.keys:
            raise Unreadable("the master key of this version is not here")
        return self.keys[version]


def read_masters(text: str) -> Masters:
    """Master keys written as ``2:hex,1:hex``."""
    return Masters(read_versions(text))
