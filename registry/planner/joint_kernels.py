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
def ride_scan(order, riders, rides, start, reaches, stops, room, prices, at_us, nearness, language, child, longest,
              bonus, noise, seed, first, floor, found, points, surplus):  # fmt: skip
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
            best[k] = NO
            for s in range(stops.shape[1]):
                if stops[k, s] < 0:
                    break
                best[k] = max(best[k], own[stops[k, s]])
        count = 0
        for k in range(routes):
            if best[k] <= _NOWHERE:
                continue
            for j in range(start[h.origin * routes + k], start[h.origin * routes + k + 1]):
                r = rides[j]
                if not ride_kernels.fits(h, r, reaches, room[r.row]):
                    continue
                p = ride_kernels.pair_points(h, r, at_us, nearness, language, child, longest) + best[k]
                worth = p - prices[r.row] + noise * unit(first + order[i], r.row, seed)
                if worth > floor:
                    count = insert(worths, values, places, count, worth, p, r.row)
        for q in range(count):
            found[i, q], points[i, q] = places[q], values[q]
        surplus[i] = worths[0] if count else 0.0


@compiled
def plain_beds(first, until, seekers, offers, place, spans, beds, nearness, language, found, points) -> None:
    """Points per person of each bed on the lists alone, without the ride there."""
    for h in range(first, until):
        for q in range(found.shape[1]):
            if found[h, q] >= 0:
                j = place[found[h, q]]
                points[h, q] = pair_points(seekers[h], offers[j], spans, beds[j], nearness, language)


@compiled
def plain_rides(first, until, riders, rides, place, at_us, nearness, language, child, longest, found, points) -> None:
    """Points per person of each ride on the lists alone, without the bed it leads to."""
    for h in range(first, until):
        for q in range(found.shape[1]):
            if found[h, q] >= 0:
                r = rides[place[found[h, q]]]
                points[h, q] = ride_kernels.pair_points(riders[h], r, at_us, nearness, language, child, longest)


@compiled
def reached(first, until, found, routes, stops, bonus, best) -> None:
    """For each ride on the lists the best bonus of the towns where it goes."""
    for h in range(first, until):
        for q in range(found.shape[1]):
            best[h, q] = NO
            if found[h, q] >= 0:
                for s in range(stops.shape[1]):
                    t = stops[routes[found[h, q]], s]
                    if t < 0:
                        break
                    best[h, q] = max(best[h, q], bonus[h, t])


@compiled
def demand(first, until, beds, bed_points, towns, rides, ride_points, routes, stops, sizes, bed_prices, seat_prices,
           temperature, wanted_beds, wanted_seats) -> None:  # fmt: skip
    """Add how many thousandths of people come to each bed and seat, when pairs of both are chosen at once.

    A household spreads over all pairs of its lists that meet in a town, and staying away, by exp(worth / temperature).
    """
    count = max(towns.max(), stops.max()) + 2
    near, to_town, bed_share, best_bed = np.zeros(count), np.zeros(count), np.zeros(beds.shape[1]), np.empty(count)
    ride_share = np.zeros(rides.shape[1])
    for h in range(first, until):
        near[:], to_town[:], best_bed[:] = 0.0, 0.0, NO
        for q in range(beds.shape[1]):
            if beds[h, q] < 0:
                break
            t = towns[beds[h, q]]
            best_bed[t] = max(best_bed[t], bed_points[h, q] - bed_prices[beds[h, q]])
        top = 0.0
        for q in range(rides.shape[1]):
            r = rides[h, q]
            if r < 0:
                break
            for s in range(stops.shape[1]):
                t = stops[routes[r], s]
                if t < 0:
                    break
                if best_bed[t] > NO:
                    top = max(top, best_bed[t] + ride_points[h, q] - seat_prices[r])
        for q in range(beds.shape[1]):
            b = beds[h, q]
            if b < 0:
                break
            bed_share[q] = math.exp((bed_points[h, q] - bed_prices[b] - best_bed[towns[b]]) / temperature)
            near[towns[b]] += bed_share[q]
        total = math.exp(-top / temperature)
        for q in range(rides.shape[1]):
            r = rides[h, q]
            if r < 0:
                break
            ride_share[q] = 0.0
            for s in range(stops.shape[1]):
                t = stops[routes[r], s]
                if t < 0:
                    break
                if best_bed[t] > NO:
                    one = math.exp((best_bed[t] + ride_points[h, q] - seat_prices[r] - top) / temperature)
                    to_town[t] += one
                    ride_share[q] += one * near[t]
            total += ride_share[q]
        people = 1000.0 * sizes[h] / total
        for q in range(rides.shape[1]):
            if rides[h, q] < 0:
                break
            wanted_seats[rides[h, q]] += np.int64(people * ride_share[q] + 0.5)
        for q in range(beds.shape[1]):
            b = beds[h, q]
            if b < 0:
                break
            wanted_beds[b] += np.int64(people * bed_share[q] * to_town[towns[b]] + 0.5)


@compiled
def extend_beds(first, until, seekers, surplus, offers, towns, spans, supers, super_towns, beds, best2, room2,
                nearness, language, bonus, width, prices) -> None:  # fmt: skip
    """As kernels.extend, with ``bonus`` (n, towns) of the household's town added to what it would pay for a bed."""
    for k in range(first, until):
        start, end, low = k * width, min((k + 1) * width, len(offers)), 0.0
        for h in range(len(seekers)):
            s, own, reach = seekers[h], bonus[h], _NOWHERE
            for t in range(super_towns.shape[1]):
                if super_towns[k, t]:
                    reach = max(reach, own[t])
            if reach <= _NOWHERE:
                continue
            top = box_bound(s, supers[k], room2[k], best2[1 if s.minors else 0, k], language) + nearness + reach
            if top - surplus[h] <= low:
                continue
            for j in range(start, end):
                if towns[j] >= 0 and own[towns[j]] > _NOWHERE:
                    p = pair_points(s, offers[j], spans, beds[j], nearness, language)
                    if p > NO:
                        prices[j] = max(prices[j], p + own[towns[j]] - surplus[h])
            low = prices[start]
            for j in range(start, end):
                low = min(low, prices[j])


@compiled
def extend_rides(first, until, riders, surplus, rides, start, reaches, stops, room, at_us, nearness, language, child,
                 longest, bonus, prices) -> None:  # fmt: skip
    """Raise ``prices`` of the rides of some places and routes to what somebody there would pay beyond its surplus.

    ``bonus`` (n, towns) is what the best bed in each town is worth to a household; rides are numbered as in ``start``.
    """
    routes = reaches.shape[0]
    for place in range(first, until):
        origin, route = place // routes, place % routes
        for h in range(len(riders)):
            rider, best = riders[h], NO
            if not rider.possible or rider.origin != origin:
                continue
            for k in range(stops.shape[1]):
                if stops[route, k] < 0:
                    break
                best = max(best, bonus[h, stops[route, k]])
            if best <= _NOWHERE:
                continue
            for j in range(start[place], start[place + 1]):
                r = rides[j]
                if ride_kernels.fits(rider, r, reaches, room[r.row]):
                    p = ride_kernels.pair_points(rider, r, at_us, nearness, language, child, longest)
                    prices[j] = max(prices[j], p + best - surplus[h])
