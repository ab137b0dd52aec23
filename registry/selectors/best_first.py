"""Candidates in exact order of their worth, read page by page: no further than the next one needs."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

SMALLEST, LARGEST = 8, 256

# A candidate: minus its points first, then what breaks a tie, its id last. Smaller is better.
Candidate = tuple[Any, ...]
# Candidates, and a bound that no candidate of a later page is smaller than (None after the last page). A bound may
# be cut short: minus points alone stands before every candidate with as many.
Page = tuple[Iterable[Candidate], Candidate | None]


def batches(pages: Iterator[Page]) -> Iterator[list[Candidate]]:
    """Every candidate, best first, in batches that grow: a page is read when an unread one could be better."""
    waiting: list[Candidate] = []
    unread: Candidate | None = ()
    size = SMALLEST
    rest = chain(pages, [((), None)])
    while True:
        while unread is not None and (not waiting or waiting[0] >= unread):
            found, unread = next(rest)
            for candidate in found:
                heapq.heappush(waiting, candidate)
        if not waiting:
            return
        batch: list[Candidate] = []
        while waiting and len(batch) < size and (unread is None or waiting[0] < unread):
            batch.append(heapq.heappop(waiting))
        yield batch
        size = min(LARGEST, 2 * size)
