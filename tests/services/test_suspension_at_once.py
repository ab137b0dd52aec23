"""The red button at scale: one transaction that may die anywhere, and an answer with everybody to call."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from registry import models as m
from registry.ids import uuid7
from registry.services import suspension
from tests import factories as f
from tests.services.claims import again, everything
from tests.simulation.test_work import database_url

ROOT = Path(__file__).resolve().parents[2]


def crowd(count: int, status: str = "departed") -> m.Provider:
    """A driver with one ride and this many journeys on it, written beside each other."""
    first = f.match(status)
    ride = f.ride_of(first)
    assert ride
    m.TransportOffer.objects.filter(pk=ride.pk).update(seats=90, seats_taken=min(90, count))
    _copies(first, ride, count - 1)
    return ride.driver


def _copies(first: m.Match, ride: m.TransportOffer, count: int) -> None:
    household, request = first.household, first.request
    for number in range(count):
        for row, name in ((household, "household"), (request, "request"), (first, "match")):
            row.pk = uuid7()
            row._state.adding = True
            if name == "household":
                row.code = f"X{number:06}"
            elif name == "request":
                row.household = household
            else:
                row.household, row.request = household, request
            row.save(force_insert=True)
        m.Leg.objects.create(match=first, kind="ride", transport_offer=ride, people=1, taken_at=f.NOW)


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
    used = []
    actor = f.olena()
    for count in (20, 200):
        driver = crowd(count, status)
        with django_assert_max_num_queries(70) as asked:
            done = suspension.suspend(actor=actor, kind="provider", subject=driver.pk, reason="police", at=f.NOW)
        used.append(len(asked))
        assert len(done.halted) == count
        _rename()
    assert used[1] <= used[0] + 4


def _rename() -> None:
    """The next crowd may use the codes again."""
    for row in m.Household.objects.filter(code__startswith="X"):
        row.code = uuid7().hex[-12:]
        row.save(update_fields=["code"])


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
