"""Pairs of a bed and a ride for everybody, at the prices of both: a climb from nothing or from a plan that is there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import pair_kernels, rooms, seats
from registry.planner.arrays import Floats, Households, Ints, RideOffers, StayOffers
from registry.planner.ground import rows_of
from registry.planner.place_kernels import HOME, PERSON
from registry.planner.shards import Candidates

PASSES = 2
_PLENTY = 2**40
Lists = tuple[Any, ...]


class Pairs:
    """Who has which bed and which ride; rides are numbered after all beds. ``prices``: of both, in that order."""

    def __init__(
        self, households: Households, stays: StayOffers, rides: RideOffers, seat_count: Ints, prices: Floats
    ) -> None:
        s, count, beds = stays.rows, len(households), len(stays.rows)
        self.first_ride, wants, spare = beds, seats.needs(households), seats.spare(rides)
        roofs = np.unique(s.roof, return_inverse=True)[1].astype(np.int64)
        under = int(roofs.max(initial=-1)) + 1
        names = ("first", "second", "third")
        self.people = rows_of(
            PERSON, count, size=households.size, kind=rooms.kinds(households),
            **{name: wants[:, k] for k, name in enumerate(names)},
        )  # fmt: skip
        self.homes = rows_of(
            HOME,
            beds + len(seat_count),
            price=prices,
            free=np.concatenate([np.maximum(s.beds, 0), seat_count]),
            safe=np.concatenate([s.woman_lives, seats.safe(rides)]),
            roof=np.concatenate([roofs, under + np.arange(len(seat_count))]),
            head=np.full(beds + len(seat_count), -1),
            **{name: np.concatenate([np.full(beds, _PLENTY), spare[:, k]]) for k, name in enumerate(names)},
        )
        self.company = np.zeros((under + len(seat_count), 2), np.int64)
        self.place, self.after = np.full((2, count), -1, np.int64), np.full((2, count), -1, np.int64)
        self.worth, self.loss = np.zeros((2, count)), np.zeros((2, count))

    @property
    def _state(self) -> tuple[Any, ...]:
        return self.people, self.homes, self.company, self.place, self.worth, self.after

    def settle(self, rows: Ints, bed: Ints, ride: Ints, points: Floats, lists: Lists) -> Lists:
        """These households into these pairs, while there is room; lists that begin with them."""
        later = ride + self.first_ride
        pair_kernels.settle(rows, bed, later, points, *self._state)
        there = self.place[0, rows] >= 0
        beds, bed_points = _first(lists[0], lists[1], rows[there], bed[there], points[0, there])
        rides, ride_points = _first(lists[2], lists[3], rows[there], later[there], points[1, there])
        return beds, bed_points, rides, ride_points, *lists[4:]

    def climb(self, lists: Lists, order: NDArray[np.int64], share: float) -> int:
        """One pass over everybody; returns how many moved."""
        moved: int = pair_kernels.climb(order, *lists, self.first_ride, share, *self._state, self.loss)
        return moved

    def places(self) -> tuple[Any, Any]:
        """The row of the bed and of the ride of each household, -1 where none."""
        bed, ride = self.place
        return bed.copy(), np.where(ride >= 0, ride - self.first_ride, -1)


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
