"""A place for whoever is left, by sending others elsewhere, or away to look in their turn.

A guided search with ejections after Nagata and Braysy (2009), who empty vehicles with it: whoever has looked in vain
more often goes first, so that nobody is sent around for ever and those who fit in few places get them.
"""

import numpy as np

from registry.planner.assign import put, take_out
from registry.planner.evict_kernels import FAR, MOST, ROWS, can_join, make_room
from registry.planner.kernels import NO, compiled, inner


@inner
def elsewhere(g, row, here, other, other_points, free, sizes, wants, spare, kinds, company, roofs, safe) -> int:
    """The column of the best other offer on the list that has room for ``g`` now, -1 when there is none."""
    best, found = NO, -1
    for q in range(other.shape[1]):
        o = other[row, q]
        if o < 0:
            break
        is_better = o != here and other_points[row, q] > best
        if is_better and can_join(g, o, free, sizes, wants, spare, kinds, company, roofs, safe):
            best, found = other_points[row, q], q
    return found


@inner
def cost_of_leaving(o, offers, points, often, fixed, sizes, worth, loss, free, wants, spare, kinds, company, roofs,
                    safe, head, after) -> None:  # fmt: skip
    """Into ``loss`` what each of those in ``o`` counts against going: little with another place, else ``often``."""
    g = head[o]
    while g >= 0:
        if fixed[g]:
            loss[0, g] = FAR
        else:
            q = elsewhere(g, g, o, offers, points, free, sizes, wants, spare, kinds, company, roofs, safe)
            if q >= 0:
                loss[0, g] = 1e-4 * sizes[g] * (100.0 + worth[g] - points[g, q])
            else:
                loss[0, g] = sizes[g] * (often[g] + 1e-4 * worth[g])
        g = after[0, g]


@compiled
def guided(left, offers, points, patience, seed, fixed, place, worth, free, sizes, wants, spare, kinds, company, roofs,
           safe, head, after) -> int:  # fmt: skip
    """Places for those who are left, by sending others away who are left in their turn, until everybody has one.

    ``often`` counts how often a household was left without finding anything: it goes before whoever was so less often.
    After ``patience`` looks for nothing the best that was met stands: fewest people left, and no less worth than first.
    """
    loss, dear, gone = np.empty((1, len(place))), np.empty((ROWS, MOST + 1)), np.empty(MOST, np.int64)
    chain, often, out = after.reshape(1, len(after)), np.ones(len(place)), np.zeros(len(place), np.bool_)
    pool, count, people, change = np.empty(len(place), np.int64), 0, 0, 0.0
    best_place, best_worth = place.copy(), worth.copy()
    for i in range(len(left)):
        pool[count] = left[i]
        out[left[i]] = True
        count, people = count + 1, people + sizes[left[i]]
    best = people
    np.random.seed(seed)
    idle = 0
    while count and idle < patience:
        idle += 1
        at = np.random.randint(0, count)
        h = pool[at]
        pool[at] = pool[count - 1]
        count -= 1
        chosen, least = -1, sizes[h] * often[h]
        for q in range(offers.shape[1]):
            o = offers[h, q]
            if o < 0:
                break
            if can_join(h, o, free, sizes, wants, spare, kinds, company, roofs, safe):
                cost = -points[h, q]
            else:
                cost_of_leaving(o, offers, points, often, fixed, sizes, worth, loss, free, wants, spare, kinds, company,
                                roofs, safe, head, chain)  # fmt: skip
                cost, _ = make_room(h, o, 0, loss, free, sizes, wants, spare, kinds, company, roofs, safe, head, chain,
                                    dear, gone)  # fmt: skip
                if cost <= NO:
                    continue
            if cost < least:
                least, chosen = cost, q
        often[h] += 1.0
        if chosen < 0:
            pool[count] = h
            count += 1
            continue
        o, more = offers[h, chosen], 0
        if not can_join(h, o, free, sizes, wants, spare, kinds, company, roofs, safe):
            cost_of_leaving(o, offers, points, often, fixed, sizes, worth, loss, free, wants, spare, kinds, company,
                            roofs, safe, head, chain)  # fmt: skip
            _, more = make_room(h, o, 0, loss, free, sizes, wants, spare, kinds, company, roofs, safe, head, chain,
                                dear, gone)  # fmt: skip
        for e in range(more):
            change -= sizes[gone[e]] * worth[gone[e]]
            people += sizes[gone[e]]
            take_out(gone[e], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
        put(h, o, place, free, sizes, wants, spare, kinds, company, roofs, head, after)
        worth[h] = points[h, chosen]
        change += sizes[h] * worth[h]
        people -= sizes[h]
        for e in range(more):
            g = gone[e]
            q = elsewhere(g, g, -1, offers, points, free, sizes, wants, spare, kinds, company, roofs, safe)
            if q < 0:
                pool[count] = g
                count += 1
                continue
            put(g, offers[g, q], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
            worth[g] = points[g, q]
            change += sizes[g] * worth[g]
            people -= sizes[g]
        if people < best and change >= 0.0:
            best, idle = people, 0
            best_place[:], best_worth[:] = place, worth
    for h in range(len(place)):
        if place[h] != best_place[h] and place[h] >= 0:
            take_out(h, place, free, sizes, wants, spare, kinds, company, roofs, head, after)
    for h in range(len(place)):
        if place[h] != best_place[h]:
            worth[h] = best_worth[h]
            put(h, best_place[h], place, free, sizes, wants, spare, kinds, company, roofs, head, after)
    return best
