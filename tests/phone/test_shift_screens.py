"""Every screen of a volunteer in four languages, by day and by night, 320 pixels wide: axe, targets, reflow."""

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import handing_over
from tests import factories as f
from tests.browser import screens
from tests.phone import axe
from tests.phone.shift import Volunteer, clock

__all__ = ["clock"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LOOKS = [("uk", "light"), ("ro", "dark"), ("en", "light"), ("ru", "dark")]


class Tour:
    """A walk through the screens that looks at each."""

    def __init__(self, maria):
        self.maria, self.page = maria, maria.page
        self.seen = 0

    def shows(self, path, waits_for, name=None):
        """Go to a screen and look at it."""
        self.page.evaluate("(path) => { location.hash = `#${path}`; }", path)
        return self.looks(waits_for, name)

    def looks(self, waits_for, name=None):
        """Look at what is shown now, with everything folded out; a screen with a name is one of docs/screens.md."""
        self.page.locator(waits_for).first.wait_for()
        self.page.wait_for_timeout(200)
        if name:
            screens.at(self.page, name)
        self.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        axe.check(self.page)
        self.seen += 1

    def presses(self, selector, at=0):
        """Press one of the things on the screen."""
        self.page.locator(selector).nth(at).click()


def a_busy_zone():
    """Somebody in every state of the board; Andrei hands his shift over to Maria."""
    f.staffed("siret")
    late, waiting = f.match("alerted"), f.help_request("both")
    for status in ("departed", "confirmed", "accepted", "halted", "arrived"):
        f.match(status)
    f.transport_offer(), f.accommodation_offer()
    child = f.household([f.CHILD_ALONE])
    return late, waiting, child


def handed_over(first):
    """Andrei's shift for Maria."""
    shift = f.staffed("siret", f.known("andrei"))
    given = {"id": uuid7(), "to": f.maria().person, "first": first, "at": f.NOW}
    return handing_over.hand_over(actor=f.andrei(), shift=shift.pk, **given)


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_every_screen_of_a_volunteer_can_be_used_by_everybody(chrome, live_server, clock, language, scheme):
    late, waiting, child = a_busy_zone()
    given = handed_over([late.pk, waiting.pk])
    size = {"width": 320, "height": 640}
    tour = Tour(Volunteer(chrome, live_server, language=language, color_scheme=scheme, viewport=size))
    tour.maria.open()
    tour.looks(".note")
    tour.shows("/zone", "button.v-line", "app-zone")
    tour.presses("button.v-line")
    tour.looks(".v-tally", "app-shift")
    tour.shows("/", ".tiles", "app-home")
    for name in ("app-waiting", "app-leaving", "app-road"):
        tour.shows(f"/lists/{name.removeprefix('app-')}", ".v-item", name)
    tour.shows("/lists/arrivals", ".nothing")
    tour.shows("/alarms", ".card")
    tour.presses(".card .press", 2)
    tour.looks(".card .v-tile", "app-alarms")
    tour.shows(f"/journeys/{late.pk}", ".v-ladder", "app-journey")
    tour.shows(f"/journeys/{m.Match.objects.get(status='confirmed').pk}", "a[href^='#/gate/']")
    tour.shows(f"/journeys/{late.pk}/concern", ".v-tile", "app-concern")
    tour.shows(f"/households/{child.pk}", ".v-people", "app-household")
    tour.shows(f"/households/{child.pk}/request", ".v-tile")
    tour.shows("/shift/handover", ".v-mark", "app-hand-over")
    tour.shows(f"/handovers/{given.pk}", ".v-list", "app-take-over")
    tour.shows(f"/requests/{waiting.pk}", ".v-card", "app-proposals")
    tour.presses(".v-card .press")
    tour.looks(".v-answers", "app-family")
    tour.presses(".v-yes")
    tour.looks(".v-card", "app-chosen")
    registering(tour)
    assert tour.seen == 28
    tour.maria.close()


def registering(tour):
    """The three steps, what is missing, and the number on paper."""
    tour.shows("/register", ".v-counter")
    tour.presses(".v-spoken button")
    tour.looks(".v-tile")
    tour.presses(".v-tile", 0)
    tour.presses(".v-bar .press")
    tour.looks(".note[data-tone=bad]")
    for place in (0, 6):
        tour.presses(".v-more", place)
    tour.presses("label.v-tile:has(input[name=guardian])", 2)
    tour.looks("label.v-tile[data-on=true]", "app-register-who")
    tour.presses(".v-bar .press")
    tour.looks("label.v-tile:has(input[name=needs])", "app-register-what")
    tour.presses(".v-bar .press", 1)
    tour.looks("#destination", "app-register-asked")
    tour.maria.offline()
    tour.presses(".v-bar .press", 1)
    tour.looks(".v-code[data-tone=warn] [lang]", "app-registered-offline")
    tour.shows("/registered", ".v-slip", "app-registered-list")
