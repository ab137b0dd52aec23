"""What the desk's tests share: browsers of known people, forms filled in as their pages show them."""

import re
from itertools import count
from typing import Any

import pytest
from django.test import Client

from registry import models as m
from registry.rules import vetting
from registry.selectors.standing import needed
from registry.web import asking
from tests.factories import NOW, TODAY, known, ride_of, sign_in, stay_of


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The pages' clock is the tests' clock."""
    monkeypatch.setattr(asking, "now", lambda: NOW)


def browser(name: str, language: str = "en") -> Client:
    """A signed-in browser of one of the known people."""
    client = Client(headers={"accept-language": language})
    sign_in(client, known(name))
    return client


def key_of(page: Any) -> str:
    """The key that the page's last form came with."""
    return re.findall(r'name="key" value="([^"]+)"', page.content.decode())[-1]


def send(client: Client, url: str, **fields: Any) -> Any:
    """Open a form's page, fill it in and send it."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    return client.post(url, {"key": key_of(page), **fields})


def press(client: Client, page_url: str, button_url: str, **fields: Any) -> Any:
    """Press a one-button form of a page."""
    page = client.get(page_url)
    form = rf'action="{re.escape(button_url)}".*?name="key" value="([^"]+)"'
    found = re.search(form, page.content.decode(), re.DOTALL)
    assert found, f"no button for {button_url} on {page_url}"
    return client.post(button_url, {"key": found[1], **fields})


_PAPERS = count(104321, 10000)


def evidence_for(code: str) -> dict[str, str]:
    """What an officer fills in for this check."""
    types = {"driving_licence": "licence_b", "right_to_dwelling": "tenant"}
    every = {
        "type": types.get(code, "id_card"),
        "country": "RO",
        "last_four": "4321",
        "number": f"SV {next(_PAPERS)}",
        "expires_on": str(TODAY.replace(year=TODAY.year + 3)),
    }
    names = vetting.definitions()[code].evidence
    shown = [name if name != "last_four" or not vetting.shows_paper(code) else "number" for name in names]
    return {name: every[name] for name in shown}


def check_url(kind: str, pk: object, code: str, resident: object = None) -> str:
    """Where a check is recorded."""
    middle = f"/residents/{resident}" if resident else ""
    return f"/desk/{kind}/{pk}{middle}/check/{code}/"


def text_of(page: Any) -> str:
    """The words of a page without its tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def audited(action: str, about: object = None) -> int:
    """How many audit entries of this action there are."""
    found = m.AuditEntry.objects.filter(action=action)
    return (found.filter(object_id=str(about)) if about else found).count()


def record_all(client: Client, kind: str, row: Any) -> None:
    """Record every check that the row needs, passed."""
    for resident, code in needed(row):
        answer = send(client, check_url(kind, row.pk, code, resident or None), result="passed", **evidence_for(code))
        assert answer.status_code == 302, (code, text_of(answer))


def filled(page: Any) -> dict[str, Any]:
    """What a page's edit form sends when nothing is changed: unticked boxes send nothing."""
    return {
        name: value for name, value in page.context["form"].initial.items() if value is not None and value is not False
    }


def ride_in(journey: m.Match) -> m.TransportOffer:
    """The ride of a journey that has one."""
    found = ride_of(journey)
    assert found
    return found


def home_in(journey: m.Match) -> m.Dwelling:
    """The home of a journey that ends in one."""
    found = stay_of(journey)
    assert found
    return found.dwelling
