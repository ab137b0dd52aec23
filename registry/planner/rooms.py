"""The state of an assignment: who is where, what is free, whose company is under which roof."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import assign, chain_kernels, kernels
from registry.planner.arrays import Bools, Codes, Floats, Households, Ints
from registry.planner.ground import rows_of
from registry.planner.place_kernels import HOME, PERSON
from registry.planner.shards import Candidates

# Beds that a household leaves behind are worth this share of their price, round by round: little by little no hole
# counts on being filled any more.
SHARES = (0.95, 0.9, 0.8, 0.6, 0.3, 0.0)
# What an offer that would be exactly full is preferred by, in points per person.
TIGHT = 0.5


def kinds(households: Households) -> Ints:
    """Who each household is to others under one roof (``assign``), whatever it may have agreed to."""
    h = households
    guarded = (h.men == 0) & (h.women + h.unknown + h.minors > 0)
    lone = (h.women == 0) & (h.men + h.unknown > 0)
    return guarded * assign.GUARDED + lone * assign.LONE_MEN


class Rooms:
    """Beds or seats being given away; offers with the same ``roof`` share one company unless it is ``safe``."""

    def __init__(
        self,
        households: Households,
        beds: Ints,
        roof: Codes,
        safe: Bools,
        wants: Ints | None = None,
        spare: Ints | None = None,
    ) -> None:
        count, offers = len(households), len(beds)
        self.sizes, self.kinds = households.size, kinds(households)
        self.free, self.safe = np.maximum(beds, 0), safe
        self.roofs = np.unique(roof, return_inverse=True)[1].astype(np.int64) if offers else np.empty(0, np.int64)
        self.company = np.zeros((int(self.roofs.max(initial=-1)) + 1, 2), np.int64)
        self.place, self.worth = np.full(count, -1, np.int64), np.zeros(count)
        self.head, self.after = np.full(offers, -1, np.int64), np.full(count, -1, np.int64)
        # What else is needed and there is: child seats, places for wheelchairs, luggage.
        self.wants = np.zeros((count, 0), np.int64) if wants is None else wants
        self.spare = np.zeros((offers, 0), np.int64) if spare is None else spare.copy()
        self.fixed, self.loyal = np.zeros(count, np.bool_), np.zeros(count)
        # Which offers changed when they last chose.
        self.stirred = np.zeros(offers, np.bool_)

    @property
    def _state(self) -> tuple[Any, ...]:
        return (self.place, self.worth, self.free, self.sizes, self.wants, self.spare, self.kinds, self.company,
                self.roofs, self.safe, self.head, self.after)  # fmt: skip

    def put(self, household: int, offer: int, points: float) -> None:
        """A household into an offer, as it was decided elsewhere."""
        self.worth[household] = points
        assign.put(household, offer, self.place, self.free, self.sizes, self.wants, self.spare, self.kinds,
                   self.company, self.roofs, self.head, self.after)  # fmt: skip

    def has_room(self, household: int, offer: int) -> bool:
        """Whether the household may join those who are there and fits in."""
        return bool(assign.has_room(household, offer, self.free, self.sizes, self.wants, self.spare, self.kinds,
                                    self.company, self.roofs, self.safe))  # fmt: skip

    def take_out(self, household: int) -> None:
        """A household out of its offer."""
        assign.take_out(household, self.place, self.free, self.sizes, self.wants, self.spare, self.kinds, self.company,
                        self.roofs, self.head, self.after)  # fmt: skip

    def settle(self, order: NDArray[np.int64], found: Candidates, prices: Floats, share: float = 1.0) -> None:
        """Those of ``order`` without a place into the best candidate that has room."""
        assign.settle(order, found.offer, found.points, prices, share, TIGHT, *self._state)

    def improve(
        self, found: Candidates, prices: Floats, share: float, listed: tuple[Any, ...], *, again: bool = False
    ) -> int:
        """Each offer chooses again, the dearest first; returns how many changed.

        ``again``: only those that have room or changed the last time; all others would choose as they did.
        """
        order = np.argsort(-prices, kind="stable")
        if again:
            order = order[(self.stirred | (self.free > 0))[order]]
        self.stirred[:] = False
        changed: int = assign.improve(order, *listed, found.offer, found.points, prices, share, self.loyal, self.fixed,
                                      self.stirred, np.empty(len(self.sizes), assign.STATE), *self._state)  # fmt: skip
        return changed

    def fill(self, found: Candidates, prices: Floats, after_each: Callable[[], None]) -> None:
        """Everybody into the best that has room, the largest first; then every offer chooses again and again."""
        gain = np.where(found.offer[:, 0] >= 0, found.points[:, 0] - prices[found.offer[:, 0]], 0.0)
        self.settle(np.lexsort((-gain, -self.sizes)), found, prices)
        who = listed(found, len(prices))
        for number, share in enumerate(SHARES):
            self.improve(found, prices, share, who, again=number > 0)
            after_each()

    def guided(self, left: Ints, found: Candidates, patience: int, seed: int) -> int:
        """Those who are left into places, others going elsewhere (``chain_kernels``); how many people are left then."""
        people = rows_of(PERSON, len(self.sizes), size=self.sizes, kind=self.kinds, fixed=self.fixed)
        homes = rows_of(HOME, len(self.free), free=self.free, safe=self.safe, roof=self.roofs, head=self.head)
        one_sided = self.place[None], self.worth[None], self.after[None]
        short: int = chain_kernels.guided(
            left, found.offer, found.points, patience, seed, people, homes, self.company, *one_sided
        )
        self.free[:], self.head[:] = homes["free"], homes["head"]
        return short

    def total(self) -> float:
        """The worth of all who have a place."""
        return float((self.sizes * self.worth)[self.place >= 0].sum())


def listed(found: Candidates, offers: int) -> tuple[Any, ...]:
    """Who has each offer as a candidate, and in which column."""
    start, used = np.zeros(offers + 1, np.int64), int((found.offer >= 0).sum())
    who, column = np.empty(used, np.int32), np.empty(used, np.int16)
    kernels.listed(found.offer, start, who, column)
    return start, who, column
