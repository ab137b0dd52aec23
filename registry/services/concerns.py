"""Concerns: a safeguarding report holds a provider at once; two independent ones suspend (rule 13)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import uuid7
from registry.permissions import SYSTEM, Actor
from registry.rules import concerns as rule
from registry.selectors import journeys
from registry.selectors import providers as visible
from registry.services import alarms, audit, holds, noticing, rows, suspension
from registry.services.journeys import by_code

OUTCOMES = ("unfounded", "confirmed", "handed_to_police")
_SUSPENDABLE = ("applied", "in_review", "info_requested", "verified", "expired")


@transaction.atomic
def report(*, actor: Actor, match: UUID, id: UUID, kind: str, text: str, at: datetime) -> m.Concern:
    """Staff report what a household told them about those who carry or host it."""
    seen = journeys.match(actor, match)
    if not journeys.is_staff_of(actor, seen):
        raise NotAllowed
    return _report(seen, actor, id, kind, text, at)


@transaction.atomic
def report_by_household(*, actor: Actor, code: str, id: UUID, kind: str, text: str, at: datetime) -> m.Concern:
    """The household itself reports, by its code and without an account; also when the journey is over."""
    seen = by_code(code, also_closed=True)
    return _report(seen, actor, id, kind, text, at)


def _report(seen: m.Match, actor: Actor, id: UUID, kind: str, text: str, at: datetime) -> m.Concern:
    """Whoever writes it down, the household is the source: two reports of one household are not independent."""
    if kind not in rule.KINDS:
        raise Invalid(fields={"kind": "unknown_choice"})
    concern: m.Concern | None = None
    for number, locked in enumerate(rows.lock_many(m.Provider, _carriers(seen))):
        concern = m.Concern(
            id=rows.new_id(id, m.Concern) if number == 0 else uuid7(),
            created_at=at,
            provider=locked,
            match=seen,
            kind=kind,
            text=text[:2000],
            source=f"h:{seen.household_id}",
            reported_by_id=actor.id,
        )
        rows.insert(concern)
        audit.record(actor=actor, at=at, action="concern.reported", about=concern, kind=kind, provider=locked.id)
        _follow(locked, at)
        noticing.reported(locked, at=at)
    if concern is None:
        raise Conflict("nobody_to_report")
    return concern


def _carriers(seen: m.Match) -> set[UUID]:
    """Whoever offers, drives, rides along or hosts."""
    found: set[UUID | None] = set()
    for leg in journeys.legs_with_offers(seen.pk):
        ride, stay = leg.transport_offer, leg.accommodation_offer
        found |= {ride.provider_id, ride.driver_id, ride.escort_id} if ride else set()
        found |= {stay.provider_id} if stay else set()
    return {pk for pk in found if pk}


def _follow(provider: m.Provider, at: datetime) -> None:
    """What the open reports lead to, done by the rule itself."""
    reports = [rule.Report(c.kind, c.source) for c in provider.concerns.filter(closed_at=None)]
    consequence = rule.consequence(reports)
    alarms.raise_alarm(code="concern", role="officer", level=4, provider=provider, county=provider.county_id, at=at)
    if consequence == "suspend" and provider.status in _SUSPENDABLE:
        suspension.suspend_locked(actor=SYSTEM, subject=provider, reason="two_reports", at=at)
    elif (
        consequence != "none" and not m.Hold.objects.filter(provider=provider, code="report", cleared_at=None).exists()
    ):
        holds.place(actor=SYSTEM, subject=provider, code="report", at=at)


@transaction.atomic
def close(*, actor: Actor, concern: UUID, outcome: str, at: datetime) -> m.Concern:
    """An officer closes a report with what came of it; the hold itself is cleared by two."""
    if outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": "unknown_choice"})
    row = rows.lock(m.Concern, concern, "provider")
    visible.get(actor, row.provider_id)
    if not actor.has("officer", county=row.provider.county_id):
        raise NotFound
    if row.closed_at:
        raise Conflict("concern_closed")
    row.closed_at, row.closed_by_id, row.outcome = at, actor.id, outcome
    rows.save(row, "closed_at", "closed_by", "outcome")
    audit.record(actor=actor, at=at, action="concern.closed", about=row, outcome=outcome)
    return row
