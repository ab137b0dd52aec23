"""Named columns are saved as the ORM saves them, by SQL of our own."""

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection, models
from django.test.utils import CaptureQueriesContext

from registry import models as m
from registry.errors import Conflict
from registry.ids import uuid7
from registry.services import rows
from tests import factories as f

pytestmark = pytest.mark.django_db


def stored(row: models.Model) -> dict[str, object]:
    """What the database has of a row, and what its sealed columns say."""
    fresh = type(row)._default_manager.get(pk=row.pk)
    return {field.attname: getattr(fresh, field.attname) for field in fresh._meta.concrete_fields}


ROWS = {
    "provider": lambda: f.provider(account=f.known("maria")),
    "vehicle": f.vehicle,
    "dwelling": f.dwelling,
    "household": f.household,
    "match": lambda: f.match("departed"),
    "person": lambda: f.person_of(f.olena()),
}


@pytest.mark.parametrize("kind", ROWS)
def test_saving_every_column_changes_nothing(kind):
    row = type(made := ROWS[kind]())._default_manager.get(pk=made.pk)
    before = stored(row)
    rows.update(row, *(field.name for field in row._meta.concrete_fields if not field.primary_key))
    assert stored(row) == before


def test_only_the_named_columns_are_saved_and_the_version_rises():
    row = f.provider()
    row.given_name, row.family_name = "Ana", "Nobody"
    rows.save(row, "given_name")
    said = stored(row)
    assert (said["given_name"], said["version"]) == ("Ana", row.version)
    assert said["family_name"] != "Nobody"


def test_a_mark_is_saved_with_what_it_is_made_of():
    row = f.provider()
    before = stored(row)
    row.phone = "+40722000999"
    rows.update(row, "phone")
    after = stored(row)
    assert {name for name in before if before[name] != after[name]} == {"phone", "phone_mark"}
    assert after["phone"] == "+40722000999"


def test_a_foreign_key_is_saved_by_either_of_its_names():
    row = f.provider()
    for name, town in (("town", "tulcea"), ("town_id", "sighet")):
        row.town_id = town
        rows.update(row, name)
        assert stored(row)["town_id"] == town


def test_a_column_that_is_not_there_is_a_fault():
    with pytest.raises(FieldDoesNotExist):
        rows.update(f.provider(), "nickname")


def test_a_row_that_is_gone_is_a_fault():
    row = m.Provider(id=uuid7(), given_name="Ana")
    with pytest.raises(DatabaseError):
        rows.update(row, "version")


def test_the_text_is_made_once():
    row = f.provider()
    with CaptureQueriesContext(connection) as first:
        rows.update(row, "version")
    made = rows._update.cache_info().currsize
    with CaptureQueriesContext(connection) as second:
        rows.update(row, "version")
    assert len(first) == len(second) == 1
    assert rows._update.cache_info().currsize == made


def test_an_id_is_taken_once():
    row = f.provider()
    with pytest.raises(Conflict):
        rows.new_id(row.pk, m.Provider)
    with pytest.raises(Conflict):
        rows.new_ids([fresh := uuid7(), fresh], m.Provider)
    assert rows.new_id(uuid7(), m.Provider)
