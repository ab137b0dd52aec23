"""Every POST happens once: the same key gets the same answer, refusals included; another body is refused."""

import json
import threading

import pytest
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.services import vetting
from tests import factories as f
from tests.api.caller import ROOT, Caller, token_of

KEY = "the-key-of-this-test"


def household(**members):
    """The body of a household at Siret."""
    return {"id": str(uuid7()), "zone": "siret", "members": [{"age_band": "18-59", "sex": "f"}], **members}


@pytest.mark.django_db
def test_the_same_post_is_done_once():
    maria, body = Caller(f.maria()), household()
    first, again = maria.post("/households", body, KEY), maria.post("/households", body, KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert first.headers["ETag"] == again.headers["ETag"] == '"1"'
    assert m.Household.objects.count() == 1
    assert m.AuditEntry.objects.filter(action="household.registered").count() == 1


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused():
    maria = Caller(f.maria())
    maria.post("/households", household(), KEY)
    answer = maria.post("/households", household(), KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert m.Household.objects.count() == 1


@pytest.mark.django_db
def test_another_address_under_the_same_key_is_refused():
    maria, match = Caller(f.maria()), f.match("proposed")
    assert maria.post(f"/matches/{match.pk}/accept", key=KEY).status_code == 200
    answer = maria.post(f"/matches/{match.pk}/confirm", key=KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    match.refresh_from_db()
    assert match.status == "accepted"


@pytest.mark.django_db
def test_keys_of_two_people_are_two_keys():
    for who in (f.maria(), f.andrei()):
        assert Caller(who).post("/households", household(), KEY).status_code == 201
    assert m.Household.objects.count() == 2


@pytest.mark.django_db
def test_a_refusal_is_remembered_as_it_was():
    """The state may allow it by now: who repeats the same request still gets the answer to that request."""
    maria, match = Caller(f.maria()), f.match("proposed")
    refused = maria.post(f"/matches/{match.pk}/confirm", key=KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
    assert maria.post(f"/matches/{match.pk}/accept").status_code == 200
    again = maria.post(f"/matches/{match.pk}/confirm", key=KEY)
    assert (again.status_code, again.json()) == (409, refused.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == "application/problem+json"
    assert maria.post(f"/matches/{match.pk}/confirm").status_code == 200


@pytest.mark.django_db
def test_what_was_not_even_read_is_not_remembered():
    maria = Caller(f.maria())
    assert maria.post("/households", household(pets="many"), KEY).status_code == 422
    assert maria.post("/households", household(pets=1), KEY).status_code == 201


@pytest.mark.django_db
def test_a_fault_of_ours_leaves_the_key_free(monkeypatch):
    olena, provider = Caller(f.olena()), f.provider()
    with monkeypatch.context() as broken:
        broken.setattr(vetting, "start_review", lambda **_: 1 / 0)
        assert olena.post(f"/providers/{provider.pk}/review", key=KEY).status_code == 500
    assert not m.IdempotencyKey.objects.exists()
    assert olena.post(f"/providers/{provider.pk}/review", key=KEY).status_code == 200


@pytest.mark.django_db
def test_a_household_repeats_itself_safely():
    f.match("departed")
    code, body = m.Household.objects.get().code, {"id": str(uuid7()), "kind": "arrived"}
    path = f"/public/journey/{code}/check-ins"
    first, again = Caller().post(path, body, KEY), Caller().post(path, body, KEY)
    assert (first.status_code, again.json()) == (201, first.json())
    assert m.CheckIn.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_post_at_once_is_done_once(at_once):
    """Twelve phones press the same button together: one household, one answer."""
    headers = {"Authorization": f"Bearer {token_of(f.maria())}", "Idempotency-Key": KEY}
    body = json.dumps(household())
    barrier = threading.Barrier(12)

    def press(_number):
        client = Client(raise_request_exception=False)
        barrier.wait(timeout=60)
        return client.post(f"{ROOT}/households", body, content_type="application/json", headers=headers)

    answers = at_once(12, press)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert (m.Household.objects.count(), m.IdempotencyKey.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_one_key_the_same_press_counts_as_many(at_once):
    """The control: twelve keys are twelve deeds, and the id alone decides who was first."""
    headers = {"Authorization": f"Bearer {token_of(f.maria())}"}
    body = json.dumps(household())

    def press(number):
        client = Client(raise_request_exception=False)
        named = {**headers, "Idempotency-Key": f"{KEY}-{number}"}
        return client.post(f"{ROOT}/households", body, content_type="application/json", headers=named)

    answers = at_once(12, press)
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 11
    assert m.Household.objects.count() == 1
