"""The shell: opens, is kept, opens without a network, offers a new version, weighs little."""

import gzip
import hashlib
import json
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from registry.phone import app, words_book
from tests import factories as f
from tests.browser.test_pages_browser import noon

browser = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]
LANGUAGES = ("uk", "ro", "en", "ru")
NEVER_MS = 2**31 - 1
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const kept of await (await caches.open(name)).keys()) found.push(new URL(kept.url).pathname);
  }
  return found;
}"""


def weight(url):
    """What a kept address weighs on its way, gzipped."""
    if url.startswith("/static/"):
        content = app.found(url.removeprefix("/static/")).read_bytes()
    else:
        content = Client().get(url).content
    return len(gzip.compress(content, 9))


@pytest.mark.django_db
def test_the_whole_app_weighs_less_than_200_kb_and_without_its_texts_less_than_130(record_property):
    every = {url: weight(url) for url in app.revisions()}
    code = {url: size for url, size in every.items() if "/words/" not in url}
    worker = len(gzip.compress(app.found(app.MODULE_WORKER).read_bytes(), 9))
    record_property("app_bytes", sum(every.values()) + worker)
    record_property("code_bytes", sum(code.values()) + worker)
    assert app.address(app.MAIN) in code
    assert sum(every.values()) + worker < 200_000
    assert sum(code.values()) + worker < 130_000


def test_the_app_was_built_of_the_modules_as_they_are():
    """Node is needed to build the app, not to see that it was built: `make vendor` does it, `make check` asks."""
    built_of = json.loads(app.found(f"{app.BUILT}/sources.json").read_text("utf-8"))
    now = {path: hashlib.sha256((settings.BASE_DIR / path).read_bytes()).hexdigest() for path in built_of}
    assert built_of == now, "changed since the app was built: run `make vendor`"
    folder = app.found(app.EARLY).parent.parent
    modules = {path for path in folder.rglob("*.*") if path.suffix in {".js", ".css"} and path.parent.name != "built"}
    unused = {path.relative_to(settings.BASE_DIR).as_posix() for path in modules} - set(built_of)
    assert unused == {f"registry/static/{app.EARLY}"}


def test_pieces_that_the_first_screen_needs_are_asked_for_with_it():
    main = app.found(app.MAIN).read_text("utf-8")
    pieces = set(re.findall(r"""from\s*["']\./([^"']+)""", main)) | set(re.findall(r"""import["']\./([^"']+)""", main))
    assert {app.MAIN, *(f"{app.BUILT}/{name}" for name in pieces)} == set(app.loaded_first())


@pytest.mark.django_db
def test_the_shell_is_the_same_for_everybody_and_names_nobody():
    client = Client()
    f.sign_in(client, f.known("maria"))
    mine, nobodys = client.get("/app/").content, Client().get("/app/").content
    assert mine == nobodys
    assert b"Maria" not in mine


@pytest.mark.django_db
def test_a_changed_file_makes_a_new_worker_and_the_answers_of_the_server_are_never_in_it():
    first = app.revisions()
    assert not any(url.startswith("/api/") for url in first)
    assert {"/app/", *(f"/app/words/{code}.json" for code in LANGUAGES)} <= set(first)
    text = Client().get("/app/sw.js")
    assert text.headers["Service-Worker-Allowed"] == "/app/"
    assert text.headers["Cache-Control"] == "no-cache"
    listed = json.loads(re.search(r"keepShell\((\[.*\])\)", text.content.decode(), re.DOTALL)[1])
    assert {row["url"]: row["revision"] for row in listed} == first


@pytest.mark.django_db
def test_a_new_text_is_a_new_revision(monkeypatch):
    before = app.revisions()
    monkeypatch.setattr(words_book, "written", lambda language: f"{{}} {language}")
    after = app.revisions()
    changed = {url for url in before if before[url] != after[url]}
    assert changed == {f"/app/words/{code}.json" for code in LANGUAGES}


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manifest_lets_a_phone_install_the_app_in_its_language(language):
    told = Client(headers={"Accept-Language": language}).get("/app/manifest.webmanifest")
    assert told.headers["Content-Type"] == "application/manifest+json"
    body = told.json()
    assert (body["start_url"], body["scope"], body["display"], body["lang"]) == (
        "/app/",
        "/app/",
        "standalone",
        language,
    )
    purposes = {(icon["sizes"], icon["purpose"]) for icon in body["icons"]}
    assert purposes == {(size, kind) for size in ("192x192", "512x512") for kind in ("any", "maskable")}
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in body["icons"])


@pytest.mark.django_db
def test_an_unknown_language_has_no_words():
    assert Client().get("/app/words/de.json").status_code == 404


class TestOnAPhone:
    """With the browser."""

    pytestmark = browser

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_opens_in_the_phones_language_and_can_be_installed(self, chrome, live_server, language):
        from tests.phone.phone import Phone

        phone = Phone(chrome, live_server, language)
        page = phone.open()
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").inner_text() == words_book.book(language)["texts"]["core.sign_in_title"]
        phone.ready()
        devtools = phone.context.new_cdp_session(page)
        assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] in ([], IN_PRIVATE)
        phone.close()

    def test_it_opens_without_a_network_with_what_it_knew(self, phone):
        page = phone.welcome()
        phone.offline()
        page.reload()
        page.wait_for_selector(".tiles")
        page.wait_for_selector(".chip[data-tone=warn]")
        page.goto("/app/?from=home#/queue")
        page.wait_for_selector("h1:has-text('Entries')")
        assert phone.core("(c) => c.session.me.value.given_name") == "Maria"

    def test_nothing_of_the_server_is_kept_by_the_worker(self, phone):
        page = phone.welcome()
        phone.core("(c) => Promise.all(['/me', '/zones', '/public/keys'].map((path) => c.api.get(path)))")
        kept = page.evaluate(KEPT)
        assert "/app/" in kept
        assert [path for path in kept if path.startswith("/api/")] == []

    def test_a_browser_without_module_workers_keeps_it_too(self, chrome, live_server):
        from tests.phone.phone import Phone

        phone = Phone(chrome, live_server)
        phone.context.add_init_script(ONLY_CLASSIC)
        page = phone.open()
        phone.ready()
        assert page.evaluate("navigator.serviceWorker.controller.scriptURL").endswith("/app/sw.js?classic=1")
        phone.offline()
        page.reload()
        page.wait_for_selector(".screen h1")
        phone.close()

    def test_a_page_that_was_loaded_past_the_worker_is_taken_by_it(self, phone):
        page = phone.welcome()
        with page.expect_navigation():
            phone.context.new_cdp_session(page).send("Page.reload", {"ignoreCache": True})
        page.wait_for_selector(".tiles")
        phone.ready()

    @pytest.mark.parametrize("again_ms", [100, NEVER_MS], ids=["by itself", "with the network"])
    def test_a_first_try_that_failed_is_made_again(self, phone, monkeypatch, again_ms):
        whole = app._known
        monkeypatch.setattr(app, "_known", lambda: {**whole(), "/app/words/de.json": "0" * 16})
        phone.context.add_init_script(STATES_OF_WORKERS.replace("AGAIN", str(again_ms)))
        page = phone.open()
        page.wait_for_function("() => states.includes('redundant')")
        assert page.evaluate("navigator.serviceWorker.controller") is None
        monkeypatch.setattr(app, "_known", whole)
        if again_ms == NEVER_MS:
            phone.offline()
            phone.offline(False)
        phone.ready()

    def test_a_new_version_waits_for_the_form_and_for_a_word(self, phone, monkeypatch):
        page = phone.welcome()
        page.evaluate("globalThis.before = true")
        phone.core("(c) => (c.session.dirty.value = true)")
        changed = {**app.revisions(), "/app/words/ru.json": "0" * 16}
        monkeypatch.setattr(app, "_known", lambda: changed)
        phone.core("(c) => c.update.look()")
        phone.until(lambda: phone.core("(c) => c.update.isUpdateWaiting.value"))
        page.wait_for_timeout(500)
        assert page.locator(".bar").count() == 0
        phone.core("(c) => (c.session.dirty.value = false)")
        page.wait_for_selector(".bar:has-text('There is a new version')")
        page.wait_for_timeout(500)
        assert page.evaluate("globalThis.before") is True
        with page.expect_navigation():
            page.get_by_role("button", name="Load it now").click()
        page.wait_for_selector(".tiles")
        assert page.evaluate("globalThis.before") is None
        assert page.locator(".bar").count() == 0

    def test_the_language_is_chosen_once_and_kept_by_the_server_too(self, phone):
        page = phone.welcome()
        page.evaluate("location.hash = '/account'")
        page.locator(".choice-tile", has_text="Română").click()
        page.wait_for_selector("h1:has-text('Dumneavoastră și acest telefon')")
        phone.core("(c) => c.api.get('/zones/nowhere')")
        phone.until(lambda: any(c["value"] == "ro" for c in phone.context.cookies() if c["name"] == "django_language"))
        answer = phone.core("(c) => c.api.get('/zones/nowhere').then((a) => a.headers.get('Content-Language'))")
        assert answer == "ro"
        page.reload()
        page.wait_for_selector("h1:has-text('Dumneavoastră și acest telefon')")

    def test_night_is_a_choice_that_is_kept(self, phone):
        page = phone.welcome()
        day = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.evaluate("location.hash = '/account'")
        page.locator(".choice-tile", has_text="Dark").click()
        night = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert day != night
        page.reload()
        page.wait_for_selector(".screen")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == night


# What becomes of each worker; and how long the app waits before it tries again, instead of its 15 seconds.
STATES_OF_WORKERS = """{
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (call, ms, ...given) => setTimeout(call, ms === 15_000 ? AGAIN : ms, ...given);
  const { register } = ServiceWorkerContainer.prototype;
  globalThis.states = [];
  ServiceWorkerContainer.prototype.register = async function (...given) {
    const made = await register.apply(this, given);
    made.installing?.addEventListener("statechange", ({ target }) => states.push(target.state));
    return made;
  };
}"""
# Chromium does not install from a private window, which is what a test's context is.
IN_PRIVATE = [{"errorId": "in-incognito", "errorArguments": []}]
ONLY_CLASSIC = """{
  const register = ServiceWorkerContainer.prototype.register;
  ServiceWorkerContainer.prototype.register = function (url, options) {
    return options?.type === "module" ? Promise.reject(new TypeError("no modules")) : register.call(this, url, options);
  };
}"""
