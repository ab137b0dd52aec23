"""The safety gate: may this household go with this ride, to this bed? Rules 1, 4, 5, 6, 7 of docs/rules.md.

Each function returns every reason against, empty when there is none. Times are aware datetimes in the
zone's local time; dates are local days. The gate is asked at propose, confirm and handover.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from registry.rules.facts import Group, Need, Party, Ride, Stay, Vetted
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason

_PROBLEMS = {
    "suspended": "suspended",
    "revoked": "revoked",
    "expired": "expired",
    "rejected": "not_verified",
}


def not_verified(vetted: Iterable[Vetted], until: date) -> Iterator[Reason]:
    """Rule 1: why somebody or something involved is not verified through ``until``."""
    for one in vetted:
        if one.status != "verified":
            yield Reason(f"{one.what}_{_PROBLEMS.get(one.status, 'not_verified')}", rule=1)
        elif one.verified_until is None or one.verified_until < until:
            yield Reason(f"{one.what}_expired", rule=1)
        if one.held:
            yield Reason(f"{one.what}_held", rule=1, severity="hold")


def child_alone(party: Party, private: bool, decided: bool) -> Iterator[Reason]:
    """Rule 4: a child alone goes to a private provider only by a decision of child protection."""
    if party.children_alone and private and not decided:
        yield Reason("child_needs_decision", rule=4, severity="hold", params={"children": party.children_alone})


def _is_guarded(group: Group) -> bool:
    """Rule 5 protects a group of women, or of women and children, without a man of its own."""
    return not group.men and bool(group.women or group.children)


def _others(groups: tuple[Group, ...], index: int) -> tuple[int, int]:
    rest = groups[:index] + groups[index + 1 :]
    return sum(g.women for g in rest), sum(g.men for g in rest)


def alone_with_men(households: tuple[Group, ...], fixed: Group) -> bool:
    """Rule 5: whether any household of women would be with unrelated adult men only.

    ``fixed`` are the residents or the crew; every other group is a household. Symmetric on purpose: a man
    who joins later endangers the woman who is already there.
    """
    groups = (*households, fixed)
    for index, group in enumerate(households):
        women, men = _others(groups, index)
        if _is_guarded(group) and men and not women:
            return True
    return False


def with_only_men(party: Party, present: tuple[Group, ...], fixed: Group, decided: bool) -> Iterator[Reason]:
    """Rule 5 for a party that would join those present; ``decided`` lifts it for the party itself only."""
    if alone_with_men((*present, party.group), fixed):
        joins_alone = alone_with_men((party.group,), _together((*present, fixed)))
        if not (joins_alone and decided):
            yield Reason("only_unrelated_men" if joins_alone else "would_leave_women_with_men", rule=5)


def _together(groups: tuple[Group, ...]) -> Group:
    return Group(*(sum(column) for column in zip(*((g.women, g.men, g.children) for g in groups), strict=True)))


def _short(code: str, needed: int, free: int) -> Iterator[Reason]:
    if needed > free:
        yield Reason(code, rule=6, params={"needed": needed, "free": max(free, 0)})


def is_night(at: datetime, policy: Policy = DEFAULT) -> bool:
    """Rule 7: whether ``at`` (local time) falls between 22:00 and 06:00."""
    return at.hour >= policy.night_starts_hour or at.hour < policy.night_ends_hour


def pick_up(zone_status: str, staffed: bool) -> Iterator[Reason]:
    """Rule 7: people are picked up only inside an active, staffed safe zone."""
    if zone_status != "active":
        yield Reason("zone_not_active", rule=7)
    elif not staffed:
        yield Reason("zone_not_staffed", rule=7)


def pick_up_reasons(zone_status: str, staffed: bool) -> tuple[Reason, ...]:
    """Rule 7 for a household that leaves by itself: it, too, is seen off from an active, staffed zone."""
    return tuple(pick_up(zone_status, staffed))


def ride(
    need: Need, offer: Ride, at: datetime, policy: Policy = DEFAULT, *, seated: bool = False
) -> tuple[Reason, ...]:
    """Every reason why the household may not take this ride. ``seated``: its seats are taken already."""
    return tuple(_ride(need, offer, at, policy, seated))


def _ride(need: Need, offer: Ride, at: datetime, policy: Policy, seated: bool) -> Iterator[Reason]:
    party, today = need.party, at.date()
    if offer.status != "open" and not (seated and offer.status == "full"):
        yield Reason("offer_not_open", rule=1)
    yield from not_verified(offer.vetted, max(offer.departs_until.date(), today))
    yield from child_alone(party, offer.private, need.decided("child_placement", today))
    yield from with_only_men(party, offer.aboard, offer.crew, need.decided("unrelated_men_accepted", today))
    yield from pick_up(offer.origin_status, offer.origin_staffed)
    if not seated:
        yield from _short("seats_too_few", party.size, offer.seats_free)
        yield from _short("child_seats_too_few", party.in_bands(policy.child_seat_bands), offer.child_seats_free)
        yield from _short("wheelchair_places_too_few", party.wheelchairs, offer.wheelchairs_free)
        yield from _short("luggage_too_much", party.luggage, offer.luggage_free)
    yield from _ride_fit(need, offer, at)


def _ride_fit(need: Need, offer: Ride, at: datetime) -> Iterator[Reason]:
    if offer.origin != need.origin:
        yield Reason("other_origin")
    if need.destination and need.destination not in offer.destinations:
        yield Reason("other_destination")
    if offer.departs_until < at:
        yield Reason("ride_gone")
    elif offer.departs_until < need.earliest_at:
        yield Reason("leaves_too_early")
    if need.party.pets and not offer.pets:
        yield Reason("no_pets")
    if offer.women_only and need.party.men:
        yield Reason("women_only")


def stay(need: Need, offer: Stay, at: datetime, *, placed: bool = False) -> tuple[Reason, ...]:
    """Every reason why the household may not stay here. ``placed``: its beds are taken already."""
    return tuple(_stay(need, offer, at, placed))


def _stay(need: Need, offer: Stay, at: datetime, placed: bool) -> Iterator[Reason]:
    party, today = need.party, at.date()
    if offer.status != "open" and not (placed and offer.status == "full"):
        yield Reason("offer_not_open", rule=1)
    yield from not_verified(offer.vetted, max(need.from_date, today))
    yield from child_alone(party, offer.private, need.decided("child_placement", today))
    yield from with_only_men(party, offer.guests, offer.residents, need.decided("unrelated_men_accepted", today))
    if not placed:
        yield from _short("beds_too_few", party.size, offer.beds_free)
    yield from _stay_fit(need, offer)


def _stay_fit(need: Need, offer: Stay) -> Iterator[Reason]:
    party = need.party
    if need.from_date < offer.from_date or need.from_date + timedelta(days=need.nights) > offer.to_date:
        yield Reason("dates_do_not_fit")
    if party.wheelchairs and not offer.wheelchair:
        yield Reason("not_step_free")
    if party.pets and not offer.pets:
        yield Reason("no_pets")
    if party.minors and not offer.accepts_children:
        yield Reason("no_children")
    if party.men and offer.women_only:
        yield Reason("women_only")
    elif party.men and not offer.accepts_men:
        yield Reason("no_men")
    if offer.distance_km > need.max_km:
        yield Reason("too_far", params={"km": round(offer.distance_km), "max_km": need.max_km})


def together(ride_offer: Ride, stay_offer: Stay) -> tuple[Reason, ...]:
    """Why this ride does not lead to this bed."""
    if stay_offer.town in ride_offer.destinations:
        return ()
    return (Reason("ride_does_not_reach_stay"),)


def destination(zone_status: str | None, has_stay: bool) -> tuple[Reason, ...]:
    """Rule 10: a ride ends at a verified bed or in an active safe zone, never at an unknown place."""
    if has_stay or zone_status == "active":
        return ()
    return (Reason("destination_not_safe", rule=10),)
