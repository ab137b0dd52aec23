"""The OpenAPI document and the page that makes it readable, without a script or anything from outside."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api import schema
from registry.api.door import Json
from registry.api.forms import Nothing, clean
from registry.api.operation import OpenApi
from registry.web import problems, strict

WORDS = Path(__file__).parent / "words"


class Yaml(BaseRenderer):
    """OpenAPI as YAML."""

    media_type = "application/vnd.oai.openapi"
    format = "yaml"
    charset = "utf-8"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """Bytes as they are; a problem as JSON, which is YAML, too."""
        return data if isinstance(data, bytes) else Json().render(data)


class SchemaJson(Json):
    """OpenAPI as JSON."""

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """Bytes as they are."""
        return data if isinstance(data, bytes) else super().render(data)


class SchemaView(OpenApi):
    """The OpenAPI document."""

    renderer_classes = [Yaml, SchemaJson]
    cache_control = "max-age=300"

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """YAML, or JSON when that is what the client accepts."""
        clean(Nothing, strict.query(request.query_params, ()))
        is_json = request.accepted_renderer.format == "json"
        return Response(schema.as_json() if is_json else schema.as_yaml())


@login_not_required
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The whole API on one page that a phone can read."""
    words = _words(problems.language())
    rules = [text for name, text in words.items() if name.startswith("rule_")]
    codes = sorted(problems.sentences(problems.language()).items())
    page = {"groups": _groups(), "codes": codes, "words": words, "rules": rules}
    return render(request, "registry/api_docs.html", page)


@cache
def _words(language: str) -> dict[str, str]:
    """The words of the page itself."""
    words: dict[str, str] = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    return words


@cache
def _groups() -> list[dict[str, Any]]:
    """Operations by their first word, in the order of the addresses."""
    document = schema.document()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return [{"name": name, "operations": operations} for name, operations in groups.items()]


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "path": path.removeprefix("/api/v1"),
        "method": method.upper(),
        "summary": operation["summary"],
        "open": not operation.get("security") or {} in operation["security"],
        "parameters": [_parameter(p) for p in operation.get("parameters", ()) if p["in"] != "path"],
        "body": list(_members(_content(operation.get("requestBody", {})))),
        "answers": [_answer(status, given) for status, given in operation["responses"].items() if status != "default"],
    }


def _parameter(part: Mapping[str, Any]) -> dict[str, Any]:
    kind = part["schema"]
    return {"name": part["name"], "type": _kind(kind), "required": part.get("required"), "choices": _choices(kind)}


def _answer(status: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": status, "members": list(_members(_content(given)))}


def _content(part: Mapping[str, Any]) -> Mapping[str, Any]:
    for media in part.get("content", {}).values():
        found: Mapping[str, Any] = media["schema"]
        return found
    return {}


def _resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object schema that a reference, a list or a nullable part is about."""
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in part:
            return _resolved(part[choice][0])
    if "items" in part:
        return _resolved(part["items"])
    if "$ref" not in part:
        return part
    found: Mapping[str, Any] = schema.document()["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    return found


def _members(part: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[dict[str, Any]]:
    """The members of an object, nested ones with a dot, two levels deep."""
    whole = _resolved(part)
    for name, member in whole.get("properties", {}).items():
        required = name in whole.get("required", ())
        yield {"name": f"{prefix}{name}", "type": _kind(member), "required": required, "choices": _choices(member)}
        if depth < 1 and "properties" in _resolved(member):
            yield from _members(member, f"{prefix}{name}.", depth + 1)


def _kind(member: Mapping[str, Any]) -> str:
    if "items" in member:
        return f"list of {_kind(member['items'])}"
    if "$ref" in member or "oneOf" in member or "allOf" in member:
        inner = _resolved(member)
        return "text" if "enum" in inner else "object"
    kinds = member.get("type", "anything")
    words = [kinds] if isinstance(kinds, str) else list(kinds)
    return " or ".join("text" if word == "string" else word for word in words)


def _choices(member: Mapping[str, Any]) -> str:
    inner = _resolved(member)
    if "enum" in inner:
        return " | ".join(str(choice) for choice in inner["enum"] if choice is not None)
    if "format" in inner:
        return str(inner["format"])
    limits = {name: inner[name] for name in ("minLength", "maxLength", "minimum", "maximum") if name in inner}
    return json.dumps(limits)[1:-1].replace('"', "") if limits else ""
