"""Passes over HTTP: what anybody fetches to check one, and what owner and officer read and do."""

import json
from typing import Any

import pytest
from cwt import COSE, COSEKey
from django.test import Client

from registry import models as m
from registry import signing
from registry.ids import uuid7
from registry.services import status_lists
from registry.signing import Status
from registry.web import asking
from tests import factories as f
from tests.invented import keyring
from tests.signing.forge import bytes_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody calls at noon of the factories' day."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)


def a_pass(**fields: Any) -> m.ProviderPass:
    """A driver's pass for a car, in the published list."""
    car = f.vehicle()
    row = f.provider_pass(car.provider, car, **fields)
    status_lists.publish_due(at=f.NOW)
    return row


def as_officer() -> Client:
    """Olena's program."""
    client = Client()
    f.sign_in(client, f.known("olena"))
    return client


def keyring_of(body: dict[str, Any], purpose: str) -> signing.Keyring:
    """The public keys as a phone puts them together."""
    return signing.Keyring(
        tuple(
            signing.VerifyKey(key["issuer"], bytes.fromhex(key["public"]))
            for key in body["keys"]
            if key["purpose"] == purpose and key["state"] in ("active", "retired")
        )
    )


def test_a_phone_checks_a_pass_with_nothing_but_what_is_public(client: Client) -> None:
    row = a_pass()
    body = client.get("/api/v1/public/keys").json()
    claims = signing.decode(row.text, keyring_of(body, "pass"), f.NOW)
    answer = client.get(f"/api/v1/public/status-lists/{claims.list_id}")
    assert answer.headers["Content-Type"] == "application/statuslist+cwt"
    listed = signing.read_list(answer.content, keyring_of(body, "status_list"), f.NOW)
    listed.check(claims, f.NOW)
    assert body["status_lists"] == [0]
    assert listed.status_of(claims.index ^ 1) == Status.REVOKED


def test_a_program_that_is_not_ours_checks_it_too(client: Client) -> None:
    row = a_pass()
    for purpose, signed in (
        ("pass", bytes_of(row.text)),
        ("status_list", client.get("/api/v1/public/status-lists/0").content),
    ):
        (key,) = [k for k in client.get("/api/v1/public/keys").json()["keys"] if k["purpose"] == purpose]
        known = {1: 1, 3: -8, -1: 6, 2: bytes.fromhex(key["kid"]), -2: bytes.fromhex(key["public"]), 4: [2]}
        assert COSE.new().decode(signed, COSEKey.new(known))


@pytest.mark.parametrize("wanted", ["application/json", "application/json, */*;q=0.5", "*/*", ""])
def test_a_list_has_one_form_whatever_somebody_would_rather_have(client: Client, wanted: str) -> None:
    a_pass()
    answer = client.get("/api/v1/public/status-lists/0", headers={"Accept": wanted})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/statuslist+cwt")
    missing = client.get("/api/v1/public/status-lists/7", headers={"Accept": wanted})
    assert (missing.status_code, missing.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/api/v1/public/keys", "/api/v1/public/status-lists/0"])
def test_what_has_not_changed_is_not_sent_again(client: Client, path: str) -> None:
    a_pass()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "public, max-age=60"
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_the_list_of_a_revocation_has_another_etag(client: Client) -> None:
    row = a_pass()
    before = client.get("/api/v1/public/status-lists/0").headers["ETag"]
    m.ProviderPass.objects.filter(pk=row.pk).update(status="revoked", revoked_at=f.NOW)
    status_lists.mark([0], f.NOW)
    status_lists.publish_due(at=f.NOW)
    assert client.get("/api/v1/public/status-lists/0").headers["ETag"] != before


@pytest.mark.parametrize("number", ["0", "1", "65535", "65536", "99999999999999999999999"])
def test_a_list_that_there_is_not_is_no_list(client: Client, number: str) -> None:
    answer = client.get(f"/api/v1/public/status-lists/{number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_withdrawn_key_is_named_without_its_public_half(client: Client) -> None:
    f.signing_key("pass", status="withdrawn", withdrawn_at=f.NOW)
    (key,) = [k for k in client.get("/api/v1/public/keys").json()["keys"] if k["purpose"] == "pass"]
    assert (key["state"], key["public"]) == ("withdrawn", None)


def test_the_public_keyring_holds_nothing_private(client: Client) -> None:
    body = client.get("/api/v1/public/keys").content
    for purpose in ("pass", "status_list", "checkpoint"):
        assert keyring.key(purpose).private.private_bytes_raw().hex().encode() not in body


def test_an_officer_reads_a_pass_with_its_text_and_picture() -> None:
    row = a_pass()
    body = as_officer().get(f"/api/v1/passes/{row.pk}").json()
    assert (body["text"], body["code"], body["status"]) == (row.text, row.code, "issued")
    assert body["qr"].startswith("<svg")
    assert row.vehicle
    assert body["plate"] != row.vehicle.plate


@pytest.mark.parametrize("why", ["revoked", "held", "over"])
def test_a_pass_that_does_not_count_gives_nothing_to_show(why: str) -> None:
    over = {"valid_from": f.TODAY - 9 * f.DAY, "valid_until": f.TODAY - f.DAY}
    row = a_pass(**(over if why == "over" else {}))
    if why == "held":
        f.hold(row.provider)
    elif why == "revoked":
        f.bring(row, "revoked", "pass")
    body = as_officer().get(f"/api/v1/passes/{row.pk}").json()
    assert (body["text"], body["qr"]) == ("", "")


def test_an_officer_revokes_and_replaces() -> None:
    row, officer = a_pass(), as_officer()
    for deed, status in (("replacement", 201), ("revocation", 409)):
        headers = {"Idempotency-Key": str(uuid7())}
        path, body = f"/api/v1/passes/{row.pk}/{deed}", json.dumps({"reason": "lost"})
        answer = officer.post(path, body, content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert m.ProviderPass.objects.filter(status="issued").count() == 1


def test_a_scanned_text_is_checked_over_http(client: Client) -> None:
    row = a_pass()
    body = json.dumps({"text": row.text})
    answer = client.post("/api/v1/public/check", body, content_type="application/json")
    assert answer.json() == {"answer": "VALID"}
