"""Who shares an identifier or a name with somebody: by fingerprints and blind keys, never by plain values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry import states
from registry.identity.fingerprints import EXACT_NAME, NAME, Keyring, Mark
from registry.identity.names import Name
from registry.rules.policy import DEFAULT
from registry.rules.signals.identity import Known
from registry.selectors.prepared import Prepared, prepared

Readings = Mapping[str, frozenset[str]]
# Enough for any kind of name; more candidates than this are no candidates but a flood.
MOST_CANDIDATES = 500


@dataclass(frozen=True, slots=True)
class Meeting:
    """What an identity shares with one other: kinds of identifiers, and the values that are the same."""

    kinds: frozenset[str] = frozenset()
    values: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Met:
    """Everybody whom an identity meets: by strong identifiers, by a key of the name, in the register."""

    strong: Mapping[UUID, Meeting] = field(default_factory=dict)
    named: frozenset[UUID] = frozenset()
    entries: Mapping[UUID, frozenset[str]] = field(default_factory=dict)


def known_of(row: m.Provider) -> Known:
    """A provider as the rules of identity compare it."""
    plates = m.Fingerprint.objects.filter(provider=row, kind="plate", ended_at=None)
    return Known(
        name=Name(row.given_name, row.family_name),
        birth_year=row.birth_year,
        county=row.county_id,
        plates=frozenset(plates.values_list("digest", flat=True)),
    )


def met(ring: Keyring, readings: Readings, owner: m.Provider | None, at: datetime) -> Met:
    """Whom these readings meet, under every key; ``owner`` is whose they are."""
    marks = {(mark.digest, kind) for kind, values in readings.items() for mark in ring.marks(kind, values)}
    return _met(marks, owner, at)


def met_again(owner: m.Provider, at: datetime) -> Met:
    """The same by what is stored of a provider: finds whom two transactions at once could not see."""
    rows = m.Fingerprint.objects.filter(provider=owner, ended_at=None).values_list("digest", "kind")
    return _met(set(rows), owner, at)


def _met(marks: set[tuple[str, str]], owner: m.Provider | None, at: datetime) -> Met:
    found = _fingerprints(marks, at)
    if owner is not None:
        found = found.exclude(provider=owner.pk)
    strong: dict[UUID, set[tuple[str, UUID]]] = defaultdict(set)
    named: set[UUID] = set()
    for kind, digest, provider, value in found.values_list("kind", "digest", "provider_id", "value"):
        if (digest, kind) not in marks or provider is None:
            continue
        if kind == NAME:
            named.add(provider)
        elif kind != EXACT_NAME:
            strong[provider].add((kind, value))
    related = _same_house(owner)
    return Met(
        {other: _meeting(shared) for other, shared in strong.items() if _alarming(shared, other in related)},
        frozenset(sorted(named)[:MOST_CANDIDATES]),
        entries(marks),
    )


def _fingerprints(marks: Iterable[tuple[str, str]], at: datetime) -> QuerySet[m.Fingerprint]:
    """What is kept, and what was until a while ago: a phone that was given up may be what gives somebody away."""
    since = at - timedelta(days=DEFAULT.fingerprint_memory_days)
    remembered = Q(ended_at=None) | Q(ended_at__gte=since)
    return m.Fingerprint.objects.filter(remembered, digest__in={d for d, _ in marks}, provider__isnull=False)


def _meeting(shared: set[tuple[str, UUID]]) -> Meeting:
    return Meeting(frozenset(kind for kind, _ in shared), frozenset(value for _, value in shared))


def _same_house(owner: m.Provider | None) -> frozenset[UUID]:
    """An organization and the people who act for it."""
    if owner is None or owner.organization_id is None:
        return frozenset()
    house = m.Provider.objects.filter(organization=owner.organization_id)
    other_kind = house.filter(kind="person" if owner.kind == "organization" else "organization")
    return frozenset(other_kind.values_list("pk", flat=True))


def _alarming(shared: set[tuple[str, UUID]], is_house: bool) -> bool:
    """People may give the phone and the mailbox of the organization that they act for."""
    return not is_house or any(kind not in ("phone", "email") for kind, _ in shared)


def entries(marks: set[tuple[str, str]]) -> dict[UUID, frozenset[str]]:
    """Entries of the register that share something, with the kinds of it; ``exact_name`` is the name."""
    rows = m.RefusedFingerprint.objects.filter(
        digest__in={d for d, _ in marks}, entry__status__in=states.REFUSAL_COUNTING
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for entry, kind, digest in rows.values_list("entry_id", "kind", "digest"):
        if (digest, kind) in marks:
            found[entry].add(kind)
    return {entry: frozenset(kinds) for entry, kinds in found.items()}


def values_of(owner: m.Provider, kinds: Iterable[str]) -> frozenset[UUID]:
    """The values of these kinds that a provider has now."""
    rows = m.Fingerprint.objects.filter(provider=owner, kind__in=list(kinds), ended_at=None)
    return frozenset(rows.values_list("value", flat=True))


def current(owner: dict[str, object], kind: str) -> list[m.Fingerprint]:
    """The rows of one kind that an owner has now."""
    named = {name: getattr(one, "pk", one) for name, one in owner.items() if one is not None}
    return _current(tuple(named), tuple(sorted(owner.keys() - named)))(kind, *named.values())


@cache
def _current(named: tuple[str, ...], nobody: tuple[str, ...]) -> Prepared[..., m.Fingerprint]:
    def build(kind: str, *owners: UUID) -> QuerySet[m.Fingerprint]:
        owner = dict(zip(named, owners, strict=True)) | dict.fromkeys(nobody)
        return m.Fingerprint.objects.filter(kind=kind, ended_at=None, **owner)

    return prepared(build)


def as_marks(rows: Iterable[m.Fingerprint]) -> frozenset[Mark]:
    """Rows as marks."""
    return frozenset(Mark(row.key_version, row.digest) for row in rows)


def shared_values(one: m.Provider, other: m.Provider, kind: str) -> frozenset[UUID]:
    """The values of a kind of two providers that have a fingerprint in common."""
    rows = m.Fingerprint.objects.filter(kind=kind, provider__in=(one.pk, other.pk))
    owners: dict[str, set[UUID]] = defaultdict(set)
    values: dict[str, set[UUID]] = defaultdict(set)
    for digest, provider, value in rows.values_list("digest", "provider_id", "value"):
        owners[digest].add(provider)
        values[digest].add(value)
    return frozenset(value for digest, found in owners.items() if len(found) == 2 for value in values[digest])
