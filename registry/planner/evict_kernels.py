"""Who has to go so that a household finds room: those who may not be with it, and the cheapest for what lacks.

Side 0 or 1 of ``loss`` (what it costs when somebody goes) and ``after`` (who is next in the same offer) is the
caller's choice; whoever costs FAR or more cannot go.
"""

from typing import Any

from registry.planner.assign import BOTH, GUARDED, LONE_MEN, has_spare, may_join, welcome
from registry.planner.kernels import NO, inner

FAR = 1e30
# How many can go for one newcomer, and how many beds or seats can be cleared, at most.
MOST = 24
# Of how many in one offer those who go are chosen, at most.
ROWS = 128


@inner
def can_join(h, o, free, sizes, wants, spare, kinds, company, roofs, safe) -> bool:
    """Whether there is room for ``h`` in ``o`` as things stand."""
    return free[o] >= sizes[h] and may_join(company, roofs, safe, o, kinds[h]) and has_spare(wants, spare, h, o)


@inner
def clash(kind: int, other: int) -> bool:
    """Whether these two may not be under one roof in whatever order they come."""
    return not welcome(kind, int(other in (GUARDED, BOTH)), int(other in (LONE_MEN, BOTH)))


@inner
def cheapest(h, o, side, lack, cost, count, loss, sizes, kinds, safe, head, after, dear, gone) -> Any:
    """Add to ``gone`` those whose leaving costs least for ``lack`` beds: an exact knapsack over who is there."""
    if lack <= 0:
        return cost, count
    if lack > MOST:
        return NO, 0
    rows, g = 0, head[o]
    dear[0, 0] = 0.0
    dear[0, 1 : lack + 1] = FAR
    while g >= 0 and rows < dear.shape[0] - 1:
        if safe[o] or not clash(kinds[h], kinds[g]):
            rows += 1
            dear[rows, 0] = 0.0
            for k in range(1, lack + 1):
                dear[rows, k] = min(dear[rows - 1, k], dear[rows - 1, max(0, k - sizes[g])] + loss[side, g])
        g = after[side, g]
    if dear[rows, lack] >= FAR:
        return NO, 0
    cost += dear[rows, lack]
    # Who stands in which row is known by going through them once more; from the last row to the first.
    k, row = lack, rows
    while row > 0 and k > 0:
        if dear[row, k] != dear[row - 1, k]:
            g, at = head[o], 0
            while True:
                if safe[o] or not clash(kinds[h], kinds[g]):
                    at += 1
                    if at == row:
                        break
                g = after[side, g]
            if count == MOST:
                return NO, 0
            gone[count] = g
            count, k = count + 1, max(0, k - sizes[g])
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
def make_room(h, o, side, loss, free, sizes, wants, spare, kinds, company, roofs, safe, head, after, dear, gone) -> Any:
    """What making room for ``h`` in ``o`` costs, and how many of ``gone`` have to go; NO when there is no way.

    First whoever may not be with ``h``, then the cheapest for the beds, then the cheapest for all else that lacks.
    """
    count, cost, lack = 0, 0.0, sizes[h] - free[o]
    guarded, lone = company[roofs[o], 0], company[roofs[o], 1]
    if not safe[o] and not welcome(kinds[h], guarded, lone):
        g = head[o]
        while g >= 0:
            if clash(kinds[h], kinds[g]):
                if count == MOST:
                    return NO, 0
                gone[count] = g
                count, cost, lack = count + 1, cost + loss[side, g], lack - sizes[g]
                guarded -= kinds[g] in (GUARDED, BOTH)
                lone -= kinds[g] in (LONE_MEN, BOTH)
            g = after[side, g]
        if not welcome(kinds[h], guarded, lone):
            return NO, 0
    cost, count = cheapest(h, o, side, lack, cost, count, loss, sizes, kinds, safe, head, after, dear, gone)
    for k in range(wants.shape[1]):
        there = spare[o, k]
        for e in range(count):
            there += wants[gone[e], k]
        while cost > NO and there < wants[h, k]:
            best, g = -1, head[o]
            while g >= 0:
                if wants[g, k] > 0 and not is_among(g, gone, count) and (best < 0 or loss[side, g] < loss[side, best]):
                    best = g
                g = after[side, g]
            if best < 0 or count == MOST:
                return NO, 0
            gone[count] = best
            count, cost, there = count + 1, cost + loss[side, best], there + wants[best, k]
    return (cost, count) if cost < FAR else (NO, 0)
