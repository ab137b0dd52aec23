"""The planner against whoever comes first: gap, time, memory, people left (``-m tests.bench.planner FILE``).

``--small`` leaves out the million, ``--seeds 1,2`` draws other days too. Each case runs in a process of its own (peak
memory), warm of compilation; every pair of every plan goes through the scalar gate with everybody under the same roof
confirmed one after the other, in an order drawn at random.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench import planner_goals

ROOT = Path(__file__).resolve().parents[2]
# A day as it is drawn (with beds for a quarter more people, too few of them around the crossings), one with as many
# beds in each region as are looked for there, one made anew, rides and beds, four processes one of which dies.
CASES = (
    "10000x5000",
    "100000x50000",
    "100000x75000",
    "balanced-10000x7500",
    "balanced-100000x75000",
    "replan-100000x50000",
    "together-10000x5000",
    "together-100000x50000",
    "cluster-100000x50000",
)
BIG = ("1000000x300000",)


def main(arguments: list[str]) -> int:
    """One case as JSON on standard output, or all of them into a file with a plot in docs/."""
    if len(arguments) == 2 and arguments[0] == "case":
        print(json.dumps(one(arguments[1])))
        return 0
    parser = argparse.ArgumentParser(prog="python -m tests.bench.planner")
    parser.add_argument("answer", type=Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--cases", default=",".join((*CASES, *BIG)))
    chosen = parser.parse_args(arguments)
    cases = [case for case in chosen.cases.split(",") if case not in BIG or not chosen.small]
    found = {
        case if seed == "1" else f"{case}@{seed}": _child(f"{case}@{seed}")
        for seed in chosen.seeds.split(",")
        for case in cases
    }
    chosen.answer.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if set(CASES) <= set(cases):
        _plot(found)
    return 0


def _child(case: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.planner", "case", case]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(line(case.removesuffix("@1"), result), flush=True)
    return result


def line(case: str, row: dict[str, Any]) -> str:
    """What is printed of a case."""
    said = f"  {case:>24}: gap {100 * row['gap']:.2f} %, {row['wall_s']:.1f} s, {row['peak_mb']} MB,"
    said += f" {row['unplaced']:,} of {row['people']:,} people left, {row['refused']} pairs refused,"
    others = [f"{name} {row[name]:,}" for name in ("nearest", "best", "urgency") if name in row]
    said += f" left by first come: {', '.join(others)}" if others else ""
    more = ("moved", "total", "one_by_one", "no_place_fits", "same_plan", "cluster_s", "first_come_s", "compile_s")
    said += f" ({', '.join(f'{name} {row[name]}' for name in more if name in row)})"
    missed = planner_goals.missed(case, row)
    return said + (f"\n{'':>26}MISSED: {', '.join(missed)}" if missed else "")


def one(case: str) -> dict[str, Any]:
    """The figures of one case."""
    from registry.simulation.influx import influx

    name, _, seed = case.partition("@")
    kind, _, size = name.rpartition("-")
    households, stays = map(int, size.split("x"))
    started = time.perf_counter()
    _compile(kind)
    compile_s = round(time.perf_counter() - started, 1)
    rides = stays // 2 if kind == "together" else 0
    day = influx(households, stays, rides, seed=int(seed or 1), beds_follow=kind == "balanced")
    ways = {"": _stays, "balanced": _stays, "replan": _replan, "together": _together, "cluster": _cluster}
    return {**ways[kind](day), "compile_s": compile_s, "people": int(day.households.size.sum())}


def _compile(kind: str) -> None:
    from registry import planner
    from registry.simulation.influx import influx

    small = influx(600, 300, 100, beds_follow=True)
    plan = planner.plan_stays(small.households, small.stays)
    planner.replan_stays(small.households, small.stays, _before(plan), prices=plan.prices)
    if kind == "together":
        planner.plan_together(small.households, small.rides, small.stays)


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
    started = time.perf_counter()
    others = first_come.left(day.households, day.stays)
    others["first_come_s"] = round(time.perf_counter() - started)
    others["no_place_fits"] = _nobody_takes(day, np.flatnonzero(plan.offer < 0))
    return {**found, **others, "refused": refused(day.households, day.stays, plan.offer)}


def _nobody_takes(day: Any, left: Any) -> int:
    """Of those who are left, the people whom no offer would take if all its beds were free."""
    from registry.planner.arrays import Settings
    from registry.planner.ground import ground
    from registry.planner.reasons import fitting

    settings, some = Settings(), day.households.take(left)
    fits = fitting(some, ground(day.stays, settings.policy), settings)
    return int(some.size[~fits].sum())


def _cluster(day: Any) -> dict[str, Any]:
    """Four processes of this machine, one of which is killed half-way."""
    import os
    import signal

    from registry import planner
    from registry.planner import cluster
    from registry.planner.arrays import Settings
    from tests.planner.as_facts import refused

    alone, killed = planner.plan_stays(day.households, day.stays), []
    started = time.perf_counter()
    with cluster.workers("local:4", day.households, day.stays, Settings()) as crowd:
        processes = crowd.client.run(os.getpid)

        def kill(done: float) -> None:
            if done > 0.5 and not killed and crowd.finds:
                killed.append(crowd.homes[0])
                os.kill(processes[killed[0]], signal.SIGKILL)

        plan = planner.plan_stays(day.households, day.stays, workers=crowd, progress=kill)
    found = _figures(plan, started, day, plan.offer)
    is_same = bool((plan.offer == alone.offer).all() and plan.bound == alone.bound)
    bad = refused(day.households, day.stays, plan.offer)
    return {**found, "gap_alone": alone.gap, "killed": len(killed), "same_plan": is_same, "refused": bad}


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
    from tests.planner.as_facts import apart, refused, refused_rides

    started = time.perf_counter()
    plan = planner.plan_together(day.households, day.rides, day.stays)
    found = _figures(plan, started, day, plan.stay.offer)
    bad = refused(day.households, day.stays, plan.stay.offer)
    bad += refused_rides(day.households, day.rides, plan.ride.offer)
    both = plan.stay.offer >= 0
    bad += apart(day.rides, day.stays, plan.stay.offer[both], plan.ride.offer[both])
    return {**found, "refused": bad, "total": round(plan.total), "one_by_one": round(_one_by_one(day))}


def _one_by_one(day: Any) -> float:
    """What beds for everybody, and then rides to these beds, are worth for those who have both."""
    from registry import planner

    beds = planner.plan_stays(day.households, day.stays)
    rows = np.flatnonzero(beds.offer >= 0)
    going = replace(day.households.take(rows), destination=day.stays.rows.town[beds.offer[rows]])
    rides = planner.plan_rides(going, day.rides)
    return float((rides.value + beds.value[rows])[rides.offer >= 0].sum())


def _plot(found: dict[str, Any]) -> None:
    """Gap and time against the number of households: beds, and rides and beds together."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (gap, wall) = plt.subplots(1, 2, figsize=(9, 3.8))
    for kind, label, color in (("", "beds", "#1f5fa8"), ("together-", "ride and bed together", "#b4530a")):
        sizes = [f"{kind}{size}" for size in ("10000x5000", "100000x50000", "1000000x300000")]
        rows = [(int(size.removeprefix(kind).split("x")[0]), found[size]) for size in sizes if size in found]
        counts = [count for count, _ in rows]
        gap.semilogx(counts, [100 * row["gap"] for _, row in rows], "o-", label=label, color=color)
        wall.loglog(counts, [row["wall_s"] for _, row in rows], "o-", label=label, color=color)
    gap.set(xlabel="households", ylabel="proven gap, %", ylim=(0, None))
    wall.set(xlabel="households", ylabel="seconds on two processors")
    for axes in (gap, wall):
        axes.grid(visible=True, alpha=0.3)
        axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(ROOT / "docs/planner.png", dpi=110)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
