"""Reads in plain SQL, for the few questions that matching asks all day: building them anew costs more than asking.

Parameters go in as Django's own columns would take them; of what comes out, ids and moments are put right here.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, connections
from django.db.models import Model

Row = tuple[Any, ...]
Record = TypeVar("Record", bound=Model)


def rows(sql: str, *parameters: object) -> list[Row]:
    """What the query gives; a list as parameter fills the one mark of an ``IN (%s)``, in its place."""
    with connection.cursor() as cursor:
        cursor.execute(_marked(sql, parameters), [_plain(one) for one in _flat(parameters)])
        return cursor.fetchall()


def _marked(sql: str, parameters: Sequence[object]) -> str:
    if not any(isinstance(one, list) for one in parameters):
        return sql
    marks = (", ".join(["%s"] * len(one)) or "NULL" if isinstance(one, list) else "%s" for one in parameters)
    return sql % tuple(marks)


def _flat(parameters: Sequence[object]) -> list[object]:
    return [one for given in parameters for one in (given if isinstance(given, list) else [given])]


def _plain(value: object) -> Any:
    """A value as the column of its kind holds it."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def among(numbers: Collection[int]) -> str:
    """Whole numbers written out for an IN: hundreds of cells as parameters cost more than the query itself."""
    return ",".join(str(int(number)) for number in numbers) or "NULL"


def as_uuid(value: UUID | str) -> UUID:
    """An id that is there."""
    return value if isinstance(value, UUID) else UUID(hex=value)


def as_uuid_or_none(value: UUID | str | None) -> UUID | None:
    """An id that may be missing."""
    return None if value is None else as_uuid(value)


def as_moment(value: datetime) -> datetime:
    """A moment with its time zone: SQLite keeps UTC without saying so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Columns:
    """A model's own columns: how they are asked for, what the attributes are called, what puts a value right."""

    asked: str
    key: str
    prepare: Callable[..., Any]
    names: tuple[str, ...]
    converters: tuple[tuple[int, Any, tuple[Callable[..., Any], ...]], ...]


@cache
def _columns(model: type[Model], alias: str) -> _Columns:
    quote, options = connections[alias].ops.quote_name, model._meta  # noqa: SLF001 (the ORM's own table of columns)
    converters = []
    for place, field in enumerate(options.concrete_fields):
        column = field.get_col(options.db_table)
        found = (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        converters += [(place, column, found)] if found else []
    asked = ", ".join(quote(field.column or "") for field in options.concrete_fields)
    return _Columns(
        f"SELECT {asked} FROM {quote(options.db_table)} WHERE ",
        quote(options.pk.column or ""),
        options.pk.get_db_prep_value,
        tuple(f.attname for f in options.concrete_fields),
        tuple(converters),
    )


def by_key(model: type[Record], keys: Iterable[Any], ending: str = "") -> list[Record]:
    """Rows of a model by their keys, in the order of these, without relations; ``ending`` closes the query."""
    columns = _columns(model, connection.alias)
    wanted = [columns.prepare(key, connection) for key in set(keys)]
    if not wanted:
        return []
    found = f"{columns.asked}{columns.key} IN ({', '.join(['%s'] * len(wanted))}) ORDER BY {columns.key}{ending}"
    with connection.cursor() as cursor:
        cursor.execute(found, wanted)
        every = cursor.fetchall()
    return [model.from_db(connection.alias, columns.names, _converted(row, columns)) for row in every]


def one_with(model: type[Record], key: Any, *related: str) -> Record | None:
    """The row with this key, each of these foreign keys of it looked up by its own; None when there is none."""
    found = by_key(model, [key])
    if not found:
        return None
    (row,) = found
    for name in related:
        field: Any = model._meta.get_field(name)  # noqa: SLF001
        points_to = getattr(row, field.attname)
        setattr(row, name, None if points_to is None else by_key(field.related_model, [points_to])[0])
    return row


def _converted(row: Row, columns: _Columns) -> list[Any]:
    values = list(row)
    for place, column, converters in columns.converters:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return values
