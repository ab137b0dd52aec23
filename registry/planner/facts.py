"""The door from the rules' facts: needs, stays and rides become rows, so that the gate can be asked of all at once.

What holds for an offer whoever asks (status, vetting, the zone, who is there by night) is worked out here by the very
functions of the rules; what depends on the pair is left to the scan (``gate``).
"""

from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.crs import as_points
from registry.planner import nights
from registry.planner.arrays import FOREVER, NEVER, NOWHERE, Households, RideOffers, Rides, StayOffers, Stays
from registry.rules import eligibility
from registry.rules.facts import Need, Ride, Stay, Vetted
from registry.rules.policy import DEFAULT, Policy

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


class Book:
    """Numbers for languages (64 at most), origins, towns and roofs; one book for both sides of a plan."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[Hashable, int]] = {"language": {}, "origin": {}, "town": {}, "roof": {}}

    def number(self, kind: str, name: Hashable) -> int:
        """The number of a name of this kind (language, origin, town, roof), a new one the first time."""
        known = self._numbers[kind]
        return known.setdefault(name, len(known))

    def names(self, kind: str) -> list[Hashable]:
        """The names of this kind in the order of their numbers."""
        return list(self._numbers[kind])

    def bits(self, languages: Iterable[str]) -> int:
        """A bit set of languages; raises ValueError for a sixty-fifth."""
        found = 0
        for language in sorted(languages):
            number = self.number("language", language)
            if number >= 64:
                raise ValueError("more than 64 languages")
            found |= 1 << number
        return found


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _FIRST.toordinal()


def moment_us(at: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def households(needs: Sequence[Need], places: object, at: datetime, book: Book, policy: Policy = DEFAULT) -> Households:
    """One row a need. ``places``: (n, 2) longitude and latitude from which distances count; ``at``: local, aware."""
    points, today = as_points(places), at.date()
    rows = [_household(need, today, book, policy) for need in needs]
    return Households(lon=points[:, 0].copy(), lat=points[:, 1].copy(), **_columns(rows, _HOUSEHOLD))


def stay_offers(stays: Sequence[Stay], places: object, roofs: Sequence[Hashable], book: Book) -> StayOffers:
    """One row a stay; its ``distance_km`` is not read: ``places`` (m, 2) are. ``roofs``: the dwelling of each."""
    points = as_points(places)
    rows = [_stay(stay, roof, book) for stay, roof in zip(stays, roofs, strict=True)]
    columns = Stays(lon=points[:, 0].copy(), lat=points[:, 1].copy(), **_columns(rows, _STAY))
    return StayOffers(columns, nights.of_stays(stays))


def ride_offers(rides: Sequence[Ride], at: datetime, book: Book) -> RideOffers:
    """One row a ride as it stands at ``at`` (local, aware)."""
    routes: dict[frozenset[str], int] = {}
    rows = [_ride(ride, at, book) | {"route": routes.setdefault(ride.destinations, len(routes))} for ride in rides]
    for towns in routes:
        for town in sorted(towns):
            book.number("town", town)
    reaches = np.zeros((len(routes), len(book.names("town"))), bool)
    for route, towns in enumerate(routes):
        reaches[route, [book.number("town", town) for town in sorted(towns)]] = True
    return RideOffers(Rides(**_columns(rows, _RIDE)), reaches, moment_us(at))


_INT, _DAY, _BOOL, _BITS = np.int64, np.int32, np.bool_, np.uint64
_HOUSEHOLD: dict[str, Any] = {
    **dict.fromkeys(("size", "urgency", "women", "men", "unknown", "minors", "wheelchairs", "max_km"), _INT),
    **dict.fromkeys(("earliest_us", "child_seats", "luggage"), _INT),
    **dict.fromkeys(("possible", "wants_woman_host", "pets"), _BOOL),
    **dict.fromkeys(("day", "night", "from_day", "until_day", "agreed_until", "child_until"), _DAY),
    **dict.fromkeys(("origin", "destination"), _DAY),
    "languages": _BITS,
}
_STAY: dict[str, Any] = {
    **dict.fromkeys(("beds", "host_points"), _INT),
    **dict.fromkeys(("from_day", "to_day", "verified_until", "roof", "town"), _DAY),
    **dict.fromkeys(("takes_men", "takes_children", "woman_host", "woman_lives", "wheelchair", "pets"), _BOOL),
    **dict.fromkeys(("private", "child_friendly"), _BOOL),
    "languages": _BITS,
}
_RIDE: dict[str, Any] = {
    **dict.fromkeys(("leaves_us", "until_us", "seats", "child_seats", "wheelchairs", "luggage"), _INT),
    **dict.fromkeys(("possible", "takes_men", "pets", "private"), _BOOL),
    **dict.fromkeys(("men_only", "fragile", "broken", "woman_drives"), _BOOL),
    **dict.fromkeys(("origin", "route", "day"), _DAY),
    "languages": _BITS,
}


def _columns(rows: Sequence[dict[str, Any]], kinds: dict[str, Any]) -> dict[str, NDArray[Any]]:
    return {name: np.array([row[name] for row in rows], kind) for name, kind in kinds.items()}


def _household(need: Need, today: date, book: Book, policy: Policy) -> dict[str, Any]:
    party, group = need.party, need.party.group
    day = max(need.from_date, today)
    return {
        "size": party.size,
        "urgency": need.urgency,
        "women": group.women,
        "men": group.men,
        "unknown": group.unknown,
        "minors": group.children,
        "possible": party.size > 0 and need.until >= today,
        "wants_woman_host": False,
        "wheelchairs": party.wheelchairs,
        "pets": bool(party.pets),
        "languages": book.bits(party.languages),
        "max_km": need.max_km,
        "day": day_number(day),
        "night": day_number(min(day, need.until - timedelta(days=1))),
        "from_day": day_number(need.from_date),
        "until_day": day_number(need.until),
        "agreed_until": _decided_until(need, "unrelated_men_accepted"),
        "child_until": _decided_until(need, "child_placement") if party.children_alone else FOREVER,
        "origin": book.number("origin", need.origin),
        "destination": book.number("town", need.destination) if need.destination else NOWHERE,
        "earliest_us": moment_us(need.earliest_at),
        "child_seats": party.in_bands(policy.child_seat_bands),
        "luggage": party.luggage,
    }


def _decided_until(need: Need, kind: str) -> int:
    return max((day_number(d.expires_on) for d in need.decisions if d.kind == kind), default=NEVER)


def _stay(stay: Stay, roof: Hashable, book: Book) -> dict[str, Any]:
    return {
        "beds": stay.beds_free,
        "from_day": day_number(stay.from_date),
        "to_day": day_number(stay.to_date),
        "verified_until": _verified_until(stay),
        "takes_men": stay.accepts_men and not stay.women_only,
        "takes_children": stay.accepts_children,
        "woman_host": bool(stay.residents.women),
        "woman_lives": bool(stay.residents.women),
        "wheelchair": stay.wheelchair,
        "pets": stay.pets,
        "private": stay.private,
        "child_friendly": stay.child_friendly,
        "host_points": stay.host_points,
        "languages": book.bits(stay.languages),
        "roof": book.number("roof", roof),
        "town": book.number("town", stay.town),
    }


def _verified_until(stay: Stay) -> int:
    """The last day on which nothing of rule 1 speaks against the offer."""
    last = min((v.verified_until for v in stay.vetted if v.verified_until), default=_FIRST)
    is_open = stay.status == "open" and _vouched_for(stay.vetted, last, "dwelling")
    return day_number(last) if is_open else NEVER


def _vouched_for(vetted: Iterable[Vetted], until: date, thing: str) -> bool:
    """Whether rule 1 has nothing against these through ``until``, and provider and thing are among them."""
    known = {one.what for one in vetted}
    return {"provider", thing} <= known and not any(eligibility.not_verified(vetted, until))


def _ride(ride: Ride, at: datetime, book: Book) -> dict[str, Any]:
    today = at.date()
    kinds = set(nights.in_the_way(ride.aboard, ride.crew))
    is_open = ride.status == "open" and not eligibility.pick_up_reasons(ride.origin_status, ride.origin_staffed)
    last = max(ride.departs_until.date(), today)
    return {
        "possible": is_open
        and moment_us(ride.departs_until) >= moment_us(at)
        and _vouched_for(ride.vetted, last, "vehicle"),
        "origin": book.number("origin", ride.origin),
        "leaves_us": moment_us(ride.departs_from),
        "until_us": moment_us(ride.departs_until),
        "day": day_number(max(ride.departs_from.date(), today)),
        "seats": ride.seats_free,
        "child_seats": ride.child_seats_free,
        "wheelchairs": ride.wheelchairs_free,
        "luggage": ride.luggage_free,
        "takes_men": not ride.women_only,
        "pets": ride.pets,
        "private": ride.private,
        "men_only": nights.MEN_ONLY in kinds,
        "fragile": nights.FRAGILE in kinds,
        "broken": nights.BROKEN in kinds,
        "woman_drives": bool(ride.crew.women),
        "languages": book.bits(ride.languages),
    }
