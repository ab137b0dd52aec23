"""Zones by place: squares checked by eye, arrays equal to single places, the edge inside, the unknown never outside."""

import subprocess
import sys
from collections.abc import Callable

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo import crs
from geo.errors import Code, GeoError
from geo.zones import UNKNOWN, Nearest, ZoneIndex, assign_zones
from tests.geo.shapes import ACROSS, BESIDE, CONCAVE, EAST, WEST, near_places, places

INDEX = ZoneIndex(["west", "east", "concave"], [WEST, EAST, CONCAVE])
NAN = float("nan")
INF = float("inf")
GEOD = Geod(ellps="WGS84")
UNKNOWN_PLACES = [(NAN, 47.0), (26.0, NAN), (INF, 47.0), (26.0, -INF), (200.0, 47.0), (26.0, 91.0), (47.05, 26.05)]


def refusal_of(call: Callable[[], object]) -> Code:
    """The code of the refusal that a call must end in."""
    with pytest.raises(GeoError) as refusal:
        call()
    return refusal.value.code


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ((26.05, 47.05), "west"),
        ((26.25, 47.05), "east"),
        ((26.15, 47.05), None),
        ((26.25, 47.28), "concave"),
        ((26.10, 47.28), None),
        ((30.5, 50.4), None),
        ((13.4, 52.5), None),
    ],
)
def test_a_place_is_in_the_zone_that_one_sees_it_in(place: tuple[float, float], zone: str | None) -> None:
    assert INDEX.zone_of(place) == zone


@pytest.mark.parametrize("place", [(26.0, 47.0), (26.1, 47.05), (26.05, 47.1), (26.1, 47.1), (26.0, 47.033)])
def test_the_edge_and_the_corners_of_a_zone_are_inside(place: tuple[float, float]) -> None:
    assert INDEX.zone_of(place) == "west"
    assert INDEX.zones_of([place] * 20).tolist() == ["west"] * 20


def test_where_zones_overlap_the_first_wins() -> None:
    assert ZoneIndex(["a", "b"], [WEST, ACROSS]).zone_of((26.07, 47.05)) == "a"
    assert ZoneIndex(["b", "a"], [ACROSS, WEST]).zone_of((26.07, 47.05)) == "b"


@given(st.lists(near_places, max_size=30))
def test_many_places_get_what_each_gets_alone_and_what_shapely_says(found: list[tuple[float, float]]) -> None:
    together = INDEX.zones_of(found)
    assert together.tolist() == [INDEX.zone_of(place) for place in found]
    shapes = dict(zip(INDEX.ids, (WEST, EAST, CONCAVE), strict=True))
    covering = [[id_ for id_, shape in shapes.items() if shape.covers(shapely.Point(place))] for place in found]
    assert together.tolist() == [ids[0] if ids else None for ids in covering]


@given(st.lists(near_places, min_size=1, max_size=20), st.floats(1.0, 30_000.0))
def test_many_nearest_zones_are_those_of_each_alone(found: list[tuple[float, float]], limit_m: float) -> None:
    ids, distances = INDEX.nearest_zones(found, limit_m)
    for place, id_, distance in zip(found, ids, distances, strict=True):
        assert INDEX.nearest_zone(place, limit_m) == (None if id_ is None else Nearest(id_, float(distance)))
        assert (id_ is None) == (distance == INF)


@pytest.mark.parametrize("place", UNKNOWN_PLACES)
def test_an_unknown_place_raises_and_is_never_outside(place: tuple[float, float]) -> None:
    allowed = {Code.NOT_FINITE, Code.UNKNOWN_PLACE, Code.SWAPPED}
    assert refusal_of(lambda: INDEX.zone_of(place)) in allowed
    assert refusal_of(lambda: INDEX.zones_of([(26.05, 47.05), place])) in allowed
    assert refusal_of(lambda: INDEX.nearest_zone(place, 1_000.0)) in allowed


@pytest.mark.parametrize("place", UNKNOWN_PLACES)
def test_an_unknown_place_is_marked_when_asked_and_the_others_are_answered(place: tuple[float, float]) -> None:
    found = [(26.05, 47.05), place, (26.15, 47.05)]
    assert INDEX.zones_of(found, unknown="mark").tolist() == ["west", UNKNOWN, None]
    ids, distances = INDEX.nearest_zones(found, 10.0, unknown="mark")
    assert ids.tolist() == ["west", UNKNOWN, None]
    assert distances[0] == 0.0
    assert np.isnan(distances[1])
    assert distances[2] == INF


def test_unknown_is_neither_true_nor_false() -> None:
    assert refusal_of(lambda: bool(UNKNOWN)) is Code.UNKNOWN_PLACE


def test_no_places_get_no_answers() -> None:
    assert INDEX.zones_of([]).shape == (0,)
    assert INDEX.zones_of(np.empty((0, 2))).shape == (0,)
    assert INDEX.nearest_zones([], 10.0)[1].shape == (0,)


def test_places_of_another_shape_are_refused() -> None:
    for wrong in ([26.0, 47.0], [[26.0, 47.0, 1.0]], [["a", "b"]]):
        assert refusal_of(lambda wrong=wrong: INDEX.zones_of(wrong)) is Code.BAD_ARGUMENT  # type: ignore[misc]


def test_an_index_without_zones_answers_outside() -> None:
    empty = ZoneIndex([], [])
    assert empty.zone_of((26.05, 47.05)) is None
    assert empty.nearest_zone((26.05, 47.05), 1_000.0) is None
    assert empty.overlaps(WEST) == ()


def test_inside_and_on_the_edge_the_distance_is_nothing() -> None:
    assert INDEX.nearest_zone((26.05, 47.05), 1.0) == Nearest("west", 0.0)
    assert INDEX.nearest_zone((26.1, 47.1), 1.0) == Nearest("west", 0.0)


def test_a_distance_is_that_of_the_geodesic_to_the_edge() -> None:
    *_, metres = GEOD.inv(26.12, 47.05, 26.1, 47.05)
    nearest = INDEX.nearest_zone((26.12, 47.05), 5_000.0)
    assert nearest is not None
    assert nearest.id == "west"
    assert nearest.distance_m == pytest.approx(metres, rel=0.001)


def test_the_limit_itself_is_near_enough_and_a_millimetre_less_is_not() -> None:
    nearest = INDEX.nearest_zone((26.12, 47.05), 5_000.0)
    assert nearest is not None
    assert INDEX.nearest_zone((26.12, 47.05), nearest.distance_m) == nearest
    assert INDEX.nearest_zone((26.12, 47.05), nearest.distance_m - 0.001) is None


@pytest.mark.parametrize("limit_m", [0.0, -1.0, NAN, INF, 300_001.0])
def test_a_limit_that_is_none_is_refused(limit_m: float) -> None:
    assert refusal_of(lambda: INDEX.nearest_zone((26.0, 47.0), limit_m)) is Code.BAD_ARGUMENT


@given(places, places)
def test_metres_are_those_of_the_geodesic_to_half_a_percent(a: tuple[float, float], b: tuple[float, float]) -> None:
    *_, metres = GEOD.inv(*a, *b)
    first, second = crs.to_metric(np.array([a, b]))
    assert float(np.hypot(*(first - second))) == pytest.approx(metres, rel=0.005, abs=0.01)


def test_overlaps_are_measured_and_touching_is_not_overlapping() -> None:
    (shared,) = INDEX.overlaps(ACROSS)
    area_m2, _ = GEOD.geometry_area_perimeter(shapely.box(26.05, 47.0, 26.1, 47.1))
    assert shared.id == "west"
    assert shared.area_m2 == pytest.approx(abs(area_m2), rel=0.003)
    assert INDEX.overlaps(BESIDE) == ()


def test_pairs_that_overlap_are_each_named_once() -> None:
    assert INDEX.overlapping_pairs() == ()
    index = ZoneIndex(["west", "across", "beside", "same"], [WEST, ACROSS, BESIDE, WEST])
    assert set(index.overlapping_pairs()) == {
        ("west", "across"),
        ("west", "same"),
        ("across", "beside"),
        ("across", "same"),
    }


def test_zones_that_are_not_zones_are_refused() -> None:
    bow_tie = shapely.Polygon([(26.0, 47.0), (26.1, 47.1), (26.1, 47.0), (26.0, 47.1)])
    cases = [
        (["a"], [], Code.BAD_ARGUMENT),
        (["a", "a"], [WEST, EAST], Code.DUPLICATE_ID),
        ([None], [WEST], Code.DUPLICATE_ID),
        (["a"], [shapely.Point(26.0, 47.0)], Code.TYPE_NOT_ALLOWED),
        (["a"], [shapely.Polygon()], Code.TYPE_NOT_ALLOWED),
        (["a"], [bow_tie], Code.INVALID_GEOMETRY),
        (["a"], [shapely.box(47.0, 26.0, 47.1, 26.1)], Code.OUTSIDE_SERVICE_AREA),
    ]
    for ids, shapes, code in cases:
        assert refusal_of(lambda ids=ids, shapes=shapes: ZoneIndex(ids, shapes)) is code  # type: ignore[misc]


def frame_of(found: list[object], crs_: object = crs.WGS84) -> geopandas.GeoDataFrame:
    """A table of points with an index of its own and one more column."""
    index = pd.Index([f"row {n}" for n in range(len(found))])
    return geopandas.GeoDataFrame({"people": range(len(found))}, geometry=found, crs=crs_, index=index)


def test_a_table_gets_a_column_of_zones_and_stays_as_it_was() -> None:
    frame = frame_of([shapely.Point(26.05, 47.05), shapely.Point(26.15, 47.05), None, shapely.Point()])
    assigned = assign_zones(frame, INDEX)
    assert assigned["zone"].tolist() == ["west", None, UNKNOWN, UNKNOWN]
    assert assigned.index.equals(frame.index)
    assert list(frame.columns) == ["people", "geometry"]


def test_a_table_in_another_reference_system_is_refused_and_not_answered_with_nothing() -> None:
    frame = frame_of([shapely.Point(26.05, 47.05)])
    assert refusal_of(lambda: assign_zones(frame.to_crs(crs.METRIC), INDEX)) is Code.CRS_MISMATCH
    assert refusal_of(lambda: assign_zones(frame_of([shapely.Point(26.05, 47.05)], None), INDEX)) is Code.CRS_MISSING


def test_a_table_of_other_shapes_or_with_the_column_is_refused() -> None:
    assert refusal_of(lambda: assign_zones(frame_of([WEST]), INDEX)) is Code.TYPE_NOT_ALLOWED
    frame = frame_of([shapely.Point(26.05, 47.05)])
    assert refusal_of(lambda: assign_zones(frame, INDEX, column="people")) is Code.BAD_ARGUMENT


def test_a_table_agrees_with_a_spatial_join() -> None:
    """The plain GeoPandas join that the index replaces."""
    generator = np.random.default_rng(7)
    pairs = generator.uniform((25.95, 46.95), (26.35, 47.35), (500, 2))
    frame = frame_of(list(shapely.points(pairs)))
    zones = geopandas.GeoDataFrame({"zone": list(INDEX.ids)}, geometry=[WEST, EAST, CONCAVE], crs=crs.WGS84)
    joined = frame.sjoin(zones, how="left", predicate="intersects")["zone"]
    ours = assign_zones(frame, INDEX)["zone"]
    assert ours.where(ours.notna(), None).tolist() == joined.where(joined.notna(), None).tolist()


def test_zones_are_imported_without_geopandas() -> None:
    """A worker starts in a tenth of the time."""
    code = (
        "import sys, geo.zones, geo.geojson, geo.fixtures; sys.exit(bool({'geopandas', 'django'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
