"""The threat model names the test behind each claim: every one of them is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)) - {("tests/test_threat_model.py", "")})


def test_it_names_many() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_what_it_names_is_there(file: str, name: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert re.search(rf"^def {name}\b" if name else r"^def test_", text, re.MULTILINE)


def test_every_row_of_a_table_has_its_test() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("|") and not set(line) <= set("|- ")]
    bare = [row for row in rows if "`tests/" not in row and "| the test |" not in row]
    assert bare == []
