"""A plan as a map: who would go from which zone to which town, drawn on the registry's own basemap."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geo import sketch
from geo.crs import LonLat

BASE = Path(__file__).resolve().parent.parent / "static" / "registry" / "basemap"
LAND, COUNTIES, SEA = "countries", "counties", "water"
WIDEST, LARGEST = 9.0, 15.0
# What a letter and a line of a name take on the sheet, as large as a phone draws them.
LETTER, LINE = 11.0, 26.0


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
    """A name beside its spot; ``left``: it ends there."""

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
    spots, ends = _spots(on, zones), _spots(on, towns)
    most = max(flows.values(), default=1)
    ordered = sorted(flows.items(), key=lambda flow: -flow[1])
    return Drawing(
        on.width,
        on.height,
        *(_drawn(on, name) for name in (LAND, COUNTIES, SEA)),
        lines=[_line(on, zones[zone].at, towns[town].at, people, most) for (zone, town), people in ordered],
        towns=ends,
        zones=spots,
        labels=list(_labels(on, [*spots, *ends])),
    )


def _drawn(on: sketch.Sheet, name: str) -> list[str]:
    return [path for shape in _shapes(name) if (path := on.path(shape))]


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


def _spots(on: sketch.Sheet, places: Mapping[str, Place]) -> list[Spot]:
    most = max((place.people for place in places.values()), default=1) or 1
    found = []
    for place in places.values():
        x, y = on.at(place.at)
        found.append(Spot(place.name, place.people, x, y, round(5 + (LARGEST - 5) * sqrt(place.people / most), 1)))
    return sorted(found, key=lambda spot: -spot.people)


def _labels(on: sketch.Sheet, spots: Sequence[Spot]) -> Iterator[Label]:
    """Names that neither leave the sheet nor lie on each other, those of most people first."""
    taken: list[tuple[float, float, float, float]] = []
    for spot in sorted(spots, key=lambda spot: -spot.people):
        long = LETTER * len(f"{spot.name} · {spot.people}")
        for left in (False, True):
            start = spot.x - spot.r - 4 - long if left else spot.x + spot.r + 4
            box = (start, spot.y - LINE / 2, start + long, spot.y + LINE / 2)
            if box[0] >= 0 and box[2] <= on.width and not any(_meet(box, other) for other in taken):
                taken.append(box)
                beside = spot.x - spot.r - 4 if left else spot.x + spot.r + 4
                yield Label(spot.name, spot.people, round(beside, 1), spot.y + 6, left)
                break


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
