"""How people match by hand: one household after the other, into the nearest or the best place with room.

Offers are passed over as in the planner's scan; what is left of a box is counted again when somebody goes there, so
that nothing but the time differs from looking at every offer for everybody.
"""

import math
from typing import Any

import numpy as np

from registry.planner.assign import count_in, may_join
from registry.planner.ground import WIDTH, at_most
from registry.planner.kernels import NO, RADIUS, chord2, compiled, pair_points
from registry.planner.rooms import kinds
from registry.planner.scan_kernels import GLANCE, boxes_at_most, glance, offers_at_most
from registry.planner.shards import Shard
from registry.rules.policy import DEFAULT

# What 32 bits lose of a distance, in km.
_STRAY_KM = 0.01


@compiled
def look(h, kind, offers, spans, sketch, beds, narrow, gain, box_gain, nearest, company, roofs, safe, nearness,
         language, turn, boxes, estimates) -> int:  # fmt: skip
    """The nearest or the best offer that the household may have and that has room; -1 when there is none."""
    near, flags, corners, box_flags = sketch
    g, most, found = turn[0], NO / 2, -1
    glance(h, g, nearness, 0.0, language)
    if nearest:
        g.most, g.km_weight, g.language = np.float32(_STRAY_KM), np.float32(RADIUS), np.float32(0.0)
    boxes_at_most(corners, box_flags, box_gain, g.x, g.y, g.z, g.limit2, g.km_weight, g.most, g.language, g.languages,
                  g.need, g.child, 0, boxes)  # fmt: skip
    for k in range(boxes.shape[1]):
        if boxes[0, k] <= most:
            continue
        start, width = k * WIDTH, min(WIDTH, len(offers) - k * WIDTH)
        offers_at_most(near, flags, gain, narrow, start, width, g.x, g.y, g.z, g.limit2, g.km_weight, g.most,
                       g.language, g.languages, g.need, g.size, g.child, estimates)  # fmt: skip
        for i in range(width):
            j = start + i
            if estimates[i] <= most:
                continue
            points = pair_points(h, offers[j], spans, beds[j], nearness, language)
            if points <= NO or not may_join(company, roofs, safe, j, kind):
                continue
            worth = -RADIUS * math.sqrt(chord2(h, offers[j])) if nearest else points
            if worth > most:
                most, found = worth, j
    return found


@compiled
def recount(offers, beds, gain, box_gain, k) -> None:
    """What is left in a box."""
    box_gain[:, k] = NO
    for j in range(k * WIDTH, min((k + 1) * WIDTH, len(offers))):
        if beds[j] > 0:
            for child in range(2):
                box_gain[child, k] = max(box_gain[child, k], gain[child, j])


@compiled
def take_turns(order, nearest, seekers, offers, spans, sketch, beds, narrow, gain, box_gain, kinds, company, roofs,
               safe, nearness, language, turn, boxes, estimates, place) -> None:  # fmt: skip
    """Each household of ``order`` into the nearest or the best that it may have and that has room."""
    for k in range(boxes.shape[1]):
        recount(offers, beds, gain, box_gain, k)
    for i in range(len(order)):
        h = order[i]
        j = -1
        if seekers[h].possible:
            j = look(seekers[h], kinds[h], offers, spans, sketch, beds, narrow, gain, box_gain, nearest, company, roofs,
                     safe, nearness, language, turn, boxes, estimates)  # fmt: skip
        place[h] = j
        if j >= 0:
            beds[j] -= seekers[h].size
            narrow[j] -= seekers[h].size
            count_in(company, roofs[j], kinds[h], 1)
            recount(offers, beds, gain, box_gain, j // WIDTH)


def placed(households: Any, offers: Any, order: Any, *, nearest: bool) -> Any:
    """The row of the offer of each household, or -1, when they come in this order."""
    shard = Shard(households, offers, DEFAULT)
    g, inside = shard.ground, shard.ground.offers["row"]
    roofs, safe = offers.rows.roof[inside].astype(np.int64), offers.rows.woman_lives[inside]
    place, company = np.full(len(households), -1), np.zeros((roofs.max() + 1, 2), np.int64)
    points = g.offers["points"] * (not nearest)
    gain = at_most(np.stack([points, points + g.offers["friendly"] * (not nearest)]))
    boxes = len(g.boxes)
    desk = np.empty(1, GLANCE), np.empty((1, boxes), np.float32), np.empty(WIDTH, np.float32)
    take_turns(order, nearest, shard.seekers, g.offers, g.spans, tuple(g.sketch), g.beds.copy(),
               g.beds.astype(np.int32), gain, np.empty((2, boxes), np.float32), kinds(households), company, roofs, safe,
               shard.nearness, g.language_weight, *desk, place)  # fmt: skip
    return np.where(place >= 0, inside[place], -1)


def left(households: Any, offers: Any) -> dict[str, int]:
    """People without a place: first come to the nearest, first come to the best, the most urgent first to the best."""
    arrival, urgent = np.arange(len(households)), np.argsort(-households.urgency, kind="stable")
    ways = {"nearest": (arrival, True), "best": (arrival, False), "urgency": (urgent, False)}
    places = {name: placed(households, offers, order, nearest=near) for name, (order, near) in ways.items()}
    return {name: int(households.size[place < 0].sum()) for name, place in places.items()}
