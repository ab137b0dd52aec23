"""The signed-in person, their tokens, and the accounts that a steward keeps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from registry import models as m
from registry.errors import NotAllowed, NotFound
from registry.permissions import Actor, may_run_accounts
from registry.selectors import access, opened
from registry.selectors.paging import Listing

ACCOUNT = ("id", "email", "language", "organization", "is_active")
NAMES = ("given_name", "family_name")
SIGN_IN = ("id", "browser", "factor", "created_at", "seen_at")
ACCOUNT_DECISION = ("id", "kind", "person", "role", "zone", "county", "first_by", "created_at", "expires_at")
INVITATION = ("id", "email", "role", "zone", "county", "organization", "created_at", "expires_at")
TOKEN = ("id", "name", "prefix", "created_at", "expires_at", "revoked_at", "version")


def me(actor: Actor) -> dict[str, Any]:
    """Who the actor is here: roles with their scopes, organization, own provider."""
    return {
        "id": actor.id,
        "given_name": m.Person.objects.get(pk=actor.person).given_name,
        "language": actor.language,
        "organization": actor.organization,
        "provider": actor.provider,
        "roles": [{"role": g.role, "zone": g.zone, "county": g.county} for g in actor.grants],
    }


def tokens(actor: Actor) -> Listing:
    """The actor's own tokens, without their secrets."""
    return Listing(m.ApiToken.objects.filter(person=actor.id).values(*TOKEN))


def sign_ins(actor: Actor) -> Listing:
    """The actor's own running sign-ins."""
    return Listing(access.sign_ins(actor).order_by().values(*SIGN_IN))


def account_decisions(actor: Actor, at: datetime) -> Listing:
    """What waits for a second person that this actor may be."""
    if not actor.has("steward", "officer"):
        raise NotAllowed
    return Listing(access.account_decisions(actor, at).order_by().values(*ACCOUNT_DECISION))


def invitations(actor: Actor, at: datetime) -> Listing:
    """Invitations that can still be used, for stewards."""
    if not may_run_accounts(actor):
        raise NotAllowed
    return Listing(access.invitations(actor, at).order_by().values(*INVITATION))


def accounts(actor: Actor) -> Listing:
    """Every account, for stewards."""
    if not may_run_accounts(actor):
        raise NotAllowed
    return Listing(m.Person.objects.values(*ACCOUNT), shape=lambda rows: opened.beside(m.Person, rows, NAMES))


def account(actor: Actor, pk: UUID) -> dict[str, Any]:
    """One account with its running roles, for stewards."""
    if not may_run_accounts(actor):
        raise NotAllowed
    found = m.Person.objects.filter(pk=pk).values(*ACCOUNT).first()
    if found is None:
        raise NotFound
    running = m.RoleGrant.objects.filter(person=pk, ended_at=None).order_by("id")
    named = opened.beside(m.Person, [found], NAMES)[0]
    return {**named, "roles": list(running.values("id", "role", "zone", "county"))}
