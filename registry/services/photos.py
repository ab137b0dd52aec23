"""Photographs: added, replaced, taken away, confirmed by an officer, and looked at."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import pictures
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.permissions import ANYBODY, Actor, may_vet, owns
from registry.pictures import Picture
from registry.selectors import photos as visible
from registry.selectors import providers
from registry.selectors.one import one
from registry.services import audit, limits, rows, vetting

# More in an hour is no camera.
MOST, WINDOW = 20, timedelta(hours=1)
Thing = TypeVar("Thing", m.Provider, m.Vehicle)
OVER = ("suspended", "rejected", "revoked")


def prepared(raw: bytes) -> Picture:
    """A photograph made small and clean; Invalid with a code for anything else. Slow: never inside a transaction."""
    try:
        return pictures.read(raw)
    except pictures.BadPicture as error:
        raise Invalid(fields={"picture": error.code}) from None


@transaction.atomic
def add(
    *, actor: Actor, id: UUID, picture: Picture, at: datetime, provider: UUID | None = None, vehicle: UUID | None = None
) -> m.Photo:
    """A photograph of a vehicle, or with ``provider`` of the face of whoever drives or hosts; it replaces the former.

    What an officer has confirmed of a verified vehicle is evidence: replacing it sends the vehicle back to review.
    """
    owner, car = _locked(actor, provider, vehicle)
    limits.spend(key=f"photo:{owner.pk}", limit=MOST, window=WINDOW, at=at)
    former = _current(owner, car)
    if former is not None:
        _take_away(former, actor, at)
    row = m.Photo(
        id=rows.new_id(id, m.Photo),
        created_at=at,
        provider=owner,
        vehicle=car,
        kind="vehicle" if car else "face",
        picture=picture.full,
        thumb=picture.thumb,
        width=picture.width,
        height=picture.height,
        added_by_id=actor.person,
    )
    rows.insert(row)
    audit.record(
        actor=actor, at=at, action="photo.added", about=row, kind=row.kind, provider=owner.pk, vehicle=row.vehicle_id
    )
    return row


def _locked(actor: Actor, provider: UUID | None, vehicle: UUID | None) -> tuple[m.Provider, m.Vehicle | None]:
    """Whose photograph it will be, locked; NotAllowed for whoever only sees them."""
    if vehicle is not None:
        car = vetting.lock_subject(_may(actor, providers.get_vehicle(actor, vehicle)))
        owner = car.provider
    elif provider is not None:
        car, owner = None, vetting.lock_subject(_may(actor, providers.get(actor, provider)))
        if owner.kind != "person":
            raise Invalid(fields={"provider": "not_a_person"})
    else:
        raise NotFound
    if owner.status in OVER or (car and car.status in OVER):
        raise Conflict("photo_not_now")
    return owner, car


def _may(actor: Actor, thing: Thing) -> Thing:
    owner = thing if isinstance(thing, m.Provider) else thing.provider
    if not owns(actor, owner) and not may_vet(actor, owner):
        raise NotAllowed
    return thing


def _current(owner: m.Provider, car: m.Vehicle | None) -> m.Photo | None:
    mine = visible.current().filter(provider=owner)
    found = one(mine.filter(vehicle=car) if car else mine.filter(kind="face"))
    if found is not None:
        found.vehicle = car
    return found


def _take_away(row: m.Photo, actor: Actor, at: datetime) -> None:
    """Its pixels are gone at once; a verified vehicle whose evidence it was goes back to review (rule 8)."""
    row.picture = row.thumb = ""  # type: ignore[assignment]
    row.removed_at, row.removed_by_id = at, actor.person
    rows.save(row, "picture", "thumb", "removed_at", "removed_by")
    audit.record(actor=actor, at=at, action="photo.removed", about=row, kind=row.kind)
    if row.vehicle is not None and row.confirmed_at:
        vetting.checked_fields_changed(actor=actor, subject=row.vehicle, changed=["photo"], at=at)


@transaction.atomic
def remove(*, actor: Actor, photo: UUID, at: datetime) -> m.Photo:
    """Its provider, or an officer of its county, takes a photograph away."""
    seen = _of_owner(actor, photo)
    owner, car = _locked(actor, None if seen.vehicle_id else seen.provider_id, seen.vehicle_id)
    row = _current(owner, car)
    if row is None or row.pk != photo:
        raise Conflict("photo_gone")
    _take_away(row, actor, at)
    return row


def _of_owner(actor: Actor, photo: UUID) -> m.Photo:
    """A photograph of a provider in the actor's view, also one that is gone; field staff only look."""
    seen = one(m.Photo.objects.defer(*visible.BYTES).filter(pk=photo, provider__in=providers.visible(actor)))
    if seen is not None:
        return seen
    visible.get(actor, photo)
    raise NotAllowed


@transaction.atomic
def confirm(*, actor: Actor, photo: UUID, at: datetime) -> m.Photo:
    """An officer of the county has seen that it shows this vehicle with this plate, or this person's face."""
    seen = _of_owner(actor, photo)
    row = rows.lock(m.Photo, photo, "provider", "vehicle")
    if not may_vet(actor, seen.provider):
        raise NotAllowed
    vetting.refuse_conflict(actor, row.vehicle or row.provider)
    if row.removed_at or row.added_by_id == actor.id:
        raise Conflict("photo_gone" if row.removed_at else "photo_own")
    _confirm(row, actor, at)
    return row


def _confirm(row: m.Photo, actor: Actor, at: datetime) -> None:
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by_id = at, actor.person
        rows.save(row, "confirmed_at", "confirmed_by")
        audit.record(actor=actor, at=at, action="photo.confirmed", about=row, kind=row.kind)


def seen_with_plate(*, actor: Actor, vehicle: m.Vehicle, at: datetime) -> None:
    """The check "photo with number plate" has passed: it was of the photograph that is there."""
    there = _current(vehicle.provider, vehicle)
    if there is not None and there.added_by_id != actor.id:
        _confirm(rows.lock(m.Photo, there.pk), actor, at)


@transaction.atomic
def look(*, actor: Actor, photo: UUID, at: datetime, thumb: bool = False) -> bytes:
    """The JPEG for whoever may see it; each look but its provider's own is an audit entry. NotFound once erased."""
    seen = visible.get(actor, photo)
    if not owns(actor, seen.provider):
        audit.record(actor=actor, at=at, action="read.photo", about=seen, kind=seen.kind)
    return _pixels(seen, thumb)


@transaction.atomic
def look_as_household(*, match: UUID, photo: UUID, at: datetime, thumb: bool = False) -> bytes:
    """The JPEG of a vehicle, driver or host of its own running match, for a household that has shown its code."""
    seen = visible.shown_to_household(match, photo)
    audit.record(actor=ANYBODY, at=at, action="read.photo", about=seen, kind=seen.kind, match=match)
    return _pixels(seen, thumb)


def _pixels(row: m.Photo, thumb: bool) -> bytes:
    found = row.thumb if thumb else row.picture
    if not found:
        raise NotFound
    return bytes(found)
