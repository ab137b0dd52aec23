"""A plan as a PNG picture."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from registry.planner.drawing import WIDTH, Drawing
from registry.planner.sheets import Unusable

COLORS = ("#8c510a", "#b87a0f", "#35978f", "#01665e")
STYLES = (":", "--", "-", "-")
LAND = {"land": "#777777", "line": "#cfcac0", "land_line": "#cfcac0", "water": "#9cc4e0", "water_line": "#9cc4e0"}


@dataclass(frozen=True, slots=True)
class Words:
    """What the picture says: its title, the classes of lines from the lowest, the marks."""

    title: str
    classes: tuple[str, ...]
    offer: str
    left: str


def write(path: Path, drawing: Drawing, words: Words) -> None:
    """Draw the plan; raises Unusable where Matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise Unusable("a PNG map needs Matplotlib: install safezone-registry[picture], or draw .html") from error
    figure = Figure(figsize=(12, max(3.0, 12 * drawing.height / WIDTH)), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    _ground(axes, drawing)
    _marks(axes, drawing, words)
    axes.legend(loc="lower left", fontsize=8)
    axes.set_title(words.title, fontsize=10)
    figure.savefig(path, format="png", metadata={"Software": None})


def _ground(axes: Any, drawing: Drawing) -> None:
    for kind, points in drawing.outlines():
        axes.plot(points[:, 0], points[:, 1], color=LAND[kind], linewidth=0.6, zorder=1)
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(drawing.height, 0)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _marks(axes: Any, drawing: Drawing, words: Words) -> None:
    from matplotlib.collections import LineCollection

    rows = drawing.lines.rows
    ends = np.stack([drawing.households(rows), drawing.homes(drawing.plan.offer[rows])], axis=1)
    worth = drawing.worth(rows)
    for kind, name in enumerate(words.classes):
        some = ends[worth == kind]
        axes.add_collection(
            LineCollection(some, colors=COLORS[kind], linestyles=STYLES[kind], linewidths=0.7, label=name)
        )
    homes, left = drawing.homes(drawing.offers.rows), drawing.households(drawing.left.rows)
    axes.scatter(homes[:, 0], homes[:, 1], s=3, marker="s", color="black", label=words.offer, zorder=3)
    axes.scatter(left[:, 0], left[:, 1], s=12, marker="x", color="#b3002d", label=words.left, zorder=4)
