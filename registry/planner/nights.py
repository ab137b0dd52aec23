"""When somebody under a roof is in the way of whoever might come (rule 5), worked out once for each offer.

The rule asks, for every night of a stay, whether a guarded household would be with men only. Seen from the offer
there are three answers, each for some nights, and none of them depends on who comes (``arrays.Nights``).
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from registry.planner.arrays import FOREVER, NEVER, Nights
from registry.rules.company import alone_with_men, only_men, together
from registry.rules.facts import Group, Guest, Stay

MEN_ONLY, FRAGILE, BROKEN = 0, 1, 2
Span = tuple[int, int, int]


def of_stays(stays: Sequence[Stay]) -> Nights:
    """The nights of each of these offers."""
    return merged([list(spans(stay.residents, stay.guests)) for stay in stays])


def merged(offers: Sequence[Sequence[Span]]) -> Nights:
    """Columns of (kind, first day, until day) spans, offer by offer."""
    flat = [span for spans_of_one in offers for span in spans_of_one]
    rows = np.array(flat, np.int64).reshape(-1, 3)
    return Nights(
        start=np.concatenate([[0], np.cumsum([len(one) for one in offers], dtype=np.int64)]).astype(np.int64),
        kind=rows[:, 0].astype(np.uint8),
        first=rows[:, 1].astype(np.int32),
        until=rows[:, 2].astype(np.int32),
    )


def spans(residents: Group, guests: Sequence[Guest]) -> Iterator[Span]:
    """What is in the way from when to when, from the beginning of time to its end."""
    for first, until, present in _periods(guests):
        for kind in in_the_way(present, residents):
            yield kind, first, until


def in_the_way(present: tuple[Group, ...], fixed: Group) -> Iterator[int]:
    """What those present and those who live or drive there mean for whoever might join them now."""
    if only_men((together((*present, fixed)),)):
        yield MEN_ONLY
    if alone_with_men(tuple(_not_agreed(g) for g in present), together((fixed, Group(men=1)))):
        yield FRAGILE
    if alone_with_men(present, fixed):
        yield BROKEN


def _not_agreed(group: Group) -> Group:
    """Nobody who is there has agreed to a man who comes later."""
    return Group(group.women, group.men, group.children, group.unknown)


def _periods(guests: Sequence[Guest]) -> Iterator[tuple[int, int, tuple[Group, ...]]]:
    """Stretches of days in which the same guests are there."""
    changes = sorted({_number(day) for g in guests for day in (g.from_date, g.to_date)})
    edges = [NEVER, *changes, FOREVER]
    for first, until in pairwise(edges):
        yield (
            first,
            until,
            tuple(g.group for g in guests if _number(g.from_date) <= first and until <= _number(g.to_date)),
        )


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)) // timedelta(days=1)
