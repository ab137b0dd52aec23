"""What a proof is: a claim, where it is shown, and figures that are measured against goals."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NO_DATABASE, SQLITE, POSTGRES = "", "sqlite", "postgres"
BOTH = (SQLITE, POSTGRES)
NAMES = {NO_DATABASE: "none", SQLITE: "SQLite", POSTGRES: "PostgreSQL"}


@dataclass(frozen=True)
class Figure:
    """Something measured, its goal in words, and whether it is met."""

    says: str
    goal: str
    is_met: bool


@dataclass(frozen=True)
class Run:
    """One proof on one database: with smaller counts when quick, files in a folder that is thrown away."""

    database: str
    quick: bool
    folder: Path

    def size(self, full: int, quick: int) -> int:
        """The count of this run."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Proof:
    """A claim, how it is measured, and the command or test that shows it."""

    name: str
    claim: str
    shown_by: str
    measure: Callable[[Run], Iterable[Figure]]
    databases: tuple[str, ...] = BOTH


class Missing(Exception):
    """What the proof needs is not there; the text says what."""


def at_most(value: float, most: float, says: str, goal: str) -> Figure:
    """A figure with an upper limit."""
    return Figure(says, goal, value <= most)


def at_least(value: float, least: float, says: str, goal: str) -> Figure:
    """A figure with a lower limit."""
    return Figure(says, goal, value >= least)


def none_of(bad: int, count: int, what: str, wrong: str, *, least: int = 1) -> Figure:
    """So many were tried and none went wrong."""
    goal = f"0 {wrong}" + (f" of at least {least:,}" if least > 1 else "")
    return Figure(f"{count:,} {what}, {bad:,} {wrong}", goal, bad == 0 and count >= least)


def some_of(count: int, says: str) -> Figure:
    """A control: without the guard it must go wrong."""
    return Figure(f"control: {says}: {count:,}", "more than 0", count > 0)


@dataclass(frozen=True)
class Child:
    """A command of the proof's, on the database of the run."""

    run: Run
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> subprocess.CompletedProcess[str]:
        """Run it to its end; its output is kept, for a failure to be told."""
        prefix = [sys.executable, "tools/with_postgres.py"] if self.run.database == POSTGRES else []
        return subprocess.run(
            [*prefix, *self.command], cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False
        )

    def _environment(self) -> dict[str, str]:
        known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        size = {"PROVE_QUICK" if self.run.quick else "PROVE_FULL": "1"}
        return {**known, "SAFEZONE_DEBUG": "1", "PYTHONPATH": str(ROOT), **size, **self.environment}


def program(run: Run, module: str, *arguments: object, **environment: str) -> None:
    """Run a module of ours on the database of the run; what it says is told when it fails."""
    if run.database == SQLITE:
        environment["DATABASE_URL"] = f"sqlite:///{run.folder / 'proof.sqlite3'}"
    done = Child(run, [sys.executable, "-m", module, *map(str, arguments)], environment).start()
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")


def shown(value: Any) -> str:
    """A number with separators, a fraction with three digits."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"
