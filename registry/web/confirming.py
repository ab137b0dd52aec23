"""The question for the second factor: at sign-in, and again before a decision."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from registry.errors import TooMany
from registry.models import Person
from registry.services import factors, passkeys
from registry.web import asking, forms, pages, refusals, step_up

CHALLENGE = "passkey_challenge"


class FactorForm(forms.Form):
    """A code of an app, a recovery code, or what a passkey answered."""

    code = django_forms.CharField(
        label=_("Code"),
        max_length=20,
        required=False,
        help_text=_("Six digits from your authenticator app, or one of your recovery codes."),
        widget=django_forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "required": True}),
    )
    credential = django_forms.CharField(required=False, max_length=20_000, widget=django_forms.HiddenInput)
    # Asked of the browser, not of the form: a passkey comes without it.
    code.conditional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two; sending nothing is no try."""
        given = super().clean() or {}
        if not given.get("code") and not given.get("credential"):
            self.add_error("code", refusals.sentence("required"))
        return given


def credential_of(form: forms.Form) -> dict[str, Any]:
    """What the browser's passkey answered, as an object; empty when it is none."""
    try:
        found = json.loads(form.cleaned_data.get("credential") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def proved(request: HttpRequest, form: FactorForm, person: UUID) -> str:
    """The kind of factor that the form proves for this person; empty when it proves none, with the reason in it."""
    at, answer = asking.now(), credential_of(form)
    try:
        if answer:
            state = request.session.pop(CHALLENGE, None)
            return passkeys.show(person=person, state=state, answer=answer, origin=asking.origin(request), at=at)
        return factors.show_code(person=person, code=form.cleaned_data["code"], at=at)
    except TooMany:
        raise
    except pages.REFUSALS as error:
        told = pages.refusal(error)
        form.refuse(told.status, told.lines, told.fields)
        return ""


def question(request: HttpRequest, form: FactorForm, person: UUID) -> dict[str, Any]:
    """What the page needs to ask this person."""
    challenge = passkeys.begin_showing(person=person, origin=asking.origin(request))
    if challenge:
        request.session[CHALLENGE] = challenge.state
    return {
        "form": form,
        "has_code": factors.has_code(person),
        "passkey": json.dumps(challenge.options) if challenge else "",
        "passkey_form": FactorForm(auto_id="passkey_%s"),
        "demo_code": factors.demo_code(person, asking.now()),
    }


def answered(
    request: HttpRequest, person: UUID, go_on: Callable[[str], HttpResponse], template: str, **context: Any
) -> HttpResponse:
    """Ask; go on with the kind of factor that was shown, or ask again."""
    form = FactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kind = proved(request, form, person)
        except TooMany as error:
            return pages.refused(request, error, back=request.get_full_path())
        if kind:
            return go_on(kind)
    return pages.page(request, template, {**question(request, form, person), **context})


def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a fresh second factor before what was just tried; a form that was sent is carried along."""
    person = asking.actor(request).person
    if not factors.has_any(person):
        return redirect("factors")
    if request.method != "POST":
        return redirect(f"{reverse('confirm')}?{urlencode({'next': request.get_full_path()})}")
    context = {"carried": step_up.pack(request), "next": "", "fresh": True}
    return pages.page(
        request, "registry/confirm.html", {**question(request, FactorForm(), person), **context}, status=403
    )


def stay(request: HttpRequest, person: Person) -> None:
    """Keep this session through a change of its owner's password."""
    auth.update_session_auth_hash(request, person)
