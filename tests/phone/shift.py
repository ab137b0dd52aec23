"""A volunteer at work with a phone: taps what people tap, counts the taps, and keeps the server at the tests' noon."""

import re
import time
from datetime import UTC, timedelta
from email.utils import format_datetime
from wsgiref import handlers

import pytest

from registry.web import asking
from tests import factories as f
from tests.phone.gate_phone import CAMERA, SHOW, VERDICT, data_url, framed
from tests.phone.phone import Phone

# The language that somebody has chosen on this phone before.
SPOKEN = (
    "try { localStorage.getItem('safezone.language') ?? localStorage.setItem('safezone.language', 'CODE') } catch {}"
)
STORED = """async () => {
  const said = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  const plain = (value) => (value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("utf-8").decode(value) : value && typeof value === "object" && !(value instanceof CryptoKey)
    ? Object.values(value).map(plain).join(" ") : String(value));
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const o = indexedDB.open(name); o.onsuccess = () => done(o.result); });
    for (const store of db.objectStoreNames) {
      const rows = await new Promise((done) => {
        const all = db.transaction(store).objectStore(store).getAll(); all.onsuccess = () => done(all.result);
      });
      said.push(...rows.map(plain));
    }
    db.close();
  }
  return said.join("\\n");
}"""


def phone_clock(server_at, hours):
    """How far a phone's clock is from the real one that goes so many hours beside the server's."""
    return round((server_at.timestamp() + hours * 3600 - time.time()) * 1000)


class Clock:
    """The server's time: noon of the factories' day, moved by tests."""

    def __init__(self):
        self.at = f.NOW

    def go(self, **later):
        """So much later."""
        self.at += timedelta(**later)


@pytest.fixture
def clock(monkeypatch):
    """The server looks at this clock, and says so in each answer's Date."""
    made = Clock()
    monkeypatch.setattr(asking, "now", lambda: made.at)
    monkeypatch.setattr(handlers, "format_date_time", lambda _: format_datetime(made.at.astimezone(UTC), usegmt=True))
    return made


class Volunteer(Phone):
    """Somebody on shift; every tap is counted."""

    def __init__(self, chrome, server, who="maria", language="en", **options):
        super().__init__(chrome, server, language, **options)
        self.taps = 0
        self.context.add_init_script(SPOKEN.replace("CODE", language))
        self.context.add_init_script(CAMERA)
        self.sign_in(who)

    def tap(self, name, role="button", within=None, exact=True):
        """Tap a button or a link by its words."""
        self.taps += 1
        place = within or self.page.locator("main, dialog[open]")
        place.get_by_role(role, name=name, exact=exact).first.click()

    def follow(self, name, exact=True):
        """Tap a link that looks like a button or a line."""
        self.tap(name, "link", exact=exact)

    def tick(self, name):
        """Choose a tile or a box by its words."""
        self.taps += 1
        self.page.locator("label.v-tile", has_text=name).first.click()

    def count(self, name, times=1):
        """One more, so many times, of what these words name."""
        for _ in range(times):
            self.tap(f"One more: {name}", exact=False)

    def heading(self, text):
        """Wait for a screen by its headline."""
        self.page.wait_for_selector(f"h1:has-text({text!r})")
        return self

    def sees(self, text):
        """Wait until these words are there."""
        self.page.locator("main, dialog[open]").get_by_text(re.compile(re.escape(text))).first.wait_for()
        return self

    def stored(self):
        """Everything that scripts of the page can find on the phone, as text; caches hold the shell alone."""
        return self.page.evaluate(STORED)

    def chooses_zone(self, name="siret"):
        """Open the app for the first time and say where one works."""
        self.open()
        self.follow("Choose the zone")
        self.heading("Where do you work?")
        self.page.locator("button.v-line", has_text=re.compile(name, re.IGNORECASE)).click()
        self.heading("My shift")
        return self

    def starts_shift(self):
        """Go on duty for eight hours."""
        self.tap("Start my shift")
        return self.sees("On shift until")

    def registers(self, save=True):
        """A usual household: a woman with a girl and a baby boy, her own children."""
        self.open("/register")
        self.heading("Register a household")
        self.taps = 0
        self.count("Female, 18–59")
        self.count("Female, 4–11")
        self.count("Male, 0–3")
        self.tick("Their mother or father is here")
        self.tap("Next")
        self.tap("Next")
        if save:
            self.tap("Register")
            self.heading("Registered")
        return self

    def hands_over(self, shown, plate, people):
        """At the gate: the pass before the camera, the plate, the heads, and the registry's word."""
        self.page.wait_for_selector(".finder")
        self.page.evaluate(SHOW, data_url(framed(shown.text)))
        self.page.wait_for_selector(".plate-keys")
        for key in plate.replace(" ", ""):
            self.page.locator(".plate-keys button", has_text=key).first.click()
        self.tap("The plate is right")
        for _ in range(people):
            self.tap("One more: Passengers")
        self.tap("Everybody is counted")
        self.tap("Ask the registry")
        return self.page.wait_for_selector(VERDICT).get_attribute("data-kind")


@pytest.fixture
def on_phone(chrome, live_server, clock):
    """Volunteers by name, each with a phone; what one of them complains about fails the test."""
    made: dict[object, Volunteer] = {}

    def of(who="maria", **options):
        if who not in made:
            made[who] = Volunteer(chrome, live_server, who, **options)
        return made[who]

    yield of
    for one in made.values():
        one.close()
