"""Journeys: every reason at the gate, the night, and who may hand over."""

from typing import Any

import pytest

from registry import models as m
from registry.services import journeys
from tests import factories as f
from tests.services.claims import refused, said

pytestmark = pytest.mark.django_db

NIGHT = f.NOW.replace(hour=23)


def with_pass(match: m.Match) -> dict[str, Any]:
    """What is right at the gate for this match."""
    ride = f.ride_of(match)
    assert ride
    shown = m.ProviderPass.objects.filter(provider=ride.driver, vehicle=ride.vehicle).first()
    shown = shown or f.provider_pass(ride.driver, ride.vehicle)
    return {"pass_code": shown.code, "plate": ride.vehicle.plate, "counted": match.people}


def depart(match: m.Match, **given: Any) -> m.Match:
    """Maria hands over."""
    return journeys.depart(**{"actor": f.maria(), "match": match.pk, "at": f.NOW, **given})


def arrive(match: m.Match, side: str, **given: Any) -> m.Match:
    """Maria speaks for the household, Andrei for the receiving side, unless others do."""
    who = f.maria() if side == "refugee" else f.andrei()
    return journeys.arrive(**{"actor": who, "match": match.pk, "side": side, "at": f.NOW + f.HOUR, **given})


def test_a_departure_starts_the_clock() -> None:
    match = f.match("confirmed")
    right = with_pass(match)
    row = depart(match, **right)
    assert (row.status, row.departed_at, row.handed_over_by_id) == ("departed", f.NOW, f.maria().id)
    assert row.eta_at is not None
    minutes = (row.eta_at - f.NOW).total_seconds() / 60
    assert minutes == pytest.approx(row.route_minutes * 1.3)
    waits = [(step.due_at - row.eta_at).total_seconds() / 60 for step in row.steps.order_by("number")]
    assert waits == [0, 15, 30, 45, 60]
    shown = m.ProviderPass.objects.get(code=right["pass_code"])
    assert said(row, "journey.departed", f.maria()) == {"shown": str(shown.pk), "second": None, "people": 2}


def test_adults_alone_get_more_time() -> None:
    match = f.match("departed", f.help_request(who=f.household([f.WOMAN])))
    assert match.eta_at is not None
    waits = [(step.due_at - match.eta_at).total_seconds() / 60 for step in match.steps.order_by("number")]
    assert waits == [15, 30, 60, 90, 120]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pass_code": ""}, "pass_unknown"),
        ({"pass_code": "SZ00000000"}, "pass_unknown"),
        ({"plate": ""}, "other_plate"),
        ({"plate": "SV 00 XXX"}, "other_plate"),
        ({"counted": 3}, "other_count"),
        ({"counted": 1}, "other_count"),
        ({"at": NIGHT - f.DAY}, "night_needs_second_staff"),
    ],
)
def test_the_car_is_stopped(change: dict[str, Any], reason: str) -> None:
    match = f.match("confirmed")
    right = with_pass(match)
    with refused("refused_by_rule", reason):
        depart(match, **{**right, **change})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "revoked", "revoked_at": f.NOW}, "pass_revoked"),
        ({"status": "expired"}, "pass_expired"),
        ({"valid_until": f.TODAY - f.DAY, "valid_from": f.TODAY - 2 * f.DAY}, "pass_expired"),
        ({"valid_from": f.TODAY + f.DAY}, "pass_not_yet_valid"),
    ],
)
def test_a_pass_that_does_not_count_stops_the_car(fields: dict[str, Any], reason: str) -> None:
    match = f.match("confirmed")
    right = with_pass(match)
    with f.unguarded():
        m.ProviderPass.objects.filter(code=right["pass_code"]).update(**fields)
    with refused("refused_by_rule", reason):
        depart(match, **right)


@pytest.mark.parametrize(("part", "reason"), [("provider", "other_driver"), ("vehicle", "other_vehicle")])
def test_the_pass_of_another_stops_the_car(part: str, reason: str) -> None:
    match, other = f.match("confirmed"), f.vehicle()
    right = with_pass(match)
    ride = f.ride_of(match)
    assert ride
    shown = f.provider_pass(other.provider) if part == "provider" else f.provider_pass(ride.driver, other)
    with refused("refused_by_rule", reason):
        depart(match, **{**right, "pass_code": shown.code})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"driver": {"status": "suspended", "suspended_at": f.NOW}}, "provider_suspended"),
        ({"driver": {"verified_until": f.TODAY - f.DAY}}, "provider_expired"),
        ({"vehicle": {"status": "in_review"}}, "vehicle_not_verified"),
        ({"zone": {"status": "suspended"}}, "zone_not_active"),
        ({"shift": {"ended_at": f.NOW}}, "zone_not_staffed"),
        ({"arrival": {"status": "retired"}}, "destination_not_safe"),
    ],
)
def test_the_whole_gate_is_asked_once_more(change: dict[str, Any], reason: str) -> None:
    match = f.match("confirmed")
    right, ride = with_pass(match), f.ride_of(match)
    assert ride
    rows = {
        "driver": m.Provider.objects.filter(pk=ride.driver_id),
        "vehicle": m.Vehicle.objects.filter(pk=ride.vehicle_id),
        "zone": m.Zone.objects.filter(pk="siret"),
        "shift": m.Shift.objects.filter(zone="siret"),
        "arrival": m.Zone.objects.filter(pk="suceava"),
    }
    with f.unguarded():
        for name, values in change.items():
            rows[name].update(**values)
    with refused("refused_by_rule", reason):
        depart(match, **right)


def at_night() -> tuple[m.Match, dict[str, Any]]:
    """A confirmed match at eleven in the evening, with what is right at the gate."""
    ride = f.transport_offer(departs_from=NIGHT - f.HOUR, departs_until=NIGHT + f.HOUR)
    match = f.match("confirmed", ride=ride, at=NIGHT)
    return match, {**with_pass(match), "at": NIGHT}


def test_at_night_a_second_member_of_staff_is_named() -> None:
    match, right = at_night()
    f.staffed("siret", f.known("andrei"), at=NIGHT)
    with refused("refused_by_rule", "night_needs_second_staff"):
        depart(match, **right)
    row = depart(match, **right, second_staff=f.andrei().id)
    assert (row.status, row.second_staff_id) == ("departed", f.andrei().id)


def test_nobody_is_their_own_second() -> None:
    match, right = at_night()
    with refused("refused_by_rule", "second_staff_is_first"):
        depart(match, **right, second_staff=f.maria().id)


@pytest.mark.parametrize("zone", ["tulcea", None])
def test_the_second_is_on_shift_here_now(zone: str | None) -> None:
    match, right = at_night()
    if zone:
        f.staffed(zone, f.known("andrei"), at=NIGHT)
    andrei = f.andrei().id
    with refused("invalid", second_staff="not_on_shift_here"):
        depart(match, **right, second_staff=andrei)


def test_a_household_that_drives_itself_is_seen_off_too() -> None:
    match = f.match("confirmed", stay=f.accommodation_offer())
    with refused("refused_by_rule", "other_count"):
        depart(match, counted=5)
    assert depart(match, counted=2).status == "departed"


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "pavel"])
def test_strangers_do_not_hand_over(who: str) -> None:
    match, stranger = f.match("confirmed"), f.actor(f.known(who))
    right = with_pass(match)
    with refused("not_found"):
        depart(match, **right, actor=stranger)


def test_neither_the_driver_nor_the_staff_at_the_other_end_hand_over() -> None:
    match = f.match("confirmed")
    right, ride = with_pass(match), f.ride_of(match)
    assert ride
    driver, receiver = f.owner(ride.driver), f.actor(f.person("volunteer", zone="suceava"))
    for somebody in (driver, receiver):
        with refused("not_allowed"):
            depart(match, **right, actor=somebody)


@pytest.mark.parametrize("status", ["proposed", "accepted", "departed", "arrived", "closed", "cancelled", "halted"])
def test_only_a_confirmed_match_departs(status: str) -> None:
    match = f.match(status)
    right = with_pass(match)
    with refused("illegal_transition"):
        depart(match, **right)
