"""Every refusal as a problem detail (RFC 9457), whoever raised it, in the language of the request."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language

from geo.errors import GeoError
from registry.errors import Invalid, RegistryError, TooMany
from registry.rules.reasons import LANGUAGES, Reason, texts
from registry.states import IllegalTransition

MEDIA_TYPE = "application/problem+json"
EXPLAINED_AT = "/api/docs/#code-"
REFUSALS = (RegistryError, IllegalTransition, GeoError)
_TEXTS = Path(__file__).parent / "texts"
# What a status is called when nothing more is known of it.
_CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "timed_out",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
    500: "internal_error",
    503: "busy",
}
# The first that fits: a body that is too large is also a suspicious operation.
_DJANGO: tuple[tuple[type[Exception], int], ...] = (
    (Http404, 404),
    (PermissionDenied, 403),
    (RequestDataTooBig, 413),
    (SuspiciousOperation, 400),
    (BadRequest, 400),
    (MultiPartParserError, 400),
    (UnreadablePostError, 400),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal as it leaves: HTTP status, body and extra headers."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def language() -> str:
    """The language of the request, one of the four."""
    spoken = (get_language() or "en")[:2]
    return spoken if spoken in LANGUAGES else "en"


@cache
def sentences(spoken: str) -> Mapping[str, str]:
    """Every sentence of one language: code -> sentence. The door's own, and those that stand beside the rules."""
    ruled = {code: entry["staff"] for code, entry in texts(spoken).items() if "{" not in entry["staff"]}
    own: dict[str, str] = json.loads((_TEXTS / f"{spoken}.json").read_text("utf-8"))
    return {**own, **ruled}


def sentence(code: str, status: int, spoken: str) -> str:
    """What a code means, in words; for a code of a field or of geometry, what its status means."""
    known = sentences(spoken)
    return known.get(code) or known[_CODES.get(status, "malformed" if status < 500 else "internal_error")]


def reason(row: Reason, spoken: str | None = None) -> dict[str, Any]:
    """A reason as JSON, with its sentence for staff."""
    text = row.text(spoken or language())
    return {"code": row.code, "rule": row.rule, "severity": row.severity, "text": text}


def problem(
    status: int,
    code: str,
    *,
    reasons: tuple[Reason, ...] = (),
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Problem:
    """A problem with its sentence, reasons and fields."""
    spoken = language()
    body = {
        "type": f"{EXPLAINED_AT}{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": sentence(code, status, spoken),
        "reasons": [reason(row, spoken) for row in reasons],
        "fields": dict(fields or {}),
    }
    return Problem(status, body, {"Content-Language": spoken, **(headers or {})})


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem of a bare HTTP status."""
    return problem(status, _CODES.get(status, "malformed" if status < 500 else "internal_error"), headers=headers)


def of(error: Exception) -> Problem | None:
    """The problem of an exception that is a refusal or a known trouble; None for a fault of ours."""
    if isinstance(error, RegistryError):
        return _of_registry(error)
    if isinstance(error, IllegalTransition):
        return problem(409, error.code)
    if isinstance(error, GeoError):
        return problem(422, str(error.code))
    if isinstance(error, OperationalError):
        return of_status(503, {"Retry-After": "1"})
    for known, status in _DJANGO:
        if isinstance(error, known):
            return of_status(status)
    return None


def _of_registry(error: RegistryError) -> Problem:
    fields = error.fields if isinstance(error, Invalid) else {}
    headers = {"Retry-After": str(error.params["retry_after_s"])} if isinstance(error, TooMany) else {}
    return problem(error.status, error.code, reasons=error.reasons, fields=fields, headers=headers)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whatever refuses a request under /api/ before a view does (unknown path, wrong host) is a problem, too."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code < 400 or not request.path_info.startswith("/api/"):
            return response
        if response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        return as_response(of_status(response.status_code))

    return answer


def as_response(row: Problem) -> HttpResponse:
    """A problem outside of REST framework."""
    text = json.dumps(row.body, ensure_ascii=False)
    return HttpResponse(
        text, status=row.status, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store", **row.headers}
    )
