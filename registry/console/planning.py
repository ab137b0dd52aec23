"""Plans at the desk: asked for, watched while they are made, looked at, changed by hand, confirmed, discarded."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from registry import models as m
from registry import states
from registry.console.gate import ACT, FORM, desk
from registry.permissions import PLANNERS, Actor, may_plan, may_run_zone
from registry.rules.reasons import Reason
from registry.selectors import plan_pages, plans
from registry.services import matching
from registry.services import planning as service
from registry.web import asking, forms, pages, plan_map

# How often the page of a plan that is being made asks anew.
REFRESH_S = 3
EVERYWHERE = "all"


class PlanForm(forms.Form):
    """For where the plan is."""

    scope = django_forms.ChoiceField(label=_("For which households?"))

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        language = get_language() or "en"
        zones = [(f"zone:{row.pk}", row.name_in(language)) for row in plan_pages.zones(actor)]
        counties = [(f"county:{row.pk}", row.name_in(language)) for row in plan_pages.counties(actor)]
        everywhere = [(EVERYWHERE, gettext("The whole country"))] if may_plan(actor, None, None) else []
        groups = [(gettext("One safe zone"), zones), (gettext("All zones of a county"), counties)]
        field: Any = self.fields["scope"]
        field.choices = [*everywhere, *((name, rows) for name, rows in groups if rows)]

    def wanted(self, kind: str) -> str | None:
        """The code of the zone or county that was chosen; None when it is neither."""
        chosen, _colon, code = self.cleaned_data["scope"].partition(":")
        return code if chosen == kind else None


@desk(*PLANNERS, methods=FORM)
def listing(request: HttpRequest) -> HttpResponse:
    """Plans in view, newest first, and a form for a new one."""
    actor = asking.actor(request)
    form = PlanForm(actor, request.POST or None)

    def ask(sent: pages.Sent) -> str:
        zone, county = form.wanted("zone"), form.wanted("county")
        plan = service.make(actor=sent.actor, id=sent.id, zone=zone, county=county, at=sent.at)
        return reverse("desk:plan", args=[plan.pk])

    if answer := pages.submit(request, form, ask):
        return answer
    context = {"form": form, "rows": list(plan_pages.newest(actor)), "running": states.PLAN_RUNNING}
    return pages.page(request, "console/plans.html", context)


@desk(*PLANNERS)
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One plan: how far it is, or what it says."""
    actor = asking.actor(request)
    row = plans.plan(actor, pk)
    runs = may_plan(actor, row.zone, row.county_id)
    context: dict[str, Any] = {"plan": row, "runs": runs, "refresh": REFRESH_S}
    if row.status in states.PLAN_RUNNING:
        return pages.page(request, "console/plan_making.html", context)
    return pages.page(request, "console/plan.html", {**context, **_shown(request, actor, row)})


def _shown(request: HttpRequest, actor: Actor, row: m.Plan) -> dict[str, Any]:
    """What the page of a finished plan shows."""
    group = request.GET.get("show", "")
    counts = plan_pages.counts(actor, row)
    if group not in counts:
        group = next((name for name, count in counts.items() if count), "planned")
    page = plan_pages.page(actor, row, group, _uuid(request.GET.get("after", "")))
    mine = [one.pk for one in page.rows if may_run_zone(actor, one.origin)]
    flows = plan_pages.flows(actor, row)
    zones, towns = plan_pages.by_zone(actor, row), plan_pages.by_town(actor, row)
    waiting = plan_pages.waiting_own(actor, row)
    return {
        "group": group,
        "counts": counts,
        "rows": [(one, plans.unpacked(one.reasons)) for one in page.rows],
        "after": page.after,
        "mine": mine,
        "open": row.status in states.PLAN_OPEN,
        "finished": row.status in states.PLAN_FINISHED,
        "compared": plan_pages.compared(actor, row),
        "newer": plan_pages.newer(actor, row),
        "waiting": waiting,
        "at_most": service.AT_MOST,
        "zones": zones,
        "towns": towns,
        "map": _map(zones, towns, flows),
        "wanted": plan_pages.towns_of(row),
        "reached": 100 * (1 - row.gap),
        "gap": 100 * row.gap,
    }


def _map(
    zones: Iterable[plan_pages.ZoneLine], towns: Iterable[plan_pages.TownLine], flows: Any
) -> plan_map.Drawing | None:
    language = get_language() or "en"
    start = {
        line.zone.pk: plan_map.Place(line.zone.name_in(language), (line.zone.lon, line.zone.lat), line.waiting)
        for line in zones
    }
    end = {
        line.town.pk: plan_map.Place(
            line.town.name_in(language), (line.town.lon, line.town.lat), line.staying + line.arriving
        )
        for line in towns
    }
    return plan_map.draw(start, end, flows)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@desk(*PLANNERS, methods=ACT)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop a plan that waits or is being made."""
    here = reverse("desk:plan", args=[pk])

    def stop(sent: pages.Sent) -> str:
        service.cancel(actor=sent.actor, plan=pk, at=sent.at)
        return here

    return pages.act(request, stop, back=here, done=gettext("It is being stopped."))


@desk(*PLANNERS, methods=ACT)
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away."""
    here = reverse("desk:plan", args=[pk])

    def drop(sent: pages.Sent) -> str:
        service.discard(actor=sent.actor, plan=pk, at=sent.at)
        return reverse("desk:plans")

    return pages.act(request, drop, back=here, done=gettext("The plan is discarded. What was confirmed of it stays."))


@desk(*PLANNERS, methods=ACT)
def remake(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a finished plan anew, as things are now."""

    def again(sent: pages.Sent) -> str:
        plan = service.remake(actor=sent.actor, id=sent.id, plan=pk, at=sent.at)
        return reverse("desk:plan", args=[plan.pk])

    return pages.act(request, again, back=reverse("desk:plan", args=[pk]))


@desk(*PLANNERS, methods=ACT)
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the chosen rows, or all of one's own, before their households; each is done once by itself."""
    actor, here = asking.actor(request), reverse("desk:plan", args=[pk])
    plans.plan(actor, pk)
    everything = request.POST.get("all") == "yes"
    wanted = [row for text in request.POST.getlist("row") if (row := _uuid(text))]
    if not everything and not wanted:
        messages.error(request, gettext("Choose at least one household first."))
        return redirect(here)
    try:
        found = service.confirm(
            actor=actor,
            plan=pk,
            wanted=None if everything else wanted,
            at=asking.now(),
            again=lambda: asking.again(request),
        )
    except states.IllegalTransition as error:
        messages.error(request, "\n".join(pages.refusal(error).lines))
        return redirect(here)
    return redirect(f"{here}?show={_told(request, found)}")


def _told(request: HttpRequest, found: Iterable[service.Outcome]) -> str:
    """Say what came of it; which group of rows to show."""
    came = [one.came for one in found]
    done, refused, already = (came.count(one) for one in ("confirmed", "refused", "already"))
    if done:
        text = ngettext(
            "%(n)d household now has its proposal. It chooses.",
            "%(n)d households now have their proposals. They choose.",
            done,
        )
        messages.success(request, text % {"n": done})
    if refused:
        text = ngettext(
            "%(n)d row is not possible any more. The reason stands beside it.",
            "%(n)d rows are not possible any more. The reasons stand beside them.",
            refused,
        )
        messages.warning(request, text % {"n": refused})
    if already:
        text = ngettext(
            "%(n)d row had been decided by somebody else before you.",
            "%(n)d rows had been decided by somebody else before you.",
            already,
        )
        messages.info(request, text % {"n": already})
    return "refused" if refused else "confirmed"


@desk(*PLANNERS, methods=FORM)
def change(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Another place for one household: what can be offered now, and what each choice would do to the plan."""
    actor, at, here = asking.actor(request), asking.now(), request.path
    seen = plans.plan(actor, pk)
    one = plans.row(actor, seen, row)
    if request.method == "POST":
        ride, stay = _uuid(request.POST.get("ride", "")), _uuid(request.POST.get("stay", ""))

        def move(sent: pages.Sent) -> str:
            service.change(actor=sent.actor, plan=pk, row=row, ride=ride, stay=stay, at=sent.at)
            return reverse("desk:plan", args=[pk])

        return pages.act(request, move, back=here, done=gettext("Changed by hand."))
    if not plans.may_decide(actor, seen, one):
        return redirect("desk:plan", pk)
    context = {
        "plan": seen,
        "row": one,
        "reasons": plans.unpacked(one.reasons),
        "choices": _choices(actor, seen, one, at),
        "has_place": bool(one.ride_id or one.stay_id) and one.status in states.PLAN_ROW_WAITING,
    }
    return pages.page(request, "console/plan_row.html", context)


def _choices(actor: Actor, plan: m.Plan, row: m.PlanRow, at: Any) -> list[dict[str, Any]]:
    """The best places that an interactive search finds now, other than the one it has, each with its effect."""
    if row.request.status != "open":
        return []
    found = []
    for proposal in matching.search(actor=actor, request=row.request_id, at=at).ranked:
        ride, stay = (part.pk if part else None for part in (proposal.ride, proposal.stay))
        if (ride, stay) != (row.ride_id, row.stay_id):
            effect, refused = _effect(actor, plan, row, ride, stay, at)
            found.append({"proposal": proposal, "effect": effect, "refused": refused})
    return found


def _effect(
    actor: Actor, plan: m.Plan, row: m.PlanRow, ride: UUID | None, stay: UUID | None, at: Any
) -> tuple[service.Effect | None, tuple[Reason, ...]]:
    try:
        return service.effect(actor=actor, plan=plan.pk, row=row.pk, ride=ride, stay=stay, at=at), ()
    except pages.REFUSALS as error:
        return None, tuple(getattr(error, "reasons", ()))
