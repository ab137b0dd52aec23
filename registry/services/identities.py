"""An identity is compared with all others whenever it is written: fingerprints kept, signals noticed, both held."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from registry import models as m
from registry.identity.fingerprints import EXACT_NAME, NAME
from registry.identity.readings import read
from registry.rules.reasons import Reason
from registry.rules.signals import identity as rule
from registry.selectors import identities as found
from registry.selectors import joined
from registry.selectors.prepared import Prepared, one_with, prepared
from registry.services import fingerprints, rows, signals
from registry.services.signals import About

# Two applications at the same moment do not see each other; the worker looks again at what is this fresh.
FRESH = timedelta(minutes=15)
_STRONG_COLUMNS = {"phone": "phone", "email": "email", "registration_number": "registration"}


def lock_met(*, own: UUID, values: Mapping[str, object], at: datetime) -> None:
    """Lock a provider together with everybody whom these new values would meet, in the one order of locks."""
    readings = {kind: read(kind, str(values[name])) for name, kind in _STRONG_COLUMNS.items() if values.get(name)}
    if plate := values.get("plate"):
        readings["plate"] = read("plate", str(plate))
    for number, country in _documents(values):
        readings["document"] = readings.get("document", frozenset()) | read("document", number, country)
    owner = one_with(m.Provider, own)
    others = found.met(fingerprints.keyring(), readings, owner, at).strong
    rows.hold(m.Provider, {own, *others})


def _documents(values: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    given = values.get("documents")
    return given if isinstance(given, list) else ()


def provider_written(row: m.Provider, *, at: datetime) -> None:
    """Keep what tells a provider apart and compare it with everybody: called whenever it is written, locked."""
    readings = fingerprints.readings_of_provider(row)
    for kind, values in readings.items():
        fingerprints.keep(kind=kind, readings=values, at=at, provider=row)
    compare(row, readings, at=at)


def vehicle_written(car: m.Vehicle, *, at: datetime) -> None:
    """Keep a plate and compare it; a vehicle's plate belongs to its provider's identity."""
    readings = read("plate", car.plate)
    fingerprints.keep(kind="plate", readings=readings, at=at, provider=car.provider, vehicle=car)
    compare(car.provider, {"plate": readings}, at=at)


def document_seen(
    owner: m.Provider, number: str, country: str, *, at: datetime, resident: m.Resident | None = None
) -> None:
    """Keep the fingerprint of a paper that an officer has in hand; its number goes no further."""
    readings = read("document", number, country)
    fingerprints.keep(kind="document", readings=readings, at=at, provider=owner, resident=resident)
    compare(owner, {"document": readings}, at=at)


def resident_written(one: m.Resident, *, at: datetime) -> None:
    """Keep the names of somebody who lives in a home and ask the register about them."""
    readings = fingerprints.readings_of_name(one.given_name, one.family_name)
    for kind, values in readings.items():
        fingerprints.keep(kind=kind, readings=values, at=at, provider=one.dwelling.provider, resident=one)
    entries = found.met(fingerprints.keyring(), {EXACT_NAME: readings[EXACT_NAME]}, one.dwelling.provider, at).entries
    ask_register(one.dwelling.provider, entries, one.birth_year, at)


def resident_gone(resident: UUID, *, at: datetime) -> None:
    """Somebody has moved out; their papers are remembered for a while."""
    for kind in (NAME, EXACT_NAME, "document"):
        fingerprints.end(kind=kind, at=at, resident=resident)


def compare(row: m.Provider, readings: found.Readings, *, at: datetime) -> None:
    """Everything that these readings of a provider meet, as signals."""
    _notice(row, found.met(fingerprints.keyring(), readings, row, at), at)


def _notice(row: m.Provider, met: found.Met, at: datetime) -> None:
    for other in rows.lock_many(m.Provider, met.strong):
        _same(row, other, met.strong[other.pk], at)
    ask_register(row, met.entries, row.birth_year, at)
    if row.kind == "person":
        _by_name(row, met.named - set(met.strong), at)


def _same(row: m.Provider, other: m.Provider, meeting: found.Meeting, at: datetime) -> None:
    """One strong identifier in two identities: both are held, but nobody for what a stranger only claims."""
    claimed = {one.pk: joined.is_unmet(one) for one in (row, other)}
    for reason in rule.same_identifiers(meeting.kinds):
        kind = str(reason.params["identifier"])
        shared = found.shared_values(row, other, kind)
        for mine, theirs in ((row, other), (other, row)):
            compared = [{"kind": kind, **signs_of(mine, kind)}]
            said = rule.only_claimed(reason) if claimed[theirs.pk] and not claimed[mine.pk] else reason
            signals.notice(said, About(provider=mine, other=theirs, same=sorted(shared), compared=compared), at=at)


def signs_of(row: m.Provider, kind: str) -> Mapping[str, str]:
    """The last signs of a value, enough to know which one is meant: phone ends 67."""
    if kind == "document":
        seen = m.Check.objects.filter(provider=row).exclude(evidence_last_four="").order_by("-checked_at").first()
        return {"ends": seen.evidence_last_four[-2:] if seen else ""}
    if kind == "plate":
        car = row.vehicles.order_by("-created_at").first()
        return {"ends": car.plate_key[-2:] if car else ""}
    column = {"phone": "phone", "email": "email", "registration": "registration_number"}[kind]
    value = str(getattr(row, column))
    return {"starts": value[:1], "at": value.rpartition("@")[2]} if kind == "email" else {"ends": value[-2:]}


def _by_name(row: m.Provider, candidates: Iterable[UUID], at: datetime) -> None:
    mine = found.known_of(row)
    own = found.values_of(row, [NAME])
    for other in m.Provider.objects.filter(pk__in=list(candidates), kind="person").order_by("pk"):
        reason = rule.by_name(mine, found.known_of(other))
        if reason is None:
            continue
        said = (row.birth_year or 0, row.county_id, other.birth_year or 0, other.county_id)
        same = (*own, *found.values_of(other, [NAME]), *said)
        signals.notice(reason, About(provider=row, other=other, same=same, compared=_names(row, other)), at=at)


def _names(row: m.Provider, other: m.Provider) -> list[Mapping[str, str]]:
    return [
        {"kind": "name", "initials": _initials(one), "year": str(one.birth_year or ""), "county": one.county_id}
        for one in (row, other)
    ]


def _initials(row: m.Provider) -> str:
    return "".join(f"{name[0]}." for name in (row.given_name, row.family_name) if name)


def ask_register(row: m.Provider, entries: Mapping[UUID, frozenset[str]], birth_year: int | None, at: datetime) -> None:
    """What the register of refused providers knows of somebody."""
    for entry in m.RefusedEntry.objects.filter(pk__in=list(entries)).exclude(provider=row).order_by("pk"):
        kinds = entries[entry.pk]
        listed = rule.Listed(tuple(sorted(kinds - {EXACT_NAME, NAME})), EXACT_NAME in kinds, entry.birth_year)
        reason: Reason | None = rule.registered(birth_year, listed)
        same = (*found.values_of(row, kinds), entry.listed_at)
        compared = [{"kind": kind, "ends": str(entry.masks.get(kind, ""))} for kind in sorted(kinds)]
        signals.notice(reason, About(provider=row, entry=entry.pk, same=same, compared=compared), at=at)


@transaction.atomic
def _look_again(pk: UUID, at: datetime) -> None:
    owner = m.Provider.objects.get(pk=pk)
    others = found.met_again(owner, at).strong
    rows.hold(m.Provider, {pk, *others})
    _notice(m.Provider.objects.get(pk=pk), found.met_again(owner, at), at)


def sweep(*, at: datetime) -> int:
    """Compare again what was written in the last minutes: two at once could not see each other. Returns how many.

    And whoever was met in the last minutes: what was a stranger's claim is now somebody's phone or plate.
    """
    fresh = {*_just_written(at - FRESH), *_just_met(at - FRESH)}
    if not fresh:
        return 0
    before = m.Signal.objects.count()
    for pk in sorted(fresh):
        _look_again(pk, at)
    return m.Signal.objects.count() - before


@prepared
def _just_written(since: datetime) -> QuerySet[m.Fingerprint, UUID]:
    kept = m.Fingerprint.objects.filter(created_at__gte=since, ended_at=None, provider__isnull=False)
    return kept.values_list("provider", flat=True)


def _just_met(since: datetime) -> set[UUID]:
    """Who joined by themselves and had a check passed since then."""
    return {pk for path in ("", "vehicles__", "dwellings__") for pk in _met_by(path)(since)}


@cache
def _met_by(path: str) -> Prepared[[datetime], UUID]:
    """The same by checks of the people, of their vehicles or of their homes."""
    own = m.Provider.objects.filter(account__email__endswith=joined.HOME).values_list("pk", flat=True)
    return prepared(
        lambda since: own.filter(**{f"{path}checks__in": m.Check.objects.filter(passed=True, created_at__gte=since)})
    )
