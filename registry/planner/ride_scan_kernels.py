"""The scan of rides: of each route what it could be worth at most, then of each ride, then the whole gate.

As in ``scan_kernels`` estimates are made in 32 bits, many rides at once, and are never too low (``_sketch`` in
``seats``). Rides of one origin and route stand together: ``start[origin * routes + route]``.
"""

from typing import Any

import numba as nb
import numpy as np

from registry.planner.kernels import NO, NOWHERE, compiled, inner, insert, unit
from registry.planner.ride_kernels import fits, pair_points
from registry.planner.scan_kernels import estimating

# What 32 bits lose: minutes, points, and of points.
STRAY_MINUTES, _STRAY_POINTS, _STRAY_SHARE = 0.1, 5e-3, 1e-6
_LOW = np.float32(NO)
_NONE = np.float32(0.0)
_ONE = np.float32(1.0)
_MINUTE_US = 60_000_000.0
FAR_MINUTES = 50_000.0
WHAT = np.dtype(
    [(name, np.float32) for name in ("most", "earliest", "nearness", "per_minute", "language")]
    + [(name, np.uint32) for name in ("languages", "need")]
    + [(name, np.int32) for name in ("size", "child_seats", "wheelchairs", "luggage")],
)
PETS, MEN, NOT_PRIVATE, NOT_MEN_ONLY, NOT_FRAGILE, NOT_BROKEN = (1 << bit for bit in range(6))


@inner
def glance(h, g, at_us, nearness, language, child, longest, noise, never) -> None:
    """What estimates need to know of household ``h`` into ``g``."""
    most = h.urgency + noise + (child if h.child_seats else 0.0)
    slack = nearness / longest * STRAY_MINUTES + _STRAY_POINTS
    g.most = np.float32(most + abs(most) * _STRAY_SHARE + slack)
    g.earliest = np.float32(min(max((h.earliest_us - at_us) / _MINUTE_US, -FAR_MINUTES), FAR_MINUTES))
    g.nearness, g.per_minute, g.language = np.float32(nearness), np.float32(1.0 / longest), np.float32(language)
    g.languages = np.uint32(h.languages) | np.uint32(h.languages >> np.uint64(32))
    g.size, g.child_seats, g.wheelchairs, g.luggage = h.size, h.child_seats, h.wheelchairs, h.luggage
    need = 0
    if h.pets:
        need |= PETS
    if h.men:
        need |= MEN
    if h.child_until == never:
        need |= NOT_PRIVATE
    if h.guarded and (not h.may_agree or h.agreed_until == never):
        need |= NOT_MEN_ONLY
    if h.lone:
        need |= NOT_FRAGILE
    if h.alone:
        need |= NOT_BROKEN
    g.need = np.uint32(need)


@estimating
def rides_at_most(times, flags, room, gain, first, count, most, earliest, nearness, per_minute, language, languages,
                  need, size, child_seats, wheelchairs, luggage, found) -> None:  # fmt: skip
    """Into ``found`` what each of so many rides could be worth at most, NO where it cannot be."""
    start, since = nb.uint64(first), max(earliest, _NONE)
    for i in range(nb.uint64(count)):
        j = start + i
        fits = ((need & ~flags[0, j]) == 0) & (size <= room[0, j]) & (child_seats <= room[1, j])
        fits = fits & (wheelchairs <= room[2, j]) & (luggage <= room[3, j]) & (earliest <= times[1, j])
        wait = max(times[0, j] - since, _NONE)
        worth = most + nearness * max(_NONE, _ONE - wait * per_minute) + gain[j]
        worth = worth + (language if (languages & flags[1, j]) != 0 else _NONE)
        found[i] = worth if fits else _LOW


@compiled
def scan(order, riders, rides, start, reaches, stops, times, flags, room, narrow_room, prices, gain, best_gain, at_us,
         nearness, language, child, longest, never, bonus, noise, seed, first, floor, turn, estimates, found, points,
         surplus) -> None:  # fmt: skip
    """For households ``order`` the best rides: rows outside into ``found`` and ``points``, the best worth beside.

    ``bonus`` (n, towns): what the best bed in each town is worth to a household, added to the rides that go there;
    (0, 0): rides alone. ``turn``: (1,) WHAT; ``estimates``: room for the rides of one origin and route.
    """
    size, routes, g = found.shape[1], reaches.shape[0], turn[0]
    worths, values, places = np.empty(size), np.empty(size), np.empty(size, np.int64)
    for i in range(len(order)):
        h, number, count, least = riders[order[i]], first + order[i], 0, floor
        found[i, :] = -1
        surplus[i] = 0.0
        if not h.possible or h.origin < 0:
            continue
        glance(h, g, at_us, nearness, language, child, longest, noise, never)
        for route in range(routes):
            begin = start[h.origin * routes + route]
            width = start[h.origin * routes + route + 1] - begin
            if width == 0 or (h.destination >= 0 and not is_reached(h.destination, route, reaches)):
                continue
            more = best_bonus(stops[route], bonus[order[i]]) if len(bonus) else 0.0
            ahead = g.most + nearness + language + best_gain[h.origin * routes + route]
            if more <= NOWHERE or ahead + more <= least:
                continue
            rides_at_most(times, flags, narrow_room, gain, begin, width, g.most, g.earliest, g.nearness, g.per_minute,
                          g.language, g.languages, g.need, g.size, g.child_seats, g.wheelchairs, g.luggage,
                          estimates)  # fmt: skip
            for k in range(width):
                if estimates[k] + more <= least:
                    continue
                r = rides[begin + k]
                if not fits(h, r, reaches, room[r.row]):
                    continue
                p = pair_points(h, r, at_us, nearness, language, child, longest) + more
                worth = p - prices[r.row] + noise * unit(number, r.row, seed)
                # Rides come in the order of their routes: the last of the best may have a lower row.
                if worth >= least and worth > floor:
                    count = insert(worths, values, places, count, worth, p, r.row)
                    if count == size:
                        least = max(least, worths[-1])
        for q in range(count):
            found[i, q], points[i, q] = places[q], values[q]
        surplus[i] = worths[0] if count else 0.0


@compiled
def by_town(order, riders, rides, start, reaches, stops, goes, times, flags, room, narrow_room, prices, gain, best_gain,
            at_us, nearness, language, child, longest, never, turn, estimates, ride, points) -> None:  # fmt: skip
    """For households ``order`` the best ride to each town by points minus price, and its points.

    Routes to none of the towns that ``goes`` (n, towns) says are passed over.
    """
    towns, routes, g = reaches.shape[1], reaches.shape[0], turn[0]
    best = np.empty(towns)
    for i in range(len(order)):
        h = riders[order[i]]
        best[:] = NO
        if not h.possible or h.origin < 0:
            continue
        glance(h, g, at_us, nearness, language, child, longest, 0.0, never)
        for route in range(routes):
            begin = start[h.origin * routes + route]
            width = start[h.origin * routes + route + 1] - begin
            if width == 0 or (h.destination >= 0 and not is_reached(h.destination, route, reaches)):
                continue
            least = to_beat(stops[route], goes[order[i]], best)
            if g.most + nearness + language + best_gain[h.origin * routes + route] < least:
                continue
            rides_at_most(times, flags, narrow_room, gain, begin, width, g.most, g.earliest, g.nearness, g.per_minute,
                          g.language, g.languages, g.need, g.size, g.child_seats, g.wheelchairs, g.luggage,
                          estimates)  # fmt: skip
            top, row, value = max(least, 0.1 * NO), -1, 0.0
            for k in range(width):
                if estimates[k] < top:
                    continue
                r = rides[begin + k]
                if not fits(h, r, reaches, room[r.row]):
                    continue
                p = pair_points(h, r, at_us, nearness, language, child, longest)
                worth = p - prices[r.row]
                if worth > top or (worth == top and (row < 0 or r.row < row)):
                    top, row, value = worth, r.row, p
            for s in range(stops.shape[1]):
                t = stops[route, s]
                if t < 0 or row < 0:
                    break
                if top > best[t] or (top == best[t] and row < ride[i, t]):
                    best[t], ride[i, t], points[i, t] = top, row, value


@inner
def is_reached(destination: int, route: int, reaches: Any) -> bool:
    """Whether the route goes there."""
    return destination < reaches.shape[1] and reaches[route, destination]


@inner
def best_bonus(stops: Any, bonus: Any) -> float:
    """The most that a bed in one of these towns is worth."""
    best = NO
    for s in range(len(stops)):
        if stops[s] < 0:
            break
        best = max(best, bonus[stops[s]])
    return best


@inner
def to_beat(stops: Any, goes: Any, best: Any) -> float:
    """The least of what is known of those of these towns that are asked for; what nobody beats when none is."""
    least = -NO
    for s in range(len(stops)):
        if stops[s] < 0:
            break
        if goes[stops[s]]:
            least = min(least, best[stops[s]])
    return least
