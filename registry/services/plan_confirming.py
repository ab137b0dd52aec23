"""A plan confirmed: each of its rows is put before its household like any single match, through the same locked gate.

A plan may propose and no more: the household still chooses. Each row is a transaction of its own; what has changed
since the plan was made is written down with its reasons and never forced.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import states
from registry.errors import Invalid, NotAllowed, NotFound, Refused, RegistryError, SignedOut, StepUpRequired
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules.reasons import Reason
from registry.selectors import plans
from registry.services import audit, matching, rows

# Rows that one call confirms: each takes some hundredths of a second.
AT_MOST = 100
# Not about the pair but about who acts.
NOT_OF_THE_PAIR = (NotAllowed, SignedOut, StepUpRequired)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one row: confirmed, refused, already (somebody was there before), or stopped (the plan closed)."""

    row: UUID
    household: UUID
    came: str
    status: str
    match: UUID | None = None
    reasons: tuple[Reason, ...] = ()


def confirm(
    *,
    actor: Actor,
    plan: UUID,
    wanted: Sequence[UUID] | None,
    at: datetime,
    again: Callable[[], Actor] | None = None,
) -> list[Outcome]:
    """Put these rows (None: every row of one's own zones that waits, 100 at most) before their households.

    Safe to call twice and by two at once. ``again`` gives the actor anew inside of each transaction. Not to be called
    inside of a transaction: rows would wait for each other.
    """
    seen = plans.plan(actor, plan)
    chosen = _chosen(actor, seen, wanted)
    found = [_one(actor, plan, row, at, again) for row in chosen]
    _close(actor, plan, at)
    return found


def _chosen(actor: Actor, plan: m.Plan, wanted: Sequence[UUID] | None) -> list[UUID]:
    """The rows to confirm, in the order of their ids, all of them the actor's to confirm."""
    in_view, mine = plans.rows(actor, plan), plans.own(actor)
    if not actor.has("coordinator"):
        raise NotAllowed
    if wanted is None:
        states.PLAN.after(plan.status, "confirm_part")
        waiting = in_view.filter(mine, status__in=states.PLAN_ROW_WAITING)
        return list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_MOST])
    if not 0 < len(set(wanted)) <= AT_MOST:
        raise Invalid(fields={"rows": "out_of_range"})
    found = in_view.filter(pk__in=wanted)
    if found.count() < len(set(wanted)):
        raise NotFound
    if found.exclude(mine).exists():
        raise NotAllowed
    return sorted(set(wanted))


@transaction.atomic
def _one(actor: Actor, plan: UUID, pk: UUID, at: datetime, again: Callable[[], Actor] | None) -> Outcome:
    """One row: locked, looked at again, proposed or refused."""
    acting = again() if again else actor
    holder = rows.lock(m.Plan, plan)
    row = rows.lock(m.PlanRow, pk)
    if row.status not in states.PLAN_ROW_WAITING:
        return _told(row, "already")
    if holder.status not in states.PLAN_OPEN:
        return _told(row, "stopped", (Reason("plan_closed"),))
    try:
        match = _propose(acting, row, at)
    except NOT_OF_THE_PAIR:
        raise
    except (RegistryError, states.IllegalTransition) as error:
        return _refused(acting, row, _reasons(error), at)
    decided = {"decided_at": at, "decided_by_id": acting.person}
    rows.move(row, states.PLAN_ROW, "confirm", match_id=match.pk, **decided)
    if holder.status == "draft":
        rows.move(holder, states.PLAN, "confirm_part")
    audit.record(actor=acting, at=at, action="plan.row_confirmed", about=row, plan=plan, match=match.pk)
    return _told(row, "confirmed", plans.unpacked(row.reasons))


def _propose(actor: Actor, row: m.PlanRow, at: datetime) -> m.Match:
    return matching.propose(
        actor=actor,
        request=row.request_id,
        id=uuid7(),
        ride=row.ride_id,
        stay=row.stay_id,
        arrival_zone=row.arrival_zone_id,
        at=at,
    )


def _refused(actor: Actor, row: m.PlanRow, why: tuple[Reason, ...], at: datetime) -> Outcome:
    kept = plans.packed(why)
    rows.move(row, states.PLAN_ROW, "refuse", reasons=kept, decided_at=at, decided_by_id=actor.person)
    codes = sorted({reason.code for reason in why})
    audit.record(actor=actor, at=at, action="plan.row_refused", about=row, plan=row.plan_id, reasons=codes)
    return _told(row, "refused", why)


def _reasons(error: RegistryError | states.IllegalTransition) -> tuple[Reason, ...]:
    """Why a pair of the plan is none any more."""
    if isinstance(error, Refused) and error.reasons:
        return error.reasons
    if error.code == "request_not_open":
        return (Reason("request_not_open"),)
    return (Reason("plan_pair_gone"),)


def _told(row: m.PlanRow, came: str, reasons: tuple[Reason, ...] | None = None) -> Outcome:
    said = plans.unpacked(row.reasons) if reasons is None else reasons
    return Outcome(row.pk, row.household_id, came, row.status, row.match_id, said)


@transaction.atomic
def _close(actor: Actor, plan: UUID, at: datetime) -> None:
    """A plan of which nothing waits any more is confirmed; its figures follow what was refused."""
    row = rows.lock(m.Plan, plan)
    if row.status not in states.PLAN_OPEN:
        return
    rest = m.PlanRow.objects.filter(plan=plan)
    holding = list(rest.filter(status__in=("planned", "changed", "confirmed")).values_list("people", "worth"))
    row.placed, row.value = sum(people for people, _ in holding), sum(worth for _, worth in holding)
    row.unplaced = row.people - row.placed
    rows.save(row, "placed", "unplaced", "value")
    if row.status == "partly_confirmed" and not rest.filter(status__in=states.PLAN_ROW_WAITING).exists():
        rows.move(row, states.PLAN, "confirm", closed_at=at, closed_by_id=actor.person)
        confirmed = rest.filter(status="confirmed").count()
        audit.record(actor=actor, at=at, action="plan.confirmed", about=row, rows=confirmed)
