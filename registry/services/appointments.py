"""Roles: given by a steward, those with power by two people, taken away by one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import uuid7
from registry.models.person import POWER_ROLES, ROLES
from registry.permissions import SECOND_FACTOR_ROLES, Actor, may_run_accounts, must_be_confirmed
from registry.services import audit, factors, rows, sign_ins, vetting

Place = TypeVar("Place", m.Zone, m.County)

WAITS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A role and where it holds."""

    role: str
    zone: str | None = None
    county: str | None = None


def checked(wanted: Appointment) -> tuple[m.Zone | None, m.County | None]:
    """The place of a role that exists, in at most one of a zone or a county."""
    if wanted.role not in ROLES or (wanted.zone and wanted.county):
        raise Invalid(fields={"role" if wanted.role not in ROLES else "county": "unknown_choice"})
    zone = place_of(m.Zone, wanted.zone, "zone")
    return zone, place_of(m.County, wanted.county, "county")


def place_of(model: type[Place], code: str | None, field: str) -> Place | None:
    """The zone or county with this code; Invalid when there is none."""
    if code is None:
        return None
    found = model.objects.filter(pk=code).first()
    if found is None:
        raise Invalid(fields={field: "unknown_choice"})
    return found


@transaction.atomic
def grant_role(
    *, actor: Actor, person: UUID, id: UUID, role: str, zone: str | None, county: str | None, at: datetime
) -> m.RoleGrant | m.AccountDecision:
    """A steward gives somebody else a role; one with power waits for a second person before it counts."""
    if not may_run_accounts(actor) or person == actor.id:
        raise NotAllowed
    wanted = Appointment(role=role, zone=zone, county=county)
    where = checked(wanted)
    must_be_confirmed(actor, at)
    active(person)
    if role in POWER_ROLES:
        return ask(actor=actor, person=person, id=id, wanted=wanted, at=at)
    return give(person, rows.new_id(id, m.RoleGrant), role, where, actor, at)


def active(person: UUID) -> m.Person:
    """Somebody with an open account, whose row is held: their running deeds end first."""
    row = m.Person.objects.select_for_update(no_key=True).filter(pk=person, is_active=True).first()
    if row is None:
        raise NotFound
    return row


def give(
    person: UUID,
    id: UUID,
    role: str,
    where: tuple[m.Zone | None, m.County | None],
    actor: Actor,
    at: datetime,
    first_by: UUID | None = None,
) -> m.RoleGrant:
    """The role counts from now on; what was signed in before its holder could do so signs in anew."""
    grant = m.RoleGrant(
        id=id,
        created_at=at,
        person_id=person,
        role=role,
        zone=where[0],
        county=where[1],
        granted_by_id=first_by or actor.id,
        seconded_by_id=actor.id if first_by else None,
    )
    rows.insert(grant)
    _open_first_factor(person, role)
    sign_ins.end_all(person, at)
    audit.record(actor=actor, at=at, action="role.granted", about=grant, person=person, role=role)
    return grant


def _open_first_factor(person: UUID, role: str) -> None:
    """Whoever gets such a role for the first time may set up a factor; whoever lost theirs comes back by two."""
    if (
        role in SECOND_FACTOR_ROLES
        and not factors.has_any(person)
        and not m.FactorState.objects.filter(pk=person).exists()
    ):
        factors.open_enrolment(person)


def appoint(person: UUID, wanted: Appointment, actor: Actor, at: datetime) -> m.RoleGrant:
    """A role without power in the name of the steward who invited to it; the caller has checked both."""
    return give(person, uuid7(), wanted.role, checked(wanted), actor, at)


def ask(*, actor: Actor, person: UUID, id: UUID, wanted: Appointment, at: datetime) -> m.AccountDecision:
    """The first of two: nothing changes until the second agrees."""
    zone, county = checked(wanted)
    row = m.AccountDecision(
        id=rows.new_id(id, m.AccountDecision),
        created_at=at,
        kind="role",
        person_id=person,
        role=wanted.role,
        zone=zone,
        county=county,
        first_by_id=actor.person,
        expires_at=at + WAITS,
    )
    await_second(row, at)
    _open_first_factor(person, wanted.role)
    audit.record(actor=actor, at=at, action="role.asked", about=row, person=person, role=wanted.role)
    return row


def await_second(row: m.AccountDecision, at: datetime) -> None:
    """One waits at a time; one that waited too long makes room."""
    late = m.AccountDecision.objects.filter(person=row.person_id, outcome="pending", expires_at__lte=at)
    late.update(outcome="lapsed", second_at=at)
    rows.insert(row, "decision_pending")


@transaction.atomic
def end_role(*, actor: Actor, grant: UUID, at: datetime) -> m.RoleGrant:
    """A steward takes a role away in one click: sessions and tokens of its holder are over with it."""
    if not may_run_accounts(actor):
        raise NotAllowed
    seen = m.RoleGrant.objects.filter(pk=grant).values_list("person_id", flat=True).first()
    if seen is None:
        raise NotFound
    rows_of_person = m.Person.objects.select_for_update(no_key=True).filter(pk=seen)
    list(rows_of_person)
    row = rows.lock(m.RoleGrant, grant)
    if row.ended_at:
        raise Conflict("role_ended")
    row.ended_at, row.ended_by_id = at, actor.id
    rows.save(row, "ended_at", "ended_by")
    if row.role in POWER_ROLES:
        lapse_first_decisions(row.person_id, at)
    sign_ins.end_all(row.person_id, at)
    audit.record(actor=actor, at=at, action="role.ended", about=row, person=row.person_id)
    return row


def lapse_first_decisions(person: UUID, at: datetime) -> None:
    """Nobody seconds what somebody decided who may decide no longer."""
    m.AccountDecision.objects.filter(first_by=person, outcome="pending").update(outcome="lapsed", second_at=at)
    vetting.lapse_decisions(m.Decision.objects.filter(first_by=person), at)
