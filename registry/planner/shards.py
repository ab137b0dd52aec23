"""The work over households as a map and a reduce: prices go out to the shards, whole numbers come back and are added.

A shard is some of the households with all the offers. What it gives depends on its own rows and their numbers only
(noise is drawn by ``first + row``), so any cut into shards, on any machines, gives the same sums and the same plan.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from os import sched_getaffinity
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from registry.planner import kernels
from registry.planner.arrays import Cancelled, Cancelling, Floats, Households, Ints, StayOffers
from registry.planner.ground import BLOCK, Ground, ground, seekers, spoken
from registry.rules.policy import Policy

SLICE = 1024
Task = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The offers that a household may come to use, (n, k), the best first: row of the offer (-1: none) and points."""

    offer: NDArray[np.int32]
    points: NDArray[np.float32]


class Workers(Protocol):
    """Who holds the shards of the households. Each call goes to all of them and candidates stay where they were found.

    Prices are per bed, one for each offer. ``Shard`` is the one-shard answer; another may be made of many, anywhere.
    """

    def find(self, prices: Floats, noise: float, look: float, seed: int, count: int, keep: int) -> None:
        """Map: find the ``count`` best offers by points minus price plus noise; keep the ``keep`` best of all found.

        ``look``: in what share of the blocks of offers each household looks, if it finds enough there.
        """

    def demand(self, prices: Floats, temperature: float) -> Ints:
        """Map and reduce: thousandths of people who want each offer at these prices, added."""

    def surplus(self, prices: Floats) -> float:
        """Map and reduce: size times the best of points minus price among all offers, or nothing, added."""

    def candidates(self, prices: Floats, count: int) -> Candidates:
        """The best ``count`` kept candidates of all households, in their order, by points minus price."""


class Shard:
    """Households number ``first`` and on, with all offers, on the threads of this machine."""

    def __init__(
        self,
        households: Households,
        offers: StayOffers,
        policy: Policy,
        *,
        first: int = 0,
        threads: int = 0,
        cancelled: Cancelling | None = None,
        laid_out: Ground | None = None,
    ) -> None:
        self.policy, self.first, self.count = policy, first, len(households)
        self.threads, self.cancelled = threads or len(sched_getaffinity(0)), cancelled
        self.sizes = households.size
        self.seekers = seekers(households, policy)
        self.ground = laid_out or ground(offers, policy, spoken(households))
        h = self.seekers
        # Whoever asks for the same stands together, so that each tells the next how much is to be had.
        self.order = np.lexsort((h["languages"], h["need"], h["km_weight"], households.lat, households.lon))
        self.kept = Candidates(np.empty((self.count, 0), np.int32), np.empty((self.count, 0), np.float32))

    @property
    def nearness(self) -> float:
        """Points of an offer at no distance."""
        return float(self.policy.weight_distance)

    def find(self, prices: Floats, noise: float, look: float, seed: int, count: int, keep: int) -> None:
        """See Workers."""
        self.kept = widened(self.kept, keep)
        common = self._common(prices, self.ground.beds)

        def one(first: int, until: int) -> None:
            order, size = self.order[first:until], until - first
            found, points, best = np.empty((size, count), np.int32), np.empty((size, count), np.float32), np.empty(size)
            kernels.scan(
                order, self.seekers, *common, noise, look, seed, self.first, kernels.NO / 2, found, points, best
            )
            kernels.merge(order, found, points, self.kept.offer, self.kept.points, prices)

        self.each(one, self.count, SLICE)

    def demand(self, prices: Floats, temperature: float) -> Ints:
        """See Workers."""
        wanted = np.zeros((self.threads, len(prices)), np.int64)
        width = -(-self.count // self.threads)

        def one(first: int, until: int) -> None:
            kernels.demand(
                first, until, self.kept.offer, self.kept.points, self.sizes, prices, temperature, wanted[first // width]
            )

        self.each(one, self.count, max(width, 1))
        total: Ints = wanted.sum(axis=0)
        return total

    def surplus(self, prices: Floats) -> float:
        """See Workers."""
        return float((self.sizes * self.surpluses(prices)).sum())

    def surpluses(self, prices: Floats) -> Floats:
        """The best of points minus price per person of each household, or nothing."""
        return self.best(prices, self.ground.beds, 1, 0.0)[2]

    def best(self, prices: Floats, room: Ints, count: int, floor: float) -> tuple[Any, Any, Floats]:
        """The ``count`` best offers with so much ``room`` (by place on the ground) above ``floor``, points, worth."""
        offers, points = np.empty((self.count, count), np.int32), np.empty((self.count, count), np.float32)
        worth, common = np.empty(self.count), self._common(prices, room)

        def one(first: int, until: int) -> None:
            order, size = self.order[first:until], until - first
            found, found_points, best = (
                np.empty((size, count), np.int32),
                np.empty((size, count), np.float32),
                np.empty(size),
            )
            kernels.scan(order, self.seekers, *common, 0.0, 1.0, 0, self.first, floor, found, found_points, best)
            offers[order], points[order], worth[order] = found, found_points, best

        self.each(one, self.count, SLICE)
        return offers, points, worth

    def candidates(self, prices: Floats, count: int) -> Candidates:
        """See Workers."""
        narrow = widened(Candidates(self.kept.offer[:, :0], self.kept.points[:, :0]), count)

        def one(first: int, until: int) -> None:
            rows = np.arange(first, until)
            found, points = self.kept.offer[first:until], self.kept.points[first:until]
            kernels.merge(rows, found, points, narrow.offer, narrow.points, prices)

        self.each(one, self.count, SLICE)
        return narrow

    def extended(self, buyers: "Shard", surpluses: Floats) -> Floats:
        """A price for each offer: the most that one of the buyers would pay beyond what it gains elsewhere."""
        g = self.ground
        prices = np.zeros(len(g.offers))

        def one(first: int, until: int) -> None:
            kernels.extend(
                first, until, buyers.seekers, surpluses, g.offers, g.spans, g.supers, g.beds, self.nearness,
                g.language_weight, BLOCK * BLOCK, prices,
            )  # fmt: skip

        self.each(one, len(g.supers), 1)
        return prices[g.place]

    def exact(self, offer: NDArray[Any]) -> tuple[Floats, Floats]:
        """Points per person and km of each household with its offer (row or -1): NO where the gate refuses the pair."""
        g = self.ground
        points, kms = np.zeros(self.count), np.zeros(self.count)
        place = np.where(offer >= 0, g.place[offer] if len(g.place) else -1, -1).astype(np.int64)
        kernels.exact(self.seekers, g.offers, g.spans, g.beds, self.nearness, g.language_weight, place, points, kms)
        return points, kms

    def _common(self, prices: Floats, room: Ints) -> tuple[Any, ...]:
        """What every scan at these prices needs, in the order of the kernel's arguments."""
        g = self.ground
        here = prices[g.offers["row"]]
        tops = (*kernels.tops(g.offers, room, here, BLOCK), *kernels.tops(g.offers, room, here, BLOCK * BLOCK))
        return (g.offers, g.spans, g.blocks, g.supers, room, here, *tops, self.nearness, g.language_weight)

    def each(self, task: Task, count: int, width: int) -> None:
        """Do the task for all of ``count`` in slices, on all threads; raises Cancelled soon after somebody asks."""
        with ThreadPoolExecutor(self.threads) as pool:
            waiting = {pool.submit(task, first, until) for first, until in _slices(count, width)}
            while waiting:
                done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                try:
                    self.stop_if_asked()
                except Cancelled:
                    pool.shutdown(wait=True, cancel_futures=True)
                    raise

    def stop_if_asked(self) -> None:
        """Raises Cancelled when somebody asked for it."""
        if self.cancelled and self.cancelled():
            raise Cancelled


def _slices(count: int, width: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, width):
        yield first, min(first + width, count)


def widened(kept: Candidates, keep: int) -> Candidates:
    """The same candidates with room for ``keep``, at least."""
    more = keep - kept.offer.shape[1]
    if more <= 0:
        return kept
    return Candidates(
        np.pad(kept.offer, ((0, 0), (0, more)), constant_values=-1), np.pad(kept.points, ((0, 0), (0, more)))
    )


def added(parts: Iterable[Ints]) -> Ints:
    """The reduce: demand of all shards together."""
    total: Ints = sum(parts, np.zeros(1, np.int64))
    return total
