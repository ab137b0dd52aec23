"""Who is where, and who has to go so that a household finds room.

``people`` (PERSON) and ``homes`` (HOME) are structured arrays, for few arguments compile faster. Side 0 or 1 of
``place`` (the offer of each household, -1: none), ``after`` (who is next in the same offer) and ``loss`` (what it costs
when somebody goes; whoever costs FAR cannot) is a bed or a ride.
"""

from typing import Any

import numpy as np

from registry.planner.assign import BOTH, GUARDED, LONE_MEN, count_in, welcome
from registry.planner.kernels import NO, inner

FAR = 1e30
# How many can go for one newcomer, and how many beds or seats can be cleared, at most.
MOST = 24
# Of how many in one offer those who go are chosen, at most.
ROWS = 128
# ``first`` to ``third``: what else a household needs and an offer has, child seats and the like.
_MORE = [(name, np.int64) for name in ("first", "second", "third")]
PERSON = np.dtype([("size", np.int64), ("kind", np.int64), ("fixed", np.int64), *_MORE])
HOME = np.dtype(
    [("price", np.float64)] + [(name, np.int64) for name in ("free", "safe", "roof", "head")] + _MORE,
)


@inner
def has_room(h, o, people, homes, company) -> bool:
    """Whether there is room for ``h`` in ``o`` as things stand."""
    p, home = people[h], homes[o]
    if home.free < p.size or home.first < p.first or home.second < p.second or home.third < p.third:
        return False
    return home.safe == 1 or welcome(p.kind, company[home.roof, 0], company[home.roof, 1])


@inner
def change(h, o, sign, people, homes, company) -> None:
    """Take (1) or give back (-1) what ``h`` needs of ``o``."""
    p = people[h]
    homes[o].free -= sign * p.size
    homes[o].first -= sign * p.first
    homes[o].second -= sign * p.second
    homes[o].third -= sign * p.third
    count_in(company, homes[o].roof, p.kind, sign)


@inner
def put(h, o, side, people, homes, company, place, after) -> None:
    """Household ``h`` into offer ``o``."""
    change(h, o, 1, people, homes, company)
    place[side, h] = o
    after[side, h] = homes[o].head
    homes[o].head = h


@inner
def take_out(h, side, people, homes, company, place, after) -> None:
    """Household ``h`` out of its offer."""
    o = place[side, h]
    change(h, o, -1, people, homes, company)
    place[side, h] = -1
    if homes[o].head == h:
        homes[o].head = after[side, h]
        return
    g = homes[o].head
    while after[side, g] != h:
        g = after[side, g]
    after[side, g] = after[side, h]


@inner
def clash(kind: int, other: int) -> bool:
    """Whether these two may not be under one roof in whatever order they come."""
    return not welcome(kind, int(other in (GUARDED, BOTH)), int(other in (LONE_MEN, BOTH)))


@inner
def cheapest(h, o, side, lack, cost, count, loss, people, homes, after, dear, gone) -> Any:
    """Add to ``gone`` those whose leaving costs least for ``lack`` beds: an exact knapsack over who is there."""
    if lack <= 0:
        return cost, count
    if lack > MOST:
        return NO, 0
    rows, g, is_safe, kind = 0, homes[o].head, homes[o].safe == 1, people[h].kind
    dear[0, 0] = 0.0
    dear[0, 1 : lack + 1] = FAR
    while g >= 0 and rows < dear.shape[0] - 1:
        if is_safe or not clash(kind, people[g].kind):
            rows += 1
            dear[rows, 0] = 0.0
            for k in range(1, lack + 1):
                dear[rows, k] = min(dear[rows - 1, k], dear[rows - 1, max(0, k - people[g].size)] + loss[side, g])
        g = after[side, g]
    if dear[rows, lack] >= FAR:
        return NO, 0
    cost += dear[rows, lack]
    # Who stands in which row is known by going through them once more; from the last row to the first.
    k, row = lack, rows
    while row > 0 and k > 0:
        if dear[row, k] != dear[row - 1, k]:
            g, at = homes[o].head, 0
            while True:
                if is_safe or not clash(kind, people[g].kind):
                    at += 1
                    if at == row:
                        break
                g = after[side, g]
            if count == MOST:
                return NO, 0
            gone[count] = g
            count, k = count + 1, max(0, k - people[g].size)
        row -= 1
    return cost, count


@inner
def is_among(g, gone, count) -> bool:
    """Whether ``g`` is one of the first ``count``."""
    found = False
    for e in range(count):
        found |= gone[e] == g
    return found


@inner
def lacks(p, home, gone, count, people) -> int:
    """Which of the three is still not enough for ``p`` when those of ``gone`` are out; 0: there is enough."""
    first, second, third = home.first, home.second, home.third
    for e in range(count):
        first, second = first + people[gone[e]].first, second + people[gone[e]].second
        third += people[gone[e]].third
    if first < p.first:
        return 1
    if second < p.second:
        return 2
    return 3 if third < p.third else 0


@inner
def make_room(h, o, side, loss, people, homes, company, after, dear, gone) -> Any:
    """What making room for ``h`` in ``o`` costs, and how many of ``gone`` have to go; NO when there is no way.

    First whoever may not be with ``h``, then the cheapest for the beds, then the cheapest for all else that lacks.
    """
    p, home = people[h], homes[o]
    count, cost, lack = 0, 0.0, p.size - home.free
    guarded, lone = company[home.roof, 0], company[home.roof, 1]
    if home.safe == 0 and not welcome(p.kind, guarded, lone):
        g = home.head
        while g >= 0:
            kind = people[g].kind
            if clash(p.kind, kind):
                if count == MOST:
                    return NO, 0
                gone[count] = g
                count, cost, lack = count + 1, cost + loss[side, g], lack - people[g].size
                guarded -= kind in (GUARDED, BOTH)
                lone -= kind in (LONE_MEN, BOTH)
            g = after[side, g]
        if not welcome(p.kind, guarded, lone):
            return NO, 0
    cost, count = cheapest(h, o, side, lack, cost, count, loss, people, homes, after, dear, gone)
    while NO < cost < FAR:
        what = lacks(p, home, gone, count, people)
        if what == 0:
            break
        best, g = -1, home.head
        while g >= 0:
            other = people[g]
            has = other.first if what == 1 else other.second if what == 2 else other.third
            if has > 0 and not is_among(g, gone, count) and (best < 0 or loss[side, g] < loss[side, best]):
                best = g
            g = after[side, g]
        if best < 0 or count == MOST:
            return NO, 0
        gone[count] = best
        count, cost = count + 1, cost + loss[side, best]
    return (cost, count) if cost < FAR else (NO, 0)
