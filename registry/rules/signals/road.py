"""What happens on the road: places, times and speeds that do not fit together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from registry.rules.eligibility import is_night
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Trip:
    """One drive of a provider; households that share a ride share its ``key``."""

    key: str
    left_at: datetime
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Hop:
    """From one place where the provider's pass was seen to the next: straight kilometres, and minutes."""

    km: float
    minutes: float


# A straight line this short says nothing: two gates of one town, a phone's idea of the time.
SHORTEST_HOP_KM = 10.0


def far_from_corridor(km: float, policy: Policy = DEFAULT) -> Reason | None:
    """Lives, or has the beds, far from every road that the offer is about: review."""
    if km <= policy.signal_far_km:
        return None
    return Reason("far_from_corridor", severity="review", params={"km": round(km)})


def destination_changed(times: int, policy: Policy = DEFAULT) -> Reason | None:
    """Households said more than once that the way or the end was changed: review."""
    if times < policy.signal_destination_changes:
        return None
    return Reason("destination_changed", severity="review", params={"times": times})


def journeys_overlap(trips: Iterable[Trip]) -> Reason | None:
    """One driver on two roads at once: hold."""
    known = sorted(trips, key=lambda trip: trip.left_at)
    if any(a.key != b.key and b.left_at < a.arrived_at for a, b in combinations(known, 2)):
        return Reason("journeys_overlap", severity="hold")
    return None


def too_fast(hops: Iterable[Hop], policy: Policy = DEFAULT) -> Reason | None:
    """A pass that was seen in two places sooner than anybody can drive: hold."""
    speeds = [hop.km / max(hop.minutes, 1.0) * 60 for hop in hops if hop.km >= SHORTEST_HOP_KM]
    fastest = max(speeds, default=0.0)
    if fastest <= policy.signal_top_kmh:
        return None
    return Reason("too_fast", severity="hold", params={"kmh": round(fastest)})


def mostly_at_night(departures: Sequence[datetime], policy: Policy = DEFAULT) -> Reason | None:
    """Over half of at least four pick-ups by night, on the clock of the border: review."""
    nights = sum(is_night(at, policy) for at in departures)
    if len(departures) < policy.signal_night_least or nights <= len(departures) * policy.signal_night_share:
        return None
    return Reason("mostly_at_night", severity="review", params={"nights": nights, "of": len(departures)})


def arrived_too_soon(
    left_at: datetime, arrived_at: datetime, route_minutes: float, policy: Policy = DEFAULT
) -> Reason | None:
    """An arrival said in under 60 % of the time that the road takes: alert."""
    share = (arrived_at - left_at).total_seconds() / 60 / route_minutes
    if share >= policy.signal_arrival_share:
        return None
    return Reason("arrived_too_soon", severity="alert", params={"percent": round(share * 100)})


def overdue_again(moments: Sequence[datetime], at: datetime, policy: Policy = DEFAULT) -> Reason | None:
    """Overdue twice within ninety days: hold."""
    recent = [moment for moment in moments if 0 <= (at - moment).days < policy.signal_overdue_days]
    if len(recent) < policy.signal_overdue_times:
        return None
    return Reason("overdue_again", severity="hold", params={"times": len(recent)})
