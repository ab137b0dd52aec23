"""A plan as a map: who would go from which zone to which town, drawn on the registry's own basemap."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geo import sketch
from geo.crs import LonLat

BASE = Path(__file__).resolve().parent.parent / "static" / "registry" / "basemap"
LAND, COUNTIES, WATER = "countries", "counties", "water"
WIDEST = 9.0
# Radii: a town is larger, so that a zone in the same place lies inside of it.
ZONES, TOWNS = (4.0, 9.0), (8.0, 17.0)
# What a letter and a line of a name take on the sheet, as large as a phone draws them.
LETTER, LINE = 14.0, 28.0


@dataclass(frozen=True, slots=True)
class Place:
    """A zone or a town with its name, and how many people it is about."""

    name: str
    at: LonLat
    people: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the sheet."""

    name: str
    people: int
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its spot (a zone or a town); ``left``: it ends there."""

    kind: str
    name: str
    people: int
    x: float
    y: float
    left: bool


@dataclass(frozen=True, slots=True)
class Line:
    """People on their way: a curve from a zone to a town."""

    path: str
    width: float
    people: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template draws."""

    width: float
    height: float
    land: Sequence[str]
    counties: Sequence[str]
    sea: Sequence[str]
    rivers: Sequence[str]
    lines: Sequence[Line]
    towns: Sequence[Spot]
    zones: Sequence[Spot]
    labels: Sequence[Label]


def draw(
    zones: Mapping[str, Place], towns: Mapping[str, Place], flows: Mapping[tuple[str, str], int]
) -> Drawing | None:
    """The map of a plan: zones and towns by code, people by (zone, town); None without a place."""
    places = [place.at for place in (*zones.values(), *towns.values())]
    if not places:
        return None
    on = sketch.sheet(places)
    spots, ends = _spots(on, zones, ZONES), _spots(on, towns, TOWNS)
    most = max(flows.values(), default=1)
    ordered = sorted(flows.items(), key=lambda flow: -flow[1])
    return Drawing(
        on.width,
        on.height,
        land=_drawn(on, LAND),
        counties=_drawn(on, COUNTIES),
        sea=_drawn(on, WATER, of=("Polygon", "MultiPolygon")),
        rivers=_drawn(on, WATER, of=("LineString", "MultiLineString")),
        lines=[_line(on, zones[zone].at, towns[town].at, people, most) for (zone, town), people in ordered],
        towns=ends,
        zones=spots,
        labels=list(_labels(on, [("zone", spot) for spot in spots] + [("town", spot) for spot in ends])),
    )


def _drawn(on: sketch.Sheet, name: str, of: Collection[str] = ()) -> list[str]:
    wanted = (shape for shape in _shapes(name) if not of or shape.geom_type in of)
    return [path for shape in wanted if (path := on.path(shape))]


@cache
def _shapes(name: str) -> tuple[BaseGeometry, ...]:
    features = json.loads((BASE / f"{name}.geojson").read_text("utf-8"))["features"]
    return tuple(shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features)


def _line(on: sketch.Sheet, start: LonLat, end: LonLat, people: int, most: int) -> Line:
    (x1, y1), (x2, y2) = on.at(start), on.at(end)
    # Bent a little, so that lines of one direction do not lie on each other.
    x, y = (x1 + x2) / 2 - (y2 - y1) * 0.12, (y1 + y2) / 2 + (x2 - x1) * 0.12
    width = round(1.5 + (WIDEST - 1.5) * sqrt(people / most), 1)
    return Line(f"M{x1:g} {y1:g}Q{x:.1f} {y:.1f} {x2:g} {y2:g}", width, people)


def _spots(on: sketch.Sheet, places: Mapping[str, Place], radii: tuple[float, float]) -> list[Spot]:
    most = max((place.people for place in places.values()), default=1) or 1
    least, largest = radii
    found = []
    for place in places.values():
        x, y = on.at(place.at)
        r = round(least + (largest - least) * sqrt(place.people / most), 1)
        found.append(Spot(place.name, place.people, x, y, r))
    return sorted(found, key=lambda spot: -spot.people)


def _labels(on: sketch.Sheet, spots: Sequence[tuple[str, Spot]]) -> Iterator[Label]:
    """Names that neither leave the sheet nor lie on each other, those of most people first."""
    taken: list[tuple[float, float, float, float]] = []
    for kind, spot in sorted(spots, key=lambda one: -one[1].people):
        long, away = LETTER * len(f"{spot.name} · {spot.people}"), TOWNS[1] + 5
        for left in (False, True):
            x = spot.x - away if left else spot.x + away
            start = x - long if left else x
            box = (start, spot.y - LINE / 2, start + long, spot.y + LINE / 2)
            if box[0] >= 0 and box[2] <= on.width and not any(_meet(box, other) for other in taken):
                taken.append(box)
                yield Label(kind, spot.name, spot.people, round(x, 1), round(spot.y + 6, 1), left)
                break


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
