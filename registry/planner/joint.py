"""Households before beds whose town a ride reaches, and before rides that reach a bed: the two halves of one choice."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import kernels
from registry.planner.arrays import Bools, Floats, Ints
from registry.planner.ground import WIDTH
from registry.planner.seats import RideShard
from registry.planner.shards import ANYWHERE, SLICE, Crowd, Scanner, Shard, There

Bonus = NDArray[np.float32]


class Beds(Crowd):
    """A stay shard in which each household gets ``bonus`` (n, towns) with the town of the bed."""

    def __init__(self, shard: Shard, towns: NDArray[np.int32], bonus: Bonus) -> None:
        super().__init__(shard.sizes, shard.order, shard.threads, shard.cancelled)
        self.shard, self.there = shard, there(shard, towns, bonus)

    @property
    def room(self) -> Ints:
        """Beds, by place on the ground."""
        return self.shard.ground.beds

    def scanner(self, prices: Floats, room: Ints, noise: float, look: float, seed: int, floor: float) -> Scanner:
        """See Crowd."""
        scan = self.shard.scan_with(self.there, prices, room, noise, look, seed)
        return lambda order, count: scan(order, count, np.full(len(order), floor))


def there(shard: Shard, towns: NDArray[np.int32], bonus: Bonus) -> There:
    """In which town each bed is (``towns``, by row), and what a household gains there."""
    here = towns[shard.ground.offers["row"]]
    known = np.flatnonzero(here >= 0)
    most = int(towns.max(initial=0)) + 1
    of_box = np.unique(known // WIDTH * most + here[known])
    start = np.searchsorted(of_box, np.arange(len(shard.ground.boxes) + 1) * most)
    return There(here, start.astype(np.int64), (of_box % most).astype(np.int32), bonus)


class Seats(Crowd):
    """A ride shard in which each household gets the best ``bonus`` (n, towns) of the towns that a ride reaches."""

    def __init__(self, shard: RideShard, bonus: Bonus) -> None:
        super().__init__(shard.sizes, shard.order, shard.threads, shard.cancelled)
        self.shard, self.bonus = shard, bonus

    @property
    def room(self) -> Ints:
        """Seats and the like, by row."""
        return self.shard.room

    def scanner(self, prices: Floats, room: Ints, noise: float, look: float, seed: int, floor: float) -> Scanner:
        """See Crowd; every ride is looked at."""
        del look
        return self.shard.scan_with(self.bonus, prices, room, noise, seed, floor)


def ride_bonus(
    shard: RideShard, prices: Floats, room: Ints, goes: Bools, rows: Ints | None = None
) -> tuple[Bonus, Any]:
    """What the best ride to each town is worth beyond its price, (n, towns), and which ride that is (-1: none).

    Only the towns of ``goes`` (all households, towns) are looked at for sure.
    """
    order = np.arange(shard.count) if rows is None else rows
    shape = (len(order), shard.reaches.shape[1])
    bonus, rides = np.empty(shape, np.float32), np.empty(shape, np.int32)

    scan = shard.by_town(prices, room, goes)

    def one(first: int, until: int) -> None:
        ride, points = scan(order[first:until])
        paid = points - prices[np.maximum(ride, 0)] if len(prices) else points
        bonus[first:until], rides[first:until] = np.where(ride >= 0, paid, kernels.NO), ride

    shard.each(one, len(order), SLICE)
    return bonus, rides


def bed_bonus(shard: Shard, towns: NDArray[np.int32], prices: Floats, count: int) -> Bonus:
    """What the best bed in each town is worth beyond its price, (n, towns)."""
    return shard.by_town(there(shard, towns, ANYWHERE.bonus), prices, count)
