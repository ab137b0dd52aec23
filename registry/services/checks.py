"""Named checks, recorded with evidence metadata; a failed one ends verification at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotFound, Refused
from registry.permissions import Actor
from registry.rules import vetting as rule
from registry.selectors import providers as visible
from registry.selectors.facts import local
from registry.selectors.standing import Subject, about, kind_of, owner_of
from registry.services import audit, identities, noticing, photos, rows, vetting


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDraft:
    """One named check as an officer took it down; ``evidence`` is metadata of what was seen, never the paper.

    ``refused``: the provider would not undergo it. The number of a paper is in ``evidence`` and is not kept.
    """

    id: UUID
    code: str
    passed: bool
    evidence: Mapping[str, Any]
    resident: UUID | None = None
    refused: bool = False


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
    refused: bool = False,
) -> m.Check:
    """Record the result of one named check with evidence metadata; a failed one ends verification at once."""
    draft = CheckDraft(id=id, code=code, passed=passed, evidence=evidence, resident=resident, refused=refused)
    return record_checks(actor=actor, kind=kind, subject=subject, drafts=[draft], at=at)[0]


@transaction.atomic
def record_checks(
    *, actor: Actor, kind: str, subject: UUID, drafts: Sequence[CheckDraft], at: datetime
) -> list[m.Check]:
    """Record a whole sheet of checks of one subject, all or none; a failed one ends verification at once."""
    seen = visible.get_subject(actor, kind, subject)
    identities.lock_met(own=owner_of(seen).pk, values={"documents": [_paper(draft) for draft in drafts]}, at=at)
    row = vetting.lock_for_officer(actor, seen)
    decider = vetting.refuse_conflict(actor, row)
    if reasons := [r for draft in drafts for r in rule.may_record(draft.code, decider.is_authority)]:
        raise Refused(reasons=reasons)
    done = _record(row, kind, drafts, actor, at)
    vetting.lapse_pending(row, at)
    if row.status in ("verified", "expired") and not all(check.passed for check in done):
        vetting.back_to_review(actor, row, "failed_check", at)
    _shorten(row, [check.lapses_on for check in done if check.lapses_on])
    _compare(owner_of(row), drafts, at)
    return done


def _paper(draft: CheckDraft) -> tuple[str, str]:
    """The whole number of the paper that was seen, and its country."""
    return str(draft.evidence.get(rule.NUMBER) or ""), str(draft.evidence.get("country") or "")


def _compare(owner: m.Provider, drafts: Sequence[CheckDraft], at: datetime) -> None:
    """Papers are compared with everybody's, and a refusal is noticed."""
    for draft in drafts:
        number, country = _paper(draft)
        if number:
            resident = m.Resident.objects.filter(pk=draft.resident).first() if draft.resident else None
            identities.document_seen(owner, number, country, at=at, resident=resident)
    if any(draft.refused for draft in drafts):
        noticing.check_refused(owner, at=at)


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
    if isinstance(row, m.Vehicle) and any(check.passed and check.code == "photo_with_plate" for check in checks):
        photos.seen_with_plate(actor=actor, vehicle=row, at=at)
    if row.status == "applied":
        vetting.go(row, "start_review")
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
    asked_of = next((name for name in names if code in rule.required(name)), names[0])
    bad = rule.bad_evidence(code, asked_of, evidence, passed)
    expires_on = evidence.get("expires_on")
    if passed and expires_on and expires_on < today:
        bad = {**bad, "expires_on": "evidence_expired"}
    if bad:
        raise Invalid(fields=bad)


def _evidence(draft: CheckDraft) -> Mapping[str, Any]:
    """The evidence with the last four of the number that came in, when one did."""
    number, _ = _paper(draft)
    if draft.refused and draft.passed:
        raise Invalid(fields={"refused": "refused_is_not_passed"})
    return {**draft.evidence, "last_four": rule.last_four(number)} if number else draft.evidence


def _new_check(row: Subject, draft: CheckDraft, actor: Actor, at: datetime) -> m.Check:
    target, evidence, today = _target(row, draft.resident), _evidence(draft), local(at).date()
    _refuse_bad_evidence(draft.code, row, target, evidence, draft.passed, today)
    return m.Check(
        id=draft.id,
        created_at=at,
        code=draft.code,
        passed=draft.passed,
        refused=draft.refused,
        checked_by_id=actor.person,
        checked_at=at,
        lapses_on=rule.lapses_on(draft.code, today, evidence.get("expires_on")),
        evidence_type=evidence.get("type") or "",
        evidence_country=evidence.get("country") or "",
        evidence_last_four=evidence.get("last_four") or "",
        evidence_expires_on=evidence.get("expires_on"),
        **target,
    )
