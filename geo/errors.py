"""The one error of this package: a stable code, a sentence for developers, and what was wrong where."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

Detail: TypeAlias = str | int | float | bool | list[str] | None


class Code(StrEnum):
    """Every refusal of this package. The values are part of the public contract: never rename one."""

    # Text that never becomes a document.
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_DEEP = "too_deep"
    DUPLICATE_KEY = "duplicate_key"
    NUMBER_TOO_LARGE = "number_too_large"
    LONE_SURROGATE = "lone_surrogate"
    NUL_CHARACTER = "nul_character"
    # A document that is not the GeoJSON we take.
    NOT_GEOJSON = "not_geojson"
    UNKNOWN_TYPE = "unknown_type"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    GEOMETRY_COLLECTION = "geometry_collection"
    CRS_MEMBER = "crs_member"
    UNKNOWN_MEMBER = "unknown_member"
    MISSING_MEMBER = "missing_member"
    # Coordinates.
    BAD_COORDINATES = "bad_coordinates"
    NOT_A_NUMBER = "not_a_number"
    NOT_FINITE = "not_finite"
    NOT_TWO_DIMENSIONAL = "not_two_dimensional"
    SWAPPED = "swapped_lon_lat"
    OUTSIDE_SERVICE_AREA = "outside_service_area"
    OUTSIDE_PROJECTION = "outside_projection"
    # Shapes.
    EMPTY = "empty_geometry"
    TOO_FEW_POINTS = "too_few_points"
    TOO_MANY_VERTICES = "too_many_vertices"
    TOO_MANY_FEATURES = "too_many_features"
    TOO_LARGE = "too_large"
    UNCLOSED_RING = "unclosed_ring"
    INVALID_GEOMETRY = "invalid_geometry"
    # Wrong use by our own code or by a caller's argument.
    CRS_MISMATCH = "crs_mismatch"
    CRS_MISSING = "crs_missing"
    BAD_ARGUMENT = "bad_argument"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_PLACE = "unknown_place"
    BAD_FIXTURE = "bad_fixture"


class GeoError(ValueError):
    """A refused geometry or place: ``code`` is stable, ``detail`` is JSON-ready and holds no one's coordinates."""

    def __init__(self, code: Code, message: str, detail: Mapping[str, Detail] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail: dict[str, Detail] = dict(detail or {})

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
