"""What a volunteer fills in for a household: who they are, and what they need."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.forms import BoundField
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from registry import models as m
from registry.rules import facts
from registry.rules.policy import DEFAULT
from registry.selectors import places
from registry.services import intake
from registry.web import forms, labels

SPOKEN_HERE = ("uk", "ru", "ro", "en")
MOST = 30


def number_field(band: str, sex: str) -> str:
    """The name of the field that counts people of this age band and sex."""
    return f"n_{band.replace('+', 'plus').replace('-', '_')}_{sex}"


NUMBERS = {number_field(band, sex): (band, sex) for band in facts.AGE_BANDS for sex in facts.SEXES}


def town_choices() -> list[tuple[str, str]]:
    """Towns that journeys go to, in the reader's language."""
    return places.named(places.towns(), lambda town: town.name_in(get_language() or "en"))


def crossing_choices() -> list[tuple[str, str]]:
    """Border crossings in the reader's language."""
    return places.named(places.crossings(), lambda row: row.name_in(get_language() or "en"))


class HouseholdForm(forms.Form):
    """Those who travel together: counted by age and sex, with what they need. Nothing has to be typed."""

    template_name = "phone/household_form.html"
    zone = forms.pick(_("Safe zone"), ())
    guardian = forms.buttons(
        _("Who is here for the children?"),
        lambda: labels.choices("guardian", facts.GUARDIANS),
        required=False,
        help_text=_("Ask each child, too. A child without a parent or guardian is never sent away alone."),
    )
    others = forms.count(
        _("How many of the children belong to somebody who is not here?"),
        high=MOST,
        required=False,
        help_text=_("For example a neighbor's child or a nephew."),
    )
    language = forms.buttons(
        _("Language to read out to them"), lambda: labels.choices("language", SPOKEN_HERE), initial="uk"
    )
    languages = forms.boxes(_("Languages they also speak"), lambda: labels.choices("language", intake.LANGUAGES))
    needs = forms.boxes(_("What to take care of"), lambda: labels.choices("need", intake.NEEDS))
    wheelchairs = forms.count(_("Wheelchairs"), high=MOST)
    pets = forms.count(_("Pets"), high=20)
    luggage = forms.count(_("Pieces of luggage"), high=60)
    contact_name = forms.line(_("First name to call them by"), longest=120, required=False)
    contact_phone = forms.line(_("Phone"), longest=20, required=False)
    crossing = forms.pick(_("Where they crossed the border"), crossing_choices, required=False, empty="–")
    groups = (
        (_("The children"), "", False, ("guardian", "others")),
        (_("Languages"), "", False, ("language", "languages")),
        (_("What they need"), "", False, ("needs",)),
        (_("What they carry"), "", True, ("wheelchairs", "pets", "luggage")),
        (_("To reach them again"), "", False, ("contact_name", "contact_phone", "crossing")),
    )

    def __init__(self, *args: Any, zones: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = zones  # type: ignore[attr-defined]
        self.fields["guardian"].conditional = True  # type: ignore[attr-defined]
        for name, (band, sex) in NUMBERS.items():
            label = f"{labels.text('age', band)}, {labels.text('sex', sex)}"
            self.fields[name] = forms.count(label, high=MOST, required=False)

    @property
    def layout(self) -> list[forms.Group]:
        """The groups without the counting table and the zone, which the template draws itself."""
        return [g for g in super().layout if g.legend]

    def table(self, *sexes: str) -> Iterator[tuple[str, list[BoundField]]]:
        """Rows of the counting table: the age band's words and a field a sex."""
        for band in facts.AGE_BANDS:
            yield labels.text("age", band), [self[number_field(band, sex)] for sex in sexes]

    @property
    def usual(self) -> list[tuple[str, list[BoundField]]]:
        """Women and men, girls and boys."""
        return list(self.table("f", "m"))

    @property
    def unsaid(self) -> list[tuple[str, list[BoundField]]]:
        """People whose sex was not said."""
        return list(self.table("unknown"))

    def _number(self, name: str) -> int:
        return self.cleaned_data.get(name) or 0

    def clean(self) -> dict[str, Any]:
        """Somebody is counted, and the question about the children is answered."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        total = sum(self._number(name) for name in NUMBERS)
        minors = sum(self._number(n) for n, (band, _sex) in NUMBERS.items() if band in facts.MINOR_BANDS)
        if not 1 <= total <= MOST:
            self.add_error(None, gettext("A household has 1 to 30 people. Count them in the table."))
        if minors and not cleaned.get("guardian"):
            self.add_error("guardian", gettext("There are children: please say who is here for them."))
        if self._number("others") > minors:
            self.add_error("others", gettext("More than there are children."))
        return cleaned

    def members(self) -> list[facts.Person]:
        """The people as the rules count them; children of absent people are the oldest of the children."""
        found = [facts.Person(band, sex) for name, (band, sex) in NUMBERS.items() for _n in range(self._number(name))]
        minors = [index for index, person in enumerate(found) if person.is_minor]
        absent = set(minors[::-1][: self._number("others")])
        for index in minors:
            guardian = "other_adult" if index in absent else self.cleaned_data["guardian"]
            found[index] = facts.Person(found[index].age_band, found[index].sex, guardian)
        return found

    def draft(self) -> intake.HouseholdDraft:
        """What the intake service wants to know."""
        data = self.cleaned_data
        return intake.HouseholdDraft(
            members=self.members(),
            language=data["language"],
            languages=sorted({data["language"], *data["languages"]}),
            contact_name=data["contact_name"],
            contact_phone=data["contact_phone"],
            wheelchairs=data["wheelchairs"],
            pets=data["pets"],
            luggage=data["luggage"],
            needs=data["needs"],
            crossing=data["crossing"] or None,
        )


def typed(household: m.Household) -> dict[str, Any]:
    """The form's fields as they would have been filled in for this household."""
    members = list(household.members.all())
    values: dict[str, Any] = dict.fromkeys(NUMBERS, 0)
    for member in members:
        values[number_field(member.age_band, member.sex)] += 1
    minors = [member.guardian for member in members if member.age_band in facts.MINOR_BANDS]
    usual = next((g for g in minors if g != "other_adult"), minors[0] if minors else "")
    columns = ("language", "wheelchairs", "pets", "luggage", "contact_name", "contact_phone")
    return {
        **values,
        **{name: getattr(household, name) for name in columns},
        "zone": household.zone_id,
        "crossing": household.crossing_id or "",
        "languages": [code for code in household.languages.split() if code != household.language],
        "needs": household.needs.split(),
        "guardian": usual,
        "others": minors.count("other_adult") if usual != "other_adult" else 0,
    }


class RequestForm(forms.Form):
    """What a household asks for."""

    kind = forms.buttons(_("What do they need?"), lambda: labels.choices("kind", m.HelpRequest.KINDS), initial="both")
    destination = forms.pick(
        _("Where to?"),
        town_choices,
        required=False,
        empty=_("Anywhere safe"),
        help_text=_("A place to stay is looked for around this town."),
    )
    nights = forms.count(_("Nights"), low=1, high=365, initial=3)
    max_km = forms.count(_("At most this many kilometers from there"), low=1, high=600, initial=DEFAULT.default_max_km)
    earliest_at = forms.moment(_("Ready to leave from"))
    from_date = forms.day(_("First night"))
    origin = forms.pick(_("They leave from"), ())
    groups = (
        ("", "", False, ("kind", "destination")),
        ("", "", True, ("nights", "max_km")),
        ("", "", True, ("earliest_at", "from_date")),
        ("", "", False, ("origin",)),
    )

    def __init__(self, *args: Any, zones: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["origin"].choices = zones  # type: ignore[attr-defined]

    def values(self) -> Mapping[str, Any]:
        """The arguments of the intake service."""
        data = self.cleaned_data
        return {**data, "destination": data["destination"] or None}


class AcceptMenForm(forms.Form):
    """A woman asked for it herself, in private."""

    reason = forms.line(
        _("What she said, in your words"),
        longest=200,
        min_length=20,
        help_text=_("At least 20 characters, no names. Speak with her alone, with an interpreter she trusts."),
    )
    expires_on = forms.day(_("Holds until"))


def default_expiry(today: Any) -> Any:
    """A wish is asked for again after three days."""
    return today + timedelta(days=3)
