"""docs/rules.md tells the truth: every threshold with its default, every place in the code, every proof."""

import importlib
import json
import re
from dataclasses import fields

import pytest

from registry.rules.disclosure import PLACES
from registry.rules.policy import DEFAULT
from tests.rules.code_finder import ROOT

PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8")
MODULES = (
    "company",
    "concerns",
    "decisions",
    "disclosure",
    "eligibility",
    "facts",
    "handover",
    "overdue",
    "ranking",
    "vetting",
)
PLACES_NAMED = re.findall(rf"`(({'|'.join(MODULES)})\.(\w+))`", PAGE)


def shown(value):
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("name", [f.name for f in fields(DEFAULT)])
def test_every_threshold_stands_there_with_its_default(name):
    assert f"| `{name}` | {shown(getattr(DEFAULT, name))} |" in PAGE


@pytest.mark.parametrize(("_", "module", "name"), PLACES_NAMED)
def test_every_place_in_the_code_exists(_, module, name):
    assert hasattr(importlib.import_module(f"registry.rules.{module}"), name)


def test_every_proof_exists():
    files = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(files) >= 12
    assert [f for f in files if not (ROOT / f).exists()] == []


def test_every_rule_has_its_row():
    rows = re.findall(r"^\| (\d+) \|(?:[^|\n]+\|){4}$", PAGE, re.MULTILINE)
    assert [int(number) for number in rows] == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 15]


def test_every_viewer_stands_in_the_table_of_places():
    words = {"none": "nothing"}
    rows = re.findall(r"^\| ([\w, ]+) \| (\w+) \| (\w+) \|$", PAGE, re.MULTILINE)
    said = {viewer.replace(" ", "_"): (a, b) for names, a, b in rows for viewer in names.split(", ")}
    assert said == {viewer: tuple(words.get(p, p) for p in places) for viewer, places in PLACES.items()}


def test_the_state_of_translation_is_what_the_files_say():
    for language in ("uk", "ro", "en", "ru"):
        said = json.loads((ROOT / "registry" / "rules" / "texts" / f"{language}.json").read_text("utf-8"))["meta"]
        assert said["reviewed"] is None
    assert "no native speaker has reviewed them" in PAGE
