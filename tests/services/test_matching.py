"""Matching: propose, choose or refuse, confirm, cancel; the gate is asked each time."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.selectors import journeys as visible
from registry.services import matching, suspension
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db


def step(action: str, match: m.Match, **given: Any) -> m.Match:
    """Maria takes one step."""
    values: dict[str, Any] = {"actor": f.maria(), "match": match.pk, "at": f.NOW}
    values |= {"reason": "plans_changed"} if action == "cancel" else {}
    done: m.Match = getattr(matching, action)(**{**values, **given})
    return done


def test_a_search_ranks_and_says_what_was_left_out() -> None:
    f.staffed("siret")
    good, suspended = f.transport_offer(), f.transport_offer(status="paused", paused_reason="suspended")
    found = matching.search(actor=f.maria(), request=f.help_request().pk, at=f.NOW)
    assert [p.ride for p in found.ranked] == [good]
    assert {(x.kind, x.reason.code, x.offers) for x in found.excluded} == {("ride", "provider_suspended", 1)}
    assert suspended.pk


def test_a_proposal_stands_on_the_gate_and_is_audited() -> None:
    match = f.match("proposed", f.help_request("both"))
    assert {(leg.kind, leg.people, leg.taken_at) for leg in match.legs.all()} == {("ride", 2, None), ("stay", 2, None)}
    assert (match.status, match.people, match.destination_id, match.arrival_zone) == ("proposed", 2, "suceava", None)
    data = said(match, "match.proposed", f.maria())
    assert set(data) == {"request", "ride", "stay"}


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "pavel", "daria", "sorin"])
def test_only_field_staff_of_the_zone_match(who: str) -> None:
    match, ride = f.match("proposed"), f.transport_offer()
    stranger = f.actor(f.known(who))
    for action in ("accept", "decline", "confirm", "cancel"):
        with refused("not_found"):
            step(action, match, actor=stranger)
    with refused("not_found"):
        f.propose(match.request, ride, actor=stranger)
    with refused("not_found"):
        matching.search(actor=stranger, request=match.request_id, at=f.NOW)


def test_staff_of_the_arrival_zone_see_a_journey_but_do_not_choose_for_it() -> None:
    receiver = f.actor(f.person("volunteer", zone="suceava"))
    match = f.match("accepted")
    with refused("not_allowed"):
        step("confirm", match, actor=receiver)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ride": {"seats_taken": 3}}, "seats_too_few"),
        ({"ride": {"status": "paused"}}, "offer_not_open"),
        ({"ride": {"departs_until": f.NOW - f.HOUR, "departs_from": f.NOW - 2 * f.HOUR}}, "ride_gone"),
        ({"driver": {"sex": "m"}}, "only_unrelated_men"),
        ({"driver": {"status": "in_review"}}, "provider_not_verified"),
        ({"driver": {"verified_until": f.TODAY - f.DAY}}, "provider_expired"),
        ({"vehicle": {"status": "expired"}}, "vehicle_expired"),
        ({"zone": {"status": "suspended"}}, "zone_not_active"),
        ({"shift": {"ended_at": f.NOW}}, "zone_not_staffed"),
        ({"arrival": {"status": "suspended"}}, "destination_not_safe"),
    ],
)
@pytest.mark.parametrize("moment", ["propose", "accept", "confirm"])
def test_the_gate_is_asked_at_every_step(change: dict[str, Any], reason: str, moment: str) -> None:
    ride, request = f.transport_offer(), f.help_request()
    match = (
        None if moment == "propose" else f.match({"accept": "proposed", "confirm": "accepted"}[moment], request, ride)
    )
    f.staffed("siret")
    rows = {
        "ride": m.TransportOffer.objects.filter(pk=ride.pk),
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
        step(moment, match) if match else f.propose(request, ride)


@pytest.mark.parametrize(
    ("kind", "legs"), [("ride", ("stay",)), ("stay", ("ride",)), ("both", ("ride",)), ("ride", ("ride", "stay"))]
)
def test_a_household_gets_what_it_asked_for(kind: str, legs: tuple[str, ...]) -> None:
    f.staffed("siret")
    request = f.help_request(kind)
    ride = f.transport_offer() if "ride" in legs else None
    stay = f.accommodation_offer() if "stay" in legs else None
    with refused("refused_by_rule", "legs_do_not_fit"):
        f.propose(request, ride, stay)


def test_a_ride_alone_ends_in_a_named_active_zone() -> None:
    f.staffed("siret")
    request, ride = f.help_request(), f.transport_offer()
    with refused("refused_by_rule", "destination_not_safe"):
        f.propose(request, ride, arrival_zone=None)
    with refused("invalid", arrival_zone="unknown_choice"):
        f.propose(request, ride, arrival_zone="nowhere")
    with refused("invalid", arrival_zone="not_on_this_ride"):
        f.propose(request, ride, arrival_zone="sighet")


def test_a_child_alone_waits_for_child_protection() -> None:
    f.staffed("siret")
    request, ride = f.help_request(who=f.household([f.CHILD_ALONE])), f.transport_offer()
    with refused("refused_by_rule", "child_needs_decision"):
        f.propose(request, ride)


def test_an_unknown_offer_is_not_found() -> None:
    f.staffed("siret")
    request = f.help_request()
    with refused("not_found"):
        matching.propose(
            actor=f.maria(), request=request.pk, id=uuid7(), ride=uuid7(), stay=None, arrival_zone="suceava", at=f.NOW
        )


@pytest.mark.parametrize("status", ["matched", "completed", "cancelled", "referred"])
def test_only_an_open_request_gets_proposals(status: str) -> None:
    f.staffed("siret")
    request, ride = f.help_request(status=status, closed_at=f.NOW), f.transport_offer()
    with refused("request_not_open"):
        f.propose(request, ride)
    with refused("request_not_open"):
        matching.search(actor=f.maria(), request=request.pk, at=f.NOW)


def test_the_household_chooses_one() -> None:
    request = f.help_request()
    first, second = f.match("proposed", request), f.match("proposed", request)
    step("accept", first)
    assert (again(first).accepted_by, again(request).status) == (f.known("maria"), "matched")
    assert said(first, "match.accepted", f.maria()) == {}
    with refused("illegal_transition"):
        step("accept", second)


def test_a_refusal_needs_no_reason_and_the_provider_never_learns() -> None:
    match = f.match("accepted")
    ride = f.ride_of(match)
    assert ride
    owner = f.owner(ride.driver)
    step("decline", match)
    assert (again(match).status, again(match.request).status) == ("declined", "open")
    assert said(match, "match.declined", f.maria()) == {}
    assert not visible.matches(owner).exists()
    assert not m.Message.objects.filter(recipient="provider").exists()


def test_confirming_takes_every_part_and_drops_the_other_choices() -> None:
    request = f.help_request("both", f.household([f.WOMAN, f.INFANT], luggage=2))
    other, match = f.match("proposed", request), f.match("accepted", request)
    step("confirm", match)
    ride, stay = f.ride_of(match), f.stay_of(match)
    assert ride
    assert stay
    assert (ride.seats_taken, ride.child_seats_taken, ride.luggage_taken, stay.beds_taken) == (2, 1, 2, 2)
    assert (again(other).status, again(other).outcome) == ("cancelled", "other_chosen")
    assert said(match, "match.confirmed", f.maria()) == {"policy": match.policy_version}
    owed = m.Message.objects.filter(match=match, code="match_confirmed")
    assert set(owed.values_list("recipient", flat=True)) == {"provider", "household"}


def test_both_legs_or_none_are_taken() -> None:
    match = f.match("accepted", f.help_request("both"))
    stay = f.stay_of(match)
    assert stay
    m.AccommodationOffer.objects.filter(pk=stay.pk).update(beds_taken=3)
    with refused("refused_by_rule", "beds_too_few"):
        step("confirm", match)


@pytest.mark.parametrize("before", ["proposed", "accepted", "confirmed"])
def test_a_match_is_called_off_before_departure(before: str) -> None:
    match = f.match(before)
    step("cancel", match, reason="household_left")
    ride = f.ride_of(match)
    assert ride
    assert (again(match).status, again(match).outcome) == ("cancelled", "household_left")
    assert (again(match.request).status, ride.seats_taken, ride.status) == ("open", 0, "open")
    assert said(match, "match.cancelled", f.maria()) == {"reason": "household_left", "before": before}
    told = m.Message.objects.filter(match=match, code="match_cancelled", recipient="provider").exists()
    assert told == (before == "confirmed")


def test_a_full_offer_is_open_again_when_somebody_cancels() -> None:
    ride = f.transport_offer(seats=2)
    match = f.match("confirmed", ride=ride)
    assert again(ride).status == "full"
    step("cancel", match)
    assert again(ride).status == "open"


def test_a_match_is_cancelled_with_a_known_reason() -> None:
    match = f.match("proposed")
    with refused("invalid", reason="unknown_choice"):
        step("cancel", match, reason="mood")


WRONG = {
    "accept": ["accepted", "confirmed", "departed", "arrived", "closed", "declined", "cancelled", "halted"],
    "decline": ["confirmed", "departed", "arrived", "closed", "declined", "cancelled", "halted"],
    "confirm": ["proposed", "confirmed", "departed", "arrived", "closed", "declined", "cancelled", "halted"],
    "cancel": ["departed", "overdue", "alerted", "arrived", "resolved", "closed", "declined", "cancelled", "halted"],
}


@pytest.mark.parametrize(("action", "status"), [(a, s) for a, wrong in WRONG.items() for s in wrong])
def test_a_step_from_the_wrong_state_is_refused(action: str, status: str) -> None:
    match = f.match(status)
    with refused("illegal_transition"):
        step(action, match)


def test_a_match_halted_before_departure_does_not_block_the_next() -> None:
    request = f.help_request()
    halted = f.match("confirmed", request)
    ride = f.ride_of(halted)
    assert ride
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="police", at=f.NOW)
    assert (again(halted).status, again(request).status) == ("halted", "open")
    assert f.match("confirmed", request).status == "confirmed"
    assert [action for action, _ in entries(halted)][-1] == "match.halted"


def test_places_that_others_have_just_chosen_are_not_shown_and_may_still_be_taken() -> None:
    f.staffed("siret")
    ride = f.transport_offer(seats=2, luggage=9)
    first, second = f.help_request(), f.help_request()
    chosen = f.propose(first, ride)
    step("accept", chosen)
    found = matching.search(actor=f.maria(), request=second.pk, at=f.NOW)
    assert found.ranked == ()
    assert [(x.reason.code, x.offers) for x in found.excluded] == [("promised_to_others", 1)]
    assert f.propose(second, ride).status == "proposed"


@pytest.mark.parametrize("why", ["too long ago", "declined", "room for both"])
def test_a_promise_that_is_over_hides_nothing(why: str) -> None:
    f.staffed("siret")
    ride = f.transport_offer(seats=4 if why == "room for both" else 2, luggage=9)
    chosen = f.propose(f.help_request(), ride)
    step("accept", chosen)
    if why == "declined":
        step("decline", chosen)
    at = f.NOW + 16 * f.HOUR / 60 if why == "too long ago" else f.NOW
    found = matching.search(actor=f.maria(), request=f.help_request().pk, at=at)
    assert [p.ride for p in found.ranked] == [ride]
