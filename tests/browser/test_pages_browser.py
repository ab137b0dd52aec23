"""The pages at the root in a real browser: phones of 320 and 360 pixels and a desk's screen, four languages."""

from urllib.parse import urlsplit

import pytest

from registry import models as m
from registry.web import asking
from tests import factories as f
from tests.browser import screens

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIZES = {"small": (320, 640), "phone": (360, 740), "desk": (1280, 800)}
LANGUAGES = ("uk", "ro", "en", "ru")
PUBLIC = ("/", "/check/", "/login/", "/invitation/", "/mine/", "/follow/", "/way/", "/worry/", "/no/such/page/")
PICTURED = {"/": "public-landing", "/check/": "public-check", "/login/": "public-login"}
# What a finger must hit; links inside of sentences are not counted (WCAG 2.5.8).
TARGETS = (
    "button, .button, nav a, .numbers a, select, summary, .choices label, .choice,"
    " input:not([type=hidden]):not([type=checkbox]):not([type=radio])"
)
TOO_SMALL = """(nodes) => nodes.filter((n) => n.checkVisibility() && n.getBoundingClientRect().height < 43.9)
    .map((n) => n.outerHTML.slice(0, 120))"""


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Everybody looks at noon of the factories' day."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)


class Visitor:
    """Somebody with a browser who notices what overflows, complains, is too small or comes from elsewhere."""

    def __init__(self, chrome, server, size="phone", language="en", **options):
        width, height = SIZES[size]
        self.context = chrome.new_context(
            viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce", **options
        )
        self.page, self.server, self.width = self.context.new_page(), server, width
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def open(self, path):
        """Go to a page and look at it."""
        self.page.goto(self.server.url + path)
        self.look()
        return self.page

    def press(self, name):
        """Press a button or link by its words and look at what comes."""
        self.page.locator("main").get_by_role("button", name=name).or_(
            self.page.locator("main").get_by_role("link", name=name)
        ).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self):
        """The page fits, has one headline, big targets, and no complaint."""
        page = self.page
        assert page.evaluate("document.documentElement.scrollWidth") <= self.width, page.url
        assert page.locator("h1").count() == 1, page.url
        assert page.locator(TARGETS).evaluate_all(TOO_SMALL) == [], page.url

    def leave(self):
        """Nothing was complained about, and nothing came from another host."""
        complaints = [said for said in self.complaints if "status of 404" not in said]
        assert complaints == []
        assert self.hosts == {urlsplit(self.server.url).netloc}
        self.context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages_fit_and_come_from_here_alone(chrome, live_server, size, language):
    f.geography()
    visitor = Visitor(chrome, live_server, size, language)
    for path in PUBLIC:
        page = visitor.open(path)
        assert page.locator("html").get_attribute("lang") == language
        if path in PICTURED and size == "phone":
            screens.at(page, PICTURED[path])
    visitor.leave()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_map_is_drawn_with_every_zone_and_crossing_of_the_list(chrome, live_server, size):
    f.geography()
    visitor = Visitor(chrome, live_server, size)
    page = visitor.open("/")
    page.wait_for_selector("#map[data-drawn]")
    assert page.locator("#map path.shape-zone").count() == m.Zone.objects.filter(status="active").count() == 4
    assert page.locator("#map rect.shape-crossing").count() == m.Crossing.objects.count() == 1
    assert page.locator("#map path.shape-country").count() > 3
    visitor.look()
    visitor.leave()


def test_a_small_button_or_a_wide_page_would_be_noticed(chrome, live_server):
    visitor = Visitor(chrome, live_server)
    page = visitor.open("/check/")
    page.evaluate("document.querySelector('main button').style.minHeight = 0")
    with pytest.raises(AssertionError):
        visitor.look()
    page = visitor.open("/check/")
    page.evaluate("document.querySelector('h1').style.width = '900px'")
    with pytest.raises(AssertionError):
        visitor.look()


def test_without_scripts_the_list_and_the_check_still_work(chrome, live_server):
    ride = f.transport_offer()
    visitor = Visitor(chrome, live_server, java_script_enabled=False)
    page = visitor.open("/")
    assert not page.locator("#map").is_visible()
    assert page.locator("[data-crossing] strong").first.is_visible()
    page = visitor.open("/check/")
    page.fill("[name=text]", ride.vehicle.plate)
    visitor.press("Check")
    assert page.locator(".verdict .word").inner_text() == "VALID"
    visitor.leave()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["plate", "SZ00000000"])
def test_the_answer_of_a_check_is_read_first(chrome, live_server, scheme, text):
    ride = f.transport_offer()
    visitor = Visitor(chrome, live_server, color_scheme=scheme)
    page = visitor.open("/check/")
    page.fill("[name=text]", ride.vehicle.plate if text == "plate" else text)
    visitor.press("Check")
    assert page.evaluate("document.activeElement.classList.contains('verdict')")
    assert page.locator(".verdict").get_attribute("data-tone") == ("ok" if text == "plate" else "bad")
    visitor.leave()


def test_the_keyboard_reaches_the_content_first(chrome, live_server):
    visitor = Visitor(chrome, live_server)
    page = visitor.open("/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "email"


def test_the_language_is_switched_by_a_button_and_stays(chrome, live_server):
    visitor = Visitor(chrome, live_server)
    page = visitor.open("/check/")
    page.get_by_role("button", name="Română").click()
    page.wait_for_selector("html[lang=ro]")
    assert urlsplit(page.url).path == "/check/"
    assert visitor.open("/").locator("html").get_attribute("lang") == "ro"
    visitor.leave()


def signed_in(chrome, server, name, size, language="en"):
    """Sign in with e-mail, password and what the authenticator app shows, as people do."""
    visitor = Visitor(chrome, server, size, language)
    person = f.known(name)
    shown = f.code(person, f.NOW)
    page = visitor.open("/login/")
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=password]", f.PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/login/second/**")
    visitor.look()
    page.fill("[name=code]", shown)
    page.locator("main form button").click()
    page.wait_for_url("**/home/")
    visitor.look()
    return visitor


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_main_job_is_done_by_pages_alone(chrome, live_server, size):
    f.staffed("siret")
    ride, _stay = f.transport_offer(), f.accommodation_offer()
    shown = f.provider_pass(ride.driver, ride.vehicle)
    maria = signed_in(chrome, live_server, "maria", size)
    page = maria.page
    maria.press("Register a household")
    for band in ("n_18_59_f", "n_4_11_f"):
        page.locator(f"#id_{band} + button").click()
    page.get_by_label("Their mother or father is here").check()
    maria.press("Register")
    maria.press("Find a ride or a bed")
    maria.press("The household chooses this")
    maria.press("Confirm")
    maria.press("Hand over at the gate")
    page.fill("[name=pass_code]", shown.code)
    page.fill("[name=plate]", "B 00 BAD")
    page.fill("[name=counted]", "2")
    maria.press("Check: may they go?")
    assert page.locator(".gate .word").inner_text() == "STOP"
    page.fill("[name=plate]", ride.vehicle.plate)
    maria.press("Check: may they go?")
    assert page.locator(".gate .word").inner_text() == "GO"
    maria.press("Open the journey")
    maria.press("Under way, all is well")
    maria.press("The household says: arrived")
    match = m.Match.objects.get()
    andrei = signed_in(chrome, live_server, "andrei", size)
    andrei.open(f"/journeys/{match.pk}/")
    andrei.press("The receiving side says: arrived")
    andrei.press("Close")
    match.refresh_from_db()
    assert (match.status, match.request.status) == ("closed", "completed")
    maria.complaints = [said for said in maria.complaints if "status of 409" not in said]
    maria.leave()
    andrei.leave()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["small", "desk"])
def test_the_pages_of_staff_and_providers_fit_in_every_language(chrome, live_server, size, language):
    match = f.match("departed")
    waiting = f.help_request("both")
    f.transport_offer(), f.accommodation_offer()
    maria = signed_in(chrome, live_server, "maria", size, language)
    paths = ["/home/", "/households/new/", "/zones/siret/", f"/requests/{waiting.pk}/", f"/journeys/{match.pk}/"]
    paths += [f"/households/{match.household_id}/", f"/journeys/{match.pk}/concern/", f"/journeys/{match.pk}/go/"]
    for path in (*paths, f"/households/{match.household_id}/request/", "/provider/apply/"):
        maria.open(path)
    maria.leave()


def test_two_taps_send_a_form_once(chrome, live_server):
    f.staffed("siret")
    maria = signed_in(chrome, live_server, "maria", "phone")
    page = maria.open("/households/new/")
    page.locator("#id_n_18_59_f + button").click()
    page.evaluate("() => { const b = document.querySelector('form.stack > button'); b.click(); b.click(); }")
    page.wait_for_url("**/request/")
    assert m.Household.objects.count() == 1
    maria.leave()
