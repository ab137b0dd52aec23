"""SQLite with its guarantees switched on and looked at."""

from typing import Any

from django.db.backends.sqlite3 import base

from safezone.backends import QuietQueries, UnsafeConnection

PRAGMAS: dict[str, tuple[str, Any]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "secure_delete": ("ON", 1),
    "trusted_schema": ("OFF", 0),
}
BUSY_TIMEOUT_MS = 20_000
INIT_COMMAND = "".join(f"PRAGMA {name}={word};" for name, (word, _) in PRAGMAS.items())
OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": BUSY_TIMEOUT_MS / 1000,
    "init_command": INIT_COMMAND,
    # A flow of services asks some hundreds of different questions, and each write is compiled with its guards.
    "cached_statements": 1000,
}


class DatabaseWrapper(QuietQueries, base.DatabaseWrapper):
    """Django's SQLite backend; a connection without a guarantee is closed and refused."""

    # An untrusted schema may not call JSON_VALID; only the field itself writes such a column.
    data_type_check_constraints = {
        name: check for name, check in base.DatabaseWrapper.data_type_check_constraints.items() if name != "JSONField"
    }

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that keeps every promise."""
        connection = super().get_new_connection(conn_params)
        if broken := self._broken_promises(connection):
            connection.close()
            raise UnsafeConnection(f"SQLite connection refused: {', '.join(broken)}")
        return connection

    def _broken_promises(self, connection: Any) -> list[str]:
        """The name of each guarantee the connection does not give."""
        broken = [name for name, (_, wanted) in PRAGMAS.items() if _pragma(connection, name) != wanted]
        if _pragma(connection, "busy_timeout") < BUSY_TIMEOUT_MS:
            broken.append("busy_timeout")
        if self.transaction_mode != "IMMEDIATE":  # type: ignore[attr-defined]
            broken.append("transaction_mode")
        return broken


def _pragma(connection: Any, name: str) -> Any:
    """What the connection says about one of its pragmas."""
    return connection.execute(f"PRAGMA {name}").fetchone()[0]
