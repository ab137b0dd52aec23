"""Households to beds: prices, then households at the prices, then the proof."""

from typing import Any

import numpy as np

from registry.planner import chains, kernels, prices, rooms
from registry.planner.arrays import (
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
from registry.planner.shards import Candidates, Shard, Workers

# Beds that a household leaves behind are worth this share of their price, round by round: little by little no hole
# counts on being filled any more.
SHARES = (0.95, 0.9, 0.8, 0.6, 0.3, 0.0)
CANDIDATES = 28
LATE_ROUNDS, LATE_CANDIDATES = 2, 12
LAST_ROUNDS = 8
LATE_SHARES = (0.8, 0.4, 0.0)


def plan(
    households: Households,
    offers: StayOffers,
    settings: Settings,
    progress: Progress | None,
    cancelled: Cancelling | None,
    workers: Workers | None,
) -> Plan:
    """See registry.planner.plan_stays."""
    if not len(households) or not len(offers.rows):
        return nothing(len(households), len(offers.rows))
    shard = Shard(households, offers, settings.policy, threads=settings.threads, cancelled=cancelled)
    crowd = workers or shard
    clock = Clock(len(prices.THIN) + len(prices.rounds_for(len(households))) + len(SHARES) + 2, progress)
    bed_prices = market(households, offers, settings, shard, crowd, clock)
    proven = prices.bound(crowd, bed_prices, offers.rows.beds)
    clock.tell()
    found = crowd.candidates(bed_prices, CANDIDATES)
    shard.forget()
    taken = Rooms(households, offers.rows.beds, offers.rows.roof, offers.rows.woman_lives)
    fill(taken, found, bed_prices, households, shard, clock)
    late(taken, found, bed_prices, households, offers, shard)
    chains.rehouse(taken, found, bed_prices, households, offers, shard, settings)
    clock.tell()
    return finished(shard, taken.place, bed_prices, proven, households.size)


class Clock:
    """Tells how much is done, one of so many steps after the other, and stops when somebody asks."""

    def __init__(self, steps: int, progress: Progress | None) -> None:
        self.steps, self.done, self.progress = steps, 0, progress

    def tell(self) -> None:
        """One more step is done."""
        self.done += 1
        if self.progress:
            self.progress(min(1.0, self.done / self.steps))


def market(
    households: Households, offers: StayOffers, settings: Settings, shard: Shard, crowd: Workers, clock: Clock
) -> Floats:
    """Prices that clear the beds; the candidates that were found on the way stay with the crowd."""
    found = prices.from_nothing(households, offers, settings, shard, clock.tell)
    for number, one in enumerate(prices.rounds_for(len(households))):
        found = prices.clear(
            crowd, found, offers.rows.beds, one, settings.seed * 103 + number, prices.TRUST * one.noise
        )
        clock.tell()
    return found


def fill(
    taken: Rooms, found: Candidates, bed_prices: Floats, households: Households, shard: Shard, clock: Clock
) -> None:
    """Everybody into the best that has room, the largest first; then every offer chooses again and again."""
    gain = np.where(found.offer[:, 0] >= 0, found.points[:, 0] - bed_prices[found.offer[:, 0]], 0.0)
    taken.settle(np.lexsort((-gain, -households.size)), found, bed_prices)
    who = rooms.listed(found, len(bed_prices))
    for share in SHARES:
        taken.improve(found, bed_prices, share, who)
        shard.stop_if_asked()
        clock.tell()


def _some(shard: Shard, households: Households, offers: StayOffers) -> Shard:
    """A shard of these households alone, with the offers laid out as they are."""
    return Shard(
        households, offers, shard.policy, threads=shard.threads, cancelled=shard.cancelled, laid_out=shard.ground
    )


def late(
    taken: Rooms, found: Candidates, bed_prices: Floats, households: Households, offers: StayOffers, shard: Shard
) -> None:
    """Whoever is left looks at every offer that is not full, not only at candidates, and those offers choose again.

    A price that came out too high leaves beds that are on nobody's list; here they are filled.
    """
    beds, half = np.maximum(offers.rows.beds, 0), bed_prices / 2
    for _ in range(LATE_ROUNDS):
        left = np.flatnonzero((taken.place < 0) & households.possible)
        if not len(left):
            return
        few = _some(shard, households.take(left), offers)
        room = np.empty_like(beds)
        room[shard.ground.place] = np.where(taken.free > 0, beds, 0)
        offer, points, _ = few.best(half, room, LATE_CANDIDATES, 0.0)
        found = found.wider(found.offer.shape[1] + LATE_CANDIDATES)
        kernels.merge(left, offer, points, found.offer, found.points, half)
        who = rooms.listed(found, len(beds))
        for share in LATE_SHARES:
            taken.improve(found, half, share, who)
        taken.settle(left, found, half, 0.0)
    _last(taken, households, offers, shard)


def _last(taken: Rooms, households: Households, offers: StayOffers, shard: Shard) -> None:
    """Whoever is still left looks at what is free now, whatever it costs, until nobody finds anything."""
    nothing_to_pay = np.zeros(len(offers.rows))
    for _ in range(LAST_ROUNDS):
        left = np.flatnonzero((taken.place < 0) & households.possible)
        if not len(left):
            return
        few = _some(shard, households.take(left), offers)
        room = np.empty_like(taken.free)
        room[shard.ground.place] = taken.free
        offer, points, _ = few.best(nothing_to_pay, room, LATE_CANDIDATES, 0.0)
        wide = Candidates(np.full((len(households), LATE_CANDIDATES), -1, np.int32),
                          np.zeros((len(households), LATE_CANDIDATES), np.float32))  # fmt: skip
        wide.offer[left], wide.points[left] = offer, points
        taken.settle(left, wide, nothing_to_pay, 0.0)
        if (taken.place[left] < 0).all():
            return


def finished(shard: Shard, place: Ints, bed_prices: Floats, proven: float, sizes: Ints) -> Plan:
    """The plan with exact points; a pair that the gate would refuse is left out, whatever came before."""
    points, kms = shard.exact(place)
    is_placed = (place >= 0) & (points > kernels.NO)
    per_person = np.where(is_placed, points, 0.0)
    value: Floats = per_person * sizes
    return Plan(
        offer=np.where(is_placed, place, -1).astype(np.int32),
        per_person=per_person,
        value=value,
        km=np.where(is_placed, kms, 0.0),
        prices=bed_prices,
        bound=proven,
        total=float(value.sum()),
    )


def nothing(households: int, offers: int) -> Plan:
    """The plan of nobody or to nowhere."""
    zeros: Any = np.zeros(households)
    return Plan(np.full(households, -1, np.int32), zeros, zeros, zeros, np.zeros(offers), 0.0, 0.0)
