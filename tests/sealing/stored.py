"""What stands in the database itself, and changes of it behind everybody's back."""

from typing import Any

from django.db import connection, models

from tests import factories as f


def stored(row: models.Model, column: str) -> Any:
    """One column of a row as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [_key(row)])  # noqa: S608
        return cursor.fetchone()[0]


def overwrite(row: models.Model, column: str, value: Any) -> None:
    """Change one column by SQL, past guards and models."""
    with f.unguarded(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, _key(row)])  # noqa: S608


def _key(row: models.Model) -> Any:
    return row._meta.pk.get_db_prep_value(row.pk, connection)
