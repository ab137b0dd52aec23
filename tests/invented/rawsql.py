"""SQL past every service, with values as the database at hand stores them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from registry.ids import uuid7


def plain(value: Any) -> Any:
    """A value as a column holds it."""
    if isinstance(value, UUID):
        return value.hex if connection.vendor == "sqlite" else value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def execute(sql: str, *params: Any) -> int:
    """Run one statement; gives how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [plain(value) for value in params])
        return int(cursor.rowcount)


def change(row: Any, **columns: Any) -> int:
    """Write these columns of a row."""
    values = ", ".join(f"{name} = %s" for name in columns)
    key = row._meta.pk.column
    return execute(f"UPDATE {row._meta.db_table} SET {values} WHERE {key} = %s", *columns.values(), row.pk)  # noqa: S608


def erase(row: Any) -> int:
    """Delete a row."""
    return execute(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", row.pk)  # noqa: S608


def copy(row: Any, **columns: Any) -> int:
    """Insert the row once more under another id, with these columns changed."""
    fields = [f for f in row._meta.concrete_fields if not (f.primary_key and f.get_internal_type() == "BigAutoField")]
    values = {f.column: f.get_db_prep_save(f.pre_save(row, False), connection) for f in fields}
    if row._meta.pk.get_internal_type() == "UUIDField":
        values[row._meta.pk.column] = plain(uuid7())
    values |= {name: plain(value) for name, value in columns.items()}
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
        return int(cursor.rowcount)
