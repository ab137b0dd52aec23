"""The red button at scale: one transaction that may die anywhere, and an answer with everybody to call."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from registry import models as m
from registry.ids import uuid7
from registry.services import suspension
from tests import factories as f
from tests.invented.multiplied import PER_RIDE, multiply
from tests.services.claims import again, everything
from tests.simulation.test_work import database_url

ROOT = Path(__file__).resolve().parents[2]


def crowd(count: int, status: str = "departed") -> m.Provider:
    """A driver with this many journeys, forty on each of the rides."""
    first = f.match(status)
    with f.unguarded():
        return multiply(first, count)


@pytest.mark.django_db
def test_the_answer_lists_everybody_with_phone_and_last_word() -> None:
    home = f.dwelling()
    ride = f.transport_offer(home.provider, f.vehicle(home.provider))
    road = f.match("departed", f.help_request("ride", f.household(contact_phone="+380501234567")), ride)
    m.CheckIn.objects.create(
        id=uuid7(), created_at=f.NOW, match=road, side="driver", kind="underway", at=f.NOW + f.HOUR
    )
    staying = f.match("arrived", stay=f.accommodation_offer(home))
    done = suspension.suspend(
        actor=f.olena(), kind="provider", subject=home.provider.pk, reason="police", at=f.NOW + 2 * f.HOUR
    )
    called = {one.match: one for one in done.to_call}
    assert set(called) == {road.pk, staying.pk}
    told = called[road.pk]
    assert (told.household, told.staying, told.last_word, told.last_word_side) == (
        road.household.code,
        False,
        "underway",
        "driver",
    )
    assert told.last_word_at == f.NOW + f.HOUR
    assert [(c.who, c.phone) for c in told.contacts] == [
        ("household", "+380501234567"),
        ("driver", home.provider.phone),
    ]
    assert [c.who for c in called[staying.pk].contacts][1:] in (["host"], ["host", "driver"], ["driver", "host"])
    assert called[staying.pk].staying
    read = m.AuditEntry.objects.filter(action="read.contact", actor=f.known("olena")).values_list(
        "object_id", flat=True
    )
    assert set(read) == {str(road.pk), str(staying.pk)}


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["departed", "confirmed"])
def test_two_hundred_journeys_take_as_many_statements_as_twenty(
    status: str, django_assert_max_num_queries: Any
) -> None:
    used: list[int] = []
    actor = f.olena()
    for count in (20, 200):
        driver = crowd(count, status)
        with django_assert_max_num_queries(80) as asked:
            done = suspension.suspend(actor=actor, kind="provider", subject=driver.pk, reason="police", at=f.NOW)
        used.append(len(asked))
        assert len(done.halted) == count
    # Each ride more is paused by statements of its own; each journey more is not.
    assert used[1] <= used[0] + 5 * (200 // PER_RIDE)


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_nothing_half_is_left() -> None:
    driver, officer = crowd(5), f.known("olena")
    f.everybody()
    before = everything()
    statement, died = 1, 0
    while (killed := _suspend_in_a_process(officer, driver, statement)) is None:
        assert everything() == before, statement
        died += 1
        statement += 4
    assert died >= 4
    assert killed > 0
    assert again(driver).status == "suspended"
    assert m.Match.objects.exclude(status="halted").count() == 0
    assert m.Alarm.objects.filter(code="journey_halted").count() == 10
    assert m.Message.objects.filter(code="journey_halted").count() == 5
    assert m.AuditEntry.objects.filter(action="match.halted").count() == 5


def _suspend_in_a_process(officer: m.Person, driver: m.Provider, statement: int) -> int | None:
    """None when the process killed itself at that statement, else how many statements it took."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "SAFEZONE_DEBUG": "1"}
    command = [sys.executable, "-m", "tests.services.suspend_and_die", str(officer.pk), str(driver.pk), str(statement)]
    connection.close()
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    if ran.returncode == -signal.SIGKILL:
        return None
    assert ran.returncode == 0, ran.stderr[-2000:]
    return int(ran.stdout)


ROUNDS = 30


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_hundred_journeys_are_halted_in_less_than_a_second() -> None:
    driver, officer = crowd(200), f.olena()
    rounds = [_timed(driver, officer, undone=True) for _ in range(ROUNDS)] + [_timed(driver, officer)]
    waited, worked = (sorted(values) for values in zip(*rounds, strict=True))
    print(f"suspension of 200 journeys on {connection.vendor}, ms: {_in_ms(waited)}; own work: {_in_ms(worked)}")
    assert m.Match.objects.filter(status="halted").count() == 200
    # Far from the figure, which `make prove` measures: here only what no busy machine excuses.
    assert worked[len(worked) // 2] < 1


def _in_ms(values: list[float]) -> str:
    return f"median {values[len(values) // 2] * 1000:.0f}, slowest {values[-1] * 1000:.0f}"


class _Undo(Exception):
    """Takes a suspension back so that the next one finds the same journeys."""


def _timed(driver: m.Provider, officer: Any, *, undone: bool = False) -> tuple[float, float]:
    """Seconds by the clock, and seconds that this process worked."""
    started, worked = time.perf_counter(), time.process_time()
    with contextlib.suppress(_Undo), transaction.atomic():
        suspension.suspend(actor=officer, kind="provider", subject=driver.pk, reason="police", at=f.NOW)
        if undone:
            raise _Undo
    return time.perf_counter() - started, time.process_time() - worked
