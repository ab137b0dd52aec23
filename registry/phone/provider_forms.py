"""What a provider fills in: who they are, what they drive, where people could stay, what they offer."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry import models as m
from registry.models.asking import LONGEST_TEXT
from registry.phone.intake_forms import town_choices
from registry.selectors import places
from registry.services.intake import LANGUAGES
from registry.services.offers import AccommodationDraft, TransportDraft
from registry.services.promising import WHY
from registry.services.providers import ResidentDraft
from registry.web import forms, labels

COUNTRIES = ("RO", "UA", "MD", "PL", "HU", "SK", "BG", "DE", "AT", "CZ", "IT", "FR")


def home_towns() -> list[tuple[str, str]]:
    """Towns of a county, where a provider can live."""
    rows = places.towns().filter(county__isnull=False)
    return places.named(rows, lambda town: town.name_in(get_language() or "en"))


def zone_choices() -> list[tuple[str, str]]:
    """Zones that a ride may start in."""
    return places.named(places.zones_to_drive_from(), lambda zone: zone.name_in(get_language() or "en"))


class WordsForm(forms.Form):
    """The provider's own words, at most a thousand letters."""

    text = forms.paragraph(_("In your own words"), longest=LONGEST_TEXT)

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = needed


WHY_CANNOT = {
    "car": _("Something is wrong with my vehicle"),
    "ill": _("I am ill"),
    "time": _("I cannot at that time"),
    "other": _("Something else"),
}


class CannotForm(forms.Form):
    """Why a driver or host cannot; the volunteers read it."""

    why = forms.buttons(_("What has happened?"), lambda: [(code, str(WHY_CANNOT[code])) for code in WHY])
    text = forms.paragraph(_("In your own words"), longest=200, required=False)

    def said(self) -> str:
        """Reason and words in one line."""
        why, text = str(WHY_CANNOT[self.cleaned_data["why"]]), self.cleaned_data["text"].strip()
        return f"{why}: {text}" if text else why


class ApplyForm(forms.Form):
    """A person who wants to drive or to host."""

    given_name = forms.line(_("First name"), longest=80)
    family_name = forms.line(_("Surname"), longest=80, help_text=_("As in the identity document."))
    birth_year = forms.whole(_("Year of birth"), low=1900, high=2099)
    sex = forms.buttons(_("Sex"), lambda: labels.choices("sex", ("f", "m", "unknown")))
    phone = forms.line(_("Phone"), longest=20)
    address = forms.line(_("Address"), longest=200)
    town = forms.pick(_("Town"), home_towns, empty=_("Choose …"), help_text=_("The nearest of the list."))
    languages = forms.boxes(_("Languages you speak"), lambda: labels.choices("language", LANGUAGES))
    is_driver = forms.yes_no(_("I want to drive people"))
    is_host = forms.yes_no(_("I want to host people"))
    groups: tuple[tuple[object, object, bool, tuple[str, ...]], ...] = (
        (_("Who you are"), "", False, ("given_name", "family_name", "birth_year", "sex")),
        (_("Where you live"), "", False, ("phone", "address", "town")),
        (_("What you offer"), "", False, ("is_driver", "is_host", "languages")),
    )

    def clean(self) -> dict[str, Any]:
        """Somebody who offers nothing has no reason to register."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("is_driver") and not cleaned.get("is_host"):
            self.add_error("is_driver", _("Choose at least one: drive or host."))
        return cleaned


class VehicleForm(forms.Form):
    """A vehicle to be checked."""

    plate = forms.line(_("Number plate"), longest=16)
    plate_country = forms.pick(_("Country of the plate"), [(c, c) for c in COUNTRIES], initial="RO")
    make = forms.line(_("Make and model"), longest=40)
    color = forms.line(_("Color"), longest=20)
    seats = forms.count(_("Seats, with the driver's"), low=2, high=90, initial=5)
    child_seats = forms.count(_("Child seats"), high=20)
    wheelchair_places = forms.count(_("Wheelchair places"), high=20)
    groups = (
        ("", "", True, ("plate", "plate_country")),
        ("", "", True, ("make", "color")),
        ("", "", True, ("seats", "child_seats", "wheelchair_places")),
    )


RESIDENTS = 6


class DwellingForm(forms.Form):
    """A home with everybody of 16 or more who lives in it."""

    address = forms.line(_("Address"), longest=200)
    town = forms.pick(_("Town"), home_towns, empty=_("Choose …"))
    lat = forms.decimal(
        _("Latitude"), low=-90, high=90, required=False, help_text=_("For example 47.6514, from the phone's map.")
    )
    lon = forms.decimal(
        _("Longitude"), low=-180, high=180, required=False, help_text=_("Leave both empty if you do not know them.")
    )
    beds = forms.count(_("Beds for guests"), low=1, high=500, initial=2)
    rooms = forms.count(_("Rooms for guests"), low=1, high=200, initial=1)
    lockable_room = forms.yes_no(_("Guests can lock their room"))
    step_free = forms.yes_no(_("There are no steps"))
    groups = (
        (
            _("Where it is"),
            _("Only officers and a household that is matched see the address."),
            False,
            ("address", "town", "lat", "lon"),
        ),
        (_("What there is"), "", False, ("beds", "rooms", "lockable_room", "step_free")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = [self._resident(number) for number in range(1, RESIDENTS + 1)]

    def _resident(self, number: int) -> tuple[str, ...]:
        made = {
            f"r{number}_given_name": forms.line(_("First name"), longest=80, required=False),
            f"r{number}_family_name": forms.line(_("Surname"), longest=80, required=False),
            f"r{number}_birth_year": forms.whole(_("Year of birth"), low=1900, high=2099, required=False),
            f"r{number}_sex": forms.pick(
                _("Sex"), lambda: labels.choices("sex", ("f", "m", "unknown")), required=False, initial="unknown"
            ),
        }
        self.fields |= made
        return tuple(made)

    @property
    def layout(self) -> list[forms.Group]:
        """The home first, then each resident in a row of their own."""
        named = {name for row in self.rows for name in row}
        home = [forms.Group(g.fields, g.legend, g.help, g.row) for g in super().layout if g.legend]
        return [g for g in home if not named & {f.name for f in g.fields}]

    @property
    def residents_layout(self) -> list[forms.Group]:
        """Rows for the residents; the first is open, the others wait under a fold."""
        return [forms.Group(tuple(self[name] for name in row), _("Resident"), "", True) for row in self.rows]

    def clean(self) -> dict[str, Any]:
        """A resident is given whole or not at all; a home without a position lies in the middle of its town."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"lat", "lon", "town"} & set(self.errors) and cleaned.get("lat") is None and cleaned.get("lon") is None:
            cleaned["lat"], cleaned["lon"] = places.middle_of(cleaned["town"])
        for row in self.rows:
            given = [name for name in row[:3] if cleaned.get(name)]
            for name in row[:3] if given else ():
                if name not in given and name not in self.errors:
                    self.add_error(name, _("Please fill this in."))
        return cleaned

    def fields_of_home(self) -> Mapping[str, Any]:
        """The dwelling itself."""
        names = ("address", "town", "lat", "lon", "beds", "rooms", "lockable_room", "step_free")
        return {name: self.cleaned_data[name] for name in names}

    def residents(self) -> list[ResidentDraft]:
        """Those who live there."""
        data = self.cleaned_data
        return [
            ResidentDraft(data[given], data[family], data[born], data[sex] or "unknown")
            for given, family, born, sex in self.rows
            if data.get(given)
        ]


class RideForm(forms.Form):
    """Seats from a safe zone to one or several towns."""

    vehicle = forms.pick(_("Vehicle"), ())
    driver = forms.pick(_("Driver"), ())
    escort = forms.pick(_("Second adult in the vehicle"), (), required=False)
    origin = forms.pick(_("From the safe zone"), zone_choices, empty=_("Choose …"))
    destinations = forms.several(_("To which towns?"), town_choices, help_text=_("Choose one or several."))
    departs_from = forms.moment(_("Leaves at the earliest"))
    departs_until = forms.moment(_("Leaves at the latest"))
    seats = forms.count(_("Free seats"), low=1, high=89, initial=3)
    child_seats = forms.count(_("Child seats"), high=20)
    wheelchair_places = forms.count(_("Wheelchair places"), high=20)
    luggage = forms.count(_("Pieces of luggage"), high=99, initial=4)
    pets = forms.yes_no(_("Pets are welcome"))
    women_only = forms.yes_no(_("For women and children only"))
    languages = forms.boxes(_("Languages spoken in the car"), lambda: labels.choices("language", LANGUAGES))
    groups = (
        (_("Who drives"), "", False, ("vehicle", "driver", "escort")),
        (_("From where to where"), "", False, ("origin", "destinations")),
        (_("When"), "", True, ("departs_from", "departs_until")),
        (_("How much fits"), "", True, ("seats", "child_seats", "wheelchair_places", "luggage")),
        (_("For whom"), "", False, ("pets", "women_only", "languages")),
    )

    def __init__(
        self, *args: Any, vehicles: list[tuple[str, str]], people: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vehicle"].choices = vehicles  # type: ignore[attr-defined]
        self.fields["driver"].choices = people  # type: ignore[attr-defined]
        self.fields["escort"].choices = [("", "–"), *people]  # type: ignore[attr-defined]

    def draft(self) -> TransportDraft:
        """What the offers service wants to know."""
        return TransportDraft(**{**self.cleaned_data, "escort": self.cleaned_data["escort"] or None})


class StayForm(forms.Form):
    """Beds between two days."""

    dwelling = forms.pick(_("Home"), ())
    beds = forms.count(_("Free beds"), low=1, high=500, initial=2)
    from_date = forms.day(_("From"))
    to_date = forms.day(_("Until"))
    accepts_men = forms.yes_no(_("Men are welcome"), initial=True)
    accepts_children = forms.yes_no(_("Children are welcome"), initial=True)
    child_friendly = forms.yes_no(_("There is what children need: toys, a cot, a safe garden"))
    women_only = forms.yes_no(_("For women and children only"))
    pets = forms.yes_no(_("Pets are welcome"))
    wheelchair = forms.yes_no(_("A wheelchair can get in"))
    languages = forms.boxes(_("Languages spoken in the home"), lambda: labels.choices("language", LANGUAGES))
    groups = (
        (_("What you offer"), "", False, ("dwelling", "beds")),
        (_("When"), "", True, ("from_date", "to_date")),
        (
            _("For whom"),
            "",
            False,
            ("accepts_men", "accepts_children", "child_friendly", "women_only", "pets", "wheelchair", "languages"),
        ),
    )

    def __init__(self, *args: Any, dwellings: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dwelling"].choices = dwellings  # type: ignore[attr-defined]

    def draft(self) -> AccommodationDraft:
        """What the offers service wants to know."""
        return AccommodationDraft(**self.cleaned_data)


def vehicle_name(row: m.Vehicle) -> str:
    """A vehicle in a list."""
    return f"{row.plate} · {row.make}, {row.color}"


def dwelling_name(row: m.Dwelling) -> str:
    """A home in a list."""
    return f"{row.address}, {row.town.name_in(get_language() or 'en')}"


def person_name(row: m.Provider) -> str:
    """A provider in a list of their own organization."""
    return row.organization_name or f"{row.given_name} {row.family_name}"
