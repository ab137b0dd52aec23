"""Fingerprints kept beside what they are of: written when it is, ended when it changes, made anew with a new key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from registry import models as m
from registry.identity import names
from registry.identity.fingerprints import EXACT_NAME, NAME, Keyring, Mark
from registry.identity.names import Name
from registry.identity.readings import read
from registry.ids import uuid7
from registry.models.marks import keyring as _keyring
from registry.selectors import identities as found
from registry.services import rows


def keyring() -> Keyring:
    """The keys of this installation."""
    return _keyring()


def readings_of_provider(row: m.Provider) -> dict[str, frozenset[str]]:
    """What tells a provider apart, by kind, from its own columns."""
    return {
        "phone": read("phone", row.phone),
        "email": read("email", row.email),
        "registration": read("registration", row.registration_number),
        **(readings_of_name(row.given_name, row.family_name) if row.kind == "person" else {}),
    }


def readings_of_name(given: str, family: str) -> dict[str, frozenset[str]]:
    """A person's names as blind keys: coarse ones to find candidates, exact ones for the register."""
    name = Name(given, family)
    return {NAME: names.keys(name), EXACT_NAME: names.exact_keys(name)}


def keep(*, kind: str, readings: Iterable[str], at: datetime, **owner: object) -> bool:
    """Keep the fingerprints of one value in place of the one before; False when it is the same.

    ``owner`` names the columns: provider, with its resident or vehicle, or household.
    """
    ring = keyring()
    marks = frozenset(ring.mark(kind, reading) for reading in readings)
    whose = {"resident": None, "vehicle": None, "household": None, "provider": None, **owner}
    rows = found.current(whose, kind)
    before = {mark for mark in found.as_marks(rows) if mark.key_version == ring.newest}
    if before == marks and len(before) == len(rows):
        return False
    if kind == "document":
        # Another paper of the same person: the first one still tells them apart.
        marks -= before
        if not marks:
            return False
    else:
        m.Fingerprint.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at)
    _insert(kind, marks, at, whose)
    return True


def _insert(kind: str, marks: Iterable[Mark], at: datetime, whose: dict[str, object]) -> None:
    value = uuid7()
    m.Fingerprint.objects.bulk_create(
        m.Fingerprint(kind=kind, key_version=x.key_version, digest=x.digest, value=value, created_at=at, **whose)
        for x in marks
    )


def end(*, kind: str, at: datetime, **owner: object) -> None:
    """The value is not theirs anymore; its fingerprints are remembered for a while."""
    m.Fingerprint.objects.filter(kind=kind, ended_at=None, **owner).update(ended_at=at)


def forget_old(*, at: datetime, memory: timedelta) -> int:
    """Delete what ended longer ago than ``memory``; returns how many."""
    return m.Fingerprint.objects.filter(ended_at__lt=at - memory).delete()[0]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: fingerprints made anew, and how many are left under each older key."""

    renewed: int
    left: dict[int, int]


def rotate() -> Rotated:
    """Fingerprint with the newest key whatever is still known in plain; the rest waits for its next writing."""
    newest = keyring().newest
    old = m.Fingerprint.objects.filter(ended_at=None).exclude(key_version=newest)
    owners = old.filter(provider__isnull=False).order_by("provider").values_list("provider", flat=True).distinct()
    renewed = sum(_rotate_provider(pk) for pk in list(owners) if pk is not None)
    marked = [(model, pk) for model in MARKED for pk in _old_marks(model, newest).values_list("pk", flat=True)]
    return Rotated(renewed + sum(_rotate_marks(model, pk) for model, pk in marked), _left(newest))


MARKED: tuple[type[m.Person] | type[m.Provider], ...] = (m.Person, m.Provider)
_MARKS = ("phone_mark", "address_mark", "surname_mark")


def _old_marks(model: type[m.Person] | type[m.Provider], newest: int) -> QuerySet[Any]:
    """Rows with a mark under another key than the newest."""
    older = Q()
    for name in _MARKS:
        older |= ~Q(**{name: ""}) & ~Q(**{f"{name}__startswith": f"{newest}:"})
    return model._default_manager.filter(older)


@transaction.atomic
def _rotate_marks(model: type[m.Person] | type[m.Provider], pk: UUID) -> int:
    """The marks of one row under the newest key, which its columns give when they are written."""
    row = model._default_manager.select_for_update(no_key=True).get(pk=pk)
    before = [getattr(row, name) for name in _MARKS]
    _ = row.phone, row.address, row.family_name
    rows.update(row, *_MARKS)
    return sum(old != getattr(row, name) for old, name in zip(before, _MARKS, strict=True))


@transaction.atomic
def _rotate_provider(pk: UUID) -> int:
    """Everything of one provider that is still known in plain, under the newest key, its values the same."""
    row = m.Provider.objects.select_for_update(no_key=True).get(pk=pk)
    own: tuple[dict[str, object], found.Readings] = ({"resident": None, "vehicle": None}, readings_of_provider(row))
    plain = [own]
    plain += [({"vehicle": car}, {"plate": read("plate", car.plate)}) for car in row.vehicles.all()]
    plain += [
        ({"resident": one}, readings_of_name(one.given_name, one.family_name))
        for one in m.Resident.objects.filter(dwelling__provider=row, moved_out_at=None)
    ]
    return sum(
        _renew({"provider": row, **whose}, kind, values) for whose, kinds in plain for kind, values in kinds.items()
    )


def _renew(whose: dict[str, object], kind: str, readings: Iterable[str]) -> int:
    """Write anew what stands under an older key; the value stays the same, so nothing that was cleared comes back."""
    ring = keyring()
    rows = [row for row in found.current(whose, kind) if row.key_version != ring.newest]
    marks = {ring.mark(kind, reading) for reading in readings}
    if not rows or not marks:
        return 0
    first = rows[0]
    m.Fingerprint.objects.filter(pk__in=[row.pk for row in rows]).delete()
    m.Fingerprint.objects.bulk_create(
        m.Fingerprint(
            kind=kind,
            key_version=x.key_version,
            digest=x.digest,
            value=first.value,
            created_at=first.created_at,
            **whose,
        )
        for x in marks
    )
    return len(marks)


def _left(newest: int) -> dict[int, int]:
    """How many fingerprints still need an older key, the register's included."""
    left: dict[int, int] = {}
    for model in (m.Fingerprint, m.RefusedFingerprint):
        old = model._default_manager.exclude(key_version=newest).values("key_version").annotate(n=Count("pk"))
        for key in old.order_by("key_version"):
            left[key["key_version"]] = left.get(key["key_version"], 0) + key["n"]
    for marked in MARKED:
        for marks in _old_marks(marked, newest).values_list(*_MARKS):
            for version in {int(mark.partition(":")[0]) for mark in marks if mark} - {newest}:
                left[version] = left.get(version, 0) + 1
    return left
