"""Rule 12: a word with a wrong picture alarms the duty officers, after the request that brought it, exactly once."""

from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.selectors.prepared import Prepared, prepared
from registry.services import alarms, rows

CODE = "duress"


def raise_due(*, at: datetime, limit: int = 100) -> int:
    """Raise the alarm of every word with a wrong picture that has none yet; returns how many."""
    return sum(_raise(pk, at) for pk in _untold(limit)())


@cache
def _untold(limit: int) -> Prepared[[], UUID]:
    told = m.Alarm.objects.filter(code=CODE).values("pk")
    waiting = m.CheckIn.objects.filter(silent=True).exclude(pk__in=told).order_by("at")
    return prepared(lambda: waiting.values_list("pk", flat=True)[:limit])


@transaction.atomic
def _raise(pk: UUID, at: datetime) -> bool:
    """The first alarm has the id of its word, so that no word has two; officers of both ends are told."""
    word = rows.lock(m.CheckIn, pk)
    if m.Alarm.objects.filter(pk=pk).exists():
        return False
    match = m.Match.objects.select_related("origin", "destination").get(pk=word.match_id)
    start, end = match.origin.county_id, match.destination.county_id
    alarms.raise_alarm(id=pk, code=CODE, role="officer", level=5, match=match, county=start, at=at)
    if end not in (None, start):
        alarms.raise_alarm(code=CODE, role="officer", level=5, match=match, county=end, at=at)
    return True
