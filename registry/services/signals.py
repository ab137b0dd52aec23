"""Signals become lines of the review queue, holds and alarms; clearing one takes two people, and is remembered."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from registry import models as m
from registry.errors import Conflict, NotAllowed, NotFound, Refused
from registry.ids import uuid7
from registry.permissions import SYSTEM, Actor, may_suspend, must_be_confirmed
from registry.rules import decisions as rule
from registry.rules.policy import DEFAULT
from registry.rules.reasons import Reason
from registry.rules.signals.book import BOOK
from registry.selectors import providers
from registry.selectors import signals as visible
from registry.selectors.prepared import prepared
from registry.services import alarms, audit, holds, rows, vetting

HOLD_CODES: Mapping[str, str] = {
    "same_identifier": "duplicate_identity",
    "name_alike_and": "duplicate_identity",
    "register_hit": "register_hit",
    "register_name_and_year": "register_hit",
}
PAGE_LEVEL, ALERT_LEVEL = 5, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a signal is about and what was compared.

    ``same`` names the compared data: as long as it is the same, what two people have cleared stays cleared.
    ``compared`` is shown to officers: codes and the last signs of values, never whole ones.
    """

    provider: m.Provider | None = None
    household: m.Household | None = None
    person: m.Person | None = None
    other: m.Provider | None = None
    entry: UUID | None = None
    match: m.Match | None = None
    decision: m.Decision | None = None
    county: str | None = None
    same: Sequence[object] = ()
    compared: Sequence[Mapping[str, Any]] = ()

    @property
    def subject(self) -> m.Provider | m.Household | m.Person:
        """The one whom it is about."""
        found = self.provider or self.household or self.person
        if found is None:
            raise ValueError("a signal is about somebody")
        return found


def notice(reason: Reason | None, about: About, *, at: datetime) -> m.Signal | None:
    """Write down what a rule noticed, hold or alarm as the table of signals says; once for the same data.

    The caller has locked the provider whom it is about.
    """
    if reason is None:
        return None
    memory = _memory(reason, about)
    if m.Signal.objects.filter(memory=memory, outcome__in=("open", "cleared")).exists():
        return None
    row = _insert(_new(reason, about, memory, at))
    if row is None:
        return None
    audit.record(actor=SYSTEM, at=at, action="signal.raised", about=row, code=row.code, subject=about.subject.pk)
    _follow(row, about, at)
    return row


def _memory(reason: Reason, about: About) -> str:
    parts = [reason.code, about.subject.pk, about.other.pk if about.other else "", about.entry or ""]
    said = "|".join(str(part) for part in (*parts, *sorted(str(one) for one in about.same)))
    return hashlib.sha256(said.encode()).hexdigest()


def _new(reason: Reason, about: About, memory: str, at: datetime) -> m.Signal:
    return m.Signal(
        id=uuid7(),
        created_at=at,
        code=reason.code,
        level=BOOK[reason.code].level,
        params=dict(reason.params),
        compared=[dict(line) for line in about.compared],
        memory=memory,
        policy_version=DEFAULT.version,
        provider=about.provider,
        household=about.household,
        person=about.person,
        other=about.other,
        entry_id=about.entry,
        match=about.match,
        decision=about.decision,
        county_id=about.county or (about.provider.county_id if about.provider else None),
    )


def _insert(row: m.Signal) -> m.Signal | None:
    """The row, or None when another transaction has just noticed the same."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return row


def _follow(row: m.Signal, about: About, at: datetime) -> None:
    entry = BOOK[row.code]
    if entry.level == "hold" and about.provider is not None:
        row.hold = _hold(about.provider, HOLD_CODES.get(row.code, "signal"), at)
        rows.update(row, "hold")
    if entry.page or entry.level == "alert":
        code = "register_hit" if entry.page else row.code
        level = PAGE_LEVEL if entry.page else ALERT_LEVEL
        alarms.raise_alarm(
            code=code,
            role="officer",
            level=level,
            at=at,
            match=about.match,
            provider=about.provider,
            county=row.county_id,
        )
    if row.household_id:
        alarms.raise_alarm(code=row.code, role="child_protection", level=4, at=at, county=row.county_id)


def _hold(provider: m.Provider, code: str, at: datetime) -> m.Hold:
    """The open hold with this code, or a new one: two people who clear it see every signal behind it."""
    running = m.Hold.objects.filter(provider=provider, code=code, cleared_at=None, placed_by=None).first()
    return running or holds.place(actor=SYSTEM, subject=provider, code=code, at=at)


def refuse_held(household: m.Household) -> None:
    """Refuse to match a household whose adult two people still have to look at."""
    if _holding(household.pk):
        raise Refused(reasons=[Reason("household_held", severity="hold")])


@prepared
def _holding(household: UUID) -> QuerySet[m.Signal, UUID]:
    held = m.Signal.objects.filter(household=household, level="hold", outcome="open")
    return held.values_list("pk", flat=True)[:1]


# What people make of it


def _locked(actor: Actor, signal: UUID) -> tuple[m.Signal, m.Signal]:
    seen = visible.one(actor, signal)
    if seen.provider is not None:
        vetting.lock_subject(seen.provider)
    row = rows.lock(m.Signal, signal)
    if row.outcome != "open":
        raise Conflict("signal_closed")
    return seen, row


def _decider(actor: Actor, seen: m.Signal, declared: bool = False) -> rule.Decider:
    if seen.provider is not None:
        return vetting.refuse_conflict(actor, seen.provider, declared)
    decider = providers.decider_of(m.Person.objects.select_related("organization").get(pk=actor.person))
    reasons = rule.may_decide(decider, visible.subject_of(seen), declared)
    if reasons:
        raise Refused(reasons=reasons)
    return decider


@transaction.atomic
def clear(*, actor: Actor, signal: UUID, at: datetime, conflict_declared: bool = False) -> m.Signal:
    """Say that it means nothing: the first of two, or the second, another person of another organization.

    A signal behind a hold goes with its hold (decision ``clear_hold``).
    """
    seen, row = _locked(actor, signal)
    must_be_confirmed(actor, at)
    if row.hold_id is not None:
        raise Conflict("signal_has_hold")
    decider = _decider(actor, seen, conflict_declared)
    if row.first_by_id is None:
        row.first_by_id, row.first_at, row.first_organization_id = actor.id, at, providers.employer_of(decider)
        rows.save(row, "first_by", "first_at", "first_organization")
        audit.record(actor=actor, at=at, action="signal.first", about=row, code=row.code)
        return row
    _refuse_pair(row, decider, visible.subject_of(seen))
    _close(row, "cleared", actor.person, providers.employer_of(decider), at)
    audit.record(actor=actor, at=at, action="signal.cleared", about=row, code=row.code)
    return row


def _refuse_pair(row: m.Signal, second: rule.Decider, subject: rule.Subject) -> None:
    first = m.Person.objects.select_related("organization").filter(pk__in=[row.first_by_id]).get()
    reasons = rule.two_person((providers.decider_of(first), second), subject)
    if row.first_organization_id == second.organization and not reasons:
        reasons = (Reason("same_organization_twice", rule=2),)
    if reasons:
        raise Refused(reasons=reasons)


def _close(row: m.Signal, outcome: str, person: UUID, organization: UUID | None, at: datetime) -> None:
    row.outcome, row.closed_by_id, row.closed_at, row.closed_organization_id = outcome, person, at, organization
    rows.save(row, "outcome", "closed_by", "closed_at", "closed_organization")


@transaction.atomic
def confirm(*, actor: Actor, signal: UUID, at: datetime) -> m.Signal:
    """Say that there is something to it: one person holds the provider at once, or alarms about a colleague."""
    seen, row = _locked(actor, signal)
    _refuse_stranger(actor, seen)
    if row.provider is not None and row.hold_id is None:
        row.hold = holds.place(actor=actor, subject=row.provider, code="signal", at=at)
        rows.save(row, "hold")
    if row.person_id is not None:
        alarms.raise_alarm(code="insider", role="officer", level=4, at=at, county=row.county_id)
    _close(row, "confirmed", actor.person, actor.organization, at)
    audit.record(actor=actor, at=at, action="signal.confirmed", about=row, code=row.code)
    return row


def _refuse_stranger(actor: Actor, seen: m.Signal) -> None:
    provider = seen.provider
    if provider is not None and not may_suspend(actor, provider, providers.counties_served(provider)):
        raise NotAllowed
    if seen.person_id is not None and seen.person_id == actor.id:
        raise NotFound


def hold_cleared(*, hold: UUID | None, decision: m.Decision, second: Actor, at: datetime) -> None:
    """The signals behind a hold that two people clear are cleared by the same two."""
    for row in rows.lock_many(m.Signal, m.Signal.objects.filter(hold=hold).values_list("pk", flat=True)):
        if row.outcome != "cleared":
            row.first_by_id, row.first_at = decision.first_by_id, decision.first_at
            row.first_organization_id = decision.first_organization_id
            rows.save(row, "first_by", "first_at", "first_organization")
            _close(row, "cleared", second.person, second.organization, at)
