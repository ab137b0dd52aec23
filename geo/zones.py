"""Which zone a place is in, which is nearest, which overlap: a tree of zone outlines in memory, arrays in and out.

Places are longitude, latitude. A place on the edge of a zone is inside it (``covers``). A place that cannot be known
(nan, inf, off the globe, longitude and latitude swapped) is never "outside": it raises, or is marked UNKNOWN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.crs import Floats, LonLat
from geo.errors import Code, GeoError

if TYPE_CHECKING:
    import geopandas

MAX_LIMIT_M = 300_000.0
# Up to here the tree is faster than the sweep.
FEW = 16
# Two outlines drawn along the same road share slivers, not ground.
OVERLAP_TOLERANCE_M2 = 1.0

_GLOBE = (-180.0, -90.0, 180.0, 90.0)


class Unknown(Enum):
    """The type of UNKNOWN: the answer for a place that cannot be known, neither a zone nor "outside"."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise GeoError(Code.UNKNOWN_PLACE, "An unknown place is neither inside nor outside: compare with UNKNOWN.")


UNKNOWN: Final = Unknown.UNKNOWN
OnUnknown: TypeAlias = Literal["raise", "mark"]
ZoneId: TypeAlias = Any


@dataclass(frozen=True)
class Nearest:
    """A zone and how far its edge is; 0.0 inside and on the edge."""

    id: ZoneId
    distance_m: float


@dataclass(frozen=True)
class Overlap:
    """A zone and how much ground it shares."""

    id: ZoneId
    area_m2: float


class ZoneIndex:
    """Zones by place. Build it once for a version of the zones, share it between threads, replace it when they change.

    ``ids`` are unique and hashable (codes, UUIDs), ``geometries`` are valid polygons in longitude, latitude, same
    order. Where zones overlap, the first in this order wins.
    """

    def __init__(self, ids: Sequence[ZoneId], geometries: Sequence[BaseGeometry]) -> None:
        _check_zones(ids, geometries)
        self._ids = tuple(ids)
        self._id_array = np.empty(len(ids), dtype=object)
        self._id_array[:] = ids
        self._shapes = np.array(geometries, dtype=object)
        self._metric = crs.project_all(self._shapes)
        self._bounds = shapely.bounds(self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._metric_tree = shapely.STRtree(self._metric)
        shapely.prepare(self._shapes)

    @property
    def ids(self) -> tuple[ZoneId, ...]:
        """The ids, in the order given."""
        return self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def zone_of(self, point: LonLat) -> ZoneId | None:
        """The id of the zone that covers a place, or None outside every zone. Raises for a place not known."""
        return self.zones_of([point])[0]

    def zones_of(self, points: object, *, unknown: OnUnknown = "raise") -> NDArray[Any]:
        """The id or None for each of (n, 2) places, an object array (n,).

        A place not known raises NOT_FINITE, SWAPPED or UNKNOWN_PLACE, or is UNKNOWN with ``unknown="mark"``.
        """
        pairs, known = _known(points, unknown)
        found = np.full(len(pairs), None, dtype=object)
        found[~known] = UNKNOWN
        position = self._positions(pairs[known])
        inside = position >= 0
        found[np.flatnonzero(known)[inside]] = self._id_array[position[inside]]
        return found

    def nearest_zone(self, point: LonLat, limit_m: float) -> Nearest | None:
        """The nearest zone whose edge is at most ``limit_m`` metres away, or None. Raises for a place not known."""
        ids, distances_m = self.nearest_zones([point], limit_m)
        return None if ids[0] is None else Nearest(ids[0], float(distances_m[0]))

    def nearest_zones(
        self, points: object, limit_m: float, *, unknown: OnUnknown = "raise"
    ) -> tuple[NDArray[Any], Floats]:
        """Ids (n,) and distances in metres (n,) of the nearest zones of (n, 2) places.

        Inside and on the edge the distance is 0. Beyond ``limit_m`` (at most 300 km) the id is None, the distance inf.
        A place not known raises, or with ``unknown="mark"`` has UNKNOWN and nan. Of equally near zones the first wins.
        """
        if not 0 < limit_m <= MAX_LIMIT_M:
            raise GeoError(Code.BAD_ARGUMENT, "The limit must be more than 0 and at most 300 km.")
        pairs, known = _known(points, unknown)
        ids = np.full(len(pairs), None, dtype=object)
        distances = np.full(len(pairs), np.inf)
        ids[~known], distances[~known] = UNKNOWN, np.nan
        # Zones lie in the service area: what lies off the projection is hundreds of kilometres from all of them.
        rows = np.flatnonzero(known & crs.inside(pairs, crs.PROJECTION_AREA))
        position, distance = self._nearest(pairs[rows], limit_m)
        near = position >= 0
        ids[rows[near]], distances[rows[near]] = self._id_array[position[near]], distance[near]
        return ids, distances

    def overlaps(self, geometry: BaseGeometry) -> tuple[Overlap, ...]:
        """The zones that share ground with a polygon in longitude, latitude, in order; touching is not sharing."""
        metric = crs.project(geometry)
        candidates = np.sort(self._metric_tree.query(metric, predicate="intersects"))
        shared = [(self._ids[i], float(shapely.intersection(metric, self._metric[i]).area)) for i in candidates]
        return tuple(Overlap(id_, area) for id_, area in shared if area > OVERLAP_TOLERANCE_M2)

    def overlapping_pairs(self) -> tuple[tuple[ZoneId, ZoneId], ...]:
        """The pairs of zones of this index that share ground, each once, in order."""
        first, second = self._metric_tree.query(self._metric, predicate="intersects")
        pairs = sorted({(int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b})
        return tuple((self._ids[a], self._ids[b]) for a, b in pairs if self._shared(a, b) > OVERLAP_TOLERANCE_M2)

    def _shared(self, a: int, b: int) -> float:
        return float(shapely.intersection(self._metric[a], self._metric[b]).area)

    def _positions(self, pairs: Floats) -> NDArray[np.intp]:
        """The first zone covering each place, -1 for none."""
        row, zone = self._in_boxes(pairs) if len(self) and len(pairs) > FEW else self._tree.query(shapely.points(pairs))
        # Those were boxes; the prepared outline decides, and for a point "intersects" is "covers".
        hit = shapely.intersects_xy(self._shapes[zone], pairs[row, 0], pairs[row, 1])
        return _first(len(pairs), len(self), row[hit], zone[hit])

    def _in_boxes(self, pairs: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows and zones whose boxes hold them, by one sweep over the longitudes: no geometry is made of a place."""
        order = np.argsort(pairs[:, 0])
        lons = pairs[order, 0]
        west, south, east, north = self._bounds.T
        starts, ends = np.searchsorted(lons, west, "left"), np.searchsorted(lons, east, "right")
        rows = [order[start:end] for start, end in zip(starts, ends, strict=True)]
        lats = [pairs[row, 1] for row in rows]
        held = [row[(lat >= s) & (lat <= n)] for row, lat, s, n in zip(rows, lats, south, north, strict=True)]
        return np.concatenate(held), np.repeat(np.arange(len(self)), [len(row) for row in held])

    def _nearest(self, pairs: Floats, limit_m: float) -> tuple[NDArray[np.intp], Floats]:
        """The nearest zone of each place within the limit, -1 for none, and its distance in metres."""
        inside = self._positions(pairs)
        points = shapely.points(crs.to_metric(pairs))
        (row, zone), distance = self._metric_tree.query_nearest(points, max_distance=limit_m, return_distance=True)
        position = _first(len(pairs), len(self), row, zone)
        distances = np.full(len(pairs), np.inf)
        distances[row] = distance
        covered = inside >= 0
        position[covered], distances[covered] = inside[covered], 0.0
        return position, distances


def assign_zones(
    frame: "geopandas.GeoDataFrame", index: ZoneIndex, *, column: str = "zone"
) -> "geopandas.GeoDataFrame":
    """A copy of a table of points with one more column: the zone id, None outside, UNKNOWN where there is no place.

    Raises CRS_MISSING, CRS_MISMATCH, TYPE_NOT_ALLOWED for geometries that are not points, BAD_ARGUMENT if the column
    exists. Rows, order and index stay as they are; a missing or empty point is UNKNOWN, never "outside".
    """
    crs.require_crs(frame)
    if column in frame.columns:
        raise GeoError(Code.BAD_ARGUMENT, f"The table already has a column {column}.")
    geometries = np.asarray(frame.geometry.array)
    present = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    if not bool((shapely.get_type_id(geometries[present]) == shapely.GeometryType.POINT).all()):
        raise GeoError(Code.TYPE_NOT_ALLOWED, "Only points can be assigned to zones.")
    pairs = np.full((len(frame), 2), np.nan)
    pairs[present] = shapely.get_coordinates(geometries[present])
    assigned = frame.copy()
    assigned[column] = index.zones_of(pairs, unknown="mark")
    return assigned


def _check_zones(ids: Sequence[ZoneId], geometries: Sequence[BaseGeometry]) -> None:
    if len(ids) != len(geometries):
        raise GeoError(Code.BAD_ARGUMENT, "There must be one id for each geometry.")
    if len(set(ids)) != len(ids) or any(id_ is None for id_ in ids):
        raise GeoError(Code.DUPLICATE_ID, "Every zone needs an id of its own.")
    for geometry in geometries:
        if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
            raise GeoError(Code.TYPE_NOT_ALLOWED, "A zone is a polygon.", {"type": geometry.geom_type})
        if not geometry.is_valid:
            raise GeoError(Code.INVALID_GEOMETRY, "A zone is not valid.")
        if not bool(crs.inside(shapely.get_coordinates(geometry), crs.SERVICE_AREA).all()):
            raise GeoError(Code.OUTSIDE_SERVICE_AREA, "A zone lies outside the service area.")


def _known(points: object, unknown: OnUnknown) -> tuple[Floats, NDArray[np.bool_]]:
    """The places as (n, 2) and which of them can be known; raises for the others unless they are to be marked."""
    pairs = crs.as_pairs(points)
    finite = np.isfinite(pairs).all(axis=1)
    swapped = crs.looks_swapped(pairs)
    known = finite & crs.inside(pairs, _GLOBE) & ~swapped
    if unknown == "mark" or bool(known.all()):
        return pairs, known
    if not bool(finite.all()):
        raise GeoError(Code.NOT_FINITE, "A place has a coordinate that is not a finite number.")
    if bool(swapped.any()):
        raise GeoError(Code.SWAPPED, "Longitude comes first, then latitude: they look swapped.")
    raise GeoError(Code.UNKNOWN_PLACE, "A place is not on the globe.")


def _first(rows: int, zones: int, row: NDArray[np.intp], zone: NDArray[np.intp]) -> NDArray[np.intp]:
    """The lowest zone found for each of ``rows`` rows, -1 where none was."""
    best = np.full(rows, zones, dtype=np.intp)
    np.minimum.at(best, row, zone)
    best[best == zones] = -1
    return best
