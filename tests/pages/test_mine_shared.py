"""What a household shares, takes along on paper, and is given by staff: links, partners, the way, the slip."""

import re
from typing import Any

import pytest
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.phone import mine
from registry.web import guessing
from tests import factories as f
from tests.pages.household import bare, of
from tests.pages.site import LANGUAGES, browser, clock, filled, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


# Shared.


def link_of(client: Client) -> str:
    """The link as it is sent."""
    return re.findall(r'class="link-text">([^<]+)<', client.get("/mine/").content.decode())[0]


def follows(link: str, language: str = "en") -> Any:
    """Somebody else opens the link and its code is put into the form."""
    address, code = link.split("#")
    assert address.endswith("/follow/")
    return send(browser(language=language), "/follow/", code=code)


def test_a_link_shows_the_state_and_nothing_about_the_household():
    match = f.match("departed")
    client = of(match)
    press(client, "/mine/", "/mine/share/")
    link = link_of(client)
    shown = follows(link)
    said = words(shown)
    ride = f.ride_of(match)
    assert shown.status_code == 200
    for needed in ("They are on their way", ride.vehicle.plate, ride.driver.given_name, "Suceava"):
        assert needed in said
    row = match.household
    for hidden in (row.code, row.contact_name, row.contact_phone, ride.driver.family_name, str(match.pk), "Siret"):
        assert hidden not in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]


def test_a_link_taken_back_opens_nothing():
    client = of(f.match("departed"))
    for _ in range(2):
        press(client, "/mine/", "/mine/share/")
    first = link_of(client)
    share = m.JourneyShare.objects.order_by("created_at", "id")[0]
    press(client, "/mine/", f"/mine/share/{share.pk}/end/")
    second = link_of(client)
    assert follows(first).status_code == 404
    assert "This link opens nothing" in words(follows(first))
    assert follows(second).status_code == 200
    assert bare(follows(first)).replace(first.split("#")[1], "") == bare(
        send(browser(), "/follow/", code="0" * 16)
    ).replace("0" * 16, "")


def test_two_taps_make_one_link():
    client, key = of(f.match("departed")), str(uuid7())
    for _ in range(2):
        assert client.post("/mine/share/", {"key": key}).status_code == 302
    assert m.JourneyShare.objects.count() == 1


def test_guessing_links_is_stopped(monkeypatch):
    monkeypatch.setattr(guessing, "TRIES", 2)
    client = of(f.match("departed"))
    monkeypatch.setattr(guessing, "TRIES", 4)
    press(client, "/mine/", "/mine/share/")
    code = link_of(client).split("#")[1]
    tried = [browser().post("/follow/", {"code": "0" * 16}).status_code for _ in range(3)]
    assert tried == [404, 404, 404]
    assert browser().post("/follow/", {"code": code}).status_code == 429


# With whom they share, paper, the way.


def test_partners_are_off_and_a_yes_can_be_taken_back():
    match = f.match("proposed")
    ngo = f.organization("Drum Bun", "ngo")
    client = of(match)
    assert "You share nothing" in words(client.get("/mine/partners/"))
    assert "Inspectoratul" not in words(client.get("/mine/partners/"))
    press(client, "/mine/partners/", "/mine/partners/", organization=str(ngo.pk), given="yes")
    assert "You share with them" in words(client.get("/mine/partners/"))
    press(client, "/mine/partners/", "/mine/partners/", organization=str(ngo.pk), given="no")
    assert "You share with them" not in words(client.get("/mine/partners/"))
    assert client.post("/mine/partners/", {"key": str(uuid7()), "organization": "x"}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_has_what_counts_and_a_text_that_fits_in_one_message(language):
    match = f.match("confirmed")
    page = of(match, language).get("/mine/print/")
    text = re.findall(r'class="card link-text" lang="[a-z]+">([^<]+)<', page.content.decode())[0]
    assert match.household.code in text
    assert len(text) <= (70 if language in ("uk", "ru") else 160)


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_see_the_text_to_send_once_it_is_confirmed(language):
    match = f.match("confirmed", f.help_request(who=f.household(language=language)))
    page = browser("maria").get(f"/journeys/{match.pk}/").content.decode()
    assert f'<p class="card" lang="{language}">' in page
    waiting = f.match("proposed")
    assert 'id="sms"' not in browser("maria").get(f"/journeys/{waiting.pk}/").content.decode()


def test_the_way_is_told_as_text_from_the_nearest_zone_on():
    f.geography()
    crossing = m.Crossing.objects.first()
    said = words(browser().get(f"/way/?from={crossing.pk}"))
    assert re.search(r"About \d+ (k?m) to the [a-z-]+", said)
    page = browser().get(f"/way/?from={crossing.pk}").content.decode()
    assert re.findall(r'data-zone="([a-z-]+)"', page)[0] == "siret"
    assert browser().get("/way/?from=nowhere").status_code == 200


def test_the_page_costs_few_questions(django_assert_max_num_queries, record_property):
    client = of(f.match("departed", f.help_request("both")))
    with django_assert_max_num_queries(30) as asked:
        assert client.get("/mine/").status_code == 200
    record_property("queries", len(asked))


# The slip.


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slip_is_in_the_household_s_language_with_code_and_numbers(language):
    row = f.household(language=language)
    page = browser("maria").get(f"/households/{row.pk}/slip/")
    slip = re.findall(r'<article class="slip" lang="([a-z]+)">(.*?)</article>', page.content.decode(), re.DOTALL)[0]
    assert slip[0] == language
    assert " ".join((row.code[:4], row.code[4:8], row.code[8:])) in slip[1]
    for needed in ("<svg", "tel:112", "tel:119"):
        assert needed in slip[1]
    assert not any(f">{name}<" in slip[1] for _, name in mine.picture_choices())


def test_the_picture_is_shown_to_staff_alone_and_each_look_is_written_down():
    row = f.household()
    client = browser("maria")
    shown = press(client, f"/households/{row.pk}/slip/", f"/households/{row.pk}/sign/")
    row.refresh_from_db()
    assert row.sign
    assert "Their picture" in words(shown)
    assert m.AuditEntry.objects.filter(action="read.sign", object_id=str(row.pk)).count() == 1
    assert browser("vasile").post(f"/households/{row.pk}/sign/").status_code == 404
    assert browser("olena").post(f"/households/{row.pk}/sign/").status_code == 404


def test_a_new_slip_has_a_new_code():
    row = f.household()
    client = browser("maria")
    press(client, f"/households/{row.pk}/slip/", f"/households/{row.pk}/slip/new/")
    page = client.get(f"/households/{row.pk}/slip/").content.decode()
    assert row.code[:4] + " " + row.code[4:8] not in page
    assert send(browser(), "/mine/", code=row.code).status_code == 404


def test_forms_of_these_pages_need_the_token_of_their_page():
    match = f.match("proposed")
    client = Client(enforce_csrf_checks=True)
    sent = filled(client, "/mine/")
    assert client.post("/mine/", {"code": match.household.code}).status_code == 403
    assert client.post("/mine/", {**sent, "code": match.household.code}).status_code == 302
    assert client.post(f"/mine/offers/{match.pk}/choose/", {"key": str(uuid7())}).status_code == 403
    press(client, "/mine/", f"/mine/offers/{match.pk}/choose/")
    assert m.Match.objects.get().status == "accepted"
