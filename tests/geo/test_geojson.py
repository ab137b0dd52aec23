"""The door: each refusal once, nothing repaired, and what goes out comes in again."""

import contextlib
import json
import time
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import geojson
from geo.errors import Code, GeoError
from tests.geo.shapes import WEST, places

SQUARE = [[[26.0, 47.0], [26.1, 47.0], [26.1, 47.1], [26.0, 47.1], [26.0, 47.0]]]
BOW_TIE = [[[26.0, 47.0], [26.1, 47.1], [26.1, 47.0], [26.0, 47.1], [26.0, 47.0]]]


def polygon(coordinates: Any) -> dict[str, Any]:
    """A polygon object."""
    return {"type": "Polygon", "coordinates": coordinates}


def point(*numbers: Any) -> dict[str, Any]:
    """A point object."""
    return {"type": "Point", "coordinates": list(numbers)}


def ring_of(vertices: int) -> list[list[list[float]]]:
    """A small round ring of that many positions."""
    angles = np.linspace(0, 2 * np.pi, vertices)
    ring = np.column_stack((26 + 0.01 * np.cos(angles), 47 + 0.01 * np.sin(angles))).tolist()
    return [[*ring[:-1], ring[0]]]


REFUSED: list[tuple[object, Code]] = [
    ("POINT (26 47)", Code.NOT_GEOJSON),
    (b"\x01\x01\x00\x00\x00", Code.NOT_GEOJSON),
    ("/vsicurl/example", Code.NOT_GEOJSON),
    (None, Code.NOT_GEOJSON),
    ([26.0, 47.0], Code.NOT_GEOJSON),
    ({"coordinates": [26.0, 47.0]}, Code.MISSING_MEMBER),
    ({"type": "Point"}, Code.MISSING_MEMBER),
    ({"type": "GeometryCollection", "geometries": [point(26.0, 47.0)]}, Code.GEOMETRY_COLLECTION),
    (
        {"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]},
        Code.GEOMETRY_COLLECTION,
    ),
    ({"type": "Feature", "geometry": point(26.0, 47.0), "properties": {}}, Code.TYPE_NOT_ALLOWED),
    ({"type": "CircularString", "coordinates": []}, Code.UNKNOWN_TYPE),
    ({"type": ["Point"], "coordinates": []}, Code.UNKNOWN_TYPE),
    (point(26.0, 47.0) | {"crs": {"type": "name"}}, Code.CRS_MEMBER),
    (point(26.0, 47.0) | {"srid": 1}, Code.UNKNOWN_MEMBER),
    (point(True, 47.0), Code.NOT_A_NUMBER),
    (point("26.0", "47.0"), Code.NOT_A_NUMBER),
    (point(None, 47.0), Code.NOT_A_NUMBER),
    (point(float("nan"), 47.0), Code.NOT_FINITE),
    (point(26.0, float("inf")), Code.NOT_FINITE),
    (point(10**400, 47.0), Code.NUMBER_TOO_LARGE),
    (point(26.0, 47.0, 300.0), Code.NOT_TWO_DIMENSIONAL),
    (point(26.0), Code.NOT_TWO_DIMENSIONAL),
    (point(), Code.EMPTY),
    ({"type": "Point", "coordinates": "26,47"}, Code.BAD_COORDINATES),
    (point([26.0, 47.0], [26.0, 47.0]), Code.BAD_COORDINATES),
    (polygon([[26.0, 47.0], [26.1, 47.0], [26.1, 47.1], [26.0, 47.0]]), Code.BAD_COORDINATES),
    (point(47.98, 26.06), Code.SWAPPED),
    (polygon([[[lat, lon] for lon, lat in SQUARE[0]]]), Code.SWAPPED),
    (point(0.0, 0.0), Code.OUTSIDE_SERVICE_AREA),
    (point(34.1, 44.95), Code.OUTSIDE_SERVICE_AREA),
    (point(2_900_000.0, 5_900_000.0), Code.OUTSIDE_SERVICE_AREA),
    (polygon([]), Code.EMPTY),
    (polygon([[]]), Code.EMPTY),
    ({"type": "MultiPolygon", "coordinates": []}, Code.EMPTY),
    ({"type": "LineString", "coordinates": [[26.0, 47.0]]}, Code.TOO_FEW_POINTS),
    (polygon([[[26.0, 47.0], [26.1, 47.0], [26.0, 47.0]]]), Code.TOO_FEW_POINTS),
    (polygon([SQUARE[0][:-1]]), Code.UNCLOSED_RING),
    (polygon(ring_of(2_001)), Code.TOO_MANY_VERTICES),
    (polygon([[[24.0, 45.0], [25.0, 45.0], [25.0, 46.0], [24.0, 46.0], [24.0, 45.0]]]), Code.TOO_LARGE),
    (polygon(BOW_TIE), Code.INVALID_GEOMETRY),
    (polygon([[[26.0, 47.0], [26.1, 47.0], [26.0, 47.0], [26.0, 47.0]]]), Code.INVALID_GEOMETRY),
    ({"type": "MultiPolygon", "coordinates": [SQUARE, SQUARE]}, Code.INVALID_GEOMETRY),
    ({"type": "LineString", "coordinates": [[26.0, 47.0], [26.0, 47.0]]}, Code.INVALID_GEOMETRY),
]


@pytest.mark.parametrize(("value", "code"), REFUSED)
def test_a_geometry_that_is_not_taken_is_refused_with_its_code(value: object, code: Code) -> None:
    with pytest.raises(GeoError) as refusal:
        geojson.check_geometry(value)
    assert refusal.value.code is code
    json.dumps(refusal.value.detail)


def test_every_refusal_of_shapes_is_shown_once() -> None:
    """A code that no test provokes is a code that nobody can rely on."""
    elsewhere = {
        *(Code.NOT_UTF8, Code.NOT_JSON, Code.TOO_MANY_BYTES, Code.TOO_DEEP, Code.DUPLICATE_KEY, Code.LONE_SURROGATE),
        *(Code.NUL_CHARACTER, Code.TOO_MANY_FEATURES, Code.OUTSIDE_PROJECTION, Code.CRS_MISMATCH, Code.CRS_MISSING),
        *(Code.BAD_ARGUMENT, Code.DUPLICATE_ID, Code.UNKNOWN_PLACE, Code.BAD_FIXTURE),
    }
    assert {code for _, code in REFUSED} == set(Code) - elsewhere


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("SRID=4326;POINT(26 47)", "wkt"),
        ("multipolygon empty", "wkt"),
        ("0101000000000000000000F03F", "wkb"),
        (b"\x00\x00\x00\x00\x01", "wkb"),
        ("/etc/hostname", "path"),
        ("C:\\zones.shp", "path"),
        ("https://example.org/zones.geojson", "path"),
    ],
)
def test_wkt_wkb_and_paths_are_named_and_never_read(text: str | bytes, looks_like: str) -> None:
    with pytest.raises(GeoError) as refusal:
        geojson.parse_geometry(text)
    assert refusal.value.code is Code.NOT_GEOJSON
    assert refusal.value.detail == {"looks_like": looks_like}


def test_a_collection_nested_a_thousand_deep_is_refused_before_it_is_built() -> None:
    value: dict[str, Any] = {"type": "GeometryCollection", "geometries": []}
    for _ in range(1_000):
        value = {"type": "GeometryCollection", "geometries": [value]}
    with pytest.raises(GeoError) as refusal:
        geojson.check_geometry(value)
    assert refusal.value.code is Code.GEOMETRY_COLLECTION


def test_coordinates_nested_a_hundred_thousand_deep_are_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(GeoError) as refusal:
        geojson.check_geometry(polygon(nested))
    assert refusal.value.code is Code.BAD_COORDINATES


def test_a_text_over_64_kb_is_refused() -> None:
    text = json.dumps(polygon(ring_of(1_900))) + " " * 64 * 1024
    with pytest.raises(GeoError) as refusal:
        geojson.parse_geometry(text)
    assert refusal.value.code is Code.TOO_MANY_BYTES


def test_an_invalid_polygon_is_refused_with_the_reason_and_not_repaired() -> None:
    with pytest.raises(GeoError) as refusal:
        geojson.parse_geometry(json.dumps(polygon(BOW_TIE)))
    assert str(refusal.value.detail["reason"]).startswith("Self-intersection")


def test_a_hostile_ring_is_refused_in_a_moment() -> None:
    """Every edge of this star crosses hundreds of others; repairing such a ring was measured in minutes."""
    angles = np.arange(1_999) * 2 * np.pi * 800 / 1_999
    ring = np.column_stack((26 + 0.05 * np.cos(angles), 47 + 0.05 * np.sin(angles))).tolist()
    started = time.perf_counter()
    with pytest.raises(GeoError) as refusal:
        geojson.check_geometry(polygon([[*ring, ring[0]]]))
    assert refusal.value.code is Code.INVALID_GEOMETRY
    assert time.perf_counter() - started < 2.0


def test_a_place_is_never_repeated_in_a_refusal() -> None:
    for value in (point(47.98765, 26.01234), point(1.98765, 2.01234), point(26.01234, "47.98765")):
        with pytest.raises(GeoError) as refusal:
            geojson.check_geometry(value)
        assert "98765" not in f"{refusal.value} {refusal.value.detail}"


def test_the_edge_of_the_service_area_is_inside() -> None:
    for lon, lat in ((20.0, 43.4), (31.5, 49.6), (20.0, 49.6), (31.5, 43.4)):
        assert geojson.check_point(lon, lat).coords[0] == (lon, lat)


def test_whole_numbers_are_coordinates() -> None:
    assert geojson.check_point(26, 47).equals(shapely.Point(26.0, 47.0))


def test_a_type_that_is_not_asked_for_is_refused() -> None:
    with pytest.raises(GeoError) as refusal:
        geojson.check_geometry(point(26.0, 47.0), allow=geojson.AREA)
    assert refusal.value.code is Code.TYPE_NOT_ALLOWED
    assert refusal.value.detail["allowed"] == ["MultiPolygon", "Polygon"]


def test_two_thousand_vertices_and_a_hole_are_taken() -> None:
    assert geojson.check_geometry(polygon(ring_of(2_000))).is_valid
    hole = [[26.02, 47.02], [26.05, 47.02], [26.05, 47.05], [26.02, 47.02]]
    assert len(geojson.check_geometry(polygon([*SQUARE, hole])).interiors) == 1


def test_a_feature_keeps_its_properties_and_id() -> None:
    text = json.dumps({"type": "Feature", "id": "a", "properties": {"name": "Сірет"}, "geometry": polygon(SQUARE)})
    feature = geojson.parse_feature(text)
    assert (feature.id, feature.properties) == ("a", {"name": "Сірет"})
    assert feature.geometry.equals(WEST)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "Polygon"}, Code.TYPE_NOT_ALLOWED),
        ({"geometry": None}, Code.MISSING_MEMBER),
        ({"properties": []}, Code.NOT_GEOJSON),
        ({"id": True}, Code.NOT_GEOJSON),
        ({"crs": {}}, Code.CRS_MEMBER),
        ({"name": "x"}, Code.UNKNOWN_MEMBER),
    ],
)
def test_a_feature_that_is_not_one_is_refused(change: dict[str, Any], code: Code) -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": point(26.0, 47.0)}
    with pytest.raises(GeoError) as refusal:
        geojson.check_feature(feature | change)
    assert refusal.value.code is code


def test_a_refused_feature_of_a_collection_is_counted() -> None:
    good, bad = ({"type": "Feature", "properties": None, "geometry": point(lon, 47.0)} for lon in (26.0, 0.0))
    with pytest.raises(GeoError) as refusal:
        geojson.check_features({"type": "FeatureCollection", "features": [good, good, bad]})
    assert (refusal.value.code, refusal.value.detail["feature"]) == (Code.OUTSIDE_SERVICE_AREA, 2)


def test_a_collection_of_too_many_features_is_refused() -> None:
    feature = {"type": "Feature", "properties": None, "geometry": point(26.0, 47.0)}
    with pytest.raises(GeoError) as refusal:
        geojson.parse_features(json.dumps({"type": "FeatureCollection", "features": [feature] * 101}))
    assert refusal.value.code is Code.TOO_MANY_FEATURES


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (shapely.Polygon(), Code.EMPTY),
        (shapely.Point(26.0, 47.0, 1.0), Code.NOT_TWO_DIMENSIONAL),
        (shapely.GeometryCollection([WEST]), Code.TYPE_NOT_ALLOWED),
        (shapely.Polygon(BOW_TIE[0]), Code.INVALID_GEOMETRY),
        (shapely.Point(float("nan"), 47.0), Code.NOT_FINITE),
    ],
)
def test_what_the_door_would_refuse_is_not_written(geometry: Any, code: Code) -> None:
    with pytest.raises(GeoError) as refusal:
        geojson.write_geometry(geometry)
    assert refusal.value.code in {code, Code.EMPTY}


def test_a_ring_is_written_counterclockwise_whichever_way_it_came() -> None:
    clockwise = geojson.check_geometry(polygon([SQUARE[0][::-1]]))
    written = geojson.write_geometry(clockwise)
    assert shapely.LinearRing(written["coordinates"][0]).is_ccw
    assert geojson.check_geometry(written).equals(clockwise)


def test_nothing_but_finite_numbers_is_written() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        geojson.dumps({"a": float("nan")})


@given(places, st.floats(0.001, 0.05), st.integers(3, 40))
def test_what_is_written_is_taken_back_within_a_centimetre(
    place: tuple[float, float], radius: float, corners: int
) -> None:
    lon, lat = place
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = np.column_stack(
        (np.clip(lon + radius * np.cos(angles), 20, 31.5), np.clip(lat + radius * np.sin(angles), 43.4, 49.6))
    )
    drawn = shapely.Polygon(ring)
    if not drawn.is_valid or drawn.area < 1e-7:
        return
    read = geojson.parse_geometry(geojson.dumps(geojson.write_geometry(drawn)))
    assert read.hausdorff_distance(drawn) < 1e-7


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.floats(),
        st.integers(),
        st.text(max_size=5),
        st.sampled_from(sorted(geojson.ANY_TYPE)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometries", "geometry", "properties", "features"]), inner
        ),
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_value_is_a_geometry_or_a_typed_refusal(value: object) -> None:
    for check in (geojson.check_geometry, geojson.check_feature, geojson.check_features):
        with contextlib.suppress(GeoError):
            assert check(value) is not None
