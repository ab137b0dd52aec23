"""The Ed25519 keys that sign and those that are believed, all kept outside the database."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from registry.signing.errors import PassError

KEY_ID_BYTES = 8
RAW_KEY_BYTES = 32
_ISSUER = re.compile(r"[A-Za-z0-9.-]{1,16}")


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public key of one issuer; what it signed from ``retired_at`` on is refused."""

    issuer: str
    public: bytes
    retired_at: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.public) != RAW_KEY_BYTES or not _ISSUER.fullmatch(self.issuer):
            raise PassError("bad_key")

    @property
    def kid(self) -> bytes:
        """What names the key: the first 8 bytes of the SHA-256 of its raw form."""
        return hashlib.sha256(self.public).digest()[:KEY_ID_BYTES]

    def check_issued(self, issued_at: datetime) -> None:
        """Refuse what was signed after the key went out of use."""
        if self.retired_at and issued_at >= self.retired_at:
            raise PassError("retired_key")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of one issuer; its ``repr`` does not show it."""

    issuer: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> VerifyKey:
        """The key that everybody may have."""
        return VerifyKey(self.issuer, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that are believed, and the one that signs, if this place signs at all."""

    known: tuple[VerifyKey, ...] = ()
    active: SigningKey | None = None

    def __post_init__(self) -> None:
        kids = [key.kid for key in self.all()]
        if len(set(kids)) < len(kids):
            raise PassError("bad_key")

    def all(self) -> tuple[VerifyKey, ...]:
        """Every key that is believed, the active one first: what phones are given."""
        return ((self.active.public,) if self.active else ()) + self.known

    def find(self, kid: bytes) -> VerifyKey:
        """The key of that name."""
        for key in self.all():
            if key.kid == kid:
                return key
        raise PassError("unknown_key")

    def rotated(self, new: SigningKey, at: datetime) -> "Keyring":
        """The ring with ``new`` as the key that signs; what the former one signed before ``at`` stays good."""
        former = (replace(self.active.public, retired_at=at),) if self.active else ()
        announced = tuple(key for key in self.known if key != new.public)
        return Keyring(former + announced, new)

    def without(self, kid: bytes) -> "Keyring":
        """The ring after that key leaked: nothing it ever signed is believed."""
        active = self.active if self.active and self.active.public.kid != kid else None
        return Keyring(tuple(key for key in self.known if key.kid != kid), active)


def load_signing_key(data: bytes, issuer: str, password: bytes | None = None) -> SigningKey:
    """The key in a PEM (PKCS 8) or 32 raw bytes, both kept outside the database."""
    return SigningKey(issuer, private_key(data, password))


def private_key(data: bytes, password: bytes | None = None) -> Ed25519PrivateKey:
    """What a key file holds, whoever signs with it."""
    if len(data) == RAW_KEY_BYTES:
        return Ed25519PrivateKey.from_private_bytes(data)
    try:
        private = load_pem_private_key(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise PassError("bad_key") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise PassError("bad_key")
    return private


def as_pem(private: Ed25519PrivateKey) -> bytes:
    """A key as it is written into its file."""
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_verify_key(data: bytes, issuer: str, retired_at: datetime | None = None) -> VerifyKey:
    """The key in a PEM (SubjectPublicKeyInfo) or 32 raw bytes."""
    if len(data) == RAW_KEY_BYTES:
        return VerifyKey(issuer, data, retired_at)
    try:
        public = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise PassError("bad_key") from None
    if not isinstance(public, Ed25519PublicKey):
        raise PassError("bad_key")
    return VerifyKey(issuer, public.public_bytes_raw(), retired_at)
