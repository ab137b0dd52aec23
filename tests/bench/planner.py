"""The planner against whoever comes first: gap, time, memory, people left (``-m tests.bench.planner [--big] FILE``).

Each case runs in a process of its own (peak memory), warm of compilation; every pair of every plan goes through the
scalar gate with everybody under the same roof confirmed one after the other, in an order drawn at random.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
CASES = ("10000x5000", "100000x50000", "100000x75000")
BIG = ("1000000x300000",)


def main(arguments: list[str]) -> int:
    """One case as JSON on standard output, or all of them into a file with a plot in docs/."""
    if len(arguments) == 2 and arguments[0] == "case":
        print(json.dumps(one(arguments[1])))
        return 0
    cases = [*CASES, "replan-100000x50000", "together-10000x5000", "together-100000x50000"]
    cases += BIG if "--big" in arguments else ()
    found = {case: _child(case) for case in cases}
    Path(arguments[-1]).write_text(json.dumps(found), encoding="utf-8")
    _plot({case: row for case, row in found.items() if "-" not in case})
    return 0


def _child(case: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.planner", "case", case]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(line(case, result), flush=True)
    return result


def line(case: str, row: dict[str, Any]) -> str:
    """What is printed of a case."""
    said = f"  {case:>24}: gap {100 * row['gap']:.2f} %, {row['wall_s']:.1f} s, {row['peak_mb']} MB,"
    said += f" {row['unplaced']:,} of {row['people']:,} people left, {row['refused']} pairs refused,"
    others = [f"{name} {row[name]:,}" for name in ("nearest", "best", "urgency") if name in row]
    said += f" left by first come: {', '.join(others)}" if others else ""
    more = [f"{name} {row[name]}" for name in ("moved", "one_by_one", "compile_s") if name in row]
    return said + (f" ({', '.join(more)})" if more else "")


def one(case: str) -> dict[str, Any]:
    """The figures of one case."""
    from registry import planner
    from registry.simulation.influx import influx

    kind, _, size = case.rpartition("-")
    households, stays = map(int, size.split("x"))
    started = time.perf_counter()
    small = influx(600, 300, 100)
    plan = planner.plan_stays(small.households, small.stays)
    planner.replan_stays(small.households, small.stays, _before(plan), prices=plan.prices)
    if kind == "together":
        planner.plan_together(small.households, small.rides, small.stays)
    compile_s = round(time.perf_counter() - started, 1)
    day = influx(households, stays, stays // 2 if kind == "together" else 0)
    found = {"": _stays, "replan": _replan, "together": _together}[kind](day)
    return {**found, "compile_s": compile_s, "people": int(day.households.size.sum())}


def _before(plan: Any) -> Any:
    from registry import planner

    return planner.Before(plan.offer, np.zeros(len(plan.offer), np.bool_))


def _figures(plan: Any, started: float, day: Any, offer: Any) -> dict[str, Any]:
    wall = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    left = int(day.households.size[offer < 0].sum())
    return {"gap": plan.gap, "wall_s": wall, "peak_mb": peak, "unplaced": left}


def _stays(day: Any) -> dict[str, Any]:
    from registry import planner
    from tests.bench import first_come
    from tests.planner.as_facts import refused

    started = time.perf_counter()
    plan = planner.plan_stays(day.households, day.stays)
    found = _figures(plan, started, day, plan.offer)
    others = first_come.left(day.households, day.stays) if len(day.households) <= 100_000 else {}
    return {**found, **others, "refused": refused(day.households, day.stays, plan.offer)}


def _replan(day: Any) -> dict[str, Any]:
    from registry import planner
    from registry.planner.arrays import NEVER, StayOffers
    from tests.planner.as_facts import refused

    plan = planner.plan_stays(day.households, day.stays)
    gone = np.random.default_rng(3).permutation(len(day.stays.rows))[:500]
    until = day.stays.rows.verified_until.copy()
    until[gone] = NEVER
    now = StayOffers(replace(day.stays.rows, verified_until=until), day.stays.nights)
    started = time.perf_counter()
    again = planner.replan_stays(day.households, now, _before(plan), prices=plan.prices)
    found = _figures(again, started, day, again.offer)
    moved = (plan.offer >= 0) & ~np.isin(plan.offer, gone) & (again.offer != plan.offer)
    return {**found, "moved": int(moved.sum()), "refused": refused(day.households, now, again.offer)}


def _together(day: Any) -> dict[str, Any]:
    from registry import planner
    from tests.planner.as_facts import refused, refused_rides

    started = time.perf_counter()
    plan = planner.plan_together(day.households, day.rides, day.stays)
    found = _figures(plan, started, day, plan.stay.offer)
    bad = refused(day.households, day.stays, plan.stay.offer)
    return {**found, "refused": bad + refused_rides(day.households, day.rides, plan.ride.offer)}


def _plot(found: dict[str, Any]) -> None:
    """Gap and time against the number of households."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    rows = sorted((int(case.split("x")[0]), row) for case, row in found.items() if "75000" not in case)
    figure, (gap, wall) = plt.subplots(1, 2, figsize=(9, 3.5))
    sizes = [size for size, _ in rows]
    gap.semilogx(sizes, [100 * row["gap"] for _, row in rows], "o-")
    gap.set(xlabel="households", ylabel="proven gap, %", ylim=(0, None))
    wall.loglog(sizes, [row["wall_s"] for _, row in rows], "o-")
    wall.set(xlabel="households", ylabel="seconds on two cores")
    figure.tight_layout()
    figure.savefig(ROOT / "docs/planner.png", dpi=110)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
