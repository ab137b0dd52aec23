"""Decisions of two people: verify, lift, revoke, clear a hold, decide an appeal. One proposes, the other carries."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotFound, Refused
from registry.permissions import Actor, must_be_confirmed
from registry.rules import decisions as rule
from registry.rules.policy import DEFAULT
from registry.rules.reasons import Reason
from registry.selectors import providers as visible
from registry.selectors.facts import local
from registry.selectors.prepared import by_key, one_with
from registry.selectors.standing import Subject, about, current_checks, kind_of, owner_of, standing_of
from registry.services import answering, audit, holds, passes, register, reviews, rows, signals, vetting

DECISION_REASONS = (
    "checks_complete",
    "hold_explained",
    "cause_removed",
    "confirmed_abuse",
    "withdrew",
    "not_convinced",
    "rejection_wrong",
    "rejection_right",
)


@transaction.atomic
def decide_first(
    *,
    actor: Actor,
    kind: str,
    subject: UUID,
    id: UUID,
    decision: str,
    reason: str,
    at: datetime,
    hold: UUID | None = None,
    conflict_declared: bool = False,
) -> m.Decision:
    """The first of two: verify, lift, revoke, or clear a hold. Nothing changes until the second agrees."""
    if decision not in m.Decision.KINDS or reason not in DECISION_REASONS:
        raise Invalid(fields={"decision" if decision not in m.Decision.KINDS else "reason": "unknown_choice"})
    row = vetting.for_officer(actor, kind, subject)
    must_be_confirmed(actor, at)
    decider = vetting.refuse_conflict(actor, row, conflict_declared, decision)
    checks = current_checks(row)
    _refuse_unready(row, decision, hold, checks, at)
    pending = m.Decision(
        id=rows.new_id(id, m.Decision),
        created_at=at,
        kind=decision,
        hold_id=hold,
        first_by_id=actor.person,
        first_at=at,
        first_organization_id=visible.employer_of(decider),
        first_reason=reason,
        policy_version=DEFAULT.version,
        evidence=[str(check.id) for check in checks],
        **about(row),
    )
    rows.insert(pending, "decision_pending")
    audit.record(
        actor=actor, at=at, action="decision.first", about=pending, kind=decision, subject=row.pk, reason=reason
    )
    return pending


def _refuse_unready(row: Subject, decision: str, hold: UUID | None, checks: list[m.Check], at: datetime) -> None:
    """A decision that could not be carried now is not opened."""
    if decision == "clear_hold":
        if hold is None or not m.Hold.objects.filter(pk=hold, cleared_at=None, **about(row)).exists():
            raise NotFound
        return
    if hold is not None:
        raise Invalid(fields={"hold": "not_for_this_decision"})
    if decision in visible.APPEALS:
        if answering.pending_appeal(row) is None:
            raise Conflict("no_appeal")
        return
    vetting.MACHINES[kind_of(row)].after(row.status, decision)
    if decision == "verify":
        standing = standing_of(row, local(at).date(), checks)
        if not standing.complete:
            raise Refused(reasons=standing.reasons)


@transaction.atomic
def decide_second(
    *, actor: Actor, decision: UUID, carry: bool, reason: str, at: datetime, conflict_declared: bool = False
) -> m.Decision:
    """The second of two, another person of another organization: carries the decision out or refuses it."""
    if reason not in DECISION_REASONS:
        raise Invalid(fields={"reason": "unknown_choice"})
    found = one_with(m.Decision, decision)
    if found is None:
        raise NotFound
    row = vetting.for_officer(actor, subject_kind(found), _subject_id(found))
    must_be_confirmed(actor, at)
    pending = rows.lock(m.Decision, decision)
    if pending.outcome != "pending":
        raise Conflict("decision_over")
    subject = visible.subject_of(row, pending.kind)
    second = vetting.refuse_conflict_with(actor, subject, conflict_declared)
    _refuse_pair(pending, second, subject)
    pending.outcome = "carried" if carry else "refused"
    pending.second_by_id, pending.second_at = actor.id, at
    pending.second_organization_id, pending.second_reason = actor.organization, reason
    rows.save(pending, "outcome", "second_by", "second_at", "second_organization", "second_reason")
    if carry:
        # Only now: the database lets nobody become verified or lifted before two people have said so.
        _carry(pending, row, actor, at)
    audit.record(
        actor=actor, at=at, action=f"decision.{pending.outcome}", about=pending, kind=pending.kind, subject=row.pk
    )
    if carry:
        reviews.draw(decision=pending, at=at)
    return pending


def _subject_id(decision: m.Decision) -> UUID:
    found = decision.provider_id or decision.vehicle_id or decision.dwelling_id
    if found is None:
        raise NotFound
    return found


def subject_kind(decision: m.Decision | m.Hold) -> str:
    """What the decision or hold is about: provider, vehicle or dwelling."""
    return next(k for k in ("provider", "vehicle", "dwelling") if getattr(decision, f"{k}_id"))


def _refuse_pair(pending: m.Decision, second: rule.Decider, subject: rule.Subject) -> None:
    """Both of the two are asked again: the first may have moved, married or changed employer since."""
    (first_person,) = by_key(m.Person, [pending.first_by_id], "organization")
    reasons = rule.two_person((visible.decider_of(first_person), second), subject)
    if pending.first_organization_id == second.organization and not reasons:
        reasons = (Reason("same_organization_twice", rule=2),)
    if reasons:
        raise Refused(reasons=reasons)


def _carry(pending: m.Decision, row: Subject, actor: Actor, at: datetime) -> None:
    if pending.kind == "clear_hold":
        holds.clear(actor=actor, hold=pending.hold_id, at=at)
        signals.hold_cleared(hold=pending.hold_id, decision=pending, second=actor, at=at)
        passes.issue_for(actor=actor, provider=owner_of(row), at=at, today=local(at).date())
    elif pending.kind == "verify":
        _verify(pending, row, actor, at)
    elif pending.kind in visible.APPEALS:
        answering.decide_appeal(actor=actor, subject=row, decision=pending, at=at)
    elif pending.kind == "lift":
        vetting.go(row, "lift", suspended_at=None, suspended_by=None, suspended_reason="")
    else:
        vetting.go(row, "revoke", revoked_at=at)
        register.suggest_by_rule(provider=owner_of(row), cause=pending.first_reason, at=at)


def _verify(pending: m.Decision, row: Subject, actor: Actor, at: datetime) -> None:
    today = local(at).date()
    checks = current_checks(row)
    standing = standing_of(row, today, checks)
    if not standing.complete:
        raise Refused(reasons=standing.reasons)
    if pending.evidence != [str(check.id) for check in checks]:
        raise Conflict("checks_changed")
    vetting.go(row, "verify", verified_at=at, verified_until=standing.until)
    passes.issue_for(actor=actor, provider=owner_of(row), at=at, today=today)


@transaction.atomic
def withdraw_decision(*, actor: Actor, decision: UUID, at: datetime) -> m.Decision:
    """The first person takes the decision back before anybody seconds it."""
    row = rows.lock(m.Decision, decision)
    if row.first_by_id != actor.id:
        raise NotFound
    if row.outcome != "pending":
        raise Conflict("decision_over")
    row.outcome = "withdrawn"
    rows.save(row, "outcome")
    audit.record(actor=actor, at=at, action="decision.withdrawn", about=row)
    return row
