"""The way to a safe zone: every open zone with how far it is and in which direction, as text; the map comes beside."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry import models as m
from registry.selectors import places, ways
from registry.web import pages


@dataclass(frozen=True, slots=True)
class Start:
    """Where somebody may come from."""

    code: str
    name: str


@login_not_required
@require_safe
def way(request: HttpRequest) -> HttpResponse:
    """Zones from the nearest on, seen from a crossing; without one in the order of their counties."""
    language = get_language() or "en"
    start: m.Crossing | None = next((c for c in places.crossings() if c.pk == request.GET.get("from")), None)
    context = {
        "starts": [Start(c.pk, c.name_in(language)) for c in places.crossings()],
        "start": start,
        "ways": ways.from_crossing(start),
        "crossings": [start] if start else list(places.crossings()),
    }
    return pages.page(request, "mine/way.html", context)
