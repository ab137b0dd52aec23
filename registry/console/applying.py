"""Applications written for somebody, vehicles and homes added, details corrected, people moving in and out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext

from registry import models as m
from registry.console import application_forms as forms
from registry.console.gate import FORM, desk, identity_read, needing, opened, thing_page
from registry.errors import NotFound
from registry.permissions import Actor
from registry.selectors import desk as selected
from registry.selectors import dossier
from registry.selectors.standing import Subject
from registry.services import disclosure, providers
from registry.web import asking, pages

PROVIDER_FIELDS = ["given_name", "family_name", "birth_year", "sex", "phone", "email", "address", "town_id"]
PROVIDER_FIELDS += ["languages", "is_driver", "is_host", "organization_name", "registration_number"]
VEHICLE_FIELDS = ["plate", "plate_country", "make", "color", "seats", "child_seats", "wheelchair_places"]
DWELLING_FIELDS = ["address", "town_id", "lat", "lon", "beds", "rooms", "lockable_room", "step_free"]


def _towns(actor: Actor, now: m.Town | None = None) -> list[tuple[str, str]]:
    towns = selected.towns(actor)
    if now and now not in towns:
        towns = [now, *towns]
    return [(town.code, town.name_in(get_language() or "en")) for town in towns]


def _initial(row: Any, names: list[str]) -> dict[str, Any]:
    """What the record says now, as the form shows it."""
    values = {name.removesuffix("_id"): getattr(row, name) for name in names}
    if "languages" in values:
        values["languages"] = values["languages"].split()
    return {**values, "version": row.version}


@desk("officer", methods=FORM)
def apply(request: HttpRequest, kind: str = "person") -> HttpResponse:
    """Write an application for a person or an organization."""
    actor = asking.actor(request)
    organizations = dossier.organizations_for(actor, without_provider=kind == "organization")
    form = forms.application(kind, _towns(actor), organizations, request.POST or None)

    def work(sent: pages.Sent) -> str:
        fields = form.values()
        organization = fields.pop("organization", "")
        providers.apply(
            actor=sent.actor,
            id=sent.id,
            kind=kind,
            fields=fields,
            at=sent.at,
            organization=UUID(organization) if organization else None,
        )
        return reverse("desk:provider", args=[sent.id])

    done = gettext("The application is recorded. You wrote it, so two other officers decide on it.")
    if answer := pages.submit(request, form, work, done=done):
        return answer
    return pages.page(request, "console/apply.html", {"form": form, "kind": kind, "kinds": list(forms.APPLICATIONS)})


@desk("officer", methods=FORM)
def add_vehicle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a vehicle to be vetted."""
    owner, file = opened(asking.actor(request), "provider", pk)
    needing(request, "edit", file)
    form = forms.VehicleForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        providers.add_vehicle(actor=sent.actor, provider=pk, id=sent.id, fields=form.values(), at=sent.at)
        return f"{thing_page(owner)}#vehicle-{sent.id}"

    if answer := pages.submit(request, form, work, done=gettext("The vehicle is recorded.")):
        return answer
    return pages.page(request, "console/add_vehicle.html", {"form": form, "thing": owner})


@desk("officer", methods=FORM)
def add_dwelling(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a home; who lives there is written down next."""
    actor = asking.actor(request)
    owner, file = opened(actor, "provider", pk)
    needing(request, "edit", file)
    form = forms.DwellingForm(request.POST or None)
    form.town_choices(_towns(actor))

    def work(sent: pages.Sent) -> str:
        values = form.values()
        providers.add_dwelling(actor=sent.actor, provider=pk, id=sent.id, fields=values, residents=(), at=sent.at)
        return reverse("desk:move-in", args=[sent.id])

    done = gettext("The home is recorded. Now write down everybody of 16 or more who lives there.")
    if answer := pages.submit(request, form, work, done=done):
        return answer
    return pages.page(request, "console/add_dwelling.html", {"form": form, "thing": owner})


def _form_of(actor: Actor, kind: str, row: Any, data: Any) -> forms.Versioned:
    if kind == "vehicle":
        return forms.VehicleForm(data, initial=_initial(row, VEHICLE_FIELDS))
    if kind == "dwelling":
        form = forms.DwellingForm(data, initial=_initial(row, DWELLING_FIELDS))
        form.town_choices(_towns(actor, row.town))
        return form
    return forms.application(row.kind, _towns(actor, row.town), None, data, initial=_initial(row, PROVIDER_FIELDS))


EDIT: dict[str, tuple[str, Callable[..., object]]] = {
    "provider": ("provider", providers.edit_provider),
    "vehicle": ("vehicle", providers.edit_vehicle),
    "dwelling": ("dwelling", providers.edit_dwelling),
}


@desk("officer", methods=FORM)
def edit(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Correct details; a checked one sends it back to review and halts its matches."""
    actor = asking.actor(request)
    thing, file = opened(actor, kind, pk)
    needing(request, "edit", file)
    form = _form_of(actor, kind, thing, request.POST or None)
    name, service = EDIT[kind]

    def work(sent: pages.Sent) -> str:
        version = form.cleaned_data["version"]
        service(**{name: pk}, actor=sent.actor, fields=form.values(), at=sent.at, if_version=version or 0)
        return thing_page(thing)

    if answer := pages.submit(request, form, work, done=gettext("The details are recorded.")):
        return answer
    _reading(actor, kind, thing)
    stale = _changed_meanwhile(form, thing) if form.refused_status == STALE else []
    return pages.page(request, "console/edit.html", {"form": form, "file": file, "thing": thing, "stale": stale})


STALE = 412


def _reading(actor: Actor, kind: str, thing: Subject) -> None:
    """The form shows what the record says: an identity or an exact place, which owes its audit entry."""
    if kind == "dwelling":
        disclosure.dwelling_place(actor=actor, dwelling=thing.pk, at=asking.now())
    elif kind == "provider":
        identity_read(actor, thing)


def _changed_meanwhile(form: forms.Versioned, thing: Any) -> list[tuple[str, object]]:
    """What the record says now where it differs from what was typed; the form may then be sent again."""
    now = {name: form.initial.get(name) for name in form.fields}
    form.now_at(thing.version)
    return [
        (str(form.fields[name].label), _shown(form, name, value))
        for name, value in now.items()
        if name != "version" and form.cleaned_data.get(name) != value
    ]


def _shown(form: forms.Versioned, name: str, value: object) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(str(choices.get(code, code)) for code in value)
    return str(choices.get(value, "" if value is None else value))


@desk("officer", methods=FORM)
def move_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody of 16 or more lives there: unchecked, so the home is reviewed again."""
    home, file = opened(asking.actor(request), "dwelling", pk)
    needing(request, "edit", file)
    form = forms.ResidentForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        providers.move_in(actor=sent.actor, dwelling=pk, id=sent.id, draft=form.draft, at=sent.at)
        return reverse("desk:move-in", args=[pk]) if "another" in request.POST else thing_page(home)

    if answer := pages.submit(request, form, work, done=gettext("The resident is recorded.")):
        return answer
    identity_read(asking.actor(request), home)
    return pages.page(request, "console/move_in.html", {"form": form, "file": file, "thing": home})


@desk("officer", methods=FORM)
def move_out(request: HttpRequest, pk: UUID, resident: UUID) -> HttpResponse:
    """Somebody does not live there anymore."""
    home, file = opened(asking.actor(request), "dwelling", pk)
    needing(request, "edit", file)
    who = next((row for row in file.residents if row.pk == resident), None)
    if who is None and request.method != "POST":
        raise NotFound
    form = forms.ConfirmForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        providers.move_out(actor=sent.actor, dwelling=pk, resident=resident, at=sent.at)
        return thing_page(home)

    if answer := pages.submit(request, form, work, done=gettext("The resident is taken off.")):
        return answer
    identity_read(asking.actor(request), home)
    return pages.page(request, "console/move_out.html", {"form": form, "file": file, "thing": home, "who": who})
