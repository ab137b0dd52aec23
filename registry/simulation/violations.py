"""Rows that break a rule, counted by SQL that knows the tables only: nothing of the rules' own code is asked.

What was true at a moment is read from the order of the audit log, which is the order in which things happened under
lock; times alone could not tell two transactions apart that ran at once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from registry.simulation import violation_sql
from registry.simulation.arrivals import BORDER_TIME


@dataclass(frozen=True, slots=True)
class Violation:
    """How many rows break one rule; 0 is what there must be."""

    name: str
    rule: int
    rows: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two databases say differently; ``offset_h`` is the border's distance from UTC on that day."""

    vendor: str
    offset_h: int

    def key(self, column: str) -> str:
        """An id as the audit log writes it."""
        if self.vendor == "postgresql":
            return f"{column}::text"
        parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        return "(" + " || '-' || ".join(f"substr({column}, {start}, {length})" for start, length in parts) + ")"

    def local_date(self, column: str) -> str:
        """The day at the border."""
        if self.vendor == "postgresql":
            return f"({column} AT TIME ZONE '{BORDER_TIME.key}')::date"
        return f"date({column}, '+{self.offset_h} hours')"

    def local_hour(self, column: str) -> str:
        """The hour at the border, 0 to 23."""
        if self.vendor == "postgresql":
            return f"EXTRACT(HOUR FROM {column} AT TIME ZONE '{BORDER_TIME.key}')"
        return f"CAST(strftime('%H', {column}, '+{self.offset_h} hours') AS INTEGER)"


def count_violations(around: datetime) -> tuple[Violation, ...]:
    """Every rule with the number of rows that break it; ``around`` is a moment of the day that was played."""
    offset = around.astimezone(BORDER_TIME).utcoffset()
    dialect = Dialect(connection.vendor, int(offset.total_seconds() // 3600) if offset else 0)
    with connection.cursor() as cursor:
        found = []
        for query in violation_sql.queries(dialect):
            cursor.execute(f"SELECT COUNT(*) FROM ({query.sql}) AS broken")  # noqa: S608 - written in violation_sql
            found.append(Violation(query.name, query.rule, cursor.fetchone()[0]))
    return tuple(found)
