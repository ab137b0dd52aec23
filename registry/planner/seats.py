"""Households and rides laid out for the scan: rides by origin, each pair asked the whole gate of rides."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import kernels, ride_kernels, ride_scan_kernels
from registry.planner.arrays import NEVER, Bools, Cancelling, Floats, Households, Ints, RideOffers, Settings
from registry.planner.ground import at_most, folded, rows_of
from registry.planner.shards import Crowd, Found, Scanner, new_found

# Households as the scan reads them.
RIDER = np.dtype(
    [("urgency", np.float64), ("languages", np.uint64), ("earliest_us", np.int64)]
    + [(name, np.int32) for name in ("size", "child_seats", "wheelchairs", "luggage", "origin", "destination")]
    + [(name, np.int32) for name in ("men", "pets", "guarded", "may_agree", "alone", "lone", "possible")]
    + [(name, np.int32) for name in ("agreed_until", "child_until", "padding")],
)
RIDE = np.dtype(
    [("leaves_us", np.int64), ("until_us", np.int64), ("languages", np.uint64)]
    + [(name, np.int32) for name in ("row", "origin", "route", "day", "seats", "child_seats")]
    + [("wheelchairs", np.int32), ("luggage", np.int32)]
    + [(name, np.int32) for name in ("takes_men", "pets", "private", "men_only", "fragile", "broken")],
)
WHAT = ("child_seats", "wheelchairs", "luggage")


def riders(households: Households) -> NDArray[np.void]:
    """Households ready for the scan of rides."""
    h = households
    possibly_men = h.men + h.unknown
    return rows_of(
        RIDER,
        len(h),
        urgency=h.urgency,
        languages=h.languages,
        earliest_us=h.earliest_us,
        size=np.minimum(h.size, 2**31 - 1),
        child_seats=h.child_seats,
        wheelchairs=h.wheelchairs,
        luggage=h.luggage,
        origin=h.origin,
        destination=h.destination,
        men=possibly_men > 0,
        pets=h.pets,
        guarded=(h.men == 0) & (h.women + h.unknown + h.minors > 0),
        may_agree=h.women + h.unknown > 0,
        alone=(h.women == 0) & (possibly_men == 0),
        lone=(h.women == 0) & (possibly_men > 0),
        # A household without anybody; an ended stay is no reason against a ride.
        possible=h.size > 0,
        agreed_until=h.agreed_until,
        child_until=h.child_until,
    )


def needs(households: Households) -> Ints:
    """What a household needs beside seats, (n, 3): child seats, places for wheelchairs, luggage."""
    return np.stack([getattr(households, name) for name in WHAT], axis=1).astype(np.int64)


def spare(offers: RideOffers) -> Ints:
    """What a ride has beside seats, (m, 3)."""
    return np.stack([getattr(offers.rows, name) for name in WHAT], axis=1).astype(np.int64)


class RideShard(Crowd):
    """Households before all rides from where they are; ``room`` is (m, 4): seats and the three of ``needs``."""

    def __init__(
        self, households: Households, offers: RideOffers, settings: Settings, cancelled: Cancelling | None = None
    ) -> None:
        self.policy, self.at_us, self.reaches = settings.policy, offers.at_us, offers.reaches
        self.routes, self.stops = offers.rows.route, stops_of(offers.reaches)
        self.riders, r = riders(households), offers.rows
        by_origin = np.lexsort((r.leaves_us, r.route, r.origin))
        by_origin = by_origin[r.possible[by_origin]]
        self.rides = rows_of(
            RIDE, len(by_origin), row=by_origin, **{n: getattr(r, n)[by_origin] for n in RIDE.names or () if n != "row"}
        )
        origins = int(max(r.origin.max(initial=-1), households.origin.max(initial=-1))) + 1
        # Where the rides of each route from each place begin; those of one route stand together.
        routes = len(offers.reaches)
        number = r.origin[by_origin].astype(np.int64) * routes + r.route[by_origin]
        self.start = np.searchsorted(number, np.arange(origins * routes + 1)).astype(np.int64)
        self.place = np.full(len(r), -1, np.int64)
        self.place[by_origin] = np.arange(len(by_origin))
        self._sketch = _sketch(self.rides, offers.at_us)
        self._widest = int(np.diff(self.start).max(initial=1))
        self._room = np.concatenate([r.seats[:, None], spare(offers)], axis=1).astype(np.int64)
        super().__init__(households.size, np.argsort(households.origin, kind="stable"), settings.threads, cancelled)

    @property
    def room(self) -> Ints:
        """Seats, child seats, places for wheelchairs and luggage of every ride, by row outside."""
        return self._room

    @property
    def weights(self) -> tuple[float, ...]:
        """Points of no wait, of a language, of a child's seat, and the longest wait in minutes."""
        p = self.policy
        return (
            float(p.weight_distance),
            float(p.weight_language),
            float(p.weight_children),
            float(p.ride_longest_wait_minutes),
        )

    def _before(self, prices: Floats, room: Ints) -> tuple[Any, ...]:
        """What every scan reads beside the households."""
        rows = self.rides["row"]
        gain = at_most(-prices[rows])
        best = np.full(len(self.start) - 1, kernels.NO, np.float32)
        some = np.flatnonzero(np.diff(self.start))
        if len(some):
            best[some] = np.maximum.reduceat(gain, self.start[some])
        narrow = np.ascontiguousarray(np.minimum(room[rows], 2**31 - 1).T.astype(np.int32))
        return (*self._sketch, room, narrow, prices, gain, best, self.at_us, *self.weights, NEVER)

    def _desk(self) -> tuple[Any, Any]:
        """What one thread writes on while it scans."""
        return np.empty(1, ride_scan_kernels.WHAT), np.empty(self._widest, np.float32)

    def scanner(self, prices: Floats, room: Ints, noise: float, look: float, seed: int, floor: float) -> Scanner:
        """See Crowd; every ride is looked at."""
        del look
        return self.scan_with(np.empty((0, 0), np.float32), prices, room, noise, seed, floor)

    def scan_with(
        self, bonus: NDArray[np.float32], prices: Floats, room: Ints, noise: float, seed: int, floor: float
    ) -> Scanner:
        """As ``scanner``, with what the best bed in each town is worth added to the rides there; (0, 0): nothing."""
        places = self.riders, self.rides, self.start, self.reaches, self.stops
        common = self._before(prices, room)

        def scan(order: Ints, count: int) -> Found:
            found = new_found(len(order), count)
            ride_scan_kernels.scan(order, *places, *common, bonus, noise, seed, self.first, floor, *self._desk(),
                                   *found)  # fmt: skip
            return found

        return scan

    def by_town(self, prices: Floats, room: Ints, goes: Bools) -> Callable[[Ints], tuple[Any, Any]]:
        """What finds for some households and each town the best ride there (row or -1) and its points, (len, towns).

        ``goes`` (n, towns): which towns are asked for; of others nothing is said, or something.
        """
        places = self.riders, self.rides, self.start, self.reaches, self.stops
        common = self._before(prices, room)

        def scan(order: Ints) -> tuple[Any, Any]:
            shape = (len(order), self.reaches.shape[1])
            ride, points = np.full(shape, -1, np.int32), np.full(shape, kernels.NO)
            ride_scan_kernels.by_town(order, *places, goes, *common, *self._desk(), ride, points)
            return ride, points

        return scan

    def exact(self, ride: NDArray[Any]) -> Floats:
        """Points per person of each household with its ride (row or -1): NO where the gate refuses the pair."""
        points = np.zeros(self.count)
        place = np.where(ride >= 0, self.place[ride] if len(self.place) else -1, -1).astype(np.int64)
        points[(ride >= 0) & (place < 0)] = kernels.NO
        ride_kernels.exact(self.riders, self.rides, self.reaches, self.room, self.at_us, *self.weights, place, points)
        return points


def _sketch(rides: NDArray[np.void], at_us: int) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """Rides in 32 bits for estimates: when they leave and until when at most, in minutes; flags and languages."""
    k = ride_scan_kernels
    leaves, until = (
        np.clip((rides[name] - at_us) / 60e6, -k.FAR_MINUTES, k.FAR_MINUTES) for name in ("leaves_us", "until_us")
    )
    flags = (
        k.PETS * (rides["pets"] > 0)
        | k.MEN * (rides["takes_men"] > 0)
        | k.NOT_PRIVATE * (rides["private"] == 0)
        | k.NOT_MEN_ONLY * (rides["men_only"] == 0)
        | k.NOT_FRAGILE * (rides["fragile"] == 0)
        | k.NOT_BROKEN * (rides["broken"] == 0)
    )
    times = np.stack([leaves, until + k.STRAY_MINUTES]).astype(np.float32)
    return times, np.stack([flags.astype(np.uint32), folded(rides["languages"])])


def safe(offers: RideOffers) -> Bools:
    """Rides with a woman in the crew, where nobody is alone with men."""
    return offers.rows.woman_drives


def stops_of(reaches: Bools) -> NDArray[np.int32]:
    """The towns of each route, (routes, most), -1 after the last."""
    found = np.full((len(reaches), int(reaches.sum(axis=1).max(initial=1))), -1, np.int32)
    for route, row in enumerate(reaches):
        towns = np.flatnonzero(row)
        found[route, : len(towns)] = towns
    return found
