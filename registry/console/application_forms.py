"""What officers fill in for a provider who cannot: the application, vehicles, homes and who lives there."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from registry import models as m
from registry.console import words
from registry.console.forms import CountryField, offer
from registry.services.providers import LANGUAGES, ResidentDraft
from registry.web import labels
from registry.web.forms import Form, boxes, buttons, count, line, nothing_chosen, pick, yes_no

SEXES = ("f", "m", "unknown")


def _year(label: Any, **kwargs: Any) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=1900, max_value=2100, widget=widget, **kwargs)


def _languages() -> list[tuple[str, str]]:
    return labels.choices("language", [code for code in labels.LANGUAGE if code in LANGUAGES])


def _sexes() -> list[tuple[str, str]]:
    return labels.choices("sex", SEXES)


class Versioned(Form):
    """A form that edits: it carries the version of what its reader saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """The fields without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def now_at(self, version: int) -> None:
        """Let what was typed be sent again on top of what the record says now."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data

    def town_choices(self, towns: Iterable[tuple[str, str]]) -> None:
        """The towns to choose from."""
        offer(self, "town", [("", nothing_chosen()), *towns])


class PersonForm(Versioned):
    """A person who drives or hosts."""

    given_name = line(_("First name"), longest=80)
    family_name = line(_("Surname"), longest=80)
    birth_year = _year(_("Year of birth"))
    sex = buttons(_("Sex"), _sexes)
    phone = line(_("Phone"), longest=20)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    address = line(_("Address"), longest=200, required=False)
    town = pick(_("Town"), [])
    languages = boxes(_("Languages"), _languages)
    is_driver = yes_no(_("Drives"))
    is_host = yes_no(_("Hosts"))
    organization = pick(_("Acts for an organization"), [], required=False)
    groups = (
        (_("Who"), "", False, ("given_name", "family_name", "birth_year", "sex")),
        (_("How to reach them"), "", False, ("phone", "email", "address", "town")),
        (_("What they offer"), "", False, ("is_driver", "is_host", "languages", "organization")),
    )


class OrganizationForm(Versioned):
    """An organization that transports or hosts."""

    organization = pick(_("Organization, if the registry knows it"), [], required=False)
    organization_name = line(_("Name of the organization"), longest=120)
    registration_number = line(_("Registration number"), longest=40)
    phone = line(_("Phone"), longest=20)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    address = line(_("Address"), longest=200, required=False)
    town = pick(_("Town"), [])
    languages = boxes(_("Languages"), _languages)
    groups = (
        (_("Organization"), "", False, ("organization", "organization_name", "registration_number")),
        (_("How to reach them"), "", False, ("phone", "email", "address", "town", "languages")),
    )


APPLICATIONS: dict[str, type[Versioned]] = {"person": PersonForm, "organization": OrganizationForm}


def application(
    kind: str, towns: Any, organizations: Iterable[m.Organization] | None, *args: Any, **kwargs: Any
) -> Versioned:
    """The form of an application; without ``organizations`` it edits one, and the organization stays."""
    form = APPLICATIONS[kind](*args, **kwargs)
    form.town_choices(towns)
    if organizations is None:
        del form.fields["organization"]
    else:
        offer(form, "organization", [("", nothing_chosen()), *((str(row.pk), row.name) for row in organizations)])
    return form


class VehicleForm(Versioned):
    """A vehicle."""

    plate = line(_("Number plate"), longest=16, widget=forms.TextInput({"autocapitalize": "characters"}))
    plate_country = CountryField(label=_("Country of the plate"), initial="RO")
    make = line(_("Make and model"), longest=40)
    color = pick(_("Color"), [])
    seats = count(_("Seats, the driver's included"), low=2, high=90, initial=5)
    child_seats = count(_("Child seats"), high=20)
    wheelchair_places = count(_("Wheelchair places"), high=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [*words.COLOR]
        color = self.initial.get("color")
        codes = known if color in (None, "", *known) else [*known, str(color)]
        offer(self, "color", [("", nothing_chosen()), *words.choices("color", codes)])


class DwellingForm(Versioned):
    """A home or shelter."""

    address = line(_("Address"), longest=200)
    town = pick(_("Town"), [])
    lat = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, widget=forms.NumberInput({"step": "any"}))
    lon = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, widget=forms.NumberInput({"step": "any"})
    )
    beds = count(_("Beds"), low=1, high=2000, initial=1)
    rooms = count(_("Rooms"), low=1, high=500, initial=1)
    lockable_room = yes_no(_("Room that guests can lock"))
    step_free = yes_no(_("No steps"))
    groups = (
        (
            _("Where"),
            _("Degrees with a point, as a map shows them: 47.6333 and 26.2500."),
            False,
            ("address", "town", "lat", "lon"),
        ),
        (_("What is there"), "", False, ("beds", "rooms", "lockable_room", "step_free")),
    )


class ResidentForm(Form):
    """Somebody of 16 or more who lives in a home."""

    given_name = line(_("First name"), longest=80)
    family_name = line(_("Surname"), longest=80)
    birth_year = _year(_("Year of birth"))
    sex = buttons(_("Sex"), _sexes)

    @property
    def draft(self) -> ResidentDraft:
        """The resident as the service takes them."""
        return ResidentDraft(**self.cleaned_data)


class ConfirmForm(Form):
    """Nothing to fill in: only to say yes."""
