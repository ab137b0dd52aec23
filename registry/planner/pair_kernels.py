"""Search for pairs of a bed and a ride: each household in turn takes its best pair and may send others elsewhere.

Beds and rides are numbered together, rides after all beds. Side 0 of ``place``, ``worth``, ``loss`` and ``after`` is
the bed, side 1 the ride. What is climbed is the value of the plan and a share of the price of all that is free; nothing
but a step up is kept, so with a share of nothing it is the value itself.
"""

from typing import Any

import numpy as np

from registry.planner.assign import put, take_out
from registry.planner.evict_kernels import MOST, ROWS, can_join, is_among, make_room
from registry.planner.kernels import NO, compiled, inner

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
def free_worths(h, not_here, side, offers, points, prices, share, worths, place, free, sizes, wants, spare, kinds,
                company, roofs, safe) -> None:  # fmt: skip
    """What each candidate of ``h`` on one side is worth that has room now or is its own; NO for others."""
    for q in range(offers.shape[1]):
        o = offers[h, q]
        if o < 0:
            break
        is_open = place[side, h] == o or can_join(h, o, free, sizes, wants, spare, kinds, company, roofs, safe)
        worths[q] = points[h, q] - share * prices[o] if o != not_here and is_open else NO


@inner
def losses(h, beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share, bed_worth, ride_worth,
           near, at, place, worth, loss, free, sizes, wants, spare, kinds, company, roofs, safe) -> None:  # fmt: skip
    """What it would cost if ``h`` had to leave its bed, or its ride: what it has less the best that is free instead."""
    now = worth[0, h] + worth[1, h] - share * (prices[place[0, h]] + prices[place[1, h]])
    for side in range(2):
        free_worths(h, place[0, h] if side == 0 else -1, 0, beds, bed_points, prices, share, bed_worth, place, free,
                    sizes, wants, spare, kinds, company, roofs, safe)  # fmt: skip
        free_worths(h, place[1, h] if side == 1 else -1, 1, rides, ride_points, prices, share, ride_worth, place, free,
                    sizes, wants, spare, kinds, company, roofs, safe)  # fmt: skip
        _, _, other = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
        loss[side, h] = sizes[h] * max(0.0, now - other)


@inner
def leave(h, place, free, sizes, wants, spare, kinds, company, roofs, head, after) -> None:
    """Household ``h`` out of its bed and its ride."""
    for side in range(2):
        if place[side, h] >= 0:
            take_out(h, place[side], free, sizes, wants, spare, kinds, company, roofs, head, after[side])


@inner
def enter(h, bed, ride, place, free, sizes, wants, spare, kinds, company, roofs, head, after) -> None:
    """Household ``h`` into this bed and this ride."""
    put(h, bed, place[0], free, sizes, wants, spare, kinds, company, roofs, head, after[0])
    put(h, ride, place[1], free, sizes, wants, spare, kinds, company, roofs, head, after[1])


@inner
def worth_of(h, place, worth, prices, share) -> float:
    """What ``h`` is worth where it is, per person, less the share of the prices; nothing without a place."""
    if place[0, h] < 0:
        return 0.0
    return worth[0, h] + worth[1, h] - share * (prices[place[0, h]] + prices[place[1, h]])


@inner
def with_room_made(h, side, offers, points, prices, share, least, worths, place, loss, free, sizes, wants, spare, kinds,
                   company, roofs, safe, head, after, dear, gone) -> None:  # fmt: skip
    """What each candidate of ``h`` is worth when whoever is in the way goes; NO below ``least`` or without a way."""
    for q in range(offers.shape[1]):
        o = offers[h, q]
        if o < 0:
            break
        worths[q] = points[h, q] - share * prices[o]
        if worths[q] <= least:
            worths[q] = NO
        elif o != place[side, h] and not can_join(h, o, free, sizes, wants, spare, kinds, company, roofs, safe):
            cost, _ = make_room(h, o, side, loss, free, sizes, wants, spare, kinds, company, roofs, safe, head,
                                after, dear, gone)  # fmt: skip
            worths[q] = worths[q] - cost / sizes[h] if cost > NO else NO


@inner
def into_best(h, beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share, bed_worth,
              ride_worth, near, at, place, worth, free, sizes, wants, spare, kinds, company, roofs, safe, head,
              after) -> float:  # fmt: skip
    """Household ``h``, which is nowhere, into the best pair that is free; what that is worth to all of it."""
    free_worths(h, -1, 0, beds, bed_points, prices, share, bed_worth, place, free, sizes, wants, spare, kinds, company,
                roofs, safe)  # fmt: skip
    free_worths(h, -1, 1, rides, ride_points, prices, share, ride_worth, place, free, sizes, wants, spare, kinds,
                company, roofs, safe)  # fmt: skip
    bed, ride, best = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
    if bed < 0:
        return 0.0
    worth[0, h], worth[1, h] = bed_points[h, bed], ride_points[h, ride]
    enter(h, beds[h, bed], rides[h, ride], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
    return sizes[h] * best


@inner
def swap(h, bed, ride, beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share, bed_worth,
         ride_worth, near, at, place, worth, loss, free, sizes, wants, spare, kinds, company, roofs, safe, head, after,
         dear, gone, leaving, was, was_worth) -> int:  # fmt: skip
    """Put ``h`` into these two, and whoever is in the way into the best that is free then.

    Undone unless that is a step up. How many have left a place first, they are the first of ``leaving``; 0: undone.
    """
    count, change = 0, 0.0
    for side in range(2):
        o = beds[h, bed] if side == 0 else rides[h, ride]
        if o != place[side, h] and not can_join(h, o, free, sizes, wants, spare, kinds, company, roofs, safe):
            _, more = make_room(h, o, side, loss, free, sizes, wants, spare, kinds, company, roofs, safe, head, after,
                                dear, gone)  # fmt: skip
            for e in range(more):
                if not is_among(gone[e], leaving, count):
                    leaving[count] = gone[e]
                    count += 1
    leaving[count] = h
    count += 1
    for e in range(count):
        g = leaving[e]
        change -= sizes[g] * worth_of(g, place, worth, prices, share)
        was[:, e], was_worth[:, e] = place[:, g], worth[:, g]
        leave(g, place, free, sizes, wants, spare, kinds, company, roofs, head, after)
    b, r = beds[h, bed], rides[h, ride]
    if can_join(h, b, free, sizes, wants, spare, kinds, company, roofs, safe) and can_join(
        h, r, free, sizes, wants, spare, kinds, company, roofs, safe
    ):
        worth[0, h], worth[1, h] = bed_points[h, bed], ride_points[h, ride]
        enter(h, b, r, place, free, sizes, wants, spare, kinds, company, roofs, head, after)
        change += sizes[h] * worth_of(h, place, worth, prices, share)
        for e in range(count - 1):
            change += into_best(leaving[e], beds, bed_points, rides, ride_points, towns, stops, first_ride, prices,
                                share, bed_worth, ride_worth, near, at, place, worth, free, sizes, wants, spare, kinds,
                                company, roofs, safe, head, after)  # fmt: skip
    if change > _LEAST:
        return count
    for e in range(count):
        leave(leaving[e], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
    for e in range(count):
        g = leaving[e]
        worth[:, g] = was_worth[:, e]
        if was[0, e] >= 0:
            enter(g, was[0, e], was[1, e], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
    return 0


@compiled
def climb(order, beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share, place, worth, loss,
          free, sizes, wants, spare, kinds, company, roofs, safe, head, after) -> int:  # fmt: skip
    """Each household of ``order`` once into its best pair, if that is a step up; returns how many moved so."""
    bed_worth, ride_worth = np.empty(beds.shape[1]), np.empty(rides.shape[1])
    near, at = np.empty(max(towns.max(), stops.max()) + 2), np.empty(max(towns.max(), stops.max()) + 2, np.int64)
    dear, gone = np.empty((ROWS, MOST + 1)), np.empty(MOST, np.int64)
    leaving, was, was_worth = (
        np.empty(2 * MOST + 1, np.int64),
        np.empty((2, 2 * MOST + 1), np.int64),
        np.empty((2, 2 * MOST + 1)),
    )
    moved = 0
    for i in range(len(order)):
        h = order[i]
        now = worth_of(h, place, worth, prices, share)
        for q in range(beds.shape[1]):
            bed_worth[q] = bed_points[h, q] - share * prices[beds[h, q]] if beds[h, q] >= 0 else NO
        for q in range(rides.shape[1]):
            ride_worth[q] = ride_points[h, q] - share * prices[rides[h, q]] if rides[h, q] >= 0 else NO
        _, _, best = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
        if best <= now + _LEAST:
            continue
        most_bed, most_ride = bed_worth.max(), ride_worth.max()
        with_room_made(h, 0, beds, bed_points, prices, share, now - most_ride, bed_worth, place, loss, free, sizes,
                       wants, spare, kinds, company, roofs, safe, head, after, dear, gone)  # fmt: skip
        with_room_made(h, 1, rides, ride_points, prices, share, now - most_bed, ride_worth, place, loss, free, sizes,
                       wants, spare, kinds, company, roofs, safe, head, after, dear, gone)  # fmt: skip
        bed, ride, best = best_pair(h, bed_worth, ride_worth, beds, rides, towns, stops, first_ride, near, at)
        if best <= now + _LEAST or bed < 0:
            continue
        count = swap(h, bed, ride, beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share,
                     bed_worth, ride_worth, near, at, place, worth, loss, free, sizes, wants, spare, kinds, company,
                     roofs, safe, head, after, dear, gone, leaving, was, was_worth)  # fmt: skip
        moved += count > 0
        for e in range(count):
            if place[0, leaving[e]] >= 0:
                losses(leaving[e], beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share,
                       bed_worth, ride_worth, near, at, place, worth, loss, free, sizes, wants, spare, kinds, company,
                       roofs, safe)  # fmt: skip
    return moved


@compiled
def all_losses(beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share, place, worth, loss, free,
               sizes, wants, spare, kinds, company, roofs, safe) -> None:  # fmt: skip
    """What it would cost if each household had to leave its bed, or its ride."""
    bed_worth, ride_worth = np.empty(beds.shape[1]), np.empty(rides.shape[1])
    near, at = np.empty(max(towns.max(), stops.max()) + 2), np.empty(max(towns.max(), stops.max()) + 2, np.int64)
    for h in range(len(sizes)):
        if place[0, h] >= 0:
            losses(h, beds, bed_points, rides, ride_points, towns, stops, first_ride, prices, share, bed_worth,
                   ride_worth, near, at, place, worth, loss, free, sizes, wants, spare, kinds, company, roofs,
                   safe)  # fmt: skip


@compiled
def settle(rows, bed, ride, points, place, worth, free, sizes, wants, spare, kinds, company, roofs, safe, head,
           after) -> None:  # fmt: skip
    """Each of ``rows`` into its bed and ride while there is room in both; ``points`` (2, rows)."""
    for i in range(len(rows)):
        h = rows[i]
        if can_join(h, bed[i], free, sizes, wants, spare, kinds, company, roofs, safe) and can_join(
            h, ride[i], free, sizes, wants, spare, kinds, company, roofs, safe
        ):
            worth[:, h] = points[:, i]
            enter(h, bed[i], ride[i], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
