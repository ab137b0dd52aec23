"""How long the phone app takes to open without a network: ``python -m tests.bench.phone ANSWER.json``.

A volunteer's phone that has kept the shell, its processor slowed down four times and not at all, from the navigation
to the tiles of the home screen; with the system's chromium, against a server of its own with invented people.
"""

import io
import json
import os
import socket
import statistics
import sys
from pathlib import Path
from typing import Any

import django

STARTS = 10
SLOWED = (1, 4)
SCREEN = {"width": 360, "height": 740}
# When the tiles are there, by the page's own clock, which begins with the navigation.
SEEN = """new MutationObserver((_, looking) => {
  if (!document.querySelector(".tiles")) return;
  globalThis.seenAt = performance.now();
  looking.disconnect();
}).observe(document, { childList: true, subtree: true });"""


def main(answer: Path) -> None:
    """Set up a registry, serve it, open the app again and again, write the milliseconds."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "safezone.settings"
    os.environ["SAFEZONE_DEMO"] = "1"
    django.setup()
    from django.core.management import call_command

    from registry.management.commands import serve
    from registry.services import geography
    from tests.conftest import find_browser

    call_command("migrate", verbosity=0, skip_checks=True)
    geography.load()
    call_command("demo", stdout=io.StringIO())
    browser = find_browser()
    if browser is None:
        sys.exit("bench: no chromium here")
    cookies, port = _signed_in(), _free_port()
    server = serve.start(serve.server_command("127.0.0.1", port))
    try:
        found = _opened(browser, f"http://127.0.0.1:{port}", cookies)
    finally:
        serve.end({"server": server})
    answer.write_text(json.dumps(found), encoding="utf-8")


def _signed_in() -> dict[str, str]:
    """The cookies of a volunteer after password and second factor."""
    from django.test import Client

    from registry import models as m
    from tests import factories as f

    grant = m.RoleGrant.objects.filter(role="volunteer", ended_at=None, person__is_active=True).order_by("id").first()
    client = Client()
    f.sign_in(client, grant.person)
    return {name: cookie.value for name, cookie in client.cookies.items()}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _opened(browser: str, url: str, cookies: dict[str, str]) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    from tests.phone.phone import CONTROLLED

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        chrome = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = chrome.new_context(viewport=SCREEN, has_touch=True, is_mobile=True, locale="en")
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        context.add_init_script(SEEN)
        page = context.new_page()
        _until_there(page, url)
        page.wait_for_function(CONTROLLED)
        devtools = context.new_cdp_session(page)
        context.set_offline(True)
        found = {str(times): _starts(page, devtools, url, times) for times in SLOWED}
        chrome.close()
    return found


def _until_there(page: Any, url: str) -> None:
    from playwright.sync_api import Error

    for _ in range(60):
        try:
            page.goto(f"{url}/app/")
            page.wait_for_selector(".tiles")
        except Error:
            page.wait_for_timeout(500)
        else:
            return
    sys.exit("bench: the app did not open")


def _starts(page: Any, devtools: Any, url: str, times: int) -> dict[str, float]:
    """Median and slowest start of several, in milliseconds."""
    took = []
    for _ in range(STARTS):
        page.goto("about:blank")
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})
        page.goto(f"{url}/app/", wait_until="commit")
        page.wait_for_selector(".tiles")
        took.append(page.evaluate("globalThis.seenAt"))
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return {"p50": statistics.median(took), "max": max(took)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
