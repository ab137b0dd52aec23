"""Alarms: raised by rules, taken and closed by people."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotFound
from registry.ids import uuid7
from registry.permissions import SYSTEM, Actor
from registry.selectors import alarms as visible
from registry.services import audit, rows

OUTCOMES = ("safe", "false_alarm", "handed_to_police", "handed_to_authority", "resolved")


def raise_alarm(
    *,
    code: str,
    role: str,
    at: datetime,
    level: int = 1,
    match: m.Match | None = None,
    provider: m.Provider | None = None,
    zone: m.Zone | None = None,
    county: str | None = None,
    id: UUID | None = None,
) -> m.Alarm:
    """Raise an alarm for a role at a place. It is the registry's own decision, whoever gave the occasion."""
    alarm = m.Alarm(
        id=id or uuid7(),
        created_at=at,
        code=code,
        role=role,
        level=level,
        match=match,
        provider=provider,
        zone=zone,
        county_id=county or (zone.county_id if zone else None),
    )
    with transaction.atomic(savepoint=False):
        raise_all([alarm])
    return alarm


def raise_all(alarms: Collection[m.Alarm]) -> None:
    """Raise several alarms at once; the caller is in a transaction."""
    m.Alarm.objects.bulk_create(alarms)
    audit.record_all(
        audit.entry(
            actor=SYSTEM,
            at=one.created_at,
            action="alarm.raised",
            about=one,
            code=one.code,
            role=one.role,
            level=one.level,
        )
        for one in alarms
    )


@transaction.atomic
def take(*, actor: Actor, alarm: UUID, at: datetime) -> m.Alarm:
    """Say that one looks after it; the first one has it."""
    row = _lock(actor, alarm)
    if row.taken_at:
        raise Conflict("alarm_taken")
    row.taken_at, row.taken_by_id = at, actor.id
    rows.save(row, "taken_at", "taken_by")
    audit.record(actor=actor, at=at, action="alarm.taken", about=row)
    return row


@transaction.atomic
def close(*, actor: Actor, alarm: UUID, outcome: str, at: datetime) -> m.Alarm:
    """Close it with what came of it; only a person does."""
    if outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": "unknown_choice"})
    row = _lock(actor, alarm)
    if row.closed_at:
        raise Conflict("alarm_closed")
    row.closed_at, row.closed_by_id, row.outcome = at, actor.id, outcome
    rows.save(row, "closed_at", "closed_by", "outcome")
    audit.record(actor=actor, at=at, action="alarm.closed", about=row, outcome=outcome)
    return row


def _lock(actor: Actor, alarm: UUID) -> m.Alarm:
    if actor.id is None or not visible.open_or_closed(actor).filter(pk=alarm).exists():
        raise NotFound
    return rows.lock(m.Alarm, alarm)
