"""What REST framework needs from us: who is asking, how bodies are read and written, how errors look."""

import logging
from typing import Any

import orjson
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from registry.models import Person
from registry.rules.reasons import Reason
from registry.services import accounts
from registry.web import asking, problems, strict

log = logging.getLogger(__name__)


class StrictJson(BaseParser):
    """JSON through the strict door; the bytes stay with the request for its fingerprint."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:  # noqa: ARG002
        """The object in the body."""
        request: Request = parser_context["request"]
        raw = strict.read_body(stream, request.META.get("CONTENT_LENGTH", ""))
        request.raw = raw  # type: ignore[attr-defined]
        return strict.json_object(raw)


def as_json(body: Any) -> bytes:
    """A body as JSON; reasons get their sentence in the language of the request."""
    return orjson.dumps(body, default=_default, option=orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_UTC_Z)


def _default(value: Any) -> Any:
    if isinstance(value, Reason):
        return problems.reason(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(type(value).__name__)


class Json(BaseRenderer):
    """JSON by orjson, four times as fast as the stock renderer."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:  # noqa: ARG002
        """The bytes."""
        return b"" if data is None else as_json(data)


class GeoJson(Json):
    """The same bytes under the name of GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"
    format = "geojson"


class Token(BaseAuthentication):
    """Authorization: Bearer szr_..."""

    def authenticate(self, request: Request) -> tuple[Person, str] | None:
        """The person of the token; None without one; 401 for a token that is not running."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        secret = words[1].decode("latin-1") if len(words) == 2 else ""
        person = accounts.person_of_token(secret, asking.now())
        if person is None:
            raise exceptions.AuthenticationFailed
        return person, "token"

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """What a 401 asks for."""
        return 'Bearer realm="safezone"'


class Session(SessionAuthentication):
    """The session of the pages, with their CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a request that another site could have sent."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(code="csrf_failed") from error


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells of tokens."""

    target_class = "registry.api.door.Token"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells of sessions."""

    target_class = "registry.api.door.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """A session cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


# Codes of REST framework's own refusals that are worth a name of ours.
_OWN_CODES = {"csrf_failed": "csrf_failed"}


def on_error(error: Exception, context: dict[str, Any]) -> Response:
    """Any exception of a view as a problem; one that we did not foresee says nothing about itself."""
    found = problems.of(error) or _of_framework(error)
    if found is None:
        log.error("unexpected", exc_info=error)
        found = problems.of_status(500)
    set_rollback()
    return refusal(found, context["request"])


def refusal(found: problems.Problem, request: Request | None = None) -> Response:
    """A problem as a response."""
    response = Response(found.body, status=found.status, content_type=problems.MEDIA_TYPE, headers=dict(found.headers))
    if request is not None and found.status == 413:
        # The rest of the body stays unread: the connection cannot be used again.
        response.headers["Connection"] = "close"
    return response


def _of_framework(error: Exception) -> problems.Problem | None:
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    code = _OWN_CODES.get(str(error.get_codes()))
    return problems.problem(error.status_code, code, headers=headers) if code else problems.of_status(
        error.status_code, headers
    )


