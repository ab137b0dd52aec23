"""Households and their requests, as far as the actor's view goes: field staff see their zones' only."""

from uuid import UUID

from django.db.models import F, Q, QuerySet, prefetch_related_objects

from registry import models as m
from registry.errors import NotFound
from registry.permissions import FIELD_STAFF, Actor, may_work_in
from registry.selectors.prepared import one_with

CASE_ROLES = ("child_protection",)


def in_scope(actor: Actor, prefix: str, *roles: str) -> Q:
    """A filter on a zone column for the scopes of these roles; nothing when none is held."""
    if actor.everywhere(*roles):
        return Q()
    zones, counties = actor.zones(*roles), actor.counties(*roles)
    return Q(**{f"{prefix}__in": zones}) | Q(**{f"{prefix}__county__in": counties})


def households(actor: Actor) -> QuerySet[m.Household]:
    """Households registered in, departing from or arriving at the actor's zones; children alone for their county."""
    if not actor.has(*FIELD_STAFF, *CASE_ROLES):
        return m.Household.objects.none()
    seen = Q(pk__in=())
    if actor.has(*FIELD_STAFF):
        if actor.everywhere(*FIELD_STAFF):
            return m.Household.objects.all()
        scope = in_scope(actor, "zone", *FIELD_STAFF)
        requests = m.HelpRequest.objects.filter(in_scope(actor, "origin", *FIELD_STAFF))
        arrivals = m.Match.objects.filter(in_scope(actor, "arrival_zone", *FIELD_STAFF), departed_at__isnull=False)
        seen |= scope | Q(pk__in=requests.values("household")) | Q(pk__in=arrivals.values("household"))
    if actor.has(*CASE_ROLES):
        alone = m.Member.objects.filter(age_band__in=("0-3", "4-11", "12-17", "unknown")).exclude(
            guardian__in=("parent", "legal_guardian"), household__size__gt=F("household__minors")
        )
        seen |= in_scope(actor, "zone", *CASE_ROLES) & Q(pk__in=alone.values("household"))
    return m.Household.objects.filter(seen)


def household(actor: Actor, pk: UUID) -> m.Household:
    """One household in the actor's view, else NotFound."""
    found = one_with(m.Household, pk, "zone")
    if found is None:
        raise NotFound
    # Field staff of its zone, nearly everybody who asks, are told by the row itself.
    if not may_work_in(actor, found.zone) and not households(actor).filter(pk=pk).exists():
        raise NotFound
    prefetch_related_objects([found], "members")
    return found


def requests(actor: Actor) -> QuerySet[m.HelpRequest]:
    """Requests from the actor's zones."""
    if not actor.has(*FIELD_STAFF):
        return m.HelpRequest.objects.none()
    return m.HelpRequest.objects.filter(in_scope(actor, "origin", *FIELD_STAFF))


def request(actor: Actor, pk: UUID) -> m.HelpRequest:
    """One request in the actor's view with all that the rules need, else NotFound."""
    found = with_party(pk)
    if found is None or not (may_work_in(actor, found.origin) or requests(actor).filter(pk=pk).exists()):
        raise NotFound
    return found


def with_party(pk: UUID) -> m.HelpRequest | None:
    """A request, whoever looks at it, with all that the rules need."""
    found = one_with(m.HelpRequest, pk, "household", "origin", "destination")
    if found:
        prefetch_related_objects([found], "household__members")
    return found
