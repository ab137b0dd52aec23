"""How tests call the API: as somebody, with fresh keys, every answer held against the published schema."""

import json
import re
from functools import cache
from typing import Any

from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from registry.api import schema
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import accounts
from tests import factories as f

ROOT = "/api/v1"
# POSTs that only ask, so that what is asked for stands in no address; each is answered anew and kept under no key.
# Joining is done once by the id of the account itself.
QUESTIONS = ("/public/check", "/register/ask", "/me/step-ups", "/public/applications", "/public/follow")


class Caller:
    """Somebody who calls the API: with a token and a fresh second factor, with a session, or nobody."""

    def __init__(
        self, who: Actor | None = None, *, session: bool = False, language: str = "en", fresh: bool = True
    ) -> None:
        self.client = Client(headers={"Accept-Language": language}, raise_request_exception=False)
        self.headers: dict[str, str] = {}
        if who is None:
            return
        if session:
            f.sign_in(self.client, f.person_of(who))
        else:
            token, secret = accounts.issue_token(actor=who, id=uuid7(), name="tests", at=f.NOW)
            self.headers["Authorization"] = f"Bearer {secret}"
            if fresh:
                self.headers["Step-Up"] = f.step_up(token)

    def get(self, path: str, **headers: str) -> Any:
        """The answer to a GET."""
        return self._called("get", path, headers)

    def post(self, path: str, body: Any = None, key: str | None = None, **headers: str) -> Any:
        """The answer to a POST with a fresh key, unless one is given."""
        named = {"Idempotency-Key": key or str(uuid7())}
        return self._called("post", path, {**named, **headers}, body if body is not None else {})

    def patch(self, path: str, body: Any, version: int | None = None, **headers: str) -> Any:
        """The answer to a PATCH of the version that was read."""
        named = {"If-Match": f'"{version}"'} if version is not None else {}
        return self._called("patch", path, {**named, **headers}, body)

    def raw(self, method: str, path: str, body: bytes, content_type: str = "application/json", **headers: str) -> Any:
        """The answer to any bytes."""
        call = getattr(self.client, method)
        answer = call(ROOT + path, body, content_type=content_type, headers={**self.headers, **_dashed(headers)})
        check(method, ROOT + path, answer)
        return answer

    def _called(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
        if method == "get":
            answer = self.client.get(ROOT + path, headers={**self.headers, **_dashed(headers)})
            check(method, ROOT + path, answer)
            return answer
        return self.raw(method, path, json.dumps(body, default=str).encode(), **headers)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def token_of(who: Actor) -> str:
    """A running token of somebody."""
    return accounts.issue_token(actor=who, id=uuid7(), name="tests", at=f.NOW)[1]


def check(method: str, path: str, answer: Any) -> None:
    """Hold an answer against the schema; whatever is refused must be a complete problem."""
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code >= 400:
        assert kind == "application/problem+json", (answer.status_code, kind, answer.content[:300])
        validator("Problem").validate(answer.json())
        assert answer.json()["status"] == answer.status_code
        return
    operation = operation_of(method, path.partition("?")[0])
    described = operation["responses"][str(answer.status_code)]["content"]
    assert kind.partition(";")[0] in described, (kind, list(described))
    part = described[kind.partition(";")[0]]["schema"]
    validator(part["$ref"].rpartition("/")[2]).validate(answer.json())


def operation_of(method: str, path: str) -> dict[str, Any]:
    """What the schema says of a method at a path."""
    for template, methods in schema.document()["paths"].items():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path) and method in methods:
            return methods[method]
    raise AssertionError(f"{method} {path} is not in the schema")


@cache
def validator(component: str) -> Draft202012Validator:
    """A validator of one named shape that lets no unnamed member pass."""
    document = json.loads(schema.as_json())
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{component}", "components": _closed(document["components"])},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def _closed(components: Any) -> Any:
    for part in components["schemas"].values():
        if "properties" in part:
            part.setdefault("additionalProperties", False)
    return components
