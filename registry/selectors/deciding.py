"""Why an officer may not decide, asked before they try: the same rules that the services ask."""

from uuid import UUID

from django.db.models import Q

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor, may_vet
from registry.rules import decisions
from registry.rules.decisions import Decider
from registry.rules.reasons import Reason
from registry.selectors import providers
from registry.selectors.standing import Subject, owner_of


def decider(actor: Actor) -> Decider:
    """The actor as the two-person rule sees them."""
    found = m.Person.objects.select_related("organization").filter(pk__in=[actor.id]).first()
    if found is None:
        raise NotFound
    return providers.decider_of(found)


def why_not(me: Decider, thing: Subject, decision: str = "") -> tuple[Reason, ...]:
    """Every reason why this officer may not decide on this subject at all; some kinds of decision bar more."""
    return decisions.may_decide(me, providers.subject_of(thing, decision))


def why_not_second(me: Decider, decision: m.Decision, thing: Subject) -> tuple[Reason, ...]:
    """Every reason why this officer may not be the second of the two."""
    first = providers.decider_of(decision.first_by)
    reasons = why_not(me, thing, decision.kind) + decisions.may_second(first, me)
    moved = decision.first_organization_id == me.organization
    if moved and not any(r.code == "same_organization_twice" for r in reasons):
        reasons += (Reason("same_organization_twice", rule=2),)
    return reasons


def why_not_first(decision: m.Decision, thing: Subject) -> tuple[Reason, ...]:
    """Every reason why whoever decided first could not any more."""
    return why_not(providers.decider_of(decision.first_by), thing, decision.kind)


def under_review(actor: Actor) -> Q:
    """Decisions that are being done again blind: until that is over, only the two who took them see them."""
    return Q(review__outcome="pending") & ~Q(first_by=actor.id) & ~Q(second_by=actor.id)


def decision(actor: Actor, pk: UUID) -> tuple[m.Decision, Subject]:
    """A decision and what it is about, for officers who vet its subject; else NotFound."""
    related = ("first_by__organization", "first_organization", "second_by", "second_organization", "hold")
    found = m.Decision.objects.select_related(*related, "provider", "vehicle__provider", "dwelling__provider")
    row = found.filter(pk=pk).exclude(under_review(actor)).first()
    thing = row and (row.provider or row.vehicle or row.dwelling)
    if row is None or not isinstance(thing, Subject):
        raise NotFound
    providers.get(actor, owner_of(thing).pk)
    if not may_vet(actor, owner_of(thing)):
        raise NotFound
    return row, thing
