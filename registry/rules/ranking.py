"""The order of eligible offers, with what speaks for each: value per person, the same yardstick everywhere."""

from dataclasses import dataclass
from datetime import datetime

from registry.rules.facts import Need, Ride, Stay
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Score:
    """Value of an offer for a household: points per person times people, and the reasons for the points."""

    per_person: float
    value: float
    reasons: tuple[Reason, ...]


def urgency(needs: frozenset[str], infants: int, older: int, children_alone: int) -> int:
    """Urgency as an integer 10 (usual) to 20 (most urgent): 2 for an infant, an older person or each need."""
    points = 2 * (infants > 0) + 2 * (older > 0) + 4 * (children_alone > 0) + 2 * len(needs)
    return min(20, 10 + points)


def stay(need: Need, offer: Stay, policy: Policy = DEFAULT) -> Score:
    """10 * urgency (as 10 to 20) + 30 * (1 - d / max_km) + 15 language + 10 child friendly + host points 0 to 5."""
    km = round(offer.distance_km)
    reasons = [Reason("near", severity="info", params={"km": km})]
    points = need.urgency + policy.weight_distance * (1 - offer.distance_km / max(need.max_km, 1))
    points += _language(need, offer.languages, reasons, policy)
    if need.party.minors and offer.child_friendly:
        points += policy.weight_children
        reasons.append(Reason("child_friendly", severity="info"))
    if offer.host_points:
        points += offer.host_points
        reasons.append(Reason("host_points", severity="info", params={"points": offer.host_points}))
    return Score(points, points * need.party.size, tuple(reasons))


def ride(need: Need, offer: Ride, at: datetime, policy: Policy = DEFAULT) -> Score:
    """The same yardstick with waiting in place of distance: 30 * (1 - wait / longest wait), wait in minutes."""
    wait = max(offer.departs_from.timestamp() - max(at.timestamp(), need.earliest_at.timestamp()), 0.0) / 60
    reasons = [Reason("waiting", severity="info", params={"minutes": round(wait)})]
    points = need.urgency + policy.weight_distance * max(0.0, 1 - wait / policy.ride_longest_wait_minutes)
    points += _language(need, offer.languages, reasons, policy)
    if need.party.in_bands(policy.child_seat_bands):
        points += policy.weight_children
        reasons.append(Reason("child_seat_ready", severity="info"))
    return Score(points, points * need.party.size, tuple(reasons))


def _language(need: Need, spoken: frozenset[str], reasons: list[Reason], policy: Policy) -> int:
    shared = sorted(need.party.languages & spoken)
    if not shared:
        return 0
    reasons.append(Reason("shared_language", severity="info", params={"languages": ", ".join(shared)}))
    return policy.weight_language
