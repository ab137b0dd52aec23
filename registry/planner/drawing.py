"""A plan as lines and marks on a sheet: what both the page and the picture draw, thinned where it is too much."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from registry.planner.arrays import Codes, Floats, Ints, Plan
from registry.planner.given import Given

BASEMAP = Path(__file__).parents[1] / "static" / "registry" / "basemap"
WIDTH = 1000.0
MARGIN_DEGREES = 0.15
NAME_WIDTH, NAME_HEIGHT = 80.0, 13.0
MOST_LINES, MOST_MARKS = 3000, 3000
# Points per person from which a line is drawn as one of the better ones.
CLASSES = (30.0, 45.0, 60.0)


@dataclass(frozen=True, slots=True)
class Thinned:
    """Some rows of many: every ``step``-th of ``total``."""

    rows: Ints
    total: int
    step: int


def thinned(rows: Ints, most: int) -> Thinned:
    """At most so many of these rows, evenly."""
    step = max(1, -(-len(rows) // most))
    return Thinned(rows[::step], len(rows), step)


class Drawing:
    """Where everything of a plan lies on a sheet ``WIDTH`` wide and ``height`` high, y downwards."""

    def __init__(self, given: Given, plan: Plan) -> None:
        self.given, self.plan = given, plan
        self.lines = thinned(np.flatnonzero(plan.offer >= 0), MOST_LINES)
        self.left = thinned(np.flatnonzero(plan.offer < 0), MOST_MARKS)
        self.offers = thinned(np.arange(len(given.offers.rows)), MOST_MARKS)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of everything that is given."""
        h, o = self.given.households, self.given.offers.rows
        lon, lat = np.concatenate([h.lon, o.lon]), np.concatenate([h.lat, o.lat])
        more = MARGIN_DEGREES
        return lon.min() - more, max(lat.min() - more, -85.0), lon.max() + more, min(lat.max() + more, 85.0)

    @cached_property
    def scale(self) -> tuple[float, float]:
        """Units for a degree of longitude and of latitude: lengths are right in the middle of the sheet."""
        west, south, east, north = self.box
        across = WIDTH / (east - west)
        return across, across / float(np.cos(np.radians((south + north) / 2)))

    @property
    def height(self) -> float:
        """How high the sheet is."""
        return (self.box[3] - self.box[1]) * self.scale[1]

    def places(self, lon: Floats, lat: Floats) -> Floats:
        """Places on the sheet, (n, 2)."""
        return np.column_stack([(lon - self.box[0]) * self.scale[0], (self.box[3] - lat) * self.scale[1]])

    def households(self, rows: Ints) -> Floats:
        """Where these households are."""
        h = self.given.households
        return self.places(h.lon[rows], h.lat[rows])

    def homes(self, rows: Ints | Codes) -> Floats:
        """Where these offers are."""
        o = self.given.offers.rows
        return self.places(o.lon[rows], o.lat[rows])

    def worth(self, rows: Ints) -> Ints:
        """For each of these placed households the class of its points per person, 0 the lowest."""
        return np.searchsorted(np.array(CLASSES), self.plan.per_person[rows], side="right")

    def outlines(self) -> Iterator[tuple[str, Floats]]:
        """The basemap that touches the sheet: ``land``, ``line`` or ``water``, with its points."""
        for name, kind in (("countries", "land"), ("counties", "line"), ("water", "water")):
            for ring, closed in _rings(BASEMAP / f"{name}.geojson"):
                points = self.places(ring[:, 0], ring[:, 1])
                if self._touches(points):
                    yield kind if closed else "line" if kind == "line" else f"{kind}_line", points

    def _touches(self, points: Floats) -> bool:
        low, high = points.min(axis=0), points.max(axis=0)
        return bool(high[0] >= 0 and low[0] <= WIDTH and high[1] >= 0 and low[1] <= self.height)

    def towns(self, language: str) -> Iterator[tuple[str, float, float]]:
        """The larger towns on the sheet with their places; none whose name would lie on another."""
        written: list[tuple[float, float]] = []
        for feature in _features(BASEMAP / "towns.geojson"):
            lon, lat = feature["geometry"]["coordinates"]
            x, y = self.places(np.array([lon]), np.array([lat]))[0].tolist()
            is_free = all(abs(x - a) > NAME_WIDTH or abs(y - b) > NAME_HEIGHT for a, b in written)
            if feature["properties"]["main"] and 0 <= x <= WIDTH and 0 <= y <= self.height and is_free:
                written.append((x, y))
                yield feature["properties"][f"name_{language}"], x, y


def _features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["features"]
    return found


def _rings(path: Path) -> Iterator[tuple[Floats, bool]]:
    """Every ring or line of a file, and whether it is a ring."""
    for feature in _features(path):
        kind, found = feature["geometry"]["type"], feature["geometry"]["coordinates"]
        flat = {"Polygon": [found], "LineString": [[found]], "MultiLineString": [found]}.get(kind, found)
        for part in flat:
            for ring in part:
                yield np.array(ring, np.float64), kind.endswith("Polygon")
