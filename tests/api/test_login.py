"""Signing in: tokens and sessions, and what neither may be misused for."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.services import accounts, renewals, sign_ins
from registry.web import asking
from tests import factories as f
from tests.api.caller import ROOT, Caller

pytestmark = pytest.mark.django_db


def test_a_token_signs_in():
    assert Caller(f.maria()).get("/me").json()["roles"] == [{"role": "volunteer", "zone": "siret", "county": None}]


def test_a_session_signs_in():
    assert Caller(f.maria(), session=True).get("/me").json()["given_name"] == "Maria"


WRONG = ("Bearer", "Bearer szr_wrong", "Bearer a b", "bearer \xff\xfe", "Bearer " + "x" * 5000)


@pytest.mark.parametrize("header", WRONG)
def test_a_wrong_token_is_nobody_even_with_a_session(header):
    caller = Caller(f.maria(), session=True)
    assert caller.get("/me", Authorization=header).status_code == 401


def test_another_scheme_is_nobody():
    assert Caller().get("/me", Authorization="Basic bWFyaWE6eA==").status_code == 401


def issued(who):
    """A token made over HTTP, as its answer."""
    return Caller(who, session=True).post("/me/tokens", {"id": str(uuid7()), "name": "laptop"}).json()


def test_a_token_made_here_works_until_it_is_revoked():
    token = issued(f.maria())
    caller = Caller()
    caller.headers["Authorization"] = f"Bearer {token['secret']}"
    assert caller.get("/me").status_code == 200
    assert caller.post(f"/me/tokens/{token['id']}/revocation").status_code == 200
    assert caller.get("/me").status_code == 401


def test_a_token_ends_after_its_time(monkeypatch):
    caller = Caller(f.maria())
    monkeypatch.setattr(asking, "now", lambda: f.NOW + accounts.TOKEN_LIFETIME + timedelta(seconds=1))
    assert caller.get("/me").status_code == 401


def test_a_token_of_a_closed_account_is_nobody():
    caller, session = Caller(f.maria()), Caller(f.maria(), session=True)
    accounts.deactivate(actor=f.sorin(), person=f.known("maria").pk, at=f.NOW)
    assert (caller.get("/me").status_code, session.get("/me").status_code) == (401, 401)


def test_a_role_that_was_taken_away_is_gone_with_the_next_request():
    caller, household = Caller(f.maria()), f.household()
    assert caller.get(f"/households/{household.pk}").status_code == 200
    grant = f.known("maria").grants.get()
    accounts.end_role(actor=f.sorin(), grant=grant.pk, at=f.NOW)
    assert caller.get(f"/households/{household.pk}").status_code == 401
    assert Caller(f.maria()).get(f"/households/{household.pk}").status_code == 404


def test_the_secret_of_a_token_is_told_once_and_kept_nowhere():
    caller, body, key = Caller(f.maria(), session=True), {"id": str(uuid7()), "name": "laptop"}, "the-key-of-this"
    first, again = caller.post("/me/tokens", body, key), caller.post("/me/tokens", body, key)
    secret = first.json()["secret"]
    assert secret.startswith("szr_")
    assert (again.json()["secret"], again.headers["Idempotent-Replayed"]) == (None, "true")
    assert {**first.json(), "secret": None} == again.json()
    kept = str(list(m.IdempotencyKey.objects.values())) + str(list(m.ApiToken.objects.values()))
    assert secret not in kept


def test_a_token_list_tells_no_secret():
    token = issued(f.maria())
    shown = Caller(f.maria(), session=True).get("/me/tokens")
    assert [row["prefix"] for row in shown.json()["items"]] == [token["secret"][:12]]
    assert token["secret"] not in shown.content.decode()


def test_a_session_needs_its_csrf_token():
    """Another site can send the cookie along, but cannot read the token."""
    client = Client(enforce_csrf_checks=True)
    f.sign_in(client, f.known("maria"))
    path, body = f"{ROOT}/me/tokens", {"id": str(uuid7()), "name": "laptop"}
    key = {"Idempotency-Key": "a-key-of-a-test"}
    refused = client.post(path, body, content_type="application/json", headers=key)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    client.get("/login/")
    client.cookies[settings.CSRF_COOKIE_NAME] = token = "a" * 32
    answer = client.post(path, body, content_type="application/json", headers={**key, "X-CSRFToken": token})
    assert answer.status_code == 201


def test_a_token_needs_no_csrf_token():
    caller = Caller(f.maria())
    caller.client.handler.enforce_csrf_checks = True
    assert caller.post("/me/tokens", {"id": str(uuid7()), "name": "laptop"}).status_code == 201


def test_nothing_of_the_api_may_be_kept_by_a_browser():
    assert Caller(f.maria()).get("/me").headers["Cache-Control"] == "no-store"
    assert Caller().get("/me").headers["Cache-Control"] == "no-store"


# What a phone is told when its sign-in is over


LATER = f.NOW + timedelta(minutes=1)


def code_of(caller):
    """Why /me is refused."""
    answer = caller.get("/me")
    return answer.status_code, answer.json()["code"]


def everywhere(_caller):
    """Somebody signs out everywhere from another device."""
    sign_ins.end_others(actor=f.maria(), keep=None, at=LATER)


def lost(_caller):
    """A steward voids the second factor of a lost phone."""
    renewals.revoke_factors(actor=f.sorin(), person=f.known("maria").pk, at=LATER)


def closed(_caller):
    """The account is closed."""
    accounts.deactivate(actor=f.sorin(), person=f.known("maria").pk, at=LATER)


def dismissed(_caller):
    """The role is taken away."""
    accounts.end_role(actor=f.sorin(), grant=f.known("maria").grants.get().pk, at=LATER)


@pytest.mark.parametrize("end", [everywhere, lost, closed, dismissed])
def test_a_phone_whose_sign_in_was_ended_is_told_so_each_time_it_asks(end):
    phone = Caller(f.maria(), session=True)
    assert phone.get("/me").status_code == 200
    end(phone)
    assert [code_of(phone) for _ in range(3)] == [(401, "signed_out")] * 3


def test_a_sign_in_that_ran_out_was_not_ended_by_anybody(monkeypatch):
    phone = Caller(f.maria(), session=True)
    monkeypatch.setattr(asking, "now", lambda: f.NOW + sign_ins.LASTS + timedelta(seconds=1))
    assert code_of(phone) == (401, "not_signed_in")


def test_a_new_role_asks_to_sign_in_again_and_wipes_nothing():
    phone = Caller(f.maria(), session=True)
    given = {"role": "volunteer", "zone": "sighet", "county": None}
    accounts.grant_role(actor=f.sorin(), person=f.known("maria").pk, id=uuid7(), at=f.NOW, **given)
    assert code_of(phone) == (401, "not_signed_in")


def test_signing_out_on_the_pages_wipes_no_phone():
    phone = Caller(f.maria(), session=True)
    phone.client.post("/logout/")
    assert code_of(phone) == (401, "not_signed_in")


def test_nobody_is_told_of_an_end_that_was_not_theirs():
    assert code_of(Caller()) == (401, "not_signed_in")
    everywhere(None)
    assert code_of(Caller()) == (401, "not_signed_in")


def test_a_new_sign_in_forgets_that_an_older_one_was_ended():
    phone = Caller(f.maria(), session=True)
    everywhere(phone)
    assert code_of(phone) == (401, "signed_out")
    f.sign_in(phone.client, f.known("maria"))
    assert phone.get("/me").status_code == 200
    phone.client.post("/logout/")
    assert code_of(phone) == (401, "not_signed_in")


def test_a_token_does_not_suffer_from_an_ended_session():
    caller = Caller(f.maria())
    f.sign_in(caller.client, f.known("maria"))
    m.SignIn.objects.update(ended_at=LATER)
    assert caller.get("/me").status_code == 200
