"""A plan as a PNG picture."""

from pathlib import Path
from typing import Any

import numpy as np

from registry.planner.arrays import Plan
from registry.planner.drawing import CLASSES, WIDTH, Drawing
from registry.planner.given import Given
from registry.planner.sheets import Unusable

COLORS = ("#8c510a", "#b87a0f", "#35978f", "#01665e")
STYLES = (":", "--", "-", "-")
LAND = {"land": "#777777", "line": "#cfcac0", "land_line": "#cfcac0", "water": "#9cc4e0", "water_line": "#9cc4e0"}


def write(path: Path, given: Given, plan: Plan) -> None:
    """Draw the plan; raises Unusable where Matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise Unusable("a PNG map needs Matplotlib: install safezone-registry[picture], or draw .html") from error
    drawing = Drawing(given, plan)
    figure = Figure(figsize=(12, max(3.0, 12 * drawing.height / WIDTH)), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    _ground(axes, drawing)
    _marks(axes, drawing)
    axes.legend(loc="lower left", fontsize=8)
    axes.set_title(_title(drawing), fontsize=10)
    figure.savefig(path, format="png", metadata={"Software": None})


def _ground(axes: Any, drawing: Drawing) -> None:
    for kind, points in drawing.outlines():
        axes.plot(points[:, 0], points[:, 1], color=LAND[kind], linewidth=0.6, zorder=1)
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(drawing.height, 0)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _marks(axes: Any, drawing: Drawing) -> None:
    from matplotlib.collections import LineCollection

    rows = drawing.lines.rows
    ends = np.stack([drawing.households(rows), drawing.homes(drawing.plan.offer[rows])], axis=1)
    worth = drawing.worth(rows)
    for kind, name in enumerate(_names()):
        some = ends[worth == kind]
        axes.add_collection(
            LineCollection(some, colors=COLORS[kind], linestyles=STYLES[kind], linewidths=0.7, label=name)
        )
    homes, left = drawing.homes(drawing.offers.rows), drawing.households(drawing.left.rows)
    axes.scatter(homes[:, 0], homes[:, 1], s=3, marker="s", color="black", label="offer", zorder=3)
    axes.scatter(left[:, 0], left[:, 1], s=12, marker="x", color="#b3002d", label="household without a place", zorder=4)


def _names() -> list[str]:
    between = [f"{low:.0f} to {high:.0f}" for low, high in zip(CLASSES, CLASSES[1:], strict=False)]
    return [f"under {CLASSES[0]:.0f} points per person", *between, f"{CLASSES[-1]:.0f} or more"]


def _title(drawing: Drawing) -> str:
    size, is_placed = drawing.given.households.size, drawing.plan.offer >= 0
    said = f"{int(size[is_placed].sum())} of {int(size.sum())} people have a place"
    if drawing.lines.step > 1:
        said += f"; every {drawing.lines.step}th of {drawing.lines.total} lines is drawn"
    if drawing.left.step > 1:
        said += f"; every {drawing.left.step}th of {drawing.left.total} households without a place"
    return said
