"""The only file with EPSG codes: longitude, latitude to metres and back, always asserted finite.

Metres are those of UTM zone 35 north. Along the Romanian border with Ukraine a length is wrong by -0.04 to
+0.15 %, in the far west of the service area by up to +0.45 %; areas by twice that.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import Code, GeoError

if TYPE_CHECKING:
    import geopandas

WGS84 = 4326
METRIC = 32635

LonLat: TypeAlias = tuple[float, float]
Floats: TypeAlias = NDArray[np.float64]

# Longitude and latitude ranges do not meet, so swapped coordinates are always recognized.
SERVICE_AREA = (20.0, 43.4, 31.5, 49.6)
# Past this box the projection bends lengths by more than 1 %.
PROJECTION_AREA = (16.0, 40.0, 38.0, 56.0)


def to_metric(lonlat: Floats) -> Floats:
    """Eastings and northings in metres, (n, 2), of longitudes and latitudes in degrees, (n, 2).

    Raises NOT_FINITE for nan or inf and OUTSIDE_PROJECTION for places where metres would be wrong by over 1 %.
    """
    points = as_points(lonlat)
    if not bool(inside(points, PROJECTION_AREA).all()):
        raise GeoError(Code.OUTSIDE_PROJECTION, "A place lies too far away to be measured in metres here.")
    return _transform(_transformers()[0], points)


def to_lonlat(metric: Floats) -> Floats:
    """Longitudes and latitudes in degrees, (n, 2), of eastings and northings in metres, (n, 2)."""
    return _transform(_transformers()[1], as_points(metric))


def project(geometry: BaseGeometry) -> BaseGeometry:
    """The same geometry in metres. Errors as ``to_metric``."""
    return _map_coordinates(geometry, to_metric)


def unproject(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry in metres brought back to longitude, latitude."""
    return _map_coordinates(geometry, to_lonlat)


def project_all(geometries: NDArray[Any]) -> NDArray[Any]:
    """An object array of geometries in metres, same shape and order. Errors as ``to_metric``."""
    projected: NDArray[Any] = shapely.transform(geometries, to_metric)
    return projected


def as_points(values: object) -> Floats:
    """A finite float array of shape (n, 2); raises BAD_ARGUMENT for another shape, NOT_FINITE for nan or inf."""
    points = as_pairs(values)
    if not bool(np.isfinite(points).all()):
        raise GeoError(Code.NOT_FINITE, "A coordinate is not a finite number.")
    return points


def as_pairs(values: object) -> Floats:
    """A float array of shape (n, 2) that may hold nan or inf; raises BAD_ARGUMENT for anything else."""
    try:
        pairs = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise GeoError(Code.BAD_ARGUMENT, "Coordinates must be numbers.") from error
    if pairs.size == 0:
        return pairs.reshape(0, 2)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise GeoError(Code.BAD_ARGUMENT, "Coordinates must have the shape (n, 2): longitude, latitude.")
    return pairs


def inside(points: Floats, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Which points, (n, 2), lie in a box (west, south, east, north); its edge is inside, nan is not."""
    west, south, east, north = box
    lon, lat = points[:, 0], points[:, 1]
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def looks_swapped(points: Floats) -> NDArray[np.bool_]:
    """Which points, (n, 2), lie in the service area only when longitude and latitude change places."""
    return inside(points[:, ::-1], SERVICE_AREA)


def require_crs(frame: "geopandas.GeoDataFrame") -> None:
    """Raises CRS_MISSING or CRS_MISMATCH unless a GeoDataFrame is declared to be WGS 84 longitude, latitude."""
    if frame.crs is None:
        raise GeoError(Code.CRS_MISSING, "The table does not say its coordinate reference system.")
    if not pyproj.CRS.from_user_input(frame.crs).equals(pyproj.CRS.from_epsg(WGS84), ignore_axis_order=True):
        raise GeoError(Code.CRS_MISMATCH, "The table must be in WGS 84 longitude, latitude.", {"crs": str(frame.crs)})


@lru_cache(maxsize=1)
def _transformers() -> tuple[pyproj.Transformer, pyproj.Transformer]:
    return (
        pyproj.Transformer.from_crs(WGS84, METRIC, always_xy=True),
        pyproj.Transformer.from_crs(METRIC, WGS84, always_xy=True),
    )


def _transform(transformer: pyproj.Transformer, points: Floats) -> Floats:
    x, y = transformer.transform(points[:, 0], points[:, 1])
    return as_points(np.column_stack((x, y)))


def _map_coordinates(geometry: BaseGeometry, function: Any) -> BaseGeometry:
    mapped: BaseGeometry = shapely.transform(geometry, function)
    return mapped
