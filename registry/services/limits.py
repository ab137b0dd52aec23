"""Limits that protect people: exact under load, because one row is raised by one conditional update."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from registry import models as m
from registry.errors import TooMany


def spend(*, key: str, limit: int, window: timedelta, at: datetime) -> None:
    """Use one of ``limit`` in the running window, or TooMany with the seconds to wait."""
    start = _window_start(at, window)
    with transaction.atomic():
        m.RateWindow.objects.bulk_create([m.RateWindow(key=key, window_start=start)], ignore_conflicts=True)
        allowed = m.RateWindow.objects.filter(key=key, window_start=start, used__lt=limit).update(used=F("used") + 1)
    if not allowed:
        raise TooMany(retry_after_s=int((start + window - at).total_seconds()) + 1)


def _window_start(at: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)


def forget_old(*, at: datetime) -> int:
    """Delete windows that are over for a day; returns how many."""
    return m.RateWindow.objects.filter(window_start__lt=at - timedelta(days=1)).delete()[0]
