"""The real geography: everything loads through the door and fits together."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from geo import crs, fixtures
from geo.corridors import Border
from geo.errors import Code, GeoError
from geo.zones import ZoneIndex

GEOGRAPHY = fixtures.read_geography()
COUNTIES = {county.code: county for county in GEOGRAPHY.counties}
TOWNS = {town.code: town for town in GEOGRAPHY.towns}
UKRAINIAN_BORDER = Border([border.line for border in GEOGRAPHY.borders if border.border == "RO-UA"])
# The source draws București too large: this town of Ilfov lies in its outline.
DRAWN_INTO_BUCHAREST = {"otopeni"}


def metres_outside(county: str, shape: Any) -> float:
    """How far the furthest point of a shape lies beyond an outline."""
    outline, drawn = crs.project(COUNTIES[county].outline), crs.project(shape)
    return max(outline.distance(point) for point in shapely.points(shapely.get_coordinates(drawn)))


def named() -> Iterable[Any]:
    """Every record that has names."""
    return (*GEOGRAPHY.counties, *GEOGRAPHY.crossings, *GEOGRAPHY.towns, *GEOGRAPHY.zones)


def test_there_are_41_counties_bucharest_and_four_oblasts() -> None:
    codes = [county.code for county in GEOGRAPHY.counties]
    romanian = [code for code in codes if code.startswith("RO-")]
    assert (len(romanian), len(set(codes)), len(codes)) == (42, 46, 46)
    assert set(codes) - set(romanian) == {"UA-21", "UA-26", "UA-77", "UA-51"}
    pcodes = {county.code: county.ocha_pcode for county in GEOGRAPHY.counties if county.ocha_pcode}
    assert pcodes == {"UA-21": "UA21", "UA-26": "UA26", "UA-77": "UA73", "UA-51": "UA51"}


def test_the_romanian_outlines_fit_together_without_gap_or_overlap() -> None:
    outlines = np.array([county.outline for county in GEOGRAPHY.counties if county.country == "RO"], dtype=object)
    assert shapely.coverage_is_valid(outlines)
    country = shapely.union_all(outlines)
    assert country.geom_type == "Polygon"
    assert not country.interiors
    assert crs.project(country).area / 1e6 == pytest.approx(238_397, rel=0.01)


def test_oblasts_do_not_reach_into_romania() -> None:
    romania = shapely.union_all([county.outline for county in GEOGRAPHY.counties if county.country == "RO"])
    for county in GEOGRAPHY.counties:
        if county.country == "UA":
            assert crs.project(county.outline).intersection(crs.project(romania)).area / 1e6 < 0.1


@pytest.mark.parametrize("county", GEOGRAPHY.counties, ids=lambda county: county.code)
def test_a_county_seat_lies_in_its_county_and_in_no_other(county: fixtures.County) -> None:
    seat = TOWNS[county.seat]
    assert (seat.kind, seat.county) == ("county_seat", county.code)
    assert [c.code for c in GEOGRAPHY.counties if c.outline.covers(shapely.Point(seat.point))] == [county.code]


@pytest.mark.parametrize("town", GEOGRAPHY.towns, ids=lambda town: town.code)
def test_a_town_lies_in_its_county_or_in_none(town: fixtures.Town) -> None:
    point = shapely.Point(town.point)
    if town.county is None:
        assert not any(county.outline.covers(point) for county in GEOGRAPHY.counties)
    elif town.code not in DRAWN_INTO_BUCHAREST:
        assert COUNTIES[town.county].country == town.country
        assert metres_outside(town.county, point) < 1_000


def test_the_six_crossings_are_there() -> None:
    codes = [crossing.code for crossing in GEOGRAPHY.crossings]
    assert codes == ["siret", "vicovu-de-sus", "racovat", "sighet", "halmeu", "isaccea"]


@pytest.mark.parametrize("crossing", GEOGRAPHY.crossings, ids=lambda crossing: crossing.code)
def test_each_post_stands_on_its_side_and_within_3_km_of_the_border(crossing: fixtures.Crossing) -> None:
    assert COUNTIES[crossing.county].outline.covers(shapely.Point(crossing.post_ro))
    assert COUNTIES[crossing.oblast].outline.covers(shapely.Point(crossing.post_ua))
    between = shapely.LineString([crossing.post_ro, crossing.post_ua])
    assert any(border.line.intersects(between) for border in GEOGRAPHY.borders if border.border == "RO-UA")
    assert (UKRAINIAN_BORDER.distances_m([crossing.post_ro, crossing.post_ua]) < 3_000).all()


def test_the_border_lies_on_the_edge_of_the_counties() -> None:
    romania = shapely.union_all([county.outline for county in GEOGRAPHY.counties if county.country == "RO"])
    edge = Border([romania.boundary])
    for border in GEOGRAPHY.borders:
        assert edge.distances_m(shapely.get_coordinates(border.line)).max() < 500
    lengths_km = {border.code: crs.project(border.line).length / 1_000 for border in GEOGRAPHY.borders}
    # The official lengths follow every bend: 362 km by land, 681 km along the Prut.
    assert lengths_km["RO-UA-1"] == pytest.approx(362, rel=0.1)
    assert 400 < lengths_km["RO-MD-1"] < 681


def test_there_are_zones_at_each_crossing_and_at_the_known_hubs() -> None:
    crossings = {zone.crossing for zone in GEOGRAPHY.zones if zone.crossing}
    assert crossings == {crossing.code for crossing in GEOGRAPHY.crossings}
    hubs = {
        "siret-camp",
        "sighet",
        "isaccea",
        "halmeu",
        "suceava",
        "husi",
        "tulcea",
        "baia-mare",
        "bucuresti-gara-de-nord",
    }
    assert hubs < {zone.code for zone in GEOGRAPHY.zones if zone.kind == "hub"}


def test_no_two_zones_overlap() -> None:
    index = ZoneIndex([zone.code for zone in GEOGRAPHY.zones], [zone.outline for zone in GEOGRAPHY.zones])
    assert index.overlapping_pairs() == ()


@pytest.mark.parametrize("zone", GEOGRAPHY.zones, ids=lambda zone: zone.code)
def test_a_zone_lies_in_its_county_near_its_town_and_is_of_walking_size(zone: fixtures.ZoneShape) -> None:
    assert COUNTIES[zone.county].country == "RO"
    assert TOWNS[zone.town].county == zone.county or zone.crossing == "racovat"
    assert metres_outside(zone.county, zone.outline) < 1_000
    outline = crs.project(zone.outline)
    assert 200 <= 2 * shapely.minimum_bounding_radius(outline) <= 800
    assert len(zone.outline.exterior.coords) > 4
    reach_km = 20 if zone.crossing else 5
    assert outline.distance(crs.project(shapely.Point(TOWNS[zone.town].point))) / 1_000 < reach_km


def test_a_crossing_zone_holds_its_romanian_post_and_stays_on_its_side() -> None:
    posts = {crossing.code: crossing.post_ro for crossing in GEOGRAPHY.crossings}
    for zone in GEOGRAPHY.zones:
        if zone.crossing:
            assert zone.outline.covers(shapely.Point(posts[zone.crossing]))
            assert COUNTIES[zone.county].outline.covers(zone.outline)


def test_every_name_is_there_in_four_languages() -> None:
    for record in named():
        for field in fields(record.names):
            name = getattr(record.names, field.name)
            assert name == name.strip() != ""
            assert not set(name) & set("şţŞŢ"), "Romanian has a comma below, not a cedilla"
        assert set("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя") & set(record.names.uk.lower())
        assert not set(record.names.uk.lower()) & set("ыэёъ")
        assert not set(record.names.ru.lower()) & set("іїєґ")
        assert record.names.ro.lower()[0].isascii() or record.names.ro[0] in "ȘȚÂÎĂ"


def test_codes_are_short_slugs() -> None:
    for code in [record.code for record in named() if record not in GEOGRAPHY.counties]:
        assert code.replace("-", "").isalnum()
        assert code == code.lower()
        assert code.isascii()
        assert len(code) <= 32


def test_every_file_says_where_it_comes_from() -> None:
    assert set(GEOGRAPHY.sources) == set(fixtures.FILES)
    for source in GEOGRAPHY.sources.values():
        assert source.source
        assert source.license
        assert source.retrieved.year >= 2022
    assert "illustrative" in GEOGRAPHY.sources["zones"].note.lower()


def test_reading_twice_gives_the_same_digest() -> None:
    assert fixtures.read_geography().digest == GEOGRAPHY.digest


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files that a test may spoil."""
    for name in fixtures.FILES:
        shutil.copy(fixtures.FOLDER / f"{name}.geojson", tmp_path)
    return tmp_path


def spoil(folder: Path, name: str, change: dict[str, Any], feature: int = 0) -> None:
    """Changes properties of one feature of a file."""
    path = folder / f"{name}.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][feature]["properties"] |= change
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("zones", {"town": "nowhere"}),
        ("zones", {"kind": "camp"}),
        ("zones", {"name_uk": " "}),
        ("zones", {"capacity": "201"}),
        ("zones", {"code": "suceava"}),
        ("towns", {"county": "RO-XX"}),
        ("counties", {"seat": "nowhere"}),
        ("crossings", {"oblast": "UA-00"}),
        ("crossings", {"sources_agreeing": None}),
    ],
)
def test_a_spoiled_file_is_refused_with_the_record_and_the_key(copy: Path, name: str, change: dict[str, Any]) -> None:
    spoil(copy, name, change)
    with pytest.raises(GeoError) as refusal:
        fixtures.read_geography(copy)
    assert refusal.value.code is Code.BAD_FIXTURE
    assert refusal.value.detail["file"] == name
    assert refusal.value.detail["key"] in change


def test_a_changed_file_changes_the_digest(copy: Path) -> None:
    spoil(copy, "zones", {"capacity_note": "changed"})
    assert fixtures.read_geography(copy).digest != GEOGRAPHY.digest


def test_a_file_without_a_source_is_refused(copy: Path) -> None:
    path = copy / "border.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["metadata"]
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(GeoError) as refusal:
        fixtures.read_geography(copy)
    assert refusal.value.code is Code.BAD_FIXTURE
