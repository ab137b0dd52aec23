"""Cells: what others see instead of a place, and disks that leave nothing near unseen."""

from itertools import pairwise

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo import crs, privacy
from geo.errors import Code, GeoError
from tests.geo.shapes import places

GEOD = Geod(ellps="WGS84")
SIRET = (26.0667, 47.95)
resolutions = st.sampled_from([5, 6, 7])


@given(places, resolutions)
def test_a_place_lies_in_its_cell_and_the_cell_fits_a_signed_column(
    place: tuple[float, float], resolution: int
) -> None:
    lon, lat = place
    cell = privacy.cell_of(lat, lon, resolution)
    assert 0 < cell < 2**63
    assert privacy.cell_polygon(cell).buffer(1e-6).covers(shapely.Point(place))
    assert h3.int_to_str(cell) == h3.latlng_to_cell(lat, lon, resolution)


@given(st.lists(places, max_size=10), resolutions)
def test_many_cells_are_those_of_each_alone(found: list[tuple[float, float]], resolution: int) -> None:
    cells = privacy.cells_of(found, resolution)
    assert cells.dtype == np.int64
    assert cells.tolist() == [privacy.cell_of(lat, lon, resolution) for lon, lat in found]


@given(st.floats(-0.001, 0.001), st.floats(-0.001, 0.001))
def test_reading_a_place_again_tells_nothing_more(lon: float, lat: float) -> None:
    """All places of a cell give one answer: there is nothing to average."""
    center_lon, center_lat = privacy.cell_center(privacy.cell_of(SIRET[1], SIRET[0]))
    assert privacy.cell_of(center_lat + lat, center_lon + lon) == privacy.cell_of(SIRET[1], SIRET[0])


def test_the_center_of_a_cell_lies_in_it_and_its_parent_holds_it() -> None:
    cell = privacy.cell_of(SIRET[1], SIRET[0])
    lon, lat = privacy.cell_center(cell)
    assert privacy.cell_of(lat, lon) == cell
    assert privacy.parent_cell(cell, 5) == privacy.cell_of(lat, lon, 5)
    assert privacy.cell_polygon(cell).is_valid


@pytest.mark.parametrize("resolution", [5, 6, 7])
def test_the_measures_of_the_cells_are_measured(resolution: int) -> None:
    """A guess here would stop a search before it has seen everything."""
    inradius_km, circumradius_km = privacy.measure_cells(resolution)
    assert privacy.smallest_inradius_km(resolution) <= inradius_km < privacy.smallest_inradius_km(resolution) * 1.01
    largest_km = privacy.largest_circumradius_km(resolution)
    assert circumradius_km <= largest_km < circumradius_km * 1.01


@given(places, st.floats(0.1, 60.0), st.floats(0.0, 360.0), st.floats(0.0, 1.0))
@settings(deadline=None)
def test_every_place_within_the_distance_lies_in_a_cell_within_it(
    place: tuple[float, float], km: float, azimuth: float, share: float
) -> None:
    lon, lat, _ = GEOD.fwd(*place, azimuth, km * share * 1_000)
    if not crs.inside(np.array([(lon, lat)]), crs.SERVICE_AREA).all():
        return
    assert privacy.cell_of(lat, lon, 5) in privacy.cells_within(place[1], place[0], km)


@given(places, st.floats(0.1, 60.0))
@settings(deadline=None)
def test_few_cells_beyond_the_distance_are_searched(place: tuple[float, float], km: float) -> None:
    cells = [crs.project(privacy.cell_polygon(cell)) for cell in privacy.cells_within(place[1], place[0], km)]
    here = crs.project(shapely.Point(place))
    assert max(cell.distance(here) for cell in cells) / 1_000 <= km * 1.01 + 4.0


def test_disks_hold_their_rings() -> None:
    cell = privacy.cell_of(SIRET[1], SIRET[0], 5)
    disks = [privacy.disk_cells(cell, rings) for rings in range(4)]
    assert [len(disk) for disk in disks] == [1, 7, 19, 37]
    assert all(disk == sorted(disk) for disk in disks)
    assert all(set(smaller) < set(larger) for smaller, larger in pairwise(disks))


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (float("nan"), 26.0, Code.NOT_FINITE),
        (26.0, 47.95, Code.SWAPPED),
        (52.5, 13.4, Code.OUTSIDE_SERVICE_AREA),
    ],
)
def test_an_unknown_place_has_no_cell(lat: float, lon: float, code: Code) -> None:
    with pytest.raises(GeoError) as refusal:
        privacy.cell_of(lat, lon)
    assert refusal.value.code is code


def test_wrong_arguments_are_refused() -> None:
    cell = privacy.cell_of(SIRET[1], SIRET[0])
    calls = [
        lambda: privacy.cell_of(47.0, 26.0, 9),
        lambda: privacy.cell_center(0),
        lambda: privacy.cell_center(-1),
        lambda: privacy.cell_center(2**70),
        lambda: privacy.disk_cells(cell, -1),
        lambda: privacy.disk_cells(cell, 101),
        lambda: privacy.parent_cell(cell, 8),
        lambda: privacy.rings_for_km(5, float("nan")),
        lambda: privacy.cells_within(47.0, 26.0, 0.0),
        lambda: privacy.cells_within(47.0, 26.0, 5_000.0),
    ]
    for call in calls:
        with pytest.raises(GeoError) as refusal:
            call()
        assert refusal.value.code is Code.BAD_ARGUMENT
