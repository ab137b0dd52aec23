"""Overdue journeys: each step of the ladder happens exactly once, also when the worker is killed half-way."""

from datetime import datetime
from functools import cache

from django.db import transaction

from registry import models as m
from registry import states
from registry.permissions import SYSTEM
from registry.selectors.prepared import Prepared, prepared
from registry.services import alarms, audit, noticing, outbox, parties, rows

# step code -> (role that is alarmed, level); the message needs nobody.
ALARMED = {
    "call_both": ("volunteer", 2),
    "coordinator": ("coordinator", 3),
    "duty_officer": ("officer", 4),
    "police": ("officer", 5),
}


def run_due(*, at: datetime, limit: int = 500) -> int:
    """Carry out every step that is due, oldest first, each in its own transaction; returns how many."""
    return sum(_run(pk, at) for pk in _due(limit)(at))


@cache
def _due(limit: int) -> Prepared[[datetime], int]:
    rows = m.EscalationStep.objects.filter(done_at=None, dropped_at=None).order_by("due_at", "match_id", "number")
    return prepared(lambda at: rows.filter(due_at__lte=at).values_list("pk", flat=True)[:limit])


@transaction.atomic
def _run(pk: int, at: datetime) -> bool:
    """One step: claimed by a conditional update in the same transaction as all that it does.

    The providers and then the match are locked first, as an arrival does, so that the two never wait for each other.
    """
    step = m.EscalationStep.objects.get(pk=pk)
    parties.lock_of(m.Match.objects.get(pk=step.match_id))
    match = rows.lock(m.Match, step.match_id, "origin")
    waiting = m.EscalationStep.objects.filter(pk=pk, done_at=None, dropped_at=None)
    if match.status not in (*states.MATCH_ON_THE_ROAD, "halted"):
        waiting.update(dropped_at=at)
        return False
    if not waiting.update(done_at=at):
        return False
    _act(step, match, at)
    audit.record(actor=SYSTEM, at=at, action="escalation.step", about=match, step=step.code, number=step.number)
    if step.number == 1:
        noticing.overdue(match, at=at)
    return True


def _act(step: m.EscalationStep, match: m.Match, at: datetime) -> None:
    if match.status == "departed":
        rows.move(match, states.MATCH, "miss")
    if step.code == "message_both":
        for recipient in ("household", "provider"):
            outbox.owe(
                key=f"overdue:{match.id}:{recipient}", code="journey_overdue", recipient=recipient, match=match, at=at
            )
        return
    if match.status == "overdue":
        rows.move(match, states.MATCH, "alert")
    role, level = ALARMED[step.code]
    place = {"county": match.origin.county_id} if role == "officer" else {"zone": match.origin}
    alarms.raise_alarm(code=f"overdue_{step.code}", role=role, level=level, match=match, at=at, **place)
