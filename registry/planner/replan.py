"""A plan after things changed: those who lost their place and those who wait, without stirring up the others.

Nobody moves for nothing: whoever is settled counts for ``Settings.stability`` points per person more where they are.
Only those take part who have to, who wait, who are in a place that one of the first could use, or for whom another
place would be worth so much more.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from registry.planner import kernels, rooms, stays
from registry.planner.arrays import (
    NEVER,
    Before,
    Cancelling,
    Floats,
    Households,
    Ints,
    Plan,
    Progress,
    Settings,
    StayOffers,
)
from registry.planner.rooms import Rooms
from registry.planner.shards import Candidates, Shard

CANDIDATES = 16
SHARES = (0.9, 0.6, 0.3, 0.0)


def replan(
    households: Households,
    offers: StayOffers,
    before: Before,
    settings: Settings,
    old_prices: Sequence[float] | None,
    progress: Progress | None,
    cancelled: Cancelling | None,
) -> Plan:
    """See registry.planner.replan_stays."""
    if old_prices is None:
        old_prices = stays.plan(households, offers, settings, None, cancelled, None).prices.tolist()
    # A bed that is not offered any more costs nothing; the proof holds at any prices.
    bed_prices: Floats = np.where(offers.rows.verified_until == NEVER, 0.0, np.asarray(old_prices, np.float64))
    clock = stays.Clock(len(SHARES) + 3, progress)
    shard = Shard(households, offers, settings.policy, threads=settings.threads, cancelled=cancelled)
    taken = settled(households, offers, before, shard)
    taken.loyal[:] = settings.stability * households.size * (taken.place >= 0)
    clock.tell()
    points, _ = shard.exact(before.offer)
    known = np.where(points > kernels.NO, np.maximum(0.0, points - bed_prices[before.offer]), 0.0)
    known[before.offer < 0] = 0.0
    surplus = shard.beyond(bed_prices, known)
    restless = np.flatnonzero((taken.place >= 0) & ~before.fixed & (surplus > known + settings.stability))
    found = lists(taken, before, shard, households, bed_prices, restless)
    clock.tell()
    who = rooms.listed(found, len(bed_prices))
    waiting = np.flatnonzero((taken.place < 0) & households.possible)
    lost = before.offer[waiting] >= 0
    taken.settle(waiting[np.lexsort((-households.size[waiting], ~lost))], found, bed_prices)
    for share in SHARES:
        taken.improve(found, bed_prices, share, who)
        shard.stop_if_asked()
        clock.tell()
    # As prices.bound; where somebody was tells already how much there is to be had beyond the prices.
    proven = float((bed_prices * np.maximum(offers.rows.beds, 0)).sum() + (shard.sizes * surplus).sum())
    plan = stays.finished(shard, taken.place, bed_prices, proven, households.size)
    clock.tell()
    # Whoever has accepted or is on the road is not the planner's to move, whatever the gate says of it now.
    return replace(plan, offer=np.where(before.fixed, before.offer, plan.offer).astype(np.int32))


def settled(households: Households, offers: StayOffers, before: Before, shard: Shard) -> Rooms:
    """Everybody where they were: the fixed always, the others while the gate, the beds and the company allow it."""
    taken = Rooms(households, offers.rows.beds, offers.rows.roof, offers.rows.woman_lives)
    points, _ = shard.exact(before.offer)
    taken.fixed[:] = before.fixed
    for h in np.flatnonzero(before.fixed & (before.offer >= 0)).tolist():
        taken.put(h, int(before.offer[h]), max(float(points[h]), 0.0))
    stay = (before.offer >= 0) & ~before.fixed & (points > kernels.NO)
    own = Candidates(np.where(stay, before.offer, -1).astype(np.int32)[:, None], points.astype(np.float32)[:, None])
    taken.settle(np.flatnonzero(stay), own, np.zeros(len(offers.rows)), 0.0)
    return taken


def lists(
    taken: Rooms,
    before: Before,
    shard: Shard,
    households: Households,
    bed_prices: Floats,
    restless: Ints,
) -> Candidates:
    """Candidates of those who take part; of everybody else none, so that they stay where they are."""
    lost = np.flatnonzero((taken.place < 0) & (before.offer >= 0) & households.possible & ~before.fixed)
    waiting = np.flatnonzero((taken.place < 0) & (before.offer < 0) & households.possible & ~before.fixed)
    found = Candidates(np.full((len(households), 0), -1, np.int32), np.zeros((len(households), 0), np.float32))
    found = found.wider(2 * CANDIDATES)
    beds = shard.ground.beds
    _look(found, lost, shard, bed_prices, beds)
    useful = np.unique(found.offer[lost])
    _look(found, restless, shard, bed_prices, beds)
    could_help = np.isin(taken.place, useful[useful >= 0])
    could_help[restless] = True
    touched = np.flatnonzero(could_help & ~before.fixed)
    free = np.zeros_like(beds)
    free[shard.ground.place] = np.where(taken.free > 0, taken.free, 0)
    _look(found, lost, shard, bed_prices / 2, free)
    _look(found, touched, shard, bed_prices / 2, free)
    _look(found, waiting, shard, bed_prices / 2, free)
    own, points = taken.place[touched].astype(np.int32)[:, None], taken.worth[touched].astype(np.float32)[:, None]
    kernels.merge(touched, own, points, found.offer, found.points, np.zeros(len(bed_prices)))
    return found


def _look(found: Candidates, rows: Ints, shard: Shard, at: Floats, room: Ints) -> None:
    """Add to the lists of these households the best offers with so much room at these prices."""
    offer, points, _ = shard.best(at, room, CANDIDATES, 0.0, rows=rows)
    kernels.merge(rows, offer, points, found.offer, found.points, at)
