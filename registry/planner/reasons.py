"""Why a household is where it is, why another has no place, and where one more bed would do the most."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from registry.planner import kernels
from registry.planner.arrays import FOREVER, Households, Plan, Settings, StayOffers
from registry.planner.ground import Ground
from registry.planner.shards import Shard
from registry.planner.verdicts import fitting
from registry.rules.placing import speaks_for
from registry.rules.reasons import Reason

# What is let go of, one at a time, to learn which single condition is in the way: the code of its refusal.
_CONDITIONS: dict[str, dict[str, int]] = {
    "too_far": {"max_km": 100_000},
    "not_step_free": {"wheelchairs": 0},
    "no_pets": {"pets": False},
    "no_children": {"minors": 0},
    "beds_too_few": {"size": 1},
    "child_needs_decision": {"child_until": FOREVER},
    "only_unrelated_men": {"agreed_until": FOREVER},
    "no_men": {"men": 0, "unknown": 0, "women": 1},
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One household: ``status`` is placed, full (offers fit, others needed them more) or none (no offer fits).

    ``reasons`` are of the rules: what speaks for the place, or the single conditions that keep every offer away.
    ``best_offer``: what it would have taken had all been free (-1: nothing), ``best_points`` per person there, and
    ``traded``: what that bed is worth to others, per person, beyond the price of the one it got.
    """

    row: int
    status: str
    reasons: tuple[Reason, ...]
    best_offer: int
    best_points: float
    points: float
    traded: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """One more bed like those of this offer would be worth ``price`` points to all together."""

    offer: int
    price: float


def explain(
    households: Households, offers: StayOffers, plan: Plan, rows: Sequence[int] | None, settings: Settings
) -> list[Explained]:
    """See registry.planner.explain_stays."""
    chosen = np.arange(len(households)) if rows is None else np.asarray(rows, np.int64)
    some = households.take(chosen)
    shard = Shard(some, offers, settings.policy, threads=settings.threads)
    best, points, _ = shard.best(np.zeros(len(offers.rows)), shard.room, 1, kernels.NO / 2)
    left = np.flatnonzero(best[:, 0] < 0)
    binding = _binding(some.take(left), shard.ground, settings)
    blocked = dict(zip(left.tolist(), binding, strict=True))
    return [
        _explained(row, households, offers, plan, int(best[i, 0]), float(points[i, 0]), blocked.get(i, ()))
        for i, row in enumerate(chosen.tolist())
    ]


def _explained(
    row: int,
    households: Households,
    offers: StayOffers,
    plan: Plan,
    best: int,
    best_points: float,
    blocked: tuple[Reason, ...],
) -> Explained:
    offer = int(plan.offer[row])
    if offer >= 0:
        traded = float(plan.prices[best] - plan.prices[offer]) if best >= 0 else 0.0
        why = _speaks_for(households, offers, row, offer, float(plan.km[row]))
        return Explained(row, "placed", why, best, best_points, float(plan.per_person[row]), traded)
    if best >= 0:
        return Explained(row, "full", (), best, best_points, 0.0, float(plan.prices[best]))
    return Explained(row, "none", blocked, -1, 0.0, 0.0, 0.0)


def _speaks_for(households: Households, offers: StayOffers, row: int, offer: int, km: float) -> tuple[Reason, ...]:
    """What the value of the pair is made of; which language they share, only who knows their names can say."""
    there = offers.rows
    children = bool(households.minors[row] and there.child_friendly[offer])
    return speaks_for(round(km), (), children=children, host_points=int(there.host_points[offer]))


def _binding(some: Households, offers: Ground, settings: Settings) -> list[tuple[Reason, ...]]:
    """For each of these households the single conditions without which some offer would fit."""
    found: list[list[Reason]] = [[] for _ in range(len(some))]
    for code, change in _CONDITIONS.items():
        eased = replace(some, **{name: np.full_like(getattr(some, name), value) for name, value in change.items()})
        for i in np.flatnonzero(fitting(eased, offers, settings)).tolist():
            found[i].append(Reason(code))
    return [tuple(reasons) for reasons in found]


def wanted(offers: StayOffers, plan: Plan, count: int) -> list[Wanted]:
    """See registry.planner.wanted_stays."""
    order = np.argsort(-plan.prices, kind="stable")[:count]
    return [Wanted(int(o), float(plan.prices[o])) for o in order if plan.prices[o] > 0 and offers.rows.beds[o] > 0]
