"""Proofs that are tests: they are run, and their recorded figures are read."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.prove.proof import Child, Figure, Run


@dataclass(frozen=True)
class Ran:
    """What tests said and how they ended."""

    passed: int
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    said: dict[str, list[Any]]

    def total(self, name: str) -> Any:
        """The sum of a figure over all tests that recorded it; LookupError when none did."""
        if name not in self.said:
            raise LookupError(f"no test recorded {name}")
        return sum(self.said[name])

    def ended(self) -> Figure:
        """That every test of the proof, controls among them, ran and passed."""
        bad = [*self.failed, *self.skipped]
        says = f"{self.passed:,} tests passed" + (f", not passed: {', '.join(bad[:5])}" if bad else "")
        return Figure(says, "all, controls included", not bad and self.passed > 0)


def run_tests(run: Run, *tests: str) -> Ran:
    """Run the tests on the database of the run."""
    answer = run.folder / "answer.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.prove.collecting", *tests]
    done = Child(run, command, {"PROVE_ANSWER": str(answer)}).start()
    if not answer.exists():
        raise RuntimeError(f"pytest ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")
    found = json.loads(answer.read_text("utf-8"))
    return Ran(found["passed"], tuple(found["failed"]), tuple(found["skipped"]), found["said"])


def by_tests(*tests: str, figures: Callable[[Run, Ran], Iterable[Figure]]) -> Callable[[Run], Iterable[Figure]]:
    """A measure that runs tests and reads figures from them."""

    def measure(run: Run) -> Iterable[Figure]:
        ran = run_tests(run, *tests)
        ended = ran.ended()
        yield ended
        # A test that failed early may have recorded nothing: then its name says more than a missing figure.
        try:
            yield from figures(run, ran)
        except LookupError:
            if ended.is_met:
                raise

    return measure
