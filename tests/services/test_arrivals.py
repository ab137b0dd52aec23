"""Journeys on the road: both sides of an arrival, words on the way, and who ends what."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import escalation, intake, journeys, parties, rows, suspension
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db

NIGHT = f.NOW.replace(hour=23)


def depart(match: m.Match, **given: Any) -> m.Match:
    """Maria hands over."""
    return journeys.depart(**{"actor": f.maria(), "match": match.pk, "at": f.NOW, **given})


def arrive(match: m.Match, side: str, **given: Any) -> m.Match:
    """Maria speaks for the household, Andrei for the receiving side, unless others do."""
    who = f.maria() if side == "refugee" else f.andrei()
    return journeys.arrive(**{"actor": who, "match": match.pk, "side": side, "at": f.NOW + f.HOUR, **given})


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


def test_whoever_locks_providers_and_a_match_begins_with_the_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An arrival by code locked the match for its word first: and the worker's step waited for it."""
    locked: list[str] = []
    lock_of, lock = parties.lock_of, rows.lock
    monkeypatch.setattr(parties, "lock_of", lambda match: locked.append("providers") or lock_of(match))
    monkeypatch.setattr(rows, "lock", lambda model, *a: locked.append(model.__name__) or lock(model, *a))
    match = f.match("departed")
    for act in (lambda: says(match, "arrived"), lambda: escalation.run_due(at=f.NOW + 5 * f.HOUR)):
        locked.clear()
        act()
        assert locked[0] == "providers"
        assert "Match" in locked


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
