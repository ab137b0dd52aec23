"""Runs the safety proofs: ``python -m tests.prove [--only NAME,NAME] [--quick] [--resume] [--list]``.

Prints one line for each proof with its figures, writes PROOF.md, and fails when a figure misses its goal.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.prove import kept, machine, report
from tests.prove.catalogue import PROOFS
from tests.prove.proof import BOTH, NAMES, ROOT, Figure, Missing, Proof, Run

PARTIAL = ROOT / "var" / "PROOF.md"


def main(arguments: list[str]) -> int:
    """Run what was chosen; 1 when a goal was missed, 2 when a name is unknown."""
    chosen = _arguments(arguments)
    if chosen.list:
        print("\n".join(f"{proof.name:18}{proof.claim}" for proof in PROOFS))
        return 0
    only = set(filter(None, chosen.only.split(",")))
    if unknown := only - {proof.name for proof in PROOFS}:
        print(f"prove: no such proof: {', '.join(sorted(unknown))}; --list names them", file=sys.stderr)
        return 2
    facts, lines = machine.facts(), []
    for proof in (proof for proof in PROOFS if not only or proof.name in only):
        for database in (d for d in proof.databases if d in ("", *chosen.database.split(","))):
            lines.append(_line(proof, database, chosen))
            print(lines[-1].told(), flush=True)
    is_partial = bool(only) or set(chosen.database.split(",")) != set(BOTH)
    kind = report.kind_of(quick=chosen.quick, partial=is_partial, skipped=any(line.skipped for line in lines))
    _write(report.written(lines, facts, kind), kind)
    return int(any(line.verdict == "MISSED" for line in lines))


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove")
    parser.add_argument("--only", default="", help="names of proofs, by commas")
    parser.add_argument("--quick", action="store_true", help="smaller counts; no proof, a look")
    parser.add_argument("--resume", action="store_true", help="keep what met its goal on this commit in an earlier run")
    parser.add_argument("--database", default=",".join(BOTH), help="sqlite, postgres or both by a comma")
    parser.add_argument("--list", action="store_true", help="name the proofs and end")
    return parser.parse_args(arguments)


def _line(proof: Proof, database: str, chosen: argparse.Namespace) -> report.Line:
    if chosen.quick:
        return prove(proof, database, quick=True)
    earlier = kept.found(proof, database) if chosen.resume else None
    return earlier or kept.keep(prove(proof, database, quick=False))


def prove(proof: Proof, database: str, *, quick: bool) -> report.Line:
    """Measure one proof on one database in a folder of its own; whatever breaks is a missed goal."""
    print(f"...     {proof.name:18}{NAMES[database]}", file=sys.stderr, flush=True)
    started, skipped, figures = time.monotonic(), "", []
    with tempfile.TemporaryDirectory(prefix="safezone-prove-") as folder:
        try:
            figures = list(proof.measure(Run(database, quick, Path(folder))))
        except Missing as missing:
            skipped = f"skipped: {missing}"
        except Exception as error:  # noqa: BLE001 - one proof that breaks must not hide the others
            print(f"{proof.name}: {error}", file=sys.stderr, flush=True)
            figures = [Figure(f"broke: {type(error).__name__}", "to run", False)]
    return report.Line(proof, database, figures, time.monotonic() - started, skipped, machine.now())


def _write(text: str, kind: str) -> None:
    path = report.REPORT if report.may_replace(report.REPORT, kind) else PARTIAL
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    print(f"prove: wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
