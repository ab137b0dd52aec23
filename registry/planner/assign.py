"""Households into offers: greedily at the prices, then each offer chooses again among all who could come to it.

An offer's choice is an exact knapsack over its beds (``knapsack``). Under a roof without a woman of its own the
choice is made for each company that rule 5 allows there, whatever the order of arriving: no lone men, or nobody
guarded, or one household that is both.
"""

from typing import Any

import numpy as np

from registry.planner.kernels import compiled
from registry.planner.knapsack import choose

# Who a household is to others under one roof (rules.company): a household of men and women is met by anybody.
NEUTRAL, GUARDED, LONE_MEN, BOTH = 0, 1, 2, 3
_LEAST = 1e-6
# A household while offers choose: where it is, what it has there less the share of the price, ``shut_out`` (assign).
STATE = np.dtype(
    [("has", np.float64), ("place", np.int32), ("size", np.int32)]
    + [(name, np.int16) for name in ("kind", "fixed", "shut_out", "padding")],
)


@compiled
def welcome(kind: int, guarded: int, lone: int) -> bool:
    """Whether this kind may join so many guarded and so many lone households in whatever order they come."""
    if kind in (GUARDED, BOTH) and lone > 0:
        return False
    return not (kind in (LONE_MEN, BOTH) and guarded > 0)


@compiled
def count_in(company, roof, kind, change) -> None:
    """Count a household in or out under its roof; column 0 the guarded, column 1 the lone men."""
    if kind in (GUARDED, BOTH):
        company[roof, 0] += change
    if kind in (LONE_MEN, BOTH):
        company[roof, 1] += change


@compiled
def may_join(company, roofs, safe, o, kind) -> bool:
    """Whether rule 5 lets this kind join whoever is planned under the roof of offer ``o``."""
    return safe[o] or welcome(kind, company[roofs[o], 0], company[roofs[o], 1])


@compiled
def put(h, o, place, free, sizes, wants, spare, kinds, company, roofs, head, after) -> None:
    """Household ``h`` into offer ``o``."""
    place[h] = o
    free[o] -= sizes[h]
    for k in range(wants.shape[1]):
        spare[o, k] -= wants[h, k]
    count_in(company, roofs[o], kinds[h], 1)
    after[h] = head[o]
    head[o] = h


@compiled
def take_out(h, place, free, sizes, wants, spare, kinds, company, roofs, head, after) -> None:
    """Household ``h`` out of its offer."""
    o = place[h]
    place[h] = -1
    free[o] += sizes[h]
    for k in range(wants.shape[1]):
        spare[o, k] += wants[h, k]
    count_in(company, roofs[o], kinds[h], -1)
    if head[o] == h:
        head[o] = after[h]
        return
    g = head[o]
    while after[g] != h:
        g = after[g]
    after[g] = after[h]


@compiled
def has_spare(wants, spare, h, o) -> bool:
    """Whether there is enough of everything else than beds or seats."""
    for k in range(wants.shape[1]):
        if wants[h, k] > spare[o, k]:
            return False
    return True


@compiled
def has_room(h, o, free, sizes, wants, spare, kinds, company, roofs, safe) -> bool:
    """Whether ``h`` could come to ``o`` as things stand."""
    return free[o] >= sizes[h] and may_join(company, roofs, safe, o, kinds[h]) and has_spare(wants, spare, h, o)


@compiled
def best_free(
    h, offers, points, prices, share, not_here, free, sizes, wants, spare, kinds, company, roofs, safe, tight
) -> Any:
    """The candidate of most points less ``share`` of the price that has room now: its column or -1, and its worth.

    ``tight``: what an offer that would be exactly full is preferred by.
    """
    best, found = 0.0, -1
    for q in range(offers.shape[1]):
        o = offers[h, q]
        if o < 0:
            break
        # Most are full: that is asked before anything is called.
        if o == not_here or free[o] < sizes[h]:
            continue
        if not has_room(h, o, free, sizes, wants, spare, kinds, company, roofs, safe):
            continue
        worth = points[h, q] - share * prices[o]
        if free[o] == sizes[h]:
            worth += tight
        if worth > best:
            best, found = worth, q
    return found, best


@compiled
def settle(order, offers, points, prices, share, tight, place, worth, free, sizes, wants, spare, kinds, company, roofs,
           safe, head, after) -> None:  # fmt: skip
    """Each household of ``order`` that has no place into the best that has room."""
    for i in range(len(order)):
        h = order[i]
        if place[h] < 0:
            q, _ = best_free(
                h, offers, points, prices, share, -1, free, sizes, wants, spare, kinds, company, roofs, safe, tight
            )
            if q >= 0:
                worth[h] = points[h, q]
                put(h, offers[h, q], place, free, sizes, wants, spare, kinds, company, roofs, head, after)


@compiled
def within(chosen, gains, weights, people, wants, capacity) -> float:
    """Drop from the chosen, those of least gain for their size first, what there is not enough else for; the gain."""
    spare, total = capacity.copy(), 0.0
    order = np.argsort(-gains / weights)
    for i in range(len(order)):
        e = order[i]
        if not chosen[e]:
            continue
        is_enough = True
        for k in range(len(spare)):
            if wants[people[e], k] > spare[k]:
                is_enough = False
        if not is_enough:
            chosen[e] = False
            continue
        total += gains[e]
        for k in range(len(spare)):
            spare[k] -= wants[people[e], k]
    return total


@compiled
def stand(h, place, worth, prices, share, sizes, kinds, fixed, loyal, state) -> None:
    """What is asked of a household again and again, side by side in memory."""
    s = state[h]
    s.place, s.size, s.kind, s.fixed = place[h], sizes[h], kinds[h], fixed[h]
    s.has = worth[h] - share * prices[place[h]] + loyal[h] / sizes[h] if place[h] >= 0 and sizes[h] > 0 else 0.0
    # Nobody has looked whether any candidate has room.
    s.shut_out = 0


@compiled
def improve(order, start, who, column, offers, points, prices, share, loyal, fixed, stirred, state, place, worth, free,
            sizes, wants, spare, kinds, company, roofs, safe, head, after) -> int:  # fmt: skip
    """Each offer of ``order`` chooses again among those there and those who could come; returns how many changed.

    Beds that a household leaves count as ``share`` of their price. ``start, who, column``: who has the offer as a
    candidate, and in which column; whoever is there without having it, or is fixed, stays. ``loyal``: what it costs
    to move a household from where it is. ``state``: STATE of each household, made here.
    """
    changed = 0
    for h in range(len(sizes)):
        stand(h, place, worth, prices, share, sizes, kinds, fixed, loyal, state)
    for i in range(len(order)):
        o = order[i]
        most = start[o + 1] - start[o]
        people, gains, weights = np.empty(most, np.int64), np.empty(most), np.empty(most, np.int64)
        sort, cols, there = np.empty(most, np.int64), np.empty(most, np.int64), np.zeros(most, np.bool_)
        count, room, now, capacity = 0, free[o], 0.0, spare[o].copy()
        guarded, lone = company[roofs[o], 0], company[roofs[o], 1]
        for e in range(start[o], start[o + 1]):
            h, s = who[e], state[who[e]]
            if s.place == o and not s.fixed:
                room += s.size
                for k in range(len(capacity)):
                    capacity[k] += wants[h, k]
                guarded -= s.kind in (GUARDED, BOTH)
                lone -= s.kind in (LONE_MEN, BOTH)
        for e in range(start[o], start[o + 1]):
            h, q, s = who[e], column[e], state[who[e]]
            is_there = s.place == o
            if s.size > room or s.fixed:
                continue
            if not is_there and not safe[o] and not welcome(s.kind, guarded, lone):
                continue
            if s.place >= 0 and not is_there:
                gain = s.size * (points[h, q] - s.has)
            elif s.shut_out:
                gain = s.size * points[h, q]
            else:
                found, other = best_free(h, offers, points, prices, share, o, free, sizes, wants,
                                         spare, kinds, company, roofs, safe, 0.0)  # fmt: skip
                gain = s.size * (points[h, q] - other)
                # No candidate has room, until somebody leaves one of them.
                if found < 0 and free[o] < sizes[h]:
                    s.shut_out = 1
            if is_there:
                # Whoever is there stays unless somebody needs the bed.
                gain = max(gain + loyal[h], _LEAST)
            if gain <= 0.0:
                continue
            people[count], gains[count], weights[count], cols[count] = h, gain, s.size, q
            sort[count] = NEUTRAL if safe[o] else s.kind
            there[count] = is_there
            if is_there:
                now += gain
            count += 1
        chosen, total = choose(gains[:count], weights[:count], sort[:count], room)
        if len(capacity) and count:
            total = within(chosen, gains[:count], weights[:count], people[:count], wants, capacity)
        if total <= now + _LEAST:
            continue
        changed += 1
        stirred[o] = True
        for e in range(count):
            if there[e] and not chosen[e]:
                take_out(people[e], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
                open_up(o, start, who, state)
        for e in range(count):
            if chosen[e] and not there[e]:
                h = people[e]
                if place[h] >= 0:
                    open_up(place[h], start, who, state)
                    take_out(h, place, free, sizes, wants, spare, kinds, company, roofs, head, after)
                worth[h] = points[h, cols[e]]
                put(h, o, place, free, sizes, wants, spare, kinds, company, roofs, head, after)
                stand(h, place, worth, prices, share, sizes, kinds, fixed, loyal, state)
        # Whoever had to leave goes where there is room.
        for e in range(count):
            h = people[e]
            if there[e] and place[h] < 0:
                q, _ = best_free(h, offers, points, prices, share, -1, free, sizes, wants,
                                     spare, kinds, company, roofs, safe, 0.0)  # fmt: skip
                if q >= 0:
                    worth[h] = points[h, q]
                    put(h, offers[h, q], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
                stand(h, place, worth, prices, share, sizes, kinds, fixed, loyal, state)
    return changed


@compiled
def open_up(o, start, who, state) -> None:
    """Somebody leaves ``o``: whoever has it as a candidate may find room again."""
    for e in range(start[o], start[o + 1]):
        state[who[e]].shut_out = 0
