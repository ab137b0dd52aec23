"""Metres and degrees: there and back, always finite, never too far away."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import crs
from geo.errors import Code, GeoError
from tests.geo.shapes import WEST, places


@given(st.lists(places, min_size=1, max_size=20))
def test_there_and_back_is_the_same_place(found: list[tuple[float, float]]) -> None:
    points = np.array(found)
    assert np.allclose(crs.to_lonlat(crs.to_metric(points)), points, atol=1e-9)


def test_many_places_are_projected_as_each_alone() -> None:
    points = np.array([(26.06, 47.98), (20.0, 43.4), (31.5, 49.6)])
    assert np.array_equal(crs.to_metric(points), np.vstack([crs.to_metric(row[None, :]) for row in points]))


def test_the_middle_of_the_zone_is_at_half_a_million_metres() -> None:
    assert crs.to_metric(np.array([(27.0, 45.0)]))[0, 0] == pytest.approx(500_000.0, abs=0.001)


@pytest.mark.parametrize("place", [(float("nan"), 47.0), (26.0, float("inf"))])
def test_a_place_that_is_not_finite_is_never_projected(place: tuple[float, float]) -> None:
    with pytest.raises(GeoError) as refusal:
        crs.to_metric(np.array([place]))
    assert refusal.value.code is Code.NOT_FINITE


@pytest.mark.parametrize("place", [(117.0, 47.0), (26.0, 89.0), (47.0, 26.0)])
def test_a_place_too_far_to_measure_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(GeoError) as refusal:
        crs.project(shapely.Point(place))
    assert refusal.value.code is Code.OUTSIDE_PROJECTION


def test_a_shape_keeps_its_form() -> None:
    assert crs.unproject(crs.project(WEST)).hausdorff_distance(WEST) < 1e-9


def test_ranges_of_longitude_and_latitude_do_not_meet() -> None:
    """Only so is a swapped place always recognized."""
    west, south, east, _ = crs.SERVICE_AREA
    assert west < east < south
