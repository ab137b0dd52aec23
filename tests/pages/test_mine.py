"""A household's own pages: opened by its code, left again, and shown in every state and language."""

import re

import pytest
from django.core import signing

from registry import models as m
from registry.services import slips
from registry.web import guessing, holding
from tests import factories as f
from tests.pages.household import bare, of, opened
from tests.pages.site import LANGUAGES, browser, clock, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
OWN_ADDRESSES = ("/mine/print/", "/mine/partners/", "/mine/worry/", "/mine/words/arrived/")
ONE_STATE_EACH = ("proposed", "accepted", "confirmed", "departed", "overdue", "alerted", "halted", "arrived", "closed")


# Opening and leaving.


def test_the_code_opens_the_page_however_it_is_typed():
    row = f.household()
    for typed in (row.code, row.code.lower(), f"{row.code[:4]}-{row.code[4:8]} {row.code[8:]}"):
        client = browser()
        assert send(client, "/mine/", code=typed).status_code == 302
        assert " ".join((row.code[:4], row.code[4:8], row.code[8:])) in words(client.get("/mine/"))


def test_the_cookie_is_for_these_pages_alone_and_no_script_reads_it():
    client = browser()
    answer = send(client, "/mine/", code=f.household().code)
    cookie = answer.cookies[holding.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/mine/", True, "Lax")
    assert int(cookie["max-age"]) == 12 * 60 * 60


def test_on_a_server_the_cookie_travels_encrypted_only(settings):
    settings.DEBUG = False
    answer = send(browser(), "/mine/", code=f.household().code)
    assert answer.cookies[holding.COOKIE]["secure"]


def test_the_code_stands_in_no_address_no_cookie_and_no_log(caplog):
    match = f.match("departed")
    caplog.set_level(0)
    client = browser()
    answer = send(client, "/mine/", code=match.household.code)
    assert match.household.code not in answer.headers["Location"] + str(answer.cookies) + caplog.text
    page = client.get("/mine/").content.decode()
    assert match.household.code not in "".join(re.findall(r'(?:href|action|src)="[^"]*"', page))


@pytest.mark.parametrize("address", ["/mine/", *OWN_ADDRESSES])
def test_no_cache_keeps_what_a_household_sees(address):
    client = of(f.match("departed"))
    for page in (client.get(address), browser().get("/mine/")):
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_wrong_code_and_one_of_somebody_erased_get_the_same_page():
    gone = f.household()
    m.Household.objects.filter(pk=gone.pk).update(erased_at=f.NOW)
    client, answers = browser(), []
    for code in ("0000 0000 0000", gone.code):
        page = send(client, "/mine/", code=code)
        assert (page.status_code, page.cookies[holding.COOKIE].value) == (404, "")
        answers.append(bare(page).replace(code, "", 1))
    assert answers[0] == answers[1]
    assert "We do not know this code" in answers[0]
    assert opened(f.household())


def test_guessing_codes_is_stopped(monkeypatch):
    monkeypatch.setattr(guessing, "TRIES", 3)
    f.geography()
    client = browser()
    known = f.household().code
    assert [send(client, "/mine/", code="000000000000").status_code for _ in range(3)] == [404] * 3
    stopped = client.post("/mine/", {"code": known})
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert client.get("/mine/").content.decode().count("data-code") == 1
    monkeypatch.setattr(guessing, "TRIES", 4)
    assert client.post("/mine/", {"code": known}).status_code == 302


@pytest.mark.parametrize("address", OWN_ADDRESSES)
def test_without_the_code_every_page_asks_for_it(address):
    match = f.match("departed")
    answer = browser().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mine/")
    assert of(match).get(address).status_code == 200


def test_a_household_s_page_is_no_account():
    client = of(f.match("departed"))
    for address in ("/home/", "/households/new/", "/desk/", "/provider/apply/"):
        assert client.get(address).headers["Location"].startswith("/login/")
    assert client.get("/api/v1/me").status_code == 401


def test_leave_forgets_the_household_and_the_old_cookie_of_a_new_code_opens_nothing():
    match = f.match("departed")
    client, another = of(match), of(match)
    press(client, "/mine/", "/mine/leave/")
    assert "This phone has forgotten your code" in words(client.get("/mine/"))
    assert client.get("/mine/print/").status_code == 302
    assert another.get("/mine/print/").status_code == 200
    slips.renew(actor=f.maria(), household=match.household_id, at=f.NOW)
    assert another.get("/mine/print/").status_code == 302
    assert of(m.Match.objects.get()).get("/mine/print/").status_code == 200


def forged(value: str) -> int:
    """What a page answers to a browser with this cookie."""
    client = browser()
    client.cookies[holding.COOKIE] = value
    return client.get("/mine/print/").status_code


def test_a_cookie_that_nobody_signed_opens_nothing():
    row = f.household()
    good = send(browser(), "/mine/", code=row.code).cookies[holding.COOKIE].value
    held = {"household": row.pk.hex, "mark": "0" * 32}
    bad = (
        "",
        "x",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        signing.dumps(held, salt=holding.SALT),
        signing.dumps({"household": "x"}, salt=holding.SALT),
        signing.dumps([row.pk.hex], salt=holding.SALT),
        signing.dumps(held, salt="another"),
    )
    assert [forged(value) for value in bad] == [302] * len(bad)
    assert forged(good) == 200


def test_the_phone_forgets_after_twelve_hours(monkeypatch):
    client = of(f.match("departed"))
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 12 * 3600 - 60)
    kept = client.get("/mine/print/")
    assert kept.status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 24 * 3600 - 180)
    assert client.get("/mine/print/").status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 48 * 3600)
    assert client.get("/mine/print/").status_code == 302


def test_the_page_speaks_the_household_s_language_unless_another_was_chosen():
    row = f.household(language="ru")
    client = browser(language="en")
    send(client, "/mine/", code=row.code)
    assert '<html lang="ru">' in client.get("/mine/").content.decode()
    chosen = browser(language="en")
    chosen.post("/language/", {"language": "ro", "next": "/"})
    send(chosen, "/mine/", code=row.code)
    assert '<html lang="ro">' in chosen.get("/mine/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ONE_STATE_EACH)
def test_every_state_has_a_page_in_every_language(status, language):
    match = f.match(status, f.help_request("both"))
    client = of(match, language)
    page = client.get("/mine/")
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.content.decode()
    assert page.content.decode().count("<h1") == 1
    for address in (*OWN_ADDRESSES, "/way/", "/follow/"):
        assert client.get(address).status_code == 200
