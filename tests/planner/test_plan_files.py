"""Tables in files: what is read, what is refused on which line, and what stops everything."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from registry.planner import given, sheets
from registry.planner.sheets import Unusable
from tests.planner import invented_tables as invented

HOUSEHOLD = "h1,47.6,26.0,3,1.6,1,0,0,0,0,uk ru,80,2022-03-06,7"
OFFER = "o1,47.7,26.1,4,0,1,1,1,1,ro uk,3,2022-03-01,2022-04-01"


def files(folder: Path, households: list[str], offers: list[str] | None = None) -> tuple[Path, Path]:
    """Two CSV files of these lines."""
    for name, columns, lines in (
        ("households.csv", invented.HOUSEHOLDS, households),
        ("offers.csv", invented.OFFERS, [OFFER] if offers is None else offers),
    ):
        (folder / name).write_text("\n".join([",".join(columns), *lines]) + "\n", "utf-8")
    return folder / "households.csv", folder / "offers.csv"


def changed(line: str, names: list[str], **values: str) -> str:
    """The line with other values."""
    row = next(csv.DictReader([",".join(names), line])) | values
    out = StringIO()
    csv.writer(out, lineterminator="", quoting=csv.QUOTE_ALL).writerow(row.values())
    return out.getvalue()


BAD_HOUSEHOLDS = [
    ("id", "", "is not an id"),
    ("lat", "91", "from -90 to 90"),
    ("lat", "nan", "from -90 to 90"),
    ("lon", "east", "from -180 to 180"),
    ("size", "0", "whole number from 1"),
    ("size", "2.5", "whole number from 1"),
    ("size", "1_0", "whole number from 1"),
    ("urgency", "5", "neither a number from 1.0 to 2.0"),
    ("children", "2", "neither 0 nor 1"),
    ("wheelchair", "yes", "neither 0 nor 1"),
    ("languages", "uk;ru", "language codes"),
    ("max_km", "-1", "from 0 to 1,000,000"),
    ("from_date", "2022-02-30", "is not a date"),
    ("from_date", "06.03.2022", "is not a date"),
    ("nights", "0", "whole number from 1"),
]
BAD_OFFERS = [
    ("beds", "-1", "from 0 to 10,000"),
    ("women_host", "", "neither 0 nor 1"),
    ("host_points", "6", "from 0 to 5"),
    ("to_date", "2022-02-01", "is before from_date"),
]


@pytest.mark.parametrize(("column", "value", "problem"), BAD_HOUSEHOLDS)
def test_a_bad_household_is_refused_with_line_column_and_reason(tmp_path, column, value, problem):
    bad = changed(HOUSEHOLD.replace("h1", "h2"), invented.HOUSEHOLDS, **{column: value})
    found = given.from_files(*files(tmp_path, [HOUSEHOLD, bad, HOUSEHOLD.replace("h1", "h3")]))
    ((_, line, where, why),) = found.refusals()
    assert (line, where) == (3, column)
    assert problem in why
    assert found.household_ids.tolist() == ["h1", "h3"]


@pytest.mark.parametrize(("column", "value", "problem"), BAD_OFFERS)
def test_a_bad_offer_is_refused_with_line_column_and_reason(tmp_path, column, value, problem):
    bad = changed(OFFER.replace("o1", "o2"), invented.OFFERS, **{column: value})
    found = given.from_files(*files(tmp_path, [HOUSEHOLD], [bad, OFFER]))
    ((name, line, where, why),) = found.refusals()
    assert (Path(name).name, line, where) == ("offers.csv", 2, column)
    assert problem in why
    assert found.offer_ids.tolist() == ["o1"]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    quoted = changed(HOUSEHOLD.replace("h1", "h2"), invented.HOUSEHOLDS, languages="uk\nru")
    lines = [
        HOUSEHOLD,
        "",
        quoted,
        "too,few",
        HOUSEHOLD.replace("h1", "h3") + ",1",
        changed(HOUSEHOLD, invented.HOUSEHOLDS, id="h4", lat="x"),
    ]
    found = given.from_files(*files(tmp_path, lines))
    said = [(line, column, why) for _, line, column, why in found.refusals()]
    assert said == [
        (6, "", "does not have 14 cells"),
        (7, "", "does not have 14 cells"),
        (8, "lat", "is not a number from -90 to 90"),
    ]
    assert found.household_ids.tolist() == ["h1", "h2"]


@pytest.mark.parametrize(
    ("households", "sentence"),
    [
        ("", "households.csv is empty"),
        (",".join(invented.HOUSEHOLDS) + "\n", "households.csv has no rows"),
        ("id,lat\nh1,47\n", "households.csv lacks the columns lon, size"),
        ("id,id\nh1,h1\n", "has the columns id twice"),
        (
            "\n".join([",".join(invented.HOUSEHOLDS), HOUSEHOLD, HOUSEHOLD]),
            "the id 'h1' is in line 2 and again in line 3",
        ),
        (b"id,lat\n\xff\xfe,1\n", "households.csv cannot be read"),
    ],
)
def test_what_cannot_be_planned_with_is_one_sentence_and_exit_code_2(tmp_path, households, sentence):
    paths = files(tmp_path, [HOUSEHOLD])
    paths[0].write_bytes(households if isinstance(households, bytes) else households.encode())
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("plan", *paths, out=tmp_path / "plan.csv", json=tmp_path / "summary.json")
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_or_of_another_kind_is_one_sentence(tmp_path):
    needed, offered = files(tmp_path, [HOUSEHOLD])
    for path, sentence in ((tmp_path / "none.csv", "no such file"), (tmp_path / "a.xlsx", "must end with")):
        with pytest.raises(Unusable, match=sentence):
            given.from_files(path, offered)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(Unusable, match=r"broken.parquet cannot be read"):
        given.from_files(needed, broken)


def test_the_rest_goes_on_and_all_that_was_refused_is_in_a_file(tmp_path, capsys):
    bad = [changed(HOUSEHOLD, invented.HOUSEHOLDS, id=f"b{n}", size="x") for n in range(30)]
    paths = files(tmp_path, [HOUSEHOLD, *bad])
    names = {name: tmp_path / f"{name}.csv" for name in ("out", "rejected")}
    call_command("plan", *paths, json=tmp_path / "summary.json", **names)
    assert len(invented.read(names["rejected"])) == 30
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 21
    assert said[0].endswith("households.csv, line 3: size is not a whole number from 1 to 1,000")
    assert said[-1].endswith("households.csv: 30 rows refused")


def test_a_table_of_which_every_row_is_refused_is_exit_code_2_with_the_list_kept(tmp_path):
    paths = files(tmp_path, [HOUSEHOLD.replace("26.0", "x")])
    with pytest.raises(CommandError, match="no row is left") as refused:
        call_command("plan", *paths, out=tmp_path / "p.csv", json=tmp_path / "s.json", rejected=tmp_path / "r.csv")
    assert refused.value.returncode == 2
    assert len(invented.read(tmp_path / "r.csv")) == 1


def as_frame(path: Path) -> pd.DataFrame:
    """The rows of a CSV file in the types that people's tables have."""
    frame = pd.read_csv(path, keep_default_na=False)
    for name in ("from_date", "to_date"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    return frame.astype({"wheelchair": bool, "pets": bool})


def same(one: Any, other: Any) -> None:
    """Both tables of rows are equal, column by column."""
    for name in one.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize("kind", ["parquet", "gpkg", "geoparquet"])
def test_parquet_and_geopackage_say_the_same_as_csv(tmp_path, kind):
    paths = invented.write(tmp_path, 40, 20)
    there = []
    for path in paths:
        frame = as_frame(path)
        target = tmp_path / f"{path.stem}.{kind.removeprefix('geo')}"
        points = geopandas.points_from_xy(frame["lon"], frame["lat"])
        if kind == "parquet":
            frame.to_parquet(target)
        elif kind == "gpkg":
            geopandas.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points, crs=4326).to_file(target)
        else:
            geopandas.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points, crs=4326).to_parquet(target)
        there.append(target)
    plain, other = given.from_files(*paths), given.from_files(*there)
    assert list(other.refusals()) == []
    same(plain.households, other.households)
    same(plain.offers.rows, other.offers.rows)
    assert plain.languages == other.languages


def test_places_in_another_reference_system_are_refused(tmp_path):
    needed, offered = invented.write(tmp_path, 4, 2)
    frame = as_frame(needed).drop(columns=["lon", "lat"])
    metric = geopandas.GeoDataFrame(frame, geometry=geopandas.points_from_xy([1] * 4, [2] * 4), crs=32635)
    metric.to_parquet(tmp_path / "metric.parquet")
    with pytest.raises(Unusable, match="WGS 84"):
        given.from_files(tmp_path / "metric.parquet", offered)


def test_urgency_may_be_written_as_1_to_2_or_as_10_to_20(tmp_path):
    other = changed(HOUSEHOLD, invented.HOUSEHOLDS, id="h2", urgency="16")
    found = given.from_files(*files(tmp_path, [HOUSEHOLD, other]))
    assert found.households.urgency.tolist() == [16.0, 16.0]


def test_a_language_that_only_one_side_speaks_takes_no_bit(tmp_path):
    many = " ".join(f"a{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(100))
    found = given.from_files(*files(tmp_path, [changed(HOUSEHOLD, invented.HOUSEHOLDS, languages=f"{many} ro")]))
    assert found.languages == ["ro"]
    with pytest.raises(Unusable, match="100 languages are spoken on both sides"):
        given.from_files(
            *files(
                tmp_path,
                [changed(HOUSEHOLD, invented.HOUSEHOLDS, languages=many)],
                [changed(OFFER, invented.OFFERS, languages=many)],
            )
        )


def test_who_has_men_is_met_as_men_alone_unless_a_woman_is_named(tmp_path):
    needed, offered = files(tmp_path, [changed(HOUSEHOLD, invented.HOUSEHOLDS, men="1")])
    assert given.from_files(needed, offered).households.women.tolist() == [0]
    header, line = needed.read_text("utf-8").splitlines()
    needed.write_text(f"{header},women\n{line},1\n", "utf-8")
    assert given.from_files(needed, offered).households.women.tolist() == [1]


@pytest.mark.slow
def test_a_million_rows_are_checked_column_by_column():
    import time

    import pyarrow as pa

    lines = np.arange(1_000_000) + 2
    text = pa.chunked_array([pa.array(["2022-03-06"] * 999_999 + ["never"])])
    started, refused = time.process_time(), sheets.Refusals()
    sheets.read({"from_date": text}, lines, {"from_date": sheets.DAY}, refused)
    assert list(refused) == [(1_000_001, "from_date", "is not a date as 2022-03-06")]
    assert time.process_time() - started < 5
