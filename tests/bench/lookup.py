"""Zone lookup against a plain GeoPandas join and against one point at a time."""

import time
from collections.abc import Callable
from typing import Any

import geopandas
import numpy as np
import shapely

from geo.crs import SERVICE_AREA
from geo.fixtures import read_geography
from geo.zones import ZoneIndex

POINTS, ONE_BY_ONE = 300_000, 3_000
ROUNDS = 3


def zone_lookup() -> dict[str, float]:
    """Points a second of ``ZoneIndex.zones_of`` and how many times faster it is; all three agree."""
    zones = read_geography().zones
    codes, outlines = [z.code for z in zones], [z.outline for z in zones]
    points = _points(outlines)
    index = ZoneIndex(codes, outlines)
    ours_s, ours = _best(lambda: index.zones_of(points))
    sjoin_s, joined = _best(lambda: _sjoin(points, codes, outlines))
    single_s, single = _best(lambda: _one_by_one(points[:ONE_BY_ONE], codes, outlines))
    assert list(ours) == list(joined)
    assert list(ours[:ONE_BY_ONE]) == list(single)
    return {
        "points": len(points),
        "zones": len(codes),
        "points_per_s": len(points) / ours_s,
        "times_sjoin": sjoin_s / ours_s,
        "times_one_by_one": (single_s / ONE_BY_ONE) / (ours_s / len(points)),
    }


def _points(outlines: list[shapely.Geometry]) -> np.ndarray:
    """Half of them anywhere in the service area, half close to a zone; mixed."""
    random = np.random.default_rng(1)
    west, south, east, north = SERVICE_AREA
    far = random.uniform((west, south), (east, north), (POINTS // 2, 2))
    middles = np.array([(o.centroid.x, o.centroid.y) for o in outlines])
    near = middles[random.integers(0, len(middles), POINTS // 2)] + random.normal(0, 0.004, (POINTS // 2, 2))
    return random.permutation(np.vstack([far, near]))


def _best(call: Callable[[], Any]) -> tuple[float, Any]:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - started)
    return min(times), result


def _sjoin(points: np.ndarray, codes: list[str], outlines: list[shapely.Geometry]) -> list[str | None]:
    """What a data scientist writes first."""
    left = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(points[:, 0], points[:, 1]), crs=4326)
    right = geopandas.GeoDataFrame({"code": codes}, geometry=outlines, crs=4326)
    joined = geopandas.sjoin(left, right, predicate="intersects", how="left")
    first = joined[~joined.index.duplicated(keep="first")]
    return [code if isinstance(code, str) else None for code in first["code"]]


def _one_by_one(points: np.ndarray, codes: list[str], outlines: list[shapely.Geometry]) -> list[str | None]:
    """What a loop over points and zones costs."""
    found: list[str | None] = []
    for lon, lat in points:
        point = shapely.Point(lon, lat)
        found.append(next((code for code, o in zip(codes, outlines, strict=True) if o.covers(point)), None))
    return found
