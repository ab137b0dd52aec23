"""Full lines that were measured on this very commit, kept so that a run that was cut off goes on where it stopped."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.prove import machine
from tests.prove.proof import ROOT, Figure, Proof
from tests.prove.report import Line

KEPT = ROOT / "var" / "prove"


def keep(line: Line) -> Line:
    """The line with the number of times that it was measured on this commit; written down while the tree is clean."""
    if machine.is_dirty():
        return line
    told = replace(line, tries=_read(line.proof, line.database).get("tries", 0) + 1)
    path = _path(line.proof, line.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {name: getattr(told, name) for name in ("at", "seconds", "skipped", "tries")}
    path.write_text(json.dumps(kept | {"figures": [asdict(figure) for figure in line.figures]}), "utf-8")
    return told


def found(proof: Proof, database: str) -> Line | None:
    """The line that met its goals on this commit; what missed, broke or was skipped is measured again."""
    kept = {} if machine.is_dirty() else _read(proof, database)
    if not kept:
        return None
    line = Line(proof, database, **kept | {"figures": [Figure(**figure) for figure in kept["figures"]]})
    return line if line.is_met else None


def _read(proof: Proof, database: str) -> dict[str, Any]:
    path = _path(proof, database)
    kept: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return kept


def _path(proof: Proof, database: str) -> Path:
    return KEPT / machine.commit() / f"{proof.name}.{database or 'none'}.json"
