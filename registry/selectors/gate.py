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


def ride_need(need: Need, stay: m.AccommodationOffer | None) -> Need:
    """With a bed, the ride must reach the bed's town."""
    return replace(need, destination=stay.town_id) if stay else need


def ask(pair: Pair, at: datetime) -> Verdict:
    """Every reason against this pair at this moment, from fresh facts."""
    need, now = facts.need_of(pair.request), facts.local(at)
    ride = _ride(pair, at)
    stay = _stay(pair, at)
    reasons = [*_shape(pair)]
    scores = []
    if ride:
        reasons += eligibility.ride(ride_need(need, pair.stay), ride, now, seated=pair.seated)
        reasons += eligibility.destination(_status(pair.arrival_zone), stay is not None)
        scores.append(ranking.ride(need, ride, now))
    if stay:
        reasons += eligibility.stay(need, stay, now, placed=pair.seated)
        scores.append(ranking.stay(need, stay))
    if ride and stay:
        reasons += eligibility.together(ride, stay)
    if not ride:
        origin = pair.request.origin
        reasons += eligibility.pick_up_reasons(origin.status, facts.is_staffed(origin.pk, at))
    return Verdict(tuple(reasons), sum(s.value for s in scores), tuple(r for s in scores for r in s.reasons))


def _status(zone: m.Zone | None) -> str | None:
    return zone.status if zone else None


def _ride(pair: Pair, at: datetime) -> Ride | None:
    return facts.rides_of([pair.ride.id], at, pair.leaving_out)[pair.ride.id] if pair.ride else None


def _stay(pair: Pair, at: datetime) -> Stay | None:
    if not pair.stay:
        return None
    return facts.stays_of([pair.stay.id], facts.search_center(pair.request), at, pair.leaving_out)[pair.stay.id]


def _shape(pair: Pair) -> Sequence[Reason]:
    """A household that asked for both gets both, a ride or a bed alone otherwise."""
    wanted = {"ride": (True, False), "stay": (False, True), "both": (True, True)}[pair.request.kind]
    if (pair.ride is not None, pair.stay is not None) != wanted:
        return [Reason("legs_do_not_fit")]
    return []
