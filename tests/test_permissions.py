"""Every address and method, every role, in scope and elsewhere: what each gets is declared, and really called."""

import json
import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls import path as django_path
from django.urls.resolvers import RegexPattern
from django.views.generic import View

from registry import models as m
from registry.ids import uuid7
from registry.selectors import requests
from registry.web import asking
from tests import factories as f
from tests.permissions import api_rows, desk_rows, phone_rows
from tests.permissions.table import Row, Scene, outcome
from tests.permissions.world import World

ROWS = (*api_rows.ROWS, *phone_rows.ROWS, *desk_rows.ROWS)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Everybody calls at noon of the factories' day."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address that the resolver knows, as it prints it."""
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, here)
        else:
            yield here, pattern


def path_of(address: str, scene: Scene) -> str:
    """The address with its parts filled in."""
    filled = PART.sub(lambda part: str(scene.parts[part[1] or part[2]]), address)
    return "/" + filled.replace("^", "").replace("$", "") + scene.query


def call(client, method: str, path: str, scene: Scene):
    """One call and how many audit entries it wrote: JSON for the API, a form for pages; every deed is undone again."""
    headers = {"Idempotency-Key": str(uuid7()), **scene.headers}
    send = getattr(client, method.lower())
    before = m.AuditEntry.objects.count()
    with transaction.atomic():
        if method == "GET":
            answer = send(path, headers=headers)
        elif path.startswith("/api/"):
            answer = send(path, json.dumps(scene.body or {}), content_type="application/json", headers=headers)
        else:
            answer = send(path, {"key": str(uuid7()), **(scene.body or {})}, headers=headers)
        entries = m.AuditEntry.objects.count() - before
        transaction.set_rollback(True)
    return answer, entries


ADDRESSES = dict(addresses(get_resolver()))


def test_every_address_is_declared():
    assert set(ADDRESSES) - {row.address for row in ROWS} == set()


def test_every_declared_address_exists():
    assert {row.address for row in ROWS} - set(ADDRESSES) == set()


def test_nothing_is_declared_twice():
    names = [row.name for row in ROWS]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_an_undeclared_address_is_found():
    """The control: an address that nobody declared comes out of the walk."""
    resolver = URLResolver(
        RegexPattern(r"^/"), [*get_resolver().url_patterns, django_path("surprise/", View.as_view())]
    )
    assert set(dict(addresses(resolver))) - {row.address for row in ROWS} == {"surprise/"}


@pytest.mark.django_db
def test_a_selector_without_its_scope_is_found(monkeypatch):
    """The control: when everybody sees every household, the row of that address differs from what it declares."""
    monkeypatch.setattr(requests, "households", lambda _: m.Household.objects.all())
    row = next(row for row in ROWS if row.name == "GET /api/v1/households/<uuid:pk>")
    found = differences(*gotten(row))
    assert found["volunteer elsewhere"] == "200, declared 404"
    assert found["auditor own"] == "200, declared 404"


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_everybody_gets_what_is_declared(row: Row):
    assert differences(*gotten(row)) == {}


def gotten(row: Row) -> tuple[dict[tuple[str, bool], str], dict[tuple[str, bool], str]]:
    """What everybody gets of a row, and what it declares."""
    world = World()
    scene = row.scene(world)
    path = path_of(row.address, scene)
    expected = row.outcomes()
    got = {}
    for (role, own), wanted in expected.items():
        client = world.client(role, own)
        answer, entries = call(client, row.method, path, scene)
        got[role, own] = outcome(answer, wanted, scene.shows, entries)
    return got, expected


def differences(got: dict[tuple[str, bool], str], expected: dict[tuple[str, bool], str]) -> dict[str, str]:
    """Where what they got is not what was declared."""
    return {
        f"{role} {'own' if own else 'elsewhere'}": f"{got[role, own]}, declared {wanted}"
        for (role, own), wanted in expected.items()
        if got[role, own] != wanted
    }


def by_address() -> list[tuple[str, list[Row]]]:
    """The rows of each address."""
    return [(address, [row for row in ROWS if row.address == address]) for address in sorted({r.address for r in ROWS})]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(("address", "rows"), by_address(), ids=lambda value: value if isinstance(value, str) else "")
def test_no_other_method_is_answered(address: str, rows: list[Row]):
    world = World()
    scene = rows[0].scene(world)
    path = path_of(address, scene)
    reached = ("in", "does", "sees", "422")
    let_in = [key for key, wanted in rows[0].outcomes().items() if wanted in reached or wanted < "300"]
    client = world.client(*let_in[0])
    declared = {row.method for row in rows}
    answered = {name: call(client, name, path, scene)[0].status_code for name in METHODS if name not in declared}
    assert {name: status for name, status in answered.items() if status not in (403, 404, 405)} == {}
