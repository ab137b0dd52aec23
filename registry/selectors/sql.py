"""Reads in plain SQL, for the few questions that matching asks all day: building them anew costs more than asking.

Parameters go in as Django's own columns would take them; of what comes out, ids and moments are put right here.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

Row = tuple[Any, ...]


def rows(sql: str, *parameters: object) -> list[Row]:
    """What the query gives; a list as parameter fills the one mark of an ``IN (%s)``, in its place."""
    with connection.cursor() as cursor:
        cursor.execute(_marked(sql, parameters), [plain(one) for one in _flat(parameters)])
        return cursor.fetchall()


def _marked(sql: str, parameters: Sequence[object]) -> str:
    if not any(isinstance(one, list) for one in parameters):
        return sql
    marks = (", ".join(["%s"] * len(one)) or "NULL" if isinstance(one, list) else "%s" for one in parameters)
    return sql % tuple(marks)


def _flat(parameters: Sequence[object]) -> list[object]:
    return [one for given in parameters for one in (given if isinstance(given, list) else [given])]


def plain(value: object) -> Any:
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
