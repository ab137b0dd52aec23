"""The border strip, corridors and estimates of the road, against the geodesic."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo import corridors, distance
from geo.errors import Code, GeoError
from tests.geo.shapes import places

GEOD = Geod(ellps="WGS84")
LINE = shapely.LineString([(26.0, 48.0), (26.2, 48.0)])
BORDER = corridors.Border([LINE])
SIRET, SUCEAVA, BUCHAREST = (26.0667, 47.95), (26.25, 47.6333), (26.1063, 44.4323)


def test_the_distance_to_the_border_is_that_of_the_geodesic() -> None:
    *_, metres = GEOD.inv(26.1, 48.05, 26.1, 48.0)
    assert BORDER.distance_m((26.1, 48.05)) == pytest.approx(metres, rel=0.002)
    assert BORDER.distance_m((26.0, 48.0)) == pytest.approx(0.0, abs=0.001)


@given(st.lists(places, min_size=1, max_size=20))
def test_many_distances_are_those_of_each_alone(found: list[tuple[float, float]]) -> None:
    assert BORDER.distances_m(found).tolist() == [BORDER.distance_m(place) for place in found]


@given(st.tuples(st.floats(25.8, 26.4), st.floats(47.8, 48.2)), st.floats(100.0, 20_000.0))
def test_the_strip_holds_what_is_within_its_width(place: tuple[float, float], width_m: float) -> None:
    metres = BORDER.distance_m(place)
    if abs(metres - width_m) > 0.01 * width_m:
        assert BORDER.strip(width_m).covers(shapely.Point(place)) == (metres <= width_m)
    assert BORDER.within([place], width_m).tolist() == [metres <= width_m]


def test_a_strip_of_two_lines_is_in_two_parts() -> None:
    border = corridors.Border([LINE, shapely.LineString([(28.0, 45.3), (28.5, 45.3)])])
    assert border.strip(1_000.0).geom_type == "MultiPolygon"


def test_a_corridor_is_as_wide_as_asked_on_both_sides() -> None:
    corridor = corridors.route_corridor(LINE, 2_000.0)
    north, _, _ = GEOD.fwd(26.1, 48.0, 0.0, 1_990.0)
    assert corridor.covers(shapely.Point(north, 48.0 + 1_980.0 / 111_200))
    assert not corridor.covers(shapely.Point(26.1, 48.0 + 2_020.0 / 111_200))
    assert corridor.covers(LINE)


@pytest.mark.parametrize("width_m", [0.0, -5.0, float("nan"), 100_001.0])
def test_a_width_that_is_none_is_refused(width_m: float) -> None:
    for call in (BORDER.strip, lambda width: corridors.route_corridor(LINE, width)):
        with pytest.raises(GeoError) as refusal:
            call(width_m)
        assert refusal.value.code is Code.BAD_ARGUMENT


def test_a_border_or_a_route_is_made_of_lines() -> None:
    for call in (lambda: corridors.Border([shapely.Point(26, 48)]), lambda: corridors.Border([])):
        with pytest.raises(GeoError) as refusal:
            call()
        assert refusal.value.code is Code.TYPE_NOT_ALLOWED
    with pytest.raises(GeoError):
        corridors.route_corridor(shapely.Point(26, 48), 100.0)


def test_an_unknown_place_has_no_distance() -> None:
    with pytest.raises(GeoError) as refusal:
        BORDER.distance_m((float("nan"), 48.0))
    assert refusal.value.code is Code.NOT_FINITE


@given(places, places)
def test_the_straight_line_is_that_of_the_geodesic_to_half_a_percent(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    *_, metres = GEOD.inv(*a, *b)
    assert corridors.straight_km(a, b) == pytest.approx(metres / 1_000, rel=0.005, abs=1e-4)
    assert corridors.straight_km(a, b) == pytest.approx(corridors.straight_km(b, a), abs=1e-9)


@given(places, places, places)
def test_a_detour_is_never_shorter_than_the_straight_way(
    a: tuple[float, float], via: tuple[float, float], b: tuple[float, float]
) -> None:
    assert corridors.detour_km(a, via, b) >= 0.0
    assert corridors.detour_km(a, a, b) == pytest.approx(0.0, abs=1e-9)


@given(st.lists(st.tuples(places, places), min_size=1, max_size=20))
def test_many_routes_are_those_of_each_alone(pairs: list[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    starts, ends = (np.array(side) for side in zip(*pairs, strict=True))
    assert corridors.routes_km(starts, ends).tolist() == [corridors.route_km(a, b) for a, b in pairs]
    assert corridors.routes_minutes(starts, ends).tolist() == [corridors.route_minutes(a, b) for a, b in pairs]


def test_one_start_and_many_ends() -> None:
    assert corridors.routes_km([SIRET], [SUCEAVA, BUCHAREST])[1] == corridors.route_km(SIRET, BUCHAREST)


def test_estimates_are_near_the_real_roads() -> None:
    """Road distances by DN2: Siret to Suceava 43 km, Siret to București 475 km."""
    assert corridors.route_km(SIRET, SUCEAVA) == pytest.approx(43, rel=0.2)
    assert corridors.route_km(SIRET, BUCHAREST) == pytest.approx(475, rel=0.2)
    assert corridors.route_minutes(SIRET, SUCEAVA) == pytest.approx(5 + corridors.route_km(SIRET, SUCEAVA))


@given(places, st.floats(0.1, 100.0), st.floats(0.0, 360.0))
def test_degrees_around_a_place_hold_the_kilometres(place: tuple[float, float], km: float, azimuth: float) -> None:
    lon, lat, _ = GEOD.fwd(*place, azimuth, km * 1_000)
    lon_degrees, lat_degrees = distance.degrees_around(place[1], km)
    assert abs(lon - place[0]) <= lon_degrees
    assert abs(lat - place[1]) <= lat_degrees
