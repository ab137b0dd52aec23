"""Bed prices at which as many people want an offer as it has beds: the certificate of the bound, and the plan's guide.

First a thinned-out market is cleared (``thinned``); its households then bid for all offers, which gives every offer a
price close to the right one. From there candidates are found again at the prices they make, and the prices follow:
``price += temperature * log(demand / beds)`` with momentum, in falling steps. A price falls in one round not much
further than the noise with which candidates were drawn: beyond that nobody has the offer on the list to want it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.planner.arrays import Floats, Households, Ints, Settings, StayOffers
from registry.planner.ground import reordered
from registry.planner.shards import Shard, Workers

MOMENTUM = 0.8
# Demand and beds of nothing have a logarithm, too.
LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Round:
    """Look at a share of the offers for ``count`` candidates with so much noise, keep ``keep``, then cool prices."""

    noise: float
    look: float
    count: int
    keep: int
    warm: float
    cold: float
    steps: int


# From nothing: the first sample is drawn almost at random.
THIN = (
    Round(60.0, 1.0, 64, 64, 8.0, 2.0, 30),
    Round(8.0, 1.0, 16, 64, 3.0, 1.0, 30),
    Round(4.0, 1.0, 16, 64, 1.5, 0.5, 30),
    Round(2.0, 1.0, 16, 64, 0.7, 0.3, 30),
    Round(1.0, 1.0, 16, 64, 0.4, 0.2, 30),
)
FULL = (
    Round(4.0, 0.25, 32, 48, 1.0, 0.4, 60),
    Round(3.0, 0.25, 24, 48, 0.5, 0.2, 60),
    Round(1.5, 0.4, 16, 48, 0.2, 0.1, 60),
)
LARGE = (
    Round(4.0, 0.08, 24, 28, 1.0, 0.4, 40),
    Round(3.0, 0.08, 16, 28, 0.5, 0.2, 40),
    Round(1.5, 0.12, 12, 28, 0.2, 0.1, 40),
)
# What the one household that bids most for an offer bids too much, in points.
OVERBID = 1.0
# A price falls in one round by so many times the noise at most.
TRUST = 2.0
THIN_HOUSEHOLDS = 10_000
LARGE_HOUSEHOLDS = 400_000

Told = Callable[[], None]


def step(prices: Floats, speed: Floats, wanted: Ints, beds: Ints, temperature: float, low: Floats) -> Floats:
    """The next prices; never below ``low``, never negative. ``wanted`` in thousandths of a person."""
    pull = np.clip(np.log((wanted / 1000 + LEAST) / (np.maximum(beds, 0) + LEAST)), -1.0, 1.0)
    return np.maximum(low, prices + MOMENTUM * speed + temperature * pull)


def clear(workers: Workers, prices: Floats, beds: Ints, plan: Round, seed: int, trust: float) -> Floats:
    """One round: candidates at these prices, then prices at which these candidates fill the beds."""
    workers.find(prices, plan.noise, plan.look, seed, plan.count, plan.keep)
    low, speed = np.maximum(0.0, prices - trust), np.zeros(len(prices))
    for temperature in np.geomspace(plan.warm, plan.cold, plan.steps):
        following = step(prices, speed, workers.demand(prices, float(temperature)), beds, float(temperature), low)
        prices, speed = following, following - prices
    return prices


def from_nothing(households: Households, offers: StayOffers, settings: Settings, shard: Shard, tell: Told) -> Floats:
    """Prices for all offers of the shard from a market thinned to some households and their share of the offers."""
    rows, kept = _thinned(len(households), len(offers.rows), settings.seed)
    few = some_offers(offers, kept)
    thin = Shard(households.take(rows), few, settings.policy, threads=shard.threads, cancelled=shard.cancelled)
    prices = np.zeros(len(kept))
    for number, plan in enumerate(THIN):
        prices = clear(thin, prices, few.rows.beds, plan, settings.seed * 101 + number, 1e9)
        tell()
    if len(rows) == len(households):
        shard.kept = thin.kept
        return prices
    found: Floats = np.maximum(0.0, shard.extended(thin, thin.surpluses(prices)) - OVERBID)
    return found


def rounds_for(households: int) -> tuple[Round, ...]:
    """The rounds on the whole market; a small one has been cleared as a whole before."""
    if households <= THIN_HOUSEHOLDS:
        return (Round(1.0, 1.0, 24, 64, 0.3, 0.1, 40), Round(0.5, 1.0, 16, 64, 0.15, 0.08, 40))
    return FULL if households <= LARGE_HOUSEHOLDS else LARGE


def bound(workers: Workers, prices: Floats, beds: Ints) -> float:
    """No plan can be worth more: what the beds cost, and what each household could gain beyond the price of its bed.

    The dual of the linear program of all pairs, for any prices that are not negative (weak duality).
    """
    return float((prices * np.maximum(beds, 0)).sum()) + workers.surplus(prices)


def _thinned(households: int, offers: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    share = min(1.0, THIN_HOUSEHOLDS / max(households, 1))
    random = np.random.default_rng([seed, households, offers])
    return some(random, households, share), some(random, offers, share)


def some(random: np.random.Generator, count: int, share: float) -> NDArray[np.int64]:
    """So large a share of so many rows, in order, at least one."""
    return np.sort(random.permutation(count)[: max(1, round(count * share))]) if share < 1 else np.arange(count)


def some_offers(offers: StayOffers, rows: NDArray[np.int64]) -> StayOffers:
    """These offers with their nights."""
    return StayOffers(offers.rows.take(rows), reordered(offers.nights, rows))
