"""Who is asking, and when: the only place of the faces that reads the clock or the session's person."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from registry.errors import SignedOut
from registry.models import ApiToken, Person, SignIn
from registry.permissions import ANYBODY, Actor
from registry.selectors.actors import actor_of
from registry.services import accounts, sign_ins

# Where a program puts the secret of a second factor that it has just shown.
STEP_UP = "Step-Up"


def now() -> datetime:
    """This moment, aware."""
    return timezone.now()


def actor(request: HttpRequest) -> Actor:
    """The actor behind a request, read from the database once a request; ANYBODY when nobody is signed in."""
    known: Actor | None = getattr(request, "_actor", None)
    if known is None:
        # A request that is refused early (wrong host) has no user yet.
        person = getattr(request, "user", None)
        known = _read(request, person) if isinstance(person, Person) and person.is_active else ANYBODY
        request._actor = known  # type: ignore[attr-defined]  # noqa: SLF001
    return known


def _read(request: HttpRequest, person: Person) -> Actor:
    token, sign_in = _token(request), getattr(request, "sign_in", None)
    if token is not None:
        secret = request.headers.get(STEP_UP, "")
        until = sign_ins.stepped_up_until(secret, token.pk, now()) if secret else None
        return actor_of(person, confirmed_until=until)
    if isinstance(sign_in, SignIn):
        return actor_of(person, factor=bool(sign_in.factor), confirmed_until=sign_ins.fresh_until(sign_in, now()))
    return ANYBODY


def _token(request: Any) -> ApiToken | None:
    """The token that signed this request in, if one did."""
    found = getattr(request, "auth", None)
    return found if isinstance(found, ApiToken) else None


def again(request: Any) -> Actor:
    """The actor read anew inside of the deed's own transaction; SignedOut when they may not act any more.

    From here to the end of the transaction nobody can close the account or change its roles.
    """
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return actor(request)
    sign_ins.hold(person.pk)
    token, sign_in = _token(request), getattr(request, "sign_in", None)
    if token is not None:
        fresh: Any = accounts.token_runs(token.pk, now())
    else:
        fresh = sign_ins.running(sign_in.pk, person.pk, now()) if isinstance(sign_in, SignIn) else None
    if fresh is None:
        raise SignedOut
    if token is None:
        request.sign_in = fresh
    request._actor = _read(request, fresh.person)  # noqa: SLF001
    return actor(request)


def caller(request: HttpRequest) -> str:
    """The address that limits count by: the connection's own, never a header that a client can write."""
    return str(request.META.get("REMOTE_ADDR", ""))


def origin(request: HttpRequest) -> str:
    """Scheme, host and port that the browser shows: what a passkey is bound to."""
    return f"{request.scheme}://{request.get_host()}"


def browser(request: HttpRequest) -> str:
    """A short name of the browser for one's own list of sign-ins, e.g. Firefox, Android; no version."""
    agent = request.headers.get("User-Agent", "")
    names = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    found = [next((name for name in group if name in agent), "") for group in (names, systems)]
    return ", ".join(part for part in found if part).replace("Edg", "Edge").replace("OPR", "Opera")
