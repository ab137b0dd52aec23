"""Small flat drawings: shapes and places in a box of degrees as the numbers that an SVG takes."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import LonLat

# No drawing shows less than this many degrees of latitude: a single place needs its surroundings.
LEAST_DEGREES = 1.2
MARGIN = 0.14
# Shapes are cut so far beyond the edge that the cut itself is not seen.
BEYOND = 0.03


@dataclass(frozen=True, slots=True)
class Sheet:
    """A box of degrees (west, south, east, north) drawn ``width`` wide; ``height`` follows from the middle latitude."""

    box: tuple[float, float, float, float]
    width: float
    height: float

    def at(self, place: LonLat) -> tuple[float, float]:
        """Where a place (longitude, latitude) lies on the sheet, from the upper left corner."""
        west, south, east, north = self.box
        x = (place[0] - west) / (east - west) * self.width
        return round(x, 1), round((north - place[1]) / (north - south) * self.height, 1)

    def path(self, shape: BaseGeometry) -> str:
        """The part of a shape that lies on the sheet, and a little beyond, as SVG path data; empty when none does."""
        west, south, east, north = self.box
        x, y = (east - west) * BEYOND, (north - south) * BEYOND
        inside = shapely.clip_by_rect(shape, west - x, south - y, east + x, north + y)
        return "".join(self._drawn(line.coords, line.is_ring) for line in _lines(inside) if len(line.coords) > 1)

    def _drawn(self, points: Iterable[Sequence[float]], is_closed: bool) -> str:
        spots = (self.at((point[0], point[1])) for point in points)
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in spots) + ("Z" if is_closed else "")


def sheet(places: Sequence[LonLat], width: float = 720, tallest: float = 1.1) -> Sheet:
    """A sheet with all of these places and some room around; not taller than ``tallest`` times its width."""
    lons, lats = [lon for lon, _ in places], [lat for _, lat in places]
    middle = (min(lats) + max(lats)) / 2
    shrunk = math.cos(math.radians(middle))
    across = max((max(lons) - min(lons)) * shrunk * (1 + 2 * MARGIN), LEAST_DEGREES * 1.6)
    up = max((max(lats) - min(lats)) * (1 + 2 * MARGIN), LEAST_DEGREES, across * 0.5)
    across = max(across, up / tallest)
    center = (min(lons) + max(lons)) / 2
    half = across / shrunk / 2
    box = (center - half, middle - up / 2, center + half, middle + up / 2)
    return Sheet(box, width, round(width * up / across, 1))


def _lines(shape: BaseGeometry) -> Iterator[shapely.LineString]:
    """Every ring and line of a shape."""
    if isinstance(shape, shapely.Polygon):
        yield from (shape.exterior, *shape.interiors)
    elif isinstance(shape, shapely.LineString):
        yield shape
    else:
        for part in getattr(shape, "geoms", ()):
            yield from _lines(part)
