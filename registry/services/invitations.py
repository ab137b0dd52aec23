"""Ways in: for one e-mail address, once, for three days. The code is handed over in person and kept as a hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import read_code, spoken_code, uuid7
from registry.models.person import POWER_ROLES
from registry.permissions import Actor, may_run_accounts, must_be_confirmed
from registry.services import appointments, audit, factors, rows, sign_ins
from registry.services.limits import Delay, try_once

LASTS = timedelta(hours=72)
GUESSES = Delay(free=10, first=timedelta(seconds=2), longest=timedelta(minutes=5))


@transaction.atomic
def invite(
    *,
    actor: Actor,
    id: UUID,
    email: str,
    wanted: appointments.Appointment,
    organization: UUID | None,
    language: str,
    at: datetime,
) -> tuple[m.Invitation, str]:
    """A steward invites one address to one role; the code is shown this once."""
    if not may_run_accounts(actor):
        raise NotAllowed
    zone, county = appointments.checked(wanted)
    must_be_confirmed(actor, at)
    email = _address(email)
    if organization and not m.Organization.objects.filter(pk=organization).exists():
        raise Invalid(fields={"organization": "unknown_choice"})
    if m.Person.objects.filter(email=email).exists():
        raise Conflict("person_exists")
    return _made(
        rows.new_id(id, m.Invitation),
        actor,
        at,
        email=email,
        role=wanted.role,
        zone=zone,
        county=county,
        organization_id=organization,
        language=language,
    )


def _address(email: str) -> str:
    plain = email.strip().casefold()
    try:
        validate_email(plain)
    except ValidationError:
        raise Invalid(fields={"email": "invalid"}) from None
    return plain


def _made(id: UUID, actor: Actor, at: datetime, **values: object) -> tuple[m.Invitation, str]:
    secret = "-".join(spoken_code(4) for _ in range(4))
    row = m.Invitation(
        id=id,
        created_at=at,
        created_by_id=actor.person,
        digest=sign_ins.digest(read_code(secret)),
        expires_at=at + LASTS,
        **values,
    )
    rows.insert(row)
    audit.record(actor=actor, at=at, action="invitation.made", about=row, role=row.role)
    return row, secret


def back(*, actor: Actor, person: UUID, at: datetime) -> str:
    """The code with which somebody gets back into their own account; for what two have decided."""
    row = m.Person.objects.get(pk=person)
    row.set_unusable_password()
    rows.update(row, "password")
    m.Invitation.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=at)
    return _made(uuid7(), actor, at, email=row.email, person=row, language=row.language)[1]


@transaction.atomic
def revoke(*, actor: Actor, invitation: UUID, at: datetime) -> m.Invitation:
    """A steward takes an invitation back in one click."""
    if not may_run_accounts(actor):
        raise NotAllowed
    row = rows.lock(m.Invitation, invitation)
    if row.used_at or row.revoked_at:
        raise Conflict("invitation_over")
    row.revoked_at = at
    rows.save(row, "revoked_at")
    audit.record(actor=actor, at=at, action="invitation.revoked", about=row)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What somebody types who was invited; the names only for a new account."""

    email: str
    code: str
    password: str
    given_name: str = ""
    family_name: str = ""


def accept(*, given: Acceptance, address: str, at: datetime) -> m.Person:
    """The account that the invitation makes or gives back; the code is used up by it.

    A wrong code, another's, an old and a used one are all refused alike.
    """
    try_once(key=f"invitation:{address}", delay=GUESSES, at=at)
    with transaction.atomic():
        row = _used(given, at)
        person = _newcomer(row, given, at) if row.person_id is None else _returned(row, given)
        factors.open_enrolment(person.pk)
        audit.record(actor=Actor(person.pk), at=at, action="invitation.used", about=row, person=person.pk)
    return person


def _used(given: Acceptance, at: datetime) -> m.Invitation:
    """The invitation of this address with this code, taken by one conditional update."""
    mine = m.Invitation.objects.filter(
        digest=sign_ins.digest(read_code(given.code)),
        email=given.email.strip().casefold(),
        used_at=None,
        revoked_at=None,
        expires_at__gt=at,
    )
    found = mine.select_related("person", "zone", "county", "created_by").first()
    if found is None or not mine.update(used_at=at):
        raise Invalid(fields={"code": "invitation_wrong"})
    return found


def check_password(person: m.Person, password: str) -> None:
    """Invalid unless the password is long, not common, not a number and not like its owner's name."""
    try:
        validate_password(password, person)
    except ValidationError:
        raise Invalid(fields={"password": "password_weak"}) from None


def _newcomer(row: m.Invitation, given: Acceptance, at: datetime) -> m.Person:
    missing = {name: "required" for name in ("given_name", "family_name") if not getattr(given, name).strip()}
    if missing:
        raise Invalid(fields=missing)
    person = m.Person(
        id=uuid7(),
        created_at=at,
        email=row.email,
        given_name=given.given_name.strip(),
        family_name=given.family_name.strip(),
        language=row.language,
        organization_id=row.organization_id,
    )
    check_password(person, given.password)
    person.set_password(given.password)
    rows.insert(person, "person_exists")
    _appoint(row, person, at)
    return person


def _appoint(row: m.Invitation, person: m.Person, at: datetime) -> None:
    """The role of the invitation, in the name of its steward if they still are one; power waits for a second."""
    steward = m.RoleGrant.objects.filter(
        person=row.created_by_id, role="steward", ended_at=None, person__is_active=True
    )
    if not steward.exists():
        raise Invalid(fields={"code": "invitation_wrong"})
    by, wanted = (
        Actor(row.created_by_id),
        appointments.Appointment(role=row.role, zone=row.zone_id, county=row.county_id),
    )
    if row.role in POWER_ROLES:
        appointments.ask(actor=by, person=person.pk, id=uuid7(), wanted=wanted, at=at)
    else:
        appointments.appoint(person.pk, wanted, by, at)


def _returned(row: m.Invitation, given: Acceptance) -> m.Person:
    person = m.Person.objects.select_for_update(no_key=True).filter(pk=str(row.person_id), is_active=True).first()
    if person is None:
        raise NotFound
    check_password(person, given.password)
    person.set_password(given.password)
    rows.update(person, "password")
    return person


@transaction.atomic
def change_password(*, actor: Actor, keep: UUID | None, old: str, new: str, at: datetime) -> m.Person:
    """One's own new password; every other sign-in and every token is over with it."""
    if factors.has_any(actor.person):
        must_be_confirmed(actor, at)
    person = rows.lock(m.Person, actor.person)
    if not person.check_password(old):
        raise Invalid(fields={"old": "password_wrong"})
    check_password(person, new)
    person.set_password(new)
    rows.update(person, "password")
    sign_ins.end_all(person.pk, at, keep=keep)
    audit.record(actor=actor, at=at, action="password.changed", about=person)
    return person
