"""The proofs' own promises: a missed goal fails, a look never replaces a proof, faults are real, kills are survived."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import connection

from tests.prove import __main__ as prove
from tests.prove import measures, mutating, report
from tests.prove.catalogue import PROOFS
from tests.prove.mutants import mutants
from tests.prove.proof import ROOT, Figure, Missing, Proof, Run, none_of

sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on both databases: run once")
pytestmark = sqlite


def proof(*figures: Figure, name: str = "invented") -> Proof:
    """A proof that gives these figures."""
    return Proof(name, "a claim", "a test", lambda _: figures, ("",))


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs these proofs instead of the real ones and writes to a folder; gives the exit code and the report."""
    monkeypatch.setattr(report, "REPORT", tmp_path / "PROOF.md")
    monkeypatch.setattr(prove, "ROOT", tmp_path)
    monkeypatch.setattr(prove, "PARTIAL", tmp_path / "var" / "PROOF.md")
    monkeypatch.setattr(prove.machine, "facts", lambda: {"commit": "abc"})
    monkeypatch.setattr(prove.machine, "commit", lambda: "abc")
    monkeypatch.setattr(prove.machine, "is_dirty", lambda: False)
    monkeypatch.setattr(prove.kept, "KEPT", tmp_path / "kept")

    def run(*proofs: Proof, arguments: tuple[str, ...] = ()) -> tuple[int, str]:
        monkeypatch.setattr(prove, "PROOFS", proofs)
        code = prove.main(list(arguments))
        return code, report.REPORT.read_text("utf-8") if report.REPORT.exists() else ""

    return run


GOOD, BAD = Figure("3 tried, 0 bad", "0 bad", True), Figure("3 tried, 1 bad", "0 bad", False)


def test_a_missed_goal_fails_and_stands_in_the_report(only: Any) -> None:
    code, text = only(proof(GOOD), proof(GOOD, BAD))
    assert code == 1
    assert "1 of 2 missed their goal" in text
    assert "| MISSED |" in text


def test_goals_that_are_met_pass_and_the_report_says_how_to_repeat_it(only: Any) -> None:
    code, text = only(proof(GOOD))
    assert code == 0
    assert "make prove" in text.split("\n\n")[1]
    assert report.FULL in text
    assert "3 tried, 0 bad" in text


def test_a_proof_that_breaks_or_shows_nothing_is_missed(only: Any) -> None:
    def broken(_run: Run) -> Any:
        raise ZeroDivisionError

    assert only(Proof("broken", "", "", broken, ("",)))[0] == 1
    assert only(proof())[0] == 1


def test_what_is_not_there_is_skipped_in_plain_words(only: Any) -> None:
    def missing(_run: Run) -> Any:
        raise Missing("no such thing yet")

    code, text = only(Proof("missing", "", "", missing, ("",)))
    assert code == 0
    assert "skipped: no such thing yet" in text


@pytest.mark.parametrize("arguments", [("--quick",), ("--only", "invented"), ("--database", "sqlite")])
def test_a_look_never_replaces_a_proof(only: Any, arguments: tuple[str, ...]) -> None:
    _, full = only(proof(GOOD))
    code, text = only(proof(BAD), arguments=arguments)
    assert (code, text) == (1, full)
    assert "not the proof" in prove.PARTIAL.read_text("utf-8")


def counting(*outcomes: Figure) -> Proof:
    """A proof that gives these figures one after the other, and breaks when it is measured once more."""
    rest = iter(outcomes)
    return Proof("invented", "a claim", "a test", lambda _: [next(rest)], ("",))


def test_a_run_that_was_cut_off_keeps_what_met_its_goal_and_measures_the_rest_again(only: Any) -> None:
    once, twice = counting(GOOD), counting(BAD, GOOD)
    assert only(once)[0] == 0
    twice = Proof("other", "", "", twice.measure, ("",))
    assert only(once, twice, arguments=("--resume",))[0] == 1
    code, text = only(once, twice, arguments=("--resume",))
    assert code == 0
    assert text.count(", try 2 |") == 1


@pytest.mark.parametrize("changed", ["commit", "is_dirty"])
def test_nothing_is_kept_of_another_commit_or_of_a_changed_tree(only: Any, monkeypatch: Any, changed: str) -> None:
    row = counting(GOOD)
    assert only(row)[0] == 0
    monkeypatch.setattr(prove.machine, changed, lambda: "other")
    assert only(row, arguments=("--resume",))[0] == 1


@pytest.mark.parametrize(
    ("changed", "shown_by", "is_kept"),
    [
        ("docs/rules.md", "`tests/test_seat.py`", True),
        ("tests/test_other.py", "`tests/test_seat.py`", True),
        ("tests/prove/kept.py", "`tests/test_seat.py`", True),
        ("tests/test_seat.py", "`tests/test_seat.py`", False),
        ("tests/factories.py", "`tests/test_seat.py`", False),
        ("registry/rules/company.py", "`tests/test_seat.py`", False),
        ("docs/openapi.yaml", "`tests/test_seat.py`", False),
        ("tests/test_other.py", "`python -m tests.prove.mutation`", False),
        ("tests/test_other.py", "`python -m tests.prove --only kill`", True),
        ("tests/prove/killing.py", "`python -m tests.prove --only kill`", False),
    ],
)
def test_a_line_of_an_earlier_commit_counts_while_nothing_has_changed_that_it_runs(
    only: Any, monkeypatch: Any, changed: str, shown_by: str, is_kept: bool
) -> None:
    row = Proof("invented", "a claim", shown_by, counting(GOOD).measure, ("",))
    assert only(row)[0] == 0
    monkeypatch.setattr(prove.machine, "commit", lambda: "later")
    monkeypatch.setattr(prove.machine, "changed_since", {"abc": ["README.md", changed]}.get)
    code, text = only(row, arguments=("--resume",))
    assert code == int(not is_kept)
    assert (", on abc |" in text) is is_kept


def test_a_quick_look_is_never_kept(only: Any) -> None:
    row = counting(GOOD)
    assert only(row, arguments=("--quick",))[0] == 0
    assert only(row, arguments=("--resume",))[0] == 1


def test_an_unknown_name_is_refused(only: Any) -> None:
    assert only(proof(GOOD), arguments=("--only", "nothing"))[0] == 2


def test_figures_know_their_goals() -> None:
    assert none_of(0, 40, "passes", "accepted", least=40).is_met
    assert not none_of(1, 40, "passes", "accepted").is_met
    assert not none_of(0, 39, "passes", "accepted", least=40).is_met
    assert not none_of(0, 0, "passes", "accepted").is_met


def test_every_proof_has_a_name_of_its_own_and_a_place_where_it_is_shown() -> None:
    names = [proof.name for proof in PROOFS]
    assert len(set(names)) == len(names)
    for proof in PROOFS:
        for path in (part for part in proof.shown_by.split("`") if part.startswith("tests/test")):
            assert (ROOT / path).exists()


# Faults

SOURCE = '''
LIMIT = 3

def may(count, agreed=False):
    """Whether it may."""
    if not agreed and count > LIMIT:
        return False
    return count + 1 < 9
'''


def test_faults_of_every_kind_are_made_each_in_a_tree_of_its_own() -> None:
    found = {mutant.name for mutant in mutants(SOURCE)}
    for wanted in (
        "module: 3 -> 4",
        "may: not agreed -> agreed",
        "may: count > LIMIT -> count >= LIMIT",
        "may: not agreed and count > LIMIT -> not agreed or count > LIMIT",
        "may: not agreed and count > LIMIT -> count > LIMIT",
        "may: not agreed and count > LIMIT -> not (not agreed and count > LIMIT)",
        "may: count + 1 -> count - 1",
        "may: return False -> return None",
        "may: False -> True",
    ):
        assert wanted in found
    assert not any("Whether" in name for name in found)
    assert all(ast.unparse(mutant.tree) != ast.unparse(ast.parse(SOURCE)) for mutant in mutants(SOURCE))


def test_a_fault_reaches_whoever_imported_the_function_before() -> None:
    module = ModuleType("invented_module")
    module.__dict__.update(__file__="invented.py", __package__="", __spec__=None)
    exec(compile(SOURCE, "invented.py", "exec"), module.__dict__)  # noqa: S102
    may = module.may
    assert (may(3), may(4)) == (True, False)
    chosen = {mutant.name: mutant for mutant in mutants(SOURCE)}
    sys.modules["invented_module"] = module
    try:
        mutating.put_in(module, chosen["may: count > LIMIT -> count >= LIMIT"].tree)
        assert may(3) is False
        mutating.put_in(module, chosen["module: 3 -> 4"].tree)
        assert (may(3), may(4)) == (True, True)
    finally:
        del sys.modules["invented_module"]


# Kills


@pytest.mark.slow
def test_killed_three_times_nothing_is_lost(tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    command = [sys.executable, "-m", "tests.prove.killing", "sqlite", "3", str(answer)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAFEZONE_KEYS")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    run = Run("sqlite", quick=True, folder=tmp_path)
    found = json.loads(answer.read_text("utf-8"))
    figures = list(measures.kill_figures(found, run, 3))
    assert [figure.says for figure in figures if not figure.is_met] == []
    assert found["acknowledged"] > 30


DUMPED = {"secrets": 48, "plain": 0, "control": 48, "control_plain": 48, "open": 8, "open_plain": 8, "bytes": 9_000_000}


def missed_in_a_dump(**changed: int) -> list[str]:
    """What a run that found this would be told to have missed."""
    return [figure.says for figure in measures.dump_figures({**DUMPED, **changed}, 48) if not figure.is_met]


def test_a_dump_that_shows_nothing_meets_its_goals() -> None:
    assert missed_in_a_dump() == []


@pytest.mark.parametrize(
    "changed",
    [{"plain": 1}, {"secrets": 47}, {"control_plain": 47}, {"control": 0, "control_plain": 0}, {"open_plain": 7}],
)
def test_a_leak_or_a_search_that_misses_something_misses_the_goal(changed: dict[str, int]) -> None:
    assert len(missed_in_a_dump(**changed)) == 1
