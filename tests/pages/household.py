"""A browser that has shown the code of a household's slip, for the tests of its pages."""

import re
from typing import Any

from django.test import Client

from registry import models as m
from tests.pages.site import browser, send


def opened(row: m.Household, language: str = "en") -> Client:
    """A browser that has shown the code of this household."""
    client = browser(language=language)
    answer = send(client, "/mine/", code=row.code)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mine/")
    client.post("/language/", {"language": language, "next": "/"})
    return client


def of(match: m.Match, language: str = "en") -> Client:
    return opened(match.household, language)


def bare(page: Any) -> str:
    """A page without what is drawn anew each time."""
    return re.sub(r'name="(key|csrfmiddlewaretoken)" value="[^"]*"', "", page.content.decode())
