"""One operation: the order in which a request passes the door, and how its answer leaves.

A view's method is wrapped by ``reads``, ``lists``, ``does`` or ``changes``: it gets clean input and returns plain
data. Everything else (unknown parameters, versions, keys that make a POST happen once) is done here, once.
"""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import orjson
from django.db import transaction
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.api import door, errors
from registry.api.forms import LARGEST_PAGE, PAGE, Input, Nothing, PageQuery, Problem, clean
from registry.permissions import Actor
from registry.selectors import paging
from registry.services import idempotency
from registry.web import asking, problems, strict

Call = TypeVar("Call", bound=Callable[..., Any])


class Api(APIView):
    """A path of the API. Signed-in people only, unless it says otherwise."""

    http_method_names = ["get", "head", "post", "patch"]
    kind: str = ""
    asked: Mapping[str, Any]
    cache_control = "no-store"

    @property
    def actor(self) -> Actor:
        """Who is asking."""
        return asking.actor(self.request)

    @functools.cached_property
    def at(self) -> datetime:
        """The moment of this request, the same for all that it does."""
        return asking.now()

    def who(self) -> str:
        """Whose idempotency keys these are."""
        return str(self.request.user.pk)

    def in_hand(self) -> None:
        """Look once more, inside of the deed's transaction, whether they may still act; it waits for nothing later."""
        asking.again(self.request)

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """The response with what nobody may keep said in its header."""
        response.headers.setdefault("Cache-Control", self.cache_control)
        return super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]


class OpenApi(Api):
    """A path that anybody may use without an account: no login is looked at, so no cookie can be misused."""

    authentication_classes = []
    permission_classes = [AllowAny]


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A body as a response, with its version as ETag."""
    found = dict(headers or {})
    if isinstance(body, Mapping) and isinstance(body.get("version"), int):
        found["ETag"] = strict.etag(body["version"])
    return Response(body, status=status, headers=found)


def reads(output: Any, query: type[Input] = Nothing, media: str = "application/json") -> Callable[[Call], Any]:
    """A GET of one thing."""

    def wrap(call: Call) -> Any:
        @functools.wraps(call)
        def handler(self: Api, request: Request, **path: Any) -> Response:
            self.asked = clean(query, strict.query(request.query_params, query().fields))
            return answer(call(self, **path))

        return _described(call, responses={(200, media): output}, parameters=_parameters(query))(handler)

    return wrap


def lists(row: type[serializers.Serializer[Any]], query: type[PageQuery] = PageQuery) -> Callable[[Call], Any]:
    """A GET of a list in pages; the method returns a ``paging.Listing``."""

    def wrap(call: Call) -> Any:
        @functools.wraps(call)
        def handler(self: Api, request: Request, **path: Any) -> Response:
            self.asked = clean(query, strict.query(request.query_params, query().fields))
            limit = strict.whole_number(self.asked.get("limit", str(PAGE)), 1, LARGEST_PAGE, "limit")
            page = paging.page(call(self, **path), self.asked.get("cursor"), limit)
            return answer({"items": page.items, "next": page.next})

        return _described(call, responses={200: _page_of(row)}, parameters=_parameters(query))(handler)

    return wrap


@functools.cache
def _page_of(row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    members = {"items": row(many=True), "next": serializers.CharField(allow_null=True)}
    return type(f"{row.__name__}Page", (serializers.Serializer,), {"__doc__": "One page of a list.", **members})


KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Anything that is new for each new deed, e.g. a UUID. The same key and body get the same answer.",
)
_VERSION = {"type": "string", "pattern": '^"[0-9]{1,9}"$'}
IF_MATCH = OpenApiParameter("If-Match", _VERSION, OpenApiParameter.HEADER, required=True, description="The ETag read.")
IF_MATCH_TOO = OpenApiParameter(
    "If-Match", _VERSION, OpenApiParameter.HEADER, description="The ETag read, if it matters."
)


def _sent(view: Api, form: type[Input], request: Request) -> tuple[str, dict[str, Any]]:
    """The key of a POST and its clean body; it asks nothing in its address."""
    view.asked = strict.query(request.query_params, ())
    return strict.idempotency_key(request.headers), clean(form, request.data)


def does(
    form: type[Input], output: Any, status: int = 201, *, versioned: bool = False, told_once: str = ""
) -> Callable[[Call], Any]:
    """A POST that happens once: the method gets the clean body and returns what it made.

    The member ``told_once`` is a secret: it leaves with the first answer and is never kept for a replay.
    """

    def wrap(call: Call) -> Any:
        @functools.wraps(call)
        def handler(self: Api, request: Request, **path: Any) -> Response:
            key, data = _sent(self, form, request)
            if versioned:
                data["if_version"] = strict.version_seen(request.headers, required=False)
            secrets: dict[str, Any] = {}

            def work() -> idempotency.Answer:
                self.in_hand()
                body = _plain(call(self, data, **path))
                if told_once:
                    secrets[told_once], body[told_once] = body[told_once], None
                return idempotency.Answer(status, body)

            response = _once(self, request, key, work)
            if secrets:
                response.data |= secrets
            return response

        parameters = [KEY, IF_MATCH_TOO] if versioned else [KEY]
        asked = None if form is Nothing else form
        return _described(call, request=asked, responses={status: output}, parameters=parameters)(handler)

    return wrap


def does_in_steps(form: type[Input], output: Any) -> Callable[[Call], Any]:
    """A POST of many steps, each a transaction of its own that happens once; the answer is kept when all are done.

    Whoever sends it again after a crash goes on where it stopped: the steps must know themselves what is done.
    """

    def wrap(call: Call) -> Any:
        @functools.wraps(call)
        def handler(self: Api, request: Request, **path: Any) -> Response:
            key, data = _sent(self, form, request)
            known = _known_by(self, request, key)
            named = {name: known[name] for name in ("actor_key", "key", "digest")}
            if (given := idempotency.replay(**named)) is not None:
                return _given(given)
            try:
                done = idempotency.Answer(200, _plain(call(self, data, **path)))
            except problems.REFUSALS as error:
                _remember(known, error)
                raise
            idempotency.remember(**known, answer=done)
            return _given(done)

        return _described(call, request=form, responses={200: output}, parameters=[KEY])(handler)

    return wrap


def asks(form: type[Input], output: Any) -> Callable[[Call], Any]:
    """A POST that only asks, so that what is asked for stands in no address: answered anew each time, under no key."""

    def wrap(call: Call) -> Any:
        @functools.wraps(call)
        def handler(self: Api, request: Request, **path: Any) -> Response:
            self.asked = strict.query(request.query_params, ())
            return answer(call(self, clean(form, request.data), **path))

        return _described(call, request=form, responses={200: output})(handler)

    return wrap


def changes(form: type[Input], output: Any) -> Callable[[Call], Any]:
    """A PATCH of the version that was read: the method gets the clean body and the version."""

    def wrap(call: Call) -> Any:
        @functools.wraps(call)
        def handler(self: Api, request: Request, **path: Any) -> Response:
            self.asked = strict.query(request.query_params, ())
            version = strict.version_seen(request.headers)
            data = clean(form, request.data)
            with transaction.atomic():
                self.in_hand()
                return answer(call(self, data, version, **path))

        return _described(call, request=form, responses={200: output}, parameters=[IF_MATCH])(handler)

    return wrap


def _described(call: Call, responses: dict[Any, Any], **schema: Any) -> Any:
    everything = {**responses, ("default", problems.MEDIA_TYPE): Problem}
    return extend_schema(summary=(call.__doc__ or "").strip(), description="", responses=everything, **schema)


def _parameters(query: type[Input]) -> list[Any]:
    return [] if query is Nothing else [query]


class _Refused(Exception):
    """What the work itself refused, carried past the key that is rolled back with it."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def _plain(body: Any) -> Any:
    """The body as it will be read from the database again, keys sorted: the first answer looks like every replay."""
    return orjson.loads(door.as_json(body))


def _known_by(view: Api, request: Request, key: str) -> dict[str, Any]:
    digest = idempotency.fingerprint(request.method or "", request.path, getattr(request, "raw", b""))
    return {"actor_key": view.who(), "key": key, "digest": digest, "at": view.at}


def _once(view: Api, request: Request, key: str, work: Callable[[], idempotency.Answer]) -> Response:
    """Do the work in one transaction with its key; remember what it refused, replay what is known."""
    known = _known_by(view, request, key)

    def guarded() -> idempotency.Answer:
        try:
            return work()
        except problems.REFUSALS as error:
            raise _Refused(error) from error

    try:
        given = idempotency.once(**known, work=guarded)
    except _Refused as refused:
        _remember(known, refused.error)
        raise refused.error from None
    return _given(given)


def _remember(known: Mapping[str, Any], error: Exception) -> None:
    found = problems.of(error)
    # What ends by waiting or by showing a second factor is not remembered: the same key may come again.
    if (
        found
        and 400 <= found.status < 500
        and found.status not in (401, 429)
        and found.body["code"] != "step_up_required"
    ):
        idempotency.remember(**known, answer=idempotency.Answer(found.status, _plain(found.body)))


def _given(given: idempotency.Answer) -> Response:
    headers = {"Idempotent-Replayed": "true"} if given.replayed else {}
    if given.status >= 400:
        return errors.refusal(problems.Problem(given.status, given.body, headers))
    return answer(orjson.loads(orjson.dumps(given.body, option=orjson.OPT_SORT_KEYS)), given.status, headers)
