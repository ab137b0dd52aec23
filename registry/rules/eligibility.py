"""The safety gate: may this household go with this ride, to this bed? Rules 1, 4, 5, 6, 7 of docs/rules.md.

Each function returns every reason against, empty when there is none. Times are aware datetimes in the
zone's local time; dates are local days. The gate is asked at propose, confirm and handover.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from registry.rules.company import guests_by_night, with_only_men
from registry.rules.facts import Need, Party, Ride, Stay, Vetted
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


def _unknown_to_vetting(vetted: Iterable[Vetted], needed: tuple[str, ...]) -> Iterator[Reason]:
    """Rule 1: who must be among the vetted but is not; an offer that nobody vouches for passes no gate."""
    known = {one.what for one in vetted}
    yield from (Reason(f"{what}_not_verified", rule=1) for what in needed if what not in known)


def child_alone(party: Party, private: bool, decided: bool) -> Iterator[Reason]:
    """Rule 4: a child alone goes to a private provider only by a decision of child protection."""
    if party.children_alone and private and not decided:
        yield Reason("child_needs_decision", rule=4, severity="hold", params={"children": party.children_alone})


def nobody(party: Party) -> Iterator[Reason]:
    """Rule 6: a household without members is one that nobody has taken down; nothing can be said of it."""
    if not party.size:
        yield Reason("household_empty", rule=6)


def _short(code: str, needed: int, free: int, rule: int = 6) -> Iterator[Reason]:
    """Rule 6: the whole household or nobody."""
    if needed > free:
        yield Reason(code, rule=rule, params={"needed": needed, "free": max(free, 0)})


def is_night(at: datetime, policy: Policy = DEFAULT) -> bool:
    """Rule 7: whether ``at`` (local time) falls between 22:00, included, and 06:00, not included."""
    starts, ends = policy.night_starts_hour, policy.night_ends_hour
    if starts <= ends:
        return starts <= at.hour < ends
    return at.hour >= starts or at.hour < ends


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
    day = max(offer.departs_from.date(), today)
    if offer.status != "open" and not (seated and offer.status == "full"):
        yield Reason("offer_not_open", rule=1)
    yield from _unknown_to_vetting(offer.vetted, ("provider", "vehicle"))
    yield from not_verified(offer.vetted, max(offer.departs_until.date(), today))
    yield from nobody(party)
    yield from child_alone(party, offer.private, need.decided("child_placement", day))
    agreed = need.decided("unrelated_men_accepted", day)
    yield from with_only_men(party, offer.aboard, offer.crew, agreed, there_already=seated)
    yield from pick_up(offer.origin_status, offer.origin_staffed)
    if not seated:
        yield from _ride_room(party, offer, policy)
    yield from _ride_fit(need, offer, at)


def _ride_room(party: Party, offer: Ride, policy: Policy) -> Iterator[Reason]:
    yield from _short("seats_too_few", party.size, offer.seats_free)
    yield from _short("child_seats_too_few", party.in_bands(policy.child_seat_bands), offer.child_seats_free)
    yield from _short("wheelchair_places_too_few", party.wheelchairs, offer.wheelchairs_free)
    yield from _short("luggage_too_much", party.luggage, offer.luggage_free, rule=0)


def _ride_fit(need: Need, offer: Ride, at: datetime) -> Iterator[Reason]:
    if offer.origin != need.origin:
        yield Reason("other_origin")
    if need.destination and need.destination not in offer.destinations:
        yield Reason("other_destination")
    if _before(offer.departs_until, at):
        yield Reason("ride_gone")
    elif _before(offer.departs_until, need.earliest_at):
        yield Reason("leaves_too_early")
    if need.party.pets and not offer.pets:
        yield Reason("no_pets")
    if offer.women_only and need.party.possibly_men:
        yield Reason("women_only")


def _before(first: datetime, second: datetime) -> bool:
    """Compared in UTC: two local times of one zone are compared by the clock on the wall, wrong once a year."""
    return first.astimezone(UTC) < second.astimezone(UTC)


def stay(need: Need, offer: Stay, at: datetime, *, placed: bool = False) -> tuple[Reason, ...]:
    """Every reason why the household may not stay here. ``placed``: its beds are taken already."""
    return tuple(_stay(need, offer, at, placed))


def _stay(need: Need, offer: Stay, at: datetime, placed: bool) -> Iterator[Reason]:
    party, day = need.party, max(need.from_date, at.date())
    if offer.status != "open" and not (placed and offer.status == "full"):
        yield Reason("offer_not_open", rule=1)
    yield from _unknown_to_vetting(offer.vetted, ("provider", "dwelling"))
    yield from not_verified(offer.vetted, day)
    yield from nobody(party)
    yield from child_alone(party, offer.private, need.decided("child_placement", day))
    yield from _nights(need, offer, day, placed)
    if not placed:
        yield from _short("beds_too_few", party.size, offer.beds_free)
    yield from _stay_fit(need, offer, at.date())


def _nights(need: Need, offer: Stay, day: date, placed: bool) -> Iterator[Reason]:
    """Rule 5 for every night of the stay; a woman who leaves before does not count for the nights after."""
    agreed = need.decided("unrelated_men_accepted", day)
    first = min(day, need.until - timedelta(days=1))
    found: dict[str, Reason] = {}
    for present in guests_by_night(offer.guests, first, need.until):
        for reason in with_only_men(need.party, present, offer.residents, agreed, there_already=placed):
            found.setdefault(reason.code, reason)
    yield from found.values()


def _stay_fit(need: Need, offer: Stay, today: date) -> Iterator[Reason]:
    party = need.party
    if need.from_date < offer.from_date or need.until > offer.to_date or need.until < today:
        yield Reason("dates_do_not_fit")
    if party.wheelchairs and not offer.wheelchair:
        yield Reason("not_step_free")
    if party.pets and not offer.pets:
        yield Reason("no_pets")
    if party.minors and not offer.accepts_children:
        yield Reason("no_children")
    if party.possibly_men and offer.women_only:
        yield Reason("women_only")
    elif party.possibly_men and not offer.accepts_men:
        yield Reason("no_men")
    if offer.distance_km > need.max_km:
        yield Reason("too_far", params={"km": round(offer.distance_km), "max_km": need.max_km})


def together(ride_offer: Ride, stay_offer: Stay) -> tuple[Reason, ...]:
    """Why this ride does not lead to this bed."""
    if stay_offer.town in ride_offer.destinations:
        return ()
    return (Reason("ride_does_not_reach_stay"),)


def unpromised(need: Need, free: int, promised: int) -> tuple[Reason, ...]:
    """Why an offer is not shown now: what it has free, others have just chosen. It holds no place: confirming does."""
    return (Reason("promised_to_others"),) if need.party.size > free - promised else ()


def destination(zone_status: str | None, has_stay: bool) -> tuple[Reason, ...]:
    """Rule 10: a ride ends at a verified bed or in an active safe zone, never at an unknown place."""
    if has_stay or zone_status == "active":
        return ()
    return (Reason("destination_not_safe", rule=10),)
