"""Full lines that were measured before, kept so that a run that was cut off goes on where it stopped.

A line counts on the commit on which it was measured, and on a later one while nothing has changed that it runs: no
code, and no test or program of its own. Words, the way in which a report is told, and tests that it does not run are
not what it shows. The report names the commit of each such line.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.prove import machine
from tests.prove.proof import ROOT, Figure, Proof
from tests.prove.report import Line

KEPT = ROOT / "var" / "prove"
# How lines are kept and told, not how they are measured.
TELLING = ("tests/prove/kept.py", "tests/prove/machine.py", "tests/prove/report.py", "tests/test_prove.py")


def keep(line: Line) -> Line:
    """The line with the number of times that it was measured on this commit; written down while the tree is clean."""
    if machine.is_dirty():
        return line
    told = replace(line, tries=_read(line.proof, line.database).get("tries", 0) + 1)
    path = _path(line.proof, line.database, machine.commit())
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: getattr(told, name) for name in ("at", "seconds", "skipped", "tries")}
    path.write_text(json.dumps(kept | {"figures": [asdict(figure) for figure in line.figures]}), "utf-8")
    return told


def found(proof: Proof, database: str) -> Line | None:
    """The line that met its goals on this commit or on one that is the same to it; all else is measured again."""
    if machine.is_dirty():
        return None
    lines = (_line(proof, database, commit) for commit in (machine.commit(), *_others(proof)))
    return next((line for line in lines if line and line.is_met), None)


def _line(proof: Proof, database: str, commit: str) -> Line | None:
    kept = _read(proof, database, commit)
    if not kept:
        return None
    since = "" if commit == machine.commit() else commit
    return Line(proof, database, commit=since, **kept | {"figures": [Figure(**figure) for figure in kept["figures"]]})


def _others(proof: Proof) -> list[str]:
    """Earlier commits since which nothing has changed that this proof runs."""
    kept = sorted(KEPT.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True) if KEPT.exists() else []
    changed = {folder.name: machine.changed_since(folder.name) for folder in kept if folder.name != machine.commit()}
    return [name for name, paths in changed.items() if paths is not None and not any(_runs(proof, p) for p in paths)]


def _runs(proof: Proof, path: str) -> bool:
    """Whether the proof depends on this file: all that is not told apart from it does."""
    if path.endswith(".md") or path in TELLING:
        return False
    if path.startswith("tests/") and Path(path).name.startswith("test_"):
        # Programs run no tests, but for the one that puts faults in, which runs many.
        return path in proof.shown_by or "mutation" in proof.shown_by
    return True


def _read(proof: Proof, database: str, commit: str = "") -> dict[str, Any]:
    path = _path(proof, database, commit or machine.commit())
    kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return kept


def _path(proof: Proof, database: str, commit: str) -> Path:
    return KEPT / commit / f"{proof.name}.{database or 'none'}.json"
