"""Plans: asked for, stopped, discarded. Making, changing and confirming them have modules of their own."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed
from registry.permissions import Actor, may_plan
from registry.selectors import plans as visible
from registry.selectors.one import one
from registry.services import audit, rows
from registry.services.plan_changes import Effect, change, effect
from registry.services.plan_confirming import AT_MOST, Outcome, confirm
from registry.services.plan_making import make_due

LARGEST_SEED = 2**31 - 1

__all__ = [
    "AT_MOST",
    "LARGEST_SEED",
    "Effect",
    "Outcome",
    "cancel",
    "change",
    "confirm",
    "discard",
    "effect",
    "make",
    "make_due",
    "remake",
]


@transaction.atomic
def make(*, actor: Actor, id: UUID, zone: str | None, county: str | None, at: datetime, seed: int = 1) -> m.Plan:
    """Ask for a plan of a zone, a county or (neither) everywhere; the worker makes it."""
    return _asked(actor, id, zone, county, seed, at, None)


@transaction.atomic
def remake(*, actor: Actor, id: UUID, plan: UUID, at: datetime, seed: int | None = None) -> m.Plan:
    """Ask for a finished plan once more, for its scope as it is now: few of those who had a place there move.

    Whoever accepted, is on the road or is choosing takes no part and stays where they are. The plan before is left as
    it is: a row of either can be confirmed, and the gate sees to it that nobody gets two places.
    """
    before = _mine(actor, plan)
    if before.status not in states.PLAN_FINISHED:
        raise Conflict("plan_not_finished")
    again = before.seed if seed is None else seed
    return _asked(actor, id, before.zone_id, before.county_id, again, at, before)


def _asked(
    actor: Actor, id: UUID, zone: str | None, county: str | None, seed: int, at: datetime, after: m.Plan | None
) -> m.Plan:
    place, around = _scope(zone, county)
    if not may_plan(actor, place, county):
        raise NotAllowed
    if not 0 <= seed <= LARGEST_SEED:
        raise Invalid(fields={"seed": "out_of_range"})
    plan = m.Plan(
        id=rows.new_id(id, m.Plan),
        created_at=at,
        made_by_id=actor.person,
        zone=place,
        county=around,
        scope=f"zone:{zone}" if zone else f"county:{county}" if county else "all",
        seed=seed,
        after=after,
    )
    rows.insert(plan, "plan_running")
    earlier = {"after": after.pk} if after else {}
    audit.record(actor=actor, at=at, action="plan.asked", about=plan, zone=zone, county=county, **earlier)
    return plan


def _scope(zone: str | None, county: str | None) -> tuple[m.Zone | None, m.County | None]:
    if zone and county:
        raise Invalid(fields={"county": "one_scope"})
    place = one(m.Zone.objects.filter(pk=zone)) if zone else None
    around = one(m.County.objects.filter(pk=county)) if county else None
    if zone and place is None:
        raise Invalid(fields={"zone": "unknown_choice"})
    if county and around is None:
        raise Invalid(fields={"county": "unknown_choice"})
    return place, around


def _mine(actor: Actor, plan: UUID) -> m.Plan:
    """A plan whose scope the actor may plan, locked; whoever only sees it is refused."""
    seen = visible.plan(actor, plan)
    if not may_plan(actor, seen.zone, seen.county_id):
        raise NotAllowed
    return rows.lock(m.Plan, plan)


@transaction.atomic
def cancel(*, actor: Actor, plan: UUID, at: datetime) -> m.Plan:
    """Stop a plan that waits or is being made; the round that makes it asks every second."""
    row = _mine(actor, plan)
    states.PLAN.after(row.status, "cancel")
    if row.status == "queued":
        rows.move(row, states.PLAN, "cancel", closed_at=at, closed_by_id=actor.person)
        audit.record(actor=actor, at=at, action="plan.cancelled", about=row)
    elif row.cancel_wished_at is None:
        row.cancel_wished_at, row.cancel_wished_by_id = at, actor.person
        rows.save(row, "cancel_wished_at", "cancel_wished_by")
        audit.record(actor=actor, at=at, action="plan.cancel_wished", about=row)
    return row


@transaction.atomic
def discard(*, actor: Actor, plan: UUID, at: datetime) -> m.Plan:
    """Throw a draft away; what was confirmed of it stays."""
    row = _mine(actor, plan)
    rows.move(row, states.PLAN, "discard", closed_at=at, closed_by_id=actor.person)
    audit.record(actor=actor, at=at, action="plan.discarded", about=row)
    return row
