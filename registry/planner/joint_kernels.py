"""Lists of beds and rides together: what each half is worth alone, who comes at these prices, what they would pay."""

import math

import numpy as np

from registry.planner import ride_kernels
from registry.planner.ground import WIDTH
from registry.planner.kernels import NO, NOWHERE, REACH, box_bound, compiled, pair_points
from registry.planner.scan_kernels import reach


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
            below = (bed_points[h, q] - bed_prices[b] - best_bed[towns[b]]) / temperature
            bed_share[q] = math.exp(below) if below > -REACH else 0.0
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
                    below = (best_bed[t] + ride_points[h, q] - seat_prices[r] - top) / temperature
                    if below > -REACH:
                        one = math.exp(below)
                        to_town[t] += one
                        ride_share[q] += one * near[t]
            total += ride_share[q]
        people = 1000.0 * sizes[h] / total
        for q in range(rides.shape[1]):
            if rides[h, q] < 0:
                break
            if ride_share[q] > 0.0:
                wanted_seats[rides[h, q]] += np.int64(people * ride_share[q] + 0.5)
        for q in range(beds.shape[1]):
            b = beds[h, q]
            if b < 0:
                break
            if bed_share[q] > 0.0:
                wanted_beds[b] += np.int64(people * bed_share[q] * to_town[towns[b]] + 0.5)


@compiled
def extend_beds(first, until, seekers, surplus, offers, spans, boxes, beds, best, room, nearness, language, towns,
                town_start, box_towns, bonus, prices) -> None:  # fmt: skip
    """As kernels.extend, with ``bonus`` (n, towns) of the household's town added to what it would pay for a bed."""
    for k in range(first, until):
        start, end, low = k * WIDTH, min((k + 1) * WIDTH, len(offers)), 0.0
        for h in range(len(seekers)):
            s, own = seekers[h], bonus[h]
            more = reach(box_towns[town_start[k] : town_start[k + 1]], own)
            if more <= NOWHERE:
                continue
            top = box_bound(s, boxes[k], room[k], best[1 if s.minors else 0, k], language) + nearness + more
            if top - surplus[h] <= low:
                continue
            for j in range(start, end):
                if towns[j] >= 0 and own[towns[j]] > NOWHERE:
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
            if best <= NOWHERE:
                continue
            for j in range(start[place], start[place + 1]):
                r = rides[j]
                if ride_kernels.fits(rider, r, reaches, room[r.row]):
                    p = ride_kernels.pair_points(rider, r, at_us, nearness, language, child, longest)
                    prices[j] = max(prices[j], p + best - surplus[h])
