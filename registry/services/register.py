"""The register of refused providers: entered, upheld and lifted by two, asked one value at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.identity.fingerprints import EXACT_NAME
from registry.identity.readings import STRONG, read
from registry.ids import uuid7
from registry.models.register import REFUSED_FOR
from registry.permissions import SYSTEM, Actor, must_be_confirmed, owns
from registry.rules import decisions as rule
from registry.rules.policy import DEFAULT
from registry.rules.reasons import Reason
from registry.rules.vetting import add_months
from registry.selectors import identities as found
from registry.selectors import providers
from registry.selectors import register as visible
from registry.selectors.facts import local
from registry.services import audit, fingerprints, identities, limits, outbox, rows

# Suspensions and a revocation that say that somebody was in danger, not that a paper was missing.
ABUSE = frozenset({"two_reports", "police", "missing_on_road", "confirmed_abuse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """Somebody to be refused, as an officer knows them; only fingerprints of it stay."""

    reason: str
    evidence_reference: str
    identifiers: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    given_name: str = ""
    family_name: str = ""
    birth_year: int | None = None


# Entering


@transaction.atomic
def suggest(*, actor: Actor, id: UUID, draft: EntryDraft, at: datetime) -> m.RefusedEntry:
    """An officer writes down somebody whom no file here is about; nothing counts until two people list it."""
    if not actor.has("officer"):
        raise NotAllowed
    _refuse_bad(draft)
    readings = {kind: read(kind, value, draft.country) for kind, value in draft.identifiers.items() if value}
    if unreadable := [kind for kind, values in readings.items() if not values]:
        raise Invalid(fields=dict.fromkeys(unreadable, "not_readable"))
    readings |= _name_readings(draft.given_name, draft.family_name)
    if not any(readings.values()):
        raise Invalid(fields={"document": "identifier_needed"})
    masks = {kind: _mask(kind, value) for kind, value in draft.identifiers.items() if value}
    entry = m.RefusedEntry(
        id=rows.new_id(id, m.RefusedEntry),
        created_at=at,
        reason=draft.reason,
        evidence_reference=draft.evidence_reference.strip(),
        birth_year=draft.birth_year,
        masks=masks,
        suggested_by="officer",
        created_by_id=actor.person,
    )
    return _enter(entry, readings, actor, at)


def _refuse_bad(draft: EntryDraft) -> None:
    if draft.reason not in REFUSED_FOR:
        raise Invalid(fields={"reason": "unknown_choice"})
    if not draft.evidence_reference.strip():
        raise Invalid(fields={"evidence_reference": "required"})
    if unknown := set(draft.identifiers) - set(STRONG):
        raise Invalid(fields=dict.fromkeys(sorted(unknown), "unknown_choice"))


def _name_readings(given: str, family: str) -> dict[str, frozenset[str]]:
    if not family:
        return {}
    return {EXACT_NAME: fingerprints.readings_of_name(given, family)[EXACT_NAME]}


def _mask(kind: str, value: str) -> str:
    """The last signs of a value, to tell entries apart."""
    return value.rpartition("@")[2] if kind == "email" else value.strip()[-2:]


def _enter(entry: m.RefusedEntry, readings: Mapping[str, Iterable[str]], actor: Actor, at: datetime) -> m.RefusedEntry:
    ring = fingerprints.keyring()
    marks = {(kind, ring.mark(kind, value)) for kind, values in readings.items() for value in values}
    rows.insert(entry, "refusal_running")
    m.RefusedFingerprint.objects.bulk_create(
        m.RefusedFingerprint(entry=entry, kind=kind, key_version=x.key_version, digest=x.digest) for kind, x in marks
    )
    audit.record(actor=actor, at=at, action="register.suggested", about=entry, reason=entry.reason)
    return entry


@transaction.atomic
def suggest_provider(
    *, actor: Actor, provider: UUID, id: UUID, reason: str, evidence_reference: str, at: datetime
) -> m.RefusedEntry:
    """An officer suggests somebody from their own file: every identifier that the file has a fingerprint of."""
    seen = providers.get(actor, provider)
    if not actor.has("officer", county=seen.county_id):
        raise NotAllowed
    _refuse_bad(EntryDraft(reason=reason, evidence_reference=evidence_reference))
    row = rows.lock(m.Provider, provider)
    return _from_file(row, rows.new_id(id, m.RefusedEntry), reason, evidence_reference, "officer", actor, at)


def suggest_by_rule(*, provider: m.Provider, cause: str, at: datetime) -> m.RefusedEntry | None:
    """A suspension or revocation for abuse suggests the entry by itself; two people decide on it all the same."""
    if cause not in ABUSE or m.RefusedEntry.objects.filter(provider=provider, status__in=visible.RUNNING).exists():
        return None
    return _from_file(provider, uuid7(), "other_abuse", "", "rule", SYSTEM, at)


def _from_file(
    row: m.Provider, id: UUID, reason: str, reference: str, by: str, actor: Actor, at: datetime
) -> m.RefusedEntry:
    """An entry with the file's own fingerprints: also those whose plain value nobody knows anymore."""
    kept = m.Fingerprint.objects.filter(provider=row, resident=None, kind__in=(*STRONG, EXACT_NAME))
    masks = {kind: _mask(kind, str(getattr(row, name))) for name, kind in _COLUMNS.items() if getattr(row, name)}
    entry = m.RefusedEntry(
        id=id,
        created_at=at,
        provider=row,
        reason=reason,
        evidence_reference=reference.strip(),
        birth_year=row.birth_year,
        masks=masks,
        suggested_by=by,
        created_by_id=actor.id,
    )
    entry = _enter(entry, {}, actor, at)
    m.RefusedFingerprint.objects.bulk_create(
        [
            m.RefusedFingerprint(entry=entry, kind=kind, key_version=version, digest=digest)
            for kind, version, digest in set(kept.values_list("kind", "key_version", "digest"))
        ]
    )
    return entry


_COLUMNS = {"phone": "phone", "email": "email", "registration_number": "registration"}


# Two people


@transaction.atomic
def decide_first(
    *,
    actor: Actor,
    entry: UUID,
    id: UUID,
    decision: str,
    at: datetime,
    reason: str = "",
    evidence_reference: str = "",
    conflict_declared: bool = False,
) -> m.RefusalDecision:
    """The first of two: list a suggestion, lift an entry, or uphold it after an appeal. Nothing changes yet."""
    if decision not in m.RefusalDecision.KINDS:
        raise Invalid(fields={"decision": "unknown_choice"})
    must_be_confirmed(actor, at)
    row = _lock(actor, entry)
    decider = _decider(actor, row, conflict_declared)
    _refuse_same_pair(row, decision, decider)
    _prepare(row, decision, reason, evidence_reference)
    pending = m.RefusalDecision(
        id=rows.new_id(id, m.RefusalDecision),
        created_at=at,
        entry=row,
        kind=decision,
        first_by_id=actor.person,
        first_at=at,
        first_organization_id=providers.employer_of(decider),
    )
    rows.insert(pending, "decision_pending")
    audit.record(actor=actor, at=at, action="register.first", about=row, kind=decision)
    return pending


def _lock(actor: Actor, entry: UUID) -> m.RefusedEntry:
    visible.get(actor, entry)
    return rows.lock(m.RefusedEntry, entry)


def _prepare(row: m.RefusedEntry, decision: str, reason: str, reference: str) -> None:
    """What the machine does when the first of two speaks; a suggestion of the rule gets its reason and evidence now."""
    if decision != "list":
        states.REFUSAL.after(row.status, decision)
        return
    row.reason = reason or row.reason
    row.evidence_reference = reference.strip() or row.evidence_reference
    _refuse_bad(EntryDraft(reason=row.reason, evidence_reference=row.evidence_reference))
    rows.move(row, states.REFUSAL, "propose", "reason", "evidence_reference")


def _decider(actor: Actor, row: m.RefusedEntry, declared: bool = False) -> rule.Decider:
    decider = providers.decider_of(m.Person.objects.select_related("organization").get(pk=actor.person))
    reasons = rule.may_decide(decider, _subject(row), declared)
    if reasons:
        raise Refused(reasons=reasons)
    return decider


def _subject(row: m.RefusedEntry) -> rule.Subject:
    """Whom it is about; whoever writes an entry down may be the first of two, so the creator does not count here."""
    return providers.subject_of(row.provider) if row.provider else rule.Subject()


def _refuse_same_pair(row: m.RefusedEntry, decision: str, decider: rule.Decider) -> None:
    """Another pair lifts or upholds than listed: nobody judges what they have decided themselves."""
    if decision == "list":
        return
    listed = m.RefusalDecision.objects.filter(entry=row, kind__in=("list", "uphold"), outcome="carried")
    if any(decider.person in pair for pair in listed.values_list("first_by_id", "second_by_id")):
        raise Refused(reasons=[Reason("decided_on_entry_before", rule=2)])


@transaction.atomic
def decide_second(
    *, actor: Actor, decision: UUID, carry: bool, at: datetime, conflict_declared: bool = False
) -> m.RefusalDecision:
    """The second of two, another person of another organization: carries the decision out or refuses it."""
    seen = visible.decision(actor, decision)
    must_be_confirmed(actor, at)
    row = _lock(actor, seen.entry_id)
    pending = rows.lock(m.RefusalDecision, decision)
    if pending.outcome != "pending":
        raise Conflict("decision_over")
    second = _decider(actor, row, conflict_declared)
    _refuse_pair(pending, second, row)
    _refuse_same_pair(row, pending.kind, second)
    pending.outcome = "carried" if carry else "refused"
    pending.second_by_id, pending.second_at = actor.person, at
    pending.second_organization_id = providers.employer_of(second)
    rows.save(pending, "outcome", "second_by", "second_at", "second_organization")
    if carry:
        _carry(pending, row, at)
    elif pending.kind == "list":
        rows.move(row, states.REFUSAL, "drop")
    audit.record(actor=actor, at=at, action=f"register.{pending.outcome}", about=row, kind=pending.kind)
    if carry and pending.kind == "list":
        _find_listed(row, at)
    return pending


def _refuse_pair(pending: m.RefusalDecision, second: rule.Decider, row: m.RefusedEntry) -> None:
    first = providers.decider_of(m.Person.objects.select_related("organization").get(pk=pending.first_by_id))
    reasons = rule.two_person((first, second), _subject(row))
    if pending.first_organization_id == second.organization and not reasons:
        reasons = (Reason("same_organization_twice", rule=2),)
    if reasons:
        raise Refused(reasons=reasons)


def _carry(pending: m.RefusalDecision, row: m.RefusedEntry, at: datetime) -> None:
    if pending.kind == "lift":
        rows.move(row, states.REFUSAL, "lift", lifted_at=at)
        return
    review_on = add_months(local(at).date(), DEFAULT.register_review_months)
    listed_at = at if pending.kind == "list" else row.listed_at
    rows.move(row, states.REFUSAL, pending.kind, listed_at=listed_at, review_on=review_on)
    if row.provider is not None:
        outbox.owe(
            key=f"refused:{row.pk}:{at.isoformat()}",
            code="refused_listed",
            recipient="provider",
            provider=row.provider,
            at=at,
        )


def _find_listed(row: m.RefusedEntry, at: datetime) -> None:
    """Whoever is here already under one of the listed identifiers is held now, not at their next edit."""
    marks = set(row.fingerprints.values_list("digest", "kind"))
    here = m.Fingerprint.objects.filter(digest__in={d for d, _ in marks}, provider__isnull=False, ended_at=None)
    kinds: dict[UUID, set[str]] = {}
    for provider, digest, kind in here.exclude(provider=row.provider_id).values_list("provider_id", "digest", "kind"):
        if (digest, kind) in marks and provider is not None:
            kinds.setdefault(provider, set()).add(kind)
    for one in rows.lock_many(m.Provider, kinds):
        identities.ask_register(one, {row.pk: frozenset(kinds[one.pk])}, one.birth_year, at)


@transaction.atomic
def withdraw(*, actor: Actor, decision: UUID, at: datetime) -> m.RefusalDecision:
    """The first person takes the decision back before anybody seconds it."""
    seen = visible.decision(actor, decision)
    row = _lock(actor, seen.entry_id)
    pending = rows.lock(m.RefusalDecision, decision)
    if pending.first_by_id != actor.id:
        raise NotFound
    if pending.outcome != "pending":
        raise Conflict("decision_over")
    pending.outcome = "withdrawn"
    rows.save(pending, "outcome")
    if pending.kind == "list":
        rows.move(row, states.REFUSAL, "withdraw")
    audit.record(actor=actor, at=at, action="register.withdrawn", about=row, kind=pending.kind)
    return pending


@transaction.atomic
def appeal(*, actor: Actor, entry: UUID, at: datetime) -> m.RefusedEntry:
    """The person appeals, or an officer writes their appeal down; another pair than before decides."""
    row = m.RefusedEntry.objects.select_related("provider").filter(pk=entry).first()
    is_own = row is not None and row.provider is not None and owns(actor, row.provider)
    if row is None or not (is_own or actor.has("officer")):
        raise NotFound
    locked = rows.lock(m.RefusedEntry, entry)
    rows.move(locked, states.REFUSAL, "appeal", appealed_at=at)
    audit.record(actor=actor, at=at, action="register.appealed", about=locked, own=is_own)
    return locked


# Asking


def ask(*, actor: Actor, kind: str, value: str, at: datetime, country: str = "") -> bool:
    """Whether the register knows this value: one answer, never a list, counted exactly and written down."""
    if not actor.has("register_reader", "officer"):
        raise NotAllowed
    if kind not in STRONG:
        raise Invalid(fields={"kind": "unknown_choice"})
    asker = actor.organization or actor.person
    hour = timedelta(hours=1)
    limits.spend(key=f"register:{asker}", limit=DEFAULT.register_questions_per_hour, window=hour, at=at)
    readings = read(kind, value, country)
    if not readings:
        raise Invalid(fields={"value": "not_readable"})
    marks = {(mark.digest, kind) for mark in fingerprints.keyring().marks(kind, readings)}
    known = found.entries(marks)
    person = m.Person.objects.get(pk=actor.person)
    audit.record(actor=actor, at=at, action="register.asked", about=person, kind=kind, known=bool(known))
    return bool(known)
