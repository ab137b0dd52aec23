"""When a lapse is announced: for each distance the days that are nearer than the next larger one."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta


def bands(distances: Iterable[int], today: date) -> Iterator[tuple[int, date, date]]:
    """(distance, first day, last day): what ends in these days gets the reminder of this distance, and no other.

    Whoever was not reminded in time gets the nearest one that is due, not all that were missed. The last day on
    which a verification counts is 0 days away and belongs to the smallest distance.
    """
    nearest = 0
    for days in sorted(distances):
        yield days, today + timedelta(days=nearest), today + timedelta(days=days)
        nearest = days + 1
