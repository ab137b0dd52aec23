"""What somebody might add to a body or form: every column there is, and how to see whether it did anything."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.test import Client

from registry.api import schema
from registry.ids import uuid7
from tests import factories as f
from tests.permissions.table import Row, Scene
from tests.permissions.world import World

# Names that an attacker tries whether or not a column is called so.
ALWAYS = ("id", "pk", "uuid", "status", "verified", "verified_at", "verified_until", "created_by", "created_by_id")
ALWAYS += ("is_verified", "is_staff", "is_superuser", "is_admin", "role", "roles", "permissions", "organization_id")
# What no page may ever read from what is sent: it follows from decisions, never from a form.
NEVER_READ = {"verified", "verified_at", "verified_until", "is_verified", "created_by", "created_by_id", "is_staff"}
NEVER_READ |= {"is_superuser", "is_active", "seats_taken", "beds_taken", "suspended_at", "suspended_by", "confirmed_at"}
# Written on purpose: a refusal is remembered under its key, and counts against a limit.
OWN_MEMORY = ("registry_idempotencykey", "registry_ratewindow")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def names() -> list[str]:
    """Every concrete column of every model of ours, by its name and by its attribute, and a few more."""
    models = apps.get_app_config("registry").get_models(include_auto_created=True)
    columns = {
        name for model in models for field in model._meta.concrete_fields for name in (field.name, field.attname)
    }
    return sorted(columns | set(ALWAYS))


def value_of(name: str) -> Any:
    """What somebody would want the column to be."""
    if name == "status":
        return "verified"
    if name.endswith(("_at", "_until", "_on")):
        return (f.NOW + f.DAY).isoformat()
    return str(uuid7()) if name.endswith("_id") else True


def form_of(row: Row) -> dict[str, Any]:
    """What the OpenAPI document says of the body of an operation; an empty object when it takes none."""
    path = "/" + re.sub(r"<(?:\w+:)?\w+>", "{}", row.address)
    templates = {
        re.sub(r"\{\w+\}", "{}", template): methods for template, methods in schema.document()["paths"].items()
    }
    operation = templates[path][row.method.lower()]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return resolved(body.get("schema", {}))


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference, or the items of a list, leads to."""
    for inner in (*part.get("allOf", ()), *part.get("oneOf", ())):
        if "$ref" in inner or "properties" in inner:
            return resolved(inner)
    if reference := part.get("$ref"):
        return resolved(schema.document()["components"]["schemas"][reference.rpartition("/")[2]])
    return resolved(part["items"]) if "items" in part else part


def with_more(body: dict[str, Any], form: dict[str, Any], at_once: int) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """The body with so many more members that are not documented: on top, and inside each object that it holds."""
    known = form.get("properties", {})
    unknown = [name for name in names() if name not in known]
    for start in range(0, len(unknown), at_once):
        added = unknown[start : start + at_once]
        yield added, {**body, **{name: value_of(name) for name in added}}
    for member, value in body.items():
        inside = value[0] if isinstance(value, list) and value else value
        if isinstance(inside, dict) and "type" not in inside:
            for paths, changed in with_more(inside, resolved(known[member]), at_once):
                step, put = (
                    (f"{member}.0.", [changed, *value[1:]]) if isinstance(value, list) else (f"{member}.", changed)
                )
                yield [step + path for path in paths], {**body, member: put}


@contextmanager
def written() -> Iterator[list[str]]:
    """The statements that change anything but the memory of refusals and limits."""
    found: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(WRITES) and not any(table in sql for table in OWN_MEMORY):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


@contextmanager
def reading() -> Iterator[set[str]]:
    """The names that a page looks up in what is posted."""
    read: set[str] = set()
    before = {name: getattr(QueryDict, name) for name in ("__getitem__", "get", "getlist", "__contains__", "pop")}

    def spying(original: Callable[..., Any]) -> Callable[..., Any]:
        def spy(self: QueryDict, key: Any, *args: Any, **more: Any) -> Any:
            read.add(str(key))
            return original(self, key, *args, **more)

        return spy

    for name, original in before.items():
        setattr(QueryDict, name, spying(original))
    try:
        yield read
    finally:
        for name, original in before.items():
            setattr(QueryDict, name, original)


def who_may(row: Row, wanted: Collection[str]) -> tuple[str, bool] | None:
    """The first for whom the table declares one of these outcomes."""
    return next((who for who, outcome in row.outcomes().items() if outcome in wanted), None)


def client_of(world: World, who: tuple[str, bool]) -> Client:
    """Their browser or program."""
    return world.client(*who)


def filled_in(scene: Scene) -> dict[str, Any]:
    """The body of a scene, with a key that is always the same, so that two sendings differ in nothing."""
    return {"key": "0197f000-0000-7000-8000-000000000001", **(scene.body or {})}
