"""A shift handed over: what is open is shown to whoever comes, and the old shift ends when they have taken it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.permissions import Actor
from registry.selectors import board, work
from registry.services import audit, rows, zones

MOST_FIRST = 20


@transaction.atomic
def hand_over(
    *, actor: Actor, shift: UUID, id: UUID, to: UUID | None, first: Collection[UUID], at: datetime
) -> m.ShiftHandover:
    """Offer one's own running shift to a colleague on duty there, or to whoever comes next; it goes on until taken."""
    row = rows.lock(m.Shift, shift, "zone")
    if row.person_id != actor.id:
        raise NotFound
    if row.ended_at or row.ends_at <= at:
        raise Conflict("shift_over")
    seen = board.board(actor, row.zone_id)
    _refuse_bad(row, seen, to, first, at)
    given = m.ShiftHandover(
        id=rows.new_id(id, m.ShiftHandover),
        created_at=at,
        shift=row,
        zone=row.zone,
        given_by_id=actor.id,
        given_to_id=to,
        counts=seen.counts(),
        first=[str(one) for one in dict.fromkeys(first)],
    )
    rows.insert(given, "handover_waits")
    audit.record(actor=actor, at=at, action="shift.handed_over", about=given, shift=shift, to=to, **seen.counts())
    return given


def _refuse_bad(shift: m.Shift, seen: board.Board, to: UUID | None, first: Collection[UUID], at: datetime) -> None:
    """A receiver is on duty there and somebody else; what is to be looked at first is open there."""
    bad: dict[str, str] = {}
    if to and not work.on_shift(shift.zone, at).exclude(person=shift.person_id).filter(person=to).exists():
        bad["to"] = "not_on_shift_here"
    if len(first) > MOST_FIRST or set(first) - seen.ids():
        bad["first"] = "unknown_choice"
    if bad:
        raise Invalid(fields=bad)


@transaction.atomic
def take(*, actor: Actor, handover: UUID, at: datetime) -> m.ShiftHandover:
    """Somebody else on duty there has read what is open and takes it; the old shift ends with that."""
    seen = board.handover(actor, handover)
    # As whoever ends a shift: the zone first, so that nobody leaves while this one counts on being there.
    rows.lock(m.Zone, seen.zone_id)
    shift = rows.lock(m.Shift, seen.shift_id, "zone")
    row = _waiting(handover)
    _refuse_wrong_receiver(row, shift, actor, at)
    row.taken_at, row.taken_by_id = at, actor.id
    rows.save(row, "taken_at", "taken_by")
    audit.record(actor=actor, at=at, action="shift.taken_over", about=row, shift=shift.pk, given_by=row.given_by_id)
    if not shift.ended_at:
        zones.end_locked(shift, actor, at, taken_by=actor.id)
    return row


def _waiting(handover: UUID) -> m.ShiftHandover:
    row = rows.lock(m.ShiftHandover, handover)
    if row.taken_at:
        raise Conflict("handover_taken")
    if row.withdrawn_at:
        raise Conflict("handover_withdrawn")
    return row


def _refuse_wrong_receiver(row: m.ShiftHandover, shift: m.Shift, actor: Actor, at: datetime) -> None:
    """Whoever takes it is there now. One named colleague has it as long as the old shift runs; then anybody there."""
    runs = shift.ended_at is None and at < shift.ends_at
    if row.given_by_id == actor.id or (runs and row.given_to_id and row.given_to_id != actor.id):
        raise NotAllowed("handover_for_another")
    if not board.is_on_duty(actor, shift.zone, at):
        raise Conflict("not_on_shift_here")


@transaction.atomic
def withdraw(*, actor: Actor, handover: UUID, at: datetime) -> m.ShiftHandover:
    """Whoever gave it stays after all: what nobody has taken yet is taken back."""
    seen = board.handover(actor, handover)
    if seen.given_by_id != actor.id:
        raise NotFound
    row = _waiting(handover)
    row.withdrawn_at = at
    rows.save(row, "withdrawn_at")
    audit.record(actor=actor, at=at, action="shift.handover_withdrawn", about=row)
    return row
