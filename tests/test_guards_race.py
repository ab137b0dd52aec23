"""A match being confirmed against a suspension of whom it relies on: every order of their steps, many times.

Each side is a transaction of its own, run step by step in the order that is asked for; a step that waits for the
other side's lock is left waiting while the other side goes on. Whatever the order, never are both committed with the
match active. The control takes the lock out of the guard: then a plain read lets both commit.
"""

import itertools
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from registry import guards
from registry import models as m
from registry.errors import RegistryError
from registry.guards import installing
from registry.guards.definitions import GUARDS
from registry.guards.installing import statements
from registry.services import matching, suspension
from registry.states import MATCH_ACTIVE, IllegalTransition
from tests import factories as f
from tests.invented import rawsql
from tests.prove.size import size

pytestmark = pytest.mark.django_db(transaction=True)

WAIT_S = 60
# How often one looks whether a step that has not come back waits for a lock.
LOOK_S = 0.002
Step = Callable[[], object]
# Which side takes the next step; each has three: begin, do, commit.
ORDERS = sorted(set(itertools.permutations("CCCSSS")))
INTERLEAVINGS = size(500, 50)
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nothing interleaves")


class Side:
    """One transaction in a thread of its own, which takes a step when it is told to."""

    def __init__(self, act: Step) -> None:
        self.outcome, self.pid = "", 0
        self._orders: queue.Queue[str] = queue.Queue()
        self._done: queue.Queue[str] = queue.Queue()
        self._owed = 0
        self._thread = threading.Thread(target=self._run, args=(act,))
        self._thread.start()

    def step(self) -> None:
        """Take the next step; come back when it is taken or stuck behind a lock."""
        self._orders.put("go")
        self._owed += 1
        deadline = time.monotonic() + WAIT_S
        while self._owed and not self.outcome and not self._is_stuck():
            assert time.monotonic() < deadline, "a step neither came back nor waits for a lock"
            self._collect()

    def end(self) -> str:
        """Take what is left and say how it ended: committed or refused."""
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive(), "a side never came back"
        return self.outcome

    def _collect(self) -> None:
        try:
            while self._owed:
                self._done.get(timeout=LOOK_S)
                self._owed -= 1
        except queue.Empty:
            return

    def _is_stuck(self) -> bool:
        """Whether the other side holds what this one waits for; PostgreSQL knows."""
        self._collect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [self.pid])
            return bool(self._owed and self.pid and cursor.fetchone()[0])

    def _told(self) -> None:
        self._orders.get(timeout=WAIT_S)

    def _took(self) -> None:
        self._done.put("done")

    def _run(self, act: Step) -> None:
        try:
            self._told()
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    self.pid = cursor.fetchone()[0]
                self._took()
                self._told()
                act()
                self._took()
                self._told()
            self.outcome = "committed"
        except (DatabaseError, RegistryError, IllegalTransition):
            self.outcome = "refused"
        finally:
            self._took()
            connections.close_all()


def play(order: tuple[str, ...], confirm: Step, suspend: Step) -> tuple[str, str]:
    """Both sides, step by step in this order; how the confirmation and the suspension ended."""
    sides = {"C": Side(confirm), "S": Side(suspend)}
    for name in order:
        sides[name].step()
    return sides["C"].end(), sides["S"].end()


def taken(match: m.Match) -> None:
    """The places of an accepted match are taken, as confirmation does before the match itself moves."""
    ride = f.ride_of(match)
    assert ride
    m.TransportOffer.objects.filter(pk=ride.pk).update(seats_taken=2)
    m.Leg.objects.filter(match=match).update(taken_at=f.NOW)


def by_sql(match: m.Match, subject: Any) -> tuple[Step, Step]:
    """Confirmed and suspended by one statement each."""
    taken(match)
    return (
        lambda: rawsql.change(match, status="confirmed", confirmed_at=f.NOW),
        lambda: rawsql.change(subject, status="suspended", suspended_at=f.NOW),
    )


def by_services(match: m.Match, subject: Any) -> tuple[Step, Step]:
    """Confirmed by Maria, suspended by Olena."""
    maria, olena, kind = f.maria(), f.olena(), type(subject).__name__.lower()
    return (
        lambda: matching.confirm(actor=maria, match=match.pk, at=f.NOW),
        lambda: suspension.suspend(actor=olena, kind=kind, subject=subject.pk, reason="police", at=f.NOW),
    )


def mixed(match: m.Match, subject: Any) -> tuple[Step, Step]:
    """Confirmed by a service, suspended by one statement."""
    confirm, _ = by_services(match, subject)
    return confirm, lambda: rawsql.change(subject, status="suspended", suspended_at=f.NOW)


class Stage:
    """One driver and one car for all interleavings, brought back to verified by the law after each."""

    def __init__(self, kind: str) -> None:
        f.staffed("siret", hours=1000)
        self.kind = kind
        self.driver = f.verified_provider(driver=True)
        self.car = f.vehicle(self.driver)

    def accepted(self) -> tuple[m.Match, Any]:
        """An accepted match on a new ride of theirs, and who will be suspended."""
        for row in (self.driver, self.car):
            row.refresh_from_db()
            if row.status != "verified":
                f.verified(f.bring(row, "in_review"))
        ride = f.transport_offer(self.driver, self.car)
        match = f.match("accepted", f.help_request(who=f.household([f.WOMAN, f.CHILD])), ride)
        return match, self.driver if self.kind == "provider" else self.car


def run(kind: str, sides: Callable[[m.Match, Any], tuple[Step, Step]], times: int) -> Counter[str]:
    """How so many interleavings ended: who was committed, and what the match was in the end."""
    stage, ended = Stage(kind), Counter[str]()
    for order in itertools.islice(itertools.cycle(ORDERS), times):
        match, subject = stage.accepted()
        confirmed, suspended = play(order, *sides(match, subject))
        status = m.Match.objects.get(pk=match.pk).status
        subject.refresh_from_db()
        assert (subject.status == "suspended") == (suspended == "committed")
        bad = confirmed == suspended == "committed" and status in MATCH_ACTIVE
        ended["BAD" if bad else f"confirm {confirmed}, suspend {suspended}"] += 1
    return ended


@postgresql
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "sides", "times"),
    [
        ("provider", by_sql, INTERLEAVINGS * 2 // 5),
        ("provider", by_services, INTERLEAVINGS // 5),
        ("vehicle", by_sql, INTERLEAVINGS // 5),
        ("provider", mixed, INTERLEAVINGS // 5),
    ],
    ids=["sql", "services", "sql-vehicle", "service-against-sql"],
)
def test_no_interleaving_leaves_an_active_match_with_somebody_suspended(
    kind: str, sides: Any, times: int, record_property: Any
) -> None:
    ended = run(kind, sides, times)
    record_property("interleavings", times)
    record_property("bad", ended["BAD"])
    record_property("confirm_first", ended["confirm committed, suspend committed"])
    record_property("suspend_first", ended["confirm refused, suspend committed"])
    assert not ended["BAD"]
    assert sum(ended.values()) == times
    # Both orders came about, and nobody was shut out: a suspension always gets through.
    assert ended["confirm refused, suspend committed"] > times // 10
    assert ended["confirm committed, suspend committed"] > times // 10
    assert set(ended) <= {"confirm refused, suspend committed", "confirm committed, suspend committed"}


@contextmanager
def reading_plainly() -> Iterator[None]:
    """The guard of a match reads without FOR SHARE."""
    plain = [replace(g, locks=()) for g in GUARDS if g.name == "match_verified"]
    assert plain
    _rewrite(plain)
    try:
        yield
    finally:
        guards.install(connection)


def _rewrite(wanted: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for guard in wanted:
            cursor.execute(f"DROP TRIGGER {installing.PREFIX}{guard.name} ON {guard.table}")
            for statement in statements(guard, connection.vendor):
                cursor.execute(statement)


@postgresql
@pytest.mark.slow
def test_control_a_plain_read_lets_both_commit(record_property: Any) -> None:
    with reading_plainly():
        bad = run("provider", by_sql, len(ORDERS) * 2)["BAD"]
    record_property("control_bad", bad)
    assert bad > 0


@pytest.mark.parametrize("sides", [by_sql, by_services, mixed], ids=["sql", "services", "service-against-sql"])
@pytest.mark.parametrize("first", ["confirm", "suspend"])
def test_one_after_the_other_never_leaves_an_active_match(sides: Any, first: str) -> None:
    match, subject = Stage("provider").accepted()
    confirm, suspend = sides(match, subject)
    outcomes = [_committed(step) for step in ((confirm, suspend) if first == "confirm" else (suspend, confirm))]
    assert outcomes == ([True, True] if first == "confirm" else [True, False])
    assert m.Match.objects.get(pk=match.pk).status not in ("confirmed", "departed")


def _committed(step: Step) -> bool:
    try:
        with transaction.atomic():
            step()
    except (DatabaseError, RegistryError, IllegalTransition):
        return False
    return True
