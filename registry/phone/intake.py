"""Households: registered, corrected, looked at; what they ask for; wishes that need two members of staff."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry import models as m
from registry.permissions import Actor, may_work_in
from registry.phone import intake_forms as f
from registry.selectors import places, requests, work
from registry.selectors.facts import local, party_of
from registry.services import disclosure, intake, protection
from registry.web import asking, pages

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def zone_choices(actor: Actor) -> list[tuple[str, str]]:
    """The actor's zones to choose from, the one where they are on shift first."""
    rows = places.named(work.zones(actor).exclude(status="retired"), lambda z: z.name_in(get_language() or "en"))
    shift = work.shift(actor, asking.now())
    return sorted(rows, key=lambda row: row[0] != (shift.zone_id if shift else None))


@form_methods
def household_new(request: HttpRequest) -> HttpResponse:
    """Register a household; its request comes next."""
    actor = asking.actor(request)
    zones = zone_choices(actor)
    form = f.HouseholdForm(request.POST or None, zones=zones, initial={"zone": request.GET.get("zone")})

    def register(sent: pages.Sent) -> str:
        zone = form.cleaned_data["zone"]
        intake.register_household(actor=sent.actor, id=sent.id, zone=zone, draft=form.draft(), at=sent.at)
        return reverse("request_new", args=[sent.id])

    if answer := pages.submit(request, form, register, gettext("The household is registered. Now: what do they need?")):
        return answer
    return pages.page(request, "phone/household_edit.html", {"form": form, "zones": zones})


def _household(request: HttpRequest, pk: UUID) -> m.Household:
    found: m.Household = pages.found(lambda: requests.household(asking.actor(request), pk))
    return found


@form_methods
def household_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct what was taken down, while nothing stands on it."""
    row = _household(request, pk)
    here = [(row.zone_id, row.zone.name_in(get_language() or "en"))]
    form = f.HouseholdForm(request.POST or None, zones=here, initial=f.typed(row))

    def update(sent: pages.Sent) -> str:
        version = request.POST.get("version", "")
        intake.update_household(
            actor=sent.actor,
            household=pk,
            draft=form.draft(),
            at=sent.at,
            if_version=int(version) if version.isdecimal() else None,
        )
        return reverse("household", args=[pk])

    if answer := pages.submit(request, form, update, gettext("Corrected.")):
        return answer
    # The form shows whom to call.
    disclosure.household_contact(actor=asking.actor(request), household=pk, at=asking.now())
    return pages.page(request, "phone/household_edit.html", {"form": form, "zones": here, "household": row})


@require_safe
def household(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One household: who they are, what they asked for, what protects them."""
    row, actor = _household(request, pk), asking.actor(request)
    asked = list(work.household_requests(row))
    context = {
        "household": row,
        "members": list(row.members.all()),
        "party": party_of(row),
        "requests": [(one, work.running_match(one)) for one in asked],
        "may_ask": not any(one.status in ("open", "matched") for one in asked),
        "decisions": list(work.protection_running(row)),
        "is_staff": may_work_in(actor, row.zone),
        "me": actor.id,
    }
    return pages.page(request, "phone/household.html", context)


@require_POST
def household_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name and phone of a household; looking is recorded."""
    try:
        contact = disclosure.household_contact(actor=asking.actor(request), household=pk, at=asking.now())
    except pages.REFUSALS as error:
        return pages.refused(request, error)
    back = reverse("household", args=[pk])
    return pages.page(request, "phone/contacts.html", {"contacts": [contact], "back": back})


@form_methods
def request_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a household asks for; the proposals come next."""
    row, now = _household(request, pk), local(asking.now())
    zones = sorted(zone_choices(asking.actor(request)), key=lambda z: z[0] != row.zone_id)
    initial = {"origin": row.zone_id, "earliest_at": now, "from_date": now.date()}
    form = f.RequestForm(request.POST or None, zones=zones, initial=initial)

    def ask(sent: pages.Sent) -> str:
        intake.open_request(actor=sent.actor, household=pk, id=sent.id, at=sent.at, **form.values())
        return reverse("request", args=[sent.id])

    if answer := pages.submit(request, form, ask):
        return answer
    return pages.page(request, "phone/request_new.html", {"form": form, "household": row})


@form_methods
def accept_men(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first of two members of staff writes down a wish that lifts rule 5 for this household."""
    row = _household(request, pk)
    today = local(asking.now()).date()
    form = f.AcceptMenForm(request.POST or None, initial={"expires_on": f.default_expiry(today)})
    back = reverse("household", args=[pk])

    def ask(sent: pages.Sent) -> str:
        protection.ask_to_accept_men(actor=sent.actor, household=pk, id=sent.id, at=sent.at, **form.cleaned_data)
        return back

    if answer := pages.submit(request, form, ask, gettext("Recorded. A second member of staff must agree.")):
        return answer
    return pages.page(request, "phone/accept_men.html", {"form": form, "household": row})


@require_POST
def protection_agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second of two agrees."""

    def agree(sent: pages.Sent) -> str:
        row = protection.agree_to_accept_men(actor=sent.actor, decision=pk, at=sent.at)
        return reverse("household", args=[row.household_id])

    return pages.act(request, agree, back=reverse("home"), done=gettext("Two people have agreed."))


@require_POST
def protection_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A decision that protects a household ends early."""

    def end(sent: pages.Sent) -> str:
        row = protection.end(actor=sent.actor, decision=pk, at=sent.at)
        return reverse("household", args=[row.household_id])

    return pages.act(request, end, back=reverse("home"), done=gettext("The decision has ended."))


@require_safe
def household_of_code(request: HttpRequest) -> HttpResponse:
    """From the code on a household's slip to its page."""
    row = pages.found(lambda: work.household_by_code(asking.actor(request), request.GET.get("code", "")))
    return redirect("household", row.pk)
