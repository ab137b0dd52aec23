"""A phone at the gate: its clock and the server's stand at noon of the factories' day, and a picture is its camera."""

import base64
import io
import wsgiref.handlers
from contextlib import contextmanager
from datetime import timedelta
from wsgiref.handlers import format_date_time

import pytest
from PIL import Image

from registry.services import status_lists
from registry.web import asking
from tests import factories as f
from tests.phone.degraded import code
from tests.phone.phone import APP, Phone

# The phone's clock: the true one moved so that it began at the given moment, and moved again by whoever asks.
CLOCK = """(() => {
  const True = Date, began = True.now();
  const moved = () => Number(localStorage.getItem("test.clock") ?? 0);
  const now = () => START + (True.now() - began) + moved();
  globalThis.Date = class extends True {
    constructor(...parts) { parts.length ? super(...parts) : super(now()); }
    static now() { return now(); }
  };
})()"""
# A camera that sees one picture.
CAMERA = """(() => {
  navigator.mediaDevices.getUserMedia = async () => {
    const seen = globalThis.seen ?? new Image();
    const canvas = Object.assign(document.createElement("canvas"), { width: 960, height: 720 });
    const draw = () => {
      const pen = canvas.getContext("2d");
      pen.fillRect(0, 0, 960, 720);
      if (globalThis.seen) pen.drawImage(globalThis.seen, 0, 0, 960, 720);
    };
    draw();
    setInterval(draw, 50);
    return canvas.captureStream(20);
  };
})()"""
SHOW = """async (address) => {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  globalThis.seen = picture;
}"""
ZONE = 'c => { c.session.zone.value = { code: "siret", name: "Siret" }; }'
VERDICT = "dialog.gate-answer[open]"


class Times:
    """The moment at which the server and its answers stand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.at = f.NOW
        monkeypatch.setattr(asking, "now", lambda: self.at)
        monkeypatch.setattr(wsgiref.handlers, "format_date_time", lambda _: format_date_time(self.at.timestamp()))


class GatePhone(Phone):
    """Maria's phone at Siret."""

    def __init__(self, chrome, server, times, camera=True, **options):
        super().__init__(chrome, server, **options)
        self.times = times
        self.context.add_init_script(CLOCK.replace("START", str(int(times.at.timestamp() * 1000))))
        if camera:
            self.context.add_init_script(CAMERA)

    def at_work(self, path="/check", list_age=timedelta()):
        """Signed in, in the zone, with everything fetched; the list may have been published a while ago."""
        status_lists.publish_due(at=self.times.at - list_age)
        self.sign_in("maria").open().wait_for_selector(".tiles")
        self.core("(c, language) => c.words.setLanguage(language)", self.language)
        self.core(ZONE)
        self.fetched()
        return self.open(path)

    def fetched(self):
        """Wait until keys, list and pack are here."""
        done = self.keys(
            "k => k.refresh('siret', { now: true }).then(() => Boolean(k.here.value.pack && k.issuedAt()))"
        )
        assert done, "keys, list or pack did not come"

    def keys(self, script, argument=None):
        """What a script says that has the exports of keys.js."""
        return self.page.evaluate(KEYS.replace("SCRIPT", script), argument)

    def cut(self):
        """The network goes, after the phone has kept the app."""
        self.ready()
        self.offline()

    def shows(self, text):
        """Hold a code before the camera."""
        self.page.evaluate(SHOW, data_url(framed(text)))

    def shows_nothing(self):
        """The code is put away."""
        self.page.evaluate("globalThis.seen = null")

    def later(self, by: timedelta, server=True):
        """Time passes on the phone, and elsewhere."""
        ms = int(by.total_seconds() * 1000)
        self.page.evaluate(
            "ms => localStorage.setItem('test.clock', Number(localStorage.getItem('test.clock') ?? 0) + ms)", ms
        )
        if server:
            self.times.at += by

    def passes(self, by: timedelta):
        """So long nothing happens, and nobody touches the clock."""
        self.later(by)
        self.page.evaluate(AWAKE, int(by.total_seconds() * 1000))

    def verdict(self):
        """The answer on the screen: its kind and everything it says."""
        box = self.page.wait_for_selector(VERDICT)
        return box.get_attribute("data-kind"), box.inner_text()


AWAKE = """ms => {
  const now = performance.now.bind(performance);
  performance.now = () => now() + ms;
}"""
KEYS = """async (argument) => (SCRIPT)((await import("APP")).keys, argument)""".replace("APP", APP)


def framed(text: str) -> Image.Image:
    """A pass held before a camera, as well as can be."""
    frame = Image.new("L", (960, 720), 90)
    drawn = code(text, 10)
    frame.paste(drawn, ((960 - drawn.width) // 2, (720 - drawn.height) // 2))
    return frame


def data_url(picture: Image.Image) -> str:
    """A picture as an address."""
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return "data:image/png;base64," + base64.b64encode(kept.getvalue()).decode()


@contextmanager
def gate_phone(chrome, server, times, **options):
    """A phone at the gate, whose complaints fail the test."""
    made = GatePhone(chrome, server, times, **options)
    try:
        yield made
    finally:
        made.close()
