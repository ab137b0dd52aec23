"""A household's own pages, by the code on its slip: no account, no scripts needed, forgotten when they leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry import models as m
from registry.errors import NotFound, RegistryError
from registry.permissions import Actor
from registry.rules.signs import SIGNS
from registry.selectors import by_slip, household_page
from registry.services import disclosure, limits, matching, shares
from registry.web import asking, forms, guessing, holding, labels, pages, short_messages

form_methods = require_http_methods(["GET", "HEAD", "POST"])
CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code", "data-code": ""}
# What one household may do in a quarter of an hour; nobody in need does so much.
DEEDS, WINDOW = 60, timedelta(minutes=15)


class CodeForm(forms.Form):
    """The code on a slip."""

    code = forms.line(
        _("Code on your slip"),
        longest=20,
        widget=TextInput(CODE),
        help_text=_("12 letters and digits. Capitals, spaces and dashes do not matter."),
    )


View = Callable[..., HttpResponse]


def held(view: View) -> View:
    """A page of the household that this browser holds; without one it asks for the code."""

    @login_not_required
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = holding.household(request)
        if row is None:
            return holding.forget(redirect("mine"))
        request.household_key = f"h:{row.pk.hex}"  # type: ignore[attr-defined]
        try:
            _spend(request, row)
        except RegistryError as error:
            return holding.keep(pages.refused(request, error, back=reverse("mine")), row)
        return holding.keep(view(request, row, *args, **kwargs), row)

    return inner


def _spend(request: HttpRequest, row: m.Household) -> None:
    if request.method == "POST":
        limits.spend(key=f"household:{row.pk}", limit=DEEDS, window=WINDOW, at=asking.now())


def told(request: HttpRequest, work: Callable[[Actor, pages.Sent], Any], row: m.Household, done: str) -> HttpResponse:
    """Do what one button of the household asks, once; a refusal says what concerns them."""
    back = reverse("mine")

    def deed(sent: pages.Sent) -> str:
        work(holding.actor(row), sent)
        return back

    return pages.act(request, deed, back=back, done=done, audience="household")


@login_not_required
@form_methods
def mine(request: HttpRequest) -> HttpResponse:
    """The household's page; without one in hand, the question for the code."""
    if request.method == "POST":
        return _open(request)
    row = holding.household(request)
    if row is None:
        return holding.forget(pages.page(request, "mine/open.html", {"form": CodeForm()}))
    return holding.keep(pages.page(request, "mine/page.html", _context(request, row)), row)


@dataclass(frozen=True, slots=True)
class Link:
    """A share as it is sent: the address with its code behind the #, and a text message that holds it."""

    share: m.JourneyShare
    address: str

    @property
    def message(self) -> str:
        """What a phone opens to send it; the recipient is for them to choose."""
        return "sms:?&body=" + quote(gettext("You can follow our journey here:") + " " + self.address)


def _context(request: HttpRequest, row: m.Household) -> dict[str, Any]:
    shown = household_page.page(holding.actor(row), asking.now())
    follow = request.build_absolute_uri(reverse("follow"))
    links = [Link(one, f"{follow}#{one.code}") for one in shown.shares]
    return {"own": shown, "household": row, "links": links}


def _open(request: HttpRequest) -> HttpResponse:
    """Look the code up; an address that only guesses is stopped."""
    form = CodeForm(request.POST)
    try:
        guessing.spend(request)
        if form.is_valid():
            row = by_slip.household(by_slip.holder(form.cleaned_data["code"]))
            return _speak(request, holding.keep(redirect("mine"), row), row)
    except NotFound:
        form.refuse(
            404, (), {"code": gettext("We do not know this code. Look at your slip again, or ask a volunteer.")}
        )
    except RegistryError as error:
        return holding.private(pages.refused(request, error, back=request.path))
    return holding.forget(pages.page(request, "mine/open.html", {"form": form}))


def _speak(request: HttpRequest, response: HttpResponse, row: m.Household) -> HttpResponse:
    """Go on in the household's language, unless this browser has chosen one."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and translation.check_for_language(row.language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            row.language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the household in this browser."""
    messages.success(request, gettext("This phone has forgotten your code. Open the page again with your slip."))
    return holding.forget(redirect("mine"))


@require_POST
@held
def choose(request: HttpRequest, row: m.Household, pk: UUID) -> HttpResponse:
    """They choose this proposal."""
    done = gettext("You have chosen. A volunteer now checks everything once more and confirms it.")
    return told(request, lambda who, sent: matching.accept(actor=who, match=pk, at=sent.at), row, done)


@require_POST
@held
def refuse(request: HttpRequest, row: m.Household, pk: UUID) -> HttpResponse:
    """They say no; nobody asks why."""
    done = gettext("Good. You will not go with them, and they do not learn of it. We are looking for something else.")
    return told(request, lambda who, sent: matching.refuse(actor=who, match=pk, at=sent.at), row, done)


@require_POST
@held
def share(request: HttpRequest, row: m.Household) -> HttpResponse:
    """A link for somebody whom they trust."""
    done = gettext("The link is ready. Send it only to somebody you trust.")
    return told(request, lambda who, sent: shares.make(actor=who, id=sent.id, at=sent.at), row, done)


@require_POST
@held
def share_end(request: HttpRequest, row: m.Household, pk: UUID) -> HttpResponse:
    """Take a link back."""
    done = gettext("The link no longer opens anything.")
    return told(request, lambda who, sent: shares.end(actor=who, share=pk, at=sent.at), row, done)


@require_POST
@held
def where(request: HttpRequest, row: m.Household) -> HttpResponse:
    """The exact place where they go; that it was looked at is recorded."""
    try:
        end = disclosure.own_destination(actor=holding.actor(row), at=asking.now())
    except pages.REFUSALS as error:
        return pages.refused(request, error, back=reverse("mine"))
    shown = household_page.page(holding.actor(row), asking.now())
    return pages.page(request, "mine/where.html", {"end": end, "journey": shown.journey})


@require_safe
@held
def paper(request: HttpRequest, row: m.Household) -> HttpResponse:
    """Everything that counts on one sheet, and as one text message."""
    context = _context(request, row)
    journey = context["own"].journey
    plate = journey.car.plate if journey and journey.car else ""
    message = short_messages.of_journey(row.code, plate, translation.get_language() or "en")
    return pages.page(request, "mine/paper.html", {**context, "message": message})


def picture_choices() -> list[tuple[str, str]]:
    """The six pictures with their names."""
    return labels.choices("sign", SIGNS)
