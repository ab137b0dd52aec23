"""Vetting: review, questions, rejection, expiry. Verified is computed; nobody sets it."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from registry import models as m
from registry import states
from registry.errors import Invalid, NotAllowed, Refused
from registry.permissions import SYSTEM, Actor, may_vet, must_be_confirmed
from registry.rules import decisions, vetting
from registry.rules.policy import DEFAULT
from registry.selectors import providers as visible
from registry.selectors.facts import local
from registry.selectors.prepared import Prepared, by_key, prepared
from registry.selectors.standing import Subject, about, kind_of, owner_of
from registry.services import asking, audit, outbox, rows, standdown

REJECTION_REASONS = ("failed_check", "refuses_check", "false_statement", "duplicate", "register_hit", "withdrew")
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


def for_officer(actor: Actor, kind: str, pk: UUID) -> Subject:
    """A subject that an officer of its county may work on, locked."""
    return lock_for_officer(actor, visible.get_subject(actor, kind, pk))


def lock_for_officer(actor: Actor, seen: Thing) -> Thing:
    """The same of a subject in the officer's view."""
    if not may_vet(actor, owner_of(seen)):
        raise NotAllowed
    return lock_subject(seen)


def refuse_conflict(actor: Actor, subject: Subject, declared: bool = False, decision: str = "") -> decisions.Decider:
    """The officer as a decider; Refused when they may not touch this subject, or not decide this of it."""
    return refuse_conflict_with(actor, visible.subject_of(subject, decision), declared)


def refuse_conflict_with(actor: Actor, subject: decisions.Subject, declared: bool = False) -> decisions.Decider:
    """The same, of a subject that the caller has looked up already."""
    decider = visible.decider_of(by_key(m.Person, [actor.person], "organization")[0])
    reasons = decisions.may_decide(decider, subject, declared)
    if reasons:
        raise Refused(reasons=reasons)
    return decider


def go(subject: Subject, action: str, **values: Any) -> None:
    """Take a locked subject through one transition of its own machine."""
    rows.move(subject, MACHINES[kind_of(subject)], action, **values)


@transaction.atomic
def start_review(*, actor: Actor, kind: str, subject: UUID, at: datetime) -> Subject:
    """An officer takes an application into review."""
    row = for_officer(actor, kind, subject)
    go(row, "start_review")
    audit.record(actor=actor, at=at, action="vetting.review_started", about=row)
    return row


def lapse_pending(row: Subject, at: datetime) -> None:
    """A first decision stands on the checks it saw; when they change it must be taken again."""
    lapse_decisions(m.Decision.objects.filter(kind="verify", **about(row)), at)


def lapse_decisions(found: QuerySet[m.Decision], at: datetime) -> None:
    """End those of these decisions that still wait for their second person, each with its entry."""
    for decision in rows.lock_many(m.Decision, found.filter(outcome="pending").values_list("pk", flat=True)):
        if decision.outcome == "pending":
            decision.outcome, decision.second_at = "lapsed", at
            rows.save(decision, "outcome", "second_at")
            audit.record(actor=SYSTEM, at=at, action="decision.lapsed", about=decision, kind=decision.kind)


def back_to_review(actor: Actor, row: Subject, reason: str, at: datetime) -> standdown.Consequences:
    """A locked subject is no longer verified: offers paused, matches halted, pending decisions void."""
    MACHINES[kind_of(row)].after(row.status, "edit_checked_field")
    consequences = standdown.stand_down(actor=actor, subject=row, reason=reason, at=at)
    go(row, "edit_checked_field", verified_at=None, verified_until=None)
    audit.record(actor=actor, at=at, action="vetting.back_to_review", about=row, reason=reason)
    lapse_pending(row, at)
    return consequences


def checked_fields_changed(*, actor: Actor, subject: Subject, changed: list[str], at: datetime) -> bool:
    """Rule 8 for a locked subject: back to review when a checked field is among those changed."""
    reasons = vetting.back_to_review(kind_of(subject), changed)
    _supersede_checks(subject, [str(r.params["field"]) for r in reasons], at)
    if reasons:
        lapse_pending(subject, at)
    if not reasons or subject.status not in ("verified", "expired", "in_review"):
        return False
    back_to_review(actor, subject, "checked_field_changed", at)
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
    "photo": ("photo_with_plate",),
    "beds": ("beds_as_declared",),
    "rooms": ("beds_as_declared",),
    "lockable_room": ("lockable_room",),
    "step_free": ("home_visit",),
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
    row = for_officer(actor, kind, subject)
    go(row, "request_info", info_requested=" ".join(codes)[:200])
    asking.ask(actor=actor, subject=row, codes=codes, at=at)
    audit.record(actor=actor, at=at, action="vetting.info_requested", about=row, codes=codes)
    return row


@transaction.atomic
def reject(*, actor: Actor, kind: str, subject: UUID, reason: str, at: datetime) -> Subject:
    """Refuse an application with a reason that the applicant is told and may appeal."""
    if reason not in REJECTION_REASONS:
        raise Invalid(fields={"reason": "unknown_choice"})
    row = for_officer(actor, kind, subject)
    must_be_confirmed(actor, at)
    refuse_conflict(actor, row)
    go(row, "reject", rejected_at=at, rejected_by=m.Person.objects.get(pk=actor.person), rejected_reason=reason)
    lapse_pending(row, at)
    outbox.owe(
        key=f"rejected:{row.pk}:{at.isoformat()}",
        code="rejected",
        recipient="provider",
        provider=owner_of(row),
        at=at,
        rejection=reason,
        on=(local(at).date() + timedelta(days=DEFAULT.appeal_days)).isoformat(),
    )
    audit.record(actor=actor, at=at, action="vetting.rejected", about=row, reason=reason)
    return row


def expire_due(*, actor: Actor, at: datetime, limit: int = 100) -> int:
    """Move to expired whatever lapsed before today, each in its own transaction; returns how many."""
    today = local(at).date()
    done = 0
    for model in (m.Provider, m.Vehicle, m.Dwelling):
        done += sum(_expire(actor, row, today, at) for row in _lapsed(model, limit)(today))
    return done


@cache
def _lapsed(model: type[Subject], limit: int) -> Prepared[[date], Subject]:
    return prepared(
        lambda today: model.objects.filter(status="verified", verified_until__lt=today).order_by("pk")[:limit]
    )


@transaction.atomic
def _expire(actor: Actor, subject: Subject, today: date, at: datetime) -> bool:
    row = lock_subject(subject)
    if row.status != "verified" or row.verified_until is None or row.verified_until >= today:
        return False
    standdown.stand_down(actor=actor, subject=row, reason="expired", at=at)
    go(row, "expire")
    audit.record(actor=actor, at=at, action="vetting.expired", about=row)
    return True


@transaction.atomic
def renew(*, actor: Actor, kind: str, subject: UUID, at: datetime) -> Subject:
    """An expired subject goes back to review so that its lapsed checks can be done again."""
    row = for_officer(actor, kind, subject)
    go(row, "renew", verified_at=None, verified_until=None)
    audit.record(actor=actor, at=at, action="vetting.renewed", about=row)
    return row
