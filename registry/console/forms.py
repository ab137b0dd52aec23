"""What officers fill in when they check, ask, decide, suspend and close."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

from registry.console import words
from registry.models.asking import LONGEST_TEXT
from registry.rules.vetting import Definition, shows_paper
from registry.services import alarms, concerns, holds, reviews, suspension, vetting
from registry.web import labels
from registry.web.forms import Form, boxes, buttons, day, line, paragraph

REASONS_FOR = {
    "verify": ("checks_complete",),
    "lift": ("cause_removed", "hold_explained"),
    "revoke": ("confirmed_abuse", "withdrew"),
    "clear_hold": ("hold_explained", "cause_removed"),
    "grant_appeal": ("rejection_wrong",),
    "deny_appeal": ("rejection_right",),
}
COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, such as RO, UA or MD."))


class CountryField(forms.CharField):
    """A country as two letters, however they were typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "size": "2"})
        text = _("Two letters: RO, UA, MD …")
        super().__init__(max_length=2, validators=[COUNTRY], widget=widget, help_text=text, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").upper()


class CheckForm(Form):
    """The result of one check, with the evidence that this check keeps."""

    # A failed check needs no evidence: the browser must not ask for it.
    use_required_attribute = False
    result = buttons(
        _("Result"),
        [
            ("passed", _in("check", "Passed")),
            ("failed", _in("check", "Failed")),
            ("refused", _("The provider refuses this check")),
        ],
    )

    def __init__(self, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = self.data.get("result") not in ("failed", "refused")
        for name in definition.evidence:
            self.fields[_named(name, definition.code)] = _evidence(name, definition.code, needed)

    @property
    def evidence(self) -> dict[str, Any]:
        """What was filled in beside the result."""
        return {name: value or None for name, value in self.cleaned_data.items() if name != "result"}


def _named(name: str, code: str) -> str:
    """A paper's number is asked for whole; its last four are what is kept."""
    return "number" if name == "last_four" and shows_paper(code) else name


def _evidence(name: str, code: str, needed: bool) -> forms.Field:
    text = labels.text("evidence", name)
    if name == "country":
        return CountryField(label=text, required=needed)
    if name == "expires_on":
        return day(text, required=needed)
    if name == "last_four" and shows_paper(code):
        told = _("Only the last four stay. The rest becomes a fingerprint that nobody can read.")
        return line(labels.text("evidence", "number"), longest=40, min_length=5, required=needed, help_text=told)
    if name == "last_four":
        return line(text, longest=4, min_length=4, required=needed, help_text=_("Never write down the whole number."))
    return buttons(text, words.choices("document", words.DOCUMENTS_FOR[code]), required=needed)


class InfoForm(Form):
    """What the provider is asked for."""

    codes = boxes(_("What is missing"), [])

    def __init__(self, codes: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "codes", labels.choices("check", codes))
        self.fields["codes"].required = True


def offer(form: Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Fill in what a field offers to choose from."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class ReasonForm(Form):
    """One reason of a list."""

    reason = buttons(_("Reason"), [])

    def __init__(self, family: str, codes: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "reason", labels.choices(family, codes))


def rejecting(data: Any) -> ReasonForm:
    """Why an application is refused."""
    return ReasonForm("rejection", vetting.REJECTION_REASONS, data)


def suspending(data: Any) -> ReasonForm:
    """Why it is suspended; that two reports suspend is the rule's own reason, not an officer's."""
    return ReasonForm("suspension", [code for code in suspension.REASONS if code != "two_reports"], data)


def holding(data: Any) -> ReasonForm:
    """Why it is held."""
    return ReasonForm("hold", holds.CODES, data)


class WordsForm(Form):
    """An applicant's own words, at most a thousand letters."""

    text = paragraph(_("In the applicant's own words"), longest=LONGEST_TEXT)

    def __init__(self, *args: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = needed


CONFLICT = (
    ("no", _("I know of nothing that ties me to them: no family, friendship, work, debt or dispute.")),
    ("yes", _("Something ties me to them, so I may not decide.")),
)


class FirstForm(Form):
    """The first of two decisions."""

    reason = buttons(_("Reason"), [])
    conflict = buttons(_("Conflict of interest"), CONFLICT)

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "reason", labels.choices("decision_reason", REASONS_FOR[kind]))
        if len(REASONS_FOR[kind]) == 1:
            self.fields["reason"].initial = REASONS_FOR[kind][0]


class SecondForm(Form):
    """The second of two decisions: carry the first one out, or refuse it."""

    answer = buttons(_("Your decision"), [("carry", _("I agree: carry it out")), ("refuse", _("I do not agree"))])
    reason = buttons(_("Reason"), [])
    conflict = buttons(_("Conflict of interest"), CONFLICT)

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = dict.fromkeys((*REASONS_FOR[kind], "not_convinced"))
        offer(self, "reason", labels.choices("decision_reason", codes))

    def clean(self) -> dict[str, Any]:
        """Agreement and doubt do not go together."""
        data = super().clean() or {}
        agrees, doubts = data.get("answer") == "carry", data.get("reason") == "not_convinced"
        if "answer" in data and "reason" in data and agrees == doubts:
            self.add_error("reason", _("This reason does not go with your decision."))
        return data


class ReviewForm(Form):
    """What a third person would have decided on the same evidence."""

    answer = buttons(_("Would you have decided so?"), [("yes", _("Yes")), ("no", _("No"))])
    reason = buttons(_("Reason"), lambda: labels.choices("review_reason", reviews.REASONS))
    conflict = buttons(_("Conflict of interest"), CONFLICT)

    def clean(self) -> dict[str, Any]:
        """A yes has its reason, a no has others."""
        data = super().clean() or {}
        if "answer" in data and "reason" in data and (data["answer"] == "yes") != (data["reason"] in reviews.AGREE):
            self.add_error("reason", _("This reason does not go with your decision."))
        return data


def closing_alarm(data: Any) -> ReasonForm:
    """What came of an alarm."""
    return ReasonForm("alarm_outcome", alarms.OUTCOMES, data)


def closing_concern(data: Any) -> ReasonForm:
    """What came of a report."""
    return ReasonForm("concern_outcome", concerns.OUTCOMES, data)


class PlacementForm(Form):
    """Where child protection's decision is written, and until when it holds."""

    reference = line(_("Number of the decision"), longest=40)
    expires_on = day(_("Last day on which it holds"))


class AuditForm(Form):
    """What the auditor looks for."""

    object_type = line(_("Type of record"), longest=24, required=False)
    object_id = line(_("Id of the record"), longest=40, required=False)
    who = forms.UUIDField(label=_("Id of the person"), required=False)
    action = line(_("Action"), longest=40, required=False)
