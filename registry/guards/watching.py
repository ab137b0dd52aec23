"""Guards through the life of a database: out before a migration, back after it, looked at when a process starts."""

import structlog
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from registry.guards.installing import altered, install, remove

log = structlog.get_logger(__name__)
# The youngest table that a guard stands on: without it the schema is not there yet, or no longer.
_LAST_TABLE = "registry_auditentry"


def before_migrating(*, plan: object, using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Take the guards out: SQLite cannot rebuild a table that a trigger speaks of, and a repair may move rows."""
    if plan:
        remove(connections[using])


def after_migrating(*, using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Write the guards anew, after every migration and after every flush."""
    connection = connections[using]
    if _LAST_TABLE in connection.introspection.table_names():
        count = install(connection)
        log.info("guards_installed", count=count, database=connection.vendor)


def look(using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """The guards that are missing or altered, each named in one line of the log; empty when all is well."""
    connection = connections[using]
    try:
        wrong = altered(connection)
    except DatabaseError:
        log.warning("guards_not_looked_at", code="database_unreachable", database=connection.vendor)
        return ()
    if wrong:
        log.error("guards_altered", code="guards_altered", count=len(wrong), guards=wrong, database=connection.vendor)
    return wrong
