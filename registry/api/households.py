"""Households, their requests, consents, and the decisions that protect them."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, Day, Id, Many, Moment, NewId, Text, Truth, Whole
from registry.api.forms import Input, Nothing, PageQuery
from registry.api.operation import Api, changes, does, lists, reads
from registry.rules import facts
from registry.selectors.paging import Listing
from registry.selectors.shapes import households as shapes
from registry.services import corrections, disclosure, intake, protection

LANGUAGES = ("uk", "ro", "en", "ru")


class HouseholdRow(serializers.Serializer[Any]):
    """People who travel together, in numbers."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    zone = serializers.CharField()
    crossing = serializers.CharField(allow_null=True)
    size = serializers.IntegerField()
    minors = serializers.IntegerField()
    men = serializers.IntegerField()
    wheelchairs = serializers.IntegerField()
    pets = serializers.IntegerField()
    luggage = serializers.IntegerField()
    urgency = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class MemberShape(serializers.Serializer[Any]):
    """One person: an age band and who cares for them; no name is kept."""

    age_band = serializers.CharField()
    sex = serializers.CharField()
    guardian = serializers.CharField()


class HouseholdRequest(serializers.Serializer[Any]):
    """A request of the household."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.CharField()


class ProtectionRow(serializers.Serializer[Any]):
    """A decision that protects the household."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    first_by = serializers.UUIDField()
    second_by = serializers.UUIDField(allow_null=True)
    second_at = serializers.DateTimeField(allow_null=True)
    reference = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    expires_on = serializers.DateField()
    ended_at = serializers.DateTimeField(allow_null=True)


class HouseholdDetail(HouseholdRow):
    """A household; `code` is the household's own key and for field staff alone."""

    code = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    needs = serializers.ListField(child=serializers.CharField())
    has_contact = serializers.BooleanField()
    members = MemberShape(many=True)
    requests = HouseholdRequest(many=True)
    protection = ProtectionRow(many=True)


class HouseholdQuery(PageQuery):
    """Which households."""

    zone = Code(required=False)


class Member(Input):
    """One person of a household."""

    age_band = Choice(facts.AGE_BANDS)
    sex = Choice(facts.SEXES, required=False, default="unknown")
    guardian = Choice(facts.GUARDIANS, required=False, default="none")


class HouseholdFields(Input):
    """What a volunteer takes down."""

    members = Many(Member(), min_length=1, max_length=30, required=False)
    language = Choice(LANGUAGES, required=False)
    languages = Many(Choice(intake.LANGUAGES), required=False, max_length=13)
    contact_name = Text(required=False, allow_blank=True, max_length=120)
    contact_phone = Text(required=False, allow_blank=True, max_length=20)
    wheelchairs = Whole(required=False, min_value=0, max_value=30)
    pets = Whole(required=False, min_value=0, max_value=20)
    luggage = Whole(required=False, min_value=0, max_value=60)
    needs = Many(Choice(intake.NEEDS), required=False, max_length=7)
    crossing = Code(required=False, allow_null=True)


class NewHousehold(HouseholdFields):
    """A household that has just arrived at a zone."""

    id = NewId()
    zone = Code()
    members = Many(Member(), min_length=1, max_length=30)


class RegisteredHousehold(answers.Made):
    """A household and the code that is theirs alone."""

    code = serializers.CharField()


def _people(data: dict[str, Any]) -> dict[str, Any]:
    """The clean body with its members as the rules know them."""
    if "members" in data:
        data["members"] = [facts.Person(**member) for member in data["members"]]
    return data


class Households(Api):
    """Households."""

    @lists(HouseholdRow, HouseholdQuery)
    def get(self) -> Listing:
        """Households of my zones; children alone of my county for child protection"""
        return shapes.households(self.actor, **({"zone": self.asked["zone"]} if "zone" in self.asked else {}))

    @does(NewHousehold, RegisteredHousehold)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Register those who travel together at a zone of mine"""
        named = {name: data.pop(name) for name in ("id", "zone")}
        draft = intake.HouseholdDraft(**_people(data))
        row = intake.register_household(actor=self.actor, draft=draft, at=self.at, **named)
        return {**answers.made(row), "code": row.code}


class OneHousehold(Api):
    """One household."""

    @reads(HouseholdDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One household, without its contact"""
        return shapes.household(self.actor, pk)

    @changes(HouseholdFields, answers.Made)
    def patch(self, data: dict[str, Any], version: int, pk: UUID) -> dict[str, Any]:
        """Correct what was taken down, while no match stands on it"""
        row = corrections.correct_household(
            actor=self.actor, household=pk, changes=_people(data), at=self.at, if_version=version
        )
        return answers.made(row)


class ContactShape(serializers.Serializer[Any]):
    """Whom to call."""

    who = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


def contact(row: disclosure.Contact) -> dict[str, str]:
    """A contact as it leaves."""
    return {"who": row.who, "name": row.name, "phone": row.phone}


class HouseholdContact(Api):
    """Name and phone."""

    @reads(ContactShape)
    def get(self, pk: UUID) -> dict[str, Any]:
        """Name and phone of a household; the reading is an audit entry"""
        return contact(disclosure.household_contact(actor=self.actor, household=pk, at=self.at))


class NewRequest(Input):
    """What the household asks for."""

    id = NewId()
    kind = Choice(("ride", "stay", "both"))
    origin = Code()
    destination = Code(required=False, allow_null=True, default=None)
    max_km = Whole(required=False, allow_null=True, default=None, min_value=1, max_value=600)
    earliest_at = Moment()
    from_date = Day()
    nights = Whole(required=False, default=1, min_value=1, max_value=365)


class HouseholdRequests(Api):
    """What a household asks for."""

    @does(NewRequest, answers.Moved)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Ask for a ride, a stay, or both"""
        return answers.moved(intake.open_request(actor=self.actor, household=pk, at=self.at, **data))


class ConsentRow(serializers.Serializer[Any]):
    """A consent to share with one partner."""

    id = serializers.UUIDField()
    organization = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class NewConsent(Input):
    """A consent given or withdrawn."""

    id = NewId()
    organization = Id()
    given = Truth()


class ConsentState(serializers.Serializer[Any]):
    """Whether the household shares with the partner now."""

    household = serializers.UUIDField()
    organization = serializers.UUIDField()
    given = serializers.BooleanField()


class Consents(Api):
    """With whom a household shares."""

    @lists(ConsentRow)
    def get(self, pk: UUID) -> Listing:
        """Consents of a household"""
        return shapes.consents(self.actor, pk)

    @does(NewConsent, ConsentState, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Give or withdraw consent to share with one partner; nothing else changes with it"""
        intake.set_consent(actor=self.actor, household=pk, at=self.at, **data)
        return {"household": pk, "organization": data["organization"], "given": data["given"]}


class NewPlacement(Input):
    """Child protection's decision that a child alone may be placed."""

    id = NewId()
    reference = Text(max_length=40)
    expires_on = Day()


class Placements(Api):
    """Placing a child alone."""

    @does(NewPlacement, answers.Made)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Child protection lets a child alone be placed, by reference and until a day"""
        return answers.made(protection.place_child(actor=self.actor, household=pk, at=self.at, **data))


class NewAcceptance(Input):
    """Why a woman asked in private for what rule 5 refuses."""

    id = NewId()
    reason = Text(min_length=20, max_length=200)
    expires_on = Day()


class Acceptances(Api):
    """Rule 5, asked for in private."""

    @does(NewAcceptance, answers.Made)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The first of two staff writes that she asked for it; nothing is lifted yet"""
        return answers.made(protection.ask_to_accept_men(actor=self.actor, household=pk, at=self.at, **data))


class Agreement(Api):
    """The second of two staff."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The second of two staff agrees; a coordinator is one of them"""
        return answers.made(protection.agree_to_accept_men(actor=self.actor, decision=pk, at=self.at, **data))


class ProtectionEnd(Api):
    """Ending a protection decision."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """End a protection decision early"""
        return answers.made(protection.end(actor=self.actor, decision=pk, at=self.at, **data))
