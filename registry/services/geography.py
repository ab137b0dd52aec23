"""The geography that ships with the registry, written to the database; safe to run again at any time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.db import models, transaction

from geo import fixtures
from geo.geojson import write_geometry
from geo.privacy import SEARCH_RESOLUTION, cell_of
from registry import models as m


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows the files hold, and how many zones were left as people have made them."""

    counties: int
    towns: int
    crossings: int
    zones: int
    zones_kept: int


@transaction.atomic
def load(*, folder: Path = fixtures.FOLDER) -> Loaded:
    """Counties, towns, crossings and zones as in the files. A zone that anybody has touched stays as it is.

    New zones are drafts: their outlines are illustrative until the authority redraws and activates them.
    """
    found = fixtures.read_geography(folder)
    _write(m.County, [_county(c) for c in found.counties])
    _write(m.Town, [_town(t) for t in found.towns])
    _write(m.Crossing, [_crossing(c) for c in found.crossings])
    touched = set(m.Zone.objects.exclude(version=1, status="draft").values_list("code", flat=True))
    _write(
        m.Zone, [_zone(z) for z in found.zones if z.code not in touched], leave=("version", "status", "activated_at")
    )
    kept = sum(z.code in touched for z in found.zones)
    return Loaded(len(found.counties), len(found.towns), len(found.crossings), len(found.zones), kept)


def _write(model: type[models.Model], rows: Sequence[models.Model], leave: Iterable[str] = ()) -> None:
    """Insert the rows or bring those that exist up to date, all columns but the code and those to leave."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django documents it
    columns = [f.name for f in fields if not f.primary_key and f.name not in set(leave)]
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=columns)


def _names(names: fixtures.Names) -> dict[str, str]:
    return {"uk": names.uk, "ro": names.ro, "en": names.en, "ru": names.ru}


def _local(names: fixtures.Names, country: str) -> str:
    return names.uk if country == "UA" else names.ro


def _county(c: fixtures.County) -> m.County:
    return m.County(
        code=c.code,
        name=_local(c.names, c.country),
        names=_names(c.names),
        country=c.country,
        pcode=c.ocha_pcode or "",
        outline=write_geometry(c.outline),
    )


def _town(t: fixtures.Town) -> m.Town:
    lon, lat = t.point
    return m.Town(
        code=t.code,
        name=_local(t.names, t.country),
        names=_names(t.names),
        county_id=t.county,
        country=t.country,
        kind=t.kind,
        lat=lat,
        lon=lon,
        cell=cell_of(lat, lon, SEARCH_RESOLUTION),
    )


def _crossing(c: fixtures.Crossing) -> m.Crossing:
    return m.Crossing(
        code=c.code,
        name=c.names.ro,
        names=_names(c.names),
        county_id=c.county,
        kind=c.kind,
        note=c.notes,
        lon_ro=c.post_ro[0],
        lat_ro=c.post_ro[1],
        lon_uk=c.post_ua[0],
        lat_uk=c.post_ua[1],
    )


def _zone(z: fixtures.ZoneShape) -> m.Zone:
    inside = shapely.point_on_surface(z.outline)
    return m.Zone(
        code=z.code,
        name=z.names.ro,
        names=_names(z.names),
        kind=z.kind,
        county_id=z.county,
        town_id=z.town,
        crossing_id=z.crossing,
        outline=write_geometry(z.outline),
        lat=round(float(inside.y), 6),
        lon=round(float(inside.x), 6),
    )
