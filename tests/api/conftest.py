"""The API's clock stands at noon of the factories' day."""

import pytest

from registry.web import asking
from tests import factories as f


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Everybody calls at the same moment; a test that needs another one sets ``asking.now`` itself."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)
