"""A round of the worker asks indexes: what grows with the years is never read as a whole, every few seconds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.services import worker
from tests import factories as f

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="says how it looks rows up; PostgreSQL weighs table sizes"
    ),
]
GROWING = ("auditentry", "check", "checkin", "decision", "escalationstep", "fingerprint", "ledgerleaf", "match", "leg")


def steps() -> list[str]:
    """How SQLite looks up what a round with nothing to do asks for."""
    worker.work_once(at=f.NOW)
    with CaptureQueriesContext(connection) as asked:
        worker.work_once(at=f.NOW + f.HOUR)
    found: list[str] = []
    for query in asked.captured_queries:
        if query["sql"].lstrip().upper().startswith("SELECT"):
            with connection.cursor() as cursor:
                # A number of its own: an explanation that SQLite has kept is not made anew when an index has gone.
                cursor.execute(f"EXPLAIN QUERY PLAN /* {f.number()} */ " + query["sql"].replace("%", "%%"))
                found += [str(row[-1]) for row in cursor.fetchall()]
    return found


def read_whole(found: list[str]) -> set[str]:
    """The growing tables that are read from end to end."""
    return {table for table in GROWING for step in found if f"SCAN registry_{table}" in step and "INDEX" not in step}


def test_a_round_reads_no_growing_table_as_a_whole():
    f.match("departed")
    found = steps()
    assert read_whole(found) == set()
    assert {"audit_by_action", "check_age", "decision_age"} <= {word for step in found for word in step.split()}


def test_control_without_its_index_a_table_is_read_as_a_whole():
    f.match("departed")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX decision_age")
    assert read_whole(steps()) == {"decision"}
