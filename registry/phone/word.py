"""What a household says itself: all is well, arrived, something is wrong, a concern, and with whom it shares."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from registry import models as m
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.phone.mine import CodeForm, form_methods, held, picture_choices, told
from registry.rules import concerns as rule
from registry.selectors import by_slip
from registry.services import concerns, intake, journeys
from registry.web import forms, guessing, holding, labels, pages

WORDS = {
    "here": _("We are here and safe"),
    "underway": _("We are on our way, all is well"),
    "arrived": _("We have arrived and are safe"),
}


@form_methods
@held
def say(request: HttpRequest, row: m.Household, kind: str) -> HttpResponse:
    """Press your picture: any of the six is taken in the same way, and only one of them means that all is well."""
    if kind not in WORDS:
        raise Http404
    if request.method == "POST":
        return _say(request, row, kind, request.POST.get("sign", ""))
    pictures = picture_choices() if row.sign else ()
    return pages.page(request, "mine/say.html", {"kind": kind, "text": WORDS[kind], "pictures": pictures})


@require_POST
@held
def wrong(request: HttpRequest, row: m.Household) -> HttpResponse:
    """Something is wrong: alarms at once."""
    return _say(request, row, "wrong", "")


def _say(request: HttpRequest, row: m.Household, kind: str, sign: str) -> HttpResponse:
    done = gettext("Thank you. We have written it down.")
    if kind == "wrong":
        done = gettext("We have heard you. People on duty see it now. If you are in danger, call 112.")

    def tell(who: Any, sent: pages.Sent) -> None:
        journeys.household_says(actor=who, code=row.code, id=sent.id, kind=kind, sign=sign, at=sent.at)

    return told(request, tell, row, done)


class OwnWorryForm(forms.Form):
    """A concern about a driver or host."""

    kind = forms.buttons(_("What happened?"), lambda: labels.choices("concern", rule.KINDS))
    text = forms.paragraph(_("In your words"), longest=2000, required=False)


class WorryForm(OwnWorryForm):
    """The same with the code of the slip."""

    code = CodeForm.base_fields["code"]
    field_order = ("code", "kind", "text")


def _told_of(form: forms.Form, code: str, done_at: str) -> pages.Work:
    def tell(sent: pages.Sent) -> str:
        data = form.cleaned_data
        said = {"code": code or data["code"], "kind": data["kind"], "text": data["text"]}
        concerns.report_by_household(actor=sent.actor, id=sent.id, at=sent.at, **said)
        return done_at

    return tell


@login_not_required
@form_methods
def worry(request: HttpRequest) -> HttpResponse:
    """A concern, in confidence: those it is about do not learn who told us."""
    form = WorryForm(request.POST or None)
    if request.method == "POST":
        try:
            guessing.spend(request)
        except RegistryError as error:
            return pages.refused(request, error, back=request.path)
    answer = pages.submit(request, form, _told_of(form, "", reverse("worry")), _thanks())
    return holding.private(answer or pages.page(request, "phone/worry.html", {"form": form, "back": reverse("mine")}))


@form_methods
@held
def own_worry(request: HttpRequest, row: m.Household) -> HttpResponse:
    """The same for a household that holds its page: nothing to type but what happened."""
    form = OwnWorryForm(request.POST or None)
    if answer := pages.submit(request, form, _told_of(form, row.code, reverse("mine")), _thanks()):
        return answer
    return pages.page(request, "phone/worry.html", {"form": form, "back": reverse("mine")})


def _thanks() -> str:
    return gettext("Thank you. An officer sees it now. If you are in danger, call 112.")


@form_methods
@held
def partners(request: HttpRequest, row: m.Household) -> HttpResponse:
    """With which partners they share: with nobody unless they say so; saying no changes nothing."""
    actor = holding.actor(row)
    if request.method == "POST":
        return _share_with(request, row, request.POST.get("organization", ""), request.POST.get("given") == "yes")
    shared = by_slip.shared_with(actor)
    rows = [(one, one.pk in shared) for one in by_slip.partners()]
    return pages.page(request, "mine/partners.html", {"partners": rows})


def _share_with(request: HttpRequest, row: m.Household, chosen: str, given: bool) -> HttpResponse:
    try:
        organization = UUID(chosen)
    except ValueError:
        raise Http404 from None
    done = gettext("From now on we share with them.") if given else gettext("We share nothing with them.")

    def consent(who: Any, sent: pages.Sent) -> None:
        intake.set_consent(actor=who, household=row.pk, organization=organization, given=given, id=uuid7(), at=sent.at)

    answer = told(request, consent, row, done)
    return redirect("partners") if answer.status_code == 302 else answer
