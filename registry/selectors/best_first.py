"""Candidates in exact order of their worth, read page by page: no further than the next one needs."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

SMALLEST, LARGEST = 16, 256

# A candidate: minus its points first, then what breaks a tie, its id last.
Candidate = tuple[Any, ...]
# Candidates, and the most points that any candidate of a later page can have (minus infinity after the last).
Page = tuple[Iterable[Candidate], float]


def batches(pages: Iterator[Page]) -> Iterator[list[Candidate]]:
    """Every candidate, best first, in batches that grow: a page is read when an unread one could be better."""
    waiting: list[Candidate] = []
    unread = float("inf")
    size = SMALLEST
    rest = chain(pages, [((), float("-inf"))])
    while True:
        while unread > float("-inf") and (not waiting or -waiting[0][0] <= unread):
            found, unread = next(rest)
            for candidate in found:
                heapq.heappush(waiting, candidate)
        if not waiting:
            return
        batch: list[Candidate] = []
        while waiting and len(batch) < size and -waiting[0][0] > unread:
            batch.append(heapq.heappop(waiting))
        yield batch
        size = min(LARGEST, 2 * size)
