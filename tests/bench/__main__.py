"""Runs the benchmarks: ``python -m tests.bench [--json FILE] [--sizes 1000,10000] [--databases sqlite,postgres]``.

``--parts`` chooses among zones, offers, ledger, phone and planner; ``--small`` does not plan for a million households.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.lookup import zone_lookup

ROOT = Path(__file__).resolve().parents[2]
GOAL_MS = 50.0
PROOF_GOAL_MS, VERIFY_GOAL_S = 10.0, 60.0
PARTS = "zones,offers,ledger,phone,planner"
OFFLINE_GOAL_MS = 2_000


def main(arguments: list[str]) -> int:
    """Zone lookup here, the rest in a child for each database; prints a table and says whether the goal is met."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--parts", default=PARTS)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--seeds", default="1", help="of the planner's days")
    chosen = parser.parse_args(arguments)
    parts, found = chosen.parts.split(","), {}
    if "zones" in parts:
        print("bench: zone lookup", flush=True)
        found["zones"] = zone_lookup()
        print(_zones(found["zones"]), flush=True)
    for database in chosen.databases.split(",") if "offers" in parts else ():
        print(f"bench: proposals and lists on {database}", flush=True)
        found[database] = _child(database, "databases", chosen.sizes, str(chosen.searches))
        print("\n".join(_proposals(database, found[database])), flush=True)
    for database in chosen.databases.split(",") if "ledger" in parts else ():
        print(f"bench: ledger of {chosen.entries:,} entries on {database}", flush=True)
        found[f"ledger_{database}"] = _child(database, "ledger", str(chosen.entries))
        print("\n".join(_ledger(found[f"ledger_{database}"])), flush=True)
    if "phone" in parts:
        print("bench: the phone app without a network", flush=True)
        found["phone"] = _child("sqlite", "phone")
        print("\n".join(_phone(found["phone"])), flush=True)
    if "planner" in parts:
        print("bench: planner (stays, stays again, ride and bed together, four processes)", flush=True)
        found["planner"] = _child("sqlite", "planner", "--seeds", chosen.seeds, *(["--small"] if chosen.small else []))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if _is_exact(found) else 1


def _child(database: str, part: str, *arguments: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="safezone-bench-") as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", f"tests.bench.{part}", *arguments, str(answer)]
        environment = {**os.environ, "SAFEZONE_DEBUG": "1", "PYTHONPATH": str(ROOT)}
        if database == "sqlite":
            environment["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        else:
            command = [sys.executable, str(ROOT / "tools/with_postgres.py"), *command]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        result: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return result


def _zones(zones: dict[str, float]) -> str:
    return (
        f"  {zones['points']:.0f} points, {zones['zones']:.0f} zones: {zones['points_per_s']:,.0f} points a second;"
        f" {zones['times_sjoin']:.1f} times a GeoPandas sjoin,"
        f" {zones['times_one_by_one']:.0f} times one point at a time in shapely"
    )


def _proposals(database: str, found: dict[str, Any]) -> Iterator[str]:
    yield f"  {'open offers':>12} {'p50 ms':>8} {'p99 ms':>8} {'CPU p99':>8}  exact against a full scan"
    for size, row in found["proposals"].items():
        goal = (
            "" if int(size) != 100_000 else f"  (goal {GOAL_MS:.0f} ms: {'met' if row['p99'] <= GOAL_MS else 'MISSED'})"
        )
        yield (
            f"  {int(size):>12,} {row['p50']:>8.1f} {row['p99']:>8.1f} {row['cpu_p99']:>8.1f}"
            f"  {row['exact']} of {row['compared']}{goal}"
        )
    first, last = (found["proposals"][size]["p50"] for size in (min(found["proposals"], key=int), found["largest"]))
    yield f"  the largest takes {last / first:.1f} times as long as the smallest (p50)"
    yield _knn(database, found.get("knn"))
    lists = found["list"]
    yield (
        f"  list of {lists['rows']} offers: {lists['endpoint_ms']:.1f} ms, bare DRF of the same fields"
        f" {lists['bare_ms']:.1f} ms: {lists['times_bare']:.1f} times as fast ({database})"
    )


def _knn(database: str, found: dict[str, float] | None) -> str:
    if not found:
        return f"  PostGIS is not installed here ({database}): nearest neighbours (KNN) were not measured"
    return (
        f"  PostGIS nearest neighbours (KNN), the gate and the ranking: {found['knn_p50']:.1f} ms,"
        f" proposals {found['ours_p50']:.1f} ms: {found['knn_p50'] / found['ours_p50']:.1f} times as fast"
        f" ({found['same']} of {found['asked']} the same)"
    )


def _phone(found: dict[str, dict[str, float]]) -> Iterator[str]:
    for times, took in found.items():
        slowed = f"slowed {times} times" if times != "1" else "as it is"
        yield f"  processor {slowed}: {took['p50']:.0f} ms to the home screen, slowest {took['max']:.0f} ms"
    slow, plain = found["4"], found["1"]
    verdict = "met" if slow["max"] < OFFLINE_GOAL_MS else "MISSED"
    yield f"  {slow['p50'] / plain['p50']:.1f} times as long (goal {OFFLINE_GOAL_MS} ms: {verdict})"


def _ledger(found: dict[str, Any]) -> Iterator[str]:
    is_met = found["proof_p99"] <= PROOF_GOAL_MS
    yield (
        f"  inclusion proof: p50 {found['proof_p50']:.1f} ms, p99 {found['proof_p99']:.1f} ms,"
        f" CPU p99 {found['proof_cpu_p99']:.1f} ms"
        f" (goal {PROOF_GOAL_MS:.0f} ms: {'met' if is_met else 'MISSED'})"
    )
    ways = {"verify_s": "export", "verify_file_s": "database file"}
    for name, what in ((name, what) for name, what in ways.items() if name in found):
        verdict = "met" if found[name] <= VERIFY_GOAL_S else "MISSED"
        yield f"  stand-alone check of the {what}: {found[name]:.1f} s (goal {VERIFY_GOAL_S:.0f} s: {verdict})"
    yield f"  the check took {found['verify_cpu_s']:.0f} s of CPU on two processes"
    yield f"  export: {found['export_s']:.1f} s; sequencer: {found['sequenced_per_s']:,.0f} entries a second"


def _is_exact(found: dict[str, Any]) -> bool:
    sizes = [row for part in found.values() if "proposals" in part for row in part["proposals"].values()]
    plans = found.get("planner", {}).values()
    return all(row["exact"] == row["compared"] for row in sizes) and not any(row["refused"] for row in plans)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
