"""Codes that anybody may type without an account: how often one address may try."""

from datetime import timedelta

from django.http import HttpRequest

from registry.services import limits
from registry.web import asking

TRIES = 120
WINDOW = timedelta(minutes=5)


def spend(request: HttpRequest) -> None:
    """Use one try of the caller's address, or TooMany; a whole zone may stand behind one address."""
    limits.spend(key=f"code:{asking.caller(request)}", limit=TRIES, window=WINDOW, at=asking.now())
