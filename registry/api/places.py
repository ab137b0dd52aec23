"""Zones, shifts, crossings, towns, counties, organizations."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers, door
from registry.api.fields import Choice, Code, Moment, Names, NewId, Outline
from registry.api.forms import Input, PageQuery
from registry.api.operation import Api, does, lists, reads
from registry.selectors.paging import Listing
from registry.selectors.shapes import places
from registry.services import zones
from registry.states import ZONE


class Zone(serializers.Serializer[Any]):
    """A safe zone."""

    code = serializers.CharField()
    name = serializers.CharField()
    names = Names()
    kind = serializers.CharField()
    county = serializers.CharField()
    town = serializers.CharField(allow_null=True)
    crossing = serializers.CharField(allow_null=True)
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    status = serializers.CharField()
    version = serializers.IntegerField()


class ZoneDetail(Zone):
    """A safe zone with its outline; `pickup_note` and `on_shift` are for staff."""

    outline = Outline()
    pickup_note = serializers.CharField(allow_null=True)
    on_shift = serializers.IntegerField(allow_null=True)


class ZoneFeature(serializers.Serializer[Any]):
    """A safe zone as a GeoJSON feature."""

    type = serializers.ChoiceField([("Feature", "Feature")])
    id = serializers.CharField()
    geometry = Outline()
    properties = Zone()


class ZoneCollection(serializers.Serializer[Any]):
    """Safe zones as GeoJSON (RFC 7946)."""

    type = serializers.ChoiceField([("FeatureCollection", "FeatureCollection")])
    features = ZoneFeature(many=True)


class ZoneQuery(PageQuery):
    """Which zones."""

    status = Choice(ZONE.states, required=False)
    county = Code(required=False)


def _wanted(asked: Any, *names: str) -> dict[str, str]:
    return {name: asked[name] for name in names if name in asked}


class Zones(Api):
    """Safe zones."""

    @lists(Zone, ZoneQuery)
    def get(self) -> Listing:
        """Safe zones"""
        return places.zones(self.actor, **_wanted(self.asked, "status", "county"))


class ZonesGeoJson(Api):
    """Safe zones on a map."""

    renderer_classes = [door.GeoJson, door.Json]

    @reads(ZoneCollection, media=door.GeoJson.media_type)
    def get(self) -> dict[str, Any]:
        """Safe zones as a GeoJSON FeatureCollection"""
        return places.zone_collection(self.actor)


class OneZone(Api):
    """One safe zone."""

    @reads(ZoneDetail)
    def get(self, code: str) -> dict[str, Any]:
        """One safe zone with its outline"""
        return places.zone(self.actor, code, self.at)


class ZoneAction(Input):
    """What is done with a zone."""

    action = Choice(tuple(ZONE.transitions))


class ZoneMoved(serializers.Serializer[Any]):
    """Where a zone stands now."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.CharField()


class ZoneStatus(Api):
    """Opening and closing a zone."""

    @does(ZoneAction, ZoneMoved, 200, versioned=True)
    def post(self, data: dict[str, Any], code: str) -> dict[str, Any]:
        """Activate, suspend or retire a zone (its coordinators, the county's officers)"""
        row = zones.set_status(actor=self.actor, zone=code, at=self.at, **data)
        return {"code": row.code, "version": row.version, "status": row.status}


class Shift(serializers.Serializer[Any]):
    """Somebody on duty."""

    id = serializers.UUIDField()
    person = serializers.UUIDField()
    given_name = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class NewShift(Input):
    """A shift that starts now."""

    id = NewId()
    ends_at = Moment()


class Shifts(Api):
    """Who is on duty in a zone."""

    @lists(Shift)
    def get(self, code: str) -> Listing:
        """Who is on duty in a zone of one's own scope"""
        return places.shifts(self.actor, code, self.at)

    @does(NewShift, answers.Made)
    def post(self, data: dict[str, Any], code: str) -> dict[str, Any]:
        """Go on duty, for twelve hours at most"""
        return answers.made(zones.start_shift(actor=self.actor, zone=code, at=self.at, **data))


class Crossing(serializers.Serializer[Any]):
    """A border crossing point with its Romanian and Ukrainian (or other side's) post."""

    code = serializers.CharField()
    name = serializers.CharField()
    names = Names()
    county = serializers.CharField()
    kind = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    lat_ro = serializers.FloatField()
    lon_ro = serializers.FloatField()
    lat_uk = serializers.FloatField()
    lon_uk = serializers.FloatField()


class Crossings(Api):
    """Border crossing points."""

    @lists(Crossing)
    def get(self) -> Listing:
        """Border crossing points"""
        return places.crossings()


class Town(serializers.Serializer[Any]):
    """A town that journeys go to."""

    code = serializers.CharField()
    name = serializers.CharField()
    names = Names()
    county = serializers.CharField(allow_null=True)
    country = serializers.CharField()
    kind = serializers.CharField()
    lat = serializers.FloatField()
    lon = serializers.FloatField()


class TownQuery(PageQuery):
    """Which towns."""

    county = Code(required=False)


class Towns(Api):
    """Towns."""

    @lists(Town, TownQuery)
    def get(self) -> Listing:
        """Towns that journeys go to"""
        return places.towns(**_wanted(self.asked, "county"))


class County(serializers.Serializer[Any]):
    """A county, or an oblast on the other side."""

    code = serializers.CharField()
    name = serializers.CharField()
    names = Names()
    country = serializers.CharField()
    pcode = serializers.CharField(allow_blank=True)


class Counties(Api):
    """Counties."""

    @lists(County)
    def get(self) -> Listing:
        """Counties and bordering oblasts"""
        return places.counties()


class Organization(serializers.Serializer[Any]):
    """An authority, an NGO or a company."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    county = serializers.CharField(allow_null=True)
    country = serializers.CharField()
    version = serializers.IntegerField()


class Organizations(Api):
    """Organizations."""

    @lists(Organization)
    def get(self) -> Listing:
        """Organizations"""
        return places.organizations()


class OneOrganization(Api):
    """One organization."""

    @reads(Organization)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One organization"""
        return places.organization(pk)
