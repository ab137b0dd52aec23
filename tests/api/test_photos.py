"""Photographs, answers and joining by the API: the same services behind the strict door."""

import base64
import json

import pytest
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.pictures import LARGEST_BYTES
from registry.services import joining
from tests import factories as f
from tests.api.caller import ROOT, Caller
from tests.invented import snapshots

pytestmark = pytest.mark.django_db


def body(raw: bytes) -> dict[str, str]:
    return {"id": str(uuid7()), "picture": base64.b64encode(raw).decode()}


@pytest.fixture
def owner():
    car = f.vehicle()
    return Caller(f.owner(car.provider)), car


def test_a_photo_goes_in_and_comes_out_clean(owner):
    caller, car = owner
    made = caller.post(f"/vehicles/{car.pk}/photos", body(snapshots.told()))
    assert made.status_code == 201, made.content
    assert made.json()["confirmed_at"] is None
    for path in ("", "/thumb"):
        jpeg = caller.client.get(f"{ROOT}/photos/{made.json()['id']}{path}", headers=caller.headers)
        assert jpeg.headers["Content-Type"] == "image/jpeg"
        assert "no-store" in jpeg.headers["Cache-Control"]
        assert jpeg.content.startswith(b"\xff\xd8")
        assert b"Exif" not in jpeg.content


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        ("%%%", "not_base64"),
        ("Üмдé", "not_base64"),
        ("", "required"),
        (base64.b64encode(snapshots.SVG).decode(), "picture_type"),
        (base64.b64encode(snapshots.bomb(5000, 5000)).decode(), "picture_too_many_pixels"),
        (base64.b64encode(snapshots.jpeg()[:900]).decode(), "picture_broken"),
        (7, "invalid"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_everything_else_is_refused_at_its_field(owner, picture, code):
    caller, car = owner
    answer = caller.post(f"/vehicles/{car.pk}/photos", {"id": str(uuid7()), "picture": picture})
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"picture": code}
    assert not m.Photo.objects.exists()


def test_past_six_megabytes_nothing_is_read_and_elsewhere_past_64_kilobytes(owner):
    caller, car = owner
    large = caller.post(f"/vehicles/{car.pk}/photos", {"id": str(uuid7()), "picture": "A" * (LARGEST_BYTES * 2)})
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    other = caller.post(f"/providers/{car.provider_id}/vehicles", {"id": str(uuid7()), "make": "A" * 70_000})
    assert other.status_code == 413


def test_a_refusal_of_a_picture_is_json(owner):
    caller, _ = owner
    answer = caller.get(f"/photos/{uuid7()}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_staff_find_confirmed_photographs_on_the_journey():
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    assert ride
    driver = Caller(f.owner(ride.vehicle.provider))
    photo = driver.post(f"/vehicles/{ride.vehicle_id}/photos", body(snapshots.jpeg(320, 240))).json()
    maria = Caller(f.maria())
    assert maria.get(f"/journeys/{journey.pk}").json()["photos"] == []
    Caller(f.olena()).post(f"/photos/{photo['id']}/confirmation", {})
    assert maria.get(f"/journeys/{journey.pk}").json()["photos"] == [{"id": photo["id"], "kind": "vehicle"}]
    assert driver.get(f"/journeys/{journey.pk}").json()["photos"] == []


def test_the_drivers_answer_is_on_the_list_of_the_gate():
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    assert ride
    driver, maria = Caller(f.owner(ride.driver)), Caller(f.maria())
    for kind in ("coming", "here"):
        answer = driver.post(f"/journeys/{journey.pk}/answer", {"id": str(uuid7()), "kind": kind})
        assert answer.status_code == 200, answer.content
        listed = maria.get("/journeys").json()["items"]
        assert [row["carrier_said"] for row in listed if row["id"] == str(journey.pk)] == [kind]
    refused = driver.post(f"/journeys/{journey.pk}/answer", {"id": str(uuid7()), "kind": "cannot"})
    assert (refused.status_code, refused.json()["fields"]) == (422, {"said": "tell_why"})
    gone = driver.post(f"/journeys/{journey.pk}/answer", {"id": str(uuid7()), "kind": "cannot", "said": "Ill."})
    assert gone.json()["status"] == "cancelled"


APPLICATION = {"kind": "person", "given_name": "Ana", "family_name": "Pop", "birth_year": 1980, "town": "suceava"}
APPLICATION |= {"phone": "0721 234 567", "is_driver": True, "password": "green-window-and-a-goat"}


def join(**more):
    sent = {"id": str(uuid7()), **APPLICATION, **more}
    return Client().post("/api/v1/public/applications", json.dumps(sent), content_type="application/json")


def test_somebody_joins_once_and_learns_their_name():
    f.geography()
    pk = str(uuid7())
    names = {join(id=pk).json()["sign_in_name"] for _ in range(2)}
    assert len(names) == 1
    assert m.Provider.objects.get().status == "applied"
    assert join(id=pk, password="another-window-and-a-goat").status_code == 409


@pytest.mark.parametrize("more", [{"status": "verified"}, {"own_account": True}, {"organization": str(uuid7())}])
def test_nothing_is_taken_that_was_not_asked_for(more):
    f.geography()
    assert join(**more).status_code == 422
    assert not m.Provider.objects.exists()


def test_a_flood_waits(monkeypatch):
    f.geography()
    monkeypatch.setattr(joining, "BY_ADDRESS", 1)
    assert [join().status_code, join().status_code] == [200, 429]


def test_the_list_of_checks_is_public():
    assert {line["code"] for line in Client().get("/api/v1/public/checklists/driver").json()["items"]} >= {"insurance"}
    assert Client().get("/api/v1/public/checklists/officer").status_code == 404
