"""A ledger with a key and a file witness of its own, outside the database."""

import pytest

from registry.services import ledger_key
from tests.ledger import logs


@pytest.fixture
def key(settings, tmp_path):
    """The signing key, and a file witness in the settings."""
    settings.LEDGER_KEY = tmp_path / "keys" / "ledger.pem"
    settings.LEDGER_WITNESSES = [f"file:{tmp_path / 'witness.log'}"]
    return ledger_key.create()


@pytest.fixture
def log(key, tmp_path):
    """A log that grows, is signed and told to its witness."""
    return logs.Log(key, tmp_path)
