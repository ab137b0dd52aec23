"""The door for geometry: GeoJSON in as shapely, shapely out as GeoJSON, every refusal a GeoError with its code.

Coordinates are longitude, latitude in WGS 84 degrees (RFC 7946), two numbers each. An invalid shape is refused
with the reason and never repaired: repairing a hostile ring of 400 points was measured at 39 s. WKT, WKB, file paths
and GeometryCollections are never read: nested collections crash GEOS, paths make network calls.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geo import coordinates, crs, strictjson
from geo.coordinates import DEPTH
from geo.errors import Code, GeoError

ANY_TYPE = frozenset(DEPTH)
POINT = frozenset({"Point"})
AREA = coordinates.AREA

_WKT = re.compile(r"\s*(SRID=\d+;\s*)?(MULTI)?(POINT|LINE|POLYGON|GEOMETRYC|CIRCULARS|CURVE|SURFACE)", re.IGNORECASE)
_HEX = re.compile(r"\s*0[01][0-9a-f]{8,}\s*\Z", re.IGNORECASE)
_PATH = re.compile(r"\s*(/|\\\\|[a-z]:\\|[a-z][a-z0-9+.-]*://|\.\.?/)", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """How much one caller may send. The defaults are for anything from outside."""

    max_bytes: int = 64 * 1024
    max_vertices: int = 2_000
    max_area_km2: float = 500.0
    max_features: int = 100


CLIENT = Limits()
# For the reference files that ship with the code.
REFERENCE = Limits(max_bytes=8 * 1024 * 1024, max_vertices=20_000, max_area_km2=60_000.0, max_features=5_000)


@dataclass(frozen=True)
class Feature:
    """A checked GeoJSON feature: its geometry, its properties as they came, its id if it had one."""

    geometry: BaseGeometry
    properties: dict[str, Any] = field(default_factory=dict)
    id: str | int | None = None


def parse_geometry(text: str | bytes, *, allow: Collection[str] = ANY_TYPE, limits: Limits = CLIENT) -> BaseGeometry:
    """The geometry in a GeoJSON text. Errors: those of ``strictjson.loads`` and of ``check_geometry``."""
    return check_geometry(_parse(text, limits), allow=allow, limits=limits)


def parse_feature(text: str | bytes, *, allow: Collection[str] = ANY_TYPE, limits: Limits = CLIENT) -> Feature:
    """The feature in a GeoJSON text. Errors: those of ``strictjson.loads`` and of ``check_geometry``."""
    return check_feature(_parse(text, limits), allow=allow, limits=limits)


def parse_features(text: str | bytes, *, allow: Collection[str] = ANY_TYPE, limits: Limits = CLIENT) -> list[Feature]:
    """The features of a FeatureCollection text, in order. Errors as ``parse_feature``, and TOO_MANY_FEATURES."""
    return check_features(_parse(text, limits), allow=allow, limits=limits)


def check_geometry(value: object, *, allow: Collection[str] = ANY_TYPE, limits: Limits = CLIENT) -> BaseGeometry:
    """The shapely geometry of a parsed GeoJSON object, checked in full, orientation as it came.

    Every position lies in the service area (its edge is inside), rings are closed, polygons valid, at most
    ``limits.max_vertices`` positions and ``limits.max_area_km2``. Raises GeoError; ``detail["path"]`` says where.
    """
    document = _object(value)
    kind = _kind(document, allow)
    _members(document, {"type", "coordinates", "bbox"})
    if "coordinates" not in document:
        raise GeoError(Code.MISSING_MEMBER, "A geometry needs coordinates.", {"member": "coordinates"})
    return _build(kind, coordinates.read(kind, document["coordinates"], limits.max_vertices), limits)


def check_feature(value: object, *, allow: Collection[str] = ANY_TYPE, limits: Limits = CLIENT) -> Feature:
    """A checked feature of a parsed GeoJSON object; a feature without geometry or properties object is refused."""
    document = _object(value)
    _expect(document, "Feature")
    _members(document, {"type", "geometry", "properties", "id", "bbox"})
    if document.get("geometry") is None:
        raise GeoError(Code.MISSING_MEMBER, "A feature needs a geometry.", {"member": "geometry"})
    properties = document.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise GeoError(Code.NOT_GEOJSON, "The properties of a feature must be an object.")
    geometry = check_geometry(document["geometry"], allow=allow, limits=limits)
    return Feature(geometry, dict(properties or {}), _feature_id(document.get("id")))


def check_features(value: object, *, allow: Collection[str] = ANY_TYPE, limits: Limits = CLIENT) -> list[Feature]:
    """The checked features of a parsed FeatureCollection, in order; ``detail["feature"]`` counts from 0."""
    document = _object(value)
    _expect(document, "FeatureCollection")
    _members(document, {"type", "features", "bbox"})
    features = document.get("features")
    if not isinstance(features, list):
        raise GeoError(Code.MISSING_MEMBER, "A collection needs a list of features.", {"member": "features"})
    if len(features) > limits.max_features:
        raise GeoError(Code.TOO_MANY_FEATURES, "Too many features.", {"limit": limits.max_features})
    return [_numbered(index, feature, allow, limits) for index, feature in enumerate(features)]


def check_point(lon: object, lat: object) -> shapely.Point:
    """A point of the service area from two numbers; the errors of ``check_geometry``."""
    point: shapely.Point = check_geometry({"type": "Point", "coordinates": [lon, lat]}, allow=POINT)
    return point


def write_geometry(geometry: BaseGeometry, *, decimals: int = 7) -> dict[str, Any]:
    """A GeoJSON geometry with outer rings counterclockwise and positions rounded (7 decimals are 1 cm).

    Refuses what the door would not take back: empty, 3D, invalid after rounding, collections.
    """
    kind = geometry.geom_type
    if kind not in DEPTH:
        raise GeoError(Code.TYPE_NOT_ALLOWED, "This type of geometry is not written.", {"type": kind})
    if geometry.is_empty:
        raise GeoError(Code.EMPTY, "The geometry is empty.")
    if geometry.has_z:
        raise GeoError(Code.NOT_TWO_DIMENSIONAL, "Positions must have two numbers.")
    rounded = shapely.transform(shapely.orient_polygons(geometry), lambda xy: np.round(crs.as_points(xy), decimals))
    _check_valid(rounded)
    written = mapping(rounded)
    return {"type": written["type"], "coordinates": _lists(written["coordinates"])}


def write_feature(
    geometry: BaseGeometry, properties: Mapping[str, Any], *, id: str | int | None = None, decimals: int = 7
) -> dict[str, Any]:
    """A GeoJSON feature. Errors as ``write_geometry``."""
    feature: dict[str, Any] = {"type": "Feature"}
    if id is not None:
        feature["id"] = id
    return feature | {"properties": dict(properties), "geometry": write_geometry(geometry, decimals=decimals)}


def write_features(features: Sequence[Mapping[str, Any]], **members: Any) -> dict[str, Any]:
    """A FeatureCollection of written features, with foreign members such as ``metadata`` before them."""
    return {"type": "FeatureCollection", **members, "features": list(features)}


def dumps(document: Mapping[str, Any]) -> str:
    """A GeoJSON object as compact text; NaN is refused."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _parse(text: str | bytes, limits: Limits) -> Any:
    try:
        return strictjson.loads(text, max_bytes=limits.max_bytes)
    except GeoError as error:
        if error.code is Code.NOT_JSON or error.code is Code.NOT_UTF8:
            _refuse_text(text, otherwise=error)
        raise


def _refuse_text(text: str | bytes, *, otherwise: GeoError | None = None) -> NoReturn:
    """Says what a text that is not GeoJSON looks like; it is never opened or parsed as that."""
    looks_like = _looks_like(text)
    if looks_like == "unknown" and otherwise is not None:
        raise otherwise
    raise GeoError(Code.NOT_GEOJSON, "Send a GeoJSON object.", {"looks_like": looks_like})


def _looks_like(text: str | bytes) -> str:
    if isinstance(text, bytes) and text[:1] in (b"\x00", b"\x01"):
        return "wkb"
    head = text[:200].decode("latin-1") if isinstance(text, bytes) else text[:200]
    for name, pattern in (("wkt", _WKT), ("wkb", _HEX), ("path", _PATH)):
        if pattern.match(head):
            return name
    return "unknown"


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, str | bytes):
        _refuse_text(value)
    if not isinstance(value, dict):
        raise GeoError(Code.NOT_GEOJSON, "Send a GeoJSON object.", {"looks_like": type(value).__name__})
    if "crs" in value:
        raise GeoError(Code.CRS_MEMBER, "GeoJSON is always WGS 84; a crs member is not taken.")
    return value


def _kind(document: dict[str, Any], allow: Collection[str]) -> str:
    kind = document.get("type")
    if kind is None:
        raise GeoError(Code.MISSING_MEMBER, "The object has no type.", {"member": "type"})
    if kind == "GeometryCollection":
        raise GeoError(Code.GEOMETRY_COLLECTION, "Geometry collections are not taken.")
    if kind in ("Feature", "FeatureCollection"):
        raise GeoError(Code.TYPE_NOT_ALLOWED, "Send the geometry itself.", {"type": kind})
    if not isinstance(kind, str) or kind not in DEPTH:
        raise GeoError(Code.UNKNOWN_TYPE, "This type of geometry is not known.")
    if kind not in allow:
        raise GeoError(Code.TYPE_NOT_ALLOWED, "This type is not taken here.", {"type": kind, "allowed": sorted(allow)})
    return kind


def _expect(document: dict[str, Any], kind: str) -> None:
    if "type" not in document:
        raise GeoError(Code.MISSING_MEMBER, "The object has no type.", {"member": "type"})
    if document["type"] != kind:
        raise GeoError(Code.TYPE_NOT_ALLOWED, f"Send a {kind}.", {"allowed": [kind]})


def _members(document: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(document) - known)
    if unknown:
        raise GeoError(Code.UNKNOWN_MEMBER, "The object has members that are not known.", {"members": unknown[:5]})


def _numbered(index: int, feature: object, allow: Collection[str], limits: Limits) -> Feature:
    try:
        return check_feature(feature, allow=allow, limits=limits)
    except GeoError as error:
        raise GeoError(error.code, error.message, error.detail | {"feature": index}) from error


def _feature_id(value: object) -> str | int | None:
    if value is None or isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise GeoError(Code.NOT_GEOJSON, "The id of a feature must be a text or a whole number.")


def _build(kind: str, positions: Any, limits: Limits) -> BaseGeometry:
    geometry: BaseGeometry = shape({"type": kind, "coordinates": positions})
    _check_valid(geometry)
    area_km2 = crs.project(geometry).area / 1e6 if kind in AREA else 0.0
    if area_km2 > limits.max_area_km2:
        detail = {"area_km2": round(area_km2, 1), "limit_km2": limits.max_area_km2}
        raise GeoError(Code.TOO_LARGE, "The area is too large.", detail)
    return geometry


def _check_valid(geometry: BaseGeometry) -> None:
    if not geometry.is_valid:
        reason = str(shapely.is_valid_reason(geometry))
        raise GeoError(Code.INVALID_GEOMETRY, f"The shape is not valid: {reason}.", {"reason": reason})


def _lists(value: Any) -> Any:
    return [_lists(part) for part in value] if isinstance(value, list | tuple) else float(value)
