"""What officers fill in about signals and the register of refused providers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

from registry.models.register import REFUSED_FOR, RefusedEntry
from registry.web import labels
from registry.web.forms import Form, buttons, line, pick, whole

CONFLICT = (
    ("no", _("I know of nothing that ties me to them: no family, friendship, work, debt or dispute.")),
    ("yes", _("Something ties me to them, so I may not decide.")),
)


class SignalForm(Form):
    """What an officer makes of a signal."""

    answer = buttons(
        _("What is it?"),
        [("clear", _("It means nothing: explained")), ("confirm", _("There is something to it: place a hold now"))],
    )
    conflict = buttons(_("Conflict of interest"), CONFLICT)


def _reasons() -> list[tuple[str, str]]:
    return labels.choices("refusal", REFUSED_FOR)


class RefusalForm(Form):
    """Why somebody is to be refused, and where the evidence lies."""

    reason = pick(_("Reason"), _reasons)
    evidence_reference = line(
        _("Where the evidence lies"), longest=80, help_text=_("The number of a file or case; no names, no story.")
    )


class EntryForm(RefusalForm):
    """Somebody whom no file here is about."""

    groups = (
        ("", "", False, ("reason", "evidence_reference")),
        (
            _("Identifiers"),
            _("Only keyed fingerprints stay, and the last two signs."),
            False,
            ("document", "country", "phone", "plate", "email", "registration"),
        ),
        (_in("person", "Name"), "", False, ("given_name", "family_name", "birth_year")),
    )
    document = line(_("Number of the identity document"), longest=40, required=False)
    country = line(_("Country of the document"), longest=2, required=False, help_text=_("Two letters: RO, UA, MD …"))
    phone = line(_("Phone"), longest=40, required=False)
    plate = line(_("Plate"), longest=20, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    registration = line(_("Registration number"), longest=40, required=False)
    given_name = line(_("First name"), longest=80, required=False)
    family_name = line(_("Surname"), longest=80, required=False)
    birth_year = whole(_("Year of birth"), low=1900, high=2100, required=False)


class RefusalDecisionForm(Form):
    """The first of two about an entry that says why already."""

    conflict = buttons(_("Conflict of interest"), CONFLICT)


class RefusalListForm(RefusalForm):
    """The first of two who list an entry: the reason and the evidence are theirs."""

    conflict = buttons(_("Conflict of interest"), CONFLICT)


class RefusalSecondForm(Form):
    """The second of two."""

    answer = buttons(_("Your decision"), [("carry", _("I agree: carry it out")), ("refuse", _("I do not agree"))])
    conflict = buttons(_("Conflict of interest"), CONFLICT)


def refusal_first(decision: str, row: RefusedEntry, data: Any) -> Form:
    """The form of the first of two."""
    if decision != "list":
        return RefusalDecisionForm(data)
    return RefusalListForm(data, initial={"reason": row.reason, "evidence_reference": row.evidence_reference})
