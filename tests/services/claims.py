"""What tests of services claim: a refusal has its code and writes nothing, a decision has its exact audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from registry import models as m
from registry.errors import Invalid, RegistryError
from registry.permissions import Actor
from registry.states import IllegalTransition
from tests import factories as f


def everything() -> dict[str, list[Any]]:
    """Every row of the registry, as it is stored: sealed columns as ciphertext."""
    tables = apps.get_app_config("registry").get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        return {table.__name__: _stored(cursor, table) for table in tables}


def _stored(cursor: Any, table: type[models.Model]) -> list[Any]:
    cursor.execute(f'SELECT * FROM "{table._meta.db_table}" ORDER BY "{table._meta.pk.column}"')  # noqa: S608
    return list(cursor.fetchall())


@contextmanager
def refused(code: str, /, *reasons: str, **fields: str) -> Iterator[None]:
    """Refused with this code, at least these reasons, exactly these fields; and nothing is written."""
    f.everybody()
    before = everything()
    with pytest.raises((RegistryError, IllegalTransition)) as caught:
        yield
    error: Any = caught.value
    assert error.code == code
    assert set(reasons) <= {reason.code for reason in getattr(error, "reasons", ())}
    assert fields == (error.fields if isinstance(error, Invalid) else {})
    assert everything() == before


def entries(about: models.Model) -> list[tuple[str, Any]]:
    """Action and data of each audit entry about a row, in order."""
    mine = m.AuditEntry.objects.filter(object_type=type(about).__name__.lower(), object_id=str(about.pk))
    return list(mine.order_by("seq").values_list("action", "data"))


def said(about: models.Model, action: str, by: Actor) -> Any:
    """The data of the one entry of this action about the row; by this actor."""
    mine = m.AuditEntry.objects.filter(object_type=type(about).__name__.lower(), object_id=str(about.pk))
    entry = mine.get(action=action)
    assert entry.actor_id == by.id
    return entry.data


def again(row: Any) -> Any:
    """The row as the database has it now."""
    return type(row)._default_manager.get(pk=row.pk)
