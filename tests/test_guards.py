"""The guards in the database: written, compared, and refusing raw SQL on both databases."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from registry import guards
from registry import models as m
from registry.guards.definitions import GUARDS
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def guarded():
    """A database with every guard; taken back with the test."""
    f.geography()
    guards.install(connection)


def refused(code: str, sql: str, *params: object) -> None:
    with pytest.raises(IntegrityError, match=f"guard: {code}"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_every_guard_is_written_and_found_unaltered(guarded):
    assert guards.altered(connection) == ()
    guards.remove(connection)
    assert len(guards.altered(connection)) == len(GUARDS)


def test_writing_them_twice_changes_nothing(guarded):
    assert guards.install(connection) == len(GUARDS)
    assert guards.altered(connection) == ()


def test_a_guard_that_was_taken_out_is_named(guarded):
    on = " ON registry_auditentry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER guard_auditentry_update{on}")
    assert guards.altered(connection) == ("guard_auditentry_update",)


def test_the_audit_log_is_only_appended_to(guarded):
    entry = m.AuditEntry.objects.create(at=f.NOW, action="x", object_type="x", object_id="1")
    refused("append_only", "UPDATE registry_auditentry SET action = 'y' WHERE seq = %s", entry.seq)
    refused("kept_for_ever", "DELETE FROM registry_auditentry WHERE seq = %s", entry.seq)


def test_nobody_is_verified_by_an_update(guarded):
    guards.remove(connection)
    row = f.provider(status="in_review")
    guards.install(connection)
    sql = "UPDATE registry_provider SET status = 'verified', verified_at = %s, verified_until = %s WHERE status = %s"
    refused("verified_by_two", sql, f.NOW, date(2026, 6, 1), "in_review")
    row.refresh_from_db()
    assert row.status == "in_review"


def test_no_status_jumps(guarded):
    guards.remove(connection)
    f.provider(status="rejected")
    guards.install(connection)
    refused("illegal_transition", "UPDATE registry_provider SET status = 'suspended', suspended_at = %s", f.NOW)
