"""Erasure: a person's key is destroyed, and with it every name, phone, paper and place that it had sealed.

What stays are ids, codes, counts and times: journeys, the trace of exposure and the ledger hold nothing else.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.models.owned import Owned
from registry.permissions import Actor, may_run_accounts, may_run_zone, may_vet, must_be_confirmed
from registry.rules.reasons import Reason
from registry.selectors import erasing, providers, requests
from registry.services import audit, idempotency, rows, sign_ins, vetting

REASONS = ("asked", "time_over", "by_mistake")
_MARKS = {"phone_mark": "", "address_mark": "", "surname_mark": ""}


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of person is erased: who may, and what goes with the key."""

    model: type[Owned]
    find: Callable[[Actor, UUID], Any]
    may: Callable[[Actor, Any], bool]
    forget: Callable[[Actor, Any, datetime], None]


def erase(*, actor: Actor, kind: str, subject: UUID, reason: str, at: datetime) -> Any:
    """Erase a household, a provider with homes and residents, or a closed account, if nothing speaks against it."""
    if kind not in KINDS or reason not in REASONS:
        raise Invalid(fields={"reason": "unknown_choice"})
    if not KINDS[kind].may(actor, KINDS[kind].find(actor, subject)):
        raise NotAllowed
    must_be_confirmed(actor, at)
    return erase_known(actor=actor, kind=kind, subject=subject, reason=reason, at=at)


@transaction.atomic
def erase_known(*, actor: Actor, kind: str, subject: UUID, reason: str, at: datetime) -> Any:
    """The same for the worker, whose time has come by itself."""
    row: Any = rows.lock(KINDS[kind].model, subject)
    if row.erased_at:
        raise Conflict("erased")
    against = erasing.against(kind, subject)
    if against:
        raise Refused(reasons=[Reason(code) for code in against])
    ids = erasing.everything_of(kind, row)
    KINDS[kind].forget(actor, row, at)
    destroyed = destroy(ids, at)
    idempotency.forget_about(ids)
    audit.record(actor=actor, at=at, action="erasure.done", about=row, reason=reason, keys=destroyed)
    return row


def destroy(owners: Collection[UUID], at: datetime) -> int:
    """Destroy the keys of these; returns how many there were."""
    there = m.DataKey.objects.filter(pk__in=owners, destroyed_at=None)
    return there.update(wrapped="", destroyed_at=at)


def _forget_household(_actor: Actor, row: m.Household, at: datetime) -> None:
    row.needs, row.erased_at = "", at
    rows.save(row, "needs", "erased_at")
    m.Fingerprint.objects.filter(household=row, ended_at=None).update(ended_at=at)
    m.Signal.objects.filter(household=row).update(compared=[])
    m.ProtectionDecision.objects.filter(household=row).update(reason="")


def _forget_provider(actor: Actor, row: m.Provider, at: datetime) -> None:
    """Out of verification first: what was checked is no longer there, and its checks are void."""
    _void(actor, row, sorted(vetting.VOIDS), at)
    for home in rows.lock_many(m.Dwelling, row.dwellings.values_list("pk", flat=True)):
        _void(actor, home, ["address", "lat", "lon"], at)
    for car in rows.lock_many(m.Vehicle, row.vehicles.values_list("pk", flat=True)):
        _forget_plate(actor, car, at)
    _set(row, {**_MARKS, "email": "", "birth_year": None, "sex": "unknown", "languages": "", "erased_at": at})
    gone = Coalesce(F("removed_at"), Value(at, DateTimeField()))
    m.Photo.objects.filter(provider=row).update(picture="", thumb="", removed_at=gone)
    # The register of refused providers keeps its own.
    m.Fingerprint.objects.filter(provider=row, ended_at=None).update(ended_at=at)
    for side in ("provider", "other"):
        m.Signal.objects.filter(**{side: row}).update(compared=[])


def _void(actor: Actor, thing: m.Provider | m.Vehicle | m.Dwelling, fields: list[str], at: datetime) -> None:
    vetting.checked_fields_changed(actor=actor, subject=thing, changed=fields, at=at)


def _forget_plate(actor: Actor, car: m.Vehicle, at: datetime) -> None:
    """One plate a vehicle still holds: its place is taken by the end of its id."""
    _void(actor, car, ["plate"], at)
    car.plate, car.plate_key = "", f"X{car.pk.hex[-15:].upper()}"
    rows.save(car, "plate", "plate_key")


def _set(row: m.Provider, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    rows.save(row, *values)


def _forget_person(_actor: Actor, row: m.Person, at: datetime) -> None:
    """An account that was closed: nobody signs in as it, and its address is free again."""
    m.Invitation.objects.filter(email=row.email).update(email=_nobody(row.pk))
    row.email, row.erased_at = _nobody(row.pk), at
    row.set_unusable_password()
    for name, value in _MARKS.items():
        setattr(row, name, value)
    rows.update(row, "email", "password", "erased_at", *_MARKS)
    sign_ins.forget(row.pk)


def _nobody(pk: UUID) -> str:
    return f"{pk.hex}@erased.invalid"


def _account(actor: Actor, pk: UUID) -> m.Person:
    if not may_run_accounts(actor):
        raise NotAllowed
    found = m.Person.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _of_zone(actor: Actor, row: m.Household) -> bool:
    return may_run_zone(actor, row.zone)


def _another(actor: Actor, row: m.Person) -> bool:
    return row.pk != actor.id


KINDS: Mapping[str, _Kind] = {
    "household": _Kind(m.Household, requests.household, _of_zone, _forget_household),
    "provider": _Kind(m.Provider, providers.get, may_vet, _forget_provider),
    "person": _Kind(m.Person, _account, _another, _forget_person),
}


def erase_all(kind: str, due: Iterable[UUID], at: datetime, actor: Actor) -> int:
    """Erase these whose time is over, each in a transaction of its own; returns how many were."""
    done = 0
    for pk in due:
        try:
            erase_known(actor=actor, kind=kind, subject=pk, reason="time_over", at=at)
            done += 1
        except (Refused, Conflict):
            # Something has come up since it was found due: the next round looks again.
            continue
    return done
