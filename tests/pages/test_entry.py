"""Signing in and out: limits, no way to find out who has an account, no open redirect."""

import pytest

from registry import models as m
from registry.phone import entry
from tests import factories as f
from tests.pages.site import browser, clock, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
GOOD = {"email": "maria@example.org", "password": f.PASSWORD}


@pytest.fixture(autouse=True)
def maria():
    return f.known("maria")


def test_a_volunteer_signs_in_and_lands_on_their_work():
    client = browser()
    answer = send(client, "/login/", **{**GOOD, "email": " Maria@Example.org "})
    assert answer.headers["Location"] == "/home/"
    assert "Hello, Maria" in words(client.get("/home/"))


def test_a_wrong_password_and_an_unknown_account_look_the_same():
    pages = [send(browser(), "/login/", email=who, password="wrong") for who in (GOOD["email"], "nobody@example.org")]
    assert [page.status_code for page in pages] == [422, 422]
    assert words(pages[0]).replace(GOOD["email"], "") == words(pages[1]).replace("nobody@example.org", "")


def test_an_account_is_closed_to_guessing_even_with_the_right_password():
    for _ in range(entry.TRIES_AN_ACCOUNT):
        send(browser(), "/login/", email=GOOD["email"], password="wrong")
    page = send(browser(), "/login/", **GOOD)
    assert page.status_code == 429
    assert "Retry-After" in page.headers


def test_a_closed_account_cannot_sign_in(maria):
    m.Person.objects.filter(pk=maria.pk).update(is_active=False)
    assert send(browser(), "/login/", **GOOD).status_code == 422


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(where):
    answer = send(browser(), "/login/", **GOOD, next=where)
    assert answer.headers["Location"] == "/home/"


def test_one_returns_to_the_page_one_wanted():
    client = browser()
    wanted = client.get("/households/new/").headers["Location"]
    assert wanted == "/login/?next=/households/new/"
    assert send(client, wanted, **GOOD).headers["Location"] == "/households/new/"


def test_signing_out_ends_the_session():
    client = browser("maria")
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert client.get("/home/").status_code == 302


def test_a_person_reads_their_own_language_after_signing_in(maria):
    m.Person.objects.filter(pk=maria.pk).update(language="ro")
    client = browser()
    send(client, "/login/", **GOOD)
    assert '<html lang="ro">' in client.get("/home/").content.decode()
