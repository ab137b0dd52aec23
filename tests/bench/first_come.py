"""How people match by hand: one household after the other, into the nearest or the best place with room.

Offers are passed over block by block as in the planner's scan; what is left of a block is counted again when somebody
goes there, so that nothing but the time differs from looking at every offer for everybody.
"""

from typing import Any

import numpy as np

from registry.planner import kernels
from registry.planner.assign import count_in, may_join
from registry.planner.ground import BLOCK
from registry.planner.kernels import NO, box_bound, chord2, compiled, pair_points
from registry.planner.rooms import kinds
from registry.planner.shards import Shard
from registry.rules.policy import DEFAULT

# Rounding of a bound against the exact sum.
_SLACK = 1e-9
WIDE = BLOCK * BLOCK


@compiled
def could_be(h, box, room, best, nearest, nearness, language) -> float:
    """The most that any offer of a box could be worth; NO when none of them can pass the gate."""
    bound = box_bound(h, box, room, best, language)
    if bound <= NO or not nearest:
        return bound + nearness + _SLACK
    dx = max(box.x0 - h.x, 0.0, h.x - box.x1)
    dy = max(box.y0 - h.y, 0.0, h.y - box.y1)
    dz = max(box.z0 - h.z, 0.0, h.z - box.z1)
    return _SLACK * _SLACK - (dx * dx + dy * dy + dz * dz)


@compiled
def look(h, kind, offers, spans, blocks, supers, beds, tops, nearest, company, roofs, safe, nearness, language) -> int:
    """The nearest or the best offer that the household may have and that has room; -1 when there is none."""
    best, room, best2, room2 = tops
    child, most, found = 1 if h.minors else 0, NO / 2, -1
    for k in range(len(supers)):
        if could_be(h, supers[k], room2[k], best2[child, k], nearest, nearness, language) <= most:
            continue
        for b in range(k * BLOCK, min((k + 1) * BLOCK, len(blocks))):
            if could_be(h, blocks[b], room[b], best[child, b], nearest, nearness, language) <= most:
                continue
            for j in range(b * BLOCK, min((b + 1) * BLOCK, len(offers))):
                points = pair_points(h, offers[j], spans, beds[j], nearness, language)
                if points <= NO or not may_join(company, roofs, safe, j, kind):
                    continue
                worth = -chord2(h, offers[j]) if nearest else points
                if worth > most:
                    most, found = worth, j
    return found


@compiled
def recount(offers, beds, best, room, k, width) -> None:
    """What is left in a box."""
    best[:, k] = NO
    room[k] = 0
    for j in range(k * width, min((k + 1) * width, len(offers))):
        if beds[j] > 0:
            best[0, k] = max(best[0, k], offers[j].points)
            best[1, k] = max(best[1, k], offers[j].points + offers[j].friendly)
            room[k] = max(room[k], beds[j])


@compiled
def take_turns(order, nearest, seekers, ground, beds, tops, kinds, company, roofs, safe, nearness, language, place):
    """Each household of ``order`` into the nearest or the best that it may have and that has room."""
    offers, spans, blocks, supers = ground
    best, room, best2, room2 = tops
    for i in range(len(order)):
        h = order[i]
        j = look(seekers[h], kinds[h], offers, spans, blocks, supers, beds, tops, nearest, company, roofs, safe,
                 nearness, language)  # fmt: skip
        place[h] = j
        if j >= 0:
            beds[j] -= seekers[h].size
            count_in(company, roofs[j], kinds[h], 1)
            recount(offers, beds, best, room, j // BLOCK, BLOCK)
            recount(offers, beds, best2, room2, j // WIDE, WIDE)


def placed(households: Any, offers: Any, order: Any, *, nearest: bool) -> Any:
    """The row of the offer of each household, or -1, when they come in this order."""
    shard = Shard(households, offers, DEFAULT)
    g, inside = shard.ground, shard.ground.offers["row"]
    roofs, safe = offers.rows.roof[inside].astype(np.int64), offers.rows.woman_lives[inside]
    place, company = np.full(len(households), -1), np.zeros((roofs.max() + 1, 2), np.int64)
    free, nothing = g.beds.copy(), np.zeros(len(g.beds))
    tops = (*kernels.tops(g.offers, free, nothing, BLOCK), *kernels.tops(g.offers, free, nothing, WIDE))
    laid_out = (g.offers, g.spans, g.blocks, g.supers)
    take_turns(order, nearest, shard.seekers, laid_out, free, tops, kinds(households), company, roofs, safe,
               shard.nearness, g.language_weight, place)  # fmt: skip
    return np.where(place >= 0, inside[place], -1)


def left(households: Any, offers: Any) -> dict[str, int]:
    """People without a place: first come to the nearest, first come to the best, the most urgent first to the best."""
    arrival, urgent = np.arange(len(households)), np.argsort(-households.urgency, kind="stable")
    ways = {"nearest": (arrival, True), "best": (arrival, False), "urgency": (urgent, False)}
    places = {name: placed(households, offers, order, nearest=near) for name, (order, near) in ways.items()}
    return {name: int(households.size[place < 0].sum()) for name, place in places.items()}
