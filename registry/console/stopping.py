"""The red button: suspend or hold, and then the people to call."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console import forms
from registry.console.gate import FORM, desk, needing, opened
from registry.models import Match
from registry.permissions import Actor
from registry.selectors import exposure
from registry.selectors.standing import Subject
from registry.services import disclosure, holds, suspension
from registry.states import MATCH_ON_THE_ROAD
from registry.web import asking, pages


@desk("officer", methods=FORM)
def suspend(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """One reason, one button: everything stands still at once."""
    thing, file = opened(asking.actor(request), kind, pk)
    needing(request, "suspend", file)
    form = forms.suspending(request.POST or None)

    def work(sent: pages.Sent) -> str:
        reason = form.cleaned_data["reason"]
        # The page that comes next reads the phones, and says so in the audit log.
        suspension.suspend(actor=sent.actor, kind=kind, subject=pk, reason=reason, at=sent.at, tell=False)
        return reverse("desk:halted", args=[kind, pk])

    if answer := pages.submit(request, form, work, done=gettext("Suspended. Everything stands still.")):
        return answer
    return pages.page(request, "console/suspend.html", {"form": form, "file": file, "thing": thing, **_running(thing)})


@desk("officer", methods=FORM)
def hold(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """A hold: no new match until two people clear it."""
    thing, file = opened(asking.actor(request), kind, pk)
    needing(request, "hold", file)
    form = forms.holding(request.POST or None)

    def work(sent: pages.Sent) -> str:
        code = form.cleaned_data["reason"]
        holds.place_by_officer(actor=sent.actor, kind=kind, subject=pk, id=sent.id, code=code, at=sent.at)
        return reverse("desk:halted", args=[kind, pk])

    if answer := pages.submit(request, form, work, done=gettext("On hold. No new match until two people clear it.")):
        return answer
    return pages.page(request, "console/hold.html", {"form": form, "file": file, "thing": thing, **_running(thing)})


def _running(thing: Subject) -> dict[str, int]:
    """How many journeys and stays the button would halt."""
    matches = exposure.running(thing)
    road = sum(match.status in MATCH_ON_THE_ROAD for match in matches)
    staying = sum(match.status == "arrived" for match in matches)
    before = sum(match.status in ("proposed", "accepted", "confirmed") for match in matches)
    return {"on_the_road": road, "staying": staying, "not_left": before}


@dataclass(frozen=True, slots=True)
class ToCall:
    """A halted journey with everybody to call about it."""

    match: Match
    contacts: list[disclosure.Contact]


@desk("officer")
def halted(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Who is on the road and whom to call, and everything that stands still."""
    actor, at = asking.actor(request), asking.now()
    thing, file = opened(actor, kind, pk)
    still = exposure.halted(thing)
    context = {
        "thing": thing,
        "file": file,
        "still": still,
        "road": [_to_call(actor, match, at) for match in still.on_the_road],
        "staying": [_to_call(actor, match, at) for match in still.staying],
    }
    return pages.page(request, "console/halted.html", context)


def _to_call(actor: Actor, match: Match, at: datetime) -> ToCall:
    return ToCall(match, disclosure.journey_contacts(actor=actor, match=match.pk, at=at))
