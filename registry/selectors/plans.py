"""Plans and their rows, as far as the actor's view goes: whoever may plan a scope, and the coordinators inside it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry import states
from registry.errors import NotFound
from registry.permissions import PLANNERS, Actor, may_plan, may_run_zone
from registry.rules.reasons import Reason
from registry.selectors.one import one
from registry.selectors.requests import in_scope


def visible(actor: Actor) -> QuerySet[m.Plan]:
    """Plans that the actor may look at."""
    found = m.Plan.objects.select_related("zone", "county", "made_by")
    if not actor.has(*PLANNERS):
        return found.none()
    if actor.everywhere(*PLANNERS):
        return found
    seen = Q(county__in=actor.counties(*PLANNERS))
    if actor.has("coordinator"):
        zones = m.Zone.objects.filter(_zones_of(actor))
        everywhere = Q(zone__isnull=True, county__isnull=True)
        seen |= Q(zone__in=zones.values("pk")) | Q(county__in=zones.values("county")) | everywhere
    return found.filter(seen)


def _zones_of(actor: Actor) -> Q:
    return Q(pk__in=actor.zones("coordinator")) | Q(county__in=actor.counties("coordinator"))


def plan(actor: Actor, pk: UUID) -> m.Plan:
    """One plan in the actor's view, else NotFound."""
    found = one(visible(actor).filter(pk=pk))
    if found is None:
        raise NotFound
    return found


def rows(actor: Actor, plan: m.Plan) -> QuerySet[m.PlanRow]:
    """The rows of a finished plan: all of them for whoever may plan its scope, else those of one's own zones."""
    found = m.PlanRow.objects.filter(plan=plan)
    if plan.status in states.PLAN_RUNNING:
        return found.none()
    sees_all = actor.everywhere(*PLANNERS) or may_plan(actor, plan.zone, plan.county_id)
    return found if sees_all else found.filter(own(actor))


def own(actor: Actor) -> Q:
    """Rows of the zones that the actor runs: those that the actor changes and confirms."""
    return in_scope(actor, "origin", "coordinator") if actor.has("coordinator") else Q(pk__in=())


def row(actor: Actor, plan: m.Plan, pk: UUID) -> m.PlanRow:
    """One row in the actor's view, else NotFound."""
    related = ("origin", "household", "request", "stay__town", "ride", "arrival_zone")
    found = one(rows(actor, plan).select_related(*related).filter(pk=pk))
    if found is None:
        raise NotFound
    return found


def may_decide(actor: Actor, plan: m.Plan, row: m.PlanRow) -> bool:
    """Whether the actor may change or confirm this row now."""
    return plan.status in states.PLAN_OPEN and row.status != "confirmed" and may_run_zone(actor, row.origin)


def packed(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons as they are kept in a row."""
    return [{"code": r.code, "rule": r.rule, "severity": r.severity, "params": dict(r.params)} for r in reasons]


def unpacked(kept: Sequence[dict[str, Any]]) -> tuple[Reason, ...]:
    """Reasons as they were packed."""
    return tuple(Reason(one["code"], one["rule"], one["severity"], one["params"]) for one in kept)
