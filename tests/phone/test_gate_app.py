"""The gate on a phone: scan, plate, heads, and one answer; GO is only ever the server's word."""

import pytest

from registry import models as m
from tests.phone.gate_phone import Times, gate_phone
from tests.services.gate_cases import Gate

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def times(monkeypatch):
    """Noon."""
    return Times(monkeypatch)


@pytest.fixture
def phone(chrome, live_server, times):
    """Maria's phone."""
    with gate_phone(chrome, live_server, times) as made:
        yield made


def seen_off(phone, gate, plate=None, counted=None, text=None):
    """Everything at the gate, up to the question."""
    page = phone.page
    phone.shows(text or gate.row.text)
    page.wait_for_selector(".plate-keys")
    for key in plate or gate.ride.vehicle.plate.replace(" ", ""):
        page.locator(".plate-keys button", has_text=key).first.click()
    page.get_by_role("button", name="The plate is right").click()
    for _ in range(counted or gate.match.people):
        page.get_by_role("button", name="One more: Passengers").click()
    page.get_by_role("button", name="Everybody is counted").click()
    page.get_by_role("button", name="Ask the registry").click()


def test_the_right_pass_plate_and_heads_are_go_by_the_servers_word(phone):
    gate = Gate()
    phone.at_work(f"/gate/{gate.match.pk}")
    seen_off(phone, gate)
    kind, said = phone.verdict()
    assert kind == "go", said
    assert m.Match.objects.get(pk=gate.match.pk).status == "departed"
