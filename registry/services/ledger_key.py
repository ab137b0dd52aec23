"""The key that signs checkpoints: a PEM file outside the database, readable by its owner alone."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from registry import ledger
from registry.signing import PassError, as_pem, keyfiles, private_key

UNREADABLE = "ledger_key_unreadable"
REFUSALS = {
    "key_file_exposed": "ledger_key_open_to_others",
    "key_folder_exposed": "ledger_key_open_to_others",
}


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
    """The key of this installation; None when there is no file. One that others may read or replace is refused."""
    path: Path = settings.LEDGER_KEY
    try:
        return LedgerKey(settings.LEDGER_ORIGIN, private_key(keyfiles.read(path.parent, path.name)))
    except PassError as error:
        if error.code == "key_file_missing":
            return None
        raise KeyFileRefused(REFUSALS.get(error.code, UNREADABLE)) from error


def create() -> LedgerKey:
    """The key of this installation, made now if there is none yet; an existing file is never replaced."""
    path: Path = settings.LEDGER_KEY
    if load() is None:
        try:
            keyfiles.write(path.parent, path.name, as_pem(Ed25519PrivateKey.generate()))
        except PassError as error:
            # Somebody else has made it at the same moment.
            if error.code != "key_file_exists":
                raise KeyFileRefused(REFUSALS.get(error.code, UNREADABLE)) from error
    made = load()
    if made is None:
        raise KeyFileRefused(UNREADABLE)
    return made
