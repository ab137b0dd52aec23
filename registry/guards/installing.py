"""Guards written into the database at hand, compared with what is there, and taken out for tests and repairs."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from registry.guards.definitions import GUARDS, Guard

PREFIX = "guard_"


def statements(guard: Guard, vendor: str) -> tuple[str, ...]:
    """The SQL that creates a guard on this kind of database."""
    return _sqlite(guard) if vendor == "sqlite" else _postgresql(guard)


def _sqlite(guard: Guard) -> tuple[str, ...]:
    when = f" WHEN {guard.when}" if guard.when else ""
    head = f"CREATE TRIGGER {PREFIX}{guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW{when}"
    return (f"{head} BEGIN SELECT RAISE(ABORT, 'guard: {guard.code}') WHERE {guard.refuse_if}; END",)


def _body(guard: Guard) -> str:
    locks = "".join(f" PERFORM 1 FROM {table} WHERE id IN ({ids}) FOR SHARE;" for table, ids in guard.lock)
    row = "OLD" if guard.event == "DELETE" else "NEW"
    return (
        f"BEGIN IF ({guard.when or 'TRUE'}) THEN{locks} IF ({guard.refuse_if}) THEN RAISE EXCEPTION"
        f" 'guard: {guard.code}' USING ERRCODE = 'check_violation'; END IF; END IF; RETURN {row}; END"
    )


def _trigger(guard: Guard) -> str:
    """The trigger as PostgreSQL itself spells it, so that what is there can be compared to the letter."""
    name = f"{PREFIX}{guard.name}"
    return f"CREATE TRIGGER {name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _postgresql(guard: Guard) -> tuple[str, ...]:
    function = f"CREATE OR REPLACE FUNCTION {PREFIX}{guard.name}() RETURNS trigger LANGUAGE plpgsql AS"
    return f"{function} $guard${_body(guard)}$guard$", _trigger(guard)


def install(connection: BaseDatabaseWrapper) -> int:
    """Write every guard anew; returns how many."""
    with _atomic(connection), connection.cursor() as cursor:
        _drop(connection, _present(connection))
        for guard in GUARDS:
            for statement in statements(guard, connection.vendor):
                cursor.execute(statement)
    return len(GUARDS)


def _atomic(connection: BaseDatabaseWrapper) -> AbstractContextManager[object]:
    return transaction.atomic(using=connection.alias)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard out: for tests that empty tables, and for repairs by two people with a backup."""
    with _atomic(connection):
        _drop(connection, _present(connection))


def _drop(connection: BaseDatabaseWrapper, present: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        for name, table in present.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Guard triggers in the database: name and table."""
    if connection.vendor == "sqlite":
        return dict(
            _rows(
                connection,
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard$_%' ESCAPE '$'",
            )
        )
    return dict(
        _rows(
            connection,
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE t.tgname LIKE 'guard$_%' ESCAPE '$' AND NOT t.tgisinternal AND n.nspname = current_schema()",
        )
    )


def _rows(connection: BaseDatabaseWrapper, query: str) -> Iterable[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [(str(a), str(b)) for a, b in cursor.fetchall()]


def altered(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The guards that are missing, switched off or not what they should be, by name; empty when all is well."""
    found = _written(connection)
    wanted = {f"{PREFIX}{g.name}": _wanted(g, connection.vendor) for g in GUARDS}
    return tuple(sorted(name for name, text in wanted.items() if found.get(name) != text))


def _wanted(guard: Guard, vendor: str) -> str:
    return _sqlite(guard)[0] if vendor == "sqlite" else f"O {_trigger(guard)} {_body(guard)}"


def _written(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What the database holds of each guard: SQLite its text; PostgreSQL whether it fires, when, and its body."""
    if connection.vendor == "sqlite":
        return dict(_rows(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return dict(
        _rows(
            connection,
            "SELECT t.tgname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc"
            " FROM pg_trigger t"
            " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT t.tgisinternal AND n.nspname = current_schema()",
        )
    )
