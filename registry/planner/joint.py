"""Households before beds whose town a ride reaches, and before rides that reach a bed: the two halves of one choice."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import joint_kernels, kernels
from registry.planner.arrays import Bools, Floats, Ints
from registry.planner.ground import BLOCK
from registry.planner.seats import RideShard
from registry.planner.shards import SLICE, Crowd, Found, Scanner, Shard, new_found

Bonus = NDArray[np.float32]


class Beds(Crowd):
    """A stay shard in which each household gets ``bonus`` (n, towns) with the town of the bed."""

    def __init__(self, shard: Shard, towns: NDArray[np.int32], bonus: Bonus) -> None:
        super().__init__(shard.sizes, shard.order, shard.threads, shard.cancelled)
        self.shard, self.bonus = shard, bonus
        self.towns = towns[shard.ground.offers["row"]]
        self.super_towns = np.zeros((len(shard.ground.supers), bonus.shape[1]), np.bool_)
        known = np.flatnonzero(self.towns >= 0)
        self.super_towns[known // (BLOCK * BLOCK), self.towns[known]] = True

    @property
    def room(self) -> Ints:
        """Beds, by place on the ground."""
        return self.shard.ground.beds

    def scanner(self, prices: Floats, room: Ints, noise: float, look: float, seed: int, floor: float) -> Scanner:
        """See Crowd."""
        g = self.shard.ground
        here = prices[g.offers["row"]]
        tops = kernels.tops(g.offers, room, here, BLOCK * BLOCK)
        common = (g.offers, self.towns, g.spans, g.supers, self.super_towns, room, here, *tops, self.shard.nearness,
                  g.language_weight, self.bonus)  # fmt: skip

        def scan(order: Ints, count: int) -> Found:
            found = new_found(len(order), count)
            joint_kernels.scan(order, self.shard.seekers, *common, noise, look, seed, 0, floor, *found)
            return found

        return scan


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
        s = self.shard
        common = (s.riders, s.rides, s.start, s.reaches, s.stops, room, prices, s.at_us, *s.weights, self.bonus)

        def scan(order: Ints, count: int) -> Found:
            found = new_found(len(order), count)
            joint_kernels.ride_scan(order, *common, noise, seed, 0, floor, *found)
            return found

        return scan


def ride_bonus(
    shard: RideShard, prices: Floats, room: Ints, goes: Bools, rows: Ints | None = None
) -> tuple[Bonus, Any]:
    """What the best ride to each town is worth beyond its price, (n, towns), and which ride that is (-1: none).

    Only the towns of ``goes`` (all households, towns) are looked at for sure.
    """
    order = np.arange(shard.count) if rows is None else rows
    shape = (len(order), shard.reaches.shape[1])
    bonus, rides = np.empty(shape, np.float32), np.empty(shape, np.int32)

    def one(first: int, until: int) -> None:
        ride, points = shard.by_town(prices, room, order[first:until], goes)
        paid = points - prices[np.maximum(ride, 0)] if len(prices) else points
        bonus[first:until], rides[first:until] = np.where(ride >= 0, paid, kernels.NO), ride

    shard.each(one, len(order), SLICE)
    return bonus, rides


def bed_bonus(shard: Shard, towns: NDArray[np.int32], prices: Floats, count: int) -> Bonus:
    """What the best bed in each town is worth beyond its price, (n, towns)."""
    g = shard.ground
    bonus = np.full((shard.count, count), kernels.NO, np.float32)
    here, theirs = prices[g.offers["row"]], towns[g.offers["row"]]

    def one(first: int, until: int) -> None:
        joint_kernels.beds_by_town(shard.order[first:until], shard.seekers, g.offers, theirs, g.spans, g.supers, g.beds,
                                   here, shard.nearness, g.language_weight, bonus)  # fmt: skip

    shard.each(one, shard.count, SLICE)
    return bonus
