"""A provider's papers and checks: what there is, what expires when, and what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from registry.errors import NotFound
from registry.selectors import own, work
from registry.web import asking, bring_words, pages

# What each step is called while it is open.
STEP_WORDS: dict[str, str | Promise] = {
    "applied": _("Your application is here"),
    "vehicle": _("Add your vehicle"),
    "photo": _("Send a photo of the vehicle with its plate"),
    "home": _("Add your home"),
    "meeting": _("Meet the officers: they call you"),
}
MOST = 10


def steps_of(found: own.Registration) -> list[dict[str, Any]]:
    """The steps of a registration with their words, the next one marked."""
    return [
        {"code": s.code, "text": STEP_WORDS[s.code], "done": s.done, "about": s.about, "next": s == found.next}
        for s in found.steps
    ]


def own_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The actor's own registrations, else NotFound."""
    actor, at = asking.actor(request), asking.now()
    found = [own.registration(row, at) for row in work.own_providers(actor)[:MOST]]
    if not found:
        raise NotFound
    return [{"registration": one, "provider": one.provider, "steps": steps_of(one)} for one in found]


@require_safe
def own_status(request: HttpRequest) -> HttpResponse:
    """Each check with its day, each photograph, and what to do next."""
    context = {"own": pages.found(lambda: own_of(request)), "bring": bring_words.BRING}
    return pages.page(request, "phone/own_status.html", context)
