"""What REST framework needs from us: who is asking, and how bodies are read and written."""

from typing import Any

import orjson
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from registry.models import ApiToken, Person
from registry.pictures import LARGEST_BYTES
from registry.rules.reasons import Reason
from registry.services import accounts
from registry.web import asking, gate, problems, strict


class StrictJson(BaseParser):
    """JSON through the strict door; the bytes stay with the request for its fingerprint."""

    media_type = "application/json"
    most = strict.MAX_BYTES

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:  # noqa: ARG002
        """The object in the body."""
        request: Request = parser_context["request"]
        raw = strict.read_body(stream, request.META.get("CONTENT_LENGTH", ""), self.most)
        request.raw = raw  # type: ignore[attr-defined]
        return strict.json_object(raw, self.most)


class JsonWithPicture(StrictJson):
    """The same for the one body that carries a photograph: six megabytes, in base64."""

    most = (LARGEST_BYTES + 2) // 3 * 4 + 4096


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


class Jpeg(Json):
    """A photograph; a refusal is JSON."""

    media_type = "image/jpeg"
    format = "jpeg"
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The bytes as they are."""
        return data if isinstance(data, bytes) else super().render(data, accepted_media_type, renderer_context)


class GeoJson(Json):
    """The same bytes under the name of GeoJSON (RFC 7946)."""

    media_type = "application/geo+json"
    format = "geojson"


class Token(BaseAuthentication):
    """Authorization: Bearer szr_..."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        """The person of the token; None without one; 401 for a token that is not running."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        secret = words[1].decode("latin-1") if len(words) == 2 else ""
        token = accounts.running_token(secret, asking.now())
        if token is None:
            raise exceptions.AuthenticationFailed
        return token.person, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """What a 401 asks for."""
        return 'Bearer realm="safezone"'


class Session(SessionAuthentication):
    """The session of the pages, with their CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The person of the session; None without one; 401 by its own name when somebody has ended the sign-in."""
        found: tuple[Any, None] | None = super().authenticate(request)
        if found is None and request.session.get(gate.REVOKED):
            raise exceptions.AuthenticationFailed(code="signed_out")
        return found

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a request that another site could have sent."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(code="csrf_failed") from error
