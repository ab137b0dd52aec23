"""A field that a write does not document does nothing: refused by the API, not read by the pages.

For every write of the API, every column of every model is tried as one more member of a body that is valid without
it (many at once, unless it is to be proved). For every page that does something, all columns that it does not read
are sent along, and what stands in the database afterwards is compared with what stands there without them.
"""

import json
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from rest_framework import serializers

from registry.api import forms
from registry.ids import uuid7
from registry.models.owned import Owned
from registry.web import asking
from tests import factories as f
from tests.pages.site import filled
from tests.permissions import extra
from tests.permissions.table import Row, Scene, row
from tests.permissions.world import World
from tests.prove.size import is_full
from tests.test_permissions import ROWS, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

API = [one for one in ROWS if one.method in ("POST", "PATCH") and one.address.startswith("api/")]
PAGES = [one for one in ROWS if one.method == "POST" and extra.who_may(one, ("does",))]
TAKEN = ("200", "201", "sees")
# A second factor that is right is right once: the body is valid but for its code.
UNTRUE = ("422",)
FIELDS_AT_ONCE = 150
# One by one when it is to be proved, else as many as one refusal names.
MEMBERS_AT_ONCE = 1 if is_full() else 45


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody calls at noon of the factories' day."""
    monkeypatch.setattr(asking, "now", lambda: f.NOW)


def sent(client: Any, row: Row, path: str, scene: Scene, body: dict[str, Any]) -> Any:
    """The answer to a body under a key of its own."""
    headers = {"Idempotency-Key": str(uuid7()), **scene.headers}
    call = getattr(client, row.method.lower())
    return call(path, json.dumps(body), content_type="application/json", headers=headers)


def tried(row: Row) -> Counter[str]:
    """How many members were added to a valid body, how many were taken, how often something changed."""
    who = extra.who_may(row, TAKEN) or extra.who_may(row, UNTRUE)
    assert who, row.name
    world = World()
    scene = row.scene(world)
    body = {"code": "000000"} if row.address.endswith("step-ups") else dict(scene.body or {})
    path, client, found = path_of(row.address, scene), extra.client_of(world, who), Counter[str]()
    with transaction.atomic():
        valid = sent(client, row, path, scene, body)
        assert valid.status_code in (200, 201) or row.outcomes()[who] in UNTRUE, (valid.status_code, valid.content)
        transaction.set_rollback(True)
    for names, more in extra.with_more(body, extra.form_of(row), MEMBERS_AT_ONCE):
        with extra.written() as statements, transaction.atomic():
            answer = sent(client, row, path, scene, more)
            transaction.set_rollback(True)
        fields = answer.json().get("fields", {}) if answer.status_code in (400, 422) else {}
        taken = [name for name in names if fields.get(name) != "unknown_field"]
        found += Counter(members=len(names), taken=len(taken), changed=bool(statements))
    return found


@pytest.mark.parametrize("row", API, ids=lambda row: row.name)
def test_a_member_that_is_not_documented_is_refused_and_changes_nothing(row: Row, record_property: Any) -> None:
    found = tried(row)
    record_property("api_endpoints", 1)
    record_property("columns", len(extra.names()))
    for name in ("members", "taken", "changed"):
        record_property(f"api_{name}", found[name])
    assert found["members"] > 100
    assert (found["taken"], found["changed"]) == (0, 0)


def test_every_write_of_the_document_is_tried() -> None:
    from registry.api import schema

    written = {(path, method) for path, methods in schema.document()["paths"].items() for method in methods}
    writes = {(path, method) for path, method in written if method in ("post", "patch", "put", "delete")}
    assert len(writes) == len(API)


def test_control_when_unknown_members_are_dropped_a_body_is_taken(
    monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    monkeypatch.setattr(forms.Input, "to_internal_value", serializers.Serializer.to_internal_value)
    found = tried(next(row for row in API if row.name == "POST /api/v1/providers"))
    record_property("control_taken", found["taken"])
    assert found["taken"] == found["members"]


# Pages

# Of six pictures the same one so many times: once in a billion.
DRAWN_AGAIN = 12


def kept() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the registry in the order in which rows were made, but for the fingerprints of what was sent."""
    tables = apps.get_app_config("registry").get_models(include_auto_created=True)
    known = {table.__name__: opened(table) for table in tables}
    del known["IdempotencyKey"]
    return known


def opened(table: type[Any]) -> list[tuple[Any, ...]]:
    """The rows of a table; what is sealed as its own people read it, for ciphertext is another each time."""
    rows = table._default_manager.order_by("pk")
    if not issubclass(table, Owned):
        return list(rows.values_list())
    columns = [column.attname for column in table._meta.concrete_fields]
    return [tuple(getattr(one, name) for name in columns) for one in rows]


def left_by(client: Any, path: str, scene: Scene, form: dict[str, Any]) -> tuple[Any, set[str]]:
    """What stands in the database after a form was sent, and which names the page looked up; then it is undone."""
    with transaction.atomic():
        with extra.reading() as read:
            client.post(path, form, headers=scene.headers)
        found = kept()
        transaction.set_rollback(True)
    return found, read


def differences(one: Any, other: Any) -> set[tuple[str, int, int]]:
    """Table, row and column of every value that differs; row and column -1 when the number of rows does."""
    found = set()
    for table, lines in one.items():
        if len(lines) != len(other[table]):
            found.add((table, -1, -1))
        for number, (mine, theirs) in enumerate(zip(lines, other[table], strict=False)):
            found |= {(table, number, n) for n, (x, y) in enumerate(zip(mine, theirs, strict=True)) if x != y}
    return found


def changed_by_more(row: Row) -> tuple[int, set[Any], set[str]]:
    """How many forms were sent, what the further fields changed, and which names the page reads."""
    who = extra.who_may(row, ("does",))
    assert who
    world = World()
    scene = row.scene(world)
    path, client, form = path_of(row.address, scene), extra.client_of(world, who), extra.filled_in(scene)
    before = kept()
    plain, read = left_by(client, path, scene, form)
    # What differs between two sendings of the very same form is drawn or counted anew each time.
    again, _ = left_by(client, path, scene, form)
    drawn, found = differences(plain, again), set()
    assert differences(before, plain), f"{row.name} does nothing"
    more = [name for name in extra.names() if name not in read and name not in form]
    for start in range(0, len(more), FIELDS_AT_ONCE):
        added = {name: str(extra.value_of(name)) for name in more[start : start + FIELDS_AT_ONCE]}
        found |= differences(plain, left_by(client, path, scene, {**form, **added})[0]) - drawn
    # What is drawn from a few (one of six pictures) may have come out the same twice by chance.
    for _ in range(DRAWN_AGAIN if found else 0):
        found -= differences(plain, left_by(client, path, scene, form)[0])
    return len(range(0, len(more), FIELDS_AT_ONCE)), found, read


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_a_page_does_nothing_with_fields_that_it_does_not_read(row: Row, record_property: Any) -> None:
    posts, found, read = changed_by_more(row)
    record_property("form_posts", posts)
    record_property("form_changed", len(found))
    assert not found
    assert not read & extra.NEVER_READ


OWNER, VOLUNTEER, NEWCOMER = ("provider", True), ("volunteer", True), ("auditor", True)
WHO = {"given_name": "Ana", "family_name": "Pop", "birth_year": "1980", "sex": "f", "phone": "0721 234 567"}
HOME = {"address": "Strada Florilor 3", "town": "suceava", "lat": "47.65", "lon": "26.25"}
ANA = {"r1_given_name": "Ana", "r1_family_name": "Pop", "r1_birth_year": "1980", "r1_sex": "f"}
FORMS = (
    ("households/new/", VOLUNTEER, {"n_18_59_f": "1"}),
    ("provider/apply/", NEWCOMER, {**WHO, "address": "Strada Mare 1", "town": "suceava", "is_driver": "on"}),
    ("providers/<uuid:pk>/vehicles/new/", OWNER, {"plate": "SV 77 ABC", "make": "Dacia", "color": "white"}),
    ("providers/<uuid:pk>/homes/new/", OWNER, {**HOME, **ANA, "lockable_room": "on"}),
    ("providers/<uuid:pk>/rides/new/", OWNER, {"origin": "siret", "destinations": ["suceava"], "languages": ["uk"]}),
    ("providers/<uuid:pk>/stays/new/", OWNER, {}),
)


def form_row(address: str, who: tuple[str, bool], values: dict[str, Any]) -> Row:
    """A row of the table for a form that makes something, filled in by somebody."""

    def scene(w: World) -> Scene:
        assert w.car
        assert w.home
        parts = {"pk": w.provider.pk}
        return Scene(parts, {**filled(w.client(*who), path_of(address, Scene(parts))), **values})

    return row("POST", address, scene, f"{who[0]}=does *=in public=login")


@pytest.mark.parametrize(("address", "who", "values"), FORMS, ids=[form[0] for form in FORMS])
def test_a_form_that_makes_something_takes_nothing_more(
    address: str, who: tuple[str, bool], values: dict[str, Any], record_property: Any
) -> None:
    posts, found, read = changed_by_more(form_row(address, who, values))
    record_property("form_posts", posts)
    record_property("form_changed", len(found))
    assert not found
    assert not read & extra.NEVER_READ
