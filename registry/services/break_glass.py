"""Break-glass (rule 16): in an emergency a colleague reaches one household outside their view; two people are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Invalid, NotAllowed, NotFound
from registry.ids import read_code
from registry.permissions import BREAKS_GLASS, Actor, must_be_confirmed
from registry.rules.policy import DEFAULT
from registry.selectors import glass as visible
from registry.services import alarms, audit, limits, rows
from registry.services.disclosure import Contact, Destination, destination_of, everybody_on

LONGEST_REASON = 400
AN_HOUR = timedelta(hours=1)


@transaction.atomic
def break_glass(*, actor: Actor, id: UUID, code: str, reason: str, at: datetime) -> m.BreakGlass:
    """Open the record of the household with this code for half an hour; the auditors and its zone are told at once."""
    if not actor.has(*BREAKS_GLASS):
        raise NotAllowed
    must_be_confirmed(actor, at)
    words = " ".join(reason.split())
    if len(words) < DEFAULT.break_glass_reason_length:
        raise Invalid(fields={"reason": "too_short"})
    if len(words) > LONGEST_REASON:
        raise Invalid(fields={"reason": "too_long"})
    limits.spend(key=f"glass:{actor.person}", limit=DEFAULT.break_glass_per_hour, window=AN_HOUR, at=at)
    household = m.Household.objects.select_related("zone").filter(code=read_code(code)).first()
    if household is None:
        raise NotFound
    row = m.BreakGlass(
        id=rows.new_id(id, m.BreakGlass),
        created_at=at,
        person_id=actor.person,
        household=household,
        reason=words,
        until=at + timedelta(minutes=DEFAULT.break_glass_minutes),
    )
    rows.insert(row)
    audit.record(actor=actor, at=at, action="glass.broken", about=row, household=household.pk)
    match = visible.running(household)
    alarms.raise_alarm(code="glass_broken", role="auditor", level=3, match=match, zone=household.zone, at=at)
    alarms.raise_alarm(code="glass_broken", role="coordinator", level=3, match=match, zone=household.zone, at=at)
    return row


@dataclass(frozen=True, slots=True)
class Look:
    """What the record shows while it is open."""

    row: m.BreakGlass
    match: m.Match | None
    contacts: tuple[Contact, ...]
    destination: Destination | None


@transaction.atomic
def look(*, actor: Actor, glass: UUID, at: datetime) -> Look:
    """Whom to call and where they go; each look is an audit entry. NotFound for others, and when the time is over."""
    row = visible.own(actor, glass, at)
    if row is None or not actor.has(*BREAKS_GLASS):
        raise NotFound
    household = row.household
    audit.record(actor=actor, at=at, action="read.contact", about=household, glass=row.pk)
    match = visible.running(household)
    if match is None:
        return Look(row, None, (Contact("household", household.contact_name, household.contact_phone),), None)
    audit.record(actor=actor, at=at, action="read.exact_place", about=match, glass=row.pk)
    return Look(row, match, tuple(everybody_on(match)), destination_of(match))
