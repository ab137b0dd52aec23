"""A sheet holds the places it is made for, keeps their shape, and draws what lies on it and no more."""

import re

import pytest
import shapely

from geo import sketch

SIRET, SUCEAVA, TULCEA = (26.06667, 47.95), (26.25, 47.63333), (28.80501, 45.1787)


@pytest.mark.parametrize("places", [[SIRET], [SIRET, SUCEAVA], [SIRET, SUCEAVA, TULCEA]])
def test_every_place_lies_on_the_sheet_with_room_around(places: list[tuple[float, float]]) -> None:
    on = sketch.sheet(places)
    for x, y in map(on.at, places):
        assert 0.08 * on.width < x < 0.92 * on.width
        assert 0.08 * on.height < y < 0.92 * on.height
    assert on.height <= 1.11 * on.width


def test_north_is_up_east_is_right_and_a_kilometre_is_as_long_both_ways() -> None:
    on = sketch.sheet([SIRET, TULCEA])
    (x1, y1), (x2, y2) = on.at(SIRET), on.at(TULCEA)
    assert x1 < x2
    assert y1 < y2
    middle = (27.4, 46.5)
    east, north = (27.4 + 0.5 / 0.6884, 46.5), (27.4, 47.0)
    (x, y), (across, _), (_, up) = on.at(middle), on.at(east), on.at(north)
    assert across - x == pytest.approx(y - up, rel=0.02)


def test_a_shape_is_cut_at_the_edge_of_the_sheet() -> None:
    on = sketch.sheet([SIRET])
    world = shapely.box(-170, -80, 170, 80)
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", on.path(world))]
    for drawn, side in ((numbers[::2], on.width), (numbers[1::2], on.height)):
        assert (min(drawn), max(drawn)) == pytest.approx((-0.03 * side, 1.03 * side), abs=0.2)
    assert on.path(shapely.box(0, 0, 1, 1)) == ""


def test_rings_are_closed_lines_are_not_and_every_part_is_drawn() -> None:
    on = sketch.sheet([SIRET])
    holed = shapely.Polygon(
        shapely.box(26.0, 47.9, 26.2, 48.0).exterior, [shapely.box(26.05, 47.92, 26.1, 47.95).exterior]
    )
    assert on.path(holed).count("Z") == on.path(holed).count("M") == 2
    two = shapely.MultiLineString([[SIRET, SUCEAVA], [(26.0, 47.9), (26.1, 47.9)]])
    assert (on.path(two).count("M"), on.path(two).count("Z")) == (2, 0)
