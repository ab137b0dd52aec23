"""Decisions that lift a block for one household: a child's placement, and rule 5 asked for in private."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.permissions import Actor, may_decide_on_child, may_work_in, must_be_confirmed
from registry.rules.reasons import Reason
from registry.selectors import requests as visible
from registry.selectors.facts import local
from registry.services import audit, rows


@transaction.atomic
def place_child(
    *, actor: Actor, household: UUID, id: UUID, reference: str, expires_on: date, at: datetime
) -> m.ProtectionDecision:
    """Child protection decides that a child alone may be placed: officer, reference, last day."""
    seen = visible.household(actor, household)
    if not may_decide_on_child(actor, seen.zone.county_id):
        raise NotAllowed
    must_be_confirmed(actor, at)
    if not reference.strip() or not reference.isascii():
        raise Invalid(fields={"reference": "required"})
    if expires_on < local(at).date():
        raise Invalid(fields={"expires_on": "in_the_past"})
    return _decide(actor, seen, id, "child_placement", reference.strip(), "", expires_on, at)


@transaction.atomic
def ask_to_accept_men(
    *, actor: Actor, household: UUID, id: UUID, reason: str, expires_on: date, at: datetime
) -> m.ProtectionDecision:
    """The woman asked for it in private: the first of two staff writes why. Nothing is lifted yet."""
    seen = visible.household(actor, household)
    if not may_work_in(actor, seen.zone):
        raise NotAllowed
    must_be_confirmed(actor, at)
    if len(reason.strip()) < 20:
        raise Invalid(fields={"reason": "too_short"})
    return _decide(actor, seen, id, "unrelated_men_accepted", "", reason.strip()[:200], expires_on, at)


@transaction.atomic
def agree_to_accept_men(*, actor: Actor, decision: UUID, at: datetime) -> m.ProtectionDecision:
    """The second of two staff agrees; a coordinator is one of them."""
    row = rows.lock(m.ProtectionDecision, decision, "household__zone", "first_by")
    seen = visible.households(actor).filter(pk=row.household_id).exists()
    if not seen or row.kind != "unrelated_men_accepted":
        raise NotFound
    if not may_work_in(actor, row.household.zone):
        raise NotAllowed
    must_be_confirmed(actor, at)
    if row.ended_at or row.second_by_id:
        raise Conflict("decision_over")
    _refuse_pair(row, actor)
    row.second_by_id, row.second_at = actor.id, at
    rows.save(row, "second_by", "second_at")
    audit.record(actor=actor, at=at, action="protection.agreed", about=row, household=row.household_id)
    return row


def _refuse_pair(row: m.ProtectionDecision, actor: Actor) -> None:
    if row.first_by_id == actor.id:
        raise Refused(reasons=[Reason("second_is_first", rule=5)])
    coordinates = m.RoleGrant.objects.filter(person=row.first_by_id, role="coordinator", ended_at=None).exists()
    if not coordinates and not actor.has("coordinator"):
        raise Refused(reasons=[Reason("needs_a_coordinator", rule=5)])


def _decide(
    actor: Actor,
    household: m.Household,
    id: UUID,
    kind: str,
    reference: str,
    reason: str,
    expires_on: date,
    at: datetime,
) -> m.ProtectionDecision:
    running = m.ProtectionDecision.objects.filter(household=household, kind=kind, ended_at=None)
    running.filter(expires_on__lt=local(at).date()).update(ended_at=at)
    row = m.ProtectionDecision(
        id=rows.new_id(id, m.ProtectionDecision),
        created_at=at,
        household=household,
        kind=kind,
        first_by_id=actor.person,
        reference=reference,
        reason=reason,
        expires_on=expires_on,
    )
    rows.insert(row, "decision_running")
    audit.record(actor=actor, at=at, action="protection.decided", about=row, household=household.id, kind=kind)
    return row


@transaction.atomic
def end(*, actor: Actor, decision: UUID, at: datetime) -> m.ProtectionDecision:
    """End a decision early; whoever could have made it may."""
    row = rows.lock(m.ProtectionDecision, decision, "household__zone")
    if not visible.households(actor).filter(pk=row.household_id).exists():
        raise NotFound
    zone = row.household.zone
    by_child = row.kind == "child_placement" and may_decide_on_child(actor, zone.county_id)
    if not by_child and not (row.kind == "unrelated_men_accepted" and may_work_in(actor, zone)):
        raise NotAllowed
    if row.ended_at:
        raise Conflict("decision_over")
    row.ended_at = at
    rows.save(row, "ended_at")
    audit.record(actor=actor, at=at, action="protection.ended", about=row, household=row.household_id)
    return row
