"""Prices of beds and seats at once: each household spreads over pairs that meet in a town, and both prices follow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import joint, joint_kernels, kernels, prices
from registry.planner.arrays import Floats, Ints
from registry.planner.joint import Beds, Bonus, Seats
from registry.planner.prices import Round
from registry.planner.seats import RideShard
from registry.planner.shards import SLICE, Candidates, Shard

Both = tuple[Floats, Floats]


class Market:
    """Households with a list of beds and one of rides each; points on the lists are of the one half alone."""

    def __init__(self, shard: Shard, riding: RideShard, towns: NDArray[np.int32], beds: Ints, seats: Ints) -> None:
        self.shard, self.riding, self.towns = shard, riding, towns
        self.beds, self.seats = np.maximum(beds, 0), seats
        self.routes = riding.routes
        # In which towns a household could have a bed at all.
        nothing, towns_known = np.zeros(len(beds)), riding.reaches.shape[1]
        self.goes = joint.bed_bonus(shard, towns, nothing, towns_known) > kernels.NO
        self.bed_list, self.ride_list = _none(shard.count), _none(shard.count)

    def find(self, at: Both, one: Round, seed: int) -> None:
        """Map: add to both lists what is best at these prices, each half with the best of the other."""
        beds, seats = at
        by_ride, _ = joint.ride_bonus(self.riding, seats, self.riding.room, self.goes)
        sleeping = Beds(self.shard, self.towns, by_ride)
        sleeping.kept = self.with_rides(self.bed_list, by_ride)
        sleeping.find(beds, one.noise, one.look, seed, one.count, one.keep)
        self.bed_list = self.plain_beds(sleeping.kept.offer)
        by_bed = joint.bed_bonus(self.shard, self.towns, beds, self.riding.reaches.shape[1])
        riding = Seats(self.riding, by_bed)
        riding.kept = self.with_beds(self.ride_list, by_bed)
        riding.find(seats, one.noise, 1.0, seed, one.count, one.keep)
        self.ride_list = self.plain_rides(riding.kept.offer)

    def with_rides(self, found: Candidates, bonus: Bonus) -> Candidates:
        """The beds with what the best ride to their town adds."""
        town = self.towns[found.offer]
        added = np.take_along_axis(bonus, np.maximum(town, 0).astype(np.int64), axis=1)
        return Candidates(found.offer, found.points + added)

    def with_beds(self, found: Candidates, bonus: Bonus) -> Candidates:
        """The rides with what the best bed that they lead to adds."""
        best = np.empty(found.offer.shape, np.float32)
        self._each(joint_kernels.reached, found.offer, self.routes, self.riding.stops, bonus, best)
        return Candidates(found.offer, found.points + best)

    def plain_beds(self, offer: NDArray[np.int32]) -> Candidates:
        """These lists of beds with points of the bed alone."""
        g, points = self.shard.ground, np.zeros(offer.shape, np.float32)
        self._each(joint_kernels.plain_beds, self.shard.seekers, g.offers, g.place, g.spans, g.beds,
                   self.shard.nearness, g.language_weight, offer, points)  # fmt: skip
        return Candidates(offer, points)

    def plain_rides(self, ride: NDArray[np.int32]) -> Candidates:
        """These lists of rides with points of the ride alone."""
        r, points = self.riding, np.zeros(ride.shape, np.float32)
        self._each(joint_kernels.plain_rides, r.riders, r.rides, r.place, r.at_us, *r.weights, ride, points)
        return Candidates(ride, points)

    def _each(self, kernel: Any, *arguments: Any) -> None:
        self.shard.each(lambda first, until: kernel(first, until, *arguments), self.shard.count, SLICE)

    def demand(self, at: Both, temperature: float) -> tuple[Ints, Ints]:
        """Map and reduce: thousandths of people who want each bed and each seat at these prices."""
        threads = self.shard.threads
        beds, seats = (np.zeros((threads, len(some)), np.int64) for some in at)
        width = max(1, -(-self.shard.count // threads))

        def one(first: int, until: int) -> None:
            part = first // width
            joint_kernels.demand(
                first, until, self.bed_list.offer, self.bed_list.points, self.towns, self.ride_list.offer,
                self.ride_list.points, self.routes, self.riding.stops, self.shard.sizes, *at, temperature,
                beds[part], seats[part],
            )  # fmt: skip

        self.shard.each(one, self.shard.count, width)
        return beds.sum(axis=0), seats.sum(axis=0)

    def clear(self, at: Both, one: Round, seed: int, trust: float) -> Both:
        """One round: lists at these prices, then prices at which these lists fill beds and seats."""
        self.find(at, one, seed)
        have = self.beds, self.seats
        low = [np.maximum(0.0, some - trust) for some in at]
        speed = [np.zeros(len(some)) for some in at]
        now: list[Floats] = [*at]
        for temperature in np.geomspace(one.warm, one.cold, one.steps):
            wanted = self.demand((now[0], now[1]), float(temperature))
            for k in range(2):
                following = prices.step(now[k], speed[k], wanted[k], have[k], float(temperature), low[k])
                now[k], speed[k] = following, following - now[k]
        return now[0], now[1]

    def best(self, at: Both, beds: int, rides: int) -> tuple[Candidates, Candidates, Floats]:
        """The best of both lists at these prices, and what the best bed of each household is worth with its ride."""
        by_ride, _ = joint.ride_bonus(self.riding, at[1], self.riding.room, self.goes)
        by_bed = joint.bed_bonus(self.shard, self.towns, at[0], self.riding.reaches.shape[1])
        first, gain = _top(self.bed_list, self.with_rides(self.bed_list, by_ride).points, at[0], beds)
        return first, _top(self.ride_list, self.with_beds(self.ride_list, by_bed).points, at[1], rides)[0], gain

    def bound(self, at: Both) -> float:
        """No plan of both can be worth more: beds and seats at these prices, and what is beyond them."""
        beds, seats = at
        by_ride, _ = joint.ride_bonus(self.riding, seats, self.riding.room, self.goes)
        return float((seats * self.seats).sum()) + prices.bound(Beds(self.shard, self.towns, by_ride), beds, self.beds)


def _none(count: int) -> Candidates:
    return Candidates(np.empty((count, 0), np.int32), np.empty((count, 0), np.float32))


def _top(found: Candidates, points: NDArray[np.float32], at: Floats, count: int) -> tuple[Candidates, Floats]:
    """The best ``count`` of each list by these points less the price, the best first; and the worth of the best."""
    worth = np.where(found.offer >= 0, points - at[found.offer], kernels.NO)
    order = np.argsort(-worth, axis=1, kind="stable")[:, :count]
    offer, alone = np.take_along_axis(found.offer, order, 1), np.take_along_axis(found.points, order, 1)
    return Candidates(offer, alone), np.take_along_axis(worth, order[:, :1], 1)[:, 0]
