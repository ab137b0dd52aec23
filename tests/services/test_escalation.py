"""Overdue journeys: each step exactly once, by one worker or two, also when one is killed half-way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from registry import models as m
from registry.services import audit, delivery, escalation, journeys, worker
from tests import factories as f
from tests.services.claims import again, entries

pytestmark = pytest.mark.django_db


def late(match: m.Match, code: str) -> datetime:
    """When a step of the ladder is due."""
    return m.EscalationStep.objects.get(match=match, code=code).due_at


def steps_taken(match: m.Match) -> list[str]:
    """The steps in the audit log, in order."""
    return [data["step"] for action, data in entries(match) if action == "escalation.step"]


LADDER = [
    ("message_both", "overdue", set()),
    ("call_both", "alerted", {("overdue_call_both", "volunteer", 2)}),
    ("coordinator", "alerted", {("overdue_coordinator", "coordinator", 3)}),
    ("duty_officer", "alerted", {("overdue_duty_officer", "officer", 4)}),
    ("police", "alerted", {("overdue_police", "officer", 5)}),
]


def test_the_ladder_is_climbed_step_by_step() -> None:
    match = f.match("departed")
    seen: set[tuple[str, str, int]] = set()
    for number, (code, status, alarms) in enumerate(LADDER, start=1):
        assert escalation.run_due(at=late(match, code)) == 1
        seen |= alarms
        assert again(match).status == status
        assert set(m.Alarm.objects.values_list("code", "role", "level")) == seen
        assert steps_taken(match) == [name for name, _, _ in LADDER[:number]]
    owed = m.Message.objects.filter(code="journey_overdue")
    assert set(owed.values_list("recipient", flat=True)) == {"household", "provider"}


def test_nothing_happens_before_its_time_and_nothing_twice() -> None:
    match = f.match("departed", f.help_request(who=f.household([f.WOMAN])))
    first = late(match, "message_both")
    assert escalation.run_due(at=first - f.HOUR / 60) == 0
    assert escalation.run_due(at=first) == 1
    assert escalation.run_due(at=first) == 0


def test_a_worker_that_comes_late_takes_all_steps_in_order() -> None:
    match = f.match("departed")
    assert worker.work_once(at=late(match, "police")).escalated == 5
    assert steps_taken(match) == [code for code, _, _ in LADDER]
    assert again(match).status == "alerted"


def test_an_arrival_stops_the_ladder() -> None:
    match = f.match("overdue")
    police = late(match, "police")
    f.arrive(match, f.NOW)
    assert escalation.run_due(at=police) == 0
    assert steps_taken(match) == ["message_both"]


def test_one_side_alone_does_not_stop_it() -> None:
    match = f.match("departed")
    journeys.arrive(actor=f.maria(), match=match.pk, side="refugee", at=f.NOW)
    assert escalation.run_due(at=late(match, "police")) == 5


def test_a_halted_journey_is_still_looked_for() -> None:
    match = f.match("halted")
    escalation.run_due(at=late(match, "police"))
    assert steps_taken(match) == [code for code, _, _ in LADDER]
    assert again(match).status == "halted"


def test_a_step_of_a_journey_that_is_over_is_dropped() -> None:
    match = f.match("departed")
    with f.unguarded():
        m.Match.objects.filter(pk=match.pk).update(status="closed", closed_at=f.NOW)
    assert escalation.run_due(at=late(match, "police")) == 0
    assert not m.EscalationStep.objects.filter(match=match, dropped_at=None).exists()
    assert not m.Alarm.objects.exists()


class Killed(BaseException):
    """What a worker never catches."""


def test_a_worker_killed_between_claim_and_commit_repeats_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    match = f.match("departed")
    due, record = late(match, "call_both"), audit.record

    def die(**_given: Any) -> None:
        raise Killed

    monkeypatch.setattr(audit, "record", die)
    with pytest.raises(Killed):
        escalation.run_due(at=due)
    assert not m.EscalationStep.objects.filter(done_at__isnull=False).exists()
    assert (again(match).status, m.Alarm.objects.count(), m.Message.objects.filter(code="journey_overdue").count()) == (
        "departed",
        0,
        0,
    )
    monkeypatch.setattr(audit, "record", record)
    assert escalation.run_due(at=due) == 2
    assert steps_taken(match) == ["message_both", "call_both"]


KILLED_WORKER = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from registry.services import escalation
escalation.audit.record = lambda **given: os.kill(os.getpid(), signal.SIGKILL)
escalation.run_due(at=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_by_the_system_leaves_the_step_to_the_next() -> None:
    match = f.match("departed")
    due = late(match, "call_both")
    environment = {**os.environ, "DATABASE_URL": url_of_test_database(), "DJANGO_SETTINGS_MODULE": "safezone.settings"}
    command = [sys.executable, "-c", KILLED_WORKER, due.isoformat()]
    outcome = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, check=False)
    assert outcome.returncode == -signal.SIGKILL, outcome.stderr
    assert (again(match).status, m.Alarm.objects.count()) == ("departed", 0)
    assert escalation.run_due(at=due) == 2
    assert steps_taken(match) == ["message_both", "call_both"]


def url_of_test_database() -> str:
    """How another process finds the database of this test."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_each_step_once(at_once: Callable[..., list[Any]]) -> None:
    matches = [f.match("departed") for _ in range(3)]
    due = max(late(match, "police") for match in matches)
    taken = at_once(4, lambda _: escalation.run_due(at=due))
    assert sum(taken) == 15, taken
    for match in matches:
        assert sorted(steps_taken(match)) == sorted(code for code, _, _ in LADDER)
    assert m.Alarm.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_an_arrival_and_a_worker_at_once_do_not_wait_for_each_other(at_once: Callable[..., list[Any]]) -> None:
    for _ in range(6):
        match = f.match("departed")
        journeys.arrive(actor=f.maria(), match=match.pk, side="refugee", at=f.NOW)
        due, andrei = late(match, "police"), f.andrei()

        def one(n: int, match: m.Match = match, due: datetime = due, andrei: Any = andrei) -> Any:
            if n:
                return escalation.run_due(at=due)
            return journeys.arrive(actor=andrei, match=match.pk, side="receiver", at=due)

        outcomes = at_once(2, one)
        assert not [o for o in outcomes if isinstance(o, Exception)]
        assert again(match).status == "arrived"


def send_to(sent: list[dict[str, object]], *, works: bool = True) -> delivery.Send:
    """A gateway that writes down what it gets."""

    def send(payload: dict[str, object]) -> bool:
        sent.append(payload)
        return works

    return send


def test_what_is_owed_is_sent_once() -> None:
    f.match("confirmed", f.help_request("both"))
    sent: list[dict[str, object]] = []
    assert delivery.deliver_due(at=f.NOW, send=send_to(sent)) == 2
    assert delivery.deliver_due(at=f.NOW + f.DAY, send=send_to(sent)) == 0
    assert len({payload["key"] for payload in sent}) == 2
    phones = {str(payload["key"]).partition(":")[0]: payload["to"] for payload in sent}
    assert phones["confirmed_household"] == ["+380671234567"]
    assert len(phones["confirmed"]) == 2  # type: ignore[arg-type]


def test_what_fails_is_tried_again_later_each_time() -> None:
    f.match("confirmed")
    sent: list[dict[str, object]] = []
    assert delivery.deliver_due(at=f.NOW, send=send_to(sent, works=False)) == 0
    assert delivery.deliver_due(at=f.NOW, send=send_to(sent)) == 0
    assert delivery.deliver_due(at=f.NOW + 2 * f.HOUR / 60, send=send_to(sent)) == 2
    assert set(m.Message.objects.values_list("attempts", flat=True)) == {2}


def test_without_a_gateway_messages_wait_for_people() -> None:
    f.match("confirmed")
    assert worker.work_once(at=f.NOW).delivered == 0
    assert m.Message.objects.filter(sent_at=None).count() == 2


@pytest.mark.parametrize("status", ["confirmed", "cancelled", "overdue", "halted"])
def test_every_message_that_services_owe_has_a_sentence(status: str) -> None:
    f.match(status, f.help_request("both"))
    for message in m.Message.objects.all():
        assert delivery.payload_of(message)["text"]
