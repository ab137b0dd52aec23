"""What else lies on an officer's desk: reports about providers, zones to open and close, places to choose from."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from registry import models as m
from registry import states
from registry.errors import NotFound
from registry.permissions import Actor, in_zone, may_run_zone
from registry.selectors import alarms
from registry.selectors.providers import visible

ZONE_ROLES = ("officer", "coordinator")


def concerns(actor: Actor) -> QuerySet[m.Concern]:
    """Reports about the providers whom an officer sees; open ones first, the oldest of them first."""
    if not actor.has("officer"):
        return m.Concern.objects.none()
    seen = m.Concern.objects.filter(provider__in=visible(actor).values("pk"))
    open_first = F("closed_at").desc(nulls_first=True)
    return seen.select_related("provider__county", "provider__town", "closed_by").order_by(
        open_first, "created_at", "id"
    )


def concern(actor: Actor, pk: UUID) -> m.Concern:
    """One report in the actor's view, else NotFound."""
    found = concerns(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def may_close(actor: Actor, row: m.Concern) -> bool:
    """Officers of the provider's county close reports."""
    return row.closed_at is None and actor.has("officer", county=row.provider.county_id)


def alarm(actor: Actor, pk: UUID) -> m.Alarm:
    """One alarm in the actor's view, else NotFound."""
    found = alarms.open_or_closed(actor).select_related("zone", "county", "taken_by").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def zones(actor: Actor) -> QuerySet[m.Zone]:
    """Zones that the actor opens and closes."""
    scope = Q(pk__in=())
    for role in ZONE_ROLES:
        if actor.everywhere(role):
            return m.Zone.objects.select_related("county")
        scope |= Q(pk__in=actor.zones(role)) | Q(county__in=actor.counties(role))
    return m.Zone.objects.filter(scope).select_related("county")


def zones_staffed(actor: Actor, at: datetime) -> "QuerySet[m.Zone]":
    """The same with ``on_shift``: how many people are on duty there now."""
    now = Q(shifts__ended_at=None, shifts__starts_at__lte=at, shifts__ends_at__gt=at)
    return zones(actor).annotate(on_shift=Count("shifts", filter=now)).order_by("county", "code")


def zone(actor: Actor, code: str) -> m.Zone:
    """One zone that the actor opens and closes, else NotFound."""
    found = zones(actor).filter(pk=code).first()
    if found is None:
        raise NotFound
    return found


def zone_actions(actor: Actor, row: m.Zone) -> tuple[str, ...]:
    """What the actor may do with the zone now."""
    if not may_run_zone(actor, row) and not in_zone(actor, row, "officer"):
        return ()
    return states.ZONE.actions_from(row.status)


def waiting_at(zone: m.Zone) -> int:
    """How many households wait in the zone: what closing it would strand."""
    return m.HelpRequest.objects.filter(origin=zone, status__in=("open", "matched")).count()


def towns(actor: Actor) -> list[m.Town]:
    """Towns of the counties that the officer vets in; an application must lie in one of them to be seen again."""
    found = m.Town.objects.filter(county__isnull=False, country="RO")
    if not actor.everywhere("officer"):
        found = found.filter(county__in=actor.counties("officer"))
    return sorted(found, key=lambda town: town.name)
