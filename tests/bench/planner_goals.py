"""What the planner must show, case by case, on two processors that nobody else uses."""

from typing import Any

# Highest gap in percent, seconds and MB, where there is a goal.
GOALS: dict[str, tuple[float, float, float]] = {
    "10000x5000": (1.1, 2, 1e9),
    "100000x50000": (1.0, 20, 400),
    "1000000x300000": (1.5, 120, 1200),
    "replan-100000x50000": (100, 3, 1e9),
    "together-10000x5000": (3.0, 1e9, 1e9),
    "together-100000x50000": (3.0, 1e9, 1e9),
}
TIMES_FEWER, MOST_MOVED, CLUSTER_POINTS = 100, 200, 0.1


def missed(case: str, row: dict[str, Any]) -> list[str]:
    """Every goal of this case that the figures miss."""
    name = case.partition("@")[0]
    gap, wall, memory = GOALS.get(name, (100.0, 1e9, 1e9))
    checks = {
        f"gap above {gap} %": 100 * row["gap"] > gap,
        f"more than {wall} s": row["wall_s"] > wall,
        f"more than {memory} MB": row["peak_mb"] > memory,
        "pairs refused": row["refused"] > 0,
        "worth less than one after the other": row.get("total", 1) < row.get("one_by_one", 0),
        f"more than {MOST_MOVED} moved": row.get("moved", 0) > MOST_MOVED,
        "another gap on the cluster": 100 * abs(row.get("gap_alone", row["gap"]) - row["gap"]) > CLUSTER_POINTS,
        f"not {TIMES_FEWER} times fewer left": name == "balanced-100000x75000"
        and TIMES_FEWER * row["unplaced"] > row["nearest"],
    }
    return [what for what, is_missed in checks.items() if is_missed]
