"""The door of every desk page: who may open it, and what a refusal while reading looks like."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import timezone

from registry.errors import NotFound
from registry.permissions import Actor
from registry.selectors import dossier, providers
from registry.selectors.dossier import ThingFile
from registry.selectors.standing import Subject, kind_of, owner_of
from registry.services import disclosure
from registry.web import asking, pages

View = Callable[..., HttpResponse]

# Who sees alarms at the desk.
WATCHERS = ("officer", "coordinator", "child_protection", "auditor")
READ = ("GET", "HEAD")
FORM = ("GET", "HEAD", "POST")
ACT = ("POST",)


def desk(*roles: str, methods: tuple[str, ...] = READ) -> Callable[[View], View]:
    """A page for these roles; for everybody else, and for what is outside one's view, it does not exist."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not asking.actor(request).has(*roles):
                raise Http404
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            try:
                return view(request, *args, **kwargs)
            except NotFound:
                raise Http404 from None
            except pages.ASKED_ELSEWHERE:
                raise
            except pages.REFUSALS as error:
                return pages.refused(request, error, back=reverse("desk:home"))

        return guarded

    return guard


def today() -> date:
    """The day at the border."""
    return local(asking.now()).date()


def local(at: datetime) -> datetime:
    """The border's clock at this moment."""
    return timezone.localtime(at)


def thing_page(thing: Subject) -> str:
    """The page of the provider whose thing it is, at the thing."""
    page = reverse("desk:provider", args=[owner_of(thing).pk])
    return page if owner_of(thing).pk == thing.pk else f"{page}#{kind_of(thing)}-{thing.pk}"


def opened(actor: Actor, kind: str, pk: UUID) -> tuple[Subject, ThingFile]:
    """A thing in the actor's view with its file, else NotFound."""
    thing = providers.get_subject(actor, kind, pk)
    return thing, dossier.subject_file(actor, thing, today())


def identity_read(actor: Actor, thing: Subject) -> None:
    """Write down that the page about to be shown names its provider or those who live there."""
    disclosure.provider_identity(actor=actor, provider=owner_of(thing).pk, at=asking.now())


def needing(request: HttpRequest, action: str, file: ThingFile) -> None:
    """A form whose action is not open is no page; what is sent goes to the service, which may have done it already."""
    if request.method != "POST" and action not in file.actions:
        raise NotFound
