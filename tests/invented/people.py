"""Invented people with accounts and roles, and those whom every test knows."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.selectors.actors import actor_of
from tests.invented.places import HOUR, NOW, geography, number

PASSWORD = "orange-lantern-42"


def organization(name: str = "", kind: str = "ngo", county: str | None = "RO-SV", **fields: Any) -> m.Organization:
    """An authority, an NGO or a company."""
    geography()
    name = name or f"Organization {number()}"
    fields = {"id": uuid7(), "created_at": NOW, "county_id": county, **fields}
    return m.Organization.objects.get_or_create(name=name, kind=kind, defaults=fields)[0]


@cache
def _password() -> str:
    return make_password(PASSWORD)


def person(
    role: str | None = None,
    zone: str | None = None,
    county: str | None = None,
    organization: m.Organization | None = None,
    **fields: Any,
) -> m.Person:
    """Somebody with an account and, if named, one running role."""
    geography()
    n = number()
    values = {
        "id": uuid7(),
        "created_at": NOW,
        "email": f"person{n}@example.org",
        "given_name": "Ana",
        "family_name": f"Persoana{n}",
        "password": _password(),
        "organization": organization,
    }
    row = m.Person.objects.create(**{**values, **fields})
    if role:
        grant(row, role, zone=zone, county=county)
    return row


def grant(who: m.Person, role: str, zone: str | None = None, county: str | None = None) -> m.RoleGrant:
    """One more running role of a person."""
    return m.RoleGrant.objects.create(id=uuid7(), created_at=NOW, person=who, role=role, zone_id=zone, county_id=county)


# Who keeps showing a second factor: the tests of it name a moment of their own.
ALWAYS = datetime.max.replace(tzinfo=UTC)


def actor(who: m.Person, confirmed_until: datetime | None = ALWAYS) -> Actor:
    """The actor that this person is now, with a fresh second factor unless a test says otherwise."""
    row = m.Person.objects.select_related("organization").get(pk=who.pk)
    return actor_of(row, confirmed_until=confirmed_until)


def person_of(who: Actor) -> m.Person:
    """The row behind an actor."""
    assert who.id is not None
    return m.Person.objects.get(pk=who.id)


# name -> (role, zone, county, organization, its kind, its county)
KNOWN = {
    "olena": ("officer", None, "RO-SV", "ISU Suceava", "authority", "RO-SV"),
    "petru": ("officer", None, "RO-SV", "Ajutor la Frontiera", "ngo", "RO-SV"),
    "ioana": ("officer", None, "RO-SV", "Politia Suceava", "authority", "RO-SV"),
    "stefan": ("officer", None, "RO-TL", "ISU Tulcea", "authority", "RO-TL"),
    "maria": ("volunteer", "siret", None, "Ajutor la Frontiera", "ngo", "RO-SV"),
    "andrei": ("coordinator", None, "RO-SV", "ISU Suceava", "authority", "RO-SV"),
    "vasile": ("volunteer", "tulcea", None, "Ajutor la Frontiera", "ngo", "RO-SV"),
    "daria": ("child_protection", None, "RO-SV", "DGASPC Suceava", "authority", "RO-SV"),
    "sorin": ("steward", None, None, "ISU Suceava", "authority", "RO-SV"),
    "alina": ("auditor", None, None, "ISU Suceava", "authority", "RO-SV"),
    "pavel": ("partner", None, None, "Drum Bun", "ngo", "RO-SV"),
}


def correct(row: Any, **values: Any) -> None:
    """Write these columns of a row as a clerk with the database in hand would, sealed ones among them."""
    fresh = type(row).objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=[fresh._meta.get_field(name).attname for name in values])


def known(name: str) -> m.Person:
    """One of the known people, made when first asked for."""
    email = f"{name}@example.org"
    found = m.Person.objects.filter(email=email).first()
    if found:
        return found
    role, zone, county, works_for, kind, seat = KNOWN[name]
    employer = organization(works_for, kind, seat)
    return person(role, zone, county, employer, email=email, given_name=name.title(), family_name=f"{name.title()}enko")


def everybody() -> None:
    """Make all known people now, so that a test that counts rows does not see them come."""
    for name in KNOWN:
        known(name)


def olena() -> Actor:
    """Officer of an authority, for the county RO-SV."""
    return actor(known("olena"))


def petru() -> Actor:
    """Olena's colleague of another organization, an NGO; the same county."""
    return actor(known("petru"))


def ioana() -> Actor:
    """A third officer of RO-SV, of another authority."""
    return actor(known("ioana"))


def stefan() -> Actor:
    """Officer of another county (RO-TL); must see nothing of RO-SV."""
    return actor(known("stefan"))


def maria() -> Actor:
    """Volunteer at the zone siret."""
    return actor(known("maria"))


def andrei() -> Actor:
    """Coordinator of the county RO-SV."""
    return actor(known("andrei"))


def vasile() -> Actor:
    """Volunteer at another zone (tulcea)."""
    return actor(known("vasile"))


def daria() -> Actor:
    """Child protection of RO-SV."""
    return actor(known("daria"))


def sorin() -> Actor:
    """Steward."""
    return actor(known("sorin"))


def alina() -> Actor:
    """Auditor."""
    return actor(known("alina"))


def pavel() -> Actor:
    """Partner of the NGO Drum Bun."""
    return actor(known("pavel"))


def staffed(zone: str = "siret", who: m.Person | None = None, at: datetime = NOW, hours: int = 12) -> m.Shift:
    """A running shift, Maria's unless somebody is named; one there that lasts as long is kept."""
    who = who or known("maria")
    running = m.Shift.objects.filter(person=who, ended_at=None)
    starts_at = at - HOUR
    if lasting := running.filter(zone_id=zone, starts_at__lte=starts_at, ends_at__gte=at + hours * HOUR).first():
        return lasting
    running.update(ended_at=at)
    return m.Shift.objects.create(
        id=uuid7(), created_at=at, person=who, zone_id=zone, starts_at=starts_at, ends_at=at + hours * HOUR
    )
