"""The rules again, in the database: triggers for SQLite and PostgreSQL that refuse what no service would do.

``definitions`` says once what each guard refuses; ``install`` writes it for the database at hand after every
migration (SQLite drops triggers when a table is rebuilt), and ``altered`` compares what is there with what should be.
"""

from registry.guards.installing import altered, install, remove

__all__ = ["altered", "install", "remove"]
