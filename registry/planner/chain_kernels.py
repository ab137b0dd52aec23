"""A place for whoever is left, by sending others elsewhere, or away to look in their turn.

A guided search with ejections after Nagata and Braysy (2009), who empty vehicles with it: whoever has looked in vain
more often goes first, so that nobody is sent around for ever and those who fit in few places get them.
"""

import numpy as np

from registry.planner.kernels import NO, compiled, inner
from registry.planner.place_kernels import FAR, MOST, ROWS, has_room, make_room, put, take_out

# What one time of having been left in vain weighs against points: places come before points.
_POINT = 1e-4


@inner
def elsewhere(g, here, offers, points, people, homes, company) -> int:
    """The column of the best other offer on the list that has room for ``g`` now, -1 when there is none."""
    best, found = NO, -1
    for q in range(offers.shape[1]):
        o = offers[g, q]
        if o < 0:
            break
        if o != here and points[g, q] > best and has_room(g, o, people, homes, company):
            best, found = points[g, q], q
    return found


@inner
def weigh(o, offers, points, often, people, homes, company, worth, after, loss) -> None:
    """Into ``loss`` what each of those in ``o`` counts against going: little with another place, else ``often``."""
    g = homes[o].head
    while g >= 0:
        q = elsewhere(g, o, offers, points, people, homes, company)
        if people[g].fixed:
            loss[0, g] = FAR
        elif q >= 0:
            loss[0, g] = _POINT * people[g].size * (100.0 + worth[0, g] - points[g, q])
        else:
            loss[0, g] = people[g].size * (often[g] + _POINT * worth[0, g])
        g = after[0, g]


@inner
def choose(h, offers, points, often, people, homes, company, worth, after, loss, dear, gone) -> int:
    """The column of the offer in which ``h`` is in nobody's way, else costs least; -1: none is worth it."""
    chosen, least = -1, people[h].size * often[h]
    for q in range(offers.shape[1]):
        o = offers[h, q]
        if o < 0:
            break
        cost = -points[h, q]
        if not has_room(h, o, people, homes, company):
            weigh(o, offers, points, often, people, homes, company, worth, after, loss)
            cost, _ = make_room(h, o, 0, loss, people, homes, company, after, dear, gone)
            if cost <= NO:
                continue
        if cost < least:
            least, chosen = cost, q
    return chosen


@inner
def restore(best_place, best_worth, people, homes, company, place, worth, after) -> None:
    """Everybody where they were at best."""
    for h in range(len(best_place)):
        if place[0, h] != best_place[h] and place[0, h] >= 0:
            take_out(h, 0, people, homes, company, place, after)
    for h in range(len(best_place)):
        if place[0, h] != best_place[h]:
            worth[0, h] = best_worth[h]
            put(h, best_place[h], 0, people, homes, company, place, after)


@compiled
def guided(left, offers, points, patience, seed, people, homes, company, place, worth, after) -> int:
    """Places for those who are left, by sending others away who are left in their turn, until everybody has one.

    ``often`` counts how often a household was left without finding anything: it goes before whoever was so less often.
    After ``patience`` looks for nothing the best that was met stands: fewest people left, and no less worth than first.
    """
    loss, dear, gone = np.empty((1, len(people))), np.empty((ROWS, MOST + 1)), np.empty(MOST, np.int64)
    often, pool, count, short, change = np.ones(len(people)), np.empty(len(people), np.int64), len(left), 0, 0.0
    best_place, best_worth = place[0].copy(), worth[0].copy()
    pool[:count] = left
    for i in range(count):
        short += people[left[i]].size
    best, idle = short, 0
    np.random.seed(seed)
    while count and idle < patience:
        idle += 1
        at = np.random.randint(0, count)
        h = pool[at]
        q = choose(h, offers, points, often, people, homes, company, worth, after, loss, dear, gone)
        often[h] += 1.0
        if q < 0:
            continue
        pool[at] = pool[count - 1]
        count -= 1
        o, more = offers[h, q], 0
        if not has_room(h, o, people, homes, company):
            weigh(o, offers, points, often, people, homes, company, worth, after, loss)
            _, more = make_room(h, o, 0, loss, people, homes, company, after, dear, gone)
        for e in range(more):
            change -= people[gone[e]].size * worth[0, gone[e]]
            short += people[gone[e]].size
            take_out(gone[e], 0, people, homes, company, place, after)
        # ``h`` first, then those who had to go, each into the best that is free now.
        for e in range(-1, more):
            g = h if e < 0 else gone[e]
            column = q if e < 0 else elsewhere(g, -1, offers, points, people, homes, company)
            if column < 0:
                pool[count] = g
                count += 1
                continue
            put(g, offers[g, column], 0, people, homes, company, place, after)
            worth[0, g] = points[g, column]
            change += people[g].size * worth[0, g]
            short -= people[g].size
        if short < best and change >= 0.0:
            best, idle = short, 0
            best_place[:], best_worth[:] = place[0], worth[0]
    restore(best_place, best_worth, people, homes, company, place, worth, after)
    return best
