"""Rule 12 on the screen: any picture is answered with the same bytes, to everybody who can look."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.permissions import of_household
from registry.phone import word
from registry.services import duress, shares
from tests import factories as f
from tests.pages.site import browser, clock, send

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
# Drawn anew each time a page is shown, whatever it shows.
DRAWN = re.compile(rb'name="(key|csrfmiddlewaretoken)" value="[^"]*"')


def seen(page: Any) -> tuple[Any, ...]:
    """Everything that a browser gets but the time of day: status, headers, bytes, names and ages of cookies."""
    headers = sorted((name, value) for name, value in page.headers.items() if name != "Expires")
    cookies = sorted((name, morsel["max-age"], morsel["path"]) for name, morsel in page.cookies.items())
    return page.status_code, headers, DRAWN.sub(b"", page.content), cookies


def everything(match: m.Match, code: str, kind: str, sign: str, watching: dict[str, Client]) -> list[Any]:
    """What the household, the driver, the staff at the gate and a trusted contact see after this picture."""
    found: list[Any] = []
    client = Client(headers={"accept-language": "en"})
    send(client, "/mine/", code=match.household.code)
    with transaction.atomic():
        found.append(seen(client.get(f"/mine/words/{kind}/")))
        found.append(seen(client.post(f"/mine/words/{kind}/", {"key": str(uuid7()), "sign": sign})))
        found.append(seen(client.get("/mine/")))
        duress.raise_due(at=f.NOW)
        found.append(seen(client.get("/mine/")))
        found.append(seen(client.get("/mine/print/")))
        found.append(DRAWN.sub(b"", send(browser(), "/follow/", code=code).content))
        found.append(DRAWN.sub(b"", watching["driver"].get(f"/carried/{match.pk}/").content))
        for name in ("maria", "andrei"):
            found.append(DRAWN.sub(b"", watching[name].get(f"/journeys/{match.pk}/").content))
            found.append(DRAWN.sub(b"", watching[name].get("/home/").content))
        transaction.set_rollback(True)
    return found


@pytest.fixture
def match():
    row = f.match("departed")
    row.household.sign = "sun"
    row.household.save(update_fields=["sign"])
    return row


@pytest.fixture
def code(match):
    return shares.make(actor=of_household(match.household_id), id=uuid7(), at=f.NOW).code


@pytest.fixture
def watching(match):
    """The driver's browser, and those of the staff at the gate."""
    f.everybody()
    ride = f.ride_of(match)
    driver = m.Person.objects.get(pk=f.owner(ride.driver).id)
    return {"driver": browser(driver), "maria": browser("maria"), "andrei": browser("andrei")}


@pytest.mark.parametrize("kind", ["arrived", "underway", "here"])
def test_every_picture_gets_the_same_bytes(match, code, kind, watching):
    well, *forced = (everything(match, code, kind, sign, watching) for sign in ("sun", "fish", "boat"))
    for other in forced:
        assert other == well
    assert well[1][0] == 302


def test_control_an_answer_that_differs_would_be_noticed(match, code, watching, monkeypatch):
    well = everything(match, code, "arrived", "sun", watching)
    told = word.told
    monkeypatch.setattr(
        word, "told", lambda request, work, row, done: told(request, work, row, done + request.POST["sign"])
    )
    assert everything(match, code, "arrived", "fish", watching) != well


def test_the_six_pictures_stand_in_the_same_order_for_everybody(match):
    client = Client()
    send(client, "/mine/", code=match.household.code)
    page = client.get("/mine/words/arrived/").content.decode()
    assert re.findall(r'name="sign" value="([a-z]+)"', page) == ["sun", "tree", "fish", "key", "cup", "boat"]


def test_the_officer_sees_the_alarm_and_what_it_means(match):
    client = Client(headers={"accept-language": "en"})
    send(client, "/mine/", code=match.household.code)
    client.post("/mine/words/arrived/", {"key": str(uuid7()), "sign": "fish"})
    duress.raise_due(at=f.NOW)
    assert "quietly asked for help" in browser("olena").get("/desk/alarms/").content.decode()
    assert "quietly asked for help" not in browser("maria").get("/home/").content.decode()
