"""A match on its way: the gate, words from the road, arrivals by both sides, closing, and what goes wrong."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from registry import models as m
from registry import states
from registry.permissions import Actor, may_run_zone, may_work_in
from registry.phone.intake import form_methods
from registry.phone.matching import step
from registry.rules import concerns as rule
from registry.rules.eligibility import is_night
from registry.selectors import journeys as visible
from registry.selectors import photos, work
from registry.selectors.facts import local, party_of
from registry.services import concerns, disclosure, journeys
from registry.services.matching import CANCEL_REASONS
from registry.web import asking, forms, labels, pages, short_messages


def _match(request: HttpRequest, pk: UUID) -> m.Match:
    found: m.Match = pages.found(lambda: work.journey(asking.actor(request), pk))
    return found


def _may(actor: Actor, row: m.Match) -> dict[str, bool]:
    """Which buttons make sense now; the services decide again."""
    here, status = may_work_in(actor, row.origin), row.status
    running = (*states.MATCH_HOLDING_CAPACITY, "closed")
    can = {name: status in sources for name, (sources, _after) in states.MATCH.transitions.items()}
    return {
        "accept": here and can["accept"],
        "confirm": here and can["confirm"],
        "decline": here and can["decline"],
        "cancel": here and can["cancel"],
        "depart": here and can["depart"],
        "check_in": status in running and status not in ("closed", "confirmed"),
        "arrive_refugee": can["arrive"] and row.refugee_arrived_at is None,
        "arrive_receiver": can["arrive"] and row.receiver_arrived_at is None,
        "resolve": can["resolve"] and may_run_zone(actor, row.origin),
        "close": can["close"],
        "report": status in running,
    }


def _message(row: m.Match) -> short_messages.ShortMessage:
    """What goes to the household's phone as one text, in its language."""
    ride = next((leg.transport_offer for leg in row.legs.all() if leg.transport_offer), None)
    return short_messages.of_journey(row.household.code, ride.vehicle.plate if ride else "", row.household.language)


@require_safe
def journey(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One match for the staff of its ends; a provider is sent to what a provider may see."""
    row, actor = _match(request, pk), asking.actor(request)
    if not visible.is_staff_of(actor, row):
        return redirect("carried", pk)
    context = {
        "match": row,
        "household": row.household,
        "party": party_of(row.household),
        "legs": list(row.legs.all()),
        "may": _may(actor, row),
        "check_ins": (said := list(work.check_ins(row))),
        "provider_word": next((word for word in said if word.side in ("driver", "receiver")), None),
        "photos": photos.of_match(row) if row.status in photos.ON_JOURNEYS else [],
        "message": _message(row) if row.status in ("confirmed", *states.MATCH_ON_THE_ROAD) else None,
        "cancel_reasons": labels.choices("cancel", CANCEL_REASONS),
        "words": [(code, text) for code, text in labels.choices("check_in", m.CheckIn.KINDS) if code != "arrived"],
    }
    return pages.page(request, "phone/journey.html", context)


class HandoverForm(forms.Form):
    """What is seen and counted at the gate; nothing is filled in beforehand."""

    pass_code = forms.line(
        _("Pass code"), longest=300, help_text=_("Type the short code of the driver's pass, or scan its QR code here.")
    )
    plate = forms.line(_("Number plate"), longest=16, help_text=_("Read it from the car, not from the pass."))
    counted = forms.count(_("How many people get in? Count heads."), high=90, initial=None)
    second_staff = forms.pick(_("Second member of staff beside you"), (), required=False, empty=_("Nobody"))

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], alone: bool, night: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["second_staff"].choices = [("", gettext("Nobody")), *colleagues]  # type: ignore[attr-defined]
        self.fields["second_staff"].required = False
        if night:
            self.fields["second_staff"].help_text = gettext("It is night: two of you must be at the gate.")
        if alone:
            del self.fields["pass_code"], self.fields["plate"]


def _colleagues(row: m.Match, actor: Actor) -> list[tuple[str, str]]:
    """Others who are on shift in the zone now."""
    shifts = work.on_shift(row.origin, asking.now()).exclude(person=actor.id)
    return [(str(s.person_id), f"{s.person.given_name} {s.person.family_name}") for s in shifts]


@form_methods
def handover(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The gate: GO when pass, plate, driver and heads are right and nothing has changed, else STOP and why."""
    row, actor = _match(request, pk), asking.actor(request)
    alone = all(leg.kind != "ride" for leg in row.legs.all())
    night = is_night(local(asking.now()))
    form = HandoverForm(request.POST or None, colleagues=_colleagues(row, actor), alone=alone, night=night)

    def depart(sent: pages.Sent) -> str:
        data = form.cleaned_data
        second = UUID(data["second_staff"]) if data["second_staff"] else None
        seen = {name: data.get(name, "") for name in ("pass_code", "plate")}
        journeys.depart(actor=sent.actor, match=pk, at=sent.at, counted=data["counted"], second_staff=second, **seen)
        return reverse("go", args=[pk])

    if answer := pages.submit(request, form, depart):
        return answer
    stop = form.told = form.refused_status == 409
    context = {"form": form, "match": row, "stop": stop, "alone": alone, "night": night}
    return pages.page(request, "phone/handover.html", context)


@require_safe
def go(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GO, to be read from an arm's length."""
    row = _match(request, pk)
    if row.status != "departed":
        return redirect("journey", pk)
    return pages.page(request, "phone/go.html", {"match": row})


@require_POST
def check_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Word from the road."""
    here = reverse("journey", args=[pk])

    def record(sent: pages.Sent) -> str:
        kind = request.POST.get("kind", "")
        journeys.check_in(actor=sent.actor, match=pk, id=sent.id, kind=kind, at=sent.at)
        return here

    return pages.act(request, record, back=here, done=gettext("Recorded."))


@require_POST
def arrive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One side says that they have arrived."""
    return step(request, pk, journeys.arrive, gettext("Recorded."), side=request.POST.get("side", ""))


@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An arrived journey is closed."""
    return step(request, pk, journeys.close, gettext("Closed."))


class ResolveForm(forms.Form):
    """What came of a journey that did not arrive as planned."""

    outcome = forms.buttons(_("What came of it?"), lambda: labels.choices("journey_outcome", journeys.OUTCOMES))
    needs_new = forms.yes_no(_("They still need help: open their request again"))


@form_methods
def resolve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A coordinator ends a journey after finding the people."""
    row = _match(request, pk)
    form = ResolveForm(request.POST or None)
    here = reverse("journey", args=[pk])

    def end(sent: pages.Sent) -> str:
        journeys.resolve(actor=sent.actor, match=pk, at=sent.at, **form.cleaned_data)
        return here

    if answer := pages.submit(request, form, end, gettext("Recorded.")):
        return answer
    return pages.page(request, "phone/resolve.html", {"form": form, "match": row})


class ConcernForm(forms.Form):
    """What somebody told about those who carry or host them."""

    kind = forms.buttons(_("What happened?"), lambda: labels.choices("concern", rule.KINDS))
    text = forms.paragraph(
        _("In their words"),
        longest=2000,
        required=False,
        help_text=_("Write only what is needed. No names of children."),
    )


@form_methods
def concern(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A concern about the driver or host of a journey; it holds them at once when it is grave."""
    row = _match(request, pk)
    form = ConcernForm(request.POST or None)

    def report(sent: pages.Sent) -> str:
        concerns.report(actor=sent.actor, match=pk, id=sent.id, at=sent.at, **form.cleaned_data)
        return reverse("journey", args=[pk])

    done = gettext("Reported. An officer sees it now. If somebody is in danger, call 112.")
    if answer := pages.submit(request, form, report, done):
        return answer
    return pages.page(request, "phone/concern.html", {"form": form, "match": row})


@require_POST
def contacts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everybody to call on a journey; looking is recorded."""
    try:
        found = disclosure.journey_contacts(actor=asking.actor(request), match=pk, at=asking.now())
    except pages.REFUSALS as error:
        return pages.refused(request, error)
    context = {"contacts": found, "back": reverse("journey", args=[pk])}
    return pages.page(request, "phone/contacts.html", context)


@require_POST
def destination(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where a journey ends, as exactly as the reader may know; looking is recorded."""
    try:
        place = disclosure.journey_destination(actor=asking.actor(request), match=pk, at=asking.now())
    except pages.REFUSALS as error:
        return pages.refused(request, error)
    row = _match(request, pk)
    return pages.page(request, "phone/destination.html", {"place": place, "match": row})
