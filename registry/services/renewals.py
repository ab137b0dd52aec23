"""What two decide about an account: a role with power, the way back after a lost device."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, NotAllowed, NotFound, Refused
from registry.ids import uuid7
from registry.permissions import Actor, may_run_accounts, must_be_confirmed
from registry.rules.reasons import Reason
from registry.selectors import access
from registry.services import appointments, audit, factors, invitations, rows, sign_ins

# A lost device


@transaction.atomic
def revoke_factors(*, actor: Actor, person: UUID, at: datetime) -> m.Person:
    """A steward voids every second factor of somebody else in one click; they come back only by a renewal of two."""
    if not may_run_accounts(actor) or person == actor.id:
        raise NotAllowed
    row = appointments.active(person)
    gone = factors.remove_all(person)
    sign_ins.end_all(person, at)
    audit.record(actor=actor, at=at, action="factor.revoked", about=row, count=gone)
    return row


@transaction.atomic
def ask_renewal(*, actor: Actor, person: UUID, id: UUID, at: datetime) -> m.AccountDecision:
    """The first of two asks that somebody may set up password and second factor anew."""
    if not may_run_accounts(actor) or person == actor.id:
        raise NotAllowed
    must_be_confirmed(actor, at)
    appointments.active(person)
    row = m.AccountDecision(
        id=rows.new_id(id, m.AccountDecision),
        created_at=at,
        kind="renewal",
        person_id=person,
        first_by_id=actor.person,
        expires_at=at + appointments.WAITS,
    )
    appointments.await_second(row, at)
    audit.record(actor=actor, at=at, action="renewal.asked", about=row, person=person)
    return row


# The second of two


@dataclass(frozen=True, slots=True)
class Seconded:
    """What came of it; ``secret`` is the code of a renewal, shown this once."""

    decision: m.AccountDecision
    secret: str = ""


@transaction.atomic
def second(*, actor: Actor, decision: UUID, carry: bool, at: datetime) -> Seconded:
    """Another steward, or an officer of another organization where one steward is alone, carries or refuses."""
    if not access.account_decisions(actor, at).filter(pk=decision).exists():
        raise NotFound
    must_be_confirmed(actor, at)
    seen = m.AccountDecision.objects.get(pk=decision)
    appointments.active(seen.person_id)
    row = rows.lock(m.AccountDecision, decision, "zone", "county")
    if row.outcome != "pending":
        raise Conflict("decision_over")
    if actor.id in (row.first_by_id, row.person_id):
        raise Refused(reasons=[Reason("second_is_first", rule=5)])
    secret = _carry(row, actor, at) if carry else ""
    row.outcome, row.second_by_id, row.second_at = ("carried" if carry else "refused"), actor.id, at
    rows.save(row, "outcome", "second_by", "second_at")
    audit.record(
        actor=actor, at=at, action=f"account_decision.{row.outcome}", about=row, kind=row.kind, person=row.person_id
    )
    return Seconded(row, secret)


def _carry(row: m.AccountDecision, actor: Actor, at: datetime) -> str:
    """Do what the first asked for, if the first still keeps accounts; gives the code of a renewal."""
    first = m.RoleGrant.objects.filter(person=row.first_by_id, role="steward", ended_at=None, person__is_active=True)
    if not first.exists():
        raise Conflict("decision_over")
    if row.kind == "role":
        appointments.give(row.person_id, uuid7(), row.role, (row.zone, row.county), actor, at, first_by=row.first_by_id)
        return ""
    factors.remove_all(row.person_id)
    sign_ins.end_all(row.person_id, at)
    return invitations.back(actor=actor, person=row.person_id, at=at)
