"""Stands before every page: sign-ins that have ended are out, and staff without a second factor set one up first."""

from collections.abc import Callable
from typing import Any

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from registry.errors import SignedOut, StepUpRequired
from registry.selectors import access
from registry.services import sign_ins
from registry.web import asking, confirming

SIGN_IN = "sign_in"
# Left in a session whose sign-in somebody has ended, so that a phone which asks again still learns of it.
REVOKED = "signed_out"
# What somebody whose second factor is still missing may open.
OPEN_WITHOUT = (
    *("factors", "totp_new", "passkey_new", "logout", "language", "landing", "check", "health", "ready"),
    *("app", "app_worker", "app_manifest", "app_session", "app_words"),
)


class Gate:
    """Middleware; the API has its own way of signing in and of saying no, sessions are looked at for both."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, for whoever is still signed in."""
        if auth.SESSION_KEY in request.session:
            look(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Send staff without a second factor to where they set one up; the API gives them no role at all."""
        sign_in = getattr(request, "sign_in", None)
        if sign_in is None or sign_in.factor or request.path_info.startswith("/api/"):
            return None
        place = request.resolver_match.url_name if request.resolver_match else None
        if place in OPEN_WITHOUT or not access.needs_factor(sign_in.person):
            return None
        return redirect("factors")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A deed that needs a fresh second factor asks for it and keeps what was typed."""
        if isinstance(error, StepUpRequired):
            return confirming.ask(request)
        if isinstance(error, SignedOut):
            return redirect(f"{reverse('login')}?{urlencode({'next': request.path})}")
        return None


def look(request: HttpRequest) -> None:
    """Find the sign-in of this session; a session without a running one is emptied."""
    at, pk = asking.now(), request.session.get(SIGN_IN)
    person = request.session[auth.SESSION_KEY]
    row = sign_ins.running(pk, person, at) if pk else None
    if row is None:
        _over(request, revoked=sign_ins.was_revoked(pk, person) if pk else False)
        return
    sign_ins.seen(row, at)
    request.sign_in = row  # type: ignore[attr-defined]


def _over(request: HttpRequest, *, revoked: bool) -> None:
    """Nobody is signed in any more. A revoked session keeps its key: the answer that says so may be lost on its way."""
    if not revoked:
        auth.logout(request)
        return
    request.session.clear()
    request.session[REVOKED] = True
    request.user = AnonymousUser()


def let_in(request: HttpRequest, person: Any, factor: str) -> None:
    """Start a session with a key that nobody knows, and its sign-in."""
    row = sign_ins.begin(person=person.pk, factor=factor, browser=asking.browser(request), at=asking.now())
    request.session.pop(REVOKED, None)
    auth.login(request, person)
    request.session.cycle_key()
    request.session[SIGN_IN] = str(row.pk)
    request.sign_in = row  # type: ignore[attr-defined]
