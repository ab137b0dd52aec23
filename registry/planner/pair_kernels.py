"""Search for pairs of a bed and a ride: each household in turn takes its best pair and may send others elsewhere.

Beds and rides are numbered together, rides after all beds. Side 0 of ``place``, ``worth``, ``loss`` and ``after`` is
the bed, side 1 the ride. What is climbed is the value of the plan and a share of the price of all that is free; nothing
but a step up is kept, so with a share of nothing it is the value itself.
"""

from typing import Any

import numpy as np

from registry.planner.kernels import NO, compiled, inner
from registry.planner.place_kernels import MOST, ROWS, has_room, is_among, make_room, put, take_out

_LEAST = 1e-6


@inner
def best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at) -> Any:
    """The pair of highest worth that meets in a town: columns of its bed and its ride (-1: none), and the worth."""
    near[:] = NO
    for q in range(beds.shape[1]):
        if beds[h, q] < 0:
            break
        t = towns[beds[h, q]]
        if bed_worth[q] > near[t]:
            near[t], at[t] = bed_worth[q], q
    best, bed, ride = 0.0, -1, -1
    for q in range(rides.shape[1]):
        if rides[h, q] < 0:
            break
        if ride_worth[q] <= NO:
            continue
        for k in range(stops.shape[1]):
            t = stops[rides[h, q] - first_ride, k]
            if t < 0:
                break
            if near[t] > NO and near[t] + ride_worth[q] > best:
                best, bed, ride = near[t] + ride_worth[q], at[t], q
    return bed, ride, best


@inner
def free_worths(h, not_here, side, offers, points, share, worths, people, homes, company, place) -> None:
    """What each candidate of ``h`` on one side is worth that has room now or is its own; NO for others."""
    for q in range(offers.shape[1]):
        o = offers[h, q]
        if o < 0:
            break
        is_open = o != not_here and (place[side, h] == o or has_room(h, o, people, homes, company))
        worths[q] = points[h, q] - share * homes[o].price if is_open else NO


@inner
def worth_of(h, share, homes, place, worth) -> float:
    """What ``h`` is worth where it is, per person, less the share of the prices; nothing without a place."""
    if place[0, h] < 0:
        return 0.0
    return worth[0, h] + worth[1, h] - share * (homes[place[0, h]].price + homes[place[1, h]].price)


@inner
def losses(h, beds, bed_points, rides, ride_points, towns, stops, first_ride, share, bed_worth, ride_worth, near, at,
           people, homes, company, place, worth, loss) -> None:  # fmt: skip
    """What it would cost if ``h`` had to leave its bed, or its ride: what it has less the best that is free instead."""
    now = worth_of(h, share, homes, place, worth)
    for side in range(2):
        no_bed, no_ride = place[0, h] if side == 0 else -1, place[1, h] if side == 1 else -1
        free_worths(h, no_bed, 0, beds, bed_points, share, bed_worth, people, homes, company, place)
        free_worths(h, no_ride, 1, rides, ride_points, share, ride_worth, people, homes, company, place)
        _, _, other = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
        loss[side, h] = people[h].size * max(0.0, now - other)


@inner
def leave(h, people, homes, company, place, after) -> None:
    """Household ``h`` out of its bed and its ride."""
    for side in range(2):
        if place[side, h] >= 0:
            take_out(h, side, people, homes, company, place, after)


@inner
def enter(h, bed, ride, people, homes, company, place, after) -> None:
    """Household ``h`` into this bed and this ride."""
    for side in range(2):
        put(h, bed if side == 0 else ride, side, people, homes, company, place, after)


@inner
def with_room_made(h, side, offers, points, share, least, worths, people, homes, company, place, after, loss, dear,
                   gone) -> None:  # fmt: skip
    """What each candidate of ``h`` is worth when whoever is in the way goes; NO below ``least`` or without a way."""
    for q in range(offers.shape[1]):
        o = offers[h, q]
        if o < 0:
            break
        worths[q] = points[h, q] - share * homes[o].price
        if worths[q] <= least:
            worths[q] = NO
        elif o != place[side, h] and not has_room(h, o, people, homes, company):
            cost, _ = make_room(h, o, side, loss, people, homes, company, after, dear, gone)
            worths[q] = worths[q] - cost / people[h].size if cost > NO else NO


@inner
def into_best(h, beds, bed_points, rides, ride_points, towns, stops, first_ride, share, bed_worth, ride_worth, near, at,
              people, homes, company, place, worth, after) -> float:  # fmt: skip
    """Household ``h``, which is nowhere, into the best pair that is free; what that is worth to all of it."""
    free_worths(h, -1, 0, beds, bed_points, share, bed_worth, people, homes, company, place)
    free_worths(h, -1, 1, rides, ride_points, share, ride_worth, people, homes, company, place)
    bed, ride, best = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
    if bed < 0:
        return 0.0
    worth[0, h], worth[1, h] = bed_points[h, bed], ride_points[h, ride]
    enter(h, beds[h, bed], rides[h, ride], people, homes, company, place, after)
    return people[h].size * best


@inner
def in_the_way(h, b, r, people, homes, company, place, after, loss, dear, gone, leaving) -> int:
    """Into ``leaving`` whoever has to go so that ``h`` finds room in both; how many."""
    count = 0
    for side in range(2):
        o = b if side == 0 else r
        if o != place[side, h] and not has_room(h, o, people, homes, company):
            _, more = make_room(h, o, side, loss, people, homes, company, after, dear, gone)
            for e in range(more):
                if not is_among(gone[e], leaving, count):
                    leaving[count] = gone[e]
                    count += 1
    return count


@inner
def swap(h, bed, ride, beds, bed_points, rides, ride_points, towns, stops, first_ride, share, bed_worth, ride_worth,
         near, at, people, homes, company, place, worth, after, loss, dear, gone, leaving, was,
         was_worth) -> int:  # fmt: skip
    """Put ``h`` into these two, and whoever is in the way into the best that is free then.

    Undone unless that is a step up. How many have left a place first, they are the first of ``leaving``; 0: undone.
    """
    b, r, step = beds[h, bed], rides[h, ride], 0.0
    count = in_the_way(h, b, r, people, homes, company, place, after, loss, dear, gone, leaving)
    leaving[count] = h
    count += 1
    for e in range(count):
        g = leaving[e]
        step -= people[g].size * worth_of(g, share, homes, place, worth)
        was[:, e], was_worth[:, e] = place[:, g], worth[:, g]
        leave(g, people, homes, company, place, after)
    if has_room(h, b, people, homes, company) and has_room(h, r, people, homes, company):
        worth[0, h], worth[1, h] = bed_points[h, bed], ride_points[h, ride]
        enter(h, b, r, people, homes, company, place, after)
        step += people[h].size * worth_of(h, share, homes, place, worth)
        for e in range(count - 1):
            step += into_best(leaving[e], beds, bed_points, rides, ride_points, towns, stops, first_ride, share,
                              bed_worth, ride_worth, near, at, people, homes, company, place, worth,
                              after)  # fmt: skip
    if step > _LEAST:
        return count
    for e in range(count):
        leave(leaving[e], people, homes, company, place, after)
    for e in range(count):
        g = leaving[e]
        worth[:, g] = was_worth[:, e]
        if was[0, e] >= 0:
            enter(g, was[0, e], was[1, e], people, homes, company, place, after)
    return 0


@compiled
def climb(order, beds, bed_points, rides, ride_points, towns, stops, first_ride, share, people, homes, company, place,
          worth, after, loss) -> int:  # fmt: skip
    """Each household of ``order`` once into its best pair, if that is a step up; returns how many moved so."""
    bed_worth, ride_worth = np.empty(beds.shape[1]), np.empty(rides.shape[1])
    known = max(towns.max(), stops.max()) + 2
    near, at = np.empty(known), np.empty(known, np.int64)
    dear, gone = np.empty((ROWS, MOST + 1)), np.empty(MOST, np.int64)
    leaving, was = np.empty(2 * MOST + 1, np.int64), np.empty((2, 2 * MOST + 1), np.int64)
    was_worth, moved = np.empty((2, 2 * MOST + 1)), 0
    for h in range(len(people)):
        if place[0, h] >= 0:
            losses(h, beds, bed_points, rides, ride_points, towns, stops, first_ride, share, bed_worth, ride_worth,
                   near, at, people, homes, company, place, worth, loss)  # fmt: skip
    for i in range(len(order)):
        h = order[i]
        now = worth_of(h, share, homes, place, worth)
        for q in range(beds.shape[1]):
            bed_worth[q] = bed_points[h, q] - share * homes[beds[h, q]].price if beds[h, q] >= 0 else NO
        for q in range(rides.shape[1]):
            ride_worth[q] = ride_points[h, q] - share * homes[rides[h, q]].price if rides[h, q] >= 0 else NO
        _, _, best = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
        if best <= now + _LEAST:
            continue
        most_bed, most_ride = bed_worth.max(), ride_worth.max()
        with_room_made(h, 0, beds, bed_points, share, now - most_ride, bed_worth, people, homes, company, place, after,
                       loss, dear, gone)  # fmt: skip
        with_room_made(h, 1, rides, ride_points, share, now - most_bed, ride_worth, people, homes, company, place,
                       after, loss, dear, gone)  # fmt: skip
        bed, ride, best = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
        if best <= now + _LEAST or bed < 0:
            continue
        count = swap(h, bed, ride, beds, bed_points, rides, ride_points, towns, stops, first_ride, share, bed_worth,
                     ride_worth, near, at, people, homes, company, place, worth, after, loss, dear, gone, leaving, was,
                     was_worth)  # fmt: skip
        moved += count > 0
        for e in range(count):
            if place[0, leaving[e]] >= 0:
                losses(leaving[e], beds, bed_points, rides, ride_points, towns, stops, first_ride, share, bed_worth,
                       ride_worth, near, at, people, homes, company, place, worth, loss)  # fmt: skip
    return moved


@compiled
def settle(rows, bed, ride, points, people, homes, company, place, worth, after) -> None:
    """Each of ``rows`` into its bed and ride while there is room in both; ``points`` (2, rows)."""
    for i in range(len(rows)):
        h = rows[i]
        if has_room(h, bed[i], people, homes, company) and has_room(h, ride[i], people, homes, company):
            worth[:, h] = points[:, i]
            enter(h, bed[i], ride[i], people, homes, company, place, after)
