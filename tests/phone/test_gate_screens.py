"""The gate's screens in four languages on a phone of 320 pixels: axe, targets, reflow; and a film before the camera."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from registry.phone import words_book
from registry.rules.reasons import LANGUAGES, texts
from tests.browser import screens
from tests.phone import axe
from tests.phone.gate_phone import VERDICT, Times, framed, gate_phone
from tests.phone.phone import APP
from tests.services.gate_cases import Gate

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FRAMES = 30
# Of all kinds an answer with everything that can stand in it.
SHOWN = """async ([kind, reasons]) => {
  const { ui: { html, render }, answer: { Answer } } = await import("APP");
  const made = () => Object.assign(document.createElement("div"), { id: "shown" });
  const at = document.querySelector("#shown") ?? document.querySelector("#main").appendChild(made());
  const answer = { kind, reasons, isOpen: kind !== "go" && kind !== "stop", eta: "2026-03-06T12:00:00Z", ask() {} };
  render(null, at);
  render(html`<${Answer} answer=${answer} journey="x" onClose=${() => {}} />`, at);
}""".replace("APP", APP)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.django_db(transaction=True)
def test_every_screen_of_the_gate_is_for_everybody(chrome, live_server, monkeypatch, language):
    times = Times(monkeypatch)
    gate = Gate()
    said = words_book.book(language)["texts"]
    with gate_phone(chrome, live_server, times, language=language, viewport={"width": 320, "height": 640}) as phone:
        page = phone.at_work(f"/gate/{gate.match.pk}")
        page.wait_for_selector(".finder[data-state=looking]")
        screens.at(page, "gate-scan")
        axe.check(page)
        page.get_by_role("button", name=said["gate.type_code"]).click()
        screens.at(page, "gate-code")
        axe.check(page)
        page.get_by_role("button", name=said["gate.scan_instead"]).click()
        phone.shows(gate.row.text)
        page.wait_for_selector(".plate-keys")
        screens.at(page, "gate-plate")
        axe.check(page)
        page.get_by_role("button", name=said["gate.own_keys"]).click()
        page.locator(".plate-field").fill(gate.ride.vehicle.plate)
        page.get_by_role("button", name=said["gate.plate_take"]).click()
        page.locator(".gate-count .step").last.click()
        screens.at(page, "gate-count")
        axe.check(page)
        page.get_by_role("button", name=said["gate.count_take"]).click()
        page.wait_for_selector(".gate-ask")
        screens.at(page, "gate-ask")
        axe.check(page)
        for name in ("gate-go", "gate-stop", "gate-good", "gate-unknown"):
            kind = name.removeprefix("gate-")
            reasons = [] if kind == "go" else [texts(language)["other_driver"]["staff"], said["gate.reason.stale_list"]]
            page.evaluate(SHOWN, [kind, reasons])
            page.wait_for_selector(f"{VERDICT}[data-kind={kind}]")
            screens.at(page, name)
            if page.locator("summary:visible").count():
                page.locator("summary").click()
            axe.check(page)
            assert said[f"gate.word.{kind}"] in page.locator(VERDICT).inner_text()
            assert page.locator(VERDICT).evaluate("box => box.scrollWidth <= box.clientWidth")
        page.evaluate("document.querySelector('#shown').remove()")
        phone.shows_nothing()
        phone.open("/check")
        phone.later(timedelta(hours=25), server=False)
        page.wait_for_selector(".gate-age")
        screens.at(page, "gate-stale")
        axe.check(page)


@pytest.mark.django_db(transaction=True)
def test_a_film_before_the_camera_is_scanned(chrome, live_server, monkeypatch, tmp_path, chromium):
    """Nothing of the page is changed: the browser's own camera, permission and all."""
    times = Times(monkeypatch)
    gate = Gate()
    film = tmp_path / "film.mjpeg"
    frames = [Image.new("L", (960, 720), 90)] * 5 + [framed(gate.row.text)] * FRAMES
    film.write_bytes(b"".join(as_jpeg(one) for one in frames))
    flags = ["--no-sandbox", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = chrome.browser_type.launch(executable_path=chromium, args=flags)
    with gate_phone(browser, live_server, times, camera=False, permissions=["camera"]) as phone:
        phone.at_work(f"/gate/{gate.match.pk}").wait_for_selector(".plate-keys")
    browser.close()


def as_jpeg(picture):
    """One frame of a film."""
    kept = io.BytesIO()
    picture.convert("RGB").save(kept, "JPEG", quality=85)
    return kept.getvalue()


@pytest.mark.django_db(transaction=True)
def test_without_a_camera_the_code_is_typed(chrome, live_server, monkeypatch):
    times = Times(monkeypatch)
    Gate()
    with gate_phone(chrome, live_server, times, camera=False) as phone:
        page = phone.at_work("/check")
        page.get_by_text("The camera is not allowed").or_(page.get_by_text("This device has no camera")).wait_for()
        page.get_by_role("button", name="Type the short code").click()
        assert page.get_by_label("Short code").is_visible()


def test_the_phones_reasons_are_the_servers_own_sentences():
    """One sentence for one reason, wherever it is read."""
    for language in LANGUAGES:
        book = words_book.book(language)["texts"]
        said = {key.removeprefix("gate.reason."): text for key, text in book.items() if key.startswith("gate.reason.")}
        rules = texts(language)
        shared = set(said) & set(rules)
        assert len(shared) >= 20
        assert {code: said[code] for code in shared} == {code: rules[code]["staff"] for code in shared}
