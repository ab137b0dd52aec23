"""Journeys: every reason at the gate, the night, both sides of an arrival, and who ends what."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import intake, journeys, suspension
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db

NIGHT = f.NOW.replace(hour=23)


def with_pass(match: m.Match) -> dict[str, Any]:
    """What is right at the gate for this match."""
    ride = f.ride_of(match)
    assert ride
    shown = f.provider_pass(ride.driver, ride.vehicle)
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
    m.ProviderPass.objects.filter(code=right["pass_code"]).update(**fields)
    with refused("refused_by_rule", reason):
        depart(match, **right)


@pytest.mark.parametrize(("part", "reason"), [("provider", "other_driver"), ("vehicle", "other_vehicle")])
def test_the_pass_of_another_stops_the_car(part: str, reason: str) -> None:
    match, other = f.match("confirmed"), f.vehicle()
    right = with_pass(match)
    value = other.provider if part == "provider" else other
    m.ProviderPass.objects.filter(code=right["pass_code"]).update(**{part: value})
    with refused("refused_by_rule", reason):
        depart(match, **right)


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


@pytest.mark.parametrize("order", [("refugee", "receiver"), ("receiver", "refugee")])
def test_an_arrival_needs_both_sides(order: tuple[str, str]) -> None:
    match = f.match("departed")
    arrive(match, order[0])
    assert (again(match).status, again(match).arrived_at) == ("departed", None)
    arrive(match, order[1])
    row = again(match)
    assert (row.status, row.arrived_at) == ("arrived", f.NOW + f.HOUR)
    assert (row.refugee_arrived_by, row.receiver_arrived_by) == (f.known("maria"), f.known("andrei"))
    assert not row.steps.filter(dropped_at=None).exists()
    said_so = [(action, data) for action, data in entries(row) if action.startswith("journey.arriv")]
    assert said_so == [
        ("journey.arrival_said", {"side": order[0], "speaks": "staff"}),
        ("journey.arrival_said", {"side": order[1], "speaks": "staff"}),
        ("journey.arrived", {}),
    ]


@pytest.mark.parametrize("first", ["refugee", "receiver"])
def test_nobody_speaks_for_both_sides(first: str) -> None:
    match = f.match("departed")
    other = "receiver" if first == "refugee" else "refugee"
    arrive(match, first, actor=f.andrei())
    with refused("refused_by_rule", "arrival_by_same_person"):
        arrive(match, other, actor=f.andrei())


def test_a_side_speaks_once() -> None:
    match = f.match("departed")
    arrive(match, "refugee")
    with refused("arrival_said_already"):
        arrive(match, "refugee", actor=f.andrei())


@pytest.mark.parametrize("side", ["refugee", "receiver"])
def test_the_driver_alone_closes_nothing(side: str) -> None:
    match = f.match("departed")
    ride = f.ride_of(match)
    assert ride
    driver = f.owner(ride.driver)
    with refused("refused_by_rule", "arrival_by_other_side"):
        arrive(match, side, actor=driver)


def test_the_host_receives_but_does_not_speak_for_the_household() -> None:
    match = f.match("departed", f.help_request("both"))
    stay = f.stay_of(match)
    assert stay
    host = f.owner(stay.provider)
    with refused("refused_by_rule", "arrival_by_other_side"):
        arrive(match, "refugee", actor=host)
    arrive(match, "receiver", actor=host)
    arrive(match, "refugee")
    assert again(match).status == "arrived"


def test_the_zone_where_a_ride_ends_receives_itself() -> None:
    match = f.match("departed")
    with refused("refused_by_rule", "receiver_is_other_zone"):
        arrive(match, "receiver", actor=f.maria())
    arrive(match, "receiver", actor=f.actor(f.person("volunteer", zone="suceava")))
    assert again(match).receiver_arrived_at


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "sorin"])
def test_strangers_confirm_no_arrival(who: str) -> None:
    match, stranger = f.match("departed"), f.actor(f.known(who))
    with refused("not_found"):
        arrive(match, "refugee", actor=stranger)


@pytest.mark.parametrize("status", ["proposed", "accepted", "confirmed", "arrived", "closed", "resolved", "cancelled"])
def test_only_who_is_on_the_way_arrives(status: str) -> None:
    match = f.match(status)
    with refused("illegal_transition"):
        arrive(match, "refugee")


def test_who_was_halted_before_departure_does_not_arrive() -> None:
    match = f.match("confirmed")
    ride = f.ride_of(match)
    assert ride
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="police", at=f.NOW)
    with refused("journey_not_running"):
        arrive(match, "refugee")


@pytest.mark.parametrize("status", ["overdue", "alerted", "halted"])
def test_whoever_is_late_or_halted_may_still_arrive(status: str) -> None:
    match = f.match(status)
    arrive(match, "refugee")
    assert arrive(match, "receiver").status == "arrived"


def test_an_unknown_side_is_refused() -> None:
    match = f.match("departed")
    with refused("invalid", side="unknown_choice"):
        arrive(match, "driver", actor=f.maria())


def check_in(match: m.Match, kind: str = "underway", **given: Any) -> m.CheckIn:
    """Maria writes a word from the road down."""
    values: dict[str, Any] = {"actor": f.maria(), "match": match.pk, "id": uuid7(), "kind": kind, "at": f.NOW}
    return journeys.check_in(**{**values, **given})


def test_a_word_from_the_road_is_kept_with_its_side() -> None:
    match = f.match("departed", f.help_request("both"))
    ride, stay = f.ride_of(match), f.stay_of(match)
    assert ride
    assert stay
    words = [
        check_in(match),
        check_in(match, actor=f.owner(ride.driver)),
        check_in(match, actor=f.owner(stay.provider)),
    ]
    assert [word.side for word in words] == ["staff", "driver", "receiver"]
    assert again(match).status == "departed"
    assert [data for action, data in entries(match) if action == "journey.check_in"] == [
        {"side": side, "kind": "underway"} for side in ("staff", "driver", "receiver")
    ]


def test_something_wrong_alarms_at_once() -> None:
    match = f.match("departed")
    check_in(match, "wrong")
    assert again(match).status == "alerted"
    found = set(m.Alarm.objects.values_list("code", "role", "level"))
    assert found == {("something_wrong", "officer", 5), ("something_wrong", "coordinator", 5)}


def test_a_word_has_a_known_kind_and_a_journey() -> None:
    match, waiting = f.match("departed"), f.match("proposed")
    with refused("invalid", kind="unknown_choice"):
        check_in(match, "bored")
    with refused("journey_not_running"):
        check_in(waiting)
    with refused("not_found"):
        check_in(match, actor=f.vasile())


def says(match: m.Match, kind: str, **given: Any) -> m.Match:
    """The household itself, by its code."""
    values: dict[str, Any] = {
        "actor": f.SYSTEM,
        "code": match.household.code,
        "id": uuid7(),
        "kind": kind,
        "at": f.NOW + f.HOUR,
    }
    return journeys.household_says(**{**values, **given})


def test_the_household_says_that_it_has_arrived_by_its_code() -> None:
    match = f.match("departed")
    code = match.household.code.lower()
    says(match, "arrived", code=f"{code[:4]}-{code[4:]}")
    row = again(match)
    assert (row.refugee_arrived_at, row.refugee_arrived_by, row.status) == (f.NOW + f.HOUR, None, "departed")
    arrive(match, "receiver", actor=f.andrei())
    assert again(match).status == "arrived"


def test_the_household_says_that_something_is_wrong_by_its_code() -> None:
    match = f.match("departed")
    assert says(match, "wrong").status == "alerted"


def test_a_code_without_a_journey_is_not_found() -> None:
    match = f.match("accepted")
    with refused("not_found"):
        says(match, "here")
    with refused("not_found"):
        says(match, "here", code="0000 0000 0000")


def test_the_code_leads_to_the_newest_journey() -> None:
    request = f.help_request()
    halted = f.match("proposed", request)
    ride = f.ride_of(halted)
    assert ride
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="police", at=f.NOW)
    running = f.match("departed", request)
    assert journeys.by_code(request.household.code) == running


@pytest.mark.parametrize("status", ["overdue", "alerted", "halted"])
@pytest.mark.parametrize("needs_new", [True, False])
def test_a_coordinator_ends_what_went_wrong_after_finding_the_people(status: str, needs_new: bool) -> None:
    match = f.match(status, f.help_request("both"))
    journeys.resolve(actor=f.andrei(), match=match.pk, outcome="arrived_safe", needs_new=needs_new, at=f.NOW)
    row, stay = again(match), f.stay_of(match)
    assert stay
    assert (row.status, row.outcome, row.ended_by) == ("resolved", "arrived_safe", f.known("andrei"))
    assert again(match.request).status == ("open" if needs_new else "completed")
    assert stay.beds_taken == 0
    assert not row.steps.filter(done_at=None, dropped_at=None).exists()
    assert said(row, "journey.resolved", f.andrei()) == {"outcome": "arrived_safe"}


def test_a_match_halted_before_departure_is_laid_to_rest_without_its_request() -> None:
    request = f.help_request()
    halted = f.match("confirmed", request)
    ride = f.ride_of(halted)
    assert ride
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="police", at=f.NOW)
    f.match("confirmed", request)
    journeys.resolve(actor=f.andrei(), match=halted.pk, outcome="moved_elsewhere", needs_new=False, at=f.NOW)
    assert (again(halted).status, again(request).status) == ("resolved", "matched")


def test_only_a_coordinator_resolves_with_a_known_outcome() -> None:
    match = f.match("alerted")
    given: dict[str, Any] = {"match": match.pk, "needs_new": False, "at": f.NOW}
    with refused("not_allowed"):
        journeys.resolve(actor=f.maria(), outcome="arrived_safe", **given)
    with refused("not_found"):
        journeys.resolve(actor=f.stefan(), outcome="arrived_safe", **given)
    with refused("invalid", outcome="unknown_choice"):
        journeys.resolve(actor=f.andrei(), outcome="fine", **given)


@pytest.mark.parametrize("status", ["proposed", "confirmed", "departed", "arrived", "closed"])
def test_what_runs_as_it_should_is_not_resolved(status: str) -> None:
    match = f.match(status)
    with refused("illegal_transition"):
        journeys.resolve(actor=f.andrei(), match=match.pk, outcome="arrived_safe", needs_new=False, at=f.NOW)


def test_an_arrived_journey_is_closed_and_its_bed_is_free() -> None:
    match = f.match("arrived", f.help_request("both"))
    journeys.close(actor=f.maria(), match=match.pk, at=f.NOW + f.DAY)
    row, stay, ride = again(match), f.stay_of(match), f.ride_of(match)
    assert stay
    assert ride
    assert (row.status, row.closed_at, again(match.request).status) == ("closed", f.NOW + f.DAY, "completed")
    # The bed can be given to others; a seat of a car that has left cannot.
    assert (stay.beds_taken, ride.seats_taken) == (0, 2)
    assert said(row, "journey.closed", f.maria()) == {}


def test_the_host_closes_the_stay_and_the_driver_does_not() -> None:
    match = f.match("arrived", f.help_request("both"))
    ride, stay = f.ride_of(match), f.stay_of(match)
    assert ride
    assert stay
    driver, host = f.owner(ride.driver), f.owner(stay.provider)
    with refused("not_allowed"):
        journeys.close(actor=driver, match=match.pk, at=f.NOW)
    assert journeys.close(actor=host, match=match.pk, at=f.NOW).status == "closed"


@pytest.mark.parametrize("status", ["confirmed", "departed", "alerted", "halted", "closed"])
def test_only_who_has_arrived_is_closed(status: str) -> None:
    match = f.match(status)
    with refused("illegal_transition"):
        journeys.close(actor=f.maria(), match=match.pk, at=f.NOW)


def test_a_closed_household_may_ask_again() -> None:
    match = f.match("closed")
    request = intake.open_request(
        actor=f.maria(),
        household=match.household_id,
        id=uuid7(),
        kind="stay",
        origin="siret",
        destination=None,
        max_km=None,
        earliest_at=f.NOW,
        from_date=f.TODAY,
        nights=1,
        at=f.NOW,
    )
    assert request.status == "open"
