"""What a pair of household and ride is worth: the whole gate of rides and the points as the planner counts."""

from typing import Any

from registry.planner.kernels import NO, compiled

_MINUTE_US = 60_000_000.0


@compiled
def fits(h: Any, r: Any, reaches: Any, room: Any) -> bool:
    """The gate: room for all of them, the way, the time, and rules 4 and 5."""
    if h.size > room[0] or h.child_seats > room[1] or h.wheelchairs > room[2] or h.luggage > room[3]:
        return False
    if r.until_us < h.earliest_us or (h.pets and not r.pets) or (h.men and not r.takes_men):
        return False
    if h.destination >= 0 and (h.destination >= reaches.shape[1] or not reaches[r.route, h.destination]):
        return False
    if r.private and h.child_until < r.day:
        return False
    if r.men_only and h.guarded and not (h.may_agree and h.agreed_until >= r.day):
        return False
    return not ((r.fragile and h.lone) or (r.broken and h.alone))


@compiled
def pair_points(h: Any, r: Any, at_us: int, nearness: float, language: float, child: float, longest: float) -> float:
    """Points per person, as rules.ranking.ride counts them."""
    since = max(at_us, h.earliest_us)
    wait = max(r.leaves_us - since, 0) / _MINUTE_US
    points = h.urgency + nearness * max(0.0, 1.0 - wait / longest)
    if h.languages & r.languages:
        points += language
    if h.child_seats:
        points += child
    return points


@compiled
def exact(riders, rides, reaches, room, at_us, nearness, language, child, longest, places, points):
    """Points per person of the pairs (household, place of its ride or -1); NO where the gate refuses."""
    for h in range(len(riders)):
        if places[h] >= 0:
            rider, r = riders[h], rides[places[h]]
            points[h] = NO
            if (
                rider.possible
                and rider.origin >= 0
                and r.origin == rider.origin
                and fits(rider, r, reaches, room[r.row])
            ):
                points[h] = pair_points(rider, r, at_us, nearness, language, child, longest)
