"""A place snapped to its H3 cell before anybody else sees it, and rings of cells to search by.

Noise around a place leaks it (2 km of jitter averages to 119 m after 100 readings); a fixed cell does not. Cells are
64-bit integers that fit a signed column. Scalars are latitude, longitude; arrays are (n, 2) in GeoJSON order.
"""

import math

import h3.api.basic_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray

from geo import crs
from geo.crs import LonLat
from geo.distance import EARTH_RADIUS_KM, degrees_around, haversine_kms
from geo.errors import Code, GeoError

# What others may see: about 2.4 km across. What is searched by: about 17 km across.
SHOWN_RESOLUTION = 7
SEARCH_RESOLUTION = 5

# Of all cells of a resolution with a corner in the service area: the shortest way from a center to its own edge, and
# the longest to its own corner. ``measure_cells`` finds them; here they are rounded by 0.5 % to the safe side.
_SMALLEST_INRADIUS_KM = {5: 8.01, 6: 3.04, 7: 1.144}
_LARGEST_CIRCUMRADIUS_KM = {5: 10.48, 6: 3.98, 7: 1.497}

MAX_RINGS = 100


def cell_of(lat: float, lon: float, resolution: int = SHOWN_RESOLUTION) -> int:
    """The cell of a place. Raises NOT_FINITE, SWAPPED or OUTSIDE_SERVICE_AREA: an unknown place has no cell."""
    return int(cells_of([(lon, lat)], resolution)[0])


def cells_of(points: object, resolution: int = SHOWN_RESOLUTION) -> NDArray[np.int64]:
    """The cells (n,) of (n, 2) places in longitude, latitude. Errors as ``cell_of``."""
    _check_resolution(resolution)
    pairs = crs.as_points(points)
    _check_served(pairs)
    cells = (h3.latlng_to_cell(lat, lon, resolution) for lon, lat in pairs.tolist())
    return np.fromiter(cells, dtype=np.int64, count=len(pairs))


def cell_center(cell: int) -> LonLat:
    """Longitude, latitude of the center of a cell: what a viewer without a right to the place is given."""
    lat, lon = h3.cell_to_latlng(_cell(cell))
    return float(lon), float(lat)


def cell_polygon(cell: int) -> shapely.Polygon:
    """The outline of a cell in longitude, latitude, counterclockwise."""
    return shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(_cell(cell))])


def parent_cell(cell: int, resolution: int) -> int:
    """The coarser cell that holds the center of a cell."""
    if not 0 <= resolution <= h3.get_resolution(_cell(cell)):
        raise GeoError(Code.BAD_ARGUMENT, "A parent has a lower resolution.")
    return int(h3.cell_to_parent(cell, resolution))


def disk_cells(cell: int, rings: int) -> list[int]:
    """The cells at most ``rings`` steps from a cell, sorted."""
    return sorted(h3.grid_disk(_cell(cell), _ring(rings)))


def smallest_inradius_km(resolution: int) -> float:
    """Kilometres from the center of the smallest cell of the service area to its nearest edge."""
    return _SMALLEST_INRADIUS_KM[_check_resolution(resolution)]


def largest_circumradius_km(resolution: int) -> float:
    """How far the corner of a cell lies from its center at most, over the service area, in km."""
    return _LARGEST_CIRCUMRADIUS_KM[_check_resolution(resolution)]


def rings_for_km(resolution: int, km: float) -> int:
    """How many rings have to be searched to see everything within ``km`` kilometres of any place of a cell."""
    return _ring(math.ceil(_km(km) / smallest_inradius_km(resolution)))


def cells_within(lat: float, lon: float, km: float, resolution: int = SEARCH_RESOLUTION) -> list[int]:
    """The cells that hold every place within ``km`` kilometres of a place, sorted, with few beyond it.

    Errors as ``cell_of``; BAD_ARGUMENT for a distance that is not positive or needs more than 100 rings.
    """
    disk = disk_cells(cell_of(lat, lon, resolution), rings_for_km(resolution, km))
    centers = np.array([cell_center(cell) for cell in disk])
    reach_km = km * 1.005 + _LARGEST_CIRCUMRADIUS_KM[resolution]
    near = haversine_kms(centers, [(lon, lat)]) <= reach_km
    return [cell for cell, kept in zip(disk, near.tolist(), strict=True) if kept]


def measure_cells(resolution: int) -> tuple[float, float]:
    """Smallest inradius and largest circumradius in km of the cells of the service area, measured one by one (slow)."""
    west, south, east, north = crs.SERVICE_AREA
    margin_lon, margin_lat = degrees_around(north, 20.0)
    corners = [(south - margin_lat, west - margin_lon), (south - margin_lat, east + margin_lon)]
    corners += [(north + margin_lat, east + margin_lon), (north + margin_lat, west - margin_lon)]
    cells = h3.polygon_to_cells(h3.LatLngPoly(corners), resolution)
    radii = np.array([_radii_km(cell) for cell in cells])
    return float(radii[:, 0].min()), float(radii[:, 1].max())


def _radii_km(cell: int) -> tuple[float, float]:
    center = h3.cell_to_latlng(cell)
    corners = np.array(h3.cell_to_boundary(cell))
    # On a flat map around the center: a cell is small, and the two cosines differ by less than 0.2 %.
    flat = (corners - center) * (math.radians(1.0) * EARTH_RADIUS_KM) * (1.0, math.cos(math.radians(center[0])))
    ring = shapely.LinearRing(flat)
    return float(ring.distance(shapely.Point(0.0, 0.0))), float(np.hypot(flat[:, 0], flat[:, 1]).max())


def _check_resolution(resolution: int) -> int:
    if resolution not in _SMALLEST_INRADIUS_KM:
        raise GeoError(Code.BAD_ARGUMENT, "Cells are used at resolutions 5, 6 and 7.")
    return resolution


def _check_served(pairs: crs.Floats) -> None:
    if bool(crs.inside(pairs, crs.SERVICE_AREA).all()):
        return
    if bool(crs.looks_swapped(pairs).any()):
        raise GeoError(Code.SWAPPED, "Longitude and latitude look swapped.")
    raise GeoError(Code.OUTSIDE_SERVICE_AREA, "A place lies outside the service area.")


def _cell(cell: int) -> int:
    if not (0 < cell < 2**63 and h3.is_valid_cell(cell)):
        raise GeoError(Code.BAD_ARGUMENT, "This is not a cell.")
    return cell


def _ring(ring: int) -> int:
    if not 0 <= ring <= MAX_RINGS:
        raise GeoError(Code.BAD_ARGUMENT, "Rings are counted from 0 to 100.")
    return ring


def _km(km: float) -> float:
    if not (math.isfinite(km) and km > 0):
        raise GeoError(Code.BAD_ARGUMENT, "A distance must be positive.")
    return km
