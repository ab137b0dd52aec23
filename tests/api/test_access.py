"""Decisions by API need a fresh second factor; what ends an account ends its requests, even one that runs."""

import http.client
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from registry import models as m
from registry.ids import uuid7
from registry.services import accounts, factors, renewals, sign_ins
from registry.web import asking
from tests import factories as f
from tests.api.caller import ROOT, Caller

pytestmark = pytest.mark.django_db


def proposal() -> tuple[str, dict[str, Any]]:
    """The first of two decisions about somebody who is ready for it."""
    row = f.provider(status="in_review")
    f.checks_for(row)
    return f"/providers/{row.pk}/decisions", {"id": str(uuid7()), "decision": "verify", "reason": "checks_complete"}


def test_a_decision_by_token_asks_for_a_second_factor_and_takes_the_same_key_again():
    caller, key, (path, body) = Caller(f.olena(), fresh=False), str(uuid7()), proposal()
    refused = caller.post(path, body, key)
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")
    assert not m.Decision.objects.exists()
    answer = caller.raw("post", "/me/step-ups", json.dumps({"code": f.code(f.known("olena"), f.NOW)}).encode())
    assert answer.status_code == 200
    assert caller.post(path, body, key, Step_Up=answer.json()["secret"]).status_code == 201


def test_a_step_up_is_over_after_five_minutes(monkeypatch):
    caller, (path, body) = Caller(f.olena()), proposal()
    monkeypatch.setattr(asking, "now", lambda: f.NOW + timedelta(minutes=5))
    assert caller.post(path, body).json()["code"] == "step_up_required"
    monkeypatch.setattr(asking, "now", lambda: f.NOW + timedelta(minutes=4, seconds=59))
    assert caller.post(path, body).status_code == 201


def test_the_step_up_of_another_token_or_session_counts_for_nothing():
    mine, other, (path, body) = Caller(f.olena()), Caller(f.olena(), fresh=False), proposal()
    assert other.post(path, body, Step_Up=mine.headers["Step-Up"]).json()["code"] == "step_up_required"
    petru = Caller(f.petru(), fresh=False)
    assert petru.post(path, body, Step_Up=mine.headers["Step-Up"]).json()["code"] == "step_up_required"
    old = Caller(f.olena(), session=True)
    m.SignIn.objects.update(confirmed_at=f.NOW - timedelta(minutes=6))
    f.sign_in(Caller().client, f.known("olena"))
    assert old.post(path, body, Step_Up=mine.headers["Step-Up"]).json()["code"] == "step_up_required"


def test_a_session_is_confirmed_by_the_same_call():
    caller, (path, body) = Caller(f.olena(), session=True), proposal()
    m.SignIn.objects.update(confirmed_at=f.NOW - timedelta(minutes=6))
    assert caller.post(path, body).json()["code"] == "step_up_required"
    code = f.code(f.known("olena"), f.NOW, later=1)
    assert caller.raw("post", "/me/step-ups", json.dumps({"code": code}).encode()).json()["secret"] is None
    assert caller.post(path, body).status_code == 201


def test_a_wrong_code_is_refused_and_soon_has_to_wait():
    caller = Caller(f.olena(), fresh=False)
    f.app_of(f.known("olena"))
    answers = [caller.raw("post", "/me/step-ups", b'{"code": "000000"}') for _ in range(6)]
    assert [a.status_code for a in answers] == [422] * factors.GUESSES.free + [429] * (6 - factors.GUESSES.free)
    assert answers[0].json()["fields"] == {"code": "code_wrong"}


def test_suspending_stays_one_call():
    row = f.verified_provider(driver=True)
    answer = Caller(f.olena(), fresh=False).post(f"/providers/{row.pk}/suspension", {"reason": "police"})
    assert answer.status_code < 300


def test_a_session_without_a_second_factor_holds_no_role_that_asks_for_one():
    caller, olena = Caller(), f.known("olena")
    f.grant(olena, "provider")
    row = sign_ins.begin(person=olena.pk, factor="", browser="", at=f.NOW)
    f.attach(caller.client, olena, row)
    assert [role["role"] for role in caller.get("/me").json()["roles"]] == ["provider"]
    m.SignIn.objects.update(factor="totp")
    assert {role["role"] for role in caller.get("/me").json()["roles"]} == {"provider", "officer"}


def test_power_by_api_is_given_by_two():
    someone, body = f.person(), {"id": str(uuid7()), "role": "auditor"}
    asked = Caller(f.sorin()).post(f"/people/{someone.pk}/roles", body).json()
    assert asked["status"] == "pending"
    path = f"/account-decisions/{asked['id']}/second"
    alone = Caller(f.sorin()).post(path, {"carry": True})
    assert [reason["code"] for reason in alone.json()["reasons"]] == ["second_is_first"]
    assert Caller(f.maria()).post(path, {"carry": True}).status_code == 404
    listed = Caller(f.petru()).get("/account-decisions").json()["items"]
    assert [row["id"] for row in listed] == [asked["id"]]
    assert Caller(f.petru()).post(path, {"carry": True}).json()["outcome"] == "carried"
    assert f.actor(someone).roles == {"auditor"}


def test_an_invitation_and_a_new_start_tell_their_code_once():
    f.geography()
    caller, key = Caller(f.sorin()), str(uuid7())
    body = {"id": str(uuid7()), "email": "ana@example.org", "role": "volunteer", "zone": "siret"}
    first, replay = (caller.post("/invitations", body, key) for _ in range(2))
    assert len(first.json()["secret"]) == 19
    assert replay.json()["secret"] is None
    assert [row["email"] for row in caller.get("/invitations").json()["items"]] == ["ana@example.org"]
    assert caller.post(f"/invitations/{body['id']}/revocation").status_code == 200
    assert caller.post(f"/people/{f.known('olena').pk}/factors-revocation").status_code == 200
    asked = caller.post(f"/people/{f.known('olena').pk}/renewals", {"id": str(uuid7())}).json()
    done = Caller(f.petru()).post(f"/account-decisions/{asked['id']}/second", {"carry": True}).json()
    assert (done["outcome"], len(done["secret"])) == ("carried", 19)


def test_signing_out_everywhere_ends_every_browser_and_every_token():
    token, browser = Caller(f.olena()), Caller(f.olena(), session=True)
    listed = browser.get("/me/sign-ins").json()["items"]
    assert [row["factor"] for row in listed] == ["totp"]
    assert token.post("/me/sign-ins/end").json() == {"ended": 1}
    assert (token.get("/me").status_code, browser.get("/me").status_code) == (401, 401)


def test_one_browser_is_signed_out_by_its_owner_alone():
    mine, other = Caller(f.olena(), session=True), Caller(f.petru(), session=True)
    here = mine.get("/me/sign-ins").json()["items"][0]["id"]
    assert other.post(f"/me/sign-ins/{here}/end").status_code == 404
    assert mine.post(f"/me/sign-ins/{here}/end").status_code == 200
    assert mine.get("/me").status_code == 401


# Within a second


def deeds(person: m.Person) -> dict[str, Any]:
    """Each way in which somebody may act no longer."""
    return {
        "role": lambda: accounts.end_role(actor=f.sorin(), grant=person.grants.get().pk, at=f.NOW),
        "account": lambda: accounts.deactivate(actor=f.sorin(), person=person.pk, at=f.NOW),
        "factor": lambda: renewals.revoke_factors(actor=f.sorin(), person=person.pk, at=f.NOW),
    }


@pytest.mark.parametrize("how", ["role", "account", "factor"])
@pytest.mark.parametrize("session", [True, False])
def test_a_request_that_runs_while_its_person_is_removed_does_nothing(how, session, monkeypatch):
    """The actor is read anew inside of the deed's transaction."""
    caller, (path, body) = Caller(f.olena(), session=session), proposal()
    remove, hold = deeds(f.known("olena"))[how], sign_ins.hold
    monkeypatch.setattr(sign_ins, "hold", lambda _: (monkeypatch.setattr(sign_ins, "hold", hold), remove()))
    answer = caller.post(path, body)
    assert answer.status_code == 401
    assert not m.Decision.objects.exists()


def test_without_the_second_look_it_would_be_done(monkeypatch):
    """The control: with the actor of the request's start the decision is written."""
    caller, (path, body) = Caller(f.olena()), proposal()
    remove = deeds(f.known("olena"))["role"]
    before = f.olena()
    monkeypatch.setattr(asking, "again", lambda request: (remove(), setattr(request, "_actor", before)))
    with f.unguarded():
        assert caller.post(path, body).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["role", "account"])
def test_a_removal_waits_for_the_deed_that_holds_the_person_or_comes_first(how, monkeypatch):
    """Whoever commits first wins, and nothing is decided after the removal was."""
    f.everybody()
    caller, (path, body) = Caller(f.olena()), proposal()
    remove, inside, order = deeds(f.known("olena"))[how], threading.Event(), []
    read = asking._read

    def slow(request, person):
        inside.set()
        removing.join(1)
        order.append("decided")
        return read(request, person)

    def end():
        inside.wait(10)
        remove()
        order.append("removed")
        connection.close()

    removing = threading.Thread(target=end)
    monkeypatch.setattr(asking, "_read", slow)
    removing.start()
    answer = caller.post(path, body)
    removing.join(30)
    assert answer.status_code == 201
    assert order[-1] == "removed", "the removal waited until the deed was done"
    assert m.Decision.objects.get().outcome == "lapsed", "and took back what it found"
    assert Caller.get(caller, "/me").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_stays_open_is_asked_every_time(live_server):
    f.everybody()
    token, secret = accounts.issue_token(actor=f.olena(), id=uuid7(), name="open", at=f.NOW)
    kept = http.client.HTTPConnection(live_server.thread.host, live_server.thread.port, timeout=30)

    def ask() -> int:
        kept.request("GET", f"{ROOT}/me", headers={"Authorization": f"Bearer {secret}", "Connection": "keep-alive"})
        answer = kept.getresponse()
        answer.read()
        return answer.status

    assert ask() == 200
    accounts.revoke_token(actor=f.olena(), token=token.pk, at=f.NOW)
    assert ask() == 401
    kept.close()
