"""Alarms that a person may see: their role's, in their scope."""

from django.db.models import Q, QuerySet

from registry import models as m
from registry.permissions import Actor

# Who sees an alarm that is addressed to a role: the role itself and those it escalates from.
SEES = {
    "volunteer": ("volunteer",),
    "coordinator": ("volunteer", "coordinator"),
    "officer": ("volunteer", "coordinator", "officer"),
    "child_protection": ("child_protection",),
    "auditor": ("auditor",),
}


def open_or_closed(actor: Actor) -> QuerySet[m.Alarm]:
    """All alarms in the actor's view."""
    seen = Q(pk__in=())
    for grant in actor.grants:
        here = Q(role__in=SEES.get(grant.role, ()))
        if grant.zone:
            here &= Q(zone=grant.zone)
        elif grant.county:
            here &= Q(county=grant.county)
        seen |= here
    return m.Alarm.objects.filter(seen)


def waiting(actor: Actor) -> QuerySet[m.Alarm]:
    """Open alarms in the actor's view, gravest and oldest first."""
    return open_or_closed(actor).filter(closed_at=None).order_by("-level", "created_at", "id")
