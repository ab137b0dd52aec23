"""A household's own pages: opened by code, left, and what they show in each state of a journey."""

import pytest

from tests import factories as f
from tests.pages.site import browser, clock, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


def test_smoke():
    match = f.match("departed", f.help_request("both"))
    c = browser()
    assert c.get("/mine/").status_code == 200
    answer = send(c, "/mine/", code=match.household.code)
    assert answer.status_code == 302, answer.content.decode()
    page = c.get("/mine/")
    print(words(page))
    for u in ("/mine/print/", "/mine/partners/", "/mine/worry/", "/mine/words/arrived/", "/way/", "/way/?from=siret-porubne", "/follow/"):
        p = c.get(u)
        assert p.status_code == 200, u
    s = browser("maria")
    assert s.get(f"/households/{match.household.pk}/slip/").status_code == 200
    print(words(s.post(f"/households/{match.household.pk}/sign/")))
    print(words(s.get(f"/journeys/{match.pk}/"))[:600])
    p = c.post("/mine/where/", {"key": "0"})
    print(words(p))
