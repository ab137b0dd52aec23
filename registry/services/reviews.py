"""The blind second look: some carried decisions are drawn and done again by somebody who knew nothing of them."""

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotFound, Refused
from registry.ids import uuid7
from registry.permissions import SYSTEM, Actor, must_be_confirmed
from registry.rules import draw as rule
from registry.rules.policy import DEFAULT
from registry.rules.reasons import Reason
from registry.selectors import reviews as selected
from registry.selectors.prepared import Prepared, prepared
from registry.selectors.standing import Subject, owner_of
from registry.services import alarms, audit, holds, rows
from registry.services.vetting import lock_subject

AGREE = ("evidence_convinces",)
DISAGREE = ("evidence_thin", "evidence_contradicts", "decided_too_soon", "should_be_stopped")
REASONS = (*AGREE, *DISAGREE)


def draw(*, decision: m.Decision, at: datetime) -> m.Review | None:
    """Draw for a decision that two people have just carried, in their transaction; the entry lets all prove it."""
    secret, percent = settings.REVIEW_SECRET, settings.REVIEW_PERCENT
    drawn = rule.is_drawn(secret, decision.pk, percent)
    audit.record(
        actor=SYSTEM,
        at=at,
        action="review.draw",
        about=decision,
        drawn=drawn,
        percent=percent,
        commitment=rule.commitment(secret),
    )
    if not drawn:
        return None
    due_at = at + timedelta(days=DEFAULT.review_days)
    return rows.insert(m.Review(id=uuid7(), created_at=at, decision=decision, due_at=due_at))


@transaction.atomic
def read(*, actor: Actor, review: UUID, at: datetime) -> selected.File:
    """One review with the evidence; that its provider was looked at is written down."""
    file = selected.one(actor, review, at)
    audit.record(actor=actor, at=at, action="read.identity", about=owner_of(file.thing))
    return file


@transaction.atomic
def answer(
    *, actor: Actor, review: UUID, agree: bool, reason: str, at: datetime, conflict_declared: bool = False
) -> m.Review:
    """The third person's own decision on the same evidence; a no holds the subject and tells the auditors."""
    if reason not in (AGREE if agree else DISAGREE):
        raise Invalid(fields={"reason": "unknown_choice"})
    must_be_confirmed(actor, at)
    row, subject = _lock(actor, review, conflict_declared)
    row.outcome, row.reason = "agreed" if agree else "disagreed", reason
    row.done_at, row.done_by_id, row.done_organization_id = at, actor.person, actor.organization
    rows.save(row, "outcome", "reason", "done_at", "done_by", "done_organization")
    audit.record(actor=actor, at=at, action=f"review.{row.outcome}", about=row, decision=row.decision_id, reason=reason)
    if not agree:
        holds.place(actor=SYSTEM, subject=subject, code="review_disagreed", at=at)
        _tell("review_disagreed", subject, 4, at)
    return row


def _lock(actor: Actor, review: UUID, declared: bool) -> tuple[m.Review, Subject]:
    """The review and its subject, locked subject first, for somebody who may do it."""
    if not actor.has("officer"):
        raise NotFound
    seen = selected.pending(review)
    if seen is None:
        raise Conflict("review_over") if m.Review.objects.filter(pk=review, done_by=actor.person).exists() else NotFound
    if declared:
        raise Refused(reasons=(Reason("conflict_declared", rule=3),))
    if selected.why_not(actor, seen):
        raise NotFound
    subject = lock_subject(selected.thing_of(seen))
    row = rows.lock(m.Review, review)
    if row.outcome != "pending":
        raise Conflict("review_over")
    return row, subject


def _tell(code: str, subject: Subject, level: int, at: datetime) -> None:
    """An alarm for the officers of the county and one for the auditors."""
    owner = owner_of(subject)
    alarms.raise_alarm(code=code, role="auditor", level=level, provider=owner, at=at)
    alarms.raise_alarm(code=code, role="officer", level=level, provider=owner, county=owner.county_id, at=at)


def alarm_late(*, at: datetime, limit: int = 200) -> int:
    """Raise the alarm for reviews that nobody has done in time, each once; returns how many."""
    return sum(_late(pk, at) for pk in _overdue(limit)(at))


@cache
def _overdue(limit: int) -> Prepared[[datetime], UUID]:
    rows = m.Review.objects.filter(outcome="pending", late_at=None).order_by("due_at", "pk")
    return prepared(lambda at: rows.filter(due_at__lt=at).values_list("pk", flat=True)[:limit])


@transaction.atomic
def _late(pk: UUID, at: datetime) -> bool:
    if not m.Review.objects.filter(pk=pk, outcome="pending", late_at=None).update(late_at=at):
        return False
    row = m.Review.objects.select_related(*selected.ABOUT).get(pk=pk)
    _tell("review_late", selected.thing_of(row), 3, at)
    audit.record(actor=SYSTEM, at=at, action="review.late", about=row)
    return True
