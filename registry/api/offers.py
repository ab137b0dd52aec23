"""Offers of transport and of accommodation: drafted, published, paused, withdrawn."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, Day, Id, Many, Moment, NewId, Text, Truth, Whole
from registry.api.forms import Input, Nothing, PageQuery
from registry.api.operation import Api, does, lists, reads
from registry.selectors.paging import Listing
from registry.selectors.shapes import offers as shapes
from registry.services import offers
from registry.services.intake import LANGUAGES
from registry.services.offers import AccommodationDraft, TransportDraft
from registry.states import OFFER


class OfferBase(serializers.Serializer[Any]):
    """What both kinds of offers have; `paused_by_registry` is true when a rule paused it."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    provider = serializers.UUIDField()
    status = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    pets = serializers.BooleanField()
    women_only = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)
    paused_by_registry = serializers.BooleanField()


class TransportOffer(OfferBase):
    """Seats from a safe zone to one of several towns."""

    driver = serializers.UUIDField()
    escort = serializers.UUIDField(allow_null=True)
    vehicle = serializers.UUIDField()
    origin = serializers.CharField()
    destinations = serializers.ListField(child=serializers.CharField())
    departs_from = serializers.DateTimeField()
    departs_until = serializers.DateTimeField()
    seats = serializers.IntegerField()
    seats_free = serializers.IntegerField()
    child_seats = serializers.IntegerField()
    child_seats_free = serializers.IntegerField()
    wheelchair_places = serializers.IntegerField()
    wheelchair_places_free = serializers.IntegerField()
    luggage = serializers.IntegerField()
    luggage_free = serializers.IntegerField()


class AccommodationOffer(OfferBase):
    """Beds between two dates; `cell` is the H3 cell (resolution 7), the address is not told here."""

    dwelling = serializers.UUIDField()
    town = serializers.CharField()
    county = serializers.CharField()
    cell = serializers.CharField()
    beds = serializers.IntegerField()
    beds_free = serializers.IntegerField()
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    accepts_men = serializers.BooleanField()
    accepts_children = serializers.BooleanField()
    child_friendly = serializers.BooleanField()
    wheelchair = serializers.BooleanField()
    host_points = serializers.IntegerField()


class OfferQuery(PageQuery):
    """Which offers."""

    status = Choice(OFFER.states, required=False)
    provider = Id(required=False)


class RideQuery(OfferQuery):
    """Which rides."""

    origin = Code(required=False)


class StayQuery(OfferQuery):
    """Which beds."""

    town = Code(required=False)
    county = Code(required=False)


class NewOffer(Input):
    """What both kinds of drafts have."""

    id = NewId()
    provider = Id()
    pets = Truth(required=False, default=False)
    women_only = Truth(required=False, default=False)
    languages = Many(Choice(LANGUAGES), required=False, default=list, max_length=13)
    note = Text(required=False, allow_blank=True, default="", max_length=500)


class NewRide(NewOffer):
    """A ride as a draft."""

    driver = Id()
    vehicle = Id()
    escort = Id(required=False, allow_null=True, default=None)
    origin = Code()
    destinations = Many(Code(), min_length=1, max_length=50)
    departs_from = Moment()
    departs_until = Moment()
    seats = Whole(min_value=1, max_value=90)
    child_seats = Whole(required=False, default=0, min_value=0, max_value=20)
    wheelchair_places = Whole(required=False, default=0, min_value=0, max_value=20)
    luggage = Whole(required=False, default=0, min_value=0, max_value=200)


class NewStay(NewOffer):
    """Beds as a draft."""

    dwelling = Id()
    beds = Whole(min_value=1, max_value=2000)
    from_date = Day()
    to_date = Day()
    accepts_men = Truth(required=False, default=True)
    accepts_children = Truth(required=False, default=True)
    child_friendly = Truth(required=False, default=False)
    wheelchair = Truth(required=False, default=False)


def _wanted(asked: Any) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in ("cursor", "limit")}


class TransportOffers(Api):
    """Rides."""

    @lists(TransportOffer, RideQuery)
    def get(self) -> Listing:
        """Rides in my view: open ones for field staff, own ones for providers"""
        return shapes.transport(self.actor, **_wanted(self.asked))

    @does(NewRide, answers.Moved)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """A ride as a draft"""
        named = {name: data.pop(name) for name in ("id", "provider")}
        return answers.moved(
            offers.draft_transport(actor=self.actor, draft=TransportDraft(**data), at=self.at, **named)
        )


class AccommodationOffers(Api):
    """Beds."""

    @lists(AccommodationOffer, StayQuery)
    def get(self) -> Listing:
        """Beds in my view: open ones for field staff, own ones for providers"""
        return shapes.accommodation(self.actor, **_wanted(self.asked))

    @does(NewStay, answers.Moved)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Beds as a draft"""
        named = {name: data.pop(name) for name in ("id", "provider")}
        draft = AccommodationDraft(**data)
        return answers.moved(offers.draft_accommodation(actor=self.actor, draft=draft, at=self.at, **named))


class OneTransportOffer(Api):
    """One ride."""

    @reads(TransportOffer)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One ride"""
        return shapes.one(self.actor, "transport", pk)


class OneAccommodationOffer(Api):
    """One offer of beds."""

    @reads(AccommodationOffer)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One offer of beds"""
        return shapes.one(self.actor, "accommodation", pk)


class Publish(Api):
    """Opening an offer."""

    @does(Nothing, answers.Moved, 200, versioned=True)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Open it, if everybody and everything involved is verified"""
        return answers.moved(offers.publish(actor=self.actor, kind=self.kind, offer=pk, at=self.at, **data))


class Pause(Api):
    """Pausing an offer."""

    @does(Nothing, answers.Moved, 200, versioned=True)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """No new match for now; what is confirmed stays"""
        return answers.moved(offers.pause(actor=self.actor, kind=self.kind, offer=pk, at=self.at, **data))


class Repeating(Input):
    """The id of the new ride."""

    id = NewId()


class Repeat(Api):
    """The same ride once more."""

    @does(Repeating, answers.Moved)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The same ride tomorrow at the same time, published at once"""
        return answers.moved(offers.repeat(actor=self.actor, offer=pk, at=self.at, **data))


class Withdraw(Api):
    """Taking an offer back."""

    @does(Nothing, answers.Moved, 200, versioned=True)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Take it back; refused while a household counts on it"""
        return answers.moved(offers.withdraw(actor=self.actor, kind=self.kind, offer=pk, at=self.at, **data))
