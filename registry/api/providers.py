"""Providers: apply, the queue, one provider, corrections."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, Email, Id, Many, NewId, Text, Truth, Whole
from registry.api.forms import Input, PageQuery, Problem
from registry.api.operation import Api, changes, does, lists, reads
from registry.selectors.paging import Listing
from registry.selectors.shapes import providers as shapes
from registry.services import disclosure, providers
from registry.services.intake import LANGUAGES
from registry.states import VETTED_STATES

KINDS = ("person", "organization")
SEXES = ("f", "m", "unknown")


class ProviderRow(serializers.Serializer[Any]):
    """A provider in the queue: initials, no name; `held` and `decision_pending` are for officers."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    status = serializers.CharField()
    county = serializers.CharField()
    town = serializers.CharField()
    organization = serializers.UUIDField(allow_null=True)
    is_driver = serializers.BooleanField()
    is_host = serializers.BooleanField()
    applied_at = serializers.DateTimeField()
    verified_until = serializers.DateField(allow_null=True)
    held = serializers.BooleanField(allow_null=True)
    decision_pending = serializers.BooleanField(allow_null=True)


class ProviderQuery(PageQuery):
    """Which providers."""

    status = Choice(VETTED_STATES, required=False)
    county = Code(required=False)
    kind = Choice(KINDS, required=False)
    search = Text(required=False, max_length=80, help_text="Words of a name, however they are written.")


class ProviderFields(Input):
    """What a provider says of itself."""

    given_name = Text(required=False, max_length=80)
    family_name = Text(required=False, max_length=80)
    birth_year = Whole(required=False, min_value=1900, max_value=2100)
    sex = Choice(SEXES, required=False)
    phone = Text(required=False, max_length=20)
    email = Email(required=False, allow_blank=True, max_length=254)
    address = Text(required=False, allow_blank=True, max_length=200)
    town = Code(required=False)
    languages = Many(Choice(LANGUAGES), required=False, max_length=13)
    is_driver = Truth(required=False)
    is_host = Truth(required=False)
    organization_name = Text(required=False, max_length=120)
    registration_number = Text(required=False, max_length=40)


class Application(ProviderFields):
    """An application, for oneself or written for somebody."""

    id = NewId()
    kind = Choice(KINDS)
    organization = Id(required=False, allow_null=True, default=None)
    own_account = Truth(required=False, default=False, help_text="Whether I apply for myself.")


class Standing(serializers.Serializer[Any]):
    """What vetting says today."""

    complete = serializers.BooleanField()
    until = serializers.DateField(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())
    failed = serializers.ListField(child=serializers.CharField())
    lapsed = serializers.ListField(child=serializers.CharField())
    reasons = Problem.Reason(many=True)


class HoldRow(serializers.Serializer[Any]):
    """An open hold."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    created_at = serializers.DateTimeField()


class PendingDecision(serializers.Serializer[Any]):
    """A decision that waits for its second person, and why that cannot be me."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    hold = serializers.UUIDField(allow_null=True)
    first_by = serializers.UUIDField()
    first_organization = serializers.UUIDField()
    first_at = serializers.DateTimeField()
    first_reason = serializers.CharField()
    why_not_me = Problem.Reason(many=True)


class Vetting(serializers.Serializer[Any]):
    """Where it stands; `holds`, `pending` and `why_not_me` are for officers."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    applied_at = serializers.DateTimeField()
    verified_at = serializers.DateTimeField(allow_null=True)
    verified_until = serializers.DateField(allow_null=True)
    rejected_reason = serializers.CharField(allow_blank=True)
    info_requested = serializers.ListField(child=serializers.CharField())
    standing = Standing()
    holds = HoldRow(many=True, allow_null=True)
    pending = PendingDecision(many=True, allow_null=True)
    why_not_me = Problem.Reason(many=True, allow_null=True)


class ProviderVehicle(serializers.Serializer[Any]):
    """A vehicle of the provider."""

    id = serializers.UUIDField()
    plate = serializers.CharField()
    status = serializers.CharField()


class ProviderDwelling(serializers.Serializer[Any]):
    """A dwelling of the provider."""

    id = serializers.UUIDField()
    town = serializers.CharField()
    beds = serializers.IntegerField()
    status = serializers.CharField()


class ProviderPass(serializers.Serializer[Any]):
    """What the provider shows at the gate."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    vehicle = serializers.UUIDField(allow_null=True)
    status = serializers.CharField()
    valid_until = serializers.DateField()


class ProviderDetail(Vetting):
    """A provider; an officer's reading is an audit entry."""

    kind = serializers.CharField()
    given_name = serializers.CharField(allow_blank=True)
    family_name = serializers.CharField(allow_blank=True)
    organization_name = serializers.CharField(allow_blank=True)
    registration_number = serializers.CharField(allow_blank=True)
    organization = serializers.UUIDField(allow_null=True)
    birth_year = serializers.IntegerField(allow_null=True)
    sex = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    town = serializers.CharField()
    county = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    is_driver = serializers.BooleanField()
    is_host = serializers.BooleanField()
    vehicles = ProviderVehicle(many=True)
    dwellings = ProviderDwelling(many=True)
    passes = ProviderPass(many=True)


class Providers(Api):
    """The queue, and applications."""

    @lists(ProviderRow, ProviderQuery)
    def get(self) -> Listing:
        """Providers in my view: an officer's counties, an organization's own, oneself"""
        wanted = {name: value for name, value in self.asked.items() if name not in ("cursor", "limit")}
        return shapes.queue(self.actor, **wanted)

    @does(Application, answers.Moved)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Apply as a provider, or write an application for somebody"""
        named = {name: data.pop(name) for name in ("id", "kind", "organization", "own_account")}
        return answers.moved(providers.apply(actor=self.actor, fields=data, at=self.at, **named))


class OneProvider(Api):
    """One provider."""

    @reads(ProviderDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One provider with what is missing and why"""
        row = disclosure.provider_identity(actor=self.actor, provider=pk, at=self.at)
        return shapes.provider(self.actor, row, timezone.localdate(self.at))

    @changes(ProviderFields, answers.Moved)
    def patch(self, data: dict[str, Any], version: int, pk: UUID) -> dict[str, Any]:
        """Change what a provider says of itself; a checked field sends it back to review"""
        row = providers.edit_provider(actor=self.actor, provider=pk, fields=data, at=self.at, if_version=version)
        return answers.moved(row)
