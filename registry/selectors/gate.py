"""The safety gate asked of the database as it is now: rows in, reasons out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from registry import models as m
from registry.rules import eligibility, ranking
from registry.rules.facts import Need, Ride, Stay
from registry.rules.reasons import Reason
from registry.selectors import facts


@dataclass(frozen=True)
class Pair:
    """A request with the legs it would have; ``leaving_out`` is the match itself when it holds seats already."""

    request: m.HelpRequest
    ride: m.TransportOffer | None = None
    stay: m.AccommodationOffer | None = None
    arrival_zone: m.Zone | None = None
    leaving_out: UUID | None = None
    seated: bool = False


@dataclass(frozen=True)
class Verdict:
    """What the gate says: every reason against, and the value if there is none."""

    reasons: tuple[Reason, ...]
    value: float
    speaks_for: tuple[Reason, ...]


def ride_need(need: Need, stay: Stay | None) -> Need:
    """With a bed, the ride must reach the bed's town."""
    return replace(need, destination=stay.town) if stay else need


@dataclass(frozen=True, slots=True)
class Seen:
    """A pair as plain facts; ``arrival`` is the status of the zone where a ride without a bed ends."""

    need: Need
    ride: Ride | None
    stay: Stay | None
    arrival: str | None
    origin_status: str
    origin_staffed: bool
    seated: bool = False


def ask(pair: Pair, at: datetime) -> Verdict:
    """Every reason against this pair at this moment, from fresh facts."""
    origin = pair.request.origin
    ride, stay = _ride(pair, at), _stay(pair, at)
    # With a ride, its own facts say how the zone stands.
    staffed = ride is not None or facts.is_staffed(origin.pk, at)
    arrival = pair.arrival_zone.status if pair.arrival_zone else None
    seen = Seen(facts.need_of(pair.request), ride, stay, arrival, origin.status, staffed, pair.seated)
    return judge(seen, facts.local(at))


def judge(seen: Seen, now: datetime) -> Verdict:
    """Every reason against this pair at this moment (local, aware), and what it is worth."""
    need, ride, stay = seen.need, seen.ride, seen.stay
    reasons = [*_shape(seen)]
    scores = []
    if ride:
        reasons += eligibility.ride(ride_need(need, stay), ride, now, seated=seen.seated)
        reasons += eligibility.destination(seen.arrival, stay is not None)
        scores.append(ranking.ride(need, ride, now))
    if stay:
        reasons += eligibility.stay(need, stay, now, placed=seen.seated)
        scores.append(ranking.stay(need, stay))
    if ride and stay:
        reasons += eligibility.together(ride, stay)
    if not ride:
        reasons += eligibility.pick_up_reasons(seen.origin_status, seen.origin_staffed)
    return Verdict(tuple(reasons), sum(s.value for s in scores), tuple(r for s in scores for r in s.reasons))


def _ride(pair: Pair, at: datetime) -> Ride | None:
    return facts.rides_of([pair.ride.id], at, pair.leaving_out)[pair.ride.id] if pair.ride else None


def _stay(pair: Pair, at: datetime) -> Stay | None:
    if not pair.stay:
        return None
    return facts.stays_of([pair.stay.id], facts.search_center(pair.request), at, pair.leaving_out)[pair.stay.id]


def _shape(seen: Seen) -> Sequence[Reason]:
    """A household that asked for both gets both, a ride or a bed alone otherwise."""
    wanted = {"ride": (True, False), "stay": (False, True), "both": (True, True)}[seen.need.kind]
    if (seen.ride is not None, seen.stay is not None) != wanted:
        return [Reason("legs_do_not_fit")]
    return []
