"""What a household says itself, by the code on its slip and without an account: all is well, arrived, or a concern."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import models as m
from registry.errors import RegistryError
from registry.phone.intake import form_methods
from registry.rules import concerns as rule
from registry.services import concerns, journeys
from registry.web import forms, guessing, labels, pages

CODE = {"autocomplete": "off", "autocapitalize": "characters", "class": "code"}

WORDS = {
    "here": _("We are still here, in the safe zone"),
    "underway": _("We are under way, all is well"),
    "arrived": _("We have arrived and are safe"),
    "wrong": _("Something is wrong, please help"),
}


def _code() -> Any:
    return forms.line(_("Code on your slip"), longest=20, widget=TextInput(CODE), help_text=_("12 letters and digits."))


class WordForm(forms.Form):
    """A word from the road."""

    code = _code()
    kind = forms.buttons(
        _("What do you want to tell us?"),
        lambda: [(kind, str(WORDS[kind])) for kind in m.CheckIn.KINDS],
    )


class WorryForm(forms.Form):
    """A concern about a driver or host."""

    code = _code()
    kind = forms.buttons(_("What happened?"), lambda: labels.choices("concern", rule.KINDS))
    text = forms.paragraph(_("In your words"), longest=2000, required=False)


def _sent(request: HttpRequest, form: forms.Form, work: pages.Work, done: str) -> HttpResponse | None:
    """Do it once; an address that only guesses codes is stopped."""
    if request.method == "POST":
        try:
            guessing.spend(request)
        except RegistryError as error:
            return pages.refused(request, error, back=request.path)
    return pages.submit(request, form, work, done)


@login_not_required
@form_methods
def word(request: HttpRequest) -> HttpResponse:
    """All is well, arrived, or something is wrong."""
    form = WordForm(request.POST or None)

    def say(sent: pages.Sent) -> str:
        data = form.cleaned_data
        journeys.household_says(actor=sent.actor, code=data["code"], id=sent.id, kind=data["kind"], at=sent.at)
        return reverse("word")

    done = gettext("Thank you. We have written it down.")
    if answer := _sent(request, form, say, done):
        return answer
    return pages.page(request, "phone/word.html", {"form": form})


@login_not_required
@form_methods
def worry(request: HttpRequest) -> HttpResponse:
    """A concern, in confidence: those it is about do not learn who told us."""
    form = WorryForm(request.POST or None)

    def tell(sent: pages.Sent) -> str:
        data = form.cleaned_data
        concerns.report_by_household(
            actor=sent.actor, code=data["code"], id=sent.id, kind=data["kind"], text=data["text"], at=sent.at
        )
        return reverse("word")

    done = gettext("Thank you. An officer sees it now. If you are in danger, call 112.")
    if answer := _sent(request, form, tell, done):
        return answer
    return pages.page(request, "phone/worry.html", {"form": form})
