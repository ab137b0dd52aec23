"""A plan as one page that needs nothing else: map, legend, counts, and the same as a list."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from registry.planner import picture
from registry.planner.arrays import Floats, Plan
from registry.planner.drawing import CLASSES, WIDTH, Drawing
from registry.planner.given import Given
from registry.planner.reasons import Verdicts


def page(given: Given, plan: Plan, why: Verdicts, language: str) -> str:
    """The page in this language."""
    drawing = Drawing(given, plan)
    with translation.override(language):
        return render_to_string("plan/map.html", _context(drawing, why, language))


def words(drawing: Drawing, language: str) -> picture.Words:
    """What a picture of the plan says, in this language."""
    with translation.override(language):
        said = [
            f"{_('People with a place')}: {_placed(drawing)}",
            f"{_('People without a place')}: {_left_people(drawing)}",
        ]
        if drawing.lines.step > 1:
            said.append(
                _("One line in %(step)d is drawn, of %(total)d.")
                % {"step": drawing.lines.step, "total": drawing.lines.total}
            )
        return picture.Words("; ".join(said), tuple(_class_names()), _("an offer"), _("a household without a place"))


def _placed(drawing: Drawing) -> int:
    return int(drawing.given.households.size[drawing.plan.offer >= 0].sum())


def _left_people(drawing: Drawing) -> int:
    return int(drawing.given.households.size[drawing.plan.offer < 0].sum())


def _context(drawing: Drawing, why: Verdicts, language: str) -> dict[str, Any]:
    size, plan = drawing.given.households.size, drawing.plan
    return {
        "language": language,
        "width": WIDTH,
        "height": round(drawing.height, 1),
        "outlines": [(kind, _path(points)) for kind, points in drawing.outlines()],
        "towns": [(name, round(x, 1), round(y, 1)) for name, x, y in drawing.towns(language)],
        "lines": list(_lines(drawing, why, language)),
        "left": list(_left(drawing, why, language)),
        "offers": drawing.homes(drawing.offers.rows).round(1).tolist(),
        "thinned": {"lines": drawing.lines, "left": drawing.left, "offers": drawing.offers},
        "classes": list(enumerate(_class_names())),
        "people": int(size.sum()),
        "placed": _placed(drawing),
        "unplaced": _left_people(drawing),
        "households": len(size),
        "beds": int(drawing.given.offers.rows.beds.sum()),
        "gap": f"{plan.gap:.2%}",
    }


def _class_names() -> list[str]:
    low, high = CLASSES[0], CLASSES[-1]
    between = [_("%(low)d to %(high)d points per person") % {"low": a, "high": b} for a, b in pairwise(CLASSES)]
    return [
        _("under %(points)d points per person") % {"points": low},
        *between,
        _("%(points)d points per person or more") % {"points": high},
    ]


def _path(points: Floats) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points.tolist())


def _lines(drawing: Drawing, why: Verdicts, language: str) -> Iterator[dict[str, Any]]:
    rows = drawing.lines.rows
    offers = drawing.plan.offer[rows]
    ends = np.column_stack([drawing.households(rows), drawing.homes(offers)]).round(1)
    for row, offer, kind, points in zip(
        rows.tolist(), offers.tolist(), drawing.worth(rows).tolist(), ends.tolist(), strict=True
    ):
        yield {
            "ends": points,
            "kind": kind,
            "household": drawing.given.household_ids[row],
            "offer": drawing.given.offer_ids[offer],
            "people": int(drawing.given.households.size[row]),
            "km": round(float(drawing.plan.km[row])),
            "why": _said(why, row, language),
        }


def _left(drawing: Drawing, why: Verdicts, language: str) -> Iterator[dict[str, Any]]:
    rows = drawing.left.rows
    for row, point in zip(rows.tolist(), drawing.households(rows).round(1).tolist(), strict=True):
        yield {
            "at": point,
            "household": drawing.given.household_ids[row],
            "people": int(drawing.given.households.size[row]),
            "why": _said(why, row, language),
        }


def _said(why: Verdicts, row: int, language: str) -> str:
    return " ".join(reason.text(language) for reason in why.of(row))
