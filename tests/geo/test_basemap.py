"""The basemap: small, clipped, valid, and in four languages."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from geo import crs, fixtures

FOLDER = Path(__file__).parents[2] / "registry/static/registry/basemap"
LAYERS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.geojson"))}
# Natural Earth draws Crimea as Russian: it must stay out of view.
CRIMEA = shapely.box(32.4, 44.3, 36.7, 46.2)


def features(layer: str) -> list[dict[str, Any]]:
    """The features of one layer."""
    found: list[dict[str, Any]] = LAYERS[layer]["features"]
    return found


def named(layer: str, code: str) -> Any:
    """The geometry of one feature."""
    return shape(next(f["geometry"] for f in features(layer) if f["properties"]["code"] == code))


def test_the_layers_are_there_and_light() -> None:
    assert set(LAYERS) == {"countries", "counties", "water", "towns"}
    raw = [path.read_bytes() for path in FOLDER.glob("*.geojson")]
    assert sum(map(len, raw)) < 250_000
    assert sum(len(gzip.compress(text, mtime=0)) for text in raw) < 60_000


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_every_shape_is_valid_and_inside_the_clip(layer: str) -> None:
    assert LAYERS[layer]["metadata"]["license"]
    for feature in features(layer):
        geometry = shape(feature["geometry"])
        assert geometry.is_valid
        assert not geometry.is_empty
        assert shapely.box(*crs.SERVICE_AREA).covers(geometry)
        assert not geometry.intersects(CRIMEA)


def test_countries_do_not_overlap_and_carry_four_names() -> None:
    assert {f["properties"]["code"] for f in features("countries")} == {"RO", "UA", "MD", "BG", "RS", "HU", "SK", "PL"}
    shapes = [crs.project(shape(f["geometry"])) for f in features("countries")]
    overlap_m2 = sum(a.intersection(b).area for n, a in enumerate(shapes) for b in shapes[:n])
    assert overlap_m2 / 1e6 < 1.0
    for feature in (*features("countries"), *features("water"), *features("towns")):
        assert all(feature["properties"][f"name_{language}"] for language in ("ro", "uk", "en", "ru"))


def test_snake_island_is_ukrainian() -> None:
    assert named("countries", "UA").covers(shapely.Point(30.204, 45.255))
    assert not named("water", "black_sea").contains(shapely.Point(30.204, 45.255))


def test_capitals_and_the_sea_are_where_they_are() -> None:
    assert named("countries", "RO").covers(shapely.Point(26.1, 44.43))
    assert named("countries", "MD").covers(shapely.Point(28.85, 47.01))
    assert named("countries", "UA").covers(shapely.Point(25.93, 48.29))
    assert named("water", "black_sea").covers(shapely.Point(29.5, 44.2))


def test_each_post_is_drawn_on_its_side() -> None:
    for crossing in fixtures.read_geography().crossings:
        assert named("countries", "RO").covers(shapely.Point(crossing.post_ro))
        assert named("countries", "UA").covers(shapely.Point(crossing.post_ua))


def test_the_danube_passes_the_river_towns() -> None:
    danube = crs.project(named("water", "danube"))
    towns = {town.code: town.point for town in fixtures.read_geography().towns}
    for code in ("drobeta-turnu-severin", "giurgiu", "calarasi", "braila", "galati", "isaccea"):
        assert danube.distance(crs.project(shapely.Point(towns[code]))) < 8_000, code


def test_the_main_towns_are_marked() -> None:
    main = {f["properties"]["code"] for f in features("towns") if f["properties"]["main"]}
    assert {"siret", "suceava", "bucuresti", "chisinau", "isaccea", "sighetu-marmatiei", "halmeu"} <= main
    assert 20 < len(main) < 80
