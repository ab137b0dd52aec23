"""When a checkpoint is signed, with which key, and when nothing is signed any more."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from registry import ledger
from registry import models as m
from registry.selectors import ledger as stored
from registry.services import ledger_key, ledgers, worker
from tests import factories as f
from tests.ledger import logs, tamper
from tests.ledger.logs import MINUTE

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)


def sizes() -> list[int]:
    return list(m.LedgerCheckpoint.objects.order_by("size").values_list("size", flat=True))


def test_a_checkpoint_is_signed_over_the_tree_as_it_is(log):
    log.grow(5)
    row = m.LedgerCheckpoint.objects.get()
    said = log.key.signed(row.note)
    assert said == ledger.Checkpoint("localhost/safezone-ledger", 5, stored.root_at(5))
    assert (row.size, bytes(row.root), row.signed_at) == (5, said.root, f.NOW + MINUTE)


def test_another_checkpoint_comes_after_a_minute_and_only_when_the_tree_has_grown(log):
    log.grow(5)
    for after, count, signed in ((50, 1, [5]), (60, 0, [5, 6]), (600, 0, [5, 6]), (601, 1, [5, 6, 7])):
        logs.entries(count)
        ledgers.work(at=f.NOW + MINUTE + after * SECOND)
        assert sizes() == signed


def test_a_thousand_entries_do_not_wait_for_the_minute(log, monkeypatch):
    monkeypatch.setattr(ledgers, "ENTRIES", 10)
    log.grow(5)
    logs.entries(9)
    ledgers.work(at=f.NOW + MINUTE + SECOND)
    logs.entries(1)
    ledgers.work(at=f.NOW + MINUTE + 2 * SECOND)
    assert sizes() == [5, 15]


def test_a_clock_that_was_set_back_does_not_stop_the_log(log):
    log.grow(5)
    logs.entries(1)
    ledgers.work(at=f.NOW - timedelta(days=2))
    assert sizes() == [5, 6]


def test_two_workers_at_once_sign_once(log, at_once):
    logs.entries(9)
    ledgers.ledger_tree.sequence()
    signed = at_once(4, lambda _: ledgers.checkpoint(key=log.key, at=f.NOW))
    assert sum(row is not None for row in signed) == 1, signed
    assert sizes() == [9]


def test_without_a_key_nothing_is_signed_and_everything_is_sequenced(settings, tmp_path, capsys):
    settings.LEDGER_KEY = tmp_path / "none.pem"
    logs.entries(2)
    call_command("work", "--once")
    assert (stored.tree_size(), sizes()) == (2, [])
    assert "no checkpoint of the ledger is signed: ledger_key_missing" in capsys.readouterr().err


def test_a_key_that_others_may_read_is_refused(key, settings):
    assert settings.LEDGER_KEY.stat().st_mode & 0o777 == 0o600
    settings.LEDGER_KEY.chmod(0o640)
    logs.entries(2)
    assert ledgers.start(at=f.NOW) == "ledger_key_open_to_others"
    ledgers.work(at=f.NOW)
    assert (stored.tree_size(), sizes()) == (2, [])


def test_a_key_that_others_may_replace_is_refused(key, settings):
    settings.LEDGER_KEY.parent.chmod(0o770)
    assert ledgers.start(at=f.NOW) == "ledger_key_open_to_others"


def test_a_key_that_a_link_leads_to_is_refused(key, settings, tmp_path):
    elsewhere = tmp_path / "elsewhere.pem"
    settings.LEDGER_KEY.rename(elsewhere)
    settings.LEDGER_KEY.symlink_to(elsewhere)
    assert ledgers.start(at=f.NOW) == "ledger_key_unreadable"


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_refused(key, settings, text):
    settings.LEDGER_KEY.write_text(text)
    assert ledgers.start(at=f.NOW) == "ledger_key_unreadable"


def test_the_command_makes_a_key_once_and_prints_its_public_half(settings, tmp_path, capsys):
    settings.LEDGER_KEY = tmp_path / "keys" / "ledger.pem"
    with pytest.raises(CommandError, match="--create"):
        call_command("ledger_key")
    call_command("ledger_key", "--create")
    call_command("ledger_key", "--create")
    call_command("ledger_key")
    lines = capsys.readouterr().out.splitlines()
    assert set(lines) == {ledger_key.load().verifier}
    assert [path.name for path in settings.LEDGER_KEY.parent.iterdir()] == ["ledger.pem"]


STOPPED = {"fork": (tamper.fork, "forked"), "old backup": (tamper.turn_back, "behind_witness")}


@pytest.fixture
def grown(log):
    log.grow(*tamper.LOTS)
    return log


@pytest.mark.parametrize("name", STOPPED)
def test_a_database_that_its_witness_contradicts_signs_nothing_more(grown, client, name):
    do, code = STOPPED[name]
    do(grown)
    before = sizes()
    assert worker.start(at=f.NOW + 600 * MINUTE) == code
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "not_ready", "code": f"ledger_{code}"})
    assert list(m.Alarm.objects.values_list("code", "role", "level")) == [("ledger_halted", "auditor", 5)]
    assert m.AuditEntry.objects.get(action="ledger.halted").data == {"code": code}
    told = grown.witness.read_text("utf-8")
    logs.entries(300)
    ledgers.work(at=f.NOW + 700 * MINUTE)
    assert worker.start(at=f.NOW + 800 * MINUTE) == (code if name == "fork" else "forked")
    assert (sizes(), grown.witness.read_text("utf-8"), m.Alarm.objects.count()) == (before, told, 1)


@pytest.mark.parametrize("name", STOPPED)
def test_control_without_its_witness_nobody_notices(grown, client, settings, name):
    STOPPED[name][0](grown)
    settings.LEDGER_WITNESSES = []
    assert worker.start(at=f.NOW + 600 * MINUTE) == ""
    assert client.get("/ready").status_code == 200


def test_the_right_database_signs_again(grown, client):
    kept = logs.snapshot()
    tamper.turn_back(grown)
    worker.start(at=f.NOW + 600 * MINUTE)
    logs.restore(kept)
    m.LedgerHead.objects.update(halted_code="behind_witness", halted_at=f.NOW)
    assert worker.start(at=f.NOW + 700 * MINUTE) == ""
    assert client.get("/ready").status_code == 200
    ledgers.work(at=f.NOW + 700 * MINUTE)
    assert sizes() == [40, 70, 100, 101]
    assert m.AuditEntry.objects.get(action="ledger.resumed").data == {"code": "behind_witness"}


def test_a_running_worker_notices_before_it_signs(grown):
    tamper.turn_back(grown)
    logs.entries(1)
    ledgers.work(at=f.NOW + 600 * MINUTE)
    assert (sizes(), stored.halted()) == ([40, 70], "behind_witness")


def test_an_altered_tree_is_not_signed(grown):
    with logs.unguarded():
        m.LedgerNode.objects.filter(place=ledger.place_of(5, 2)).update(hash=bytes(32))
    logs.entries(1)
    ledgers.work(at=f.NOW + 600 * MINUTE)
    assert (sizes(), stored.halted()) == ([40, 70, 100], "tree_altered")


def test_nobody_stops_the_log_by_writing_into_a_witness(grown):
    tamper.forge(grown)
    with grown.witness.open("a", encoding="utf-8") as file:
        file.write(
            "localhost/safezone-ledger\n5000\n" + "A" * 43 + "=\n\n\u2014 localhost/safezone-ledger AAAA\n\n\u2014 \n\n"
        )
    assert worker.start(at=f.NOW + 600 * MINUTE) == ""


def test_a_witness_that_was_emptied_is_told_of(grown):
    grown.witness.unlink()
    assert worker.start(at=f.NOW + 600 * MINUTE) == ""
    assert list(m.Alarm.objects.values_list("code", flat=True)) == ["ledger_witness_silent"]


def test_a_log_under_a_new_name_starts_afresh_with_its_witness(grown, settings):
    tamper.turn_back(grown)
    settings.LEDGER_ORIGIN = "localhost/safezone-ledger-2"
    assert worker.start(at=f.NOW + 600 * MINUTE) == ""
    ledgers.work(at=f.NOW + 600 * MINUTE)
    assert m.LedgerCheckpoint.objects.get(origin="localhost/safezone-ledger-2").size == 70
