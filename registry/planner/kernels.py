"""The scan: for each household the offers of highest worth at these prices, exact, without looking at all of them."""

import math
from typing import Any

import numba as nb
import numpy as np

from geo.distance import EARTH_RADIUS_KM
from registry.planner.ground import BLOCK

RADIUS = EARTH_RADIUS_KM
NO = -1e30
# Rounding of a bound against the exact sum, in points.
_SLACK = 1e-9

# Numba finds the types by itself: to everybody else what it compiles is Any.
compiled: Any = nb.njit(cache=True, nogil=True)
# For what is called from compiled code only: without a door for Python.
_NO_DOOR: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
inner: Any = nb.njit(cache=True, nogil=True, **_NO_DOOR)


@compiled
def unit(household: int, offer: int, seed: int) -> float:
    """A number from 0 to 1 that belongs to this pair and this seed alone."""
    v = np.uint64(household) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(offer) * np.uint64(0xD1B54A32D192ED03)
    v = v + np.uint64(seed) * np.uint64(0x8CB92BA72F3D8DD7)
    v = (v ^ (v >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    v = (v ^ (v >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    v = v ^ (v >> np.uint64(31))
    return np.float64(v >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def nights_clear(h: Any, o: Any, spans: Any) -> bool:
    """Rule 5 by night: nobody who minds what is in the way there, on any night of the stay."""
    for k in range(o.span, o.span_end):
        if (h.minds >> spans[k].kind) & 1 and spans[k].first < h.until_day and h.night < spans[k].until:
            return False
    return True


@compiled
def fits(h: Any, o: Any, beds: int) -> bool:
    """The gate without distance and nights; also asked of a box, of which some offer must fit."""
    return (
        (h.need & ~o.has) == 0
        and h.size <= beds
        and h.from_day >= o.from_day
        and h.until_day <= o.to_day
        and h.day <= o.verified_until
    )


@compiled
def chord2(h: Any, o: Any) -> float:
    """The square of the straight line between them, in units of the Earth's radius."""
    dx, dy, dz = h.x - o.x, h.y - o.y, h.z - o.z
    return dx * dx + dy * dy + dz * dz


@compiled
def points_at(h: Any, o: Any, km: float, nearness: float, language: float) -> float:
    """Points per person, as rules.ranking.stay counts them."""
    points = h.urgency + nearness - h.km_weight * km + o.points
    if h.languages & o.languages:
        points += language
    if h.minors:
        points += o.friendly
    return points


@compiled
def pair_points(h: Any, o: Any, spans: Any, beds: int, nearness: float, language: float) -> float:
    """Points per person of a pair that passes the gate, else NO. ``nearness``: points at no distance."""
    if not h.possible or not fits(h, o, beds):
        return NO
    c2 = chord2(h, o)
    if c2 > h.limit2 or not nights_clear(h, o, spans):
        return NO
    return points_at(h, o, 2 * RADIUS * math.asin(math.sqrt(c2) / 2), nearness, language)


@compiled
def box_bound(h: Any, b: Any, beds: int, best: float, language: float) -> float:
    """The most that any offer of a box can give, without nearness; NO when none of them can pass the gate."""
    if not fits(h, b, beds):
        return NO
    dx = max(b.x0 - h.x, 0.0, h.x - b.x1)
    dy = max(b.y0 - h.y, 0.0, h.y - b.y1)
    dz = max(b.z0 - h.z, 0.0, h.z - b.z1)
    c2 = dx * dx + dy * dy + dz * dz
    if c2 > h.limit2:
        return NO
    bound = h.urgency - h.km_weight * RADIUS * math.sqrt(c2) + best
    return bound + language if h.languages & b.languages else bound


@compiled
def insert(worths: Any, points: Any, places: Any, count: int, worth: float, point: float, place: int) -> int:
    """Keep a found offer among the best, the best first, equals by number; returns how many there are."""
    size = len(worths)
    if count == size:
        if worth < worths[-1] or (worth == worths[-1] and place > places[-1]):
            return count
        count -= 1
    i = count
    while i > 0 and (worths[i - 1] < worth or (worths[i - 1] == worth and places[i - 1] > place)):
        worths[i], points[i], places[i] = worths[i - 1], points[i - 1], places[i - 1]
        i -= 1
    worths[i], points[i], places[i] = worth, point, place
    return count + 1


@compiled
def tops(offers: Any, beds: Any, prices: Any, width: int) -> Any:
    """For each box the most of points minus price, for households without and with children; and the most beds."""
    count = (len(prices) + width - 1) // width
    best, room = np.full((2, count), NO), np.zeros(count, np.int64)
    for j in range(len(prices)):
        if beds[j] > 0:
            k, worth = j // width, offers[j].points - prices[j]
            best[0, k] = max(best[0, k], worth)
            best[1, k] = max(best[1, k], worth + offers[j].friendly)
            room[k] = max(room[k], beds[j])
    return best, room


@compiled
def seek(h, offers, spans, blocks, supers, beds, prices, best, room, best2, room2, nearness, language, noise, look,
         seed, number, floor, worths, points, places, seeds):  # fmt: skip
    """The best offers of one household into ``worths, points, places``; returns how many there are above ``floor``.

    ``look`` below 1: only that share of the blocks is looked into, drawn anew for each household.
    """
    size, count, child = len(worths), 0, 1 if h.minors else 0
    threshold = floor
    for i in range(len(seeds)):
        j = seeds[i]
        p = pair_points(h, offers[j], spans, beds[j], nearness, language)
        worth = p - prices[j] + noise * unit(number, offers[j].row, seed)
        if p > NO and worth > floor:
            count = insert(worths, points, places, count, worth, p, j)
    # The seeds only tell how much is to be had; they are found again.
    if count == size and look >= 1.0:
        threshold = max(threshold, worths[-1] - _SLACK)
    count = 0
    gain = nearness + noise + _SLACK
    for k in range(len(supers)):
        if box_bound(h, supers[k], room2[k], best2[child, k], language) + gain <= threshold:
            continue
        for b in range(k * BLOCK, min((k + 1) * BLOCK, len(blocks))):
            if look < 1.0 and unit(number, -1 - b, seed) >= look:
                continue
            if box_bound(h, blocks[b], room[b], best[child, b], language) + gain <= threshold:
                continue
            for j in range(b * BLOCK, min((b + 1) * BLOCK, len(offers))):
                o = offers[j]
                if not fits(h, o, beds[j]):
                    continue
                c2 = chord2(h, o)
                if c2 > h.limit2:
                    continue
                chord = math.sqrt(c2)
                if points_at(h, o, RADIUS * chord, gain, language) - prices[j] <= threshold:
                    continue
                if not nights_clear(h, o, spans):
                    continue
                p = points_at(h, o, 2 * RADIUS * math.asin(chord / 2), nearness, language)
                worth = p - prices[j] + noise * unit(number, o.row, seed)
                if worth > floor:
                    count = insert(worths, points, places, count, worth, p, j)
                    if count == size:
                        threshold = max(threshold, worths[-1])
    return count


@compiled
def scan(order, seekers, offers, spans, blocks, supers, beds, prices, best, room, best2, room2, nearness, language,
         noise, look, seed, first, floor, found, points, surplus):  # fmt: skip
    """For households ``order`` the best offers: numbers outside into ``found`` and ``points``, the best worth beside.

    Row i of all three is household ``order[i]``; ``found`` ends with -1, a surplus of nobody's is 0.
    """
    size = found.shape[1]
    worths, values, places = np.empty(size), np.empty(size), np.empty(size, np.int64)
    seeds, seeded = np.empty(size, np.int64), 0
    for i in range(len(order)):
        h = order[i]
        found[i, :] = -1
        surplus[i] = 0.0
        if not seekers[h].possible:
            continue
        count = seek(seekers[h], offers, spans, blocks, supers, beds, prices, best, room, best2, room2, nearness,
                     language, noise, look, seed, first + h, floor, worths, values, places, seeds[:seeded])  # fmt: skip
        if count < size and look < 1.0:
            count = seek(seekers[h], offers, spans, blocks, supers, beds, prices, best, room, best2, room2, nearness,
                         language, noise, 1.0, seed, first + h, floor, worths, values, places, seeds[:0])  # fmt: skip
        for q in range(count):
            found[i, q], points[i, q] = offers[places[q]].row, values[q]
            seeds[q] = places[q]
        seeded = count or seeded
        surplus[i] = worths[0] if count else 0.0


@compiled
def beyond(order, seekers, offers, spans, blocks, supers, beds, prices, best, room, best2, room2, nearness, language,
           known, surplus):  # fmt: skip
    """For households ``order`` the most by points minus price of any offer, at least what is ``known`` to be there."""
    worths, points, places = np.empty(1), np.empty(1), np.empty(1, np.int64)
    seeds, seeded = np.empty(1, np.int64), 0
    for i in range(len(order)):
        h = order[i]
        surplus[h], count = known[h], 0
        if seekers[h].possible:
            count = seek(seekers[h], offers, spans, blocks, supers, beds, prices, best, room, best2, room2, nearness,
                         language, 0.0, 1.0, 0, h, known[h], worths, points, places, seeds[:seeded])  # fmt: skip
        if count:
            surplus[h], seeds[0], seeded = worths[0], places[0], 1


@compiled
def merge(order, found, found_points, kept, kept_points, prices) -> None:
    """Add what was found to what is kept: the best by points minus price, each offer once, -1 where there are no more.

    ``found`` has a row for each of ``order``, ``kept`` for each household.
    """
    size = kept.shape[1]
    worths, points, places = np.empty(size), np.empty(size), np.empty(size, np.int64)
    for i in range(len(order)):
        h, count = order[i], 0
        for q in range(found.shape[1]):
            o = found[i, q]
            if o < 0:
                break
            count = insert(worths, points, places, count, found_points[i, q] - prices[o], found_points[i, q], o)
        fresh = found[i]
        for q in range(size):
            o = kept[h, q]
            if o < 0:
                break
            is_new = True
            for r in range(len(fresh)):
                if fresh[r] == o:
                    is_new = False
                    break
            if is_new:
                count = insert(worths, points, places, count, kept_points[h, q] - prices[o], kept_points[h, q], o)
        for q in range(size):
            kept[h, q] = places[q] if q < count else -1
            kept_points[h, q] = points[q] if q < count else 0.0


@compiled
def demand(first, until, offers, points, sizes, prices, temperature, wanted) -> None:
    """Add to ``wanted`` how many thousandths of people come to each offer.

    A household spreads over its candidates and staying away by exp(worth / temperature); whole numbers, so that sums
    do not depend on their order.
    """
    count = offers.shape[1]
    shares = np.empty(count)
    for h in range(first, until):
        top = 0.0
        for q in range(count):
            if offers[h, q] < 0:
                break
            top = max(top, points[h, q] - prices[offers[h, q]])
        total = math.exp(-top / temperature)
        for q in range(count):
            if offers[h, q] < 0:
                break
            shares[q] = math.exp((points[h, q] - prices[offers[h, q]] - top) / temperature)
            total += shares[q]
        for q in range(count):
            if offers[h, q] < 0:
                break
            wanted[offers[h, q]] += np.int64(1000.0 * sizes[h] * shares[q] / total + 0.5)


@compiled
def extend(first, until, seekers, surplus, offers, spans, supers, beds, best2, room2, nearness, language, width,
           prices) -> None:  # fmt: skip
    """Raise ``prices`` of superblocks ``first`` to ``until`` to what some household would pay beyond its surplus."""
    for k in range(first, until):
        start, end, low = k * width, min((k + 1) * width, len(offers)), 0.0
        for h in range(len(seekers)):
            s = seekers[h]
            if (
                box_bound(s, supers[k], room2[k], best2[1 if s.minors else 0, k], language) + nearness - surplus[h]
                <= low
            ):
                continue
            for j in range(start, end):
                worth = pair_points(s, offers[j], spans, beds[j], nearness, language) - surplus[h]
                prices[j] = max(prices[j], worth)
            low = prices[start]
            for j in range(start, end):
                low = min(low, prices[j])


@compiled
def exact(seekers, offers, spans, beds, nearness, language, places, points, kms) -> None:
    """Points per person and km of the pairs (household, place of its offer or -1); NO where the gate refuses."""
    for h in range(len(seekers)):
        if places[h] >= 0:
            o = offers[places[h]]
            points[h] = pair_points(seekers[h], o, spans, beds[places[h]], nearness, language)
            kms[h] = 2 * RADIUS * math.asin(math.sqrt(chord2(seekers[h], o)) / 2)


@compiled
def listed(offers, start, who, column) -> None:
    """For each offer the households that have it as a candidate: rows ``start[o]:start[o + 1]`` of the others."""
    for h in range(offers.shape[0]):
        for q in range(offers.shape[1]):
            if offers[h, q] >= 0:
                start[offers[h, q] + 1] += 1
    for o in range(len(start) - 1):
        start[o + 1] += start[o]
    at = start.copy()
    for h in range(offers.shape[0]):
        for q in range(offers.shape[1]):
            o = offers[h, q]
            if o >= 0:
                who[at[o]], column[at[o]] = h, q
                at[o] += 1
