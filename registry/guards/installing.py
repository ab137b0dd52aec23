"""Guards written into the database at hand, compared with what is there, and taken out for tests and repairs."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from registry.guards.definitions import guards_for
from registry.guards.guard import Guard, Lock, spelled

PREFIX = "guard_"


def statements(guard: Guard, vendor: str) -> tuple[str, ...]:
    """The SQL that creates a guard on this kind of database."""
    return (_sqlite(guard),) if vendor == "sqlite" else _postgresql(guard)


def _sqlite(guard: Guard) -> str:
    when = f" WHEN {guard.when}" if guard.when else ""
    head = f"CREATE TRIGGER {PREFIX}{guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW{when}"
    refuse = f" SELECT RAISE(ABORT, 'guard: {guard.code}') WHERE {guard.refuse_if};" if guard.refuse_if else ""
    then = f" {guard.then};" if guard.then else ""
    return spelled(f"{head} BEGIN{refuse}{then} END", "sqlite")


def _locked(lock: Lock) -> str:
    return f" PERFORM 1 FROM {lock.table} WHERE id IN ({lock.ids}) ORDER BY id FOR {lock.strength};"


def _body(guard: Guard) -> str:
    locks = "".join(_locked(lock) for lock in guard.locks)
    raised = f"RAISE EXCEPTION 'guard: {guard.code}' USING ERRCODE = 'check_violation';"
    refuse = f" IF ({guard.refuse_if}) THEN {raised} END IF;" if guard.refuse_if else ""
    then = f" {guard.then};" if guard.then else ""
    row = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.event, "NEW")
    body = f"BEGIN IF ({guard.when or 'TRUE'}) THEN{locks}{refuse}{then} END IF; RETURN {row}; END"
    return spelled(body, "postgresql")


def _trigger(guard: Guard) -> str:
    """The trigger as PostgreSQL itself spells it, so that what is there can be compared to the letter."""
    name = f"{PREFIX}{guard.name}"
    each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
    return f"CREATE TRIGGER {name} BEFORE {guard.event} ON {guard.table} FOR EACH {each} EXECUTE FUNCTION {name}()"


def _postgresql(guard: Guard) -> tuple[str, ...]:
    function = f"CREATE OR REPLACE FUNCTION {PREFIX}{guard.name}() RETURNS trigger LANGUAGE plpgsql AS"
    return f"{function} $guard${_body(guard)}$guard$", _trigger(guard)


def names(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The guards that should be in this database, by name."""
    return tuple(sorted(PREFIX + guard.name for guard in guards_for(connection.vendor)))


def install(connection: BaseDatabaseWrapper) -> int:
    """Write every guard anew; returns how many."""
    wanted = guards_for(connection.vendor)
    with transaction.atomic(using=connection.alias):
        remove(connection)
        _execute(connection, [sql for guard in wanted for sql in statements(guard, connection.vendor)])
    return len(wanted)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard out: before a migration, for tests that empty tables, and for repairs by two with a backup."""
    with transaction.atomic(using=connection.alias):
        if present := _present(connection):
            if connection.vendor == "postgresql":
                # A waiting check of a foreign key forbids PostgreSQL to touch a trigger of its table.
                connection.check_constraints()
            _execute(connection, [sql for name, table in present.items() for sql in _dropped(connection, name, table)])


def _dropped(connection: BaseDatabaseWrapper, name: str, table: str) -> tuple[str, ...]:
    if connection.vendor == "sqlite":
        return (f"DROP TRIGGER IF EXISTS {name}",)
    return f"DROP TRIGGER IF EXISTS {name} ON {table}", f"DROP FUNCTION IF EXISTS {name}()"


def _execute(connection: BaseDatabaseWrapper, found: Iterable[str]) -> None:
    """One after the other; PostgreSQL takes them all in one go."""
    together = [";".join(found)] if connection.vendor == "postgresql" else found
    with connection.cursor() as cursor:
        for sql in together:
            cursor.execute(sql)


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


def _rows(connection: BaseDatabaseWrapper, query: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [(str(a), str(b)) for a, b in cursor.fetchall()]


def altered(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """The guards that are missing, switched off or not what they should be, by name; empty when all is well."""
    found: Mapping[str, str] = _written(connection)
    wanted = {f"{PREFIX}{g.name}": _wanted(g, connection.vendor) for g in guards_for(connection.vendor)}
    return tuple(sorted(name for name, text in wanted.items() if found.get(name) != text))


def _wanted(guard: Guard, vendor: str) -> str:
    return _sqlite(guard) if vendor == "sqlite" else f"O plpgsql v  {_trigger(guard)} {_body(guard)}"


def _written(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What the database holds of each guard: SQLite its text; PostgreSQL whether and how it fires, and its body."""
    if connection.vendor == "sqlite":
        return dict(_rows(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return dict(
        _rows(
            connection,
            "SELECT t.tgname, t.tgenabled::text || ' ' || l.lanname || ' ' || p.provolatile::text || ' '"
            " || COALESCE(p.proconfig::text, '') || ' ' || pg_get_triggerdef(t.oid, true) || ' ' || p.prosrc"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " JOIN pg_language l ON l.oid = p.prolang JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT t.tgisinternal AND n.nspname = current_schema()",
        )
    )
