"""Scans in which a bed is worth as much more as the ride to its town, and a ride as the best bed that it reaches."""

import math

import numpy as np

from registry.planner import ride_kernels
from registry.planner.ground import BLOCK
from registry.planner.kernels import (
    NO,
    RADIUS,
    box_bound,
    chord2,
    compiled,
    fits,
    insert,
    nights_clear,
    pair_points,
    points_at,
    unit,
)

_SLACK = 1e-9
# Nobody gets there.
_NOWHERE = -1e20


@compiled
def most(bonus, towns, first, until) -> float:
    """The highest bonus of the towns of some offers."""
    best = NO
    for j in range(first, until):
        if towns[j] >= 0:
            best = max(best, bonus[towns[j]])
    return best


@compiled
def scan(order, seekers, offers, towns, spans, supers, super_towns, beds, prices, best2, room2, nearness, language,
         bonus, noise, look, seed, first, floor, found, points, surplus):  # fmt: skip
    """As kernels.scan, with ``bonus`` (n, towns) of the household's town added to the points of each bed.

    ``super_towns`` (superblocks, towns): whether one of its offers is there.
    """
    size = found.shape[1]
    worths, values, places = np.empty(size), np.empty(size), np.empty(size, np.int64)
    for i in range(len(order)):
        h, own = seekers[order[i]], bonus[order[i]]
        found[i, :] = -1
        surplus[i] = 0.0
        count, threshold, number = 0, floor, first + order[i]
        if not h.possible:
            continue
        for k in range(len(supers)):
            reach = _NOWHERE
            for t in range(super_towns.shape[1]):
                if super_towns[k, t]:
                    reach = max(reach, own[t])
            if reach <= _NOWHERE:
                continue
            gain = nearness + noise + _SLACK + reach
            bound = box_bound(h, supers[k], room2[k], best2[1 if h.minors else 0, k], language)
            if bound <= NO or bound + gain <= threshold:
                continue
            for j in range(k * BLOCK * BLOCK, min((k + 1) * BLOCK * BLOCK, len(offers))):
                o = offers[j]
                if towns[j] < 0 or own[towns[j]] <= _NOWHERE or not fits(h, o, beds[j]):
                    continue
                if look < 1.0 and unit(number, -1 - o.row, seed) >= look:
                    continue
                c2 = chord2(h, o)
                if c2 > h.limit2 or not nights_clear(h, o, spans):
                    continue
                km = 2 * RADIUS * math.asin(math.sqrt(c2) / 2)
                p = points_at(h, o, km, nearness, language) + own[towns[j]]
                worth = p - prices[j] + noise * unit(number, o.row, seed)
                if worth > threshold:
                    count = insert(worths, values, places, count, worth, p, o.row)
                    if count == size:
                        threshold = max(threshold, worths[-1])
        for q in range(count):
            found[i, q], points[i, q] = places[q], values[q]
        surplus[i] = worths[0] if count else 0.0


@compiled
def beds_by_town(order, seekers, offers, towns, spans, supers, beds, prices, nearness, language, best):
    """The most points minus price that each household of ``order`` finds in each town, (n, towns); NO where none."""
    for i in range(len(order)):
        h = seekers[order[i]]
        best[order[i], :] = NO
        if not h.possible:
            continue
        for k in range(len(supers)):
            if box_bound(h, supers[k], 2**31, 0.0, language) <= NO:
                continue
            for j in range(k * BLOCK * BLOCK, min((k + 1) * BLOCK * BLOCK, len(offers))):
                if towns[j] >= 0:
                    p = pair_points(h, offers[j], spans, beds[j], nearness, language)
                    if p > NO:
                        best[order[i], towns[j]] = max(best[order[i], towns[j]], p - prices[j])


@compiled
def ride_scan(order, riders, rides, start, reaches, room, prices, at_us, nearness, language, child, longest, bonus,
              noise, seed, first, floor, found, points, surplus):  # fmt: skip
    """As ride_kernels.scan, with the best ``bonus`` (n, towns) among the towns of the ride added to its points."""
    size, routes = found.shape[1], reaches.shape[0]
    worths, values, places = np.empty(size), np.empty(size), np.empty(size, np.int64)
    best = np.empty(routes)
    for i in range(len(order)):
        h, own = riders[order[i]], bonus[order[i]]
        found[i, :] = -1
        surplus[i] = 0.0
        if not h.possible or h.origin < 0:
            continue
        for k in range(routes):
            best[k] = _NOWHERE
            for t in range(reaches.shape[1]):
                if reaches[k, t] and own[t] > best[k]:
                    best[k] = own[t]
        count = 0
        for j in range(start[h.origin], start[h.origin + 1]):
            r = rides[j]
            if best[r.route] <= _NOWHERE or not ride_kernels.fits(h, r, reaches, room[r.row]):
                continue
            p = ride_kernels.pair_points(h, r, at_us, nearness, language, child, longest) + best[r.route]
            worth = p - prices[r.row] + noise * unit(first + order[i], r.row, seed)
            if worth > floor:
                count = insert(worths, values, places, count, worth, p, r.row)
        for q in range(count):
            found[i, q], points[i, q] = places[q], values[q]
        surplus[i] = worths[0] if count else 0.0
