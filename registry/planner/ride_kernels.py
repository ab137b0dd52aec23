"""The scan of rides: every ride from where the household is, the whole gate of each."""

from typing import Any

import numpy as np

from registry.planner.kernels import NO, compiled, insert, unit

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
def scan(order, riders, rides, start, reaches, room, prices, at_us, nearness, language, child, longest, noise, look,
         seed, first, floor, found, points, surplus):  # fmt: skip
    """For households ``order`` the best rides: rows outside into ``found`` and ``points``, the best worth beside.

    ``look`` below 1: only that share of the rides is looked at, unless too few are found.
    """
    size = found.shape[1]
    worths, values, places = np.empty(size), np.empty(size), np.empty(size, np.int64)
    for i in range(len(order)):
        h = riders[order[i]]
        found[i, :] = -1
        surplus[i] = 0.0
        if not h.possible or h.origin < 0:
            continue
        count, share = 0, look
        while True:
            count = 0
            for j in range(start[h.origin * reaches.shape[0]], start[(h.origin + 1) * reaches.shape[0]]):
                r = rides[j]
                if share < 1.0 and unit(first + order[i], -1 - r.row, seed) >= share:
                    continue
                if not fits(h, r, reaches, room[r.row]):
                    continue
                p = pair_points(h, r, at_us, nearness, language, child, longest)
                worth = p - prices[r.row] + noise * unit(first + order[i], r.row, seed)
                if worth > floor:
                    count = insert(worths, values, places, count, worth, p, r.row)
            if count == size or share >= 1.0:
                break
            share = 1.0
        for q in range(count):
            found[i, q], points[i, q] = places[q], values[q]
        surplus[i] = worths[0] if count else 0.0


@compiled
def by_town(order, riders, rides, start, reaches, stops, goes, room, prices, at_us, nearness, language, child, longest,
            ride, points):  # fmt: skip
    """For households ``order`` the best ride to each town by points minus price, and its points.

    Routes to none of the towns that ``goes`` (n, towns) says are passed over.
    """
    towns, routes = reaches.shape[1], reaches.shape[0]
    best = np.empty(towns)
    for i in range(len(order)):
        h = riders[order[i]]
        best[:] = NO
        if not h.possible or h.origin < 0:
            continue
        for route in range(routes):
            if not leads(stops[route], goes[order[i]]):
                continue
            for j in range(start[h.origin * routes + route], start[h.origin * routes + route + 1]):
                r = rides[j]
                if not fits(h, r, reaches, room[r.row]):
                    continue
                p = pair_points(h, r, at_us, nearness, language, child, longest)
                worth = p - prices[r.row]
                for k in range(stops.shape[1]):
                    t = stops[route, k]
                    if t < 0:
                        break
                    if worth > best[t] or (worth == best[t] and r.row < ride[i, t]):
                        best[t], ride[i, t], points[i, t] = worth, r.row, p


@compiled
def leads(stops, goes) -> bool:
    """Whether one of these towns is asked for."""
    for k in range(len(stops)):
        if stops[k] < 0:
            return False
        if goes[stops[k]]:
            return True
    return False


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
