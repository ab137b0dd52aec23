"""The signed-in person, their tokens, and the accounts that stewards keep."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, NewId, Text
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, does, lists, reads
from registry.models import RoleGrant
from registry.models.person import ROLES
from registry.selectors.paging import Listing
from registry.selectors.shapes import people
from registry.services import accounts


class Role(serializers.Serializer[Any]):
    """A running role with its scope: a zone, a county, or everywhere."""

    role = serializers.CharField()
    zone = serializers.CharField(allow_null=True)
    county = serializers.CharField(allow_null=True)


class Me(serializers.Serializer[Any]):
    """Who is asking."""

    id = serializers.UUIDField()
    given_name = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    organization = serializers.UUIDField(allow_null=True)
    provider = serializers.UUIDField(allow_null=True)
    roles = Role(many=True)


class MeView(Api):
    """The signed-in person."""

    @reads(Me)
    def get(self) -> dict[str, Any]:
        """Who I am here: roles, scopes, organization"""
        return people.me(self.actor)


class Token(serializers.Serializer[Any]):
    """A key for the API."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class NewToken(Input):
    """A key by a name of one's own."""

    id = NewId()
    name = Text(max_length=60)


class IssuedToken(answers.Made):
    """A new key; `secret` is told once, a replay has null."""

    prefix = serializers.CharField()
    expires_at = serializers.DateTimeField()
    secret = serializers.CharField(allow_null=True)


class Tokens(Api):
    """One's own keys."""

    @lists(Token)
    def get(self) -> Listing:
        """My tokens"""
        return people.tokens(self.actor)

    @does(NewToken, IssuedToken, told_once="secret")
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make a token for my account with a fresh second factor; its secret is shown this once"""
        token, secret = accounts.issue_token(actor=self.actor, at=self.at, **data)
        return {**answers.made(token), "prefix": token.prefix, "expires_at": token.expires_at, "secret": secret}


class TokenRevocation(Api):
    """The end of a key."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """End a token of mine at once"""
        return answers.made(accounts.revoke_token(actor=self.actor, token=pk, at=self.at, **data))


class Account(serializers.Serializer[Any]):
    """An account, for stewards."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    language = serializers.CharField()
    organization = serializers.UUIDField(allow_null=True)
    is_active = serializers.BooleanField()


class GivenRole(Role):
    """A running role of somebody."""

    id = serializers.UUIDField()


class AccountDetail(Account):
    """An account with its running roles."""

    roles = GivenRole(many=True)


class Accounts(Api):
    """Accounts."""

    @lists(Account)
    def get(self) -> Listing:
        """Accounts (stewards)"""
        return people.accounts(self.actor)


class OneAccount(Api):
    """One account."""

    @reads(AccountDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One account with its running roles (stewards)"""
        return people.account(self.actor, pk)


class NewRole(Input):
    """A role everywhere, or in one zone or county."""

    id = NewId()
    role = Choice(ROLES)
    zone = Code(required=False, allow_null=True, default=None)
    county = Code(required=False, allow_null=True, default=None)


class GrantedRole(answers.Made):
    """A role that runs, or one with power that waits for a second person."""

    status = serializers.ChoiceField([(s, s) for s in ("running", "pending")])


class Roles(Api):
    """Giving roles."""

    @does(NewRole, GrantedRole)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Give somebody a role (stewards, never to themselves); one with power waits for a second person"""
        row = accounts.grant_role(actor=self.actor, person=pk, at=self.at, **data)
        return {**answers.made(row), "status": "running" if isinstance(row, RoleGrant) else "pending"}


class RoleEnd(Api):
    """Taking roles away."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Take a role away (stewards)"""
        return answers.made(accounts.end_role(actor=self.actor, grant=pk, at=self.at, **data))


class Closed(serializers.Serializer[Any]):
    """An account that is closed."""

    id = serializers.UUIDField()
    is_active = serializers.BooleanField()


class Deactivation(Api):
    """Closing an account."""

    @does(Nothing, Closed, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Close an account: sessions, tokens and roles end together (stewards)"""
        row = accounts.deactivate(actor=self.actor, person=pk, at=self.at, **data)
        return {"id": row.pk, "is_active": row.is_active}
