"""What the guards cost: ``python -m tests.bench.guard_cost [sqlite|postgres]``, medians of a match's three steps."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MATCHES = 200
STEPS = ("accept", "confirm", "depart")


def main(databases: list[str]) -> int:
    """Measure on each database in a process of its own."""
    for database in databases or ["sqlite", "postgres"]:
        with tempfile.TemporaryDirectory(prefix="safezone-cost-") as folder:
            command = [sys.executable, "-m", "tests.bench.guard_cost", "here"]
            environment = {**os.environ, "SAFEZONE_DEBUG": "1", "PYTHONPATH": str(ROOT)}
            if database == "sqlite":
                environment["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'cost.sqlite3'}"
            else:
                command = [sys.executable, str(ROOT / "tools/with_postgres.py"), "--durable", *command]
            print(f"guards: on {database}", flush=True)
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return 0


def here() -> int:
    """Print the medians with and without the guards, taken in turn on the database of the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "safezone.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tests import factories as f
    from tests.invented.legally import unguarded

    call_command("migrate", verbosity=0, skip_checks=True)
    f.staffed("siret", hours=1000)
    times: dict[bool, dict[str, list[float]]] = {guarded: {step: [] for step in STEPS} for guarded in (True, False)}
    for _ in range(4):
        _walk(f, times[True], MATCHES // 4)
        with unguarded():
            _walk(f, times[False], MATCHES // 4)
    for step in STEPS:
        on, off = (statistics.median(times[guarded][step]) for guarded in (True, False))
        print(f"  {step}: {on:.2f} ms with, {off:.2f} ms without (median of {MATCHES})", flush=True)
    print(f"  taken out and put back: {_timed(lambda: _around(unguarded)):.0f} ms", flush=True)
    return 0


def _around(unguarded: Callable[[], Any]) -> None:
    with unguarded():
        pass


def _walk(f: Any, times: dict[str, list[float]], count: int) -> None:
    """So many matches to their departure, each step timed."""
    from registry.services import journeys, matching

    maria = f.maria()
    for _ in range(count):
        ride = f.transport_offer()
        shown = f.provider_pass(ride.driver, ride.vehicle)
        match = f.propose(f.help_request(), ride)
        given: dict[str, Any] = {"actor": maria, "match": match.pk, "at": f.NOW}
        gate = {"counted": match.people, "pass_code": shown.code, "plate": ride.vehicle.plate}
        times["accept"].append(_timed(lambda g=given: matching.accept(**g)))
        times["confirm"].append(_timed(lambda g=given: matching.confirm(**g)))
        times["depart"].append(_timed(lambda g=given, at=gate: journeys.depart(**g, **at)))


def _timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(here() if sys.argv[1:] == ["here"] else main(sys.argv[1:]))
