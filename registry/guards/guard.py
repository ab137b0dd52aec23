"""What a guard is, and the few words that SQLite and PostgreSQL spell differently.

``[[word|expression]]`` in a guard's SQL is written for each database: the local day is at least ``earliest_day`` and
at most ``latest_day`` of a moment (Romania is two or three hours ahead of UTC), so a guard is never stricter than
the service, which knows the local clock.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lock:
    """Rows that PostgreSQL locks before it decides: a plain read would let two opposite changes both commit.

    SQLite has one writer and needs none.
    """

    table: str
    ids: str
    strength: str = "SHARE"


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: before ``event`` on ``table``; ``code`` is what the refusal is called.

    ``when`` looks at the row alone and keeps the guard cheap; ``refuse_if`` is true for what must not happen;
    ``then`` is what the database does by itself when nothing is refused. ``only`` names the one database that
    needs the guard.
    """

    name: str
    table: str
    event: str
    code: str = ""
    refuse_if: str = "1 = 1"
    when: str = ""
    locks: tuple[Lock, ...] = ()
    then: str = ""
    only: str = ""


SPELLED = {
    "sqlite": {
        "earliest_day": "date({0}, '+2 hours')",
        "latest_day": "date({0}, '+3 hours')",
        "utc_hour": "CAST(strftime('%H', {0}) AS integer)",
        "earliest_year": "CAST(strftime('%Y', {0}, '+2 hours') AS integer)",
    },
    "postgresql": {
        "earliest_day": "CAST(({0}) AT TIME ZONE 'UTC' + interval '2 hours' AS date)",
        "latest_day": "CAST(({0}) AT TIME ZONE 'UTC' + interval '3 hours' AS date)",
        "utc_hour": "EXTRACT(HOUR FROM ({0}) AT TIME ZONE 'UTC')",
        "earliest_year": "EXTRACT(YEAR FROM ({0}) AT TIME ZONE 'UTC' + interval '2 hours')",
    },
}
_WORD = re.compile(r"\[\[(\w+)\|(.*?)\]\]", re.DOTALL)


def spelled(sql: str, vendor: str) -> str:
    """The SQL of a guard as this database understands it."""
    return _WORD.sub(lambda found: SPELLED[vendor][found[1]].format(found[2]), sql)


def changed(*columns: str) -> str:
    """Whether an update changes one of these columns."""
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def any_of(*conditions: str) -> str:
    """Whether one of these is true; what is unknown is not."""
    return "(" + " OR ".join(f"({condition})" for condition in conditions) + ")"
