"""The database keeps the promises the rules rely on."""

import copy
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from safezone.backends import UnsafeConnection
from safezone.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from safezone.backends.sqlite import base as sqlite
from safezone.database import databases

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a promise of SQLite")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a promise of PostgreSQL")


def wrapper_with(tmp_path, **options: Any) -> sqlite.DatabaseWrapper:
    """A SQLite wrapper on a fresh file with changed options."""
    config = copy.deepcopy(databases(tmp_path)["default"])
    config.update(NAME=str(tmp_path / "one.sqlite3"), ENGINE="safezone.backends.sqlite")
    config["OPTIONS"] = {**sqlite.OPTIONS, **options}
    for key, default in {"TIME_ZONE": None, "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True}.items():
        config.setdefault(key, default)
    return sqlite.DatabaseWrapper(config, alias="one")


def refusal_of(wrapper: sqlite.DatabaseWrapper) -> str:
    """What a wrapper says when it is asked for a connection and must refuse."""
    with pytest.raises(UnsafeConnection) as refused:
        wrapper.get_new_connection(wrapper.get_connection_params())
    return str(refused.value)


def test_a_connection_with_every_promise_is_given(tmp_path):
    wrapper = wrapper_with(tmp_path)
    wrapper.get_new_connection(wrapper.get_connection_params()).close()


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("journal_mode", "DELETE"),
        ("synchronous", "NORMAL"),
        ("foreign_keys", "OFF"),
        ("recursive_triggers", "OFF"),
        ("secure_delete", "OFF"),
        ("trusted_schema", "ON"),
    ],
)
def test_a_sqlite_connection_without_a_promise_is_refused(tmp_path, name, word):
    wrapper = wrapper_with(tmp_path, init_command=f"{sqlite.INIT_COMMAND}PRAGMA {name}={word};")
    assert refusal_of(wrapper) == f"SQLite connection refused: {name}"


def test_every_promise_of_sqlite_has_a_control():
    marker = next(
        m for m in test_a_sqlite_connection_without_a_promise_is_refused.pytestmark if m.name == "parametrize"
    )
    assert {name for name, _ in marker.args[1]} == set(sqlite.PRAGMAS)


def test_a_sqlite_connection_that_gives_up_early_is_refused(tmp_path):
    assert refusal_of(wrapper_with(tmp_path, timeout=1)) == "SQLite connection refused: busy_timeout"


def test_a_sqlite_connection_with_deferred_transactions_is_refused(tmp_path):
    assert refusal_of(wrapper_with(tmp_path, transaction_mode="DEFERRED")) == (
        "SQLite connection refused: transaction_mode"
    )


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_test_database_is_a_file_so_that_threads_share_it(at_once):
    assert "mode=memory" not in str(connection.settings_dict["NAME"])
    assert at_once(4, lambda _: connection.cursor().execute("PRAGMA journal_mode").fetchone()[0]) == ["wal"] * 4


@on_postgresql
@pytest.mark.django_db
def test_postgresql_runs_at_read_committed():
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)


@on_postgresql
@pytest.mark.django_db
def test_a_postgresql_connection_at_another_isolation_level_is_refused():
    from psycopg import IsolationLevel

    config = copy.deepcopy(connection.settings_dict)
    config["OPTIONS"] = {**config["OPTIONS"], "isolation_level": IsolationLevel.REPEATABLE_READ}
    wrapper = PostgreSQL(config, alias="one")
    with pytest.raises(UnsafeConnection, match="isolation_level"):
        wrapper.get_new_connection(wrapper.get_connection_params())


@pytest.mark.django_db
def test_no_sql_is_kept_when_debug_is_on(settings):
    settings.DEBUG = True
    connection.queries_log.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert not connection.queries_log
    with CaptureQueriesContext(connection) as captured, connection.cursor() as cursor:
        cursor.execute("SELECT 2")
    assert len(captured) == 1


def test_a_database_of_another_make_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "mysql://somebody@localhost/registry")
    with pytest.raises(ImproperlyConfigured, match="sqlite:// or postgres://"):
        databases(tmp_path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_database_url_chooses_postgresql(monkeypatch, tmp_path, scheme):
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://registry@db.example/registry")
    assert databases(tmp_path)["default"]["ENGINE"] == "safezone.backends.postgresql"


@pytest.mark.django_db(transaction=True)
def test_a_crowd_of_writers_waits_its_turn_instead_of_failing(at_once, django_user_model):
    """Twenty read-then-write transactions at a barrier: deferred ones answer "database is locked"."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    expires = timezone.now()
    Session.objects.create(session_key="shared", session_data="0", expire_date=expires)

    def add_one(_: int) -> None:
        with transaction.atomic():
            Session.objects.filter(session_key="shared").exists()
            Session.objects.filter(session_key="shared").update(session_data=Concat("session_data", Value("1")))

    assert at_once(20, add_one) == [None] * 20
    assert Session.objects.get(session_key="shared").session_data == "0" + "1" * 20
