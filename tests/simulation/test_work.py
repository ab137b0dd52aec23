"""The worker: killed in the middle of its rounds it loses and doubles nothing; asked to end, it ends."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from registry import models as m
from registry.rules import overdue
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = 40


def database_url() -> str:
    """Where the tests' own database is, for a process of its own."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgres://{settings['USER']}@{quote(str(settings['HOST']), safe='')}/{settings['NAME']}"


def start_worker(*arguments: str) -> subprocess.Popen[str]:
    # Another test of this process may have made a key of the ledger.
    own = {"DATABASE_URL": database_url(), "SAFEZONE_DEBUG": "1", "SAFEZONE_LEDGER_KEY": "/nowhere/ledger.pem"}
    environment = {**os.environ, **own}
    command = [sys.executable, "manage.py", "work", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def overdue_journeys(count: int) -> int:
    """Departed journeys whose whole ladder is due; gives the number of steps."""
    long_ago = timezone.now() - timedelta(hours=5)
    for _ in range(count):
        match = factories.match("departed")
        m.EscalationStep.objects.filter(match=match).delete()
        m.EscalationStep.objects.bulk_create(
            m.EscalationStep(match=match, number=s.number, code=s.code, due_at=s.due_at)
            for s in overdue.steps(long_ago, with_minors=False)
        )
    return count * len(overdue.STEPS)


def done() -> int:
    return m.EscalationStep.objects.filter(done_at__isnull=False).count()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_rounds_it_takes_each_step_exactly_once() -> None:
    total, random, interrupted = overdue_journeys(JOURNEYS), Random(1), 0
    for _ in range(4):
        before, worker = done(), start_worker("--every", "0.01")
        deadline = time.monotonic() + 60
        while done() == before and time.monotonic() < deadline and worker.poll() is None:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.15))
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        interrupted += before < done() < total
    assert interrupted >= 1
    while done() < total:
        worker = start_worker("--once")
        assert "escalated" in worker.communicate(timeout=120)[0]
    steps = [(e.object_id, e.data["number"]) for e in m.AuditEntry.objects.filter(action="escalation.step")]
    assert len(steps) == len(set(steps)) == total
    alarms = Counter(m.Alarm.objects.filter(code__startswith="overdue_").values_list("match", "code"))
    assert len(alarms) == 4 * JOURNEYS
    assert set(alarms.values()) == {1}
    assert m.Message.objects.filter(code="journey_overdue").count() == 2 * JOURNEYS
    assert not m.Match.objects.exclude(status__in=("alerted", "halted")).exists()


@pytest.mark.django_db(transaction=True)
def test_asked_to_end_it_finishes_its_round_and_says_so() -> None:
    steps = overdue_journeys(1)
    worker = start_worker("--every", "30")
    deadline = time.monotonic() + 60
    while done() < steps and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.terminate()
    printed = worker.communicate(timeout=30)[0]
    assert worker.returncode == 0
    unsigned, first, last = printed.splitlines()
    assert unsigned == "work: no checkpoint of the ledger is signed: ledger_key_missing"
    assert first.startswith("work: ")
    assert f"{steps} escalated" in first
    assert last == "work: stopped"


@pytest.mark.django_db
def test_a_round_with_nothing_to_do_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("work", once=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("every", ["0", "-1", "nan", "100000"])
def test_a_pause_that_makes_no_sense_is_refused(every: str) -> None:
    with pytest.raises(CommandError, match="--every"):
        call_command("work", f"--every={every}")
