"""Households to beds: prices, then households at the prices, then the proof."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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

CANDIDATES = 28
LATE_ROUNDS, LATE_CANDIDATES = 2, 12
# When very many are left each looks at fewer: an offer that is not full has enough to choose from.
MOST_LATE = 1_200_000
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
    clock = Clock(len(prices.THIN) + len(prices.rounds_for(len(households))) + len(rooms.SHARES) + 2, progress)
    bed_prices = market(households, offers, settings, shard, crowd, clock)
    proven = prices.bound(crowd, bed_prices, offers.rows.beds)
    clock.tell()
    found = crowd.candidates(bed_prices, CANDIDATES)
    shard.forget()
    taken = Rooms(households, offers.rows.beds, offers.rows.roof, offers.rows.woman_lives)

    def after_each() -> None:
        shard.stop_if_asked()
        clock.tell()

    taken.fill(found, bed_prices, after_each)
    late(taken, found, bed_prices, households, offers, shard)
    chains.rehouse(taken, found, bed_prices, households, shard, settings)
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
        look_late(found, left, shard, offers, np.where(taken.free > 0, beds, 0), half)
        who = rooms.listed(found, len(beds))
        for share in LATE_SHARES:
            taken.improve(found, half, share, who, again=True)
        del who
        taken.settle(left, found, half, 0.0)
    _last(taken, found, households, offers, shard)


def look_late(found: Candidates, left: Ints, shard: Shard, offers: StayOffers, beds: Ints, at: Floats) -> None:
    """On the lists of those who are left, what is best among so many beds at these prices instead of the last."""
    count = max(2, min(LATE_CANDIDATES, MOST_LATE // len(left)))
    offer, points = among(shard, offers, beds, at, count, left)
    rows = Candidates(found.offer[left, :-count], found.points[left, :-count])
    rows = rows.wider(found.offer.shape[1])
    kernels.merge(np.arange(len(left)), offer, points, rows.offer, rows.points, at)
    found.offer[left], found.points[left] = rows.offer, rows.points


def among(
    shard: Shard, offers: StayOffers, beds: Ints, at: Floats, count: int, rows: Ints
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The best of so many beds for some households: only those offers are laid out that have any."""
    some = np.flatnonzero(beds > 0)
    few = shard.before(prices.some_offers(offers, some))
    offer, points, _ = few.best(at[some], beds[some][few.ground.offers["row"]], count, 0.0, rows=rows)
    return np.where(offer >= 0, some[offer].astype(np.int32), np.int32(-1)) if len(some) else offer, points


def _last(taken: Rooms, found: Candidates, households: Households, offers: StayOffers, shard: Shard) -> None:
    """Whoever is still left looks at what is free now, whatever it costs, until nobody finds anything."""
    nothing_to_pay = np.zeros(len(taken.free))
    left = np.flatnonzero((taken.place < 0) & households.possible)
    while len(left):
        offer, points = among(shard, offers, taken.free, nothing_to_pay, LATE_CANDIDATES, left)
        found.offer[left], found.points[left] = -1, 0.0
        found.offer[left, :LATE_CANDIDATES], found.points[left, :LATE_CANDIDATES] = offer, points
        taken.settle(left, found, nothing_to_pay, 0.0)
        is_left = taken.place[left] < 0
        if is_left.all():
            return
        # Who finds nothing once finds nothing later: nobody leaves a place any more.
        left = left[is_left & (offer[:, 0] >= 0)]


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
