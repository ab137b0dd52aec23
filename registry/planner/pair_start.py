"""Prices of beds and seats to begin with: what the households of a thinned-out market would pay for everything.

On a large market most beds and seats are on nobody's list, so lists alone bring no price near the right one. Some of
the households, with their share of the beds and of the rides, are cleared first; at those prices each of them knows
what a pair is worth to it, and bids for every bed and every seat what is beyond that.
"""

import numpy as np

from registry.planner import joint, joint_kernels, kernels, prices
from registry.planner.arrays import Floats, RideOffers
from registry.planner.joint import Beds
from registry.planner.pair_prices import Both, Market
from registry.planner.seats import RideShard


def thinned(count: int, beds: int, rides: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of some households, and of their share of the beds and of the rides."""
    share = min(1.0, prices.THIN_HOUSEHOLDS / max(count, 1))
    random = np.random.default_rng([seed, count, beds, rides])
    return prices.some(random, count, share), prices.some(random, beds, share), prices.some(random, rides, share)


def some_rides(offers: RideOffers, rows: np.ndarray) -> RideOffers:
    """These rides with the routes as they are."""
    return RideOffers(offers.rows.take(rows), offers.reaches, offers.at_us)


def bids(whole: Market, few: Market, at: Both) -> Both:
    """A price for each bed and each seat of the whole market: the most that one of the few would pay for it."""
    by_ride, _ = joint.ride_bonus(few.riding, at[1], few.riding.room, few.goes)
    # Where the few found no bed they know no price: one that begins too low rises, one too high stays for long.
    by_ride = np.where(few.goes, by_ride, np.float32(kernels.NO))
    by_bed = joint.bed_bonus(few.shard, few.towns, at[0], few.riding.reaches.shape[1])
    sleeping = Beds(few.shard, few.towns, by_ride)
    surplus = sleeping.best(at[0], sleeping.room, 1, 0.0)[2]
    beds = _for_beds(Beds(whole.shard, whole.towns, by_ride), few, surplus)
    return _less(beds), _less(_for_seats(whole.riding, few.riding, surplus, by_bed))


def _less(found: Floats) -> Floats:
    below: Floats = np.maximum(0.0, found - prices.OVERBID)
    return below


def _for_beds(every: Beds, few: Market, surplus: Floats) -> Floats:
    g, found = every.shard.ground, np.zeros(len(every.shard.ground.offers))
    tops = kernels.tops(g.offers, g.beds, found)

    def one(first: int, until: int) -> None:
        joint_kernels.extend_beds(
            first, until, few.shard.seekers, surplus, g.offers, g.spans, g.boxes, g.beds, *tops, every.shard.nearness,
            g.language_weight, *every.there, found,
        )  # fmt: skip

    every.each(one, len(g.boxes), 1)
    return found[g.place]


def _for_seats(every: RideShard, few: RideShard, surplus: Floats, by_bed: joint.Bonus) -> Floats:
    found = np.zeros(len(every.rides))

    def one(first: int, until: int) -> None:
        joint_kernels.extend_rides(
            first, until, few.riders, surplus, every.rides, every.start, every.reaches, every.stops, every.room,
            every.at_us, *every.weights, by_bed, found,
        )  # fmt: skip

    every.each(one, len(every.start) - 1, 16)
    by_row = np.zeros(len(every.place))
    by_row[every.rides["row"]] = found
    return by_row
