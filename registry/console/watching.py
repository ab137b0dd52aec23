"""Reports, alarms and safe zones: take, close, open, suspend."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console import forms
from registry.console.gate import ACT, FORM, WATCHERS, desk
from registry.console.reading import CALLABLE
from registry.errors import Invalid
from registry.selectors import alarms as selected_alarms
from registry.selectors import desk as selected
from registry.services import alarms as alarming
from registry.services import concerns as reporting
from registry.services import disclosure
from registry.services import zones as zoning
from registry.web import asking, pages

SHOWN = 100


@desk("officer")
def concerns(request: HttpRequest) -> HttpResponse:
    """Reports about providers in view, open ones first."""
    rows = selected.concerns(asking.actor(request))[:SHOWN]
    return pages.page(request, "console/concerns.html", {"rows": rows})


@desk("officer", methods=FORM)
def concern(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One report in full, and what came of it."""
    actor = asking.actor(request)
    row = disclosure.concern(actor=actor, concern=pk, at=asking.now())
    form = forms.closing_concern(request.POST or None)

    def work(sent: pages.Sent) -> str:
        reporting.close(actor=sent.actor, concern=pk, outcome=form.cleaned_data["reason"], at=sent.at)
        return reverse("desk:concerns")

    if answer := pages.submit(request, form, work, done=gettext("The report is closed.")):
        return answer
    context = {"form": form, "row": row, "may_close": selected.may_close(actor, row)}
    return pages.page(request, "console/concern.html", context)


@desk(*WATCHERS)
def alarms(request: HttpRequest) -> HttpResponse:
    """Open alarms in view, the gravest first."""
    actor = asking.actor(request)
    rows = selected_alarms.waiting(actor).select_related("match", "zone", "county", "provider", "taken_by")[:SHOWN]
    context = {"rows": rows, "me": actor.id, "callable": CALLABLE, "is_officer": actor.has("officer")}
    return pages.page(request, "console/alarms.html", context)


@desk(*WATCHERS, methods=ACT)
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that one looks after it."""

    def work(sent: pages.Sent) -> str:
        alarming.take(actor=sent.actor, alarm=pk, at=sent.at)
        return reverse("desk:alarms")

    return pages.act(request, work, back=reverse("desk:alarms"), done=gettext("The alarm is yours."))


@desk(*WATCHERS, methods=FORM)
def close_alarm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close an alarm with what came of it."""
    row = selected.alarm(asking.actor(request), pk)
    form = forms.closing_alarm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        alarming.close(actor=sent.actor, alarm=pk, outcome=form.cleaned_data["reason"], at=sent.at)
        return reverse("desk:alarms")

    if answer := pages.submit(request, form, work, done=gettext("The alarm is closed.")):
        return answer
    return pages.page(request, "console/close_alarm.html", {"form": form, "row": row})


@desk("officer", "coordinator")
def zones(request: HttpRequest) -> HttpResponse:
    """The safe zones of one's scope, with how many people are on shift."""
    rows = selected.zones_staffed(asking.actor(request), asking.now())
    return pages.page(request, "console/zones.html", {"rows": rows})


@desk("officer", "coordinator", methods=FORM)
def zone(request: HttpRequest, code: str) -> HttpResponse:
    """One zone: open it, suspend it, close it for good."""
    actor = asking.actor(request)
    row = selected.zone(actor, code)
    if request.method == "POST":
        return pages.act(
            request, lambda sent: _set_status(request, sent, code), back=request.path, done=gettext("Done.")
        )
    context = {"row": row, "actions": selected.zone_actions(actor, row), "waiting": selected.waiting_at(row)}
    return pages.page(request, "console/zone.html", context)


def _set_status(request: HttpRequest, sent: pages.Sent, code: str) -> str:
    version = request.POST.get("version", "")
    if not version.isdecimal():
        raise Invalid("idempotency_key_malformed")
    action = request.POST.get("action", "")
    zoning.set_status(actor=sent.actor, zone=code, action=action, at=sent.at, if_version=int(version))
    return reverse("desk:zone", args=[code])
