"""What a household does itself by its code, and what somebody sees whom it lets follow; and its slip, for staff."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, NewId, Text
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, OpenApi, asks, does, reads
from registry.api.public import ByCode
from registry.rules.signs import SIGNS
from registry.selectors import by_slip, following
from registry.selectors.shapes import by_slip as shapes
from registry.services import matching, shares, slips
from registry.web import guessing


class OwnProposal(serializers.Serializer[Any]):
    """A choice that was put before the household; `possible` is whether it could be chosen at this moment."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    destination = serializers.CharField()
    arrival_zone = serializers.CharField(allow_null=True)
    departs_from = serializers.DateTimeField(allow_null=True)
    driver = serializers.CharField(allow_null=True, allow_blank=True)
    vehicle = serializers.CharField(allow_null=True)
    town = serializers.CharField(allow_null=True)
    from_date = serializers.DateField(allow_null=True)
    to_date = serializers.DateField(allow_null=True)
    possible = serializers.BooleanField()
    verified = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())


class OwnProposals(serializers.Serializer[Any]):
    """What the household can choose from."""

    items = OwnProposal(many=True)


class Proposals(ByCode):
    """My proposals."""

    @reads(OwnProposals)
    def get(self, code: str) -> dict[str, Any]:
        """What was put before us, with its reasons in our language"""
        return {"items": shapes.proposals(by_slip.holder(code), self.at)}


class Chosen(Input):
    """Yes or no; nobody asks why."""

    choice = Choice(("choose", "refuse"))


class ProposalChoice(ByCode):
    """My answer."""

    @does(Chosen, answers.Moved, 200)
    def post(self, data: dict[str, Any], code: str, pk: UUID) -> dict[str, Any]:
        """We choose this, or say no, also to what was agreed and has not begun; the provider never learns of a no"""
        act = {"choose": matching.accept, "refuse": matching.refuse}[data["choice"]]
        return answers.moved(act(actor=by_slip.holder(code), match=pk, at=self.at))


class NewShare(Input):
    """A way to follow the journey."""

    id = NewId()


class MadeShare(answers.Made):
    """A share and its code, to be put behind the # of /follow/."""

    code = serializers.CharField(allow_null=True)


class Shares(ByCode):
    """With whom I share my journey."""

    @does(NewShare, MadeShare, told_once="code")
    def post(self, data: dict[str, Any], code: str) -> dict[str, Any]:
        """Let somebody whom we trust follow the journey; the code is told this once, the page shows it again"""
        row = shares.make(actor=by_slip.holder(code), at=self.at, **data)
        return {**answers.made(row), "code": row.code}


class ShareEnd(ByCode):
    """Taking a share back."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], code: str, pk: UUID) -> dict[str, Any]:
        """Take a share back"""
        return answers.made(shares.end(actor=by_slip.holder(code), share=pk, at=self.at, **data))


class Following(Input):
    """The code of a share."""

    code = Text(max_length=40)


class Followed(serializers.Serializer[Any]):
    """How a journey stands, for somebody whom the household trusts: nothing about who travels."""

    status = serializers.CharField()
    driver = serializers.CharField(allow_blank=True)
    plate = serializers.CharField(allow_blank=True)
    area = serializers.CharField(allow_null=True)


class Follow(OpenApi):
    """A shared journey."""

    @asks(Following, Followed)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Follow a shared journey: its status, the plate, the driver's first name, the county"""
        guessing.spend(self.request)
        found = following.by_code(data["code"], self.at)
        area = found.area.pk if found.area else None
        return {"status": found.status, "driver": found.driver, "plate": found.plate, "area": area}


class Picture(serializers.Serializer[Any]):
    """The household's picture; any other one that it presses is a quiet call for help."""

    sign = serializers.ChoiceField([(sign, sign) for sign in SIGNS], allow_null=True)


class HouseholdSign(Api):
    """The picture."""

    @does(Nothing, Picture, 200, told_once="sign")
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The household's picture, to be told by mouth; drawn the first time, each telling is an audit entry"""
        return {"sign": slips.tell_sign(actor=self.actor, household=pk, at=self.at, **data)}


class NewCode(answers.Made):
    """A household and its new code."""

    code = serializers.CharField()


class HouseholdCode(Api):
    """The code."""

    @does(Nothing, NewCode, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """A new code after the slip was lost or seen: the old one, and every phone that used it, is out"""
        row = slips.renew(actor=self.actor, household=pk, at=self.at, **data)
        return {**answers.made(row), "code": row.code}
