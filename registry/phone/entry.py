"""Signing in and out: password, then second factor. An unknown account looks like a wrong password."""

import hashlib
import secrets
import time
from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from registry.models import Person
from registry.selectors import access
from registry.services import factors, invitations, joining, sign_ins
from registry.web import asking, confirming, forms, gate, pages, refusals, step_up

PENDING = "pending_person"
PENDING_LASTS_S = 300
DEVICE_COOKIE = "device"
DEVICE_LASTS_S = 180 * 24 * 3600
form_methods = require_http_methods(["GET", "HEAD", "POST"])


class LoginForm(forms.Form):
    """E-mail, phone or sign-in name, and password."""

    email = forms.line(
        _("E-mail, phone or sign-in name"),
        longest=254,
        widget=django_forms.TextInput(
            {"autocomplete": "username", "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        ),
    )
    password = django_forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=django_forms.PasswordInput({"autocomplete": "current-password"}),
    )


def _mark(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:20]


def _device(request: HttpRequest, email: str) -> str:
    """The mark of a browser in which this address has signed in before, else nothing."""
    text = request.COOKIES.get(DEVICE_COOKIE, "")
    try:
        known: Any = signing.loads(text, salt="registry.device", max_age=DEVICE_LASTS_S) if text else {}
    except signing.BadSignature:
        return ""
    return f"device:{known['id']}" if known.get("of") == _mark(email) else ""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@form_methods
def login(request: HttpRequest) -> HttpResponse:
    """E-mail and password; who has a second factor is asked for it next."""
    if request.user.is_authenticated:
        return redirect(step_up.here(request))
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = _person(request, form.cleaned_data["email"], form.cleaned_data["password"])
        except pages.REFUSALS as error:
            return pages.refused(request, error, back=request.path)
        if person is not None:
            return _after_password(request, person)
        form.refuse(422, [refusals.sentence("wrong_login")], {})
    return pages.page(request, "phone/login.html", {"form": form, "next": step_up.here(request)})


def _person(request: HttpRequest, typed: str, password: str) -> Person | None:
    """The open account with this password; the try is counted before anybody looks."""
    at, addresses = asking.now(), joining.logins_of(typed)
    name = addresses[0] if len(addresses) == 1 else typed
    account, address = sign_ins.try_password(
        email=name, address=asking.caller(request), device=_device(request, name), at=at
    )
    found = [auth.authenticate(request, email=one, password=password) for one in addresses]
    person = next((one for one in found if isinstance(one, Person)), None)
    if person is None:
        return None
    sign_ins.was_right(account=account, address=address, at=at)
    return person


def _after_password(request: HttpRequest, person: Person) -> HttpResponse:
    if not factors.has_any(person.pk):
        gate.let_in(request, person, "")
        return welcome(request, person)
    request.session.cycle_key()
    request.session[PENDING] = {"person": str(person.pk), "at": time.time()}
    return redirect(f"{reverse('login_second')}?{urlencode({'next': step_up.here(request)})}")


def _pending(request: HttpRequest) -> Person | None:
    """Who has given the right password in this browser a moment ago."""
    kept = request.session.get(PENDING) or {}
    if not 0 <= time.time() - kept.get("at", 0) <= PENDING_LASTS_S:
        return None
    return access.open_account(kept["person"])


@login_not_required
@never_cache
@form_methods
def login_second(request: HttpRequest) -> HttpResponse:
    """The second factor of whoever has just given the right password."""
    if request.user.is_authenticated:
        return redirect(step_up.here(request))
    person = _pending(request)
    if person is None:
        return redirect("login")

    def go_on(kind: str) -> HttpResponse:
        request.session.pop(PENDING, None)
        gate.let_in(request, person, kind)
        return welcome(request, person)

    where = {"next": step_up.here(request), "fresh": False}
    return confirming.answered(request, person.pk, go_on, "registry/confirm.html", **where)


def welcome(request: HttpRequest, person: Person, to: str = "") -> HttpResponse:
    """On to where they wanted to go, in their own language unless this browser has chosen one; the browser is known."""
    response = redirect(to or step_up.here(request))
    safe = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
    if not _device(request, person.email):
        mark = signing.dumps({"id": secrets.token_hex(16), "of": _mark(person.email)}, salt="registry.device")
        response.set_cookie(DEVICE_COOKIE, mark, max_age=DEVICE_LASTS_S, path=reverse("login"), **safe)  # type: ignore[arg-type]
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and person.language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, **safe)  # type: ignore[arg-type]
    return response


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the sign-in."""
    sign_ins.end(actor=asking.actor(request), sign_in=request.sign_in.pk, at=asking.now())  # type: ignore[attr-defined]
    auth.logout(request)
    return redirect("landing")


@never_cache
@form_methods
def confirm(request: HttpRequest) -> HttpResponse:
    """A fresh second factor; then on to where one was, or to a button that sends the form of before."""
    me, row = asking.actor(request), request.sign_in  # type: ignore[attr-defined]
    if not factors.has_any(me.person):
        return redirect("factors")
    carried = step_up.unpack(request, request.POST.get("carried", "")) if request.POST.get("carried") else None

    def go_on(kind: str) -> HttpResponse:
        sign_ins.confirm(actor=me, sign_in=row.pk, factor=kind, at=asking.now())
        if carried:
            return pages.page(request, "registry/go_on.html", {"carried": carried})
        return redirect(step_up.here(request))

    context = {"next": step_up.here(request), "fresh": True, "carried": step_up.repack(request, carried)}
    return confirming.answered(request, me.person, go_on, "registry/confirm.html", **context)


# With an invitation


def new_password(name: str) -> django_forms.CharField:
    """A field for a password that is being chosen."""
    return django_forms.CharField(
        label=_("New password"),
        max_length=256,
        strip=False,
        help_text=_(
            "At least 12 characters. Three or four words that do not belong together are easy to keep in mind."
        ),
        widget=django_forms.PasswordInput({"autocomplete": "new-password", "data-name": name}),
    )


class InvitationForm(forms.Form):
    """What somebody types who was invited, or who comes back after losing a device."""

    email = django_forms.EmailField(
        label=_("E-mail"), max_length=254, widget=django_forms.EmailInput({"autocomplete": "username"})
    )
    code = forms.line(_("Invitation code"), longest=40, help_text=_("Four groups of four, as you were given it."))
    given_name = forms.line(_("First name"), longest=80, required=False)
    family_name = forms.line(_("Surname"), longest=80, required=False)
    password = new_password("password")
    groups = (
        ("", "", False, ("email", "code")),
        (
            _("Your name"),
            _("Only for a new account. Leave it empty if you come back to your own."),
            True,
            ("given_name", "family_name"),
        ),
    )


@login_not_required
@never_cache
@sensitive_post_parameters("password", "code")
@form_methods
def invitation(request: HttpRequest) -> HttpResponse:
    """An account by invitation, or one's own again; then one signs in and sets up the second factor."""
    if request.user.is_authenticated:
        return redirect("home")
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = invitations.Acceptance(**form.cleaned_data)
        try:
            invitations.accept(given=given, address=asking.caller(request), at=asking.now())
        except pages.REFUSALS as error:
            told = pages.refusal(error)
            form.refuse(told.status, told.lines, told.fields)
        else:
            messages.success(request, gettext("Your account is ready. Sign in with your new password."))
            return redirect("login")
    return pages.page(request, "phone/invitation.html", {"form": form})
