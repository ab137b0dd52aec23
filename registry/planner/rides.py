"""Households to seats: the same prices, knapsacks and proof as for beds."""

import numpy as np

from registry.planner import kernels, prices, rooms, seats
from registry.planner.arrays import Cancelling, Codes, Floats, Households, Plan, Progress, RideOffers, Settings
from registry.planner.prices import Round
from registry.planner.rooms import Rooms
from registry.planner.seats import RideShard
from registry.planner.shards import Candidates
from registry.planner.stays import LATE_CANDIDATES, LATE_ROUNDS, LATE_SHARES, Clock, nothing

ROUNDS = (
    Round(30.0, 1.0, 32, 32, 6.0, 2.0, 30),
    Round(6.0, 1.0, 16, 48, 2.0, 0.7, 30),
    Round(3.0, 1.0, 16, 48, 0.7, 0.3, 40),
    Round(1.5, 1.0, 16, 48, 0.3, 0.1, 40),
)
CANDIDATES = 28


def plan(
    households: Households,
    offers: RideOffers,
    settings: Settings,
    progress: Progress | None,
    cancelled: Cancelling | None,
    before: Codes | None = None,
) -> Plan:
    """See registry.planner.plan_rides and, with ``before``, replan_rides."""
    if not len(households) or not len(offers.rows):
        return nothing(len(households), len(offers.rows))
    shard, clock = RideShard(households, offers, settings, cancelled), Clock(len(ROUNDS) + 3, progress)
    room = np.where(offers.rows.possible, np.maximum(offers.rows.seats, 0), 0)
    seat_prices = np.zeros(len(room))
    for number, one in enumerate(ROUNDS):
        trust = prices.TRUST * one.noise
        seat_prices = prices.clear(shard, seat_prices, room, one, settings.seed * 107 + number, trust)
        clock.tell()
    proven = prices.bound(shard, seat_prices, room)
    clock.tell()
    taken, found = _rooms(households, offers), shard.candidates(seat_prices, CANDIDATES)
    if before is not None:
        found = settled(taken, found, shard, before, settings)
    taken.fill(found, seat_prices, shard.stop_if_asked)
    _late(taken, found, shard, seat_prices / 2)
    clock.tell()
    return finished(shard, taken, seat_prices, proven)


def _rooms(households: Households, offers: RideOffers) -> Rooms:
    rows = offers.rows
    alone = np.arange(len(rows), dtype=np.int32)
    room = np.where(rows.possible, rows.seats, 0)
    return Rooms(households, room, alone, seats.safe(offers), seats.needs(households), seats.spare(offers))


def settled(taken: Rooms, found: Candidates, shard: RideShard, before: Codes, settings: Settings) -> Candidates:
    """Everybody where they were while the gate and the room allow it, loyal to it; lists with these rides on them."""
    points, nothing_to_pay = shard.exact(before), np.zeros(len(taken.free))
    stay = np.flatnonzero((before >= 0) & (points > kernels.NO))
    own = Candidates(before.astype(np.int32)[:, None], points.astype(np.float32)[:, None])
    taken.settle(stay, own, nothing_to_pay, 0.0)
    taken.loyal[:] = settings.stability * taken.sizes * (taken.place >= 0)
    wide = found.wider(found.offer.shape[1] + 1)
    kernels.merge(stay, own.offer[stay], own.points[stay], wide.offer, wide.points, nothing_to_pay)
    return wide


def _late(taken: Rooms, found: Candidates, shard: RideShard, half: Floats) -> None:
    """Whoever is left looks at every ride that is not full, and those rides choose again."""
    for _ in range(LATE_ROUNDS):
        left = np.flatnonzero(taken.place < 0)
        if not len(left):
            return
        room = np.where((taken.free > 0)[:, None], shard.room, 0)
        scan = shard.scanner(half, room, 0.0, 1.0, 0, 0.0)
        offer, points, _ = scan(left, LATE_CANDIDATES)
        found = found.wider(found.offer.shape[1] + LATE_CANDIDATES)
        kernels.merge(left, offer, points, found.offer, found.points, half)
        who = rooms.listed(found, len(half))
        for share in LATE_SHARES:
            taken.improve(found, half, share, who)
        taken.settle(left, found, half, 0.0)


def finished(shard: RideShard, taken: Rooms, seat_prices: Floats, proven: float) -> Plan:
    """The plan with exact points; a pair that the gate would refuse is left out, whatever came before."""
    points = shard.exact(taken.place)
    is_placed = (taken.place >= 0) & (points > kernels.NO)
    per_person = np.where(is_placed, points, 0.0)
    value: Floats = per_person * taken.sizes
    return Plan(
        offer=np.where(is_placed, taken.place, -1).astype(np.int32),
        per_person=per_person,
        value=value,
        km=np.zeros(len(value)),
        prices=seat_prices,
        bound=proven,
        total=float(value.sum()),
    )
