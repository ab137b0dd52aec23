"""Who is asking, and when: the only place of the faces that reads the clock or the session's person."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from registry.models import Person
from registry.permissions import ANYBODY, Actor
from registry.selectors.actors import actor_of


def now() -> datetime:
    """This moment, aware."""
    return timezone.now()


def actor(request: HttpRequest) -> Actor:
    """The actor behind a request, read from the database once a request; ANYBODY when nobody is signed in."""
    known: Actor | None = getattr(request, "_actor", None)
    if known is None:
        # A request that is refused early (wrong host) has no user yet.
        person = getattr(request, "user", None)
        known = actor_of(person) if isinstance(person, Person) and person.is_active else ANYBODY
        request._actor = known  # type: ignore[attr-defined]  # noqa: SLF001
    return known


def caller(request: HttpRequest) -> str:
    """The address that limits count by: the connection's own, never a header that a client can write."""
    return str(request.META.get("REMOTE_ADDR", ""))
