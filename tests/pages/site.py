"""What the tests of the root's pages share: a clock, forms filled in as their pages show them, and what pages say."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from registry.web import asking
from tests import factories as f

LANGUAGES = ("uk", "ro", "en", "ru")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The pages' clock is the tests' clock."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)


def browser(who: str | Any = None, language: str = "en") -> Client:
    """A browser: of a known person by name, of a person's row, or of nobody."""
    client = Client(headers={"accept-language": language})
    if who is not None:
        f.sign_in(client, f.known(who) if isinstance(who, str) else who)
    return client


def words(page: Any) -> str:
    """What the page says, without its markup, in one line."""
    bare = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(html.unescape(bare).split())


def filled(client: Client, url: str) -> dict[str, Any]:
    """The form of a page as a browser would send it: hidden fields, typed values, ticked boxes, chosen options."""
    page = client.get(url)
    assert page.status_code == 200, (url, page.status_code)
    form = re.findall(r'<form method="post" class="stack[^"]*"[^>]*>(.*?)</form>', page.content.decode(), re.DOTALL)[0]
    values: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if at.get("type") in ("checkbox", "radio") and "checked" not in tag:
            continue
        unnamed = "on" if at.get("type") == "checkbox" else ""
        values.setdefault(at["name"], []).append(html.unescape(at.get("value", unnamed)))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        first = re.findall(r'<option value="([^"]*)"', options)[:1]
        values[name] = chosen or ([] if "multiple" in form.split(f'name="{name}"')[1].split(">")[0] else first)
    return values


def send(client: Client, url: str, **typed: Any) -> Any:
    """Open a form's page, fill it in and send it."""
    return client.post(url, {**filled(client, url), **typed})


def press(client: Client, page_url: str, button_url: str, **fields: Any) -> Any:
    """Press a one-button form of a page; it must be there."""
    page = client.get(page_url).content.decode()
    for form in re.findall(rf'action="{re.escape(button_url)}"[^>]*>(.*?)</form>', page, re.DOTALL):
        hidden = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', form))
        if all(hidden.get(name, value) == value for name, value in fields.items()):
            return client.post(button_url, {**hidden, **fields})
    raise AssertionError(f"no button for {button_url} {fields} on {page_url}")
