"""The officer's job in a real browser, on a phone of 360 pixels and on a desk's screen."""

import pytest
from django.conf import settings
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.web import asking
from tests.factories import (
    CHILD_ALONE,
    DAY,
    NOW,
    TODAY,
    accommodation_offer,
    bring,
    checks_for,
    decide,
    dwelling,
    help_request,
    hold,
    household,
    known,
    match,
    provider,
    sign_in,
    vehicle,
    verified_provider,
)
from tests.invented import plans
from tests.pages.desk import ride_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZES = {"phone": (360, 740), "desk": (1280, 900)}


class Officer:
    """Somebody at the desk: opens pages, and refuses every page that overflows or complains."""

    def __init__(self, chrome, server, name, size, folder):
        width, height = SIZES[size]
        context = chrome.new_context(viewport={"width": width, "height": height}, locale="en", reduced_motion="reduce")
        signed_in = Client()
        sign_in(signed_in, known(name))
        cookie = {"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": server.url}
        context.add_cookies([cookie])
        self.page, self.server, self.width = context.new_page(), server, width
        self.folder, self.shots, self.size = folder, 0, size
        self.language = "en"
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path):
        """Go to a page by its address and look at it."""
        self.page.goto(self.server.url + path)
        self.look(path)

    def speak(self, language):
        """Read the pages in another language from here on."""
        self.language = language
        chosen = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.server.url}
        self.page.context.add_cookies([chosen])

    def look(self, name):
        """The page fits the screen, has one headline and no complaint."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width, f"{name} is {wide} px wide on {self.width}"
        assert self.page.locator("h1").count() == 1, name
        assert self.page.locator("html").get_attribute("lang") == self.language, name
        self.shots += 1
        label = "-".join(part for part in name.split("/") if part and len(part) < 30) or "home"
        self.page.screenshot(path=self.folder / f"{self.size}-{self.shots:02}-{label[:40]}.png", full_page=True)

    def press(self, text):
        """Press a button or follow a link by its words, then look at where it leads."""
        target = self.page.get_by_role("button", name=text, exact=True).or_(
            self.page.get_by_role("link", name=text, exact=True)
        )
        target.first.click()
        self.page.wait_for_load_state()
        self.look(text)

    def choose(self, *texts):
        """Tick what these words stand beside."""
        for text in texts:
            self.page.get_by_label(text, exact=True).first.check()

    def says(self, text):
        """Whether the page shows these words."""
        return text in " ".join((self.page.locator("main").text_content() or "").split())


@pytest.fixture(params=SIZES)
def officers(request, chrome, live_server, tmp_path, monkeypatch):
    """Officers by name, all on screens of the same size, at the tests' time."""
    monkeypatch.setattr(asking, "now", lambda: NOW)
    made: dict[str, Officer] = {}

    def of(name: str) -> Officer:
        if name not in made:
            made[name] = Officer(chrome, live_server, name, request.param, tmp_path)
        return made[name]

    yield of
    for officer in made.values():
        officer.page.context.close()
        assert officer.complaints == []


def test_an_officer_does_the_whole_job(officers):
    ioana, olena, petru = officers("ioana"), officers("olena"), officers("petru")
    ioana.open("/desk/apply/")
    for label, text in (("First name", "Elena"), ("Surname", "Mureșan"), ("Year of birth", "1985")):
        ioana.page.get_by_label(label, exact=True).fill(text)
    ioana.page.get_by_label("Phone", exact=True).fill("0721 234 567")
    ioana.page.get_by_label("Town").select_option("suceava")
    ioana.choose("Female", "Drives")
    ioana.press("Record the application")
    assert ioana.says("Elena Mureșan")
    assert ioana.says("You may not check or decide here")

    row = m.Provider.objects.get()
    olena.open("/desk/")
    olena.press("1 New applications")
    olena.press("Provider E.M.")
    olena.press("Start the review")
    olena.press("Record the check (Identity document seen in the original)")
    olena.choose("Passed", "Passport")
    olena.page.get_by_label("Country of issue").fill("ro")
    olena.page.get_by_label("Whole number of the document").fill("SV 104321")
    olena.page.get_by_label("Valid until").fill(str(TODAY + 900 * DAY))
    olena.press("Record the check")
    assert olena.says("••4321")
    assert not olena.says("104321")
    m.Check.objects.update(superseded_at=NOW)
    checks_for(row)
    olena.open(f"/desk/provider/{row.pk}/")
    olena.press("Decide: verify")
    olena.choose("I know of nothing that ties me to them: no family, friendship, work, debt or dispute.")
    olena.press("Record my decision")
    assert olena.says("Why not me?")

    petru.open("/desk/")
    petru.press("1 Waiting for your second decision")
    petru.press("Decide")
    petru.choose("I agree: carry it out", "All checks are complete")
    petru.choose("I know of nothing that ties me to them: no family, friendship, work, debt or dispute.")
    petru.press("Record my decision")
    row.refresh_from_db()
    assert row.status == "verified"
    assert petru.says("Verified until")


def test_the_red_button_ends_at_the_phones_to_call(officers):
    journey = match("departed")
    match("departed", ride=ride_in(journey))
    driver, olena = ride_in(journey).driver, officers("olena")
    olena.open(f"/desk/provider/{driver.pk}/")
    olena.press("Suspend")
    olena.choose("Asked by the police")
    olena.press("Suspend now")
    assert olena.says("2 journeys are on the road")
    assert olena.page.locator(f'a[href="tel:{driver.phone}"]').count() == 2
    journey.refresh_from_db()
    assert journey.status == "halted"


def rejected(row):
    """An application that was rejected."""
    bring(row, "rejected", rejected_reason="failed_check")


def reviewed():
    """A decision on which the lot fell."""
    row = provider(status="in_review")
    checks_for(row)
    decision = decide(row, "verify")
    return m.Review.objects.create(id=uuid7(), created_at=NOW, decision=decision, due_at=NOW + DAY)


def test_every_other_page_fits_the_screen(officers):
    owner = verified_provider(driver=True, host=True, family_name="Constantinescu-Brâncoveanu")
    car, home = vehicle(owner), dwelling(owner, residents=(("f", 1980), ("m", 1955)))
    match("confirmed", stay=accommodation_offer(home))
    hold(owner)
    vehicle(owner, "applied")
    journey = match("alerted")
    help_request()
    waiting = provider(status="in_review")
    report = m.Concern.objects.create(
        id=journey.pk, created_at=NOW - DAY, provider=owner, kind="money", source="h:1", text="word " * 90
    )
    alone = household([CHILD_ALONE])
    refused = verified_provider()
    rejected(refused)
    review = reviewed()
    driver = ride_in(journey).driver
    pages = {
        "olena": [
            "/desk/queue/?state=held",
            "/desk/queue/?state=any&q=constantinescu",
            f"/desk/provider/{owner.pk}/",
            f"/desk/provider/{waiting.pk}/request-info/",
            f"/desk/provider/{waiting.pk}/reject/",
            f"/desk/provider/{owner.pk}/edit/",
            f"/desk/provider/{owner.pk}/vehicle/",
            f"/desk/provider/{owner.pk}/dwelling/",
            f"/desk/vehicle/{car.pk}/edit/",
            f"/desk/dwelling/{home.pk}/place/",
            f"/desk/dwelling/{home.pk}/residents/",
            f"/desk/provider/{owner.pk}/hold/",
            "/desk/apply/organization/",
            f"/desk/provider/{refused.pk}/",
            f"/desk/provider/{refused.pk}/appeal/",
            f"/desk/provider/{driver.pk}/exposure/",
            "/desk/queue/?state=expiring",
            "/desk/concerns/",
            f"/desk/concerns/{report.pk}/",
            "/desk/alarms/",
            f"/desk/journey/{journey.pk}/call/",
            "/desk/zones/",
            "/desk/zones/siret/",
        ],
        "stefan": ["/desk/reviews/", f"/desk/reviews/{review.pk}/"],
        "daria": [f"/desk/provider/{driver.pk}/exposure/", "/desk/", "/desk/children/", f"/desk/children/{alone.pk}/"],
        "alina": ["/desk/", "/desk/alarms/", "/desk/audit/"],
    }
    for name, paths in pages.items():
        officer = officers(name)
        officer.speak("uk" if officer.size == "phone" else "ro")
        for path in paths:
            officer.open(path)


def test_a_coordinator_confirms_a_plan(officers):
    world = plans.crossing(beds=(4, 2), waiting=3)
    plan = plans.drafted([*zip(world.requests, world.offers, strict=False), (world.requests[2], None)])
    andrei = officers("andrei")
    andrei.open("/desk/plans/")
    andrei.press("Siret")
    assert andrei.says("of 6 people have a place")
    andrei.press("Another place")
    andrei.press("← Plan: Siret")
    andrei.press("Put all 2 before their households")
    assert andrei.says("2 households now have their proposals. They choose.")
    plan.refresh_from_db()
    assert plan.status == "confirmed"
    for language in ("uk", "ro", "ru"):
        andrei.speak(language)
        andrei.open(f"/desk/plans/{plan.pk}/")
