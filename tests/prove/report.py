"""PROOF.md: what was measured, on what, and how anybody measures it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.prove.proof import NAMES, ROOT, Figure, Proof

REPORT = ROOT / "PROOF.md"
FULL = "This is a full run: every proof, full counts."
_INTRO = (
    "# Proof\n\nEvery figure here was computed by running the code of the commit named below; `make prove` does it all"
    " again and writes this file anew (`make setup` is all it needs; it brings its own PostgreSQL)."
    ' `make prove ARGS="--only passes,ledger"` runs some of the proofs, `ARGS="--quick"` all of them with smaller'
    ' counts, `ARGS="--list"` names them; the last column says which command or test shows one alone.'
    ' What was cut off goes on with `ARGS="--resume"`, which counts the tries and keeps what met its goal on this'
    " commit, or on an earlier one, which the line names, if nothing that the proof runs has changed since."
    " Killing means SIGKILL to every process of the server, not a power cut."
)


_COLUMNS = ("proof", "claim", "database", "figures", "goals", "verdict", "seconds", "measured", "shown by")


@dataclass(frozen=True)
class Line:
    """One proof on one database and what came of it."""

    proof: Proof
    database: str
    figures: Sequence[Figure]
    seconds: float
    skipped: str = ""
    at: str = ""
    tries: int = 1
    commit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether every figure meets its goal; a skipped proof shows nothing."""
        return not self.skipped and bool(self.figures) and all(figure.is_met for figure in self.figures)

    @property
    def verdict(self) -> str:
        """In one word."""
        return "skipped" if self.skipped else "met" if self.is_met else "MISSED"

    @property
    def measured(self) -> str:
        """When, how often until it came out so, and on which commit if on an earlier one."""
        tries = f", try {self.tries}" if self.tries > 1 else ""
        return self.at + tries + (f", on {self.commit[:7]}" if self.commit else "")

    def told(self) -> str:
        """The line that is printed when the proof has run."""
        figures = self.skipped or "; ".join(
            figure.says if figure.is_met else f"{figure.says} [goal: {figure.goal}]" for figure in self.figures
        )
        return f"{self.verdict:8}{self.proof.name:18}{NAMES[self.database]:11}{figures} ({self.seconds:.0f} s)"


def kind_of(*, quick: bool, partial: bool, skipped: bool = False) -> str:
    """The sentence by which a report says what it is worth."""
    if not quick and not partial:
        return FULL + (" Skipped proofs are named in the table." if skipped else "")
    missing = [*(["smaller counts"] if quick else []), *(["only some of the proofs"] if partial else [])]
    return f"**This is a quick look, not the proof: {' and '.join(missing)}.**"


def may_replace(path: Path, kind: str) -> bool:
    """Whether a report of this kind may stand where one is: a full one gives way only to a full one."""
    return kind.startswith(FULL) or not path.exists() or FULL not in path.read_text("utf-8")


def written(lines: Sequence[Line], machine: Mapping[str, str], kind: str) -> str:
    """The whole report."""
    facts = "\n".join(f"| {name} | {value} |" for name, value in machine.items())
    table = "\n".join(_row(line) for line in lines)
    bad = [line for line in lines if line.verdict == "MISSED"]
    verdict = f"{len(bad)} of {len(lines)} missed their goal." if bad else "No goal was missed."
    return (
        f"{_INTRO}\n\n{kind} {verdict}\n\n| measured | on |\n|---|---|\n{facts}\n\n"
        f"| {' | '.join(_COLUMNS)} |\n{'|---' * len(_COLUMNS)}|\n{table}\n"
    )


def _row(line: Line) -> str:
    figures = line.skipped or "<br>".join(figure.says for figure in line.figures)
    goals = "<br>".join(figure.goal for figure in line.figures)
    cells = (
        line.proof.name,
        line.proof.claim,
        NAMES[line.database],
        figures,
        goals,
        line.verdict,
        f"{line.seconds:.0f}",
        line.measured,
        line.proof.shown_by,
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
