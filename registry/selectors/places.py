"""Places that anybody may know: active safe zones, border crossings, towns that journeys go to."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from registry import models as m


def active_zones() -> QuerySet[m.Zone]:
    """Safe zones that are open now, by county."""
    return (
        m.Zone.objects.filter(status="active").select_related("county", "town", "crossing").order_by("county", "name")
    )


def crossings() -> QuerySet[m.Crossing]:
    """Border crossing points, from north to south-east."""
    return m.Crossing.objects.select_related("county").order_by("-lat_ro", "code")


def towns() -> QuerySet[m.Town]:
    """Towns that journeys go to."""
    return m.Town.objects.select_related("county").order_by("name", "code")


def counties(country: str = "RO") -> QuerySet[m.County]:
    """Counties of one country."""
    return m.County.objects.filter(country=country).order_by("name")


def zones_to_drive_from() -> QuerySet[m.Zone]:
    """Safe zones that a ride may start in."""
    return m.Zone.objects.exclude(status__in=("draft", "retired")).select_related("county").order_by("name", "code")


def named(rows: "QuerySet[Any]", name: Callable[[Any], str]) -> list[tuple[str, str]]:
    """Codes with names, sorted by name, for a list to choose from."""
    return sorted(((row.pk, name(row)) for row in rows), key=lambda item: item[1].casefold())


def middle_of(town: str) -> tuple[float, float]:
    """Latitude and longitude of a town, for a home of which nobody knows better yet."""
    found: tuple[float, float] = m.Town.objects.values_list("lat", "lon").get(pk=town)
    return found
