"""Checkpoints reach every witness, outside any transaction; one that is silent or contradicts is told of."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from registry import models as m
from registry.services import ledger_witness, ledgers
from safezone.environment import witnesses
from tests import factories as f
from tests.ledger import logs, tamper, witness_server
from tests.ledger.logs import MINUTE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(key, settings):
    """A witness by HTTP, the only one."""
    with witness_server.running(key) as running:
        settings.LEDGER_WITNESSES = [running.url]
        yield running


def row() -> m.LedgerWitness:
    return m.LedgerWitness.objects.get()


def alarms() -> list[str]:
    return list(m.Alarm.objects.order_by("created_at", "id").values_list("code", flat=True))


def test_a_file_witness_gets_every_checkpoint_in_order(log):
    log.grow(3, 4, 5)
    notes = ledger_witness.last_notes(f"file:{log.witness}")
    assert [log.key.signed(note).size for note in notes] == [3, 7, 12]
    assert notes == list(m.LedgerCheckpoint.objects.order_by("size").values_list("note", flat=True))
    assert row().known_size == 12


def test_a_note_survives_a_torn_one_before_it(log):
    log.grow(3)
    with log.witness.open("a", encoding="utf-8") as file:
        file.write("localhost/safezone-le")
    log.grow(4)
    notes = ledger_witness.last_notes(f"file:{log.witness}")
    assert [said.size for note in notes if (said := log.key.signed(note))] == [3, 7]


def test_a_web_witness_follows_from_what_it_knows(server, log):
    log.grow(3, 4, 5, 1)
    assert (server.size, row().known_size, row().failing_since) == (13, 13, None)
    assert set(server.asked) == {"/log/add-checkpoint"}
    assert alarms() == []


def test_a_web_witness_that_lost_its_place_or_is_new_is_met_where_it_is(server, log):
    log.grow(3, 4)
    server.size, server.root = 0, witness_server.ledger.EMPTY_ROOT
    log.grow(5)
    assert server.size == 12
    m.LedgerWitness.objects.all().delete()
    server.size, server.root, server.asked[:] = 0, witness_server.ledger.EMPTY_ROOT, []
    log.grow(1)
    assert (server.size, len(server.asked)) == (13, 2)


def test_the_network_is_never_touched_inside_a_transaction(server, log, monkeypatch):
    post, open_ones = ledger_witness.post, []

    def watched(*arguments):
        open_ones.append(connection.in_atomic_block)
        return post(*arguments)

    monkeypatch.setattr(ledger_witness, "post", watched)
    log.grow(3)
    assert open_ones == [False]


def test_what_fails_is_tried_again_later_each_time_and_then_all_of_it(server, log):
    server.behaves = lambda handler: handler.say(503)
    log.grow(3)
    assert (row().failures, row().known_size) == (1, 0)
    tries = []
    for second in range(0, 1800, 5):
        asked = len(server.asked)
        ledgers.push_due(at=f.NOW + MINUTE + timedelta(seconds=second))
        tries += [second] if len(server.asked) > asked else []
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (60, 300)
    server.behaves = None
    log.rounds = 40
    log.grow(4)
    assert (server.size, row().known_size, row().failures) == (7, 7, 0)


def test_an_hour_of_silence_is_told_once(server, log):
    server.behaves = lambda handler: handler.say(500)
    log.grow(3)
    for minute in range(1, 60, 6):
        ledgers.push_due(at=f.NOW + minute * MINUTE)
    assert alarms() == []
    for minute in range(60, 200, 6):
        ledgers.push_due(at=f.NOW + minute * MINUTE)
    assert alarms() == ["ledger_witness_silent"]
    assert m.Alarm.objects.get().role == "auditor"


def test_a_redirect_is_not_followed(server, log):
    def redirect(handler):
        handler.say(307, Location=f"{server.url}/elsewhere")

    server.behaves = redirect
    log.grow(3)
    assert (server.asked, row().failures) == (["/log/add-checkpoint"], 1)


def test_a_long_answer_is_not_read_and_counts_by_its_status_alone(server, log):
    server.behaves = lambda handler: handler.say(409, "9" * 10_000_000)
    log.grow(3)
    assert row().failures == 1


def test_a_witness_that_drips_is_cut_off(server, log, monkeypatch):
    monkeypatch.setattr(ledger_witness, "DEADLINE_S", 0.3)

    def drip(handler):
        try:
            for _ in range(400):
                handler.wfile.write(b"X")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    server.behaves = drip
    started = time.monotonic()
    log.grow(3)
    assert time.monotonic() - started < 5
    assert row().failures == 1


def test_a_web_witness_that_knows_more_or_other_calls_people_but_stops_nothing(server, log):
    log.grow(3)
    server.size = 999
    log.grow(4)
    assert alarms() == ["ledger_witness_contradicts"]
    assert ledgers.stored.halted() == ""
    server.size, server.root = 3, bytes(32)
    log.rounds += 10
    log.grow(4)
    assert (alarms(), row().known_size) == (["ledger_witness_contradicts"], 3)


def test_one_dead_witness_does_not_keep_the_checkpoint_from_another(server, log, settings, tmp_path):
    server.behaves = lambda handler: handler.say(500)
    settings.LEDGER_WITNESSES = [server.url, "file:/nonexistent/folder/w.log", f"file:{tmp_path / 'witness.log'}"]
    log.grow(3)
    assert dict(m.LedgerWitness.objects.values_list("failures", "known_size").order_by()[:9]) == {1: 0, 0: 3}
    assert "\n3\n" in log.witness.read_text("utf-8")


def test_two_workers_at_once_tell_a_witness_once(server, log, at_once, settings):
    settings.LEDGER_WITNESSES = []
    log.grow(3)
    settings.LEDGER_WITNESSES = [server.url]
    told = at_once(4, lambda _: ledgers.push_due(at=f.NOW + 9 * MINUTE))
    assert (sum(told), len(server.asked)) == (1, 1), told


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/y",
        "http://witness.example/",
        "file:relative",
        "file://host/path",
        "https://",
        "/path",
        "https://u:p@x/",
    ],
)
def test_an_address_that_makes_no_sense_stops_the_process(monkeypatch, address):
    monkeypatch.setenv("SAFEZONE_WITNESSES", f"https://witness.example/log,{address}")
    with pytest.raises(ImproperlyConfigured, match="SAFEZONE_WITNESSES"):
        witnesses("SAFEZONE_WITNESSES")


def test_control_the_invented_witness_refuses_a_fork(server, log, settings):
    log.grow(*tamper.LOTS)
    tamper.cut(70)
    logs.entries(40, "test.other")
    ledgers.work(at=f.NOW + 90 * MINUTE)
    m.LedgerWitness.objects.update(known_size=server.size)
    logs.entries(5, "test.other")
    ledgers.work(at=f.NOW + 99 * MINUTE)
    assert server.size == 100
    assert "ledger_witness_contradicts" in alarms()
