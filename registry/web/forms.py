"""Forms of the pages: labels, groups, an error summary, a fresh key each time one is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext

from registry.ids import uuid7


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are shown together: under a legend, or side by side in a row."""

    fields: tuple[BoundField, ...]
    legend: object = ""
    help: object = ""
    row: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary."""

    text: str
    label: object = ""
    target: str = ""


class Form(forms.Form):
    """A form that acts once. ``groups`` names fields in order: (legend, help, row, names)."""

    template_name = "registry/form.html"
    groups: tuple[tuple[object, object, bool, tuple[str, ...]], ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.refused_status = 0
        self.csrf = ""
        self.told = False

    @property
    def fresh_key(self) -> str:
        """A key for the next sending; a shown form never carries one that was used."""
        return str(uuid7())

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        if self.refused_status:
            return self.refused_status
        return 422 if self.is_bound and self.errors else 200

    @property
    def layout(self) -> list[Group]:
        """Visible fields in their groups; those in no group come last, on their own."""
        named = [name for *_, names in self.groups for name in names]
        groups = [Group(self._bound(names), legend, text, row) for legend, text, row, names in self.groups]
        rest = tuple(f for f in self.visible_fields() if f.name not in named)
        return [g for g in (*groups, Group(rest)) if g.fields]

    def _bound(self, names: Iterable[str]) -> tuple[BoundField, ...]:
        return tuple(self[name] for name in names if name in self.fields)

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, for the summary on top."""
        if not self.is_bound:
            return []
        general = [Problem(str(text)) for text in self.non_field_errors()]
        return general + [
            Problem(str(text), bound.label, bound.id_for_label or bound.auto_id)
            for bound in self
            for text in bound.errors
        ]

    def refuse(self, status: int, lines: Iterable[str], fields: Mapping[str, str]) -> None:
        """Take in a service's refusal: at the fields that it names, else on top."""
        self.refused_status = status
        known = {name: text for name, text in fields.items() if name in self.fields}
        for name, text in known.items():
            self.add_error(name, text)
        if len(known) < len(fields) or not fields:
            for line in lines:
                self.add_error(None, line)


class Stepper(forms.NumberInput):
    """A small number with large + and - buttons where scripts run, a number field where they do not."""

    def __init__(self, low: int = 0, high: int = 99) -> None:
        super().__init__({"min": low, "max": high, "inputmode": "numeric", "data-stepper": "", "autocomplete": "off"})


def count(label: Any, *, high: int, low: int = 0, initial: int | None = 0, **kwargs: Any) -> forms.IntegerField:
    """A field for a small number."""
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, initial=initial, widget=Stepper(low, high), **kwargs
    )


def line(label: Any, *, longest: int, required: bool = True, **kwargs: Any) -> forms.CharField:
    """A field for one line of text."""
    return forms.CharField(label=label, max_length=longest, required=required, **kwargs)


def yes_no(label: Any, **kwargs: Any) -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False, **kwargs)


def pick(label: Any, choices: Any, *, required: bool = True, empty: Any = None, **kwargs: Any) -> forms.ChoiceField:
    """One of a list; ``empty`` is shown while nothing is chosen. ``choices`` may be a callable."""
    first = [("", empty)] if empty is not None else []

    def listed() -> list[Any]:
        return [*first, *(choices() if callable(choices) else choices)]

    return forms.ChoiceField(label=label, choices=listed, required=required, **kwargs)


def buttons(label: Any, choices: Any, *, required: bool = True, **kwargs: Any) -> forms.ChoiceField:
    """One of a few, all visible."""
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=forms.RadioSelect, **kwargs)


def boxes(label: Any, choices: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    """Any of a few, all visible."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


# Years beyond these are slips of the finger; arithmetic on them would overflow.
FIRST_YEAR, LAST_YEAR = 2000, 2099


def near(value: date) -> None:
    """Refuses a day or moment that nobody means."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise forms.ValidationError(gettext("This date is not possible here."))


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """A day."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, input_formats=["%Y-%m-%d"], widget=widget, validators=[near], **kwargs)


def moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    """A day and a time, on the clock of the border."""
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        validators=[near],
        **kwargs,
    )


def nothing_chosen() -> str:
    """What a list shows while nothing is chosen."""
    return gettext("Choose …")


def whole(label: Any, *, low: int, high: int, **kwargs: Any) -> forms.IntegerField:
    """A whole number that is typed, e.g. a year."""
    widget = forms.NumberInput({"min": low, "max": high, "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=low, max_value=high, widget=widget, **kwargs)


def decimal(label: Any, *, low: float, high: float, **kwargs: Any) -> forms.FloatField:
    """A number with a fraction, e.g. a latitude."""
    widget = forms.NumberInput({"min": low, "max": high, "step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, min_value=low, max_value=high, widget=widget, **kwargs)


def paragraph(label: Any, *, longest: int, **kwargs: Any) -> forms.CharField:
    """Several lines of text."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea({"rows": 4}), **kwargs)


def several(label: Any, choices: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    """At least one of a long list."""
    return forms.MultipleChoiceField(label=label, choices=choices, **kwargs)
