"""Requests and matches: proposals with their reasons, the household's choice, confirmation."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, Id, NewId, Text
from registry.api.forms import Input, Nothing, PageQuery, Problem
from registry.api.operation import Api, does, lists, reads
from registry.selectors import requests, work
from registry.selectors.paging import Listing
from registry.selectors.shapes import households as shapes
from registry.services import intake, matching
from registry.states import REQUEST
from registry.web import problems


class RequestRow(serializers.Serializer[Any]):
    """What a household asks for."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    household = serializers.UUIDField()
    kind = serializers.CharField()
    origin = serializers.CharField()
    destination = serializers.CharField(allow_null=True)
    max_km = serializers.IntegerField()
    earliest_at = serializers.DateTimeField()
    from_date = serializers.DateField()
    nights = serializers.IntegerField()
    status = serializers.CharField()
    size = serializers.IntegerField()
    urgency = serializers.IntegerField()


class RequestMatch(serializers.Serializer[Any]):
    """A match made for the request."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    value = serializers.FloatField()


class RequestDetail(RequestRow):
    """A request with its matches."""

    matches = RequestMatch(many=True)


class RequestQuery(PageQuery):
    """Which requests."""

    status = Choice(REQUEST.states, required=False)
    origin = Code(required=False)


class Requests(Api):
    """Requests."""

    @lists(RequestRow, RequestQuery)
    def get(self) -> Listing:
        """Requests from my zones"""
        wanted = {name: value for name, value in self.asked.items() if name not in ("cursor", "limit")}
        return shapes.open_and_past(self.actor, **wanted)


class OneRequest(Api):
    """One request."""

    @reads(RequestDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One request with the matches made for it"""
        return shapes.request(self.actor, pk)


class Cancellation(Api):
    """A request that is no longer needed, or that somebody else can help with."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Cancel the request"""
        return answers.moved(intake.end_request(actor=self.actor, request=pk, action="cancel", at=self.at, **data))


class Referral(Api):
    """A request that somebody else can help with."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Refer the request to somebody who can help"""
        return answers.moved(intake.end_request(actor=self.actor, request=pk, action="refer", at=self.at, **data))


class ToldReason(Problem.Reason):
    """A reason for staff, and as the household may be told it in its own language."""

    household_text = serializers.CharField()


class Company(serializers.Serializer[Any]):
    """Who would be with them: `unknown` are adults whose sex is not known."""

    women = serializers.IntegerField()
    men = serializers.IntegerField()
    unknown = serializers.IntegerField()
    children = serializers.IntegerField()


class ProposedRide(serializers.Serializer[Any]):
    """The ride of a proposal: what to look for, who is in the car, how many other households ride along."""

    id = serializers.UUIDField()
    departs_from = serializers.DateTimeField()
    departs_until = serializers.DateTimeField()
    make = serializers.CharField()
    color = serializers.CharField()
    seats_free = serializers.IntegerField()
    crew = Company()
    others = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())


class ProposedStay(serializers.Serializer[Any]):
    """The beds of a proposal, by cell: who lives there, how many other households are guests."""

    id = serializers.UUIDField()
    town = serializers.CharField()
    cell = serializers.CharField()
    km = serializers.FloatField(allow_null=True)
    beds_free = serializers.IntegerField()
    to_date = serializers.DateField()
    residents = Company()
    others = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())


class ProposalShape(serializers.Serializer[Any]):
    """One choice that passes every rule."""

    value = serializers.FloatField()
    reasons = ToldReason(many=True)
    ride = ProposedRide(allow_null=True)
    stay = ProposedStay(allow_null=True)
    arrival_zone = serializers.CharField(allow_null=True)


class ExcludedShape(serializers.Serializer[Any]):
    """A class of offers that cannot be proposed, why, and how many."""

    kind = serializers.CharField()
    offers = serializers.IntegerField()
    reason = ToldReason()


class ProposalsShape(serializers.Serializer[Any]):
    """Ranked proposals, and what was left out."""

    ranked = ProposalShape(many=True)
    excluded = ExcludedShape(many=True)


class Proposals(Api):
    """Who can take this household."""

    @reads(ProposalsShape)
    def get(self, pk: UUID) -> dict[str, Any]:
        """Ranked proposals with their reasons, and why every other class of offer is left out"""
        found = matching.search(actor=self.actor, request=pk, at=self.at)
        row = requests.request(self.actor, pk)
        cards = work.choices(row, found, self.at)
        return shapes.proposals(cards, found.excluded, row.household.language, problems.language())


class NewMatch(Input):
    """One choice for one request."""

    id = NewId()
    request = Id()
    ride = Id(required=False, allow_null=True, default=None)
    stay = Id(required=False, allow_null=True, default=None)
    arrival_zone = Code(required=False, allow_null=True, default=None)


class Accept(Api):
    """The household's choice."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The household chooses this one"""
        return answers.moved(matching.accept(actor=self.actor, match=pk, at=self.at, **data))


class Decline(Api):
    """The household's refusal."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The household refuses: no reason is asked, the provider never learns of it"""
        return answers.moved(matching.decline(actor=self.actor, match=pk, at=self.at, **data))


class Confirm(Api):
    """The last look before seats and beds are taken."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Confirm: everything is checked again under lock, seats and beds are taken"""
        return answers.moved(matching.confirm(actor=self.actor, match=pk, at=self.at, **data))


class Cancelled(Input):
    """Why it is called off."""

    reason = Choice(matching.CANCEL_REASONS)
    said = Text(required=False, default="", max_length=300, help_text="The words of a provider who takes it back.")


class Cancel(Api):
    """Calling it off."""

    @does(Cancelled, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Call a match off before departure; the request is open again"""
        return answers.moved(matching.cancel(actor=self.actor, match=pk, at=self.at, **data))
