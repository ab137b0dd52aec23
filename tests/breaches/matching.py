"""Breaches on the way of a match: unverified, split, unprotected, unseen, without pass, without place, by one side."""

from collections.abc import Callable
from typing import Any

from registry import models as m
from tests import factories as f
from tests.breaches.breach import Breach
from tests.breaches.keeping import ANOTHER_PASS
from tests.invented.rawsql import change, copy, erase

NIGHT = f.NOW + 11 * f.HOUR
Act = Callable[[], Any]


def accept(match: m.Match) -> Act:
    """Accepted by one statement."""
    return lambda: change(match, status="accepted", accepted_at=f.NOW)


def ride(match: m.Match) -> m.TransportOffer:
    """The ride of a match that has one."""
    found = f.ride_of(match)
    assert found
    return found


def stay(match: m.Match) -> m.AccommodationOffer:
    """The bed of a match that has one."""
    found = f.stay_of(match)
    assert found
    return found


def with_bed() -> m.Match:
    """A proposed match to a bed."""
    return f.match("proposed", f.help_request("stay"))


def reviewed(row: Any, **fields: Any) -> None:
    """Edited as the law wants it: out of verification, changed, checked, verified by two."""
    f.verified(f.bring(row, "in_review", **fields))


def driver_suspended() -> Act:
    match = f.match()
    f.bring(ride(match).driver, "suspended")
    return accept(match)


def car_held() -> Act:
    match = f.match()
    f.hold(ride(match).vehicle)
    return accept(match)


def home_lapsed() -> Act:
    match = f.match("proposed", f.help_request("stay"), stay=f.accommodation_offer(f.dwelling(until=f.TODAY)))
    return lambda: change(match, status="accepted", accepted_at=f.NOW + f.DAY)


def organization_suspended() -> Act:
    house = f.verified_provider("organization")
    driver = f.verified_provider(driver=True, organization=house.organization)
    match = f.match(ride=f.transport_offer(driver))
    f.bring(house, "suspended")
    return accept(match)


def member_left_behind() -> Act:
    match = f.match()
    m.Member.objects.create(household_id=match.household_id, number=9, age_band="18-59", sex="f")
    return accept(match)


def leg_not_asked_for() -> Act:
    match = f.match()
    m.HelpRequest.objects.filter(pk=match.request_id).update(kind="both")
    return accept(match)


def guardian_gone() -> Act:
    match = f.match()
    m.Member.objects.filter(household_id=match.household_id, age_band="4-11").update(guardian="none")
    return accept(match)


def man_at_the_wheel() -> Act:
    match = f.match()
    reviewed(ride(match).driver, sex="m")
    return accept(match)


def man_in_the_home() -> Act:
    match = with_bed()
    home = stay(match).dwelling
    f.bring(home, "in_review")
    m.Resident.objects.filter(dwelling=home).update(sex="m")
    f.verified(home)
    return accept(match)


def zone_closed() -> Act:
    match = f.match()
    m.Zone.objects.filter(pk="siret").update(status="suspended")
    return accept(match)


def nobody_on_shift() -> Act:
    match = f.match()
    m.Shift.objects.update(ended_at=f.NOW)
    return accept(match)


def nowhere_to_arrive() -> Act:
    match = f.match()
    m.Zone.objects.filter(pk="suceava").update(status="suspended")
    return accept(match)


def without_a_place() -> Act:
    match = f.match("accepted")
    return lambda: change(match, status="confirmed", confirmed_at=f.NOW)


def leave(match: m.Match, **columns: Any) -> Act:
    """Departed by one statement, with the right pass and staff unless told otherwise."""
    right = m.ProviderPass.objects.filter(provider=ride(match).driver).first()
    right = right or f.provider_pass(ride(match).driver, ride(match).vehicle)
    seen_off = {"departed_at": f.NOW, "eta_at": NIGHT, "handed_over_by_id": f.known("maria").pk}
    return lambda: change(match, **{"status": "departed", "pass_shown_id": right.pk, **seen_off, **columns})


def at_night_by_one() -> Act:
    offer = f.transport_offer(departs_from=NIGHT - f.HOUR, departs_until=NIGHT + f.HOUR)
    return leave(f.match("confirmed", ride=offer, at=NIGHT), departed_at=NIGHT)


def handed_over_by_nobody() -> Act:
    return leave(f.match("confirmed"), handed_over_by_id=None)


def second_not_on_shift() -> Act:
    return leave(f.match("confirmed"), second_staff_id=f.known("andrei").pk)


def pass_of_another() -> Act:
    other = f.provider_pass(f.verified_provider(driver=True))
    return leave(f.match("confirmed"), pass_shown_id=other.pk)


def pass_for_another_car() -> Act:
    match = f.match("confirmed")
    return leave(match, pass_shown_id=f.provider_pass(ride(match).driver, f.vehicle()).pk)


def pass_revoked() -> Act:
    match = f.match("confirmed")
    dead = f.provider_pass(ride(match).driver, ride(match).vehicle, status="revoked")
    return leave(match, pass_shown_id=dead.pk)


def pass_over() -> Act:
    match = f.match("confirmed")
    days = {"valid_from": f.TODAY - 9 * f.DAY, "valid_until": f.TODAY - f.DAY}
    return leave(match, pass_shown_id=f.provider_pass(ride(match).driver, **days).pk)


def arrive(**columns: Any) -> Callable[[m.Match], Act]:
    """Arrived by one statement."""
    said = {"arrived_at": f.NOW, "refugee_arrived_at": f.NOW, "receiver_arrived_at": f.NOW}
    return lambda match: lambda: change(match, status="arrived", **{**said, **columns})


def received_by_nobody() -> Act:
    return arrive()(f.match("departed"))


def driver_speaks_for_them() -> Act:
    match = f.match("departed")
    driver = f.owner(ride(match).driver)
    return arrive(refugee_arrived_by_id=driver.id, receiver_arrived_by_id=f.known("andrei").pk)(match)


def another_leg(match: m.Match, bed: m.AccommodationOffer, **columns: Any) -> Act:
    """A bed put into a match by one statement."""
    leg = match.legs.get()
    return lambda: copy(leg, kind="stay", transport_offer_id=None, accommodation_offer_id=bed.pk, **columns)


def leg_of_somebody_suspended() -> Act:
    bed = f.accommodation_offer()
    f.bring(bed.provider, "suspended")
    return another_leg(f.match(), bed)


def leg_of_a_closed_offer() -> Act:
    return another_leg(f.match(), f.accommodation_offer(status="paused"))


def leg_taken_from_the_start() -> Act:
    bed = f.accommodation_offer(beds_taken=2)
    return another_leg(f.match(), bed, taken_at=f.NOW)


def leg_after_the_choice() -> Act:
    return another_leg(f.match("accepted"), f.accommodation_offer())


def leg_made_smaller() -> Act:
    leg = f.match().legs.get()
    return lambda: change(leg, people=1)


def match_made_smaller() -> Act:
    match = f.match()
    return lambda: change(match, people=1)


def seat_taken_uncounted() -> Act:
    leg = f.match("accepted").legs.get()
    return lambda: change(leg, taken_at=f.NOW)


def bed_taken_uncounted() -> Act:
    leg = f.match("accepted", f.help_request("stay")).legs.get()
    return lambda: change(leg, taken_at=f.NOW)


def seats_counted_away() -> Act:
    offer = ride(f.match("confirmed"))
    return lambda: change(offer, seats_taken=0)


def beds_counted_away() -> Act:
    offer = stay(f.match("confirmed", f.help_request("stay")))
    return lambda: change(offer, beds_taken=0)


def ride_opened_unverified() -> Act:
    offer = f.transport_offer(status="draft")
    f.bring(offer.vehicle, "suspended")
    return lambda: change(offer, status="open", published_at=f.NOW)


def beds_opened_unverified() -> Act:
    offer = f.accommodation_offer(status="paused")
    f.bring(offer.dwelling, "in_review")
    return lambda: change(offer, status="open")


def car_of_another() -> Act:
    offer, other = f.transport_offer(status="draft"), f.vehicle()
    return lambda: copy(offer, vehicle_id=other.pk)


def driver_of_another() -> Act:
    offer, other = f.transport_offer(status="draft"), f.verified_provider(driver=True)
    return lambda: copy(offer, driver_id=other.pk)


def home_of_another() -> Act:
    offer, other = f.accommodation_offer(status="draft"), f.dwelling()
    return lambda: copy(offer, dwelling_id=other.pk)


def driver_changed() -> Act:
    offer, other = f.transport_offer(), f.verified_provider(driver=True)
    return lambda: change(offer, driver_id=other.pk)


def home_changed() -> Act:
    offer, other = f.accommodation_offer(), f.dwelling()
    return lambda: change(offer, dwelling_id=other.pk)


def member(act: Callable[[m.Member], Any]) -> Callable[[], Act]:
    """A member of a household that has chosen."""

    def scene() -> Act:
        one = m.Member.objects.filter(household_id=f.match("accepted").household_id).first()
        assert one
        return lambda: act(one)

    return scene


def household_made_older() -> Act:
    household = f.match("accepted").household
    return lambda: change(household, minors=0)


def pass_of_somebody_unverified() -> Act:
    shown, other = f.provider_pass(f.verified_provider()), f.provider()
    return lambda: copy(shown, provider_id=other.pk, **ANOTHER_PASS)


def pass_prolonged() -> Act:
    shown = f.provider_pass(f.verified_provider())
    return lambda: change(shown, valid_until=f.TODAY + 900 * f.DAY)


MATCHING = [
    Breach("match_verified", "not_verified", driver_suspended),
    Breach("match_verified", "not_verified", car_held, "held"),
    Breach("match_verified", "not_verified", home_lapsed, "lapsed"),
    Breach("match_verified", "not_verified", organization_suspended, "organization"),
    Breach("match_whole", "household_split", member_left_behind),
    Breach("match_whole", "household_split", leg_not_asked_for, "legs"),
    Breach("match_child", "child_lock", guardian_gone),
    Breach("match_men", "only_unrelated_men", man_at_the_wheel),
    Breach("match_men", "only_unrelated_men", man_in_the_home, "home"),
    Breach("match_zone", "zone_not_ready", zone_closed),
    Breach("match_zone", "zone_not_ready", nobody_on_shift, "unstaffed"),
    Breach("match_destination", "destination_not_safe", nowhere_to_arrive),
    Breach("match_placed", "no_place_taken", without_a_place),
    Breach("match_seen_off", "not_seen_off", at_night_by_one),
    Breach("match_seen_off", "not_seen_off", handed_over_by_nobody, "nobody"),
    Breach("match_seen_off", "not_seen_off", second_not_on_shift, "absent"),
    Breach("match_pass", "pass_not_valid", pass_of_another),
    Breach("match_pass", "pass_not_valid", pass_for_another_car, "car"),
    Breach("match_pass", "pass_not_valid", pass_revoked, "revoked"),
    Breach("match_pass", "pass_not_valid", pass_over, "over"),
    Breach("match_arrived", "arrival_by_one_side", received_by_nobody),
    Breach("match_arrived", "arrival_by_one_side", driver_speaks_for_them, "driver"),
    Breach("match_fixed", "written_once", match_made_smaller),
    Breach("leg_verified", "not_verified", leg_of_somebody_suspended),
    Breach("leg_open", "offer_not_open", leg_of_a_closed_offer),
    Breach("leg_starts", "starts_elsewhere", leg_taken_from_the_start),
    Breach("leg_late", "written_once", leg_after_the_choice),
    Breach("leg_fixed", "written_once", leg_made_smaller),
    Breach("leg_transport_counted", "over_capacity", seat_taken_uncounted),
    Breach("leg_accommodation_counted", "over_capacity", bed_taken_uncounted),
    Breach("transport_counted", "over_capacity", seats_counted_away),
    Breach("accommodation_counted", "over_capacity", beds_counted_away),
    Breach("transport_open", "not_verified", ride_opened_unverified),
    Breach("accommodation_open", "not_verified", beds_opened_unverified),
    Breach("transport_own", "not_of_this_provider", car_of_another),
    Breach("transport_own", "not_of_this_provider", driver_of_another, "driver"),
    Breach("accommodation_own", "not_of_this_provider", home_of_another),
    Breach("transport_fixed", "written_once", driver_changed),
    Breach("accommodation_fixed", "written_once", home_changed),
    Breach("member_insert", "household_fixed", member(lambda one: copy(one, number=9))),
    Breach("member_update", "household_fixed", member(lambda one: change(one, age_band="60+"))),
    Breach("member_delete", "household_fixed", member(erase)),
    Breach("household_fixed", "household_fixed", household_made_older),
    Breach("pass_verified", "not_verified", pass_of_somebody_unverified),
    Breach("pass_fixed", "written_once", pass_prolonged),
]
