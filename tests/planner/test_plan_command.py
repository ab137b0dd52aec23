"""manage.py plan: from two tables to a plan, its prices and its summary, without a database."""

import json
import os
import stat
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import geopandas
import pytest
from django.core.management import CommandError, call_command

from registry.planner import sheets
from tests.planner import invented_tables as invented

ROOT = Path(__file__).resolve().parents[2]
KEYS = [
    "households",
    "people",
    "beds",
    "placed_people",
    "unplaced_people",
    "value",
    "bound",
    "gap",
    "wall_s",
    "peak_mb",
    "seed",
    "threads",
    "distributed",
]


def run(folder: Path, households: Path, offers: Path, out: str = "plan.csv", **options: Any) -> dict[str, Any]:
    """The summary of a plan of these two files."""
    paths = {"out": folder / out, "json": folder / "summary.json", "prices": folder / "prices.csv"}
    call_command("plan", households, offers, **{**paths, "threads": 1, **options})
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with two tables, their plan, prices and summary."""
    folder = tmp_path_factory.mktemp("planned")
    return folder, run(folder, *invented.write(folder, 120, 50))


def test_the_summary_has_exactly_its_keys_and_counts_the_rows(planned):
    folder, summary = planned
    rows, needed = invented.read(folder / "plan.csv"), invented.read(folder / "households.csv")
    assert list(summary) == KEYS
    assert summary["people"] == sum(int(h["size"]) for h in needed)
    assert summary["placed_people"] + summary["unplaced_people"] == summary["people"]
    assert summary["value"] == pytest.approx(sum(float(row["value"]) for row in rows))
    assert summary["gap"] == pytest.approx((summary["bound"] - summary["value"]) / summary["bound"])
    assert (summary["seed"], summary["threads"], summary["distributed"]) == (1, 1, None)


def test_anybody_finds_the_bound_from_the_three_files(planned):
    folder, summary = planned
    files = folder / "households.csv", folder / "offers.csv", folder / "prices.csv"
    assert invented.bound(*files) == pytest.approx(summary["bound"], rel=1e-9)
    # The control: whoever forgets a condition finds another figure.
    assert invented.bound(*files, ignored="men") > summary["bound"] + 1


def test_every_pair_may_be_and_is_worth_what_the_plan_says(planned):
    folder, _ = planned
    needed = {row["id"]: row for row in invented.read(folder / "households.csv")}
    offered = {row["id"]: row for row in invented.read(folder / "offers.csv")}
    rows = invented.read(folder / "plan.csv")
    placed = [row for row in rows if row["offer_id"]]
    assert [row["household_id"] for row in rows] == list(needed)
    assert len(placed) > 30
    for row in placed:
        h, o = needed[row["household_id"]], offered[row["offer_id"]]
        per_person = invented.points(h, o)
        assert per_person is not None
        assert float(row["value"]) == pytest.approx(per_person * int(h["size"]))
        assert float(row["distance_km"]) == pytest.approx(invented.kilometres(h, o), abs=0.001)


def homes(folder: Path) -> list[tuple[dict[str, str], list[dict[str, str]]]]:
    """Every offer with the households that the plan puts there."""
    needed = {row["id"]: row for row in invented.read(folder / "households.csv")}
    guests = defaultdict(list)
    for row in invented.read(folder / "plan.csv"):
        guests[row["offer_id"]].append(needed[row["household_id"]])
    return [(offer, guests[offer["id"]]) for offer in invented.read(folder / "offers.csv")]


def mixed(folder: Path) -> list[str]:
    """The homes without a woman host where households with men and without are together."""
    there = [(o["id"], {h["men"] for h in guests}) for o, guests in homes(folder) if o["women_host"] == "0"]
    return [name for name, men in there if len(men) > 1]


def test_no_home_has_more_guests_than_beds(planned):
    folder, _ = planned
    assert all(sum(int(h["size"]) for h in guests) <= int(offer["beds"]) for offer, guests in homes(folder))


def test_nobody_is_put_beside_men_of_whom_nothing_is_known_without_a_woman_host(planned, tmp_path):
    folder, _ = planned
    assert mixed(folder) == []
    # The control: where a woman is with the men, they are put together.
    lines = (folder / "households.csv").read_text("utf-8").splitlines()
    known = [f"{lines[0]},women", *(f"{line},1" for line in lines[1:])]
    (tmp_path / "households.csv").write_text("\n".join(known) + "\n", "utf-8")
    (tmp_path / "offers.csv").write_bytes((folder / "offers.csv").read_bytes())
    run(tmp_path, tmp_path / "households.csv", tmp_path / "offers.csv")
    assert mixed(tmp_path) != []


def test_whoever_is_left_is_in_the_plan_with_a_reason(planned):
    folder, summary = planned
    needed = {row["id"]: row for row in invented.read(folder / "households.csv")}
    left = [row for row in invented.read(folder / "plan.csv") if not row["offer_id"]]
    assert sum(int(needed[row["household_id"]]["size"]) for row in left) == summary["unplaced_people"] > 0
    assert all(row["reasons"].endswith(".") and float(row["value"]) == 0 and not row["distance_km"] for row in left)


def test_the_same_seed_gives_the_same_files(planned, tmp_path):
    folder, _ = planned
    run(tmp_path, folder / "households.csv", folder / "offers.csv", threads=2)
    for name in ("plan.csv", "prices.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("name", ["plan.gpkg", "plan.parquet"])
def test_a_plan_with_lines_from_household_to_offer(planned, tmp_path, name):
    folder, _ = planned
    run(tmp_path, folder / "households.csv", folder / "offers.csv", out=name)
    read = geopandas.read_parquet if name.endswith("parquet") else geopandas.read_file
    frame = read(tmp_path / name)
    rows = invented.read(folder / "plan.csv")
    assert frame["offer_id"].tolist() == [row["offer_id"] for row in rows]
    assert frame.geometry.notna().tolist() == [bool(row["offer_id"]) for row in rows]
    assert set(frame.geometry.dropna().geom_type) == {"LineString"}


def test_it_needs_no_database_and_leaves_nothing_half(tmp_path):
    names = {"DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment |= {"SAFEZONE_VAR": str(tmp_path / "var")}
    example = ROOT / "fixtures" / "plan"
    files = ["--out", "plan.csv", "--json", "summary.json", "--rejected", "rejected.csv"]
    command = [
        sys.executable,
        str(ROOT / "manage.py"),
        "plan",
        example / "households.csv",
        example / "offers.csv",
        *files,
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.csv", "rejected.csv", "summary.json", "var"]
    assert not list((tmp_path / "var").glob("*.sqlite3"))
    assert stat.S_IMODE((tmp_path / "plan.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"out": "plan.txt"}, "must end with .csv, .parquet, .gpkg"),
        ({"out": "nowhere/plan.csv"}, "there is no such folder"),
        ({"prices": "plan.csv"}, "must all be different"),
        ({"threads": -1}, "not negative"),
        ({"map": "map.svg"}, "must end with .html, .png"),
        ({"distributed": "http://127.0.0.1:1"}, "neither tcp://host:port"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(tmp_path, options, sentence):
    files = invented.write(tmp_path, 5, 3)
    paths = {name: tmp_path / value for name, value in options.items() if name in {"out", "prices", "map"}}
    with pytest.raises(CommandError, match=sentence) as refused:
        run(tmp_path, *files, **{**options, **paths})
    assert refused.value.returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["households.csv", "offers.csv"]


def test_a_map_that_cannot_be_drawn_leaves_no_plan_behind(tmp_path, monkeypatch):
    from registry.management import plan_page

    def broken(*_: Any) -> str:
        raise OSError("no room")

    monkeypatch.setattr(plan_page, "page", broken)
    files = invented.write(tmp_path, 5, 3)
    with pytest.raises(CommandError, match="no room"):
        run(tmp_path, *files, map=tmp_path / "map.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["households.csv", "offers.csv"]


def test_the_example_in_the_docs_is_what_the_command_says(tmp_path):
    example, text = ROOT / "fixtures" / "plan", (ROOT / "docs" / "planner.md").read_text("utf-8")
    run(tmp_path, example / "households.csv", example / "offers.csv")
    for row in invented.read(tmp_path / "plan.csv"):
        km = f"{float(row['distance_km']):.0f}" if row["distance_km"] else "-"
        assert f"| {row['household_id']} | {row['offer_id'] or '-'} | {float(row['value']):.1f} | {km} |" in text
    prices = {row["offer_id"]: float(row["price"]) for row in invented.read(tmp_path / "prices.csv")}
    assert f"O1 {prices['O1']:.2f}, O3 {prices['O3']:.2f}, O2 and O4 nothing" in text
    assert (prices["O2"], prices["O4"]) == (0, 0)


def test_every_column_of_the_tables_is_in_the_docs():
    text = (ROOT / "docs" / "planner.md").read_text("utf-8")
    assert [
        name for name in {*sheets.HOUSEHOLDS, *sheets.OFFERS, *sheets.OPTIONAL, *KEYS} if f"`{name}`" not in text
    ] == []


def test_progress_is_told_on_a_terminal_only(tmp_path, monkeypatch, capsys):
    files = invented.write(tmp_path, 12, 6)
    run(tmp_path, *files)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    run(tmp_path, *files)
    said = capsys.readouterr().err
    assert said.startswith("\rplanning ")
    assert "100%" in said
