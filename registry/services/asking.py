"""Questions to applicants: asked with a day, answered by them, lapsing into a queue when nothing comes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from registry import models as m
from registry.errors import Invalid
from registry.ids import uuid7
from registry.models.asking import LONGEST_TEXT
from registry.permissions import SYSTEM, Actor
from registry.rules.policy import DEFAULT
from registry.selectors.facts import local
from registry.selectors.prepared import Prepared, prepared
from registry.selectors.standing import Subject, about, owner_of
from registry.services import audit, outbox, rows


def clean_text(text: str, *, needed: bool) -> str:
    """An applicant's own words, not longer than we keep."""
    words = text.strip()
    if needed and not words:
        raise Invalid(fields={"text": "required"})
    if len(words) > LONGEST_TEXT:
        raise Invalid(fields={"text": "too_long"})
    return words


def ask(*, actor: Actor, subject: Subject, codes: Sequence[str], at: datetime) -> m.InfoRequest:
    """Write down what a locked subject is asked for and until when, and tell its provider."""
    _open(subject).update(closed_at=at)
    row = m.InfoRequest(
        id=uuid7(),
        created_at=at,
        codes=" ".join(codes)[:200],
        asked_by_id=actor.person,
        due_on=local(at).date() + timedelta(days=DEFAULT.info_days),
        **about(subject),
    )
    rows.insert(row)
    outbox.owe(key=f"info:{row.pk}", code="info_requested", recipient="provider", at=at, **_told(row, subject))
    return row


def answered(*, actor: Actor, subject: Subject, text: str, at: datetime) -> None:
    """Close the question of a locked subject with the words that came back."""
    words = clean_text(text, needed=False)
    for row in _open(subject):
        row.closed_at, row.answered_by_id, row.answer = at, actor.person, words
        rows.save(row, "closed_at", "answered_by", "answer")


def _open(subject: Subject) -> QuerySet[m.InfoRequest]:
    return m.InfoRequest.objects.filter(closed_at=None, **about(subject))


def lapse_due(*, at: datetime, limit: int = 200) -> int:
    """Move questions whose day is over into the officers' queue, each once; nobody is rejected by a date."""
    today = local(at).date()
    return sum(_lapse(row, today, at) for row in _waiting(limit)(today))


@cache
def _waiting(limit: int) -> Prepared[[date], m.InfoRequest]:
    rows = m.InfoRequest.objects.filter(closed_at=None, lapsed_at=None).order_by("due_on", "pk")
    return prepared(lambda today: rows.filter(due_on__lt=today)[:limit])


@transaction.atomic
def _lapse(seen: m.InfoRequest, today: date, at: datetime) -> bool:
    row = rows.lock(m.InfoRequest, seen.pk)
    if row.closed_at or row.lapsed_at or row.due_on >= today:
        return False
    subject = subject_of(row)
    asked_still = subject.status == "info_requested"
    row.lapsed_at, row.closed_at = at, None if asked_still else at
    rows.save(row, "lapsed_at", "closed_at")
    if asked_still:
        audit.record(actor=SYSTEM, at=at, action="vetting.info_lapsed", about=subject)
        outbox.owe(key=f"info_lapsed:{row.pk}", code="info_lapsed", recipient="provider", at=at, **_told(row, subject))
    return asked_still


def subject_of(row: m.InfoRequest | m.Appeal | m.Decision) -> Subject:
    """What a question, an appeal or a decision is about."""
    return next(thing for thing in (row.provider, row.vehicle, row.dwelling) if isinstance(thing, Subject))


def _told(row: m.InfoRequest, subject: Subject) -> dict[str, Any]:
    return {"provider": owner_of(subject), "checks": row.codes, "on": row.due_on.isoformat()}
