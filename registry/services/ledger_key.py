"""The key that signs checkpoints: a PEM file outside the database, readable by its owner alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from registry import ledger


class KeyFileRefused(Exception):
    """The file is no Ed25519 key, or others than its owner may read it. ``code`` is stable."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class LedgerKey:
    """The signing key under the name of the log."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def verifier(self) -> str:
        """The line that whoever checks the log is given."""
        return ledger.verifier_key(self.name, self.public)

    def sign(self, checkpoint: ledger.Checkpoint) -> str:
        """The checkpoint as a signed note."""
        return ledger.sign(checkpoint, self.name, self.public, self.private)

    def signed(self, note: str) -> ledger.Checkpoint | None:
        """The checkpoint of a note that this key has signed; None for any other."""
        try:
            return ledger.verify(note, self.name, self.public, self._is_good)
        except ledger.LedgerError:
            return None

    def _is_good(self, signature: bytes, data: bytes) -> bool:
        try:
            self.private.public_key().verify(signature, data)
        except InvalidSignature:
            return False
        return True


def load() -> LedgerKey | None:
    """The key of this installation; None when there is no file. A file that others may read is refused."""
    path: Path = settings.LEDGER_KEY
    try:
        mode, text = path.stat().st_mode, path.read_bytes()
    except FileNotFoundError:
        return None
    if mode & 0o077:
        raise KeyFileRefused("ledger_key_open_to_others")
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileRefused("ledger_key_unreadable") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileRefused("ledger_key_not_ed25519")
    return LedgerKey(settings.LEDGER_ORIGIN, key)


def create() -> LedgerKey:
    """The key of this installation, made now if there is none yet; an existing file is never replaced."""
    if (found := load()) is not None:
        return found
    path: Path = settings.LEDGER_KEY
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    made = load()
    if made is None:
        raise KeyFileRefused("ledger_key_unreadable")
    return made
