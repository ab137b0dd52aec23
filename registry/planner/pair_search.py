"""Pairs of a bed and a ride for everybody, at the prices of both: a climb from nothing or from a plan that is there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import pair_kernels, rooms, seats
from registry.planner.arrays import Floats, Households, Ints, RideOffers, StayOffers
from registry.planner.shards import Candidates

# Free beds and seats count for this share of their prices, round by round.
SHARES = (0.95, 0.9, 0.8, 0.6, 0.3, 0.0)
PASSES = 2
_PLENTY = 2**40
Lists = tuple[Any, ...]


class Pairs:
    """Who has which bed and which ride; rides are numbered after all beds."""

    def __init__(self, households: Households, stays: StayOffers, rides: RideOffers, seat_count: Ints) -> None:
        s, count, beds = stays.rows, len(households), len(stays.rows)
        self.first_ride, self.sizes, self.kinds = beds, households.size, rooms.kinds(households)
        self.free = np.concatenate([np.maximum(s.beds, 0), seat_count])
        self.safe = np.concatenate([s.woman_lives, seats.safe(rides)])
        roofs = np.unique(s.roof, return_inverse=True)[1].astype(np.int64)
        under = int(roofs.max(initial=-1)) + 1
        self.roofs = np.concatenate([roofs, under + np.arange(len(seat_count))])
        self.company = np.zeros((under + len(seat_count), 2), np.int64)
        self.wants = seats.needs(households)
        self.spare = np.concatenate([np.full((beds, self.wants.shape[1]), _PLENTY), seats.spare(rides)])
        self.head = np.full(len(self.free), -1, np.int64)
        self.place, self.after = np.full((2, count), -1, np.int64), np.full((2, count), -1, np.int64)
        self.worth, self.loss = np.zeros((2, count)), np.zeros((2, count))

    @property
    def _state(self) -> tuple[Any, ...]:
        return self.free, self.sizes, self.wants, self.spare, self.kinds, self.company, self.roofs, self.safe

    def settle(self, rows: Ints, bed: Ints, ride: Ints, points: Floats, lists: Lists) -> Lists:
        """These households into these pairs, while there is room; lists that begin with them."""
        later = ride + self.first_ride
        pair_kernels.settle(rows, bed, later, points, self.place, self.worth, *self._state, self.head, self.after)
        own = rows[self.place[0, rows] >= 0], self.place[0, rows] >= 0
        beds, bed_points = _first(lists[0], lists[1], own[0], bed[own[1]], points[0, own[1]])
        rides, ride_points = _first(lists[2], lists[3], own[0], later[own[1]], points[1, own[1]])
        return beds, bed_points, rides, ride_points, *lists[4:]

    def climb(self, lists: Lists, at: Floats, order: NDArray[np.int64], share: float) -> int:
        """One pass over everybody; returns how many moved."""
        where = self.place, self.worth, self.loss, *self._state
        pair_kernels.all_losses(*lists, self.first_ride, at, share, *where)
        moved: int = pair_kernels.climb(order, *lists, self.first_ride, at, share, *where, self.head, self.after)
        return moved

    def places(self) -> tuple[Any, Any]:
        """The row of the bed and of the ride of each household, -1 where none."""
        bed, ride = self.place
        return bed.copy(), np.where(ride >= 0, ride - self.first_ride, -1)

    @property
    def total(self) -> float:
        """The worth of all who have both."""
        return float((self.sizes * self.worth.sum(axis=0))[self.place[0] >= 0].sum())


def lists_of(beds: Candidates, rides: Candidates, towns: NDArray[np.int32], stops: NDArray[np.int32]) -> Lists:
    """Candidates as the climb reads them: rides by the number they have after all beds, and where each one stops."""
    later = np.where(rides.offer >= 0, rides.offer + len(towns), -1).astype(np.int32)
    return beds.offer, beds.points, later, rides.points, towns, stops


def _first(offer: NDArray[Any], points: NDArray[Any], rows: Ints, own: Ints, worth: Floats) -> tuple[Any, Any]:
    """Lists with one more column, in which these households have their own before all others."""
    wide, more = np.pad(offer, ((0, 0), (0, 1)), constant_values=-1), np.pad(points, ((0, 0), (0, 1)))
    wide[rows, 1:], more[rows, 1:] = offer[rows], points[rows]
    wide[rows, 0], more[rows, 0] = own, worth
    return wide, more
