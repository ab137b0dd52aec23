"""Pages for everybody: landing, check, a word from the household, in four languages."""

from datetime import timedelta

import pytest

from registry import models as m
from registry.selectors import help as helplines
from registry.services import public
from tests import factories as f
from tests.pages.site import LANGUAGES, browser, clock, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_landing_page_lists_zones_crossings_and_numbers(language):
    f.geography()
    page = browser(language=language).get("/")
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.content.decode()
    said = words(page)
    for number in ("112", "119", "0800 800 678", "0757 749 845", "Suceava", "Siret - Porubne"):
        assert number in said


def test_a_zone_that_is_not_active_is_not_listed():
    f.geography()
    m.Zone.objects.filter(pk="tulcea").update(status="suspended")
    page = browser().get("/").content.decode()
    assert 'data-zone="siret"' in page
    assert 'data-zone="tulcea"' not in page


def test_every_help_number_has_a_source_and_the_day_it_was_verified():
    for line in helplines.lines():
        assert line.source
        assert line.verified_on.year >= 2026
    assert "20 November 2026" in words(browser().get("/"))


@pytest.fixture
def car():
    ride = f.transport_offer()
    return ride.vehicle, f.provider_pass(ride.driver, ride.vehicle)


def verdict(text: str, language: str = "en") -> str:
    page = send(browser(language=language), "/check/", text=text)
    assert page.status_code == 200
    return page.content.decode().split('class="word"')[1].split("<span>")[1].split("</span>")[0]


def test_a_verified_driver_is_valid_by_code_and_by_plate(car):
    assert verdict(car[1].code) == "VALID"
    assert verdict(car[0].plate.lower()) == "VALID"


def test_a_suspended_driver_is_not_valid(car):
    m.Provider.objects.filter(pk=car[0].provider_id).update(status="suspended", suspended_at=f.NOW)
    assert verdict(car[1].code) == "NOT VALID"


def test_a_lapsed_pass_is_expired(car):
    day = f.TODAY - timedelta(days=1)
    m.ProviderPass.objects.filter(pk=car[1].pk).update(valid_from=day, valid_until=day)
    assert verdict(car[1].code) == "EXPIRED"


@pytest.mark.parametrize("text", ["SZ00000000", "B 99 XYZ", "'; DROP", "Ж", "1" * 40])
def test_an_unknown_code_is_not_valid(text):
    f.geography()
    assert verdict(text) == "NOT VALID"


def test_the_answer_says_nothing_about_the_person(car):
    page = send(browser(), "/check/", text=car[1].code)
    assert car[0].provider.family_name not in page.content.decode()


def test_guessing_codes_is_stopped_with_a_clear_page():
    f.geography()
    client = browser()
    for _ in range(public.LIMIT):
        assert send(client, "/check/", text="SZ00000000").status_code == 200
    page = client.post("/check/", {"text": "SZ00000000"})
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Too many tries" in words(page)


def test_a_household_reports_a_concern_without_an_account():
    match = f.match("departed")
    answer = send(browser(), "/worry/", code=match.household.code, kind="papers", text="")
    assert answer.status_code == 302
    concern = m.Concern.objects.get()
    assert (concern.kind, concern.reported_by) == ("papers", None)


def test_the_language_is_kept_in_a_cookie():
    client = browser()
    answer = client.post("/language/", {"language": "uk", "next": "/check/"})
    assert answer.headers["Location"] == "/check/"
    assert '<html lang="uk">' in client.get("/check/").content.decode()


def test_an_address_that_does_not_exist_is_a_page_of_the_site():
    page = browser().get("/no/such/page/")
    assert page.status_code == 404
    assert "help numbers" in words(page).lower()
