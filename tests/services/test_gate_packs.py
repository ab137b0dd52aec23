"""What a phone takes along to the gate: enough to know a driver again, nothing to pass for one."""

import json
from typing import Any

import pytest
from django.conf import settings

from registry import models as m
from registry import signing
from registry.errors import NotFound
from registry.ids import read_code
from registry.services import gate_packs, passes
from registry.signing import keyfiles
from tests import factories as f
from tests.invented.keyring import PLATE_SECRET
from tests.services.gate_cases import Gate

pytestmark = pytest.mark.django_db


def taken(**fields: Any) -> dict[str, Any]:
    """What Maria takes along at Siret."""
    return gate_packs.take(**{"actor": f.maria(), "zone": "siret", "at": f.NOW, **fields})


def test_the_pack_knows_driver_car_plate_party_and_passes_of_a_confirmed_ride() -> None:
    gate = Gate()
    (journey,) = taken()["journeys"]
    assert (journey["id"], journey["people"]) == (gate.match.pk, gate.match.people)
    assert journey["household_language"] == gate.match.household.language == "uk"
    ride = journey["ride"]
    assert (ride["driver"], ride["vehicle"]) == (gate.ride.driver_id, gate.ride.vehicle_id)
    assert ride["plate"] == signing.plate_fingerprint(gate.ride.vehicle.plate_key, PLATE_SECRET).hex()
    (shown,) = ride["passes"]
    assert shown == {
        "code": signing.code_fingerprint(read_code(gate.row.code), PLATE_SECRET).hex(),
        "text": signing.text_fingerprint(gate.row.text, PLATE_SECRET).hex(),
        "issuer": "RO",
        "vehicle": gate.ride.vehicle_id,
        "status": "issued",
        "status_list": gate.row.list_number,
        "index": gate.row.list_index,
        "valid_from": passes.start_of(gate.row.valid_from),
        "valid_until": passes.end_of(gate.row.valid_until),
        "elsewhere": False,
    }


def test_nothing_in_the_pack_names_anybody_or_can_be_shown_at_a_gate() -> None:
    gate = Gate()
    written = json.dumps(taken(), default=str)
    driver = gate.ride.driver
    household = gate.match.household
    hidden = [gate.row.text, gate.row.code, gate.ride.vehicle.plate, gate.ride.vehicle.plate_key]
    hidden += [driver.given_name, driver.family_name, driver.phone, household.contact_name, household.code]
    assert [text for text in hidden if text and text in written] == []


def test_a_pass_of_a_ride_on_the_road_is_marked_for_every_other_ride() -> None:
    gate = Gate()
    other = f.match("departed", ride=f.transport_offer(gate.ride.driver, gate.ride.vehicle))
    assert other.pass_shown_id == gate.row.pk
    same = f.match("confirmed", ride=f.ride_of(other))
    marked = {one["id"]: one["ride"]["passes"][0]["elsewhere"] for one in taken()["journeys"]}
    assert marked == {gate.match.pk: True, same.pk: False}


def test_ended_passes_are_told_for_a_month() -> None:
    gate = Gate()
    days = {"valid_from": f.TODAY - 90 * f.DAY, "valid_until": f.TODAY - 31 * f.DAY}
    f.bring(gate.row, "revoked", "pass")
    f.provider_pass(gate.ride.driver, gate.ride.vehicle, **days)
    (journey,) = taken()["journeys"]
    assert [one["status"] for one in journey["ride"]["passes"]] == ["revoked"]


def test_only_journeys_that_wait_at_this_zone_are_told() -> None:
    for status in ("proposed", "accepted", "departed", "cancelled"):
        f.match(status)
    late = f.transport_offer(departs_from=f.NOW + 3 * f.DAY, departs_until=f.NOW + 3 * f.DAY + f.HOUR)
    f.match("confirmed", ride=late)
    assert taken()["journeys"] == []


def test_the_reading_is_an_audit_entry() -> None:
    Gate()
    taken()
    entry = m.AuditEntry.objects.filter(action="read.gate_pack").get()
    assert (entry.actor_id, entry.object_type, entry.object_id) == (f.maria().id, "zone", "siret")
    assert entry.data == {"journeys": 1}


@pytest.mark.parametrize("who", [f.olena, f.stefan, f.petru])
def test_nobody_but_field_staff_of_the_zone_gets_the_secret(who: Any) -> None:
    Gate()
    with pytest.raises(NotFound):
        taken(actor=who())
    assert not m.AuditEntry.objects.filter(action="read.gate_pack").exists()


def test_a_zone_that_there_is_not_is_not_found() -> None:
    with pytest.raises(NotFound):
        taken(zone="nowhere")


def test_without_its_secret_the_registry_gives_no_marks(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    Gate()
    keyfiles.write(tmp_path / "keys", "something", b"else")
    monkeypatch.setattr(settings, "KEYS_DIR", tmp_path / "keys")
    pack = taken()
    assert pack["plate_secret"] is None
    assert [(one["ride"]["plate"], one["ride"]["passes"]) for one in pack["journeys"]] == [(None, [])]
