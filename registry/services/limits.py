"""Limits that protect people: exact under load, because one row is raised by one conditional update."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F

from registry import models as m
from registry.errors import TooMany
from registry.services import rows


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
    """Delete windows and tries that are over for a day; returns how many."""
    long_ago = at - timedelta(days=1)
    windows = m.RateWindow.objects.filter(window_start__lt=long_ago).delete()[0]
    return windows + m.Attempt.objects.filter(last_at__lt=long_ago).delete()[0]


@dataclass(frozen=True, slots=True)
class Delay:
    """How many tries are looked at without waiting, then the wait that doubles with each, up to a longest one."""

    free: int
    first: timedelta
    longest: timedelta

    def after(self, failed: int) -> timedelta:
        """The wait after so many tries in a row; it ends by itself, however many there were."""
        doublings = failed - self.free
        if doublings < 0:
            return timedelta(0)
        return min(self.first * 2 ** min(doublings, 20), self.longest)


FORGOTTEN_AFTER = timedelta(hours=2)


@transaction.atomic(durable=True)
def try_once(*, key: str, delay: Delay, at: datetime) -> None:
    """Take the next try, counted before anybody looks at it, or TooMany with the seconds to wait.

    Durable: a try that is refused afterwards stays counted, so this never runs inside somebody's transaction.
    """
    m.Attempt.objects.bulk_create([m.Attempt(key=key, last_at=at, not_before=at)], ignore_conflicts=True)
    row = m.Attempt.objects.select_for_update().filter(pk=key).first()
    if row is None:  # Cleaned up at this very moment.
        raise TooMany(retry_after_s=1)
    if row.not_before > at:
        raise TooMany(retry_after_s=int((row.not_before - at).total_seconds()) + 1)
    row.failed = 1 if at - row.last_at > FORGOTTEN_AFTER else row.failed + 1
    row.last_at, row.not_before = at, at + delay.after(row.failed)
    rows.update(row, "failed", "last_at", "not_before")


def forgive(*, key: str) -> None:
    """The try was right: the next one starts anew. The row stays, for others may be waiting for it."""
    m.Attempt.objects.filter(pk=key).update(failed=0, not_before=F("last_at"))


def give_back(*, key: str, at: datetime) -> None:
    """The try was right: it is not counted, but those before it are."""
    m.Attempt.objects.filter(pk=key, failed__gt=0).update(failed=F("failed") - 1, not_before=at)
