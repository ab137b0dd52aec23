"""Accounts: people, roles and API tokens. Stewards run them; tokens are kept as hashes only."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import spoken_code, uuid7
from registry.models.person import ROLES
from registry.permissions import SYSTEM, Actor, may_run_accounts, must_be_confirmed
from registry.services import audit, factors, rows, sign_ins
from registry.services.appointments import end_role, grant_role, lapse_first_decisions, place_of
from registry.services.sign_ins import digest

__all__ = ["Newcomer", "deactivate", "end_role", "enroll", "grant_role", "issue_token", "revoke_token"]
TOKEN_LIFETIME = timedelta(days=90)


@transaction.atomic
def issue_token(*, actor: Actor, id: UUID, name: str, at: datetime) -> tuple[m.ApiToken, str]:
    """A token for one's own account, made with a fresh second factor; the secret is shown this once."""
    if actor.id is None:
        raise NotAllowed
    must_be_confirmed(actor, at)
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


def running_token(secret: str, at: datetime) -> m.ApiToken | None:
    """The running token with this secret, of a person whose account is not closed."""
    running = m.ApiToken.objects.filter(digest=digest(secret), revoked_at=None, expires_at__gt=at)
    return running.filter(person__is_active=True).select_related("person__organization").first()


def token_runs(pk: UUID, at: datetime) -> m.ApiToken | None:
    """This token, if it has not ended since it was last looked at."""
    running = m.ApiToken.objects.filter(pk=pk, revoked_at=None, expires_at__gt=at, person__is_active=True)
    return running.select_related("person__organization").first()


def person_of_token(secret: str, at: datetime) -> m.Person | None:
    """The active person whose running token this is."""
    token = running_token(secret, at)
    return token.person if token else None


@transaction.atomic
def deactivate(*, actor: Actor, person: UUID, at: datetime) -> m.Person:
    """A steward closes an account in one click: sessions, tokens and roles end together."""
    if not may_run_accounts(actor) or person == actor.id:
        raise NotAllowed
    row = m.Person.objects.select_for_update(no_key=True).filter(pk=person, is_active=True).first()
    if row is None:
        raise NotFound
    row.is_active = False
    rows.update(row, "is_active")
    sign_ins.end_all(row.pk, at)
    m.RoleGrant.objects.filter(person=row, ended_at=None).update(ended_at=at, ended_by_id=actor.id)
    lapse_first_decisions(row.pk, at)
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
    county = place_of(m.County, newcomer.county, "county")
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
    factors.open_enrolment(person.pk)
    grant = m.RoleGrant(id=uuid7(), created_at=at, person=person, role=role, county=county)
    rows.insert(grant)
    audit.record(actor=SYSTEM, at=at, action="person.enrolled", about=person, role=role, grant=grant.id)
    return person, secret
