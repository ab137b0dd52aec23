"""The work over households as a map and a reduce: prices go out to the shards, whole numbers come back and are added.

A shard is some of the households with all the offers. What it gives depends on its own rows and their numbers only
(noise is drawn by ``first + row``), so any cut into shards, on any machines, gives the same sums.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from registry.planner.arrays import Floats, Households, Ints, StayOffers
from registry.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Shard:
    """Households ``first`` to ``first + len(households)`` of all."""

    first: int
    households: Households
    offers: StayOffers
    policy: Policy


@dataclass(frozen=True, slots=True)
class Candidates:
    """The offers that a household may come to use, (n, k): row of the offer (-1: none) and points per person."""

    offer: NDArray[np.int32]
    points: NDArray[np.float32]


class Workers(Protocol):
    """Who holds the shards. Each call goes to all of them; ``candidates`` are kept where they were found."""

    def sample(self, prices: Floats, noise: float, seed: int, count: int) -> None:
        """Find ``count`` candidates for each household, the best by points minus price plus noise, and keep them."""

    def demand(self, prices: Floats, step: int) -> Ints:
        """People who want each offer at these prices, summed over all shards, as whole thousandths of a person."""

    def surplus(self, prices: Floats) -> float:
        """Sum of size times the best points minus price over all offers (never below 0): the bound without beds."""

    def candidates(self) -> Candidates:
        """The kept candidates of all households, in order."""


Mapper = Callable[[Shard], object]
