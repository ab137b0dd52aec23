"""A household's own pages in a real browser: without scripts, by a scanned code, on small screens, by night."""

import os
from pathlib import Path

import pytest
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.permissions import of_household
from registry.services import matching, shares
from tests import factories as f
from tests.browser.test_pages_browser import LANGUAGES, Visitor, noon

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]
# Where pictures of the pages go, for somebody to look at.
SHOTS = os.environ.get("SAFEZONE_SHOTS", "")


class Family(Visitor):
    """A household with its slip and a phone."""

    def enter(self, row):
        """Type the code of the slip."""
        self.open("/mine/")
        self.page.fill("[name=code]", row.code.lower())
        self.page.locator("form.stack button").click()
        self.page.wait_for_load_state()
        self.look()
        return self.page

    def shot(self, name):
        """A picture of the whole page."""
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def match_in(status, kind="ride", language="en"):
    """A match of a household that speaks this language."""
    return f.match(status, f.help_request(kind, f.household(language=language)))


def told(match, sign="sun"):
    """The household knows its picture."""
    row = match.household
    row.sign = sign
    row.save(update_fields=["sign"])
    return match


def test_without_scripts_a_family_chooses_shares_and_says_that_it_is_safe(chrome, live_server):
    match = told(match_in("proposed"))
    family = Family(chrome, live_server, java_script_enabled=False)
    page = family.enter(match.household)
    family.press("We choose this")
    assert m.Match.objects.get().status == "accepted"
    matching.confirm(actor=f.maria(), match=match.pk, at=f.NOW)
    f.depart(match)
    family.open("/mine/")
    assert page.locator(".who .plate").inner_text().strip().endswith(f.ride_of(match).vehicle.plate)
    family.press("Make a link")
    address, code = page.locator(".link-text").inner_text().split("#")
    family.press("We have arrived and are safe")
    page.get_by_role("button", name="Sun").click()
    page.wait_for_load_state()
    assert m.Match.objects.get().refugee_arrived_at == f.NOW
    assert "We have written it down." in page.locator("main").inner_text()
    family.press("Leave")
    assert page.locator("[name=code]").is_visible()

    friend = Family(chrome, live_server, java_script_enabled=False)
    friend.open(address.removeprefix(live_server.url))
    friend.page.fill("[name=code]", code)
    friend.press("Show the journey")
    assert "They are on their way" in friend.page.locator("main").inner_text()
    friend.leave()
    family.leave()


def test_without_scripts_help_is_one_tap_away_and_the_way_is_text(chrome, live_server):
    match = match_in("departed")
    family = Family(chrome, live_server, java_script_enabled=False)
    page = family.enter(match.household)
    for number in ("tel:112", "tel:119", "sms:+40757749845"):
        assert page.locator(f'a[href="{number}"]').first.is_visible()
    family.press("Something is wrong")
    assert m.Alarm.objects.filter(code="something_wrong").count() == 2
    family.open("/way/")
    assert not page.locator("#map").is_visible()
    page.select_option("#from", index=1)
    family.press("Show the way")
    assert page.locator(".ways li").first.is_visible()
    assert "About" in page.locator(".ways li").first.inner_text()
    family.leave()


def test_a_scanned_code_is_filled_in_and_wiped_from_the_address(chrome, live_server):
    row = match_in("departed").household
    family = Family(chrome, live_server)
    asked: list[str] = []
    family.page.on("request", lambda request: asked.append(request.url + str(request.headers)))
    page = family.open(f"/mine/#{row.code}")
    assert page.input_value("[name=code]") == row.code
    assert page.url == f"{live_server.url}/mine/"
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    assert not any(row.code in one for one in asked)
    page.keyboard.press("Enter")
    page.wait_for_selector(".who")
    assert not any(row.code in one for one in asked)
    assert row.code not in page.evaluate(
        "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
    )
    family.leave()


def test_another_slip_scanned_on_the_same_phone_asks_first(chrome, live_server):
    first, second = match_in("departed").household, match_in("proposed").household
    family = Family(chrome, live_server)
    page = family.enter(first)
    assert not page.locator("[data-scanned]").is_visible()
    page.goto(f"{live_server.url}/way/")
    page.goto(f"{live_server.url}/mine/#{second.code}")
    page.get_by_role("button", name="Open this slip").click()
    page.wait_for_selector("text=Choose, or say no")
    assert page.url == f"{live_server.url}/mine/"
    family.leave()


def test_a_link_that_was_sent_shows_the_journey_at_once(chrome, live_server):
    match = match_in("departed")
    code = shares.make(actor=of_household(match.household_id), id=uuid7(), at=f.NOW).code
    friend = Family(chrome, live_server)
    page = friend.page
    page.goto(f"{live_server.url}/follow/#{code}")
    page.wait_for_selector("text=They are on their way")
    assert page.url == f"{live_server.url}/follow/"
    friend.look()
    friend.leave()


def test_back_after_leaving_shows_nothing(chrome, live_server):
    match = match_in("departed")
    family = Family(chrome, live_server)
    page = family.enter(match.household)
    plate = f.ride_of(match).vehicle.plate
    assert plate in page.content()
    family.press("Leave")
    page.go_back()
    page.wait_for_load_state()
    assert plate not in page.content()
    family.leave()


def test_the_map_shows_the_zones_and_the_way(chrome, live_server):
    f.geography()
    family = Family(chrome, live_server)
    crossing = m.Crossing.objects.first()
    page = family.open(f"/way/?from={crossing.pk}")
    page.wait_for_selector("#map[data-drawn]")
    assert page.locator("#map path.shape-zone").count() == page.locator(".ways li").count() == 4
    assert page.locator("#map path.shape-way").count() == 1
    family.shot("way")
    family.leave()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("size", "scheme"), [("small", "light"), ("phone", "dark"), ("desk", "light")])
def test_every_page_of_a_family_fits(chrome, live_server, size, scheme, language):
    family = Family(chrome, live_server, size, language, color_scheme=scheme)
    name = f"{language}-{size}-{scheme}"
    for status in ("proposed", "confirmed", "departed", "halted"):
        match = told(match_in(status, "both", language))
        family.context.clear_cookies()
        page = family.enter(match.household)
        assert page.locator("html").get_attribute("lang") == language
        family.shot(f"{name}-{status}")
        if status == "departed":
            for part in ("words/arrived/", "print/", "partners/", "worry/"):
                family.open(f"/mine/{part}")
                family.shot(f"{name}-{part.strip('/').replace('/', '-')}")
    family.context.clear_cookies()
    for path in ("/mine/", "/follow/", "/way/"):
        family.open(path)
        family.shot(f"{name}{path.replace('/', '-')}")
    family.leave()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_slip_fits_on_screen_and_on_one_sheet(chrome, live_server, size, language):
    row = f.household(language=language)
    staff = Family(chrome, live_server, size, "ro")
    client = Client()
    f.sign_in(client, f.known("maria"))
    staff.context.add_cookies(
        [{"name": n, "value": c.value, "url": live_server.url} for n, c in client.cookies.items()]
    )
    page = staff.open(f"/households/{row.pk}/slip/")
    assert page.locator(".slip").get_attribute("lang") == language
    staff.shot(f"slip-{language}-{size}")
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('.slip').scrollHeight <= document.querySelector('.slip').clientHeight")
    staff.shot(f"slip-{language}-{size}-print")
    page.emulate_media(media="screen")
    page.locator("main .slip-bar form button").first.click()
    page.wait_for_load_state()
    staff.look()
    staff.shot(f"sign-{language}-{size}")
    staff.leave()
