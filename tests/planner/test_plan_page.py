"""The map of a plan: one file that asks nobody else, says everything in words, and thins out honestly."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from registry.planner import drawing
from tests.planner import invented_tables as invented


def drawn(folder: Path, name: str = "map.html", **options: str) -> Path:
    """The map of an invented plan."""
    files = invented.write(folder, 60, 25)
    call_command("plan", *files, out=folder / "plan.csv", json=folder / "s.json", map=folder / name, **options)
    return folder / name


def test_the_page_asks_nobody_else_and_runs_nothing(tmp_path):
    page = drawn(tmp_path).read_text("utf-8")
    assert not re.findall(r"(?:src|href)\s*=|https?:|url\(|@import|<script", page)
    assert "default-src 'none'" in page


def test_every_household_is_in_the_lists_with_its_reason(tmp_path):
    page = drawn(tmp_path).read_text("utf-8")
    rows = invented.read(tmp_path / "plan.csv")
    assert page.count("<tr><td>") == len(rows)
    assert all(f"<td>{row['household_id']}</td>" in page and row["reasons"] in page for row in rows)
    assert page.count("<line class=") == sum(bool(row["offer_id"]) for row in rows) + len(drawing.CLASSES) + 1


def test_an_id_that_is_markup_stays_text(tmp_path):
    needed, offered = invented.write(tmp_path, 5, 3)
    needed.write_text(needed.read_text("utf-8").replace("h0,", "<b onload=x>,"), "utf-8")
    call_command("plan", needed, offered, out=tmp_path / "p.csv", json=tmp_path / "s.json", map=tmp_path / "m.html")
    page = (tmp_path / "m.html").read_text("utf-8")
    assert "<b onload" not in page
    assert "&lt;b onload=x&gt;" in page


def test_too_many_lines_are_thinned_and_the_page_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "MOST_LINES", 10)
    page = drawn(tmp_path).read_text("utf-8")
    total = sum(bool(row["offer_id"]) for row in invented.read(tmp_path / "plan.csv"))
    assert f"One line in {-(-total // 10)} is drawn and listed, of {total}" in page
    assert page.count("<circle class=") - 1 <= 10


@pytest.mark.parametrize(
    ("language", "said"), [("uk", "Люди без місця"), ("ro", "Persoane fără loc"), ("ru", "Люди без места")]
)
def test_the_page_and_the_reasons_speak_four_languages(tmp_path, language, said):
    page = drawn(tmp_path, language=language).read_text("utf-8")
    assert f'<html lang="{language}">' in page
    assert said in page
    assert "People" not in page


def test_the_picture_is_a_png(tmp_path):
    pytest.importorskip("matplotlib")
    assert drawn(tmp_path, "map.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_a_picture_is_refused_in_a_sentence(tmp_path, monkeypatch):
    import sys

    from django.core.management import CommandError

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(CommandError, match="needs Matplotlib"):
        drawn(tmp_path, "map.png")
    assert not (tmp_path / "plan.csv").exists()
