"""The best safe place for everybody, proven: households to beds, to seats, or to both at once. Never Django.

Rows in, plan out (``arrays``). Nothing that ``rules.eligibility`` refuses is ever in a plan, whatever the prices,
and whoever a plan puts under one roof passes the gate in whatever order they are confirmed (rule 5).

    from registry import planner

    households = facts.households(needs, points, at=now)            # from rules' facts: facts.py
    offers = facts.stay_offers(stays, points, roofs, towns, at=now)
    households, offers = tables.households(...), tables.offers(...)  # or from plain columns: tables.py
    plan = planner.plan_stays(households, offers, settings, progress=tell, cancelled=asked)
    why = planner.explain_stays(households, offers, plan)

``progress`` is called with the share done, 0.0 to 1.0; ``cancelled`` is asked often, and ``Cancelled`` is raised
soon after it says yes. Numba is loaded by the first plan, not with this package.

The work over households is a map and a reduce (``shards``): a ``Workers`` given to ``plan_stays`` may keep the shards
on other machines. Sums over shards are whole numbers, so the plan does not depend on how they are cut.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.planner.arrays import (
    Before,
    Cancelled,
    Cancelling,
    Codes,
    Households,
    JointPlan,
    Plan,
    Progress,
    RideOffers,
    Settings,
    StayOffers,
)

if TYPE_CHECKING:
    from registry.planner.reasons import Explained, Wanted
    from registry.planner.shards import Workers

__all__ = [
    "Before",
    "Cancelled",
    "Households",
    "JointPlan",
    "Plan",
    "RideOffers",
    "Settings",
    "StayOffers",
    "explain_stays",
    "plan_rides",
    "plan_stays",
    "plan_together",
    "replan_rides",
    "replan_stays",
    "replan_together",
    "wanted_stays",
]


def plan_stays(
    households: Households,
    offers: StayOffers,
    settings: Settings | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelling | None = None,
    workers: "Workers | None" = None,
) -> Plan:
    """Households to beds; prices are per bed. ``workers``: who scans and counts the demand, here by default."""
    from registry.planner import stays

    return stays.plan(households, offers, settings or Settings(), progress, cancelled, workers)


def replan_stays(
    households: Households,
    offers: StayOffers,
    before: Before,
    settings: Settings | None = None,
    *,
    prices: "Sequence[float] | None" = None,
    progress: Progress | None = None,
    cancelled: Cancelling | None = None,
) -> Plan:
    """A plan after things changed, in which few who were settled move and nobody who is fixed.

    ``offers`` are those of now: a withdrawn one has ``verified_until`` NEVER, and beds count without the plan's own
    people. Whoever was settled and may no longer be there is placed anew. ``prices``: those of the plan before.
    """
    from registry.planner import replan

    return replan.replan(households, offers, before, settings or Settings(), prices, progress, cancelled)


def plan_rides(
    households: Households,
    offers: RideOffers,
    settings: Settings | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelling | None = None,
) -> Plan:
    """Households to seats from where they are; prices are per seat."""
    from registry.planner import rides

    return rides.plan(households, offers, settings or Settings(), progress, cancelled)


def plan_together(
    households: Households,
    rides: RideOffers,
    stays: StayOffers,
    settings: Settings | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelling | None = None,
) -> JointPlan:
    """A ride and a bed in a town that it reaches, both or neither; never worth less than one after the other."""
    from registry.planner import together

    return together.plan(households, rides, stays, settings or Settings(), progress, cancelled)


def replan_rides(
    households: Households,
    offers: RideOffers,
    before: Codes,
    settings: Settings | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelling | None = None,
) -> Plan:
    """A plan of rides after things changed: whoever has one (``before``: row or -1) keeps it unless moving pays."""
    from registry.planner import rides

    return rides.plan(households, offers, settings or Settings(), progress, cancelled, before)


def replan_together(
    households: Households,
    rides: RideOffers,
    stays: StayOffers,
    before: tuple[Codes, Codes],
    settings: Settings | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelling | None = None,
) -> JointPlan:
    """A plan of both after things changed: whoever has a bed and a ride (``before``) keeps each unless moving pays."""
    from registry.planner import together

    return together.plan(households, rides, stays, settings or Settings(), progress, cancelled, before)


def explain_stays(
    households: Households,
    offers: StayOffers,
    plan: Plan,
    rows: Sequence[int] | None = None,
    settings: Settings | None = None,
    *,
    languages: Sequence[str] = (),
) -> "list[Explained]":
    """For each of these households (all by default) why this place and what was traded, or what is in the way.

    ``languages``: the names of the bits, so that it can say which one they share.
    """
    from registry.planner import reasons

    return reasons.explain(households, offers, plan, rows, settings or Settings(), languages)


def wanted_stays(offers: StayOffers, plan: Plan, *, count: int = 10) -> "list[Wanted]":
    """Where one more bed would do the most, and of which kind, the most valuable first."""
    from registry.planner import reasons

    return reasons.wanted(offers, plan, count)
