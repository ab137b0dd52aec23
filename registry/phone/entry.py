"""Signing in and out. Tries are limited by account and by address; an unknown account looks like a wrong password."""

import hashlib
from datetime import timedelta

from django import forms as django_forms
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from registry.models import Person
from registry.services import limits
from registry.web import asking, forms, pages, refusals

WINDOW = timedelta(minutes=15)
TRIES_AN_ACCOUNT = 10
TRIES_AN_ADDRESS = 60


class LoginForm(forms.Form):
    """E-mail and password."""

    email = django_forms.EmailField(
        label=_("E-mail"), max_length=254, widget=django_forms.EmailInput({"autocomplete": "username"})
    )
    password = django_forms.CharField(
        label=_("Password"),
        max_length=256,
        strip=False,
        widget=django_forms.PasswordInput({"autocomplete": "current-password"}),
    )


def _spend(request: HttpRequest, email: str) -> None:
    """One try for the account and one for the address, before the password is looked at."""
    account = hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:40]
    at = asking.now()
    limits.spend(key=f"login:{asking.caller(request)}", limit=TRIES_AN_ADDRESS, window=WINDOW, at=at)
    limits.spend(key=f"login:{account}", limit=TRIES_AN_ACCOUNT, window=WINDOW, at=at)


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if it is a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("home")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign in and go on to where one wanted to go."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _spend(request, form.cleaned_data["email"])
        except pages.REFUSALS as error:
            return pages.refused(request, error, back=request.path)
        person = auth.authenticate(request, username=form.cleaned_data["email"], password=form.cleaned_data["password"])
        if isinstance(person, Person):
            auth.login(request, person)
            return _speak(request, redirect(_next(request)), person.language)
        form.refuse(422, [refusals.sentence("wrong_login")], {})
    return pages.page(request, "phone/login.html", {"form": form, "next": _next(request)})


def _speak(request: HttpRequest, response: HttpResponse, language: str) -> HttpResponse:
    """The person's own language, unless this browser has chosen one."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return response


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return redirect("landing")
