"""The OpenAPI document of the API, made from the views once a process."""

from functools import cache
from typing import Any

import orjson
import yaml
from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema


class Described(AutoSchema):
    """One operation, named after its method and address: every name is unique by itself."""

    def get_operation_id(self) -> str:
        """For example ``get_providers_by_pk``."""
        parts = self.path.removeprefix("/api/v1/").replace(".", "_").replace("-", "_").split("/")
        words = [f"by_{part[1:-1]}" if part.startswith("{") else part for part in parts]
        return "_".join([self.method.lower(), *words])


@cache
def document() -> dict[str, Any]:
    """The document as plain data."""
    generator = SchemaGenerator()
    with translation.override("en"):
        made: dict[str, Any] = generator.get_schema(request=None, public=True)
    return made


@cache
def as_yaml() -> bytes:
    """The document as YAML."""
    return yaml.safe_dump(_plain(), allow_unicode=True, sort_keys=False, width=120).encode()


@cache
def as_json() -> bytes:
    """The document as JSON."""
    return orjson.dumps(_plain())


def _plain() -> Any:
    """The document without the lazy strings and ordered types of its making."""
    return orjson.loads(orjson.dumps(document(), default=str, option=orjson.OPT_NON_STR_KEYS))


def own_paths(endpoints: list[Any], **_: Any) -> list[Any]:
    """Version 1 only: the schema does not describe itself."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def as_it_is(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The document with bodies that take no member they do not name, and without the marks of its making."""
    schemas = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            operation.pop("description", None)
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body:
                _close(body["schema"], schemas)
    _unmark(result)
    return result


def _unmark(part: Any) -> None:
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
    if isinstance(part, dict | list):
        for inner in list(part.values()) if isinstance(part, dict) else part:
            _unmark(inner)


def _close(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Close an object and every object in it."""
    if reference := schema.get("$ref"):
        _close(schemas[reference.rpartition("/")[2]], schemas)
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ())):
        _close(part, schemas)
    if "properties" in schema and schema.get("additionalProperties") is not False:
        schema["additionalProperties"] = False
        for member in schema["properties"].values():
            _close(member, schemas)
            _close(member.get("items", {}), schemas)


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema tells of tokens."""

    target_class = "registry.api.door.Token"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    """How the schema tells of sessions."""

    target_class = "registry.api.door.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """A session cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
