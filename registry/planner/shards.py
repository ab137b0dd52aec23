"""The work over households as a map and a reduce: prices go out to the shards, whole numbers come back and are added.

A shard is some of the households with all the offers. What it gives depends on its own rows and their numbers only
(noise is drawn by ``first + row``), so any cut into shards, on any machines, gives the same sums and the same plan.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from registry.planner import kernels, scan_kernels
from registry.planner.arrays import Cancelled, Cancelling, Floats, Households, Ints, StayOffers
from registry.planner.ground import Ground, at_most, ground, seekers
from registry.rules.policy import Policy

SLICE = 1024
Task = Callable[[int, int], None]
Found = tuple[NDArray[np.int32], NDArray[np.float32], Floats]
Scanner = Callable[[Ints, int], Found]


def processors() -> int:
    """How many this process may use; macOS cannot say and has them all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Candidates:
    """The offers that a household may come to use, (n, k), the best first: row of the offer (-1: none) and points."""

    offer: NDArray[np.int32]
    points: NDArray[np.float32]

    def wider(self, keep: int) -> "Candidates":
        """The same with room for ``keep``, at least."""
        more = keep - self.offer.shape[1]
        if more <= 0:
            return self
        wide = np.pad(self.offer, ((0, 0), (0, more)), constant_values=-1)
        return Candidates(wide, np.pad(self.points, ((0, 0), (0, more))))


class Workers(Protocol):
    """Who holds the shards of the households. Each call goes to all of them and candidates stay where they were found.

    Prices are per bed, one for each offer. ``Shard`` is the one-shard answer; another may be made of many, anywhere.
    """

    def find(self, prices: Floats, noise: float, look: float, seed: int, count: int, keep: int) -> None:
        """Map: find the ``count`` best offers by points minus price plus noise; keep the ``keep`` best of all found.

        ``look``: in what share of the offers around it each household looks, if it finds enough there.
        """

    def demand(self, prices: Floats, temperature: float) -> Ints:
        """Map and reduce: thousandths of people who want each offer at these prices, added."""

    def surplus(self, prices: Floats) -> float:
        """Map and reduce: size times the best of points minus price among all offers, or nothing, added."""

    def candidates(self, prices: Floats, count: int) -> Candidates:
        """The best ``count`` kept candidates of all households, in their order, by points minus price.

        What is kept may be put in order for it and given away itself.
        """


class Crowd:
    """Households number ``first`` and on, with the candidates they keep, on the threads of this machine."""

    def __init__(self, sizes: Ints, order: Ints, threads: int, cancelled: Cancelling | None, first: int = 0) -> None:
        self.sizes, self.order, self.count, self.first = sizes, order, len(sizes), first
        self.threads, self.cancelled = threads or processors(), cancelled
        self.forget()

    def forget(self) -> None:
        """No candidates are kept: none were found yet, or they have been handed on and take half of all memory."""
        self.kept = Candidates(np.empty((self.count, 0), np.int32), np.empty((self.count, 0), np.float32))

    def scanner(self, prices: Floats, room: Any, noise: float, look: float, seed: int, floor: float) -> Scanner:
        """What finds the best offers of some households at these prices and with so much room."""
        raise NotImplementedError

    @property
    def room(self) -> Any:
        """What there is of everything, as ``scanner`` takes it."""
        raise NotImplementedError

    def find(self, prices: Floats, noise: float, look: float, seed: int, count: int, keep: int) -> None:
        """See Workers."""
        self.kept = self.kept.wider(keep)
        scan = self.scanner(prices, self.room, noise, look, seed, kernels.NO / 2)

        def one(first: int, until: int) -> None:
            order = self.order[first:until]
            found, points, _ = scan(order, count)
            kernels.merge(order, found, points, self.kept.offer, self.kept.points, prices)

        self.each(one, self.count, SLICE)

    def demand(self, prices: Floats, temperature: float) -> Ints:
        """See Workers."""
        wanted = np.zeros((self.threads, len(prices)), np.int64)
        width = max(1, -(-self.count // self.threads))

        def one(first: int, until: int) -> None:
            part = wanted[first // width]
            kernels.demand(first, until, self.kept.offer, self.kept.points, self.sizes, prices, temperature, part)

        self.each(one, self.count, width)
        total: Ints = wanted.sum(axis=0)
        return total

    def surplus(self, prices: Floats) -> float:
        """See Workers."""
        return float((self.sizes * self.surpluses(prices)).sum())

    def surpluses(self, prices: Floats) -> Floats:
        """The best of points minus price per person of each household, or nothing."""
        return self.best(prices, self.room, 1, 0.0)[2]

    def best(
        self,
        prices: Floats,
        room: Any,
        count: int,
        floor: float,
        *,
        noise: float = 0.0,
        seed: int = 0,
        rows: Ints | None = None,
    ) -> tuple[Any, Any, Floats]:
        """The ``count`` best offers with so much ``room`` and worth more than ``floor``, points, the top worth.

        A row for each household, or for each of ``rows``.
        """
        row, order = self._some(rows)
        offers, points = np.empty((len(order), count), np.int32), np.empty((len(order), count), np.float32)
        worth, scan = np.empty(len(order)), self.scanner(prices, room, noise, 1.0, seed, floor)

        def one(first: int, until: int) -> None:
            some = order[first:until]
            at = row[some]
            offers[at], points[at], worth[at] = scan(some, count)

        self.each(one, len(order), SLICE)
        return offers, points, worth

    def _some(self, rows: Ints | None) -> tuple[Ints, Ints]:
        """In which row of an answer each household stands (-1: in none), and those who do in the order of the scan."""
        if rows is None:
            return np.arange(self.count), self.order
        row = np.full(self.count, -1, np.int64)
        row[rows] = np.arange(len(rows))
        return row, self.order[row[self.order] >= 0]

    def candidates(self, prices: Floats, count: int) -> Candidates:
        """See Workers."""
        kept, is_wide = self.kept, self.kept.offer.shape[1] != count
        best = Candidates(kept.offer[:, :0], kept.points[:, :0]).wider(count) if is_wide else kept

        def one(first: int, until: int) -> None:
            found, points = kept.offer[first:until], kept.points[first:until]
            if not is_wide:
                found, points = found.copy(), points.copy()
                best.offer[first:until] = -1
            kernels.merge(np.arange(first, until), found, points, best.offer, best.points, prices)

        self.each(one, self.count, SLICE)
        return best

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


class There(NamedTuple):
    """In which town each bed is, by place on the ground, -1 in none; rows ``start[k]:start[k + 1]`` of ``of_box`` are
    those of box k. ``bonus`` (n, towns): what a household gains by a bed in that town, NO where it does not get to.
    """

    towns: NDArray[np.int32]
    start: Ints
    of_box: NDArray[np.int32]
    bonus: NDArray[np.float32]


# What offers are good for a household, and how good beside its urgency.
SAME = ("minors", "until_day", "from_day", "night", "day", "size", "limit2", "possible", "minds", "languages", "need",
        "km_weight")  # fmt: skip
# Beds wherever they are.
ANYWHERE = There(np.empty(0, np.int32), np.zeros(1, np.int64), np.empty(0, np.int32), np.empty((0, 0), np.float32))


class Shard(Crowd):
    """Households before all beds. Shards of one plan share ``laid_out``, the offers as the scan reads them."""

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
        self.policy, self.nearness = policy, float(policy.weight_distance)
        self.seekers = h = seekers(households, policy)
        self.ground = laid_out or ground(offers, policy)
        # Whoever asks for the same stands together, so that each tells the next how much is to be had.
        order = np.lexsort((*(h[name] for name in SAME), households.lat, households.lon))
        super().__init__(households.size, order, threads, cancelled, first)

    def surpluses(self, prices: Floats) -> Floats:
        """See Crowd: those who differ in urgency alone have the same best offer, one looks for all of them."""
        is_first = np.ones(self.count, np.bool_)
        is_first[1:] = False
        for name in (*SAME, "x", "y", "z"):
            values = self.seekers[name][self.order]
            is_first[1:] |= values[1:] != values[:-1]
        best, _, _ = self.best(prices, self.room, 1, kernels.NO / 2, rows=self.order[is_first])
        offer = np.empty(self.count, np.int32)
        offer[self.order] = best[np.cumsum(is_first) - 1, 0]
        points, _ = self.exact(offer)
        surplus: Floats = np.where(offer >= 0, np.maximum(0.0, points - prices[offer]), 0.0)
        return surplus

    def before(self, offers: StayOffers) -> "Shard":
        """The same households before other offers."""
        other = copy(self)
        other.ground = ground(offers, self.policy)
        return other

    @property
    def room(self) -> Ints:
        """Beds, by place on the ground."""
        return self.ground.beds

    def _before(self, prices: Floats, room: Ints) -> tuple[Any, ...]:
        """What every scan reads beside the households."""
        g = self.ground
        here = prices[g.offers["row"]]
        gain = g.offers["points"] - here
        both = at_most(np.stack([gain, gain + g.offers["friendly"]]))
        narrow = np.minimum(room, 2**31 - 1).astype(np.int32)
        most = at_most(kernels.tops(g.offers, room, here)[0])
        return g.offers, g.spans, *g.sketch, room, narrow, here, both, most, self.nearness, g.language_weight

    def beyond(self, prices: Floats, known: Floats) -> Floats:
        """As ``surpluses`` when each is known to have so much at least; what cannot be better is passed over."""
        surplus, scan = known.copy(), self.scan_with(ANYWHERE, prices, self.ground.beds, 0.0, 1.0, 0)

        def one(first: int, until: int) -> None:
            order = self.order[first:until]
            found, _, more = scan(order, 1, known[order])
            better = found[:, 0] >= 0
            surplus[order[better]] = more[better]

        self.each(one, self.count, SLICE)
        return surplus

    def scanner(self, prices: Floats, room: Ints, noise: float, look: float, seed: int, floor: float) -> Scanner:
        """See Crowd."""
        scan = self.scan_with(ANYWHERE, prices, room, noise, look, seed)
        return lambda order, count: scan(order, count, np.full(len(order), floor))

    def scan_with(
        self, there: There, prices: Floats, room: Ints, noise: float, look: float, seed: int
    ) -> Callable[[Ints, int, Floats], Found]:
        """As ``scanner``, each household with a floor of its own, and with what it is worth to it to get ``there``."""
        common = self._before(prices, room)

        def scan(order: Ints, count: int, floors: Floats) -> Found:
            found, turns = new_found(len(order), count), np.empty(scan_kernels.TURNS, scan_kernels.GLANCE)
            scan_kernels.scan(order, self.seekers, *common, *there, noise, look, seed, self.first, floors, turns,
                              *found)  # fmt: skip
            return found

        return scan

    def by_town(self, there: There, prices: Floats, towns: int) -> NDArray[np.float32]:
        """The most points minus price that each household finds in each town, (n, towns); NO where there is nothing."""
        best, common = np.full((self.count, towns), kernels.NO, np.float32), self._before(prices, self.ground.beds)

        def one(first: int, until: int) -> None:
            turn = np.empty(1, scan_kernels.GLANCE)
            scan_kernels.by_town(self.order[first:until], self.seekers, *common, *there[:3], turn, best)

        self.each(one, self.count, SLICE)
        return best

    def extended(self, buyers: "Shard", surpluses: Floats) -> Floats:
        """A price for each offer: the most that one of the buyers would pay beyond what it gains elsewhere."""
        g = self.ground
        prices = np.zeros(len(g.offers))
        tops = kernels.tops(g.offers, g.beds, prices)

        def one(first: int, until: int) -> None:
            kernels.extend(
                first, until, buyers.seekers, surpluses, g.offers, g.spans, g.boxes, g.beds, *tops, self.nearness,
                g.language_weight, prices,
            )  # fmt: skip

        self.each(one, len(g.boxes), 1)
        return prices[g.place]

    def exact(self, offer: NDArray[Any]) -> tuple[Floats, Floats]:
        """Points per person and km of each household with its offer (row or -1): NO where the gate refuses the pair."""
        g = self.ground
        points, kms = np.zeros(self.count), np.zeros(self.count)
        place = np.where(offer >= 0, g.place[offer] if len(g.place) else -1, -1).astype(np.int64)
        kernels.exact(self.seekers, g.offers, g.spans, g.beds, self.nearness, g.language_weight, place, points, kms)
        return points, kms


def new_found(rows: int, count: int) -> Found:
    """Room for what a scan finds."""
    return np.full((rows, count), -1, np.int32), np.zeros((rows, count), np.float32), np.zeros(rows)


def _slices(count: int, width: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, width):
        yield first, min(first + width, count)


def added(parts: Iterable[Ints]) -> Ints:
    """The reduce: demand of all shards together."""
    total: Ints = sum(parts, np.zeros(1, np.int64))
    return total
