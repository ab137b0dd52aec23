"""Why a household is where it is, why another has no place, what was traded, and where one more bed would do the most.

Reasons are found for all households at once, millions at a time; ``explain`` adds to those of some what each gave up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import kernels
from registry.planner.arrays import FOREVER, NEVER, Bools, Households, Ints, Plan, Settings, StayOffers
from registry.planner.ground import Ground, ground
from registry.planner.tables import no_offers
from registry.rules.placing import LACKS, left_out, speaks_for
from registry.rules.reasons import Reason

Dropped = Callable[[Households], Households]
# Further than any two places are apart.
_ANYWHERE_KM = 25_000


@dataclass(frozen=True, slots=True)
class Explained:
    """One household: ``status`` is placed, full (offers fit, others needed them more) or none (no offer fits).

    ``reasons`` are of the rules: what speaks for the place, or what alone keeps every offer away.
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


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Reasons of many households: ``kinds[which[row]]`` are those of a row."""

    kinds: list[tuple[Reason, ...]]
    which: Ints

    def of(self, row: int) -> tuple[Reason, ...]:
        """The reasons of one household."""
        return self.kinds[self.which[row]]

    def texts(self, language: str) -> NDArray[Any]:
        """The reasons of each household as sentences for staff."""
        said = [" ".join(reason.text(language) for reason in kind) for kind in self.kinds]
        found: NDArray[Any] = np.array(said, object)[self.which]
        return found


def verdicts(
    households: Households, offers: StayOffers, plan: Plan, names: list[str], settings: Settings | None = None
) -> Verdicts:
    """Why each household goes where it goes, or what is in the way. ``names``: of the languages, by their bits."""
    settled = settings or Settings()
    placed, left = np.flatnonzero(plan.offer >= 0), np.flatnonzero(plan.offer < 0)
    good, good_which = _placed(households.take(placed), offers, plan, placed, names)
    bad, bad_which = _left_out(households.take(left), offers, settled)
    which = np.empty(len(households), np.int64)
    which[placed], which[left] = good_which, bad_which + len(good)
    return Verdicts(good + bad, which)


def explain(
    households: Households,
    offers: StayOffers,
    plan: Plan,
    rows: Sequence[int] | None,
    settings: Settings,
    names: Sequence[str] = (),
) -> list[Explained]:
    """See registry.planner.explain_stays."""
    from registry.planner.shards import Shard

    chosen = np.arange(len(households)) if rows is None else np.asarray(rows, np.int64)
    some, part = households.take(chosen), _of_rows(plan, chosen)
    shard = Shard(some, offers, settings.policy, threads=settings.threads)
    best, points, _ = shard.best(np.zeros(len(offers.rows)), shard.room, 1, kernels.NO / 2)
    why, there = verdicts(some, offers, part, list(names), settings), part.prices
    told = []
    for i, (offer, other) in enumerate(zip(part.offer.tolist(), best[:, 0].tolist(), strict=True)):
        status = "placed" if offer >= 0 else "full" if other >= 0 else "none"
        traded = float(there[other] - (there[offer] if offer >= 0 else 0.0)) if other >= 0 else 0.0
        gain = float(points[i, 0]) if other >= 0 else 0.0
        told.append(Explained(int(chosen[i]), status, why.of(i), other, gain, float(part.per_person[i]), traded))
    return told


def _of_rows(plan: Plan, rows: Ints) -> Plan:
    """The plan of these households alone."""
    columns = {name: getattr(plan, name)[rows] for name in ("offer", "per_person", "value", "km")}
    return replace(plan, **columns)


def _placed(
    households: Households, offers: StayOffers, plan: Plan, rows: Ints, names: list[str]
) -> tuple[list[tuple[Reason, ...]], Ints]:
    there = offers.rows.take(plan.offer[rows])
    shared, spoken = np.unique(households.languages & there.languages, return_inverse=True)
    glad = (households.minors > 0) & there.child_friendly
    km = np.rint(plan.km[rows]).astype(np.int64)
    keys, which = np.unique(((spoken * 2 + glad) * 8 + there.host_points) * 2**16 + km, return_inverse=True)
    languages = [_names(bits, names) for bits in shared]
    return [_said(int(key), languages) for key in keys], which.astype(np.int64)


def _said(key: int, languages: list[list[str]]) -> tuple[Reason, ...]:
    rest, km = divmod(key, 2**16)
    rest, host_points = divmod(rest, 8)
    spoken, glad = divmod(rest, 2)
    return speaks_for(km, languages[spoken], children=bool(glad), host_points=host_points)


def _names(bits: np.uint64, names: list[str]) -> list[str]:
    return sorted(name for number, name in enumerate(names) if int(bits) >> number & 1)


def _left_out(households: Households, offers: StayOffers, settings: Settings) -> tuple[list[tuple[Reason, ...]], Ints]:
    """Full, or every single wish without which there would have been an offer."""
    laid_out = ground(offers, settings.policy)
    fits = fitting(households, laid_out, settings)
    lacks = np.zeros(len(households), np.int64)
    none = np.flatnonzero(~fits)
    asked = households.take(none)
    for bit, name in enumerate(LACKS):
        lacks[none] |= fitting(WITHOUT[name](asked), laid_out, settings).astype(np.int64) << bit
    keys, which = np.unique(np.where(fits, -1, lacks), return_inverse=True)
    kinds = [left_out(_of(int(key)) if key >= 0 else (), has_fitting=key < 0) for key in keys]
    return kinds, which.astype(np.int64)


def _of(key: int) -> list[str]:
    return [name for bit, name in enumerate(LACKS) if key >> bit & 1]


def fitting(households: Households, offers: Ground, settings: Settings) -> Bools:
    """Which households pass the gate of any of these offers with all its beds free."""
    from registry.planner.shards import Shard

    count = len(offers.offers)
    if not len(households) or not count:
        return np.zeros(len(households), np.bool_)
    shard = Shard(households, no_offers(), settings.policy, threads=settings.threads, laid_out=offers)
    found, _, _ = shard.best(np.zeros(count), shard.room, 1, -1.0)
    is_found: Bools = found[:, 0] >= 0
    return is_found


def _all(households: Households, value: Any, dtype: Any) -> NDArray[Any]:
    return np.full(len(households), value, dtype)


def _no_men(h: Households) -> Households:
    nobody = _all(h, 0, np.int64)
    return replace(h, men=nobody, unknown=nobody)


# For each of LACKS the same households as if they did not ask for it.
WITHOUT: dict[str, Dropped] = {
    "step_free": lambda h: replace(h, wheelchairs=_all(h, 0, np.int64)),
    "pets": lambda h: replace(h, pets=_all(h, value=False, dtype=np.bool_)),
    "men": _no_men,
    "woman_host": lambda h: replace(h, wants_woman_host=_all(h, value=False, dtype=np.bool_)),
    "dates": lambda h: replace(h, from_day=_all(h, FOREVER, np.int32), until_day=_all(h, NEVER, np.int32)),
    "beds": lambda h: replace(h, size=_all(h, 1, np.int64)),
    "children": lambda h: replace(h, minors=_all(h, 0, np.int64)),
    "child_decision": lambda h: replace(h, child_until=_all(h, FOREVER, np.int32)),
    "company": lambda h: replace(h, agreed_until=_all(h, FOREVER, np.int32)),
    "near": lambda h: replace(h, max_km=_all(h, _ANYWHERE_KM, np.int64)),
}


def wanted(offers: StayOffers, plan: Plan, count: int) -> list[Wanted]:
    """See registry.planner.wanted_stays."""
    order = np.argsort(-plan.prices, kind="stable")[:count]
    return [Wanted(int(o), float(plan.prices[o])) for o in order if plan.prices[o] > 0 and offers.rows.beds[o] > 0]
