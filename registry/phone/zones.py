"""A safe zone for those who work in it: shifts, who is there, opening and closing, alarms."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from registry import models as m
from registry import states
from registry.permissions import may_run_zone
from registry.selectors import work
from registry.services import alarms, zones
from registry.web import asking, forms, pages


class ShiftForm(forms.Form):
    """How long somebody stays."""

    hours = forms.count(_("Hours"), low=1, high=12, initial=8)


@require_safe
def zone(request: HttpRequest, code: str) -> HttpResponse:
    """One zone: who is on shift, and what its people may do there."""
    actor, at = asking.actor(request), asking.now()
    row: m.Zone = pages.found(lambda: work.zone(actor, code))
    runs = may_run_zone(actor, row)
    context = {
        "zone": row,
        "shifts": list(work.on_shift(row, at)),
        "mine": work.shift(actor, at),
        "runs": runs,
        "actions": states.ZONE.actions_from(row.status) if runs else (),
        "form": ShiftForm(),
    }
    return pages.page(request, "phone/zone.html", context)


@require_POST
def shift_start(request: HttpRequest, code: str) -> HttpResponse:
    """Go on duty for some hours."""
    typed = request.POST.get("hours", "")
    hours = int(typed) if typed.isdecimal() and len(typed) < 3 else 0

    def start(sent: pages.Sent) -> str:
        ends_at = sent.at + timedelta(hours=hours)
        zones.start_shift(actor=sent.actor, zone=code, id=sent.id, ends_at=ends_at, at=sent.at)
        return reverse("home")

    return pages.act(request, start, back=reverse("home"), done=gettext("You are on shift."))


@require_POST
def shift_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go off duty, or end the shift of somebody who forgot."""

    def end(sent: pages.Sent) -> str:
        leave = request.POST.get("leave") == "unstaffed"
        zones.end_shift(actor=sent.actor, shift=pk, at=sent.at, leave_unstaffed=leave)
        return reverse("home")

    return pages.act(request, end, back=reverse("home"), done=gettext("The shift has ended."))


@require_POST
def zone_status(request: HttpRequest, code: str) -> HttpResponse:
    """Open, suspend or close a zone."""
    here = reverse("zone", args=[code])

    def change(sent: pages.Sent) -> str:
        zones.set_status(actor=sent.actor, zone=code, action=request.POST.get("action", ""), at=sent.at)
        return here

    return pages.act(request, change, back=here, done=gettext("The zone has changed."))


@require_POST
def alarm_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody looks after an alarm."""

    def take(sent: pages.Sent) -> str:
        alarms.take(actor=sent.actor, alarm=pk, at=sent.at)
        return reverse("home")

    return pages.act(request, take, back=reverse("home"), done=gettext("The alarm is yours."))


@require_POST
def alarm_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An alarm ends with what came of it."""

    def close(sent: pages.Sent) -> str:
        alarms.close(actor=sent.actor, alarm=pk, outcome=request.POST.get("outcome", ""), at=sent.at)
        return reverse("home")

    return pages.act(request, close, back=reverse("home"), done=gettext("The alarm is closed."))
