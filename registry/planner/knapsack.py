"""The exact choice of households for one offer."""

from typing import Any

import numpy as np

from registry.planner.kernels import compiled


@compiled
def fill(gains, weights, rows, best, taken) -> None:
    """Add the items ``rows`` to the best sums for each number of beds; ``taken[row, beds]``: it was worth it there."""
    for i in range(len(rows)):
        r = rows[i]
        gain, weight = gains[r], weights[r]
        for beds in range(len(best) - 1, weight - 1, -1):
            with_it = best[beds - weight] + gain
            if with_it > best[beds]:
                best[beds] = with_it
                taken[r, beds] = True


@compiled
def trace(rows, weights, taken, beds, chosen) -> int:
    """Mark the items of ``rows`` that make the best sum for ``beds``; returns the beds that are left for others."""
    for i in range(len(rows) - 1, -1, -1):
        if taken[rows[i], beds]:
            chosen[rows[i]] = True
            beds -= weights[rows[i]]
    return beds


@compiled
def choose(gains, weights, kinds, room) -> Any:
    """The items of the highest sum of gains that fit into ``room`` beds, and that sum.

    ``kinds`` (assign): guarded and lone men never together, one that is both only with neutral ones.
    """
    chosen = np.zeros(len(gains), np.bool_)
    beds = min(room, weights.sum()) if len(gains) else 0
    if beds <= 0:
        return chosen, 0.0
    taken = np.zeros((len(gains), beds + 1), np.bool_)
    neutral, guarded = np.flatnonzero(kinds == 0), np.flatnonzero(kinds == 1)
    lone, both = np.flatnonzero(kinds == 2), np.flatnonzero(kinds == 3)
    plain = np.zeros(beds + 1)
    fill(gains, weights, neutral, plain, taken)
    with_guarded, with_lone = plain.copy(), plain.copy()
    fill(gains, weights, guarded, with_guarded, taken)
    fill(gains, weights, lone, with_lone, taken)
    total, single = max(with_guarded[beds], with_lone[beds]), -1
    for i in range(len(both)):
        r = both[i]
        if weights[r] <= beds and plain[beds - weights[r]] + gains[r] > total:
            total, single = plain[beds - weights[r]] + gains[r], r
    left = beds
    if single >= 0:
        chosen[single] = True
        left -= weights[single]
    elif with_guarded[beds] >= with_lone[beds]:
        left = trace(guarded, weights, taken, left, chosen)
    else:
        left = trace(lone, weights, taken, left, chosen)
    trace(neutral, weights, taken, left, chosen)
    return chosen, total
