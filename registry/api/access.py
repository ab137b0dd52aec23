"""Second factors of programs, sign-ins, invitations, and what two decide about accounts."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, Email, Id, NewId, Text, Truth
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, asks, does, lists
from registry.models import ApiToken
from registry.models.person import ROLES
from registry.rules.reasons import LANGUAGES
from registry.selectors.paging import Listing
from registry.selectors.shapes import people
from registry.services import factors, invitations, renewals, sign_ins
from registry.services.appointments import Appointment


class NewStepUp(Input):
    """What the authenticator app shows now, or a recovery code."""

    code = Text(max_length=20)


class SteppedUp(serializers.Serializer[Any]):
    """Until when decisions are possible; `secret` goes into the header Step-Up, a session needs none."""

    expires_at = serializers.DateTimeField()
    secret = serializers.CharField(allow_null=True)


class StepUps(Api):
    """A fresh second factor."""

    @asks(NewStepUp, SteppedUp)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Show the second factor anew: decisions, keys and roles are possible for five minutes"""
        token = self.request.auth
        if isinstance(token, ApiToken):
            row, secret = sign_ins.step_up_token(actor=self.actor, token=token.pk, code=data["code"], at=self.at)
            return {"expires_at": row.expires_at, "secret": secret}
        kind = factors.show_code(person=self.actor.person, code=data["code"], at=self.at)
        here = self.request.sign_in.pk  # type: ignore[attr-defined]
        sign_ins.confirm(actor=self.actor, sign_in=here, factor=kind, at=self.at)
        return {"expires_at": self.at + sign_ins.FRESH, "secret": None}


class SignInRow(serializers.Serializer[Any]):
    """A browser in which I am signed in."""

    id = serializers.UUIDField()
    browser = serializers.CharField(allow_blank=True)
    factor = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()


class SignIns(Api):
    """Where I am signed in."""

    @lists(SignInRow)
    def get(self) -> Listing:
        """Browsers in which I am signed in"""
        return people.sign_ins(self.actor)


class SignInEnd(Api):
    """The end of a sign-in."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Sign out in one browser"""
        return answers.made(sign_ins.end(actor=self.actor, sign_in=pk, at=self.at, **data))


class Ended(serializers.Serializer[Any]):
    """How many sign-ins have ended."""

    ended = serializers.IntegerField()


class SignInsEnd(Api):
    """The end of everything."""

    @does(Nothing, Ended, 200)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Sign out everywhere and end all my tokens, this one too"""
        return {"ended": sign_ins.end_others(actor=self.actor, keep=None, at=self.at, **data)}


class AccountDecisionRow(serializers.Serializer[Any]):
    """A role with power, or a new start after a lost device, that waits for a second person."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    person = serializers.UUIDField()
    role = serializers.CharField(allow_blank=True)
    zone = serializers.CharField(allow_null=True)
    county = serializers.CharField(allow_null=True)
    first_by = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class AccountDecisions(Api):
    """What waits for a second person."""

    @lists(AccountDecisionRow)
    def get(self) -> Listing:
        """What waits for a second person: a steward, or an officer elsewhere where one steward is alone"""
        return people.account_decisions(self.actor, self.at)


class Seconding(Input):
    """Whether to carry it out."""

    carry = Truth()


class SecondedShape(serializers.Serializer[Any]):
    """What came of it; `secret` is the code of a new start, told once."""

    id = serializers.UUIDField()
    outcome = serializers.CharField()
    secret = serializers.CharField(allow_null=True)


class Second(Api):
    """The second of two."""

    @does(Seconding, SecondedShape, 200, told_once="secret")
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Agree or refuse as the second person"""
        done = renewals.second(actor=self.actor, decision=pk, at=self.at, **data)
        return {"id": done.decision.pk, "outcome": done.decision.outcome, "secret": done.secret or None}


class Known(serializers.Serializer[Any]):
    """Whose it was."""

    id = serializers.UUIDField()


class FactorsRevocation(Api):
    """A lost device."""

    @does(Nothing, Known, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """End every second factor and sign-in of somebody whose device is lost (stewards)"""
        return {"id": renewals.revoke_factors(actor=self.actor, person=pk, at=self.at, **data).pk}


class NewRenewal(Input):
    """An id of one's own."""

    id = NewId()


class Renewals(Api):
    """A new start after a lost device."""

    @does(NewRenewal, answers.Made)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Ask that somebody may set up password and second factor anew (stewards); a second person must agree"""
        return answers.made(renewals.ask_renewal(actor=self.actor, person=pk, at=self.at, **data))


class InvitationRow(serializers.Serializer[Any]):
    """An invitation that can still be used."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.CharField(allow_blank=True)
    zone = serializers.CharField(allow_null=True)
    county = serializers.CharField(allow_null=True)
    organization = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class NewInvitation(Input):
    """Who is invited, to which role."""

    id = NewId()
    email = Email(max_length=254)
    role = Choice(ROLES)
    zone = Code(required=False, allow_null=True, default=None)
    county = Code(required=False, allow_null=True, default=None)
    organization = Id(required=False, allow_null=True, default=None)
    language = Choice(LANGUAGES, required=False, default="ro")


class MadeInvitation(answers.Made):
    """A new invitation; `secret` is told once."""

    expires_at = serializers.DateTimeField()
    secret = serializers.CharField(allow_null=True)


class Invitations(Api):
    """Invitations."""

    @lists(InvitationRow)
    def get(self) -> Listing:
        """Invitations that can still be used (stewards)"""
        return people.invitations(self.actor, self.at)

    @does(NewInvitation, MadeInvitation, told_once="secret")
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Invite an e-mail address to one role (stewards); a role with power waits for a second person"""
        wanted = Appointment(role=data.pop("role"), zone=data.pop("zone"), county=data.pop("county"))
        row, secret = invitations.invite(actor=self.actor, wanted=wanted, at=self.at, **data)
        return {**answers.made(row), "expires_at": row.expires_at, "secret": secret}


class InvitationRevocation(Api):
    """Taking an invitation back."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Take an invitation back (stewards)"""
        return answers.made(invitations.revoke(actor=self.actor, invitation=pk, at=self.at, **data))
