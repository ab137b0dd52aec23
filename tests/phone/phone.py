"""A phone in a pocket: a browser's context with the app in it, that notices what goes wrong."""

import time
from urllib.parse import urlsplit

from django.test import Client

from tests import factories as f

# A text that is missing throws. The phone's clock may be wrong by `ahead` milliseconds, also from now on.
STRICT = "try { localStorage.setItem('safezone.strict', '1') } catch {}"
WRONG_CLOCK = """{
  const Right = Date;
  globalThis.ahead = AHEAD;
  globalThis.Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + globalThis.ahead); }
    static now() { return Right.now() + globalThis.ahead; }
  };
}"""
# Said by the browser itself about answers that a test means to get, or about a network that it has cut.
MEANT = ("Failed to load resource", "net::ERR_")


class Phone:
    """A small screen with a touch, its console and every host that it asks."""

    def __init__(self, chrome, server, language="en", *, context=None, ahead_ms=0, sync=False, **options):
        self.server, self.language = server, language
        options = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce", **options}
        self.context = context or chrome.new_context(locale=language, has_touch=True, base_url=server.url, **options)
        self.context.add_init_script(STRICT)
        self.context.add_init_script(WRONG_CLOCK.replace("AHEAD", str(ahead_ms)))
        if not sync:
            self.context.add_init_script(NO_SYNC)
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page = self.new_page()

    def new_page(self):
        """One more tab."""
        page = self.context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        return page

    def choose(self, language):
        """Somebody has chosen this language on the phone; else it speaks the language of who is signed in."""
        self.context.add_init_script(CHOSEN.format(language=language))
        return self

    def sign_in(self, who):
        """Sign a known person in, as the pages would have."""
        client = Client()
        f.sign_in(client, f.known(who) if isinstance(who, str) else who)
        cookies = [{"name": n, "value": c.value, "url": self.server.url} for n, c in client.cookies.items()]
        self.context.add_cookies(cookies)
        return self

    def welcome(self, who="maria"):
        """Sign in and open the app, kept by its worker and with the person on the screen."""
        self.page.goto("about:blank")
        page = self.sign_in(who).open()
        page.wait_for_selector(".tiles")
        self.ready()
        return page

    def until(self, holds, page=None, patience_s=30):
        """Wait until something holds, seen from the test."""
        end = time.monotonic() + patience_s
        while not holds():
            assert time.monotonic() < end, "it never came"
            (page or self.page).wait_for_timeout(100)

    def entries(self, page=None):
        """The outbox as the screen has it: label and state, in order."""
        listed = "(c) => c.outbox.outbox.refresh().then(() => c.outbox.entries.value.map((e) => [e.label, e.state]))"
        return self.core(listed, page=page)

    def expire(self):
        """The session is gone, as after half a day."""
        self.context.clear_cookies(name="sessionid")

    def open(self, path="/", page=None):
        """The app at one of its screens, drawn."""
        page = page or self.page
        page.goto(f"/app/#{path}")
        page.wait_for_selector(".screen h1")
        return page

    def ready(self, page=None):
        """Wait until the service worker keeps the shell and has this page."""
        (page or self.page).wait_for_function(CONTROLLED)

    def core(self, script, argument=None, page=None):
        """What a script says that has the core's exports: `c.outbox`, `c.vault`, `c.api`, `c.session` ..."""
        return (page or self.page).evaluate(CORE.replace("SCRIPT", script), argument)

    def offline(self, cut=True):
        """Cut the network, or mend it."""
        self.context.set_offline(cut)

    def close(self):
        """Nothing was complained about, and nothing came from another host."""
        complaints = [said for said in self.complaints if not any(part in said for part in MEANT)]
        self.context.close()
        assert complaints == [], complaints
        assert self.hosts <= {urlsplit(self.server.url).netloc}


# As on most phones: only the page sends, so that a test knows who does.
NO_SYNC = """if (globalThis.ServiceWorkerRegistration)
  Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { value: undefined });"""
CHOSEN = "try {{ localStorage.setItem('safezone.language', '{language}') }} catch {{}}"
CONTROLLED = "() => navigator.serviceWorker.controller"
# Where the running app is found by scripts: the same modules, not second ones.
APP = "/static/registry/app/built/index.js"
CORE = """async (argument) => (SCRIPT)(await import("APP"), argument)""".replace("APP", APP)
