"""The guards through the life of a database: there after every migration and flush, missed by whoever starts."""

import contextlib
import logging
import runpy
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, models, transaction

from registry import guards
from registry import models as m
from registry.errors import Conflict
from registry.guards import watching
from registry.guards.definitions import GUARDS, guards_for
from registry.guards.guard import SPELLED
from registry.ids import uuid7
from registry.management.commands import serve
from registry.services import rows
from tests import factories as f
from tests.invented.rawsql import execute

sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite rebuilds tables")
WEAKER = """CREATE OR REPLACE FUNCTION guard_auditentry_update() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RETURN NEW; END $$"""
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has these switches")


def drop(name: str = "auditentry_update", table: str = "registry_auditentry") -> None:
    """Somebody takes one guard out."""
    execute(f"DROP TRIGGER guard_{name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


@pytest.fixture
def restored(transactional_db: None) -> Iterator[None]:
    """Whatever a test that commits has done to the guards, the next one finds them whole."""
    yield
    guards.install(connection)


@pytest.mark.django_db
def test_every_test_runs_with_every_guard() -> None:
    assert guards.altered(connection) == ()
    assert len(guards.names(connection)) == len(guards_for(connection.vendor)) > 100


def test_both_databases_have_the_same_guards_but_for_what_only_one_can_do() -> None:
    only = {vendor: {g.name for g in GUARDS if g.only == vendor} for vendor in SPELLED}
    assert {name.rpartition("_")[2] for name in only["sqlite"]} == {"replace"}
    assert {name.rpartition("_")[2] for name in only["postgresql"]} == {"truncate"}
    assert len({g.name for g in GUARDS}) == len(GUARDS)


@pytest.mark.django_db
def test_all_are_missed_when_all_are_gone_and_writing_them_twice_changes_nothing() -> None:
    guards.remove(connection)
    assert guards.altered(connection) == guards.names(connection)
    assert guards.install(connection) == guards.install(connection) == len(guards.names(connection))
    assert guards.altered(connection) == ()


@pytest.mark.django_db
def test_a_guard_that_was_taken_out_is_named() -> None:
    drop()
    assert guards.altered(connection) == ("guard_auditentry_update",)


@sqlite
@pytest.mark.django_db
def test_a_guard_that_was_weakened_is_named() -> None:
    drop()
    execute("CREATE TRIGGER guard_auditentry_update BEFORE UPDATE ON registry_auditentry BEGIN SELECT 1; END")
    assert guards.altered(connection) == ("guard_auditentry_update",)


@postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE registry_auditentry DISABLE TRIGGER guard_auditentry_update",
        "ALTER TABLE registry_auditentry ENABLE REPLICA TRIGGER guard_auditentry_update",
        "ALTER FUNCTION guard_auditentry_update() STABLE",
        "ALTER FUNCTION guard_auditentry_update() SET search_path = pg_temp",
        WEAKER,
    ],
)
def test_a_guard_that_was_switched_off_or_weakened_is_named(statement: str) -> None:
    execute(statement)
    assert guards.altered(connection) == ("guard_auditentry_update",)


@pytest.mark.django_db
def test_every_migration_puts_them_back() -> None:
    guards.remove(connection)
    call_command("migrate", verbosity=0)
    assert guards.altered(connection) == ()


@sqlite
def test_a_table_is_rebuilt_without_them_and_they_are_back_afterwards(restored: None) -> None:
    watching.before_migrating(plan=["0002"])
    assert guards.altered(connection) == guards.names(connection)
    rebuild()
    watching.after_migrating()
    assert guards.altered(connection) == ()


@sqlite
def test_control_a_rebuilt_table_would_have_lost_them_or_not_be_rebuilt(restored: None) -> None:
    with contextlib.suppress(OperationalError):
        rebuild()
        assert guards.altered(connection) != ()
        return
    guards.remove(connection)
    rebuild()


def rebuild() -> None:
    """A migration that SQLite can only do by writing the table anew."""
    old = m.Zone._meta.get_field("pickup_note")
    new = models.CharField(max_length=200, blank=True, null=True)
    new.set_attributes_from_name("pickup_note")
    for before, after in ((old, new), (new, old)):
        with connection.schema_editor() as editor:
            editor.alter_field(m.Zone, before, after)


def test_nothing_to_migrate_leaves_them_where_they_are(restored: None) -> None:
    watching.before_migrating(plan=[])
    assert guards.altered(connection) == ()


def test_a_flush_is_refused_and_one_that_is_meant_puts_them_back(restored: None) -> None:
    f.verified_provider()
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert m.Provider.objects.exists()
    guards.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    assert not m.Provider.objects.exists()
    assert guards.altered(connection) == ()


@pytest.mark.django_db
def test_a_server_that_has_lost_a_guard_is_not_ready_and_says_which(client: Any, caplog: Any) -> None:
    assert client.get("/ready").status_code == 200
    drop()
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready", "code": "guards_altered"})
    assert said(caplog)["guards"] == ("guard_auditentry_update",)


def said(caplog: Any) -> dict[str, Any]:
    """The last line about guards in the log."""
    lines = [r for r in caplog.records if r.name == "registry.guards.watching" and r.levelno == logging.ERROR]
    return lines[-1].msg


@pytest.mark.django_db
def test_the_command_lists_them_and_ends_badly_when_one_is_missing(capsys: Any) -> None:
    call_command("guards")
    assert capsys.readouterr().out.splitlines()[-1] == f"guards: all {len(guards.names(connection))} as they should be"
    drop()
    with pytest.raises(CommandError, match="guards: 1 missing or altered: guard_auditentry_update"):
        call_command("guards")
    assert "guards: guard_auditentry_update: MISSING OR ALTERED" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_worker_the_server_and_the_door_of_the_server_say_it_when_they_start(caplog: Any, monkeypatch: Any) -> None:
    drop()

    def starts(_command: object) -> None:
        raise CommandError("far enough")

    def served() -> None:
        with pytest.raises(CommandError, match="far enough"):
            call_command("serve", port=0)

    # Setting Django up again would take the test's own log away.
    monkeypatch.setattr("django.core.wsgi.get_wsgi_application", lambda: None)
    monkeypatch.setattr(serve, "start", starts)
    monkeypatch.setattr(serve.signal, "signal", lambda *_: None)
    for start in (
        lambda: call_command("work", once=True),
        served,
        lambda: runpy.run_module("safezone.wsgi"),
    ):
        caplog.clear()
        start()
        assert said(caplog)["guards"] == ("guard_auditentry_update",)


def test_a_database_out_of_reach_does_not_keep_a_process_from_starting(monkeypatch: Any, caplog: Any) -> None:
    def unreachable(_connection: object) -> tuple[str, ...]:
        raise OperationalError

    monkeypatch.setattr(watching, "altered", unreachable)
    assert guards.look() == ()
    assert caplog.records[-1].msg["event"] == "guards_not_looked_at"


@pytest.mark.django_db
def test_what_a_guard_refuses_is_a_fault_and_not_somebody_s_conflict() -> None:
    car = f.vehicle()
    again = {**values_of(car), "id": uuid7(), "status": "applied"}
    with pytest.raises(IntegrityError, match="guard: starts_elsewhere"), transaction.atomic():
        rows.insert(m.Vehicle(**{**again, "plate_key": "OTHER", "status": "in_review"}), "plate_taken")
    with pytest.raises(Conflict, match="plate_taken"):
        rows.insert(m.Vehicle(**again), "plate_taken")


def values_of(row: m.Vehicle) -> dict[str, Any]:
    """The columns of a row by attribute."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
