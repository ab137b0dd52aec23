"""The pass in a real browser: large on a phone, one sheet of A4, two of A6, in four languages."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from registry.web import asking
from tests import factories as f

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PAPER = {"a4": (1, "594.95996 841.91998"), "a6": (2, "298.07999 420")}
OVERFULL = """() => [...document.querySelectorAll(".panel, .back")]
  .filter((box) => getComputedStyle(box).display !== "contents" && box.scrollHeight > box.clientHeight + 1)
  .map((box) => box.className)"""


@pytest.fixture
def shown(monkeypatch):
    """A driver's pass for a car; the driver has an account."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)
    car = f.vehicle(plate="SV 12 ABC")
    f.owner(car.provider)
    return f.provider_pass(car.provider, car)


def opened(chrome, server, row, language, width, height):
    """The driver's browser."""
    signed_in = Client()
    f.sign_in(signed_in, row.provider.account)
    context = chrome.new_context(viewport={"width": width, "height": height})
    cookies = {"sessionid": signed_in.cookies["sessionid"].value, settings.LANGUAGE_COOKIE_NAME: language}
    context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
    page = context.new_page()
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
    return page


@pytest.mark.parametrize("language", ["uk", "ro", "en", "ru"])
def test_the_pass_fits_a_phone_and_its_papers(chrome, live_server, shown, language):
    page = opened(chrome, live_server, shown, language, 360, 740)
    page.goto(live_server.url + reverse("pass", args=[shown.pk]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = page.locator(".pass-qr").bounding_box()
    assert box["width"] >= 300
    assert box["y"] + box["height"] <= 740
    for size, (sheets, area) in PAPER.items():
        page.goto(f"{live_server.url}{reverse('pass_print', args=[shown.pk])}?size={size}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 794, "height": 1123})
        assert page.evaluate(OVERFULL) == []
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == sheets
        assert area.encode() in paper
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 360, "height": 740})
    page.context.close()
