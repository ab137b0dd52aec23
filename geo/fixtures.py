"""The geography that ships with the registry, read from ``fixtures/geo`` into plain values through the door.

Every outline and point has passed ``geojson.check_features``; what refers to another record by its code does so for
certain. Nothing is fetched. Errors are GeoError: those of the door, and BAD_FIXTURE with the file and the record.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from shapely.geometry.base import BaseGeometry

from geo import geojson, strictjson
from geo.crs import LonLat
from geo.errors import Code, GeoError
from geo.geojson import Feature

FOLDER = Path(__file__).parent.parent / "fixtures/geo"
FILES = ("border", "counties", "crossings", "towns", "zones")

TOWN_KINDS = frozenset({"county_seat", "border_town", "route", "town"})
ZONE_KINDS = frozenset({"crossing", "hub"})
CROSSING_KINDS = frozenset({"road", "road+foot", "ferry"})
COUNTRIES = frozenset({"RO", "UA", "MD"})

T = TypeVar("T")


@dataclass(frozen=True)
class Names:
    """One name in the four languages of the registry."""

    ro: str
    uk: str
    en: str
    ru: str


@dataclass(frozen=True)
class Source:
    """Where a file comes from; ``retrieved`` is the day its sources were fetched."""

    title: str
    source: str
    license: str
    retrieved: date
    note: str


@dataclass(frozen=True)
class Border:
    """A border line; ``border`` is RO-UA or RO-MD."""

    code: str
    border: str
    line: BaseGeometry


@dataclass(frozen=True)
class County:
    """A Romanian county, București, or a Ukrainian oblast; ``seat`` is a town code that lies in the outline."""

    code: str
    iso_3166_2: str
    ocha_pcode: str | None
    country: str
    seat: str
    names: Names
    outline: BaseGeometry
    note: str


@dataclass(frozen=True)
class Town:
    """A town; ``county`` is a county code, None in the Republic of Moldova and elsewhere in Ukraine."""

    code: str
    kind: str
    country: str
    county: str | None
    names: Names
    point: LonLat
    population: int | None
    origin: str


@dataclass(frozen=True)
class Crossing:
    """A crossing between Romania and Ukraine with the places and the signs of its two posts."""

    code: str
    kind: str
    county: str
    oblast: str
    town: str
    ua_town: str
    names: Names
    post_ro: LonLat
    post_ua: LonLat
    post_ro_name: str
    post_ua_name: str
    sources_agreeing: int
    opened_on: date | None
    notes: str


@dataclass(frozen=True)
class ZoneShape:
    """A safe zone as it ships: an illustrative outline, to be redrawn by the authority; ``crossing`` may be None."""

    code: str
    kind: str
    county: str
    town: str
    crossing: str | None
    names: Names
    outline: BaseGeometry
    placement: str
    capacity: int | None
    capacity_note: str


@dataclass(frozen=True)
class Geography:
    """Everything of ``fixtures/geo`` in file order, the sources by file name, and a digest of the files' content."""

    borders: tuple[Border, ...]
    counties: tuple[County, ...]
    crossings: tuple[Crossing, ...]
    towns: tuple[Town, ...]
    zones: tuple[ZoneShape, ...]
    sources: Mapping[str, Source]
    digest: str


def read_geography(folder: Path = FOLDER) -> Geography:
    """Reads and checks the five files; an unchanged digest means there is nothing new to load."""
    texts = {name: (folder / f"{name}.geojson").read_bytes() for name in FILES}
    sources: dict[str, Source] = {}
    features: dict[str, list[Feature]] = {}
    for name, text in texts.items():
        sources[name], features[name] = _read(name, text)
    geography = Geography(
        borders=_records("border", features["border"], _border),
        counties=_records("counties", features["counties"], _county),
        crossings=_records("crossings", features["crossings"], _crossing),
        towns=_records("towns", features["towns"], _town),
        zones=_records("zones", features["zones"], _zone),
        sources=sources,
        digest=hashlib.sha256(b"\0".join(texts.values())).hexdigest(),
    )
    _check_references(geography)
    return geography


def _read(name: str, text: bytes) -> tuple[Source, list[Feature]]:
    document = strictjson.loads(text, max_bytes=geojson.REFERENCE.max_bytes)
    metadata = document.pop("metadata", None) if isinstance(document, dict) else None
    if not isinstance(metadata, dict):
        raise _bad(name, "", "metadata")
    return _source(name, metadata), geojson.check_features(document, limits=geojson.REFERENCE)


def _source(name: str, metadata: dict[str, Any]) -> Source:
    record = _Record(name, "metadata", metadata)
    return Source(
        title=record.text("title"),
        source=record.text("source"),
        license=record.text("license"),
        retrieved=date.fromisoformat(record.text("retrieved")),
        note=record.text("note", empty=True),
    )


def _records(name: str, features: list[Feature], build: Callable[["_Record", BaseGeometry], T]) -> tuple[T, ...]:
    records = [_Record(name, str(feature.properties.get("code")), feature.properties) for feature in features]
    codes = [record.code for record in records]
    for record in records:
        if codes.count(record.code) > 1:
            raise _bad(name, record.code, "code")
    return tuple(build(record, feature.geometry) for record, feature in zip(records, features, strict=True))


@dataclass(frozen=True)
class _Record:
    """The properties of one feature, taken by name and type."""

    file: str
    code: str
    values: Mapping[str, Any]

    def text(self, key: str, *, empty: bool = False) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not (value.strip() or empty):
            raise _bad(self.file, self.code, key)
        return value

    def optional(self, key: str) -> str | None:
        return None if self.values.get(key) is None else self.text(key)

    def choice(self, key: str, choices: Iterable[str]) -> str:
        value = self.text(key)
        if value not in choices:
            raise _bad(self.file, self.code, key)
        return value

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise _bad(self.file, self.code, key)
        return value

    def count(self, key: str) -> int:
        value = self.number(key)
        if value is None:
            raise _bad(self.file, self.code, key)
        return value

    def names(self) -> Names:
        return Names(*(self.text(f"name_{language}") for language in ("ro", "uk", "en", "ru")))


def _border(record: _Record, line: BaseGeometry) -> Border:
    return Border(record.text("code"), record.choice("border", ("RO-UA", "RO-MD")), line)


def _county(record: _Record, outline: BaseGeometry) -> County:
    return County(
        code=record.text("code"),
        iso_3166_2=record.text("iso_3166_2"),
        ocha_pcode=record.optional("ocha_pcode"),
        country=record.choice("country", COUNTRIES),
        seat=record.text("seat"),
        names=record.names(),
        outline=outline,
        note=record.text("note", empty=True),
    )


def _town(record: _Record, point: BaseGeometry) -> Town:
    return Town(
        code=record.text("code"),
        kind=record.choice("kind", TOWN_KINDS),
        country=record.choice("country", COUNTRIES),
        county=record.optional("county"),
        names=record.names(),
        point=_lonlat(point),
        population=record.number("population"),
        origin=record.choice("origin", ("geonames", "hand")),
    )


def _crossing(record: _Record, post: BaseGeometry) -> Crossing:
    opened_on = record.optional("opened_on")
    return Crossing(
        code=record.text("code"),
        kind=record.choice("kind", CROSSING_KINDS),
        county=record.text("county"),
        oblast=record.text("oblast"),
        town=record.text("town"),
        ua_town=record.text("ua_town"),
        names=record.names(),
        post_ro=_lonlat(post),
        post_ua=_lonlat(geojson.check_geometry(record.values.get("ua_post"), allow=geojson.POINT)),
        post_ro_name=record.text("post_ro"),
        post_ua_name=record.text("post_ua"),
        sources_agreeing=record.count("sources_agreeing"),
        opened_on=date.fromisoformat(opened_on) if opened_on else None,
        notes=record.text("notes", empty=True),
    )


def _zone(record: _Record, outline: BaseGeometry) -> ZoneShape:
    return ZoneShape(
        code=record.text("code"),
        kind=record.choice("kind", ZONE_KINDS),
        county=record.text("county"),
        town=record.text("town"),
        crossing=record.optional("crossing"),
        names=record.names(),
        outline=outline,
        placement=record.choice("placement", ("post", "station", "town")),
        capacity=record.number("capacity"),
        capacity_note=record.text("capacity_note", empty=True),
    )


def _lonlat(point: BaseGeometry) -> LonLat:
    return float(point.x), float(point.y)


def _check_references(geography: Geography) -> None:
    """Every code that a record names exists."""
    counties = {county.code for county in geography.counties}
    towns = {town.code for town in geography.towns}
    crossings = {crossing.code for crossing in geography.crossings}
    named: list[tuple[str, str, str, str | None, set[str]]] = []
    named += [("counties", c.code, "seat", c.seat, towns) for c in geography.counties]
    named += [("towns", t.code, "county", t.county, counties) for t in geography.towns]
    for crossing in geography.crossings:
        for key, known in (("county", counties), ("oblast", counties), ("town", towns), ("ua_town", towns)):
            named.append(("crossings", crossing.code, key, getattr(crossing, key), known))
    for zone in geography.zones:
        named.append(("zones", zone.code, "county", zone.county, counties))
        named.append(("zones", zone.code, "town", zone.town, towns))
        named.append(("zones", zone.code, "crossing", zone.crossing, crossings))
    for file, code, key, value, existing in named:
        if value is not None and value not in existing:
            raise _bad(file, code, key)


def _bad(file: str, code: str, key: str) -> GeoError:
    return GeoError(Code.BAD_FIXTURE, f"{file}.geojson: {code}: {key}", {"file": file, "code": code, "key": key})
