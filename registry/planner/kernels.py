"""What a pair of household and bed is worth, and lists of the best: the gate and the points as the planner counts."""

import math
from typing import Any

import numba as nb
import numpy as np

from geo.distance import EARTH_RADIUS_KM
from registry.planner.ground import WIDTH

RADIUS = EARTH_RADIUS_KM
NO = -1e30
# Below this nobody gets there.
NOWHERE = -1e20
# Who would come to an offer with less than exp(-REACH) of the weight of the best one does not count.
REACH = 12.0

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
def tops(offers: Any, beds: Any, prices: Any) -> Any:
    """For each box the most of points minus price, for households without and with children; and the most beds."""
    count = (len(prices) + WIDTH - 1) // WIDTH
    best, room = np.full((2, count), NO), np.zeros(count, np.int64)
    for j in range(len(prices)):
        if beds[j] > 0:
            k, worth = j // WIDTH, offers[j].points - prices[j]
            best[0, k] = max(best[0, k], worth)
            best[1, k] = max(best[1, k], worth + offers[j].friendly)
            room[k] = max(room[k], beds[j])
    return best, room


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
    do not depend on their order. Whom less than e^-REACH comes to is passed over.
    """
    shares, coldness = np.empty(offers.shape[1]), 1.0 / temperature
    for h in range(first, until):
        top, count = 0.0, 0
        for q in range(offers.shape[1]):
            o = offers[h, q]
            if o < 0:
                break
            shares[q] = (points[h, q] - prices[o]) * coldness
            top = max(top, shares[q])
            count += 1
        total = math.exp(-top)
        for q in range(count):
            below = shares[q] - top
            shares[q] = math.exp(below) if below > -REACH else 0.0
            total += shares[q]
        people = 1000.0 * sizes[h] / total
        for q in range(count):
            if shares[q] > 0.0:
                wanted[offers[h, q]] += np.int64(people * shares[q] + 0.5)


@compiled
def extend(first, until, seekers, surplus, offers, spans, boxes, beds, best, room, nearness, language,
           prices) -> None:  # fmt: skip
    """Raise ``prices`` of boxes ``first`` to ``until`` to what some household would pay beyond its surplus."""
    for k in range(first, until):
        start, end, low = k * WIDTH, min((k + 1) * WIDTH, len(offers)), 0.0
        for h in range(len(seekers)):
            s = seekers[h]
            if box_bound(s, boxes[k], room[k], best[1 if s.minors else 0, k], language) + nearness - surplus[h] <= low:
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
