"""Vetting: checks, questions, and the decision of two people. Verified is computed, nobody sets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.permissions import Actor, may_vet
from registry.rules import decisions, vetting
from registry.rules.policy import DEFAULT
from registry.rules.reasons import Reason
from registry.selectors import providers as visible
from registry.selectors.facts import local
from registry.selectors.standing import Subject, about, current_checks, kind_of, owner_of, standing_of
from registry.services import audit, holds, passes, rows, standdown

REJECTION_REASONS = ("failed_check", "refuses_check", "false_statement", "duplicate", "register_hit", "withdrew")
DECISION_REASONS = (
    "checks_complete",
    "hold_explained",
    "cause_removed",
    "confirmed_abuse",
    "withdrew",
    "not_convinced",
)
Thing = TypeVar("Thing", bound=Subject)
MACHINES = {"provider": states.PROVIDER, "vehicle": states.VEHICLE, "dwelling": states.DWELLING}


def lock_subject(subject: Thing) -> Thing:
    """The subject again, locked together with its provider, provider first."""
    provider = rows.lock(m.Provider, owner_of(subject).pk)
    if isinstance(subject, m.Provider):
        return cast("Thing", provider)
    locked = rows.lock(type(subject), subject.pk)
    if isinstance(locked, m.Vehicle | m.Dwelling):
        locked.provider = provider
    return locked


def _for_officer(actor: Actor, kind: str, pk: UUID) -> Subject:
    subject = visible.get_subject(actor, kind, pk)
    if not may_vet(actor, owner_of(subject)):
        raise NotAllowed
    return lock_subject(subject)


def _refuse_conflict(actor: Actor, subject: Subject, declared: bool = False) -> decisions.Decider:
    """The officer as a decider; Refused when they may not touch this subject at all."""
    decider = visible.decider_of(m.Person.objects.select_related("organization").get(pk=actor.person))
    reasons = decisions.may_decide(decider, visible.subject_of(subject), declared)
    if reasons:
        raise Refused(reasons=reasons)
    return decider


def _go(subject: Subject, action: str, **values: Any) -> None:
    rows.move(subject, MACHINES[kind_of(subject)], action, **values)


@transaction.atomic
def start_review(*, actor: Actor, kind: str, subject: UUID, at: datetime) -> Subject:
    """An officer takes an application into review."""
    row = _for_officer(actor, kind, subject)
    _go(row, "start_review")
    audit.record(actor=actor, at=at, action="vetting.review_started", about=row)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDraft:
    """One named check as an officer took it down; ``evidence`` is metadata of what was seen, never the paper."""

    id: UUID
    code: str
    passed: bool
    evidence: Mapping[str, Any]
    resident: UUID | None = None


def record_check(
    *,
    actor: Actor,
    kind: str,
    subject: UUID,
    id: UUID,
    code: str,
    passed: bool,
    evidence: Mapping[str, Any],
    at: datetime,
    resident: UUID | None = None,
) -> m.Check:
    """Record the result of one named check with evidence metadata; a failed one ends verification at once."""
    draft = CheckDraft(id=id, code=code, passed=passed, evidence=evidence, resident=resident)
    return record_checks(actor=actor, kind=kind, subject=subject, drafts=[draft], at=at)[0]


@transaction.atomic
def record_checks(
    *, actor: Actor, kind: str, subject: UUID, drafts: Sequence[CheckDraft], at: datetime
) -> list[m.Check]:
    """Record a whole sheet of checks of one subject, all or none; a failed one ends verification at once."""
    row = _for_officer(actor, kind, subject)
    _refuse_conflict(actor, row)
    done = _record(row, kind, drafts, actor, at)
    _lapse_pending(row, at)
    if row.status in ("verified", "expired") and not all(check.passed for check in done):
        _back_to_review(actor, row, "failed_check", at)
    _shorten(row, [check.lapses_on for check in done if check.lapses_on])
    return done


def _shorten(row: Subject, lapses: list[date]) -> None:
    """A check that lapses before verification does takes it along; only two people make it longer."""
    first = min(lapses, default=None)
    if row.status == "verified" and first and row.verified_until and first < row.verified_until:
        row.verified_until = first
        rows.save(row, "verified_until")


def _record(row: Subject, kind: str, drafts: Sequence[CheckDraft], actor: Actor, at: datetime) -> list[m.Check]:
    rows.new_ids([draft.id for draft in drafts], m.Check)
    checks = [_new_check(row, draft, actor, at) for draft in drafts]
    if row.status in ("rejected", "revoked"):
        raise Conflict("not_in_review")
    for resident in {draft.resident for draft in drafts}:
        codes = [draft.code for draft in drafts if draft.resident == resident]
        about_whom = {"resident": resident} if resident else about(row)
        m.Check.objects.filter(code__in=codes, superseded_at=None, **about_whom).update(superseded_at=at)
    rows.insert_all(m.Check, checks)
    if row.status == "applied":
        _go(row, "start_review")
    data = {"subject": row.pk, "kind": kind}
    audit.record_all(
        audit.entry(actor=actor, at=at, action="check.recorded", about=c, code=c.code, passed=c.passed, **data)
        for c in checks
    )
    return checks


def _target(row: Subject, resident: UUID | None) -> dict[str, Any]:
    if resident is None:
        return about(row)
    found = m.Resident.objects.filter(pk=resident, dwelling_id=row.pk, moved_out_at=None).first()
    if found is None:
        raise NotFound
    return {"resident": found}


def _subject_names(row: Subject, target: Mapping[str, Any]) -> tuple[str, ...]:
    if "resident" in target:
        return ("resident",)
    if isinstance(row, m.Provider):
        return ("organization",) if row.kind == "organization" else ("person", "driver")
    return (kind_of(row),)


def _refuse_bad_evidence(
    code: str, row: Subject, target: Mapping[str, Any], evidence: Mapping[str, Any], passed: bool, today: date
) -> None:
    names = _subject_names(row, target)
    asked_of = next((name for name in names if code in vetting.required(name)), names[0])
    bad = vetting.bad_evidence(code, asked_of, evidence, passed)
    expires_on = evidence.get("expires_on")
    if passed and expires_on and expires_on < today:
        bad = {**bad, "expires_on": "evidence_expired"}
    if bad:
        raise Invalid(fields=bad)


def _new_check(row: Subject, draft: CheckDraft, actor: Actor, at: datetime) -> m.Check:
    target, evidence, today = _target(row, draft.resident), draft.evidence, local(at).date()
    _refuse_bad_evidence(draft.code, row, target, evidence, draft.passed, today)
    return m.Check(
        id=draft.id,
        created_at=at,
        code=draft.code,
        passed=draft.passed,
        checked_by_id=actor.person,
        checked_at=at,
        lapses_on=vetting.lapses_on(draft.code, today, evidence.get("expires_on")),
        evidence_type=evidence.get("type") or "",
        evidence_country=evidence.get("country") or "",
        evidence_last_four=evidence.get("last_four") or "",
        evidence_expires_on=evidence.get("expires_on"),
        **target,
    )


def _lapse_pending(row: Subject, at: datetime) -> None:
    """A first decision stands on the checks it saw; when they change it must be taken again."""
    m.Decision.objects.filter(outcome="pending", kind="verify", **about(row)).update(outcome="lapsed", second_at=at)


def _back_to_review(actor: Actor, row: Subject, reason: str, at: datetime) -> standdown.Consequences:
    _go(row, "edit_checked_field", verified_at=None, verified_until=None)
    audit.record(actor=actor, at=at, action="vetting.back_to_review", about=row, reason=reason)
    _lapse_pending(row, at)
    return standdown.stand_down(actor=actor, subject=row, reason=reason, at=at)


def checked_fields_changed(*, actor: Actor, subject: Subject, changed: list[str], at: datetime) -> bool:
    """Rule 8 for a locked subject: back to review when a checked field is among those changed."""
    reasons = vetting.back_to_review(kind_of(subject), changed)
    _supersede_checks(subject, [str(r.params["field"]) for r in reasons], at)
    if reasons:
        _lapse_pending(subject, at)
    if not reasons or subject.status not in ("verified", "expired", "in_review"):
        return False
    _back_to_review(actor, subject, "checked_field_changed", at)
    return True


# An edit makes the checks of that field void; they must be done again.
VOIDS = {
    "phone": ("phone_confirmed",),
    "address": ("address_confirmed", "home_visit"),
    "town": ("address_confirmed", "home_visit"),
    "county": ("address_confirmed", "home_visit"),
    "given_name": ("identity", "integrity_certificate", "no_duplicate"),
    "family_name": ("identity", "integrity_certificate", "no_duplicate"),
    "birth_year": ("identity", "integrity_certificate", "no_duplicate"),
    "sex": ("identity",),
    "organization": ("no_duplicate",),
    "organization_name": ("registration", "no_duplicate"),
    "registration_number": ("registration", "no_duplicate"),
    "plate": ("plate_seen", "photo_with_plate", "inspection", "insurance", "owner_permission"),
    "plate_country": ("plate_seen", "photo_with_plate", "inspection", "insurance"),
    "make": ("photo_with_plate",),
    "color": ("photo_with_plate",),
    "seats": ("plate_seen",),
    "child_seats": ("plate_seen",),
    "wheelchair_places": ("plate_seen",),
    "beds": ("beds_as_declared",),
    "rooms": ("beds_as_declared",),
    "lockable_room": ("lockable_room",),
    "lat": ("home_visit",),
    "lon": ("home_visit",),
}


def _supersede_checks(subject: Subject, fields: list[str], at: datetime) -> None:
    codes = {code for name in fields for code in VOIDS.get(name, ())}
    m.Check.objects.filter(superseded_at=None, code__in=codes, **about(subject)).update(superseded_at=at)


@transaction.atomic
def request_info(*, actor: Actor, kind: str, subject: UUID, codes: list[str], at: datetime) -> Subject:
    """Ask the provider for what is missing: check codes, shown to them in their language."""
    unknown = [c for c in codes if c not in vetting.definitions()]
    if unknown or not codes:
        raise Invalid(fields={"codes": "unknown_choice"})
    row = _for_officer(actor, kind, subject)
    _go(row, "request_info", info_requested=" ".join(codes)[:200])
    audit.record(actor=actor, at=at, action="vetting.info_requested", about=row, codes=codes)
    return row


@transaction.atomic
def reject(*, actor: Actor, kind: str, subject: UUID, reason: str, at: datetime) -> Subject:
    """Refuse an application with a reason that the applicant is told and may appeal."""
    if reason not in REJECTION_REASONS:
        raise Invalid(fields={"reason": "unknown_choice"})
    row = _for_officer(actor, kind, subject)
    _refuse_conflict(actor, row)
    _go(row, "reject", rejected_at=at, rejected_reason=reason)
    _lapse_pending(row, at)
    audit.record(actor=actor, at=at, action="vetting.rejected", about=row, reason=reason)
    return row


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
    row = _for_officer(actor, kind, subject)
    decider = _refuse_conflict(actor, row, conflict_declared)
    _refuse_unready(row, decision, hold, at)
    pending = m.Decision(
        id=rows.new_id(id, m.Decision),
        created_at=at,
        kind=decision,
        hold_id=hold,
        first_by_id=actor.person,
        first_at=at,
        first_organization_id=_organization(decider),
        first_reason=reason,
        policy_version=DEFAULT.version,
        evidence=[str(check.id) for check in current_checks(row)],
        **about(row),
    )
    rows.insert(pending, "decision_pending")
    audit.record(
        actor=actor, at=at, action="decision.first", about=pending, kind=decision, subject=row.pk, reason=reason
    )
    return pending


def _organization(decider: decisions.Decider) -> UUID:
    if decider.organization is None:
        raise NotAllowed("decider_without_organization")
    return decider.organization


def _refuse_unready(row: Subject, decision: str, hold: UUID | None, at: datetime) -> None:
    """A decision that could not be carried now is not opened."""
    if decision == "clear_hold":
        if hold is None or not m.Hold.objects.filter(pk=hold, cleared_at=None, **about(row)).exists():
            raise NotFound
        return
    if hold is not None:
        raise Invalid(fields={"hold": "not_for_this_decision"})
    MACHINES[kind_of(row)].after(row.status, decision)
    if decision == "verify":
        standing = standing_of(row, local(at).date())
        if not standing.complete:
            raise Refused(reasons=standing.reasons)


@transaction.atomic
def decide_second(
    *, actor: Actor, decision: UUID, carry: bool, reason: str, at: datetime, conflict_declared: bool = False
) -> m.Decision:
    """The second of two, another person of another organization: carries the decision out or refuses it."""
    if reason not in DECISION_REASONS:
        raise Invalid(fields={"reason": "unknown_choice"})
    seen = m.Decision.objects.select_related("provider", "vehicle__provider", "dwelling__provider").filter(pk=decision)
    found = seen.first()
    if found is None:
        raise NotFound
    row = _for_officer(actor, subject_kind(found), _subject_id(found))
    pending = rows.lock(m.Decision, decision)
    if pending.outcome != "pending":
        raise Conflict("decision_over")
    second = _refuse_conflict(actor, row, conflict_declared)
    _refuse_pair(pending, second, row)
    if carry:
        _carry(pending, row, actor, at)
    pending.outcome = "carried" if carry else "refused"
    pending.second_by_id, pending.second_at = actor.id, at
    pending.second_organization_id, pending.second_reason = actor.organization, reason
    rows.save(pending, "outcome", "second_by", "second_at", "second_organization", "second_reason")
    audit.record(
        actor=actor, at=at, action=f"decision.{pending.outcome}", about=pending, kind=pending.kind, subject=row.pk
    )
    return pending


def _subject_id(decision: m.Decision) -> UUID:
    found = decision.provider_id or decision.vehicle_id or decision.dwelling_id
    if found is None:
        raise NotFound
    return found


def subject_kind(decision: m.Decision | m.Hold) -> str:
    """What the decision or hold is about: provider, vehicle or dwelling."""
    return next(k for k in ("provider", "vehicle", "dwelling") if getattr(decision, f"{k}_id"))


def _refuse_pair(pending: m.Decision, second: decisions.Decider, row: Subject) -> None:
    """Both of the two are asked again: the first may have moved, married or changed employer since."""
    first_person = m.Person.objects.select_related("organization").get(pk=pending.first_by_id)
    reasons = decisions.two_person((visible.decider_of(first_person), second), visible.subject_of(row))
    if pending.first_organization_id == second.organization and not reasons:
        reasons = (Reason("same_organization_twice", rule=2),)
    if reasons:
        raise Refused(reasons=reasons)


def _carry(pending: m.Decision, row: Subject, actor: Actor, at: datetime) -> None:
    if pending.kind == "clear_hold":
        holds.clear(hold=pending.hold_id, at=at)
        passes.issue_for(actor=actor, provider=owner_of(row), at=at, today=local(at).date())
    elif pending.kind == "verify":
        _verify(pending, row, actor, at)
    elif pending.kind == "lift":
        _go(row, "lift", suspended_at=None, suspended_by=None, suspended_reason="")
    else:
        _go(row, "revoke", revoked_at=at)


def _verify(pending: m.Decision, row: Subject, actor: Actor, at: datetime) -> None:
    today = local(at).date()
    standing = standing_of(row, today)
    if not standing.complete:
        raise Refused(reasons=standing.reasons)
    if pending.evidence != [str(check.id) for check in current_checks(row)]:
        raise Conflict("checks_changed")
    _go(row, "verify", verified_at=at, verified_until=standing.until)
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


def expire_due(*, actor: Actor, at: datetime, limit: int = 100) -> int:
    """Move to expired whatever lapsed before today, each in its own transaction; returns how many."""
    today = local(at).date()
    done = 0
    for model in (m.Provider, m.Vehicle, m.Dwelling):
        lapsed = model.objects.filter(status="verified", verified_until__lt=today).order_by("pk")[:limit]
        done += sum(_expire(actor, row, today, at) for row in lapsed)
    return done


@transaction.atomic
def _expire(actor: Actor, subject: Subject, today: date, at: datetime) -> bool:
    row = lock_subject(subject)
    if row.status != "verified" or row.verified_until is None or row.verified_until >= today:
        return False
    _go(row, "expire")
    audit.record(actor=actor, at=at, action="vetting.expired", about=row)
    standdown.stand_down(actor=actor, subject=row, reason="expired", at=at)
    return True


@transaction.atomic
def renew(*, actor: Actor, kind: str, subject: UUID, at: datetime) -> Subject:
    """An expired subject goes back to review so that its lapsed checks can be done again."""
    row = _for_officer(actor, kind, subject)
    _go(row, "renew", verified_at=None, verified_until=None)
    audit.record(actor=actor, at=at, action="vetting.renewed", about=row)
    return row
