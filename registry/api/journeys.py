"""Matches and journeys: the handover, word from the road, arrival by both sides, the end."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Id, NewId, Text, Truth, Whole
from registry.api.forms import Input, Nothing, PageQuery
from registry.api.households import ContactShape, contact
from registry.api.matching import NewMatch
from registry.api.operation import Api, does, lists, reads
from registry.models import CheckIn
from registry.rules.concerns import KINDS as CONCERNS
from registry.selectors.paging import Listing
from registry.selectors.shapes import journeys as shapes
from registry.services import concerns, disclosure, journeys, matching, promising
from registry.states import MATCH


class JourneyRow(serializers.Serializer[Any]):
    """A match, from its confirmation on called a journey; `household` is for field staff."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    origin = serializers.CharField()
    destination = serializers.CharField()
    arrival_zone = serializers.CharField(allow_null=True)
    people = serializers.IntegerField()
    household = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    eta_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    halted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    carrier_said = serializers.CharField(
        allow_null=True, help_text="coming, here, ...: the driver's or host's last word."
    )
    carrier_said_at = serializers.DateTimeField(allow_null=True)


class Need(serializers.Serializer[Any]):
    """All that a provider learns of a household."""

    adults = serializers.IntegerField()
    children = serializers.IntegerField()
    child_seats = serializers.IntegerField()
    wheelchairs = serializers.IntegerField()
    pets = serializers.IntegerField()
    luggage = serializers.IntegerField()


class RideLeg(serializers.Serializer[Any]):
    """Whom to look for at the gate."""

    offer = serializers.UUIDField()
    driver = serializers.CharField(allow_blank=True)
    plate = serializers.CharField()
    make = serializers.CharField()
    color = serializers.CharField()
    departs_from = serializers.DateTimeField()
    departs_until = serializers.DateTimeField()


class StayLeg(serializers.Serializer[Any]):
    """Where they sleep, by cell; the address is its own, audited reading."""

    offer = serializers.UUIDField()
    town = serializers.CharField()
    cell = serializers.CharField()
    from_date = serializers.DateField(allow_null=True)
    to_date = serializers.DateField(allow_null=True)


class StepRow(serializers.Serializer[Any]):
    """One step of the overdue ladder."""

    code = serializers.CharField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class JourneyPhoto(serializers.Serializer[Any]):
    """A confirmed photograph of the vehicle, the driver or the host."""

    id = serializers.UUIDField()
    kind = serializers.CharField()


class JourneyDetail(JourneyRow):
    """A match as my side sees it: `side` is staff, driver or receiver, null for an officer who must call."""

    side = serializers.CharField(allow_null=True)
    household_language = serializers.CharField(allow_null=True, help_text="What the family reads; for field staff.")
    request = serializers.UUIDField(allow_null=True)
    value = serializers.FloatField(allow_null=True)
    refugee_arrived_at = serializers.DateTimeField(allow_null=True)
    receiver_arrived_at = serializers.DateTimeField(allow_null=True)
    halted_reason = serializers.CharField(allow_blank=True, allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    need = Need()
    ride = RideLeg(allow_null=True)
    stay = StayLeg(allow_null=True)
    steps = StepRow(many=True, allow_null=True)
    photos = JourneyPhoto(many=True)


class JourneyQuery(PageQuery):
    """Which journeys."""

    status = Choice(MATCH.states, required=False)


def _wanted(asked: Any) -> dict[str, Any]:
    return {"status": asked["status"]} if "status" in asked else {}


class Matches(Api):
    """Matches in every state."""

    @lists(JourneyRow, JourneyQuery)
    def get(self) -> Listing:
        """Matches in my view, also those that are proposed or refused (staff)"""
        return shapes.listed(self.actor, **_wanted(self.asked))

    @does(NewMatch, answers.Moved)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Put one choice before the household, if the gate lets it through"""
        return answers.moved(matching.propose(actor=self.actor, at=self.at, **data))


class Journeys(Api):
    """Journeys."""

    @lists(JourneyRow, JourneyQuery)
    def get(self) -> Listing:
        """Journeys in my view: of my zones, those that I carry, those that an officer must look after"""
        return shapes.listed(self.actor, running=True, **_wanted(self.asked))


class OneJourney(Api):
    """One match or journey."""

    @reads(JourneyDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One match or journey as my side sees it"""
        return shapes.detail(self.actor, pk)


class Departing(Input):
    """What is seen at the gate; a ride needs pass (short code, or the text of its QR code) and plate."""

    counted = Whole(min_value=0, max_value=90)
    pass_code = Text(required=False, allow_blank=True, default="", max_length=300)
    plate = Text(required=False, allow_blank=True, default="", max_length=16)
    second_staff = Id(required=False, allow_null=True, default=None)


class Departed(answers.Moved):
    """A journey that is under way."""

    eta_at = serializers.DateTimeField()


class Departure(Api):
    """The handover."""

    @does(Departing, Departed, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The handover at the gate: pass, plate, driver and heads, and every rule once more"""
        row = journeys.depart(actor=self.actor, match=pk, at=self.at, **data)
        return {**answers.moved(row), "eta_at": row.eta_at}


class CheckInRow(serializers.Serializer[Any]):
    """A word from the road."""

    id = serializers.UUIDField()
    side = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()


class NewCheckIn(Input):
    """A word from the road; `wrong` raises an alarm at once."""

    id = NewId()
    kind = Choice(CheckIn.KINDS)


class CheckIns(Api):
    """Words from the road."""

    @lists(CheckInRow)
    def get(self, pk: UUID) -> Listing:
        """Words from the road: all for staff, one's own side's for a provider"""
        return shapes.check_ins(self.actor, pk)

    @does(NewCheckIn, CheckInRow)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """A word from the road"""
        row = journeys.check_in(actor=self.actor, match=pk, at=self.at, **data)
        return {"id": row.id, "side": row.side, "kind": row.kind, "at": row.at}


class Answering(Input):
    """Whether the driver or host will be there; who cannot says why."""

    id = NewId()
    kind = Choice((*promising.WORDS, "cannot"), help_text="coming; here (driver: from two hours before); cannot.")
    said = Text(required=False, allow_blank=True, default="", max_length=300)


class Answer(Api):
    """The driver's or host's answer."""

    @does(Answering, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The driver's or host's answer before departure: coming, here, or cannot, which calls it off at once"""
        about: dict[str, Any] = {"actor": self.actor, "match": pk, "at": self.at}
        if data["kind"] == "cannot":
            return answers.moved(promising.cannot(said=data["said"], **about))
        return answers.moved(promising.say(id=data["id"], kind=data["kind"], **about).match)


class Arriving(Input):
    """Who says that they have arrived."""

    side = Choice(("refugee", "receiver"))


class Arrival(Api):
    """Arrival."""

    @does(Arriving, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """One side says that they have arrived; it counts when both have"""
        return answers.moved(journeys.arrive(actor=self.actor, match=pk, at=self.at, **data))


class Resolving(Input):
    """What came of a journey that did not end as planned."""

    outcome = Choice(journeys.OUTCOMES)
    needs_new = Truth(help_text="Whether the household needs another match.")


class Resolution(Api):
    """The end of a journey that did not end as planned."""

    @does(Resolving, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """End a halted, overdue or alerted journey after finding the people (coordinators)"""
        return answers.moved(journeys.resolve(actor=self.actor, match=pk, at=self.at, **data))


class Closure(Api):
    """The end of a journey."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Close an arrived journey"""
        return answers.moved(journeys.close(actor=self.actor, match=pk, at=self.at, **data))


class ContactList(serializers.Serializer[Any]):
    """Everybody to call."""

    items = ContactShape(many=True)


class Contacts(Api):
    """Everybody to call."""

    @reads(ContactList)
    def get(self, pk: UUID) -> dict[str, Any]:
        """Everybody to call on a journey; the reading is an audit entry"""
        return {"items": [contact(c) for c in disclosure.journey_contacts(actor=self.actor, match=pk, at=self.at)]}


class DestinationShape(serializers.Serializer[Any]):
    """Where the journey ends, as exactly as the viewer may know."""

    precision = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)


class Destination(Api):
    """Where the journey ends."""

    @reads(DestinationShape)
    def get(self, pk: UUID) -> dict[str, Any]:
        """Where the journey ends, as exactly as I may know; an exact reading is an audit entry"""
        end = disclosure.journey_destination(actor=self.actor, match=pk, at=self.at)
        return {"precision": end.precision, "address": end.address, "lat": end.lat, "lon": end.lon}


class NewConcern(Input):
    """What the household told about those who carry or host it."""

    id = NewId()
    kind = Choice(CONCERNS)
    text = Text(required=False, allow_blank=True, default="", max_length=2000)


class ReportedConcern(serializers.Serializer[Any]):
    """A report that was taken."""

    id = serializers.UUIDField()


class JourneyConcerns(Api):
    """Reports."""

    @does(NewConcern, ReportedConcern)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Report what the household told; one report holds the provider, two suspend"""
        return {"id": concerns.report(actor=self.actor, match=pk, at=self.at, **data).pk}
