"""Accounts: people, roles and API tokens. Stewards run them; tokens are kept as hashes only."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import spoken_code, uuid7
from registry.models.person import ROLES
from registry.permissions import SYSTEM, Actor, may_run_accounts
from registry.services import audit, rows, vetting

Place = TypeVar("Place", m.Zone, m.County)

TOKEN_LIFETIME = timedelta(days=90)


@transaction.atomic
def issue_token(*, actor: Actor, id: UUID, name: str, at: datetime) -> tuple[m.ApiToken, str]:
    """A token for one's own account; the secret is shown this once."""
    if actor.id is None:
        raise NotAllowed
    secret = "szr_" + secrets.token_urlsafe(32)
    token = m.ApiToken(
        id=rows.new_id(id, m.ApiToken),
        created_at=at,
        person_id=actor.id,
        name=name,
        prefix=secret[:12],
        digest=digest(secret),
        expires_at=at + TOKEN_LIFETIME,
    )
    rows.insert(token)
    audit.record(actor=actor, at=at, action="token.issued", about=token)
    return token, secret


def digest(secret: str) -> str:
    """What is kept of a token: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def revoke_token(*, actor: Actor, token: UUID, at: datetime) -> m.ApiToken:
    """End one's own token at once."""
    row = rows.lock(m.ApiToken, token)
    if row.person_id != actor.id:
        raise NotFound
    if row.revoked_at:
        raise Conflict("token_revoked")
    row.revoked_at = at
    rows.save(row, "revoked_at")
    audit.record(actor=actor, at=at, action="token.revoked", about=row)
    return row


def person_of_token(secret: str, at: datetime) -> m.Person | None:
    """The active person whose running token this is."""
    running = m.ApiToken.objects.filter(digest=digest(secret), revoked_at=None, expires_at__gt=at)
    token = running.select_related("person__organization").first()
    return token.person if token and token.person.is_active else None


@transaction.atomic
def grant_role(
    *, actor: Actor, person: UUID, id: UUID, role: str, zone: str | None, county: str | None, at: datetime
) -> m.RoleGrant:
    """A steward gives somebody else a role with its scope; never to themselves."""
    if not may_run_accounts(actor) or person == actor.id:
        raise NotAllowed
    if role not in ROLES or (zone and county):
        raise Invalid(fields={"role" if role not in ROLES else "county": "unknown_choice"})
    if not m.Person.objects.filter(pk=person, is_active=True).exists():
        raise NotFound
    grant = m.RoleGrant(
        id=rows.new_id(id, m.RoleGrant),
        created_at=at,
        person_id=person,
        role=role,
        zone=_one(m.Zone, zone, "zone"),
        county=_one(m.County, county, "county"),
        granted_by_id=actor.id,
    )
    rows.insert(grant)
    audit.record(actor=actor, at=at, action="role.granted", about=grant, person=person, role=role)
    return grant


def _one(model: type[Place], code: str | None, field: str) -> Place | None:
    if code is None:
        return None
    found = model.objects.filter(pk=code).first()
    if found is None:
        raise Invalid(fields={field: "unknown_choice"})
    return found


@transaction.atomic
def end_role(*, actor: Actor, grant: UUID, at: datetime) -> m.RoleGrant:
    """A steward takes a role away; it is gone with the next request."""
    if not may_run_accounts(actor):
        raise NotAllowed
    row = rows.lock(m.RoleGrant, grant)
    if row.ended_at:
        raise Conflict("role_ended")
    row.ended_at, row.ended_by_id = at, actor.id
    rows.save(row, "ended_at", "ended_by")
    if row.role == "officer":
        _lapse_first_decisions(row.person_id, at)
    audit.record(actor=actor, at=at, action="role.ended", about=row, person=row.person_id)
    return row


def _lapse_first_decisions(person: UUID, at: datetime) -> None:
    """Nobody seconds what somebody decided who may decide no longer."""
    vetting.lapse_decisions(m.Decision.objects.filter(first_by=person), at)


@transaction.atomic
def deactivate(*, actor: Actor, person: UUID, at: datetime) -> m.Person:
    """A steward closes an account: sessions, tokens and roles end together."""
    if not may_run_accounts(actor) or person == actor.id:
        raise NotAllowed
    row = m.Person.objects.select_for_update(no_key=True).filter(pk=person, is_active=True).first()
    if row is None:
        raise NotFound
    row.is_active = False
    row.save(update_fields=["is_active"])
    m.ApiToken.objects.filter(person=row, revoked_at=None).update(revoked_at=at)
    m.RoleGrant.objects.filter(person=row, ended_at=None).update(ended_at=at, ended_by_id=actor.id)
    _lapse_first_decisions(row.pk, at)
    audit.record(actor=actor, at=at, action="person.deactivated", about=row)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who gets an account, and the organization they work for."""

    email: str
    given_name: str
    family_name: str
    organization: str
    organization_kind: str
    county: str | None = None
    language: str = "ro"


@transaction.atomic
def enroll(*, newcomer: Newcomer, role: str, at: datetime) -> tuple[m.Person, str]:
    """An account made by the operator at the machine itself: one role, and a password that is shown this once."""
    if role not in ROLES or newcomer.organization_kind not in ("authority", "ngo", "company"):
        raise Invalid(fields={"role" if role not in ROLES else "organization_kind": "unknown_choice"})
    email = newcomer.email.strip().casefold()
    if m.Person.objects.filter(email=email).exists():
        raise Conflict("person_exists")
    county = _one(m.County, newcomer.county, "county")
    organization, _ = m.Organization.objects.get_or_create(
        name=newcomer.organization,
        kind=newcomer.organization_kind,
        defaults={"id": uuid7(), "created_at": at, "county": county},
    )
    secret = "-".join(spoken_code(4) for _ in range(4))
    person = m.Person(
        id=uuid7(),
        created_at=at,
        email=email,
        given_name=newcomer.given_name,
        family_name=newcomer.family_name,
        language=newcomer.language,
        organization=organization,
    )
    person.set_password(secret)
    person.save(force_insert=True)
    grant = m.RoleGrant(id=uuid7(), created_at=at, person=person, role=role, county=county)
    rows.insert(grant)
    audit.record(actor=SYSTEM, at=at, action="person.enrolled", about=person, role=role, grant=grant.id)
    return person, secret
