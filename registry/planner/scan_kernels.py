"""The scan: for each household the offers of highest worth at these prices, exact, without asking all of them.

What an offer could be worth at most is estimated in 32 bits, many offers at once (``Sketch`` in ``ground``); whoever is
above what the household has found already is asked the whole gate and counted in 64 bits. Households take turns at
one box, so that it is read once for all of them.
"""

import math
from typing import Any

import numba as nb
import numpy as np

from registry.planner.ground import WIDTH
from registry.planner.kernels import NO, NOWHERE, RADIUS, compiled, inner, insert, pair_points, unit

# So many households take turns.
TURNS = 32
# An estimate is never too low: what 32 bits lose, in units of the Earth's radius, kilometres and points.
_STRAY, _STRAY_KM, _STRAY_POINTS, _STRAY_SHARE = 4e-7, 4e-3, 2e-3, 1e-6
_SLACK = 1e-9
# What estimates need to know of a household.
GLANCE = np.dtype(
    [(name, np.float32) for name in ("x", "y", "z", "limit2", "km_weight", "most", "language")]
    + [("languages", np.uint32), ("need", np.uint32), ("size", np.int32), ("child", np.int32)],
)

# Sums may be made in any order: an estimate has room for it.
# A call hands on every word of every array: what is called a hundred times for each household is written out instead.
in_line: Any = nb.njit(nogil=True, inline="always")
estimating: Any = nb.njit(cache=True, nogil=True, fastmath={"nnan", "ninf", "nsz", "contract"})
_LOW = np.float32(NO)
_NONE = np.float32(0.0)


@compiled
def glance(h: Any, g: Any, nearness: float, noise: float, language: float) -> None:
    """What estimates need to know of household ``h`` into ``g``; ``most``: the points of an offer next door."""
    reach = math.sqrt(h.limit2) + _STRAY if h.limit2 >= 0.0 else 0.0
    most = h.urgency + nearness + noise
    g.x, g.y, g.z, g.limit2 = np.float32(h.x), np.float32(h.y), np.float32(h.z), np.float32(reach * reach)
    g.km_weight, g.language = np.float32(h.km_weight * RADIUS), np.float32(language)
    g.most = np.float32(most + abs(most) * _STRAY_SHARE + h.km_weight * _STRAY_KM + _STRAY_POINTS)
    g.languages = np.uint32(h.languages) | np.uint32(h.languages >> np.uint64(32))
    g.need, g.size, g.child = h.need, h.size, 1 if h.minors else 0


@estimating
def offers_at_most(near, flags, gain, beds, first, count, x, y, z, limit2, km_weight, most, language, languages, need,
                   size, child, found) -> None:  # fmt: skip
    """Into ``found`` what each of so many offers could be worth at most, NO where it cannot be."""
    start = nb.uint64(first)
    for i in range(nb.uint64(count)):
        j = start + i
        dx, dy, dz = x - near[0, j], y - near[1, j], z - near[2, j]
        c2 = dx * dx + dy * dy + dz * dz
        fits = ((need & ~flags[0, j]) == 0) & (size <= beds[j]) & (c2 <= limit2)
        worth = most - km_weight * np.sqrt(c2) + gain[child, j]
        worth = worth + (language if (languages & flags[1, j]) != 0 else _NONE)
        found[i] = worth if fits else _LOW


@estimating
def boxes_at_most(corners, flags, gain, x, y, z, limit2, km_weight, most, language, languages, need, child, row,
                  found) -> None:  # fmt: skip
    """Into row ``row`` of ``found`` what the best offer of each box could be worth at most, NO if none can be."""
    for j in range(nb.uint64(corners.shape[1])):
        dx = max(corners[0, j] - x, x - corners[3, j], _NONE)
        dy = max(corners[1, j] - y, y - corners[4, j], _NONE)
        dz = max(corners[2, j] - z, z - corners[5, j], _NONE)
        c2 = dx * dx + dy * dy + dz * dz
        found[row, j] = most - km_weight * np.sqrt(c2) + gain[child, j] if c2 <= limit2 else _LOW
    for j in range(nb.uint64(corners.shape[1])):
        worth = found[row, j] + (language if (languages & flags[1, j]) != 0 else _NONE)
        found[row, j] = worth if (need & ~flags[0, j]) == 0 else _LOW


@in_line
def insert_in(worths, points, places, t, count, worth, point, place):
    """As kernels.insert, into row ``t``; offers come in the order of their places."""
    i = count if count < worths.shape[1] else count - 1
    while i > 0 and worths[t, i - 1] < worth:
        worths[t, i], points[t, i], places[t, i] = worths[t, i - 1], points[t, i - 1], places[t, i - 1]
        i -= 1
    worths[t, i], points[t, i], places[t, i] = worth, point, place
    return min(count + 1, worths.shape[1])


@inner
def own_of(bonus: Any, household: int) -> Any:
    """What a household gains in each town; of length 0 where nobody does."""
    return bonus[household] if len(bonus) else np.empty(0, np.float32)


@inner
def reach(towns: Any, bonus: Any) -> float:
    """The most that a bed in one of these towns gains."""
    most = NO
    for k in range(len(towns)):
        most = max(most, bonus[towns[k]])
    return most


@compiled
def to_beat(h, number, seeds, offers, spans, beds, prices, nearness, language, towns, bonus, noise, seed, floor, worths,
            points, places) -> float:  # fmt: skip
    """What the last of the best is worth at least: as much as the last of ``seeds`` if all can be, else ``floor``."""
    count = 0
    for i in range(len(seeds)):
        j = seeds[i]
        p = pair_points(h, offers[j], spans, beds[j], nearness, language)
        if len(bonus):
            p += bonus[towns[j]]
        worth = p - prices[j] + noise * unit(number, offers[j].row, seed)
        if p > NOWHERE and worth > floor:
            count = insert(worths, points, places, count, worth, p, j)
    return max(floor, worths[-1] - _SLACK) if count == len(worths) else floor


@compiled
def scan(order, seekers, offers, spans, near, flags, corners, box_flags, beds, narrow_beds, prices, gain, box_gain,
         nearness, language, towns, town_start, box_towns, bonus, noise, look, seed, first, floors, turns, found,
         points, surplus) -> None:  # fmt: skip
    """For households ``order`` the best offers: numbers outside into ``found`` and ``points``, the best worth beside.

    Row i of the three, and of ``floors``, is household ``order[i]``; only what is worth more than the floor is found.
    ``found`` ends with -1, a surplus of nobody's is 0. ``look`` below 1: only that share of each box is looked
    at, another stretch for each household; whoever finds too few there looks at all of it. ``turns``: (TURNS,) GLANCE.
    ``towns`` to ``bonus``: shards.There, added to the points of each bed; (0, 0): beds wherever they are.
    """
    size, boxes, has_bonus = found.shape[1], corners.shape[1], len(bonus) > 0
    worths, values, places = np.empty((TURNS, size)), np.empty((TURNS, size)), np.empty((TURNS, size), np.int64)
    counts, floor, share = np.zeros(TURNS, np.int64), np.empty(TURNS), np.empty(TURNS)
    at_most, estimates = np.empty((TURNS, boxes), np.float32), np.empty(WIDTH, np.float32)
    seeds, seeded, pieces = np.empty(size, np.int64), 0, int(1.0 / look + 0.5)
    for begin in range(0, len(order), TURNS):
        those = min(TURNS, len(order) - begin)
        for t in range(those):
            h, g = seekers[order[begin + t]], turns[t]
            counts[t], floor[t], share[t] = 0, floors[begin + t], look
            if not h.possible:
                share[t] = 0.0
                continue
            # The seeds only tell how much is to be had; they are found again.
            if look >= 1.0:
                floor[t] = to_beat(h, first + order[begin + t], seeds[:seeded], offers, spans, beds, prices, nearness,
                                   language, towns, own_of(bonus, order[begin + t]), noise, seed, floors[begin + t],
                                   worths[t], values[t], places[t])  # fmt: skip
            glance(h, g, nearness, noise, language)
            boxes_at_most(corners, box_flags, box_gain, g.x, g.y, g.z, g.limit2, g.km_weight, g.most, g.language,
                          g.languages, g.need, g.child, t, at_most)  # fmt: skip
            if has_bonus:
                for k in range(boxes):
                    at_most[t, k] += reach(box_towns[town_start[k] : town_start[k + 1]], bonus[order[begin + t]])
        while share[:those].max() > 0.0:
            for k in range(boxes):
                for t in range(those):
                    if share[t] == 0.0 or at_most[t, k] <= floor[t]:
                        continue
                    h, g, number = seekers[order[begin + t]], turns[t], first + order[begin + t]
                    start, width = k * WIDTH, min(WIDTH, len(offers) - k * WIDTH)
                    if share[t] < 1.0:
                        piece = int(unit(number, -1 - k, seed) * pieces)
                        end = start + width * (piece + 1) // pieces
                        start += width * piece // pieces
                        width = end - start
                    offers_at_most(near, flags, gain, narrow_beds, start, width, g.x, g.y, g.z,
                                   g.limit2, g.km_weight, g.most, g.language, g.languages, g.need, g.size, g.child,
                                   estimates)  # fmt: skip
                    for i in range(width):
                        j, more = start + i, 0.0
                        if estimates[i] <= NOWHERE:
                            continue
                        if has_bonus:
                            more = bonus[order[begin + t], towns[j]] if towns[j] >= 0 else NO
                        if estimates[i] + more <= floor[t]:
                            continue
                        luck = noise * unit(number, offers[j].row, seed) if noise > 0.0 else 0.0
                        if estimates[i] + more - noise + luck + _STRAY_POINTS <= floor[t]:
                            continue
                        p = pair_points(h, offers[j], spans, beds[j], nearness, language) + more
                        worth = p - prices[j] + luck
                        if p > NOWHERE and worth > floor[t]:
                            counts[t] = insert_in(worths, values, places, t, counts[t], worth, p, j)
                            if counts[t] == size:
                                floor[t] = max(floor[t], worths[t, size - 1])
            for t in range(those):
                if counts[t] == size or share[t] >= 1.0:
                    share[t] = 0.0
                elif share[t] > 0.0:
                    counts[t], floor[t], share[t] = 0, floors[begin + t], 1.0
        for t in range(those):
            i = begin + t
            found[i, :] = -1
            surplus[i] = worths[t, 0] if counts[t] else 0.0
            for q in range(counts[t]):
                found[i, q], points[i, q] = offers[places[t, q]].row, values[t, q]
            if counts[t] == size:
                seeds[:], seeded = places[t], size


@compiled
def by_town(order, seekers, offers, spans, near, flags, corners, box_flags, beds, narrow_beds, prices, gain, box_gain,
            nearness, language, towns, town_start, box_towns, turn, best) -> None:  # fmt: skip
    """The most points minus price that each household of ``order`` finds in each town into its row of ``best``."""
    at_most, estimates = np.empty((1, corners.shape[1]), np.float32), np.empty(WIDTH, np.float32)
    g = turn[0]
    for i in range(len(order)):
        h, own = seekers[order[i]], best[order[i]]
        if not h.possible:
            continue
        glance(h, g, nearness, 0.0, language)
        boxes_at_most(corners, box_flags, box_gain, g.x, g.y, g.z, g.limit2, g.km_weight, g.most, g.language,
                      g.languages, g.need, g.child, 0, at_most)  # fmt: skip
        for k in range(corners.shape[1]):
            least = -NO
            for n in range(town_start[k], town_start[k + 1]):
                least = min(least, own[box_towns[n]])
            if at_most[0, k] <= max(least, NOWHERE):
                continue
            start, width = k * WIDTH, min(WIDTH, len(offers) - k * WIDTH)
            offers_at_most(near, flags, gain, narrow_beds, start, width, g.x, g.y, g.z, g.limit2, g.km_weight, g.most,
                           g.language, g.languages, g.need, g.size, g.child, estimates)  # fmt: skip
            for e in range(width):
                j = start + e
                if estimates[e] <= NOWHERE or towns[j] < 0 or estimates[e] <= own[towns[j]]:
                    continue
                p = pair_points(h, offers[j], spans, beds[j], nearness, language)
                if p > NO:
                    own[towns[j]] = max(own[towns[j]], p - prices[j])
