"""How to get to a safe zone: how far, in which direction, and about how long by road. Anybody may know."""

from dataclasses import dataclass

from geo.bearing import compass
from geo.corridors import route_km, route_minutes
from geo.distance import haversine_km
from registry import models as m
from registry.selectors import places


@dataclass(frozen=True, slots=True)
class Way:
    """The way to one zone; figures only when it is known from where."""

    zone: m.Zone
    straight_km: float | None = None
    road_km: float | None = None
    minutes: int | None = None
    direction: str = ""

    @property
    def on_foot(self) -> bool:
        """Whether somebody with luggage may walk it."""
        return self.straight_km is not None and self.straight_km <= 1.5

    @property
    def meters(self) -> int:
        """A short distance, to the nearest fifty meters."""
        return max(50, round((self.straight_km or 0) * 1000 / 50) * 50)


def _about(minutes: float) -> int:
    """A time that pretends nothing: to five minutes below an hour, to a quarter of an hour above."""
    step = 5 if minutes < 55 else 15
    return max(5, round(minutes / step) * step)


def from_crossing(start: m.Crossing | None) -> list[Way]:
    """Every zone that is open now, the nearest first; by county when it is not known from where."""
    zones = list(places.active_zones())
    if start is None:
        return [Way(zone) for zone in zones]
    here = (start.lon_ro, start.lat_ro)
    return sorted((_way(here, zone) for zone in zones), key=lambda way: way.straight_km or 0)


def _way(here: tuple[float, float], zone: m.Zone) -> Way:
    there = (zone.lon, zone.lat)
    return Way(
        zone=zone,
        straight_km=haversine_km(here, there),
        road_km=route_km(here, there),
        minutes=_about(route_minutes(here, there)),
        direction=compass(here, there),
    )
