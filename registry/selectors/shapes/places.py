"""Zones, crossings, towns, counties and organizations as they leave; reference data that anybody signed in may read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from registry import models as m
from registry.errors import NotFound
from registry.permissions import FIELD_STAFF, STAFF, Actor, in_zone
from registry.selectors import opened
from registry.selectors.paging import Listing

ZONE = ("code", "name", "names", "kind", "county", "town", "crossing", "lat", "lon", "status", "version")
OFFICIAL = ("active", "suspended")
BY_CODE = ("code",)


def _zones(actor: Actor) -> QuerySet[m.Zone]:
    """Staff see drafts and what is retired, everybody else the official zones."""
    return m.Zone.objects.all() if actor.has(*STAFF) else m.Zone.objects.filter(status__in=OFFICIAL)


def zones(actor: Actor, **wanted: str) -> Listing:
    """Zones in the actor's view, by code."""
    return Listing(_zones(actor).filter(**wanted).values(*ZONE), BY_CODE)


def zone(actor: Actor, code: str, at: datetime) -> dict[str, Any]:
    """One zone with its outline; for staff also the gate's note and how many are on duty."""
    row = _zones(actor).filter(pk=code).first()
    if row is None:
        raise NotFound
    plain = {name: getattr(row, f"{name}_id" if name in ("county", "town", "crossing") else name) for name in ZONE}
    staff = actor.has(*STAFF)
    on_shift = _running(row.code, at).count() if staff else None
    return {**plain, "outline": row.outline, "pickup_note": row.pickup_note if staff else None, "on_shift": on_shift}


def zone_collection(actor: Actor) -> dict[str, Any]:
    """The zones in the actor's view as a GeoJSON FeatureCollection."""
    return _collection(_zones(actor))


def public_zone_collection() -> dict[str, Any]:
    """The active zones as a GeoJSON FeatureCollection, for anybody."""
    return _collection(m.Zone.objects.filter(status="active"))


def _collection(found: QuerySet[m.Zone]) -> dict[str, Any]:
    rows = found.order_by("code").values(*ZONE, "outline")
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    outline = row.pop("outline")
    return {"type": "Feature", "id": row["code"], "geometry": outline, "properties": row}


def _running(zone: str, at: datetime) -> QuerySet[m.Shift]:
    return m.Shift.objects.filter(zone=zone, ended_at=None, starts_at__lte=at, ends_at__gt=at)


def shifts(actor: Actor, code: str, at: datetime) -> Listing:
    """Who is on duty in a zone of the actor's scope now; else NotFound."""
    row = _zones(actor).filter(pk=code).first()
    if row is None or not in_zone(actor, row, *FIELD_STAFF, "officer"):
        raise NotFound
    rows = _running(code, at).values("id", "person", "starts_at", "ends_at")
    return Listing(rows, shape=lambda found: opened.beside(m.Person, found, ("given_name",), key="person"))


def crossings() -> Listing:
    """Border crossing points with both posts, by code."""
    posts = ("lat_ro", "lon_ro", "lat_uk", "lon_uk")
    return Listing(m.Crossing.objects.values("code", "name", "names", "county", "kind", "note", *posts), BY_CODE)


def towns(**wanted: str) -> Listing:
    """Towns that journeys go to, by code."""
    columns = ("code", "name", "names", "county", "country", "kind", "lat", "lon")
    return Listing(m.Town.objects.filter(**wanted).values(*columns), BY_CODE)


def counties() -> Listing:
    """Counties and bordering oblasts, by code."""
    return Listing(m.County.objects.values("code", "name", "names", "country", "pcode"), BY_CODE)


ORGANIZATION = ("id", "name", "kind", "county", "country", "version")


def organizations() -> Listing:
    """Organizations that people and providers belong to, oldest first."""
    return Listing(m.Organization.objects.values(*ORGANIZATION))


def organization(pk: UUID) -> dict[str, Any]:
    """One organization."""
    found = m.Organization.objects.filter(pk=pk).values(*ORGANIZATION).first()
    if found is None:
        raise NotFound
    return dict(found)
