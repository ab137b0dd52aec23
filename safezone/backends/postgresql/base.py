"""PostgreSQL at READ COMMITTED, whatever the server's own default is."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import IsolationLevel

from safezone.backends import QuietQueries, UnsafeConnection

# A statement asked for the third time on a connection is prepared: matching asks a few hundred ones all day.
OPTIONS: dict[str, Any] = {
    "isolation_level": IsolationLevel.READ_COMMITTED,
    "server_side_binding": True,
    "prepare_threshold": 3,
}
PREPARED_AT_MOST = 1_000


class DatabaseWrapper(QuietQueries, base.DatabaseWrapper):
    """Django's PostgreSQL backend; a connection at another isolation level is closed and refused."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection at READ COMMITTED."""
        connection = super().get_new_connection(conn_params)
        if connection.isolation_level != IsolationLevel.READ_COMMITTED:
            connection.close()
            raise UnsafeConnection("PostgreSQL connection refused: isolation_level")
        connection.prepared_max = PREPARED_AT_MOST
        return connection
