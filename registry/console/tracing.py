"""Who was ever with a provider, a vehicle or a home: as a page, and as files to hand on."""

import dataclasses
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse

from registry.console.gate import desk
from registry.selectors import trace
from registry.selectors.queue import reference
from registry.selectors.standing import kind_of
from registry.services import tracing
from registry.web import asking, pages, sheets

ROLES = ("officer", "child_protection")


@desk(*ROLES)
def exposure(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Everybody who was with it, the first one first."""
    actor = asking.actor(request)
    thing, rows = tracing.trace(actor=actor, kind=kind, subject=pk, form="page", at=asking.now())
    known = {"thing": thing, "kind": kind_of(thing), "is_officer": actor.has("officer")}
    return pages.page(request, "console/exposure.html", {**known, "rows": rows, **trace.places_of(rows)})


@desk(*ROLES)
def as_csv(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    thing, rows = tracing.trace(actor=asking.actor(request), kind=kind, subject=pk, form="csv", at=asking.now())
    return _file(sheets.as_csv(trace.Exposed, rows), "text/csv; charset=utf-8", reference(thing.pk), "csv")


@desk(*ROLES)
def as_json(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The same as JSON."""
    thing, rows = tracing.trace(actor=asking.actor(request), kind=kind, subject=pk, form="json", at=asking.now())
    body = orjson.dumps([dataclasses.asdict(row) for row in rows], option=orjson.OPT_UTC_Z)
    return _file(body, "application/json", reference(thing.pk), "json")


def _file(body: bytes, media: str, name: str, ending: str) -> HttpResponse:
    """A download that no cache keeps and whose name says nothing about anybody."""
    response = HttpResponse(body, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="exposure-{name}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response
