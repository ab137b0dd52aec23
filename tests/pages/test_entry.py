"""Signing in and out: delays, no way to find out who has an account, no open redirect, no session from before."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import hashers

from registry import models as m
from registry.phone import entry
from registry.services import factors, sign_ins
from registry.web import asking
from tests import factories as f
from tests.pages.site import browser, clock, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
GOOD = {"email": "maria@example.org", "password": f.PASSWORD}
NOBODY = "nobody@example.org"


@pytest.fixture(autouse=True)
def maria():
    person = f.known("maria")
    f.app_of(person)
    return person


def enter(client, maria, later=0, **given):
    """Both steps, as a person takes them."""
    answer = send(client, "/login/", **{**GOOD, **given})
    assert answer.headers["Location"].startswith("/login/second/"), words(answer)
    return send(client, answer.headers["Location"], code=f.code(maria, asking.now(), later))


def test_a_volunteer_signs_in_and_lands_on_their_work(maria):
    client = browser()
    assert enter(client, maria, email=" Maria@Example.org ").headers["Location"] == "/home/"
    assert "Hello, Maria" in words(client.get("/home/"))


def test_the_password_alone_lets_nobody_in(maria):
    client = browser()
    send(client, "/login/", **GOOD)
    assert client.get("/home/").headers["Location"].startswith("/login/")
    assert not m.SignIn.objects.exists()


def test_a_wrong_password_and_an_unknown_account_look_the_same():
    pages = [send(browser(), "/login/", email=who, password="wrong") for who in (GOOD["email"], NOBODY)]
    assert [page.status_code for page in pages] == [422, 422]
    assert words(pages[0]).replace(GOOD["email"], "") == words(pages[1]).replace(NOBODY, "")
    assert set(pages[0].cookies) == set(pages[1].cookies)


@pytest.mark.parametrize("who", [GOOD["email"], NOBODY, "closed@example.org"])
def test_an_unknown_account_takes_as_long_as_a_wrong_password(who, monkeypatch):
    """Each costs one hashing and as many queries: time tells nothing."""
    f.person(email="closed@example.org", is_active=False)
    hashed = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: hashed.append(1) or encode(self, *a, **k))
    send(browser(), "/login/", email=who, password="wrong")
    assert len(hashed) == 1


def test_guessing_is_slowed_down_even_for_the_right_password_and_never_for_ever(monkeypatch, maria):
    for _ in range(sign_ins.BY_ACCOUNT.free):
        send(browser(), "/login/", email=GOOD["email"], password="wrong")
    page = send(browser(), "/login/", **GOOD)
    assert page.status_code == 429
    wait = int(page.headers["Retry-After"])
    assert wait <= sign_ins.BY_ACCOUNT.longest.total_seconds()
    monkeypatch.setattr(asking, "now", lambda: f.NOW + timedelta(seconds=wait))
    assert enter(browser(), maria).headers["Location"] == "/home/"


def test_an_unknown_account_is_slowed_down_alike():
    answers = [send(browser(), "/login/", email=NOBODY, password="wrong").status_code for _ in range(6)]
    assert answers == [422] * 4 + [429] * 2


def test_strangers_guesses_do_not_make_a_known_browser_wait(maria):
    client = browser()
    enter(client, maria)
    client.post("/logout/")
    for _ in range(6):
        send(browser(), "/login/", email=GOOD["email"], password="wrong")
    assert enter(client, maria, later=1).headers["Location"] == "/home/"


def test_the_mark_of_a_known_browser_serves_its_own_account_alone(maria):
    client = browser()
    enter(client, maria)
    client.post("/logout/")
    for _ in range(4):
        send(browser(), "/login/", email=NOBODY, password="wrong")
    assert send(client, "/login/", email=NOBODY, password="wrong").status_code == 429


def test_a_closed_account_cannot_sign_in(maria):
    m.Person.objects.filter(pk=maria.pk).update(is_active=False)
    assert send(browser(), "/login/", **GOOD).status_code == 422


def test_an_account_that_is_closed_between_the_two_steps_stays_out(maria):
    client = browser()
    where = send(client, "/login/", **GOOD).headers["Location"]
    m.Person.objects.filter(pk=maria.pk).update(is_active=False)
    assert client.post(where, {"code": f.code(maria, f.NOW)}).headers["Location"] == "/login/"


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(where, maria):
    assert enter(browser(), maria, next=where).headers["Location"] == "/home/"


def test_one_returns_to_the_page_one_wanted(maria):
    client = browser()
    wanted = client.get("/households/new/").headers["Location"]
    assert wanted == "/login/?next=/households/new/"
    second = send(client, wanted, **GOOD).headers["Location"]
    assert send(client, second, code=f.code(maria, f.NOW)).headers["Location"] == "/households/new/"


def test_a_session_planted_before_signing_in_is_worth_nothing(maria):
    """Session fixation: the key that somebody else may know is another one after each step."""
    client = browser()
    client.get("/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    second = send(client, "/login/", **GOOD).headers["Location"]
    between = client.cookies[settings.SESSION_COOKIE_NAME].value
    send(client, second, code=f.code(maria, f.NOW))
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert len({planted, between, after}) == 3
    for key in (planted, between):
        other = browser()
        other.cookies[settings.SESSION_COOKIE_NAME] = key
        assert other.get("/home/").status_code == 302


def test_a_session_without_a_sign_in_of_its_own_is_nobody(maria):
    """The control: what the framework alone calls signed in opens nothing here."""
    client = browser()
    client.force_login(maria)
    assert client.get("/home/").headers["Location"].startswith("/login/")


def test_the_second_step_is_open_for_five_minutes(monkeypatch, maria):
    client = browser()
    where = send(client, "/login/", **GOOD).headers["Location"]
    monkeypatch.setattr(entry, "PENDING_LASTS_S", -1)
    assert client.post(where, {"code": f.code(maria, f.NOW)}).headers["Location"] == "/login/"


def test_signing_out_ends_the_session():
    client = browser("maria")
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/home/").status_code == 302
    assert m.SignIn.objects.get().ended_at == f.NOW


def test_a_person_reads_their_own_language_after_signing_in(maria):
    m.Person.objects.filter(pk=maria.pk).update(language="ro")
    client = browser()
    enter(client, maria)
    assert '<html lang="ro">' in client.get("/home/").content.decode()


def test_a_code_is_shown_in_demo_alone(maria, settings):
    client = browser()
    where = send(client, "/login/", **GOOD).headers["Location"]
    m.Person.objects.filter(pk=maria.pk).update(email="maria@demo.example")
    for demo, debug in ((False, True), (True, False)):
        settings.DEMO, settings.DEBUG = demo, debug
        assert factors.demo_code(maria.pk, f.NOW) == ""
    settings.DEMO = settings.DEBUG = True
    assert factors.demo_code(maria.pk, f.NOW) == f.code(maria, f.NOW)
    assert f.code(maria, f.NOW) in words(client.get(where))
    m.Person.objects.filter(pk=maria.pk).update(email=GOOD["email"])
    assert factors.demo_code(maria.pk, f.NOW) == ""
