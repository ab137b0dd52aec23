"""The command: a database of its own, a sentence for every refusal, an exit code that tells."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry import models as m
from registry.ids import uuid7
from registry.simulation.arrivals import midnight
from tests.simulation.test_replay import DAY, KEYS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.once
@pytest.mark.slow
def test_without_a_database_it_plays_on_one_of_its_own(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TMPDIR": str(tmp_path), "SAFEZONE_DEBUG": "1"}
    command = [sys.executable, "manage.py", "replay", "--people", "40", "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "rows that break a rule: 0" in done.stdout
    assert list(json.loads(figures.read_text("utf-8"))) == KEYS
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"]


@pytest.mark.django_db
def test_it_never_touches_a_database_of_real_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/real.sqlite3")
    m.Person.objects.create(id=uuid7(), created_at=midnight(DAY), email="ana@isu.ro", given_name="A", family_name="A")
    with pytest.raises(CommandError, match="real people"):
        call_command("replay", people=10)
    assert m.Person.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"day": "2022-03-01"}, "no figure for 2022-03-01"),
        ({"people": 0}, "at least 1"),
        ({"clients": 0}, "1 to 200"),
        ({"url": "http://127.0.0.1:1", "via": "http"}, "DATABASE_URL of that server"),
    ],
)
def test_what_makes_no_sense_is_refused(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, object], sentence: str
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(CommandError, match=sentence):
        call_command("replay", *[f"--{name}={value}" for name, value in options.items()])
