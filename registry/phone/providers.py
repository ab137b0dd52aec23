"""A provider's own pages: registration, vehicles, homes, offers, and journeys as needs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from registry import models as m
from registry.ids import uuid7
from registry.phone import provider_forms as f
from registry.phone.intake import form_methods
from registry.selectors import carrying, work
from registry.selectors.facts import local
from registry.services import answering, journeys, offers, promising, providers
from registry.web import asking, forms, pages

# Tells the script that keeps what is typed that it was taken.
SAVED = "#saved"


def _provider(request: HttpRequest, pk: UUID) -> m.Provider:
    found: m.Provider = pages.found(lambda: work.own_provider(asking.actor(request), pk))
    return found


def _form_page(request: HttpRequest, form: forms.Form, title: str, text: str = "", button: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "text": text, "button": button or gettext("Save")}
    return pages.page(request, "phone/provider_form.html", context)


@form_methods
def apply(request: HttpRequest) -> HttpResponse:
    """A person with an account registers as a provider."""
    person: Any = request.user
    known = {"given_name": person.given_name, "family_name": person.family_name, "phone": person.phone}
    form = f.ApplyForm(request.POST or None, initial=known)

    def register(sent: pages.Sent) -> str:
        fields = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
        providers.apply(actor=sent.actor, id=sent.id, kind="person", fields=fields, own_account=True, at=sent.at)
        return reverse("own_start")

    done = gettext("You are registered. Officers will now check what you said; nothing can be offered before.")
    if answer := pages.submit(request, form, register, done):
        return answer
    text = gettext("Every driver and every host is checked by two officers before they may help.")
    return _form_page(request, form, gettext("Register as a driver or host"), text, gettext("Register"))


@require_POST
def offer_repeat(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same ride tomorrow, published at once."""

    def again(sent: pages.Sent) -> str:
        offers.repeat(actor=sent.actor, offer=pk, id=sent.id, at=sent.at)
        return reverse("home")

    done = gettext("Published for the next day, at the same time. Volunteers can now propose it.")
    return pages.act(request, again, back=reverse("home"), done=done)


@form_methods
def vehicle_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A vehicle, to be checked."""
    _provider(request, pk)
    form = f.VehicleForm(request.POST or None)

    def add(sent: pages.Sent) -> str:
        providers.add_vehicle(actor=sent.actor, provider=pk, id=sent.id, fields=form.cleaned_data, at=sent.at)
        return reverse("vehicle_photo", args=[sent.id]) + SAVED

    if answer := pages.submit(
        request, form, add, gettext("The vehicle is here. Now send a photo of it, or do it later.")
    ):
        return answer
    return _form_page(request, form, gettext("Add a vehicle"))


@form_methods
def dwelling_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A home with its residents, to be checked."""
    _provider(request, pk)
    form = f.DwellingForm(request.POST or None)

    def add(sent: pages.Sent) -> str:
        residents = [(uuid7(), draft) for draft in form.residents()]
        fields = form.fields_of_home()
        providers.add_dwelling(
            actor=sent.actor, provider=pk, id=sent.id, fields=fields, residents=residents, at=sent.at
        )
        return reverse("own_status") + SAVED

    if answer := pages.submit(request, form, add, gettext("The home is registered and waits for its checks.")):
        return answer
    return pages.page(request, "phone/dwelling_form.html", {"form": form})


@form_methods
def ride_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A ride, as a draft."""
    owner, now = _provider(request, pk), local(asking.now()).replace(second=0, microsecond=0)
    vehicles = [(str(row.pk), f.vehicle_name(row)) for row in owner.vehicles.all()]
    people = [(str(row.pk), f.person_name(row)) for row in work.colleagues(owner)]
    initial = {"departs_from": now + timedelta(hours=2), "departs_until": now + timedelta(hours=6)}
    form = f.RideForm(request.POST or None, vehicles=vehicles, people=people, initial=initial)

    def draft(sent: pages.Sent) -> str:
        offers.draft_transport(actor=sent.actor, provider=pk, id=sent.id, draft=form.draft(), at=sent.at)
        return reverse("home") + SAVED

    if answer := pages.submit(request, form, draft, gettext("Saved as a draft. Publish it when you are ready.")):
        return answer
    text = "" if vehicles else gettext("Add a vehicle first.")
    return _form_page(request, form, gettext("Offer a ride"), text)


@form_methods
def stay_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Beds, as a draft."""
    owner, today = _provider(request, pk), local(asking.now()).date()
    dwellings = [(str(row.pk), f.dwelling_name(row)) for row in owner.dwellings.select_related("town")]
    initial = {"from_date": today, "to_date": today + timedelta(days=30)}
    form = f.StayForm(request.POST or None, dwellings=dwellings, initial=initial)

    def draft(sent: pages.Sent) -> str:
        offers.draft_accommodation(actor=sent.actor, provider=pk, id=sent.id, draft=form.draft(), at=sent.at)
        return reverse("home") + SAVED

    if answer := pages.submit(request, form, draft, gettext("Saved as a draft. Publish it when you are ready.")):
        return answer
    text = "" if dwellings else gettext("Add a home first.")
    return _form_page(request, form, gettext("Offer a place to stay"), text)


STEPS: dict[str, Callable[..., Any]] = {
    "publish": offers.publish,
    "pause": offers.pause,
    "withdraw": offers.withdraw,
}


@require_POST
def offer_step(request: HttpRequest, kind: str, pk: UUID, step: str) -> HttpResponse:
    """Publish, pause or withdraw an offer of one's own."""
    done = {
        "publish": gettext("Published. Volunteers can now propose it."),
        "pause": gettext("Paused. What is confirmed stays."),
        "withdraw": gettext("Withdrawn."),
    }[step]

    def take(sent: pages.Sent) -> str:
        STEPS[step](actor=sent.actor, kind=kind, offer=pk, at=sent.at)
        return reverse("home")

    return pages.act(request, take, back=reverse("home"), done=done)


@form_methods
def own_step(request: HttpRequest, kind: str, pk: UUID, step: str) -> HttpResponse:
    """The provider says that what was asked for is there, or appeals a rejection in its own words."""
    pages.found(lambda: work.own_thing(asking.actor(request), kind, pk))
    form = f.WordsForm(request.POST or None, needed=step == "appeal")

    def take(sent: pages.Sent) -> str:
        about: dict[str, Any] = {"actor": sent.actor, "kind": kind, "subject": pk, "at": sent.at}
        if step == "appeal":
            answering.appeal(**about, id=sent.id, text=form.cleaned_data["text"])
        else:
            answering.supply_info(**about, text=form.cleaned_data["text"])
        return reverse("home")

    if answer := pages.submit(request, form, take, gettext("Sent. Officers will look at it again.")):
        return answer
    return _form_page(request, form, *_words_of(step), gettext("Send"))


def _words_of(step: str) -> tuple[str, str]:
    """Title and text of the page on which a provider says something."""
    if step == "appeal":
        text = gettext("You can ask once. Two officers who have not decided about you before will look at it again.")
        return gettext("Ask for a new review"), text
    return gettext("It is there now"), gettext(
        "Say in a few words what you have brought or sent. You may leave it empty."
    )


def _carried(request: HttpRequest, pk: UUID) -> carrying.Carried:
    actor = asking.actor(request)
    at = asking.now()
    found: carrying.Carried = pages.found(lambda: carrying.carried_one(actor, work.journey(actor, pk), at))
    return found


@require_safe
def carried(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A journey as its provider may know it: the need, never the people."""
    return pages.page(request, "phone/carried.html", {"job": _carried(request, pk)})


@require_POST
def carried_word(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The provider's word from the road, or that the guests have arrived."""
    kind, here = request.POST.get("kind", ""), reverse("carried", args=[pk])
    arrived = kind == "arrived" and _carried(request, pk).side == "receiver"

    def record(sent: pages.Sent) -> str:
        if arrived:
            journeys.arrive(actor=sent.actor, match=pk, side="receiver", at=sent.at)
        else:
            journeys.check_in(actor=sent.actor, match=pk, id=sent.id, kind=kind, at=sent.at)
        return here

    return pages.act(request, record, back=here, done=gettext("Recorded. Thank you."))


def _own_carried(request: HttpRequest, pk: UUID) -> carrying.Carried:
    """The same for its driver or host alone; staff have pages of their own."""
    job = _carried(request, pk)
    pages.found(lambda: work.must(job.side in ("driver", "receiver")))
    return job


@require_POST
def carried_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Yes, I will be there; or: I am here, at the gate."""
    _own_carried(request, pk)
    kind, here = request.POST.get("kind", ""), reverse("carried", args=[pk])

    def say(sent: pages.Sent) -> str:
        promising.say(actor=sent.actor, match=pk, id=sent.id, kind=kind, at=sent.at)
        return here

    done = gettext("Thank you. The volunteers see it now.")
    return pages.act(request, say, back=here, done=done)


@form_methods
def carried_cannot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No: called off at once, with what the provider says."""
    job = _own_carried(request, pk)
    form = f.CannotForm(request.POST or None)

    def call_off(sent: pages.Sent) -> str:
        promising.cannot(actor=sent.actor, match=pk, said=form.said(), at=sent.at)
        return reverse("home")

    done = gettext("Called off. The volunteers look for somebody else. Thank you for telling us in time.")
    if answer := pages.submit(request, form, call_off, done):
        return answer
    return pages.page(request, "phone/carried_cannot.html", {"form": form, "job": job})
