"""What the tests of the phone app share."""

import pytest

from tests.browser.conftest import chrome
from tests.phone.phone import Phone

__all__ = ["chrome"]


@pytest.fixture
def phone(chrome, live_server):
    """A phone with nobody signed in; whatever it complains about fails the test."""
    made = Phone(chrome, live_server)
    yield made
    made.close()
