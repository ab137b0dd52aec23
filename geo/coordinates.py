"""Nested GeoJSON coordinates read position by position, before any geometry is built of them."""

import math
from typing import Any

import numpy as np

from geo import crs
from geo.errors import Code, GeoError

# How deep positions lie in ``coordinates``.
DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
LINE = frozenset({"LineString", "MultiLineString"})
AREA = frozenset({"Polygon", "MultiPolygon"})


def read(kind: str, value: object, max_vertices: int) -> Any:
    """The coordinates of a geometry type as nested lists of (lon, lat) floats; GeoError with a path if they are not.

    Positions lie in the service area, lines have two or more, rings have four or more and end where they start.
    """
    positions: list[tuple[float, float]] = []
    nested = _walk(value, DEPTH[kind], "coordinates", positions, max_vertices)
    _check_places(positions)
    _check_parts(kind, nested)
    return nested


def _walk(value: object, depth: int, path: str, found: list[tuple[float, float]], limit: int) -> Any:
    """Copies nested coordinates as tuples of floats, counting positions before anything is built of them."""
    if not isinstance(value, list):
        raise GeoError(Code.BAD_COORDINATES, "Coordinates must be nested lists of numbers.", {"path": path})
    if depth == 0:
        position = _position(value, path)
        found.append(position)
        if len(found) > limit:
            raise GeoError(Code.TOO_MANY_VERTICES, "The geometry has too many vertices.", {"limit": limit})
        return position
    if not value:
        raise GeoError(Code.EMPTY, "The geometry has an empty part.", {"path": path})
    return [_walk(part, depth - 1, f"{path}[{index}]", found, limit) for index, part in enumerate(value)]


def _position(value: list[Any], path: str) -> tuple[float, float]:
    if not value:
        raise GeoError(Code.EMPTY, "A position is empty.", {"path": path})
    if any(isinstance(number, list) for number in value):
        raise GeoError(Code.BAD_COORDINATES, "Coordinates are nested too deep for their type.", {"path": path})
    if len(value) != 2:
        raise GeoError(Code.NOT_TWO_DIMENSIONAL, "A position must be longitude, latitude.", {"path": path})
    return _number(value[0], path), _number(value[1], path)


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise GeoError(Code.NOT_A_NUMBER, "A coordinate is not a number.", {"path": path})
    try:
        number = float(value)
    except OverflowError as error:
        raise GeoError(Code.NUMBER_TOO_LARGE, "A coordinate is too large.", {"path": path}) from error
    if not math.isfinite(number):
        raise GeoError(Code.NOT_FINITE, "A coordinate is not a finite number.", {"path": path})
    return number


def _check_places(positions: list[tuple[float, float]]) -> None:
    points = np.array(positions)
    if bool(crs.inside(points, crs.SERVICE_AREA).all()):
        return
    if bool(crs.looks_swapped(points).all()):
        raise GeoError(Code.SWAPPED, "Longitude comes first, then latitude: they look swapped.")
    box = "west 20, south 43.4, east 31.5, north 49.6"
    raise GeoError(Code.OUTSIDE_SERVICE_AREA, f"The place lies outside the service area ({box}).")


def _check_parts(kind: str, coordinates: Any) -> None:
    if kind in LINE:
        for line in [coordinates] if kind == "LineString" else coordinates:
            _check_length(line, 2)
    if kind in AREA:
        for polygon in [coordinates] if kind == "Polygon" else coordinates:
            for ring in polygon:
                _check_length(ring, 4)
                if ring[0] != ring[-1]:
                    raise GeoError(Code.UNCLOSED_RING, "A ring must end where it starts.")


def _check_length(part: list[Any], least: int) -> None:
    if len(part) < least:
        raise GeoError(Code.TOO_FEW_POINTS, "A line or ring has too few positions.", {"least": least})
