"""Records that somebody broke the glass for."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from registry import models as m
from registry import states
from registry.errors import NotAllowed
from registry.permissions import Actor
from registry.selectors.one import one
from registry.selectors.requests import in_scope


def own(actor: Actor, pk: UUID, at: datetime) -> m.BreakGlass | None:
    """The actor's own record that is still open."""
    found = m.BreakGlass.objects.select_related("household__zone")
    return one(found.filter(pk=pk, person=actor.person, until__gt=at))


def running(household: m.Household) -> m.Match | None:
    """The journey that the household is on, or has confirmed, or the stay that it is in."""
    statuses = (*states.MATCH_HOLDING_CAPACITY, "halted")
    found = m.Match.objects.filter(household=household, status__in=statuses, confirmed_at__isnull=False)
    return one(found.select_related("household", "destination", "arrival_zone", "origin").order_by("-confirmed_at"))


def lately(actor: Actor, count: int) -> list[m.BreakGlass]:
    """The newest records opened in the zones of a coordinator, with who opened them and why."""
    if not actor.has("coordinator"):
        return []
    found = m.BreakGlass.objects.filter(in_scope(actor, "household__zone", "coordinator"))
    return list(found.select_related("person", "household__zone").order_by("-created_at", "id")[:count])


def broken(actor: Actor) -> QuerySet[m.BreakGlass]:
    """What was opened: all of it for auditors, that of their zones for coordinators."""
    rows = m.BreakGlass.objects.all()
    if actor.has("auditor"):
        return rows
    if actor.has("coordinator"):
        return rows.filter(in_scope(actor, "household__zone", "coordinator"))
    raise NotAllowed
