"""A pass on its owner's phone, on paper, and at the desk."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from registry import models as m
from registry.ids import uuid7
from registry.web import asking
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody calls at noon of the factories' day."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)


def a_pass() -> m.ProviderPass:
    """A driver's pass for a car; the driver has an account."""
    car = f.vehicle(plate="SV 12 ABC")
    f.owner(car.provider)
    return f.provider_pass(car.provider, car)


def signed_in(person: m.Person | None) -> Client:
    """Somebody's browser."""
    client = Client()
    assert person
    f.sign_in(client, person)
    return client


def read(client: Client, name: str, row: m.ProviderPass, query: str = "") -> str:
    """A page about the pass."""
    answer = client.get(reverse(name, args=[row.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_provider_finds_its_pass_from_its_home_and_shows_it_large() -> None:
    row = a_pass()
    client = signed_in(row.provider.account)
    assert reverse("pass", args=[row.pk]) in client.get(reverse("home")).content.decode()
    page = read(client, "pass", row)
    assert all(part in page for part in ("<svg", row.code, "SV •• •BC"))
    assert "SV 12 ABC" not in page


@pytest.mark.parametrize("language", ["uk", "ro", "en", "ru"])
@pytest.mark.parametrize("size", ["a4", "a6"])
def test_the_paper_has_everything_but_a_name(language: str, size: str) -> None:
    row = a_pass()
    client = signed_in(row.provider.account)
    client.cookies["django_language"] = language
    page = read(client, "pass_print", row, f"?size={size}")
    wanted = ("<svg", row.code, f'data-size="{size}"', "testserver/check", "tel:112", "sms:", "SV •• •BC")
    assert [part for part in wanted if part not in page] == []
    everybody = ("Перепустка", "Permisul", "Pass of", "Пропуск")
    assert all(title in page for title in everybody)
    unsaid = (row.provider.family_name, row.provider.phone, "SV 12 ABC", row.provider.address)
    assert [part for part in unsaid if part in page] == []


@pytest.mark.parametrize("why", ["revoked", "held"])
def test_a_pass_that_does_not_count_is_not_shown_as_one(why: str) -> None:
    row = a_pass()
    if why == "held":
        f.hold(row.provider)
    else:
        m.ProviderPass.objects.filter(pk=row.pk).update(status="revoked", revoked_at=f.NOW, revoked_reason="lost")
    client = signed_in(row.provider.account)
    for page in (read(client, "pass", row), read(client, "pass_print", row)):
        assert "pass-qr" not in page
        assert "does not count" in page


def test_another_provider_finds_nothing() -> None:
    row, stranger = a_pass(), f.verified_provider(driver=True)
    f.owner(stranger)
    client = signed_in(stranger.account)
    assert {client.get(reverse(name, args=[row.pk])).status_code for name in ("pass", "pass_print")} == {404}


def send(client: Client, name: str, row: m.ProviderPass, **fields: Any) -> Any:
    """A form is sent."""
    return client.post(reverse(name, args=[row.pk]), {"key": str(uuid7()), **fields})


def test_an_officer_revokes_and_issues_again_at_the_desk() -> None:
    row, client = a_pass(), signed_in(f.known("olena"))
    desk = reverse("desk:pass", args=[row.pk])
    assert desk in client.get(reverse("desk:provider", args=[row.provider_id])).content.decode()
    assert send(client, "desk:revoke-pass", row, reason="stolen").headers["Location"] == desk
    page = read(client, "desk:pass", row)
    assert "The pass was stolen" in page
    assert reverse("desk:revoke-pass", args=[row.pk]) not in page
    answer = send(client, "desk:replace-pass", row, reason="stolen")
    fresh = m.ProviderPass.objects.get(status="issued")
    assert answer.headers["Location"] == reverse("desk:pass", args=[fresh.pk])
    assert "<svg" in read(client, "desk:pass", fresh)


def test_a_form_that_is_not_open_is_no_page() -> None:
    row, client = a_pass(), signed_in(f.known("olena"))
    f.hold(row.provider)
    assert client.get(reverse("desk:replace-pass", args=[row.pk])).status_code == 404
    assert client.get(reverse("desk:revoke-pass", args=[row.pk])).status_code == 200
    assert send(client, "desk:replace-pass", row, reason="lost").status_code == 409


def test_the_gate_takes_a_scanned_text() -> None:
    match = f.match("confirmed")
    ride = f.ride_of(match)
    assert ride
    row = f.provider_pass(ride.driver, ride.vehicle)
    seen = {"pass_code": row.text, "plate": ride.vehicle.plate, "counted": match.people, "second_staff": ""}
    answer = signed_in(f.known("maria")).post(reverse("handover", args=[match.pk]), {"key": str(uuid7()), **seen})
    assert answer.headers["Location"] == reverse("go", args=[match.pk])


def test_the_public_page_takes_a_scanned_text(client: Client) -> None:
    row = a_pass()
    assert "is verified today" in client.post(reverse("check"), {"text": row.text}).content.decode()
