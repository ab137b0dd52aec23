"""A household's own pages, its slip and what is followed: nothing that axe finds, in any language and by night."""

import pytest
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.permissions import of_household
from registry.services import shares
from tests import factories as f
from tests.browser import screens
from tests.browser.test_mine_browser import Family, match_in, told
from tests.browser.test_pages_browser import LANGUAGES, noon
from tests.phone import axe

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]
PICTURED = {
    "/mine/": "mine-enter",
    "/way/": "mine-way",
    "/mine/words/arrived/": "mine-arrived-words",
    "/mine/print/": "mine-print",
    "/mine/worry/": "mine-worry",
}
PICTURED_STATES = {
    "proposed": "mine-proposed",
    "confirmed": "mine-confirmed",
    "departed": "mine-departed",
    "halted": "mine-halted",
}
STATES = ("proposed", "accepted", "confirmed", "departed", "halted", "arrived", "closed")
PARTS = ("words/arrived/", "print/", "partners/", "worry/")


def clean(family, path, name=None):
    """Open it and look for what axe can see; a page with a name is one of docs/screens.md."""
    page = family.open(path)
    if name:
        screens.at(page, name)
    for closed in page.locator("details").all():
        closed.evaluate("(node) => { node.open = true; }")
    assert axe.violations(page) == [], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_a_household_s_pages(chrome, live_server, language):
    f.organization("Drum Bun", "ngo")
    scheme = "dark" if language in ("uk", "en") else "light"
    family = Family(chrome, live_server, "phone", language, color_scheme=scheme)
    crossing = m.Crossing.objects.first() or (f.geography() and m.Crossing.objects.first())
    for path in ("/mine/", "/follow/", f"/way/?from={crossing.pk}", "/worry/"):
        clean(family, path, PICTURED.get(path.partition("?")[0]))
    for status in STATES:
        match = told(match_in(status, "both", language))
        family.context.clear_cookies()
        family.enter(match.household)
        clean(family, "/mine/", PICTURED_STATES.get(status))
        if status == "departed":
            share = shares.make(actor=of_household(match.household_id), id=uuid7(), at=f.NOW)
            for part in PARTS:
                clean(family, f"/mine/{part}", PICTURED.get(f"/mine/{part}"))
            family.open("/mine/")
            family.page.locator("form[action='/mine/where/'] button").click()
            family.page.wait_for_load_state()
            assert axe.violations(family.page) == []
            family.open("/follow/")
            family.page.fill("[name=code]", share.code)
            family.page.locator("form.stack button").click()
            family.page.wait_for_selector(".plate")
            screens.at(family.page, "mine-follow")
            assert axe.violations(family.page) == []
    family.leave()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_slip(chrome, live_server, language):
    row = f.household(language=language)
    staff, client = Family(chrome, live_server, "phone", language), Client()
    f.sign_in(client, f.known("maria"))
    cookies = [{"name": n, "value": c.value, "url": live_server.url} for n, c in client.cookies.items()]
    staff.context.add_cookies(cookies)
    clean(staff, f"/households/{row.pk}/slip/", "mine-slip")
    staff.page.locator(f"form[action='/households/{row.pk}/sign/'] button").click()
    staff.page.wait_for_load_state()
    assert axe.violations(staff.page) == []
    staff.leave()


def test_control_a_button_without_a_name_would_be_found(chrome, live_server):
    family = Family(chrome, live_server)
    page = family.open("/mine/")
    page.evaluate("document.querySelector('main form button').textContent = ''")
    assert any(found.startswith("button-name") for found in axe.violations(page))
