"""Safe zones: opened and closed by the authority, staffed by shifts."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.permissions import FIELD_STAFF, Actor, in_zone, may_run_zone
from registry.services import audit, insiders, rows

LONGEST_SHIFT = timedelta(hours=12)


def _get(code: str) -> m.Zone:
    zone = m.Zone.objects.filter(pk=code).first()
    if zone is None:
        raise NotFound
    return zone


@transaction.atomic
def set_status(*, actor: Actor, zone: str, action: str, at: datetime, if_version: int | None = None) -> m.Zone:
    """Activate, suspend or retire a zone: its coordinators and the county's officers."""
    if action not in states.ZONE.transitions:
        raise Invalid(fields={"action": "unknown_choice"})
    seen = _get(zone)
    if not may_run_zone(actor, seen) and not in_zone(actor, seen, "officer"):
        raise NotAllowed
    row = rows.lock(m.Zone, zone)
    rows.check_version(row, if_version)
    values = {"activated_at": at} if action == "activate" else {}
    rows.move(row, states.ZONE, action, **values)
    audit.record(actor=actor, at=at, action=f"zone.{row.status}", about=row)
    return row


@transaction.atomic
def start_shift(*, actor: Actor, zone: str, id: UUID, ends_at: datetime, at: datetime) -> m.Shift:
    """Go on duty in a zone of one's own scope, for twelve hours at most; an earlier shift ends."""
    place = _get(zone)
    if not in_zone(actor, place, *FIELD_STAFF):
        raise NotAllowed
    if not at < ends_at <= at + LONGEST_SHIFT:
        raise Invalid(fields={"ends_at": "out_of_range"})
    m.Shift.objects.filter(person=actor.id, ended_at=None).update(ended_at=at)
    shift = m.Shift(
        id=rows.new_id(id, m.Shift), created_at=at, person_id=actor.person, zone=place, starts_at=at, ends_at=ends_at
    )
    rows.insert(shift, "shift_running")
    audit.record(actor=actor, at=at, action="shift.started", about=shift, zone=zone)
    return shift


@transaction.atomic
def end_shift(*, actor: Actor, shift: UUID, at: datetime) -> m.Shift:
    """Go off duty; a coordinator may end the shift of somebody who forgot."""
    row = rows.lock(m.Shift, shift, "zone")
    if row.person_id != actor.id and not may_run_zone(actor, row.zone):
        raise NotFound
    if row.ended_at:
        raise Conflict("shift_over")
    row.ended_at = at
    rows.save(row, "ended_at")
    audit.record(actor=actor, at=at, action="shift.ended", about=row)
    insiders.reader(row.person_id, at=at)
    return row
