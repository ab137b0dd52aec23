"""One's own account: second factors, recovery codes, password, and where one is signed in."""

import json
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from registry.permissions import must_be_confirmed
from registry.phone.entry import form_methods, new_password
from registry.selectors import access
from registry.services import factors, invitations, passkeys, sign_ins
from registry.web import asking, confirming, forms, pages

DRAFT, CHALLENGE = "totp_draft", "passkey_new_challenge"


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """One's own second factors, password and sign-ins."""
    me, here = asking.actor(request), request.sign_in  # type: ignore[attr-defined]
    mine = [row for row in factors.of(me.person) if row.type != factors.KINDS.RECOVERY_CODES]
    context = {
        "factors": [_shown(row) for row in mine],
        "codes_left": factors.codes_left(me.person),
        "needed": access.needs_factor(here.person),
        "open": factors.may_enroll(here.person),
        "has_app": any(row.type == factors.KINDS.TOTP for row in mine),
        "sign_ins": list(access.sign_ins(me)),
        "here": here.pk,
        "waits": access.waits_for_second(here.person),
    }
    return pages.page(request, "phone/factors.html", context)


def _shown(row: Any) -> dict[str, Any]:
    is_key = row.type == factors.KINDS.WEBAUTHN
    name = row.data.get("name", "") if is_key else gettext("Authenticator app")
    return {"pk": row.pk, "name": name, "is_key": is_key, "created_at": row.created_at}


class AppForm(forms.Form):
    """The first code that the app shows."""

    code = django_forms.CharField(
        label=_("Code that the app shows now"),
        max_length=10,
        widget=django_forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def _may_add(request: HttpRequest) -> None:
    """A further factor needs a fresh one, asked before anything is typed."""
    me = asking.actor(request)
    if factors.has_any(me.person):
        must_be_confirmed(me, asking.now())


@never_cache
@form_methods
def totp_new(request: HttpRequest) -> HttpResponse:
    """An authenticator app: scan, type its first code, keep the recovery codes."""
    _may_add(request)
    form, row = AppForm(request.POST or None), request.sign_in  # type: ignore[attr-defined]
    draft = factors.draft_totp(row.person, request.session.get(DRAFT, "") if request.method == "POST" else "")

    def add(sent: pages.Sent) -> HttpResponse:
        codes = factors.add_totp(actor=sent.actor, secret=draft.secret, code=form.cleaned_data["code"], at=sent.at)
        sign_ins.confirm(actor=sent.actor, sign_in=row.pk, factor="totp", at=sent.at)
        return _done(request, codes)

    if answer := pages.shown_once(request, form, add):
        request.session.pop(DRAFT, None)
        return answer
    request.session[DRAFT] = draft.secret
    # Drawn by the library from our own address of the secret; nothing in it was typed by anybody.
    context = {"form": form, "svg": mark_safe(draft.svg), "secret": _grouped(draft.secret), "url": draft.url}  # noqa: S308
    return pages.page(request, "phone/totp_new.html", context)


def _grouped(secret: str) -> str:
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


class PasskeyForm(forms.Form):
    """A name of one's own and what the browser made."""

    name = forms.line(_("Name of this key"), longest=60, help_text=_("For example: my phone, key ring."))
    credential = django_forms.CharField(required=False, max_length=20_000, widget=django_forms.HiddenInput)


@never_cache
@form_methods
def passkey_new(request: HttpRequest) -> HttpResponse:
    """A passkey of this device or of a security key."""
    _may_add(request)
    form, row = PasskeyForm(request.POST or None), request.sign_in  # type: ignore[attr-defined]
    origin = asking.origin(request)

    def add(sent: pages.Sent) -> HttpResponse:
        codes = passkeys.add(
            actor=sent.actor,
            name=form.cleaned_data["name"],
            state=request.session.pop(CHALLENGE, None),
            answer=confirming.credential_of(form),
            origin=origin,
            at=sent.at,
        )
        sign_ins.confirm(actor=sent.actor, sign_in=row.pk, factor="webauthn", at=sent.at)
        return _done(request, codes)

    if answer := pages.shown_once(request, form, add):
        return answer
    challenge = passkeys.begin_adding(person=row.person, origin=origin)
    request.session[CHALLENGE] = challenge.state
    return pages.page(request, "phone/passkey_new.html", {"form": form, "passkey": json.dumps(challenge.options)})


def _done(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes that came with a first factor, shown once; else back to the overview."""
    if codes:
        return _codes_page(request, codes)
    messages.success(request, gettext("The second factor is set up."))
    return redirect("factors")


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    shown = [f"{code[:4]} {code[4:]}" for code in codes]
    return pages.page(request, "phone/recovery_codes.html", {"codes": shown, "at": asking.now()})


@never_cache
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once; the old ones are void."""

    def make(sent: pages.Sent) -> HttpResponse:
        return _codes_page(request, factors.new_recovery_codes(actor=sent.actor, at=sent.at))

    return pages.shown_once(request, None, make) or redirect("factors")


@require_POST
def factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """One of one's own factors is gone."""

    def remove(sent: pages.Sent) -> str:
        factors.remove(actor=sent.actor, factor=pk, at=sent.at)
        return reverse("factors")

    return pages.act(request, remove, back=reverse("factors"), done=gettext("The second factor is removed."))


class PasswordForm(forms.Form):
    """The password of now and the next one."""

    old = django_forms.CharField(
        label=_("Password of now"),
        max_length=256,
        strip=False,
        widget=django_forms.PasswordInput({"autocomplete": "current-password"}),
    )
    password = new_password("password")


@never_cache
@sensitive_post_parameters("old", "password")
@form_methods
def password(request: HttpRequest) -> HttpResponse:
    """A new password; other sign-ins and all keys end."""
    _may_add(request)
    form, row = PasswordForm(request.POST or None), request.sign_in  # type: ignore[attr-defined]

    def change(sent: pages.Sent) -> HttpResponse:
        data = form.cleaned_data
        person = invitations.change_password(
            actor=sent.actor, keep=row.pk, old=data["old"], new=data["password"], at=sent.at
        )
        confirming.stay(request, person)
        messages.success(request, gettext("The password is changed. Everywhere else you are signed out."))
        return redirect("factors")

    return pages.shown_once(request, form, change) or pages.page(request, "phone/password.html", {"form": form})


@require_POST
def sign_in_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of one's own sign-ins is over."""

    def end(sent: pages.Sent) -> str:
        sign_ins.end(actor=sent.actor, sign_in=pk, at=sent.at)
        return reverse("factors")

    return pages.act(request, end, back=reverse("factors"), done=gettext("Signed out there."))


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Every other sign-in and every key is over."""
    keep = request.sign_in.pk  # type: ignore[attr-defined]

    def end(sent: pages.Sent) -> str:
        sign_ins.end_others(actor=sent.actor, keep=keep, at=sent.at)
        return reverse("factors")

    return pages.act(request, end, back=reverse("factors"), done=gettext("Everywhere else you are signed out."))
