"""What the page of a plan shows beside its figures: rows a page at a time, before and after by place, the map."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from registry import models as m
from registry import states
from registry.permissions import PLANNERS, Actor
from registry.selectors import plans

PAGE = 50
LISTED = 100
PLACED = ("planned", "changed", "confirmed")
# What is shown together, under the name of its first.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "planned": ("planned", "changed"),
    "left_out": ("left_out",),
    "confirmed": ("confirmed",),
    "refused": ("refused",),
}


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """One zone before and after: people who wait, who have a place in the plan, who are left."""

    zone: m.Zone
    waiting: int
    placed: int

    @property
    def left(self) -> int:
        """Who waits on."""
        return self.waiting - self.placed


@dataclass(frozen=True, slots=True)
class TownLine:
    """One town before and after: beds that are free now, people whom the plan brings there to stay."""

    town: m.Town
    free: int
    staying: int
    arriving: int

    @property
    def left(self) -> int:
        """Beds that stay free."""
        return max(0, self.free - self.staying)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the id after which the next ones come."""

    rows: Sequence[m.PlanRow]
    after: UUID | None


def newest(actor: Actor) -> QuerySet[m.Plan]:
    """The newest plans in the actor's view."""
    return plans.visible(actor).order_by("-created_at", "id")[:LISTED]


def zones(actor: Actor) -> QuerySet[m.Zone]:
    """Zones that the actor may ask a plan for."""
    found = m.Zone.objects.exclude(status__in=("draft", "retired"))
    if not actor.has("coordinator"):
        return found.none()
    everywhere = Q() if actor.everywhere("coordinator") else _named(actor)
    return found.filter(everywhere).order_by("county", "name")


def _named(actor: Actor) -> Q:
    return Q(pk__in=actor.zones("coordinator")) | Q(county__in=actor.counties("coordinator"))


def counties(actor: Actor) -> QuerySet[m.County]:
    """Counties with a zone that the actor may ask a plan for."""
    found = m.County.objects.filter(zones__isnull=False).distinct().order_by("name")
    return found if actor.everywhere(*PLANNERS) else found.filter(pk__in=actor.counties(*PLANNERS))


# Rows of a plan that was made from another one: who had a place there, and who has the same here.
HAD = Q(was_ride__isnull=False) | Q(was_stay__isnull=False)
SAME = (Q(ride=F("was_ride")) | Q(ride__isnull=True, was_ride__isnull=True)) & (
    Q(stay=F("was_stay")) | Q(stay__isnull=True, was_stay__isnull=True)
)
MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Compared:
    """Households beside the plan before: the same place, another one, none any more, one for the first time."""

    kept: int
    moved: int
    lost: int
    found: int


def compared(actor: Actor, plan: m.Plan) -> Compared | None:
    """What became of those who had a place in the plan before; None when this one was made from nothing."""
    if plan.after_id is None:
        return None
    placed = Q(status__in=PLACED)
    rows = plans.rows(actor, plan).order_by()
    found = rows.aggregate(
        kept=Count("pk", filter=HAD & placed & SAME),
        moved=Count("pk", filter=HAD & placed & ~SAME),
        lost=Count("pk", filter=HAD & ~placed),
        found=Count("pk", filter=~HAD & placed),
    )
    return Compared(**found)


def newer(actor: Actor, plan: m.Plan) -> m.Plan | None:
    """The newest plan in the actor's view that was made from this one."""
    return plans.visible(actor).filter(after=plan).order_by("-created_at", "id").first()


def counts(actor: Actor, plan: m.Plan) -> dict[str, int]:
    """How many households are in each group; who moved only where there was a plan before."""
    found = dict(plans.rows(actor, plan).order_by().values_list("status").annotate(Count("pk")))
    groups = {group: sum(found.get(status, 0) for status in some) for group, some in GROUPS.items()}
    if change := compared(actor, plan):
        groups[MOVED] = change.moved + change.lost
    return groups


def page(actor: Actor, plan: m.Plan, group: str, after: UUID | None) -> Page:
    """One page of a group in the order of the rows' ids."""
    related = ("household", "origin", "stay__town", "ride", "arrival_zone__town", "match", "was_stay__town", "was_ride")
    shown = HAD & (~SAME | ~Q(status__in=PLACED)) if group == MOVED else Q(status__in=GROUPS[group])
    rows = plans.rows(actor, plan).filter(shown).select_related(*related).order_by("pk")
    if after:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def waiting_own(actor: Actor, plan: m.Plan) -> int:
    """How many rows the actor could confirm now."""
    if plan.status not in states.PLAN_OPEN:
        return 0
    return plans.rows(actor, plan).filter(plans.own(actor), status__in=states.PLAN_ROW_WAITING).count()


def by_zone(actor: Actor, plan: m.Plan) -> list[ZoneLine]:
    """Every zone of the plan, those with most people first."""
    rows = plans.rows(actor, plan).order_by()
    everybody = _people(rows, "origin")
    placed = _people(rows.filter(status__in=PLACED), "origin")
    known = m.Zone.objects.in_bulk(list(everybody))
    lines = [ZoneLine(known[code], people, placed.get(code, 0)) for code, people in everybody.items()]
    return sorted(lines, key=lambda line: (-line.waiting, line.zone.code))


def by_town(actor: Actor, plan: m.Plan) -> list[TownLine]:
    """Every town that the plan brings people to, those with most first."""
    rows = plans.rows(actor, plan).filter(status__in=PLACED).order_by()
    staying = _people(rows.filter(stay__isnull=False), "stay__town")
    arriving = _people(rows.filter(stay__isnull=True), "arrival_zone__town")
    free = _free_beds(staying)
    towns = m.Town.objects.in_bulk([*staying, *(town for town in arriving if town)])
    lines = [
        TownLine(town, free.get(code, 0), staying.get(code, 0), arriving.get(code, 0)) for code, town in towns.items()
    ]
    return sorted(lines, key=lambda line: (-line.staying - line.arriving, line.town.code))


def _people(rows: QuerySet[m.PlanRow], column: str) -> dict[str, int]:
    return dict(rows.values_list(column).annotate(Sum("people")))


def _free_beds(towns: Iterable[str]) -> dict[str, int]:
    offers = m.AccommodationOffer.objects.filter(town__in=list(towns), status="open").order_by()
    return dict(offers.values_list("town").annotate(free=Sum(F("beds") - F("beds_taken"))))


def flows(actor: Actor, plan: m.Plan) -> Counter[tuple[str, str]]:
    """People of the plan by zone of departure and town."""
    found: Counter[tuple[str, str]] = Counter()
    rows = plans.rows(actor, plan).filter(status__in=PLACED).order_by()
    columns = ("origin", "stay__town", "arrival_zone__town")
    for origin, town, arrival, people in rows.values_list(*columns).annotate(Sum("people")):
        if town or arrival:
            found[origin, town or arrival] += people
    return found


def towns_of(plan: m.Plan) -> list[tuple[m.Town, float]]:
    """Where one more bed would do the most, with its points."""
    wanted: list[dict[str, Any]] = plan.wanted
    known = m.Town.objects.in_bulk([one["town"] for one in wanted])
    return [(known[one["town"]], one["points"]) for one in wanted if one["town"] in known]
