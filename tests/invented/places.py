"""Invented places (three counties, four towns with a safe zone each, the crossing at Siret) and the tests' clock."""

import itertools
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from geo.privacy import SEARCH_RESOLUTION, cell_of
from registry import models as m

BORDER_TIME = ZoneInfo("Europe/Bucharest")


def clock() -> datetime:
    """Noon of the tests' day; what a running server is to see is made for a real noon (TESTS_NOW)."""
    given = os.environ.get("TESTS_NOW")
    return (
        datetime.fromisoformat(given).astimezone(BORDER_TIME) if given else datetime(2026, 3, 6, 12, tzinfo=BORDER_TIME)
    )


NOW = clock()


TODAY = NOW.date()


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# code -> (name, county, latitude, longitude)
TOWNS = {
    "siret": ("Siret", "RO-SV", 47.95, 26.06667),
    "suceava": ("Suceava", "RO-SV", 47.63333, 26.25),
    "tulcea": ("Tulcea", "RO-TL", 45.1787, 28.80501),
    "sighet": ("Sighetu Marmației", "RO-MM", 47.93195, 23.88603),
}


COUNTIES = {"RO-SV": "Suceava", "RO-TL": "Tulcea", "RO-MM": "Maramureș"}


_numbers = itertools.count(1)


def number() -> int:
    """A number that no other row of this run has."""
    return next(_numbers)


def square(lat: float, lon: float, side: float = 0.01) -> dict[str, Any]:
    """A square outline around a place, as GeoJSON."""
    west, south, east, north = lon - side / 2, lat - side / 2, lon + side / 2, lat + side / 2
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


@dataclass(frozen=True)
class Geography:
    """The invented places by code."""

    counties: dict[str, m.County]
    towns: dict[str, m.Town]
    zones: dict[str, m.Zone]


def geography() -> Geography:
    """Three counties, four towns with a safe zone of the same code each, the crossing at Siret; once."""
    if not m.Zone.objects.filter(pk="sighet").exists():
        _write_geography()
    return Geography(m.County.objects.in_bulk(), m.Town.objects.in_bulk(), m.Zone.objects.in_bulk())


def _write_geography() -> None:
    for code, name in COUNTIES.items():
        outline = square(*next((lat, lon) for _, county, lat, lon in TOWNS.values() if county == code), side=0.5)
        m.County.objects.create(code=code, name=name, names={"ro": name}, country="RO", outline=outline)
    for code, (name, county, lat, lon) in TOWNS.items():
        place = {
            "code": code,
            "name": name,
            "names": {"ro": name, "en": name},
            "county_id": county,
            "lat": lat,
            "lon": lon,
        }
        m.Town.objects.create(**place, country="RO", kind="town", cell=cell_of(lat, lon, SEARCH_RESOLUTION))
    post = {"lat_ro": 47.9833, "lon_ro": 26.0631, "lat_uk": 47.996, "lon_uk": 26.0535}
    m.Crossing.objects.create(code="siret", name="Siret - Porubne", county_id="RO-SV", kind="road", **post)
    for code in TOWNS:
        zone(code, town=code, crossing="siret" if code == "siret" else None)


def zone(
    code: str, town: str = "suceava", crossing: str | None = None, status: str = "active", **fields: Any
) -> m.Zone:
    """A safe zone at a town of ``TOWNS``."""
    name, county, lat, lon = TOWNS[town]
    values = {
        "name": name,
        "names": {"ro": name, "en": name},
        "kind": "crossing" if crossing else "hub",
        "county_id": county,
        "town_id": town,
        "crossing_id": crossing,
        "outline": square(lat, lon),
        "lat": lat,
        "lon": lon,
        "activated_at": NOW - 30 * DAY,
    }
    row = m.Zone.objects.create(code=code, **{**values, **fields})
    if status != "draft":
        row.status = "active"
        row.save(update_fields=["status"])
    if status not in ("draft", "active"):
        row.status = status
        row.save(update_fields=["status"])
    return row
