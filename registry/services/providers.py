"""Providers and their things: applied for, edited, lived in. An edit of a checked field goes back to review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from geo.geojson import check_point
from geo.privacy import cell_of
from registry import identity
from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed
from registry.ids import uuid7
from registry.permissions import Actor, owns
from registry.selectors import joined
from registry.selectors import providers as visible
from registry.selectors.standing import Subject, kind_of
from registry.services import audit, identities, rows, vetting

LANGUAGES = frozenset({"uk", "ro", "en", "ru", "pl", "de", "fr", "it", "es", "hu", "bg", "tr", "other"})

PROVIDER_FIELDS = frozenset(
    {"given_name", "family_name", "birth_year", "sex", "phone", "email", "address", "town", "languages"}
    | {"is_driver", "is_host", "organization_name", "registration_number"}
)
VEHICLE_FIELDS = frozenset({"plate", "plate_country", "make", "color", "seats", "child_seats", "wheelchair_places"})
DWELLING_FIELDS = frozenset({"address", "town", "lat", "lon", "beds", "rooms", "lockable_room", "step_free"})


NEEDED = {
    "person": ("given_name", "family_name", "birth_year", "phone", "town"),
    "organization": ("organization_name", "registration_number", "phone", "town"),
}
MOST_PLACES = 90


@dataclass(frozen=True, slots=True)
class ResidentDraft:
    """Somebody of 16 or more who lives there."""

    given_name: str
    family_name: str
    birth_year: int
    sex: str = "unknown"


def _town(code: object) -> m.Town:
    town = m.Town.objects.filter(pk=code, county__isnull=False).first()
    if town is None:
        raise Invalid(fields={"town": "unknown_choice"})
    return town


def _refuse_unknown(fields: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if unknown := set(fields) - allowed:
        raise Invalid(fields=dict.fromkeys(sorted(unknown), "not_yours_to_set"))


def _clean_provider(fields: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Fields as columns: phone in E.164, town with its county, languages sorted."""
    values = dict(fields)
    if "phone" in values:
        values["phone"] = identity.phone(str(values["phone"])) or ""
        if not values["phone"]:
            raise Invalid(fields={"phone": "not_a_phone"})
    if "town" in values:
        town = _town(values["town"])
        values["town"], values["county"] = town, town.county
    if "languages" in values:
        if set(values["languages"]) - LANGUAGES:
            raise Invalid(fields={"languages": "unknown_choice"})
        values["languages"] = " ".join(sorted(set(values["languages"])))
    if values.get("sex", "unknown") not in ("f", "m", "unknown"):
        raise Invalid(fields={"sex": "unknown_choice"})
    born = values.get("birth_year")
    if born is not None and not 18 <= year - born <= 110:
        raise Invalid(fields={"birth_year": "not_an_adult"})
    return values


def _search_key(row: m.Provider) -> str:
    return identity.search_key(row.organization_name)[:200]


@transaction.atomic
def apply(
    *,
    actor: Actor,
    id: UUID,
    kind: str,
    fields: Mapping[str, Any],
    at: datetime,
    organization: UUID | None = None,
    own_account: bool = False,
) -> m.Provider:
    """A person or an organization applies; an officer or partner may write the application for them.

    An organization that the registry does not know yet is entered with its application.
    """
    _refuse_unknown(fields, PROVIDER_FIELDS)
    values = _clean_provider(fields, at.year)
    _refuse_bad_application(kind, values, organization)
    if not own_account and not actor.has("officer", "partner", "coordinator", "volunteer"):
        raise NotAllowed
    if organization and actor.has("partner") and not actor.has("officer") and organization != actor.organization:
        raise NotAllowed
    row = m.Provider(
        id=rows.new_id(id, m.Provider),
        created_at=at,
        applied_at=at,
        created_by_id=actor.person,
        invited_by_id=None if own_account else actor.id,
        account_id=actor.id if own_account else None,
        kind=kind,
        organization_id=organization or _enter_organization(kind, values, at),
        **values,
    )
    row.search_key = _search_key(row)
    rows.insert(row, "provider_exists")
    audit.record(actor=actor, at=at, action="provider.applied", about=row, kind=kind)
    identities.provider_written(row, at=at)
    return row


def _refuse_bad_application(kind: str, values: Mapping[str, Any], organization: UUID | None) -> None:
    needed = NEEDED.get(kind)
    if needed is None:
        raise Invalid(fields={"kind": "unknown_choice"})
    bad = {name: "required" for name in needed if not values.get(name)}
    known = organization is not None and m.Organization.objects.filter(pk=organization).exists()
    if organization is not None and not known:
        bad["organization"] = "unknown_choice"
    if bad:
        raise Invalid(fields=bad)


def _enter_organization(kind: str, values: Mapping[str, Any], at: datetime) -> UUID | None:
    """A new organization, never an authority: those vet, and an application may not make one."""
    if kind != "organization":
        return None
    row = m.Organization(
        id=uuid7(),
        created_at=at,
        name=values["organization_name"],
        kind="ngo",
        county=values["county"],
        registration_number=values["registration_number"],
        phone=values["phone"],
    )
    return rows.insert(row).pk


def _own(actor: Actor, provider: m.Provider) -> None:
    """Owners edit; officers correct what they can see; nobody else."""
    if not owns(actor, provider) and not actor.has("officer", county=provider.county_id):
        raise NotAllowed


def _refuse_over(row: Subject) -> None:
    if row.status in ("rejected", "revoked"):
        raise Conflict("not_in_review")


def _apply_edit(actor: Actor, row: Subject, values: Mapping[str, Any], at: datetime) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if not changed:
        return
    audit.record(actor=actor, at=at, action=f"{kind_of(row)}.edited", about=row, fields=sorted(changed))
    # First out of verification, then the new values: the database refuses them while it is verified.
    vetting.checked_fields_changed(actor=actor, subject=row, changed=changed, at=at)
    rows.save(row, *changed)


@transaction.atomic
def edit_provider(
    *, actor: Actor, provider: UUID, fields: Mapping[str, Any], at: datetime, if_version: int | None = None
) -> m.Provider:
    """Change what a provider says of itself; a checked field sends it back to review at once (rule 8)."""
    _refuse_unknown(fields, PROVIDER_FIELDS)
    seen = visible.get(actor, provider)
    _own(actor, seen)
    _refuse_missing(fields, [name for name in NEEDED[seen.kind] if name in fields])
    values = _clean_provider(fields, at.year)
    identities.lock_met(own=provider, values=values, at=at)
    row = rows.lock(m.Provider, provider)
    rows.check_version(row, if_version)
    _refuse_over(row)
    _apply_edit(actor, row, values, at)
    row.search_key = _search_key(row)
    rows.update(row, "search_key")
    identities.provider_written(row, at=at)
    return row


def _clean_vehicle(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(fields)
    if "plate" in values:
        values["plate_key"] = identity.plate(str(values["plate"]))
        if len(values["plate_key"]) < 4:
            raise Invalid(fields={"plate": "not_a_plate"})
    least = {"seats": 2, "child_seats": 0, "wheelchair_places": 0}
    bad = {name: "out_of_range" for name, low in least.items() if not low <= values.get(name, low) <= MOST_PLACES}
    if bad:
        raise Invalid(fields=bad)
    return values


@transaction.atomic
def add_vehicle(*, actor: Actor, provider: UUID, id: UUID, fields: Mapping[str, Any], at: datetime) -> m.Vehicle:
    """Add a vehicle to be vetted; one vehicle a plate in the whole registry."""
    _refuse_unknown(fields, VEHICLE_FIELDS)
    owner = visible.get(actor, provider)
    _own(actor, owner)
    _refuse_over(owner)
    _refuse_missing(fields, ("plate", "plate_country", "make", "color", "seats"))
    _refuse_hoard(owner, owner.vehicles.count())
    values = _clean_vehicle(fields)
    identities.lock_met(own=provider, values=values, at=at)
    row = m.Vehicle(
        id=rows.new_id(id, m.Vehicle),
        created_at=at,
        applied_at=at,
        created_by_id=actor.person,
        provider=owner,
        **values,
    )
    rows.insert(row, "plate_taken")
    audit.record(actor=actor, at=at, action="vehicle.applied", about=row, provider=owner.id)
    identities.vehicle_written(row, at=at)
    return row


MOST_UNMET = 3


def _refuse_hoard(owner: m.Provider, there: int) -> None:
    """A stranger's application takes few plates and homes: a plate is nobody else's while it stands there."""
    if there >= MOST_UNMET and joined.is_unmet(owner):
        raise Conflict("too_many_before_review")


def _refuse_missing(fields: Mapping[str, Any], needed: Sequence[str]) -> None:
    if missing := [name for name in needed if fields.get(name) in (None, "")]:
        raise Invalid(fields=dict.fromkeys(missing, "required"))


@transaction.atomic
def edit_vehicle(
    *, actor: Actor, vehicle: UUID, fields: Mapping[str, Any], at: datetime, if_version: int | None = None
) -> m.Vehicle:
    """Change a vehicle; every field of it is checked, so it goes back to review."""
    _refuse_unknown(fields, VEHICLE_FIELDS)
    seen = visible.get_vehicle(actor, vehicle)
    _own(actor, seen.provider)
    values = _clean_vehicle(fields)
    identities.lock_met(own=seen.provider_id, values=values, at=at)
    row = vetting.lock_subject(seen)
    rows.check_version(row, if_version)
    _refuse_over(row)
    _refuse_taken_plate(row, values)
    _apply_edit(actor, row, values, at)
    identities.vehicle_written(row, at=at)
    return row


def _refuse_taken_plate(row: m.Vehicle, values: Mapping[str, Any]) -> None:
    """One vehicle a plate: the plate and country as they would be must not be another's."""
    wanted = {name: values.get(name, getattr(row, name)) for name in ("plate_key", "plate_country")}
    clash = m.Vehicle.objects.filter(**wanted).exclude(pk=row.pk).exclude(status__in=("rejected", "revoked"))
    if clash.exists():
        raise Conflict("plate_taken")


def _clean_dwelling(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(fields)
    if "town" in values:
        town = _town(values["town"])
        values["town"], values["county"] = town, town.county
    if "lat" in values or "lon" in values:
        _refuse_missing(values, ("lat", "lon"))
        check_point(values["lon"], values["lat"])
        values["cell"] = cell_of(values["lat"], values["lon"])
    bad = {name: "out_of_range" for name in ("beds", "rooms") if not 1 <= values.get(name, 1) <= 2000}
    if bad:
        raise Invalid(fields=bad)
    return values


@transaction.atomic
def add_dwelling(
    *,
    actor: Actor,
    provider: UUID,
    id: UUID,
    fields: Mapping[str, Any],
    residents: Sequence[tuple[UUID, ResidentDraft]],
    at: datetime,
) -> m.Dwelling:
    """Add a dwelling with everybody of 16 or more who lives there; each is checked."""
    _refuse_unknown(fields, DWELLING_FIELDS)
    owner = visible.get(actor, provider)
    _own(actor, owner)
    _refuse_over(owner)
    _refuse_missing(fields, ("address", "town", "lat", "lon", "beds"))
    _refuse_hoard(owner, owner.dwellings.count())
    row = m.Dwelling(
        id=rows.new_id(id, m.Dwelling),
        created_at=at,
        applied_at=at,
        created_by_id=actor.person,
        provider=owner,
        **_clean_dwelling(fields),
    )
    rows.insert(row)
    for pk, draft in residents:
        _insert_resident(row, pk, draft, at)
    audit.record(actor=actor, at=at, action="dwelling.applied", about=row, provider=owner.id, residents=len(residents))
    return row


def _insert_resident(row: m.Dwelling, pk: UUID, draft: ResidentDraft, at: datetime) -> m.Resident:
    if not 16 <= at.year - draft.birth_year <= 110:
        raise Invalid(fields={"birth_year": "out_of_range"})
    if draft.sex not in ("f", "m", "unknown"):
        raise Invalid(fields={"sex": "unknown_choice"})
    resident = m.Resident(
        id=rows.new_id(pk, m.Resident),
        dwelling=row,
        given_name=draft.given_name,
        family_name=draft.family_name,
        birth_year=draft.birth_year,
        sex=draft.sex,
        moved_in_at=at,
    )
    rows.insert(resident)
    identities.resident_written(resident, at=at)
    return resident


def _own_dwelling(actor: Actor, dwelling: UUID, version: int | None) -> m.Dwelling:
    seen = visible.get_dwelling(actor, dwelling)
    _own(actor, seen.provider)
    row = vetting.lock_subject(seen)
    rows.check_version(row, version)
    _refuse_over(row)
    return row


@transaction.atomic
def edit_dwelling(
    *, actor: Actor, dwelling: UUID, fields: Mapping[str, Any], at: datetime, if_version: int | None = None
) -> m.Dwelling:
    """Change a dwelling; a checked field sends it back to review at once."""
    _refuse_unknown(fields, DWELLING_FIELDS)
    row = _own_dwelling(actor, dwelling, if_version)
    _apply_edit(actor, row, _clean_dwelling(fields), at)
    return row


@transaction.atomic
def move_in(*, actor: Actor, dwelling: UUID, id: UUID, draft: ResidentDraft, at: datetime) -> m.Resident:
    """Somebody moves in: unchecked, so the dwelling goes back to review at once."""
    row = _own_dwelling(actor, dwelling, None)
    _residents_changed(actor, row, at)
    return _insert_resident(row, id, draft, at)


@transaction.atomic
def move_out(*, actor: Actor, dwelling: UUID, resident: UUID, at: datetime) -> m.Dwelling:
    """Somebody moves out; who lives there decides who may stay, so the dwelling is reviewed again."""
    row = _own_dwelling(actor, dwelling, None)
    lives_there = m.Resident.objects.filter(pk=resident, dwelling=row, moved_out_at=None)
    if not lives_there.exists():
        raise Conflict("does_not_live_there")
    identities.resident_gone(resident, at=at)
    _residents_changed(actor, row, at)
    lives_there.update(moved_out_at=at)
    return row


def _residents_changed(actor: Actor, row: m.Dwelling, at: datetime) -> None:
    rows.save(row)
    audit.record(actor=actor, at=at, action="dwelling.residents_changed", about=row)
    vetting.checked_fields_changed(actor=actor, subject=row, changed=["residents"], at=at)
