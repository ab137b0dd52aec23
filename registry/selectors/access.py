"""Where an account stands: does it need a second factor, which sign-ins run, what waits for two."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry.permissions import SECOND_FACTOR_ROLES, Actor


def open_account(pk: str) -> m.Person | None:
    """The account with this id, if it is not closed."""
    return m.Person.objects.filter(pk=pk, is_active=True).first()


def needs_factor(person: m.Person) -> bool:
    """Whether a role that the person holds, or is to get, asks for a second factor."""
    running = m.RoleGrant.objects.filter(person=person, ended_at=None, role__in=SECOND_FACTOR_ROLES)
    return running.exists() or m.AccountDecision.objects.filter(person=person, outcome="pending", kind="role").exists()


def waits_for_second(person: m.Person) -> list[m.AccountDecision]:
    """Roles of the person that wait for a second steward."""
    return list(m.AccountDecision.objects.filter(person=person, outcome="pending", kind="role"))


def sign_ins(actor: Actor) -> QuerySet[m.SignIn]:
    """One's own sign-ins that run, the latest first."""
    return m.SignIn.objects.filter(person=actor.id, ended_at=None).order_by("-seen_at", "-id")


def only_steward(actor_id: UUID, beside: UUID) -> bool:
    """Whether nobody but this steward, and perhaps the person concerned, keeps accounts."""
    stewards = m.RoleGrant.objects.filter(role="steward", ended_at=None, person__is_active=True)
    return not stewards.exclude(person__in=(actor_id, beside)).exists()


def account_decisions(actor: Actor, at: datetime) -> QuerySet[m.AccountDecision]:
    """What waits for a second person and is this actor's to carry: a steward, or an officer where one is alone."""
    waiting = m.AccountDecision.objects.filter(outcome="pending", expires_at__gt=at).order_by("created_at", "id")
    waiting = waiting.select_related("person__organization", "first_by__organization", "zone", "county")
    if actor.has("steward"):
        return waiting
    if not actor.has("officer") or actor.organization is None:
        return waiting.none()
    elsewhere = waiting.exclude(Q(first_by__organization=actor.organization) | Q(first_by=actor.id))
    alone = [row.pk for row in elsewhere.exclude(person=actor.id) if only_steward(row.first_by_id, row.person_id)]
    return elsewhere.filter(pk__in=alone)


def invitations(actor: Actor, at: datetime) -> QuerySet[m.Invitation]:
    """Invitations that can still be used, for a steward."""
    if not actor.has("steward"):
        return m.Invitation.objects.none()
    running = m.Invitation.objects.filter(used_at=None, revoked_at=None, expires_at__gt=at)
    return running.select_related("zone", "county", "organization", "created_by").order_by("created_at", "id")
