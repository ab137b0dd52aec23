"""The browser that every browser test drives."""

import os

import pytest


@pytest.fixture(scope="module")
def chrome(chromium):
    """The system's chromium, driven."""
    from playwright.sync_api import sync_playwright

    # The driver runs an event loop in this thread; Django would take every query for one of its own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
