"""Vehicles, dwellings and those who live in them."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, Many, NewId, Number, Text, Truth, Whole
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, changes, does, reads
from registry.api.providers import SEXES, Vetting
from registry.selectors.shapes import providers as shapes
from registry.services import disclosure, providers
from registry.services.providers import ResidentDraft


class VehicleFields(Input):
    """What is said of a vehicle; all of it is checked."""

    plate = Text(required=False, max_length=16)
    plate_country = Text(required=False, min_length=2, max_length=2)
    make = Text(required=False, max_length=40)
    color = Text(required=False, max_length=20)
    seats = Whole(required=False, min_value=2, max_value=90)
    child_seats = Whole(required=False, min_value=0, max_value=20)
    wheelchair_places = Whole(required=False, min_value=0, max_value=20)


class NewVehicle(VehicleFields):
    """A vehicle to be vetted."""

    id = NewId()


class VehicleDetail(Vetting):
    """A vehicle with what vetting says of it."""

    provider = serializers.UUIDField()
    plate = serializers.CharField()
    plate_country = serializers.CharField()
    make = serializers.CharField()
    color = serializers.CharField()
    seats = serializers.IntegerField()
    child_seats = serializers.IntegerField()
    wheelchair_places = serializers.IntegerField()


class Vehicles(Api):
    """A provider's vehicles."""

    @does(NewVehicle, answers.Moved)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Add a vehicle to be vetted; one vehicle a plate"""
        made = data.pop("id")
        return answers.moved(providers.add_vehicle(actor=self.actor, provider=pk, id=made, fields=data, at=self.at))


class OneVehicle(Api):
    """One vehicle."""

    @reads(VehicleDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One vehicle with what is missing and why"""
        return shapes.vehicle(self.actor, pk, timezone.localdate(self.at))

    @changes(VehicleFields, answers.Moved)
    def patch(self, data: dict[str, Any], version: int, pk: UUID) -> dict[str, Any]:
        """Change a vehicle; it goes back to review"""
        row = providers.edit_vehicle(actor=self.actor, vehicle=pk, fields=data, at=self.at, if_version=version)
        return answers.moved(row)


class DwellingFields(Input):
    """What is said of a dwelling."""

    address = Text(required=False, max_length=200)
    town = Code(required=False)
    lat = Number(required=False)
    lon = Number(required=False)
    beds = Whole(required=False, min_value=1, max_value=2000)
    rooms = Whole(required=False, min_value=1, max_value=2000)
    lockable_room = Truth(required=False)
    step_free = Truth(required=False)


class NewResident(Input):
    """Somebody of 16 or more who lives there."""

    id = NewId()
    given_name = Text(max_length=80)
    family_name = Text(max_length=80)
    birth_year = Whole(min_value=1900, max_value=2100)
    sex = Choice(SEXES, required=False, default="unknown")


class NewDwelling(DwellingFields):
    """A dwelling to be vetted, with everybody of 16 or more who lives there."""

    id = NewId()
    residents = Many(NewResident(), required=False, default=list)


class Resident(serializers.Serializer[Any]):
    """Somebody who lives there."""

    id = serializers.UUIDField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    birth_year = serializers.IntegerField()
    sex = serializers.CharField()
    moved_in_at = serializers.DateTimeField()


class DwellingDetail(Vetting):
    """A dwelling with its exact place, for its owner and the officers of its county; a reading is an audit entry."""

    provider = serializers.UUIDField()
    address = serializers.CharField()
    town = serializers.CharField()
    county = serializers.CharField()
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    beds = serializers.IntegerField()
    rooms = serializers.IntegerField()
    lockable_room = serializers.BooleanField()
    step_free = serializers.BooleanField()
    residents = Resident(many=True)


def _draft(data: dict[str, Any]) -> tuple[UUID, ResidentDraft]:
    return data.pop("id"), ResidentDraft(**data)


class Dwellings(Api):
    """A provider's dwellings."""

    @does(NewDwelling, answers.Moved)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Add a dwelling to be vetted"""
        made, residents = data.pop("id"), [_draft(one) for one in data.pop("residents")]
        row = providers.add_dwelling(
            actor=self.actor, provider=pk, id=made, fields=data, residents=residents, at=self.at
        )
        return answers.moved(row)


class OneDwelling(Api):
    """One dwelling."""

    @reads(DwellingDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One dwelling with its exact place, what is missing and why"""
        row = disclosure.dwelling_place(actor=self.actor, dwelling=pk, at=self.at)
        return shapes.dwelling(self.actor, row, timezone.localdate(self.at))

    @changes(DwellingFields, answers.Moved)
    def patch(self, data: dict[str, Any], version: int, pk: UUID) -> dict[str, Any]:
        """Change a dwelling; a checked field sends it back to review"""
        row = providers.edit_dwelling(actor=self.actor, dwelling=pk, fields=data, at=self.at, if_version=version)
        return answers.moved(row)


class MovedIn(serializers.Serializer[Any]):
    """A new resident."""

    id = serializers.UUIDField()
    dwelling = serializers.UUIDField()


class Residents(Api):
    """Those who live in a dwelling."""

    @does(NewResident, MovedIn)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Somebody moves in: unchecked, so the dwelling goes back to review"""
        made, draft = _draft(data)
        row = providers.move_in(actor=self.actor, dwelling=pk, id=made, draft=draft, at=self.at)
        return {"id": row.pk, "dwelling": row.dwelling_id}


class MoveOut(Api):
    """Somebody who leaves a dwelling."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID, resident: UUID) -> dict[str, Any]:
        """Somebody moves out; the dwelling is reviewed again"""
        row = providers.move_out(actor=self.actor, dwelling=pk, resident=resident, at=self.at, **data)
        return answers.moved(row)
