"""Plans and their rows as programs see them: figures, ids, codes with their sentences."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from registry import models as m
from registry.permissions import Actor
from registry.selectors import plans
from registry.selectors.paging import Listing, Row

MOMENTS = ("created_at", "started_at", "finished_at", "closed_at")
FIGURES = ("households", "people", "placed", "unplaced", "value", "bound", "seconds")
PLAN_HEAD = ("id", "version", "zone", "county", "made_by", "after", "seed", "status", "progress", "failure")
PLAN = (*PLAN_HEAD, *MOMENTS, *FIGURES)
ROW = ("id", "version", "request", "household", "origin", "ride", "stay", "arrival_zone", "people", "km", "worth")
ROW_BEFORE = ("was_ride", "was_stay")
ROW_MORE = ("status", "match", "reasons")

Sentence = Callable[[Any], dict[str, Any]]


def listing(actor: Actor, **wanted: str) -> Listing:
    """Plans in the actor's view, newest first."""
    found = plans.visible(actor).filter(**wanted).select_related(None)
    return Listing(found.values(*PLAN, "wanted"), ("-created_at", "id"), lambda rows: [_with_gap(row) for row in rows])


def _with_gap(row: Row) -> Row:
    gap = m.Plan(value=row["value"], bound=row["bound"]).gap
    return {**row, "gap": round(gap, 5), "value": round(row["value"], 1), "bound": round(row["bound"], 1)}


def one(actor: Actor, pk: UUID) -> Row:
    """One plan in the actor's view, else NotFound."""
    plans.plan(actor, pk)
    found = listing(actor, pk=str(pk))
    return found.shape(list(found.rows))[0]


def rows(actor: Actor, pk: UUID, say: Sentence, **wanted: str) -> Listing:
    """The rows of a plan in the actor's view, by id."""
    found = plans.rows(actor, plans.plan(actor, pk)).filter(**wanted)
    return Listing(found.values(*ROW, *ROW_BEFORE, *ROW_MORE), shape=lambda page: [_told(row, say) for row in page])


def _told(row: Row, say: Sentence) -> Row:
    reasons = [say(reason) for reason in plans.unpacked(row["reasons"])]
    return {**row, "reasons": reasons, "worth": round(row["worth"], 1)}
