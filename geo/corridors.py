"""The border strip, the ground along a route, and how far and how long a road is likely to be.

Places and lines are longitude, latitude; widths and distances are metres or kilometres as named; edges are inside.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.crs import Floats, LonLat
from geo.distance import haversine_kms
from geo.errors import Code, GeoError

# Assumptions of this project, to be replaced by a measurement: a road is 1.3 times the straight line, and national
# roads with their towns are driven at 60 km/h. A face shows what comes of them as "about".
ROAD_FACTOR = 1.3
ROAD_KMH = 60.0
# Getting in, the first and last street.
ROAD_START_MINUTES = 5.0
MAX_WIDTH_M = 100_000.0


class Border:
    """A border line that can be asked how far a place is from it, and drawn as a strip."""

    def __init__(self, lines: Sequence[BaseGeometry]) -> None:
        if not lines or any(line.geom_type not in ("LineString", "MultiLineString") for line in lines):
            raise GeoError(Code.TYPE_NOT_ALLOWED, "A border is made of lines.")
        self._metric: BaseGeometry = crs.project(shapely.union_all(np.array(lines, dtype=object)))
        shapely.prepare(self._metric)

    def distance_m(self, point: LonLat) -> float:
        """Metres from a place to the border line, either side. Raises NOT_FINITE and OUTSIDE_PROJECTION."""
        return float(self.distances_m([point])[0])

    def distances_m(self, points: object) -> Floats:
        """Metres (n,) from (n, 2) places to the border line. Errors as ``distance_m``."""
        metric = crs.to_metric(crs.as_points(points))
        distances: Floats = shapely.distance(shapely.points(metric), self._metric)
        return distances

    def within(self, points: object, width_m: float) -> NDArray[np.bool_]:
        """Which of (n, 2) places lie at most ``width_m`` metres from the border line, (n,)."""
        return self.distances_m(points) <= _width(width_m)

    def strip(self, width_m: float) -> BaseGeometry:
        """The ground at most ``width_m`` metres from the border line, both sides, as a polygon or several."""
        return crs.unproject(self._metric.buffer(_width(width_m)))


def route_corridor(line: BaseGeometry, width_m: float) -> BaseGeometry:
    """The ground at most ``width_m`` metres from a line in longitude, latitude, as a polygon."""
    if line.geom_type not in ("LineString", "MultiLineString"):
        raise GeoError(Code.TYPE_NOT_ALLOWED, "A route is a line.", {"type": line.geom_type})
    return crs.unproject(crs.project(line).buffer(_width(width_m)))


def straight_km(a: LonLat, b: LonLat) -> float:
    """Kilometres in a straight line (great circle) between two places."""
    return float(haversine_kms([a], [b])[0])


def detour_km(a: LonLat, via: LonLat, b: LonLat) -> float:
    """How many kilometres longer it is, in straight lines, to go from a to b by way of a third place; never below 0."""
    return max(0.0, straight_km(a, via) + straight_km(via, b) - straight_km(a, b))


def route_km(a: LonLat, b: LonLat) -> float:
    """Estimated road kilometres between two places: the straight line times 1.3."""
    return float(routes_km([a], [b])[0])


def routes_km(a: object, b: object) -> Floats:
    """Estimated road kilometres (n,) between (n, 2) places row by row; one side may have a single row."""
    return haversine_kms(a, b) * ROAD_FACTOR


def route_minutes(a: LonLat, b: LonLat) -> float:
    """Estimated minutes by road: 5 to get going, then ``route_km`` at 60 km/h. No allowance for delay is in it."""
    return float(routes_minutes([a], [b])[0])


def routes_minutes(a: object, b: object) -> Floats:
    """Estimated minutes by road (n,) between (n, 2) places row by row; one side may have a single row."""
    return ROAD_START_MINUTES + routes_km(a, b) / ROAD_KMH * 60.0


def km_from_roads(point: LonLat, roads: Sequence[tuple[LonLat, LonLat]]) -> float:
    """Kilometres from a place to the nearest of these straight roads, 0 on one of them; inf without any road."""
    if not roads:
        return float("inf")
    place = crs.project(shapely.Point(point))
    lines = crs.project(shapely.MultiLineString([[a, b] for a, b in roads]))
    return float(shapely.distance(place, lines)) / 1000


def _width(width_m: float) -> float:
    if not 0 < width_m <= MAX_WIDTH_M:
        raise GeoError(Code.BAD_ARGUMENT, "The width must be more than 0 and at most 100 km.")
    return width_m
