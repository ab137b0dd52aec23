"""Holds: one person or a rule places one, two people clear it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed
from registry.ids import uuid7
from registry.permissions import Actor, may_suspend
from registry.selectors import providers as visible
from registry.selectors.standing import Subject, about, owner_of
from registry.services import audit, rows, standdown

CODES = ("officer_doubt", "report", "duplicate_identity", "register_hit", "signal")


def place(*, actor: Actor, subject: Subject, code: str, at: datetime, id: UUID | None = None) -> m.Hold:
    """Put a hold on a subject that the caller has locked: no new match, active ones halted."""
    standdown.stand_down(actor=actor, subject=subject, reason="held", at=at)
    hold = m.Hold(id=id or uuid7(), created_at=at, code=code, placed_by_id=actor.id, **about(subject))
    rows.insert(hold)
    audit.record(actor=actor, at=at, action="hold.placed", about=hold, code=code, subject=subject.pk)
    return hold


@transaction.atomic
def place_by_officer(*, actor: Actor, kind: str, subject: UUID, id: UUID, code: str, at: datetime) -> m.Hold:
    """Any one officer may hold what they see."""
    if code not in CODES:
        raise Invalid(fields={"code": "unknown_choice"})
    seen = visible.get_subject(actor, kind, subject)
    owner = owner_of(seen)
    if not may_suspend(actor, owner, visible.counties_served(owner)):
        raise NotAllowed
    locked = rows.lock(m.Provider, owner.pk)
    row = locked if isinstance(seen, m.Provider) else rows.lock(type(seen), seen.pk)
    return place(actor=actor, subject=row, code=code, at=at, id=rows.new_id(id, m.Hold))


def clear(*, actor: Actor, hold: UUID | None, at: datetime) -> None:
    """Clear a hold as the second of two people decides it; called by vetting alone."""
    row = rows.lock(m.Hold, hold)
    if row.cleared_at:
        raise Conflict("hold_cleared")
    row.cleared_at = at
    rows.save(row, "cleared_at")
    audit.record(actor=actor, at=at, action="hold.cleared", about=row, code=row.code)
