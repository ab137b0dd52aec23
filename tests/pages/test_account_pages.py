"""One's own account by pages: second factors, step-up that keeps what was typed, sign-ins; a steward's invitations."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.services import factors, passkeys, sign_ins
from registry.web import asking
from tests import factories as f
from tests.invented.passkeys import Passkey
from tests.pages.site import browser, clock, filled, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
HERE = "http://testserver"


def stale(name: str) -> Client:
    """A browser whose second factor is six minutes old."""
    client = browser(name)
    m.SignIn.objects.filter(person=f.known(name), ended_at=None).update(confirmed_at=f.NOW - timedelta(minutes=6))
    return client


def hidden(page: str, form: str = "") -> dict[str, str]:
    """The hidden fields of a page after some text."""
    part = page[page.index(form) :] if form else page
    return {k: html.unescape(v) for k, v in re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', part)}


def ready() -> m.Provider:
    """Somebody who can be verified."""
    row = f.provider(status="in_review")
    f.checks_for(row)
    return row


FIRST = {"reason": "checks_complete", "conflict": "no"}


def test_a_decision_asks_for_the_second_factor_and_is_sent_by_a_second_click():
    client, url = stale("olena"), f"/desk/provider/{ready().pk}/decide/verify/"
    typed = {**filled(client, url), **FIRST}
    asked = client.post(url, typed)
    assert asked.status_code == 403
    assert "What you have filled in is kept" in words(asked)
    carried = hidden(asked.content.decode(), 'name="code"')["carried"]
    wrong = client.post("/confirm/", {"code": "000000", "carried": carried, "key": str(uuid7())})
    assert wrong.status_code == 422
    carried = hidden(wrong.content.decode(), 'name="code"')["carried"]
    code = f.code(f.known("olena"), f.NOW, later=1)
    confirmed = client.post("/confirm/", {"code": code, "carried": carried, "key": str(uuid7())})
    assert not m.Decision.objects.exists(), "nothing is sent before the second click"
    page = confirmed.content.decode()
    form = re.search(rf'<form method="post" action="{re.escape(url)}".*?</form>', page, re.DOTALL)
    assert form
    kept = {k: v for k, v in hidden(form[0]).items() if k != "csrfmiddlewaretoken"}
    typed.pop("csrfmiddlewaretoken")
    assert kept == {name: value[0] if isinstance(value, list) else value for name, value in typed.items()}
    assert client.post(url, kept).status_code == 302
    assert m.Decision.objects.get().first_by == f.known("olena")


def test_a_form_is_carried_for_its_own_sign_in_alone():
    client, url = stale("olena"), f"/desk/provider/{ready().pk}/decide/verify/"
    asked = client.post(url, {**filled(client, url), **FIRST})
    carried = hidden(asked.content.decode(), 'name="code"')["carried"]
    for other, name in ((browser("olena"), "olena"), (browser("petru"), "petru")):
        answer = other.post("/confirm/", {"code": f.code(f.known(name), f.NOW, 1), "carried": carried})
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/home/"


def test_confirming_in_one_browser_does_not_confirm_another():
    one, two = stale("olena"), stale("olena")
    url = f"/desk/provider/{ready().pk}/decide/verify/"
    send(one, "/confirm/", code=f.code(f.known("olena"), f.NOW, later=1))
    assert two.post(url, {**filled(two, url), **FIRST}).status_code == 403
    assert one.post(url, {**filled(one, url), **FIRST}).status_code == 302


def test_a_page_that_needs_it_asks_before_anything_is_typed():
    client = stale("olena")
    asked = client.get("/account/password/")
    assert asked.headers["Location"] == "/confirm/?next=%2Faccount%2Fpassword%2F"
    back = send(client, asked.headers["Location"], code=f.code(f.known("olena"), f.NOW, later=1))
    assert back.headers["Location"] == "/account/password/"


def test_suspending_asks_nothing():
    row, client = f.verified_provider(driver=True), stale("olena")
    assert send(client, f"/desk/provider/{row.pk}/suspend/", reason="police").status_code == 302
    row.refresh_from_db()
    assert row.status == "suspended"


# Setting up


def newcomer() -> m.Person:
    """A volunteer who may set up the first factor."""
    person = f.person("volunteer", zone="siret", email="new@example.org")
    factors.open_enrolment(person.pk)
    return person


def enter(email: str) -> Client:
    """A browser after the password alone."""
    client = browser()
    assert send(client, "/login/", email=email, password=f.PASSWORD).status_code == 302
    return client


def test_a_newcomer_sees_nothing_before_the_second_factor_is_set_up():
    newcomer()
    client = enter("new@example.org")
    for path in ("/home/", "/households/new/", "/zones/siret/", "/account/password/"):
        assert client.get(path).headers["Location"] == "/account/"
    page = client.get("/account/app/").content.decode()
    assert "<svg" in page
    assert "style=" not in page
    secret = re.search(r'<p class="code">([A-Z2-7 ]+)</p>', page)
    assert secret
    code = factors.code_of(secret[1].replace(" ", ""), factors.step_at(f.NOW))
    wrong = client.post("/account/app/", {"code": "000000", "key": str(uuid7())})
    assert wrong.status_code == 422
    assert secret[1] in wrong.content.decode(), "the same key stays on the page"
    done = client.post("/account/app/", {"code": code, "key": str(uuid7())})
    assert len(re.findall(r'<li class="code">\d{4} \d{4}</li>', done.content.decode())) == 10
    assert client.get("/home/").status_code == 200


def test_somebody_whose_factor_was_revoked_sets_up_none_with_the_password():
    person = f.known("maria")
    f.app_of(person)
    factors.remove_all(person.pk)
    client = enter(person.email)
    assert "two people decide together" in words(client.get("/account/"))
    client.get("/account/app/")
    code = factors.code_of(client.session["totp_draft"], factors.step_at(f.NOW))
    assert client.post("/account/app/", {"code": code, "key": str(uuid7())}).status_code == 403
    assert client.get("/home/").headers["Location"] == "/account/"


def test_a_passkey_is_set_up_and_signs_in():
    person = newcomer()
    client, key = enter("new@example.org"), Passkey(HERE)
    page = client.get("/account/passkey/").content.decode()
    answer = key.make(json.loads(html.unescape(re.findall(r'data-options="([^"]*)"', page)[0])))
    sent = {"name": "My phone", "credential": json.dumps(answer), "key": str(uuid7())}
    assert "Recovery codes" in words(client.post("/account/passkey/", sent))
    again = browser()
    second = send(again, "/login/", email=person.email, password=f.PASSWORD).headers["Location"]
    page = again.get(second).content.decode()
    options = json.loads(html.unescape(re.findall(r'data-options="([^"]*)"', page)[0]))
    key.origin = "https://evil.example"
    assert again.post(second, {"credential": json.dumps(key.show(options))}).status_code == 422
    page = again.get(second).content.decode()
    options = json.loads(html.unescape(re.findall(r'data-options="([^"]*)"', page)[0]))
    key.origin = HERE
    assert again.post(second, {"credential": json.dumps(key.show(options))}).headers["Location"] == "/home/"
    assert passkeys.rows_of(person.pk)[0].data["name"] == "My phone"


# One's own sign-ins


def test_one_sees_and_ends_ones_own_sign_ins():
    here, there = browser("olena"), browser("olena")
    other = m.SignIn.objects.order_by("created_at", "id").last()
    assert other
    press(here, "/account/", f"/account/sign-ins/{other.pk}/end/")
    assert (here.get("/home/").status_code, there.get("/home/").status_code) == (200, 302)
    there = browser("olena")
    press(here, "/account/", "/account/sign-ins/end/")
    assert (here.get("/home/").status_code, there.get("/home/").status_code) == (200, 302)


def test_a_sign_in_ends_by_itself_after_half_a_day(monkeypatch):
    client = browser("olena")
    monkeypatch.setattr(asking, "now", lambda: f.NOW + sign_ins.LASTS - timedelta(seconds=1))
    assert client.get("/account/").status_code == 200
    monkeypatch.setattr(asking, "now", lambda: f.NOW + sign_ins.LASTS)
    assert client.get("/account/").status_code == 302


def test_a_password_is_changed_and_this_browser_stays():
    here, there = browser("olena"), browser("olena")
    given = {"old": f.PASSWORD, "password": "copper-violin-29"}
    assert send(here, "/account/password/", **{**given, "password": "short"}).status_code == 422
    assert send(here, "/account/password/", **given).status_code == 302
    assert (here.get("/home/").status_code, there.get("/home/").status_code) == (200, 302)


# Stewards


def test_an_invitation_leads_to_an_account():
    f.geography()
    page = send(browser("sorin"), "/people/invite/", email="ana@example.org", role="volunteer", zone="siret")
    secret = re.search(r'<p class="big-code">([\w-]+)</p>', page.content.decode())
    assert secret
    form = {"email": "ana@example.org", "code": secret[1], "given_name": "Ana", "family_name": "Pop"}
    assert send(browser(), "/invitation/", **form, password="short").status_code == 422
    assert send(browser(), "/invitation/", **form, password="copper-violin-29").headers["Location"] == "/login/"
    assert send(browser(), "/invitation/", **form, password="copper-violin-29").status_code == 422
    client = browser()
    send(client, "/login/", email="ana@example.org", password="copper-violin-29")
    assert client.get("/home/").headers["Location"] == "/account/"


def test_a_role_with_power_waits_on_the_page_of_the_second():
    f.geography()
    someone = f.person()
    send(browser("sorin"), f"/people/{someone.pk}/", role="officer", county="RO-SV")
    assert not someone.grants.exists()
    row = m.AccountDecision.objects.get()
    assert "Somebody else must agree" in words(browser("sorin").get("/people/waiting/"))
    press(browser("petru"), "/people/waiting/", f"/people/waiting/{row.pk}/", carry="yes")
    assert someone.grants.get().role == "officer"


def test_a_lost_device_is_ended_and_a_new_start_is_handed_over():
    olena, sorin = f.known("olena"), browser("sorin")
    client, page = browser("olena"), f"/people/{olena.pk}/"
    press(sorin, page, f"{page}factors/revoke/")
    assert client.get("/home/").status_code == 302
    press(sorin, page, f"{page}renewal/")
    row = m.AccountDecision.objects.get()
    shown = press(browser("petru"), "/people/waiting/", f"/people/waiting/{row.pk}/", carry="yes")
    secret = re.search(r'<p class="big-code">([\w-]+)</p>', shown.content.decode())
    assert secret
    form = {"email": olena.email, "code": secret[1], "password": "copper-violin-29"}
    assert send(browser(), "/invitation/", **form).headers["Location"] == "/login/"
    olena.refresh_from_db()
    assert factors.may_enroll(olena)
