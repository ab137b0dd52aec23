"""Suspension: any one officer, one call, everything halted in the same transaction."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Invalid, NotAllowed
from registry.permissions import Actor, may_suspend
from registry.selectors import providers as visible
from registry.selectors.standing import Subject, about, kind_of, owner_of
from registry.services import audit, disclosure, outbox, register, rows, standdown
from registry.services.vetting import MACHINES, lock_subject

REASONS = ("report", "failed_check", "false_statement", "missing_on_road", "police", "officer_doubt", "two_reports")


@transaction.atomic
def suspend(
    *, actor: Actor, kind: str, subject: UUID, reason: str, at: datetime, tell: bool = True
) -> standdown.Consequences:
    """Suspend a provider, vehicle or dwelling and ``tell`` whom to call now: each phone told is an audit entry."""
    if reason not in REASONS:
        raise Invalid(fields={"reason": "unknown_choice"})
    seen = visible.get_subject(actor, kind, subject)
    owner = owner_of(seen)
    if not may_suspend(actor, owner, visible.counties_served(owner)):
        raise NotAllowed
    done = suspend_locked(actor=actor, subject=lock_subject(seen), reason=reason, at=at)
    if not tell:
        return done
    called = disclosure.to_call(actor=actor, matches=(*done.on_the_road, *done.staying), at=at)
    return replace(done, to_call=called)


def _lapse_decisions(subject: Subject, at: datetime) -> None:
    """What one officer had decided before knew nothing of the cause; a hold is cleared on its own grounds."""
    waiting = m.Decision.objects.filter(outcome="pending", **about(subject)).exclude(kind="clear_hold")
    waiting.update(outcome="lapsed", second_at=at)


def suspend_locked(*, actor: Actor, subject: Subject, reason: str, at: datetime) -> standdown.Consequences:
    """Suspend what the caller has locked; also the way of a rule (two independent reports)."""
    MACHINES[kind_of(subject)].after(subject.status, "suspend")
    consequences = standdown.stand_down(actor=actor, subject=subject, reason="suspended", at=at)
    rows.move(
        subject,
        MACHINES[kind_of(subject)],
        "suspend",
        suspended_at=at,
        suspended_by=m.Person.objects.get(pk=actor.id) if actor.id else None,
        suspended_reason=reason,
    )
    _lapse_decisions(subject, at)
    audit.record(
        actor=actor,
        at=at,
        action="suspension.placed",
        about=subject,
        reason=reason,
        halted=len(consequences.halted),
        on_the_road=len(consequences.on_the_road),
    )
    provider = owner_of(subject)
    outbox.owe(
        key=f"suspended:{subject.pk}:{at.isoformat()}", code="suspended", recipient="provider", provider=provider, at=at
    )
    register.suggest_by_rule(provider=provider, cause=reason, at=at)
    return consequences
