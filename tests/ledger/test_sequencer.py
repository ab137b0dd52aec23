"""Every committed entry gets exactly one place, whoever commits when, however many sequence, whoever is killed."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from registry import ledger
from registry import models as m
from registry.ids import uuid7
from registry.permissions import SYSTEM
from registry.selectors import ledger as stored
from registry.services import audit, ledger_tree, ledgers
from tests import factories as f
from tests.ledger import logs
from tests.simulation.test_work import database_url

pytestmark = pytest.mark.django_db(transaction=True)
postgres_only = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer: nothing commits out of order"
)


def write(**data: object) -> int:
    return audit.record(actor=SYSTEM, at=f.NOW, action="test.entry", about=m.Organization(id=uuid7()), **data).seq


def everything() -> set[int]:
    return set(m.AuditEntry.objects.values_list("seq", flat=True))


def test_entries_become_leaves_in_order_with_their_nodes():
    logs.entries(7)
    assert ledger_tree.sequence() == 7
    assert logs.whole() == sorted(everything())
    assert (stored.tree_size(), m.LedgerWaiting.objects.count(), m.LedgerNode.objects.count()) == (7, 0, 7 + 3 + 1)
    rows = m.AuditEntry.objects.order_by("seq").values(*stored.COLUMNS)
    leaves = [ledger.leaf_hash(ledger.canonical(ledger.entry_fields(**row))) for row in rows]
    assert stored.root_at(7) == ledger.root_of(leaves)
    assert ledger_tree.sequence() == 0


def test_the_tree_goes_on_where_it_stopped_whatever_the_batches(monkeypatch):
    roots = set()
    for batch in (1, 3, 64):
        monkeypatch.setattr(ledger_tree, "BATCH", batch)
        logs.entries(1)
        ledger_tree.sequence()
        logs.entries(40)
        ledger_tree.sequence()
    logs.whole()
    rows = m.AuditEntry.objects.order_by("leaf__position").values(*stored.COLUMNS)
    leaves = [ledger.leaf_hash(ledger.canonical(ledger.entry_fields(**row))) for row in rows]
    roots |= {stored.root_at(size) == ledger.root_of(leaves[:size]) for size in range(1, len(leaves) + 1)}
    assert roots == {True}


def test_what_is_rolled_back_leaves_no_gap():
    write()
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    last = write()
    ledger_tree.sequence()
    assert (len(logs.whole()), logs.whole()[-1]) == (2, last)


@postgres_only
def test_an_entry_numbered_earlier_that_commits_later_is_not_left_out():
    numbered, may_commit = threading.Event(), threading.Event()
    early: list[int] = []

    def slow() -> None:
        with transaction.atomic():
            early.append(write())
            numbered.set()
            assert may_commit.wait(30)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert numbered.wait(30)
    late = write()
    assert ledger_tree.sequence() == 1
    may_commit.set()
    thread.join()
    assert early[0] < late
    # The control: whoever asks only for what is numbered after the last leaf never sees it.
    assert not m.AuditEntry.objects.filter(seq__gt=late).exists()
    assert ledger_tree.sequence() == 1
    assert logs.whole() == [late, early[0]]


def test_writers_and_sequencers_at_once_leave_nothing_out_and_put_nothing_in_twice(at_once: Callable[..., list[Any]]):
    rounds = 60 if connection.vendor == "postgresql" else 15
    stop = threading.Event()

    def part(number: int) -> object:
        if number == 0:
            return _until(stop, 3 * rounds)
        return _sequencing(stop) if number < 3 else _writing(random.Random(number), rounds)

    done = at_once(6, part)
    assert not [result for result in done if isinstance(result, Exception)], done
    ledger_tree.sequence()
    assert set(logs.whole()) == everything()
    assert m.LedgerWaiting.objects.count() == 0


def _writing(dice: random.Random, rounds: int) -> int:
    """Transactions of one to three entries that take their time; every fifth is rolled back."""
    for _ in range(rounds):
        with transaction.atomic():
            for _ in range(dice.randint(1, 3)):
                write(number=dice.randrange(9))
                time.sleep(dice.random() / 200)
            if dice.random() < 0.2:
                transaction.set_rollback(True)
        m.RateWindow.objects.create(key=f"{uuid7()}", window_start=f.NOW)
    return rounds


def _sequencing(stop: threading.Event) -> int:
    taken = 0
    while not stop.is_set():
        taken += ledger_tree.sequence()
        time.sleep(0.005)
    return taken


def _until(stop: threading.Event, rounds: int) -> bool:
    """Stop the sequencers once the writers are through, counted by a row that each round leaves behind."""
    deadline = time.monotonic() + 120
    while m.RateWindow.objects.count() < rounds and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    return True


@postgres_only
def test_a_second_sequencer_does_not_wait_for_the_first():
    logs.entries(3)
    m.LedgerHead.objects.create(id=1)
    held, go_on = threading.Event(), threading.Event()

    def holder() -> None:
        with transaction.atomic():
            m.LedgerHead.objects.select_for_update().get(pk=1)
            held.set()
            go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=holder)
    thread.start()
    assert held.wait(30)
    started = time.monotonic()
    assert ledger_tree.sequence() == 0
    # Writers never touch the head.
    write()
    assert time.monotonic() - started < 2
    go_on.set()
    thread.join()
    assert ledger_tree.sequence() == 4


WORKER = """
import sys
import django
django.setup()
from registry.services import ledger_tree
ledger_tree.BATCH = 40
print("ready", flush=True)
sys.stdin.readline()
ledger_tree.sequence()
print("done", flush=True)
"""
KILLS = 20


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_leaves_a_tree_that_verifies(log):
    killed_inside = 0
    for number in range(KILLS):
        logs.entries(400)
        before = stored.tree_size()
        with _worker() as process:
            assert process.stdin
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            process.stdin.write("\n")
            process.stdin.flush()
            while stored.tree_size() == before and process.poll() is None:
                time.sleep(0.001)
            time.sleep(number % 5 / 200)
            process.kill()
        killed_inside += before < stored.tree_size() < before + m.LedgerWaiting.objects.count() + 400
        logs.whole()
    assert killed_inside >= KILLS // 2
    log.grow(1)
    assert set(logs.whole()) == everything()
    assert not any(log.findings())


def _worker() -> subprocess.Popen[str]:
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "safezone.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env=environment,
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_an_entry_written_past_the_services_is_told_and_not_taken_in(key):
    logs.entries(2)
    m.AuditEntry.objects.create(at=f.NOW, action="x", object_type="x", object_id="1")
    ledgers.work(at=f.NOW)
    assert (stored.tree_size(), ledger_tree.unlisted()) == (2, 1)
    ledgers.start(at=f.NOW)
    ledgers.start(at=f.NOW)
    assert m.Alarm.objects.filter(code="ledger_entry_outside", role="auditor").count() == 1


def test_an_entry_that_vanished_while_it_waited_stops_the_signing(key):
    logs.entries(2)
    with logs.unguarded():
        logs.run("DELETE FROM registry_auditentry")
    assert ledgers.work(at=f.NOW) == 0
    assert stored.halted() == "tree_altered"


def test_the_leaf_holds_everything_of_the_entry():
    row = {
        "seq": 7,
        "at": f.NOW,
        "actor": f.olena().id,
        "action": "a",
        "object_type": "b",
        "object_id": "c",
        "data": {},
    }
    leaves = {ledger.canonical(ledger.entry_fields(**row))}
    changed = {"seq": 8, "at": f.NOW.replace(microsecond=1), "actor": None, "action": "x", "object_type": "x"}
    for name, value in {**changed, "object_id": "x", "data": {"x": 1}}.items():
        leaves.add(ledger.canonical(ledger.entry_fields(**{**row, name: value})))
    assert len(leaves) == 8
    text = ledger.canonical(ledger.entry_fields(**row)).decode()
    assert f'"at":"{f.NOW.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000000Z"' in text


def test_the_worker_sequences_in_its_round(key, capsys):
    logs.entries(5)
    call_command("work", "--once")
    assert "5 sequenced" in capsys.readouterr().out
