"""Safe zones: opened and closed by the authority, staffed by shifts."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.permissions import FIELD_STAFF, Actor, in_zone, may_run_zone
from registry.selectors import board
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
    _leave_for(actor, zone, at)
    shift = m.Shift(
        id=rows.new_id(id, m.Shift), created_at=at, person_id=actor.person, zone=place, starts_at=at, ends_at=ends_at
    )
    rows.insert(shift, "shift_running")
    audit.record(actor=actor, at=at, action="shift.started", about=shift, zone=zone)
    return shift


def _leave_for(actor: Actor, zone: str, at: datetime) -> None:
    """An earlier shift ends; one in another zone is not left behind without anybody there."""
    mine = m.Shift.objects.filter(person=actor.id, ended_at=None).select_related("zone")
    for earlier in mine:
        if earlier.zone_id != zone and _would_be_alone(earlier, at):
            raise Conflict("zone_left_unstaffed")
    mine.update(ended_at=at)


def _would_be_alone(shift: m.Shift, at: datetime) -> bool:
    """Whether ending this running shift leaves an active zone without anybody; the zone is locked, so that two who
    go at the same time do not each count on the other."""
    zone = rows.lock(m.Zone, shift.zone_id)
    running = shift.starts_at <= at < shift.ends_at
    return running and zone.status == "active" and not board.others_on_duty(shift, at)


@transaction.atomic
def end_shift(*, actor: Actor, shift: UUID, at: datetime, leave_unstaffed: bool = False) -> m.Shift:
    """Go off duty; a coordinator may end the shift of somebody who forgot. Whoever is the last one there says so."""
    seen = m.Shift.objects.select_related("zone").filter(pk=shift).first()
    if seen is None or (seen.person_id != actor.id and not may_run_zone(actor, seen.zone)):
        raise NotFound
    alone = _would_be_alone(seen, at)
    row = rows.lock(m.Shift, shift, "zone")
    if row.ended_at:
        raise Conflict("shift_over")
    if alone and not leave_unstaffed:
        raise Conflict("zone_left_unstaffed")
    end_locked(row, actor, at, **({"unstaffed": True} if alone else {}))
    return row


def end_locked(row: m.Shift, actor: Actor, at: datetime, **said: object) -> None:
    """End a shift that the caller has locked, with its audit entry."""
    row.ended_at = at
    rows.save(row, "ended_at")
    audit.record(actor=actor, at=at, action="shift.ended", about=row, **said)
    insiders.reader(row.person_id, at=at)
