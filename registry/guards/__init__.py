"""The rules again, in the database: triggers for SQLite and PostgreSQL that refuse what no service would do.

``definitions`` says once what each guard refuses; ``install`` writes it for the database at hand after every
migration (SQLite drops triggers when a table is rebuilt), ``altered`` compares what is there with what should be,
and ``look`` does so aloud.
"""

from registry.guards.installing import altered, install, names, remove
from registry.guards.watching import after_migrating, before_migrating, look

__all__ = ["after_migrating", "altered", "before_migrating", "install", "look", "names", "remove"]
