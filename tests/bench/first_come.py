"""How people match by hand: one household after the other, into the nearest or the best place with room."""

from typing import Any

import numpy as np

from registry.planner import kernels
from registry.planner.assign import count_in, may_join
from registry.planner.kernels import compiled
from registry.planner.rooms import kinds
from registry.planner.shards import Shard
from registry.rules.policy import DEFAULT


@compiled
def take_turns(order, nearest, seekers, offers, spans, beds, kinds, company, roofs, safe, nearness, language, placed):
    """Each household of ``order`` into the nearest or the best that it may have and that has room."""
    for i in range(len(order)):
        h, best, found = order[i], kernels.NO, -1
        for j in range(len(offers)):
            points = kernels.pair_points(seekers[h], offers[j], spans, beds[j], nearness, language)
            if points <= kernels.NO or not may_join(company, roofs, safe, j, kinds[h]):
                continue
            worth = -kernels.chord2(seekers[h], offers[j]) if nearest else points
            if worth > best:
                best, found = worth, j
        if found >= 0:
            beds[found] -= seekers[h].size
            count_in(company, roofs[found], kinds[h], 1)
            placed[h] = True


def left(households: Any, offers: Any) -> dict[str, int]:
    """People without a place: first come to the nearest, first come to the best, the most urgent first to the best."""
    shard = Shard(households, offers, DEFAULT)
    g, found = shard.ground, {}
    inside = g.offers["row"]
    roofs, safe = offers.rows.roof[inside].astype(np.int64), offers.rows.woman_lives[inside]
    arrival = np.arange(len(households))
    urgent = np.argsort(-households.urgency, kind="stable")
    for name, order, nearest in (("nearest", arrival, True), ("best", arrival, False), ("urgency", urgent, False)):
        placed, company = np.zeros(len(households), np.bool_), np.zeros((roofs.max() + 1, 2), np.int64)
        take_turns(order, nearest, shard.seekers, g.offers, g.spans, g.beds.copy(), kinds(households), company,
                   roofs, safe, shard.nearness, g.language_weight, placed)  # fmt: skip
        found[name] = int(households.size[~placed].sum())
    return found
