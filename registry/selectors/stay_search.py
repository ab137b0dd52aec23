"""Beds for one need, best first, each through the whole gate. Exact against a scan of all of them.

Areas (H3 cells) around the place are opened in groups, the nearest first: the spots in them that hold stays are then
known with their distance, and the stays of a spot are read by classes of worth, only what could come next.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count as counting
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from geo import privacy
from registry.rules import eligibility, ranking
from registry.rules.facts import Need, Stay
from registry.rules.policy import Policy
from registry.selectors import facts, occupants, sql, stay_spots
from registry.selectors.best_first import Candidate, Page, batches
from registry.selectors.left_out import PUBLIC, LeftOut, Where, both, needs_public, neither, stay_exclusions
from registry.selectors.stay_spots import Spot
from registry.selectors.stay_worth import StayWorth

# So many classes of spots are read first; pages grow.
FIRST_PAGE, GROWTH = 16, 4
# So many areas are opened first, the nearest; groups grow.
FIRST_AREAS, MORE_AREAS = 7, 2
# A cell of resolution 7 can lie this far over the edge of its resolution 5 parent (centre to centre rounding).
SHOWN_CELL_SLACK_KM = 2.5
# The database and Python may round one sum differently: by less than this.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class FoundStay:
    """An eligible stay with its worth; ``total`` counts the worth of the ride to its town, too."""

    total: float
    score: ranking.Score
    id: UUID
    fact: Stay


class _Unread(NamedTuple):
    """The next class of a spot that is not read, ordered by the most that it can be worth."""

    bound: float
    number: int
    spot: Spot
    km: float
    held: int


class StaySearch:
    """Stays around one place at one moment; ``per_town`` adds the worth of the ride there and leaves out the rest."""

    def __init__(
        self, need: Need, center: tuple[float, float], at: datetime, policy: Policy, left_out: LeftOut
    ) -> None:
        self.need, self.center, self.at, self.policy, self.left_out = need, center, at, policy, left_out
        self.now = facts.local(at)
        self.rules = stay_exclusions(need)
        self.is_public_only = needs_public(need, self.now.date())
        self.fits = both(neither(self.rules), PUBLIC) if self.is_public_only else neither(self.rules)
        self.areas: list[int] = []

    def best(self, count: int, per_town: Mapping[str, float] | None = None) -> list[FoundStay]:
        """The best stays: by worth, then id."""
        found: list[FoundStay] = []
        if per_town != {}:
            for batch in batches(self._pages(StayWorth(self.need, self.policy, per_town))):
                found += self._eligible(batch, per_town)
                if len(found) >= count:
                    break
        if self.areas:
            self.left_out.count("stay", _in(self.areas), self.rules)
        return found[:count]

    # Reading

    def _pages(self, worth: StayWorth) -> Iterator[Page]:
        """Pages of what could be worth the most, until everything within reach is read."""
        groups, numbers = self._groups(), counting()
        waiting: list[_Unread] = []
        beyond: float | None = float("-inf")
        size = FIRST_PAGE
        while waiting or beyond is not None:
            if beyond is not None and (not waiting or beyond <= waiting[0].bound):
                areas, beyond_km = next(groups)
                beyond = None if beyond_km is None else _bound(worth.near(beyond_km) + worth.most)
                for spot, km in self._spots(areas, worth):
                    heapq.heappush(waiting, _unread(worth, spot, km, 0, next(numbers)))
                continue
            page = [_take(waiting, worth) for _ in range(size) if waiting]
            size *= GROWTH
            bounds = [one for one in (waiting[0].bound if waiting else None, beyond) if one is not None]
            yield list(self._candidates(page, worth)), (min(bounds),) if bounds else None

    def _groups(self) -> Iterator[tuple[list[int], float | None]]:
        """The nearest areas, the next ones, and the least distance of anything beyond them (None: there is no more)."""
        every = _areas(*self.center, self.need.max_km)
        end, size = 0, FIRST_AREAS
        while end < len(every):
            start, end, size = end, end + size, size * MORE_AREAS
            yield [area for area, _ in every[start:end]], every[end][1] if end < len(every) else None

    def _spots(self, areas: list[int], worth: StayWorth) -> Iterator[tuple[Spot, float]]:
        """Spots with stays that are near enough, and how far they are."""
        self.areas += areas
        if self.is_public_only:
            self.left_out.count_private("stay", both(neither(self.rules), _in(areas)), self.need)
        spots = stay_spots.occupied(areas)
        distances = facts.cell_distances([spot.cell for spot in spots], self.center)
        for spot, km in zip(spots, distances, strict=True):
            if km <= self.need.max_km and worth.reaches(spot.town):
                yield spot, km

    def _candidates(self, page: list[_Unread], worth: StayWorth) -> Iterator[Candidate]:
        """The stays of these classes that their own columns allow."""
        wanted = [(one.spot, worth.classes[one.held]) for one in page]
        for place, pk, host_points, child_friendly, languages in stay_spots.stays(wanted, self.fits):
            there = page[place]
            total = worth.total(there.km, host_points, child_friendly, languages, there.spot.town)
            yield -total, sql.as_uuid(pk)

    def _eligible(self, batch: list[Candidate], per_town: Mapping[str, float] | None) -> Iterator[FoundStay]:
        ids = [candidate[-1] for candidate in batch]
        known = facts.stays_of(ids, self.center, self.at)
        promised = occupants.promised("accommodation", ids, self.at - timedelta(minutes=self.policy.promise_minutes))
        for pk in (pk for pk in ids if pk in known):
            reasons = eligibility.stay(self.need, known[pk], self.now)
            reasons = reasons or eligibility.unpromised(self.need, known[pk].beds_free, promised.get(pk, 0))
            if reasons:
                self.left_out.note_all("stay", reasons)
            else:
                score = ranking.stay(self.need, known[pk], self.policy)
                ride = per_town[known[pk].town] if per_town else 0.0
                yield FoundStay(score.per_person + ride, score, pk, known[pk])


@lru_cache(maxsize=256)
def _areas(lon: float, lat: float, max_km: float) -> tuple[tuple[int, float], ...]:
    """Every area with a cell within reach, and how near its nearest could be, the nearest area first."""
    areas = privacy.cells_within(lat, lon, max_km + SHOWN_CELL_SLACK_KM)
    radius = privacy.largest_circumradius_km(privacy.SEARCH_RESOLUTION) + SHOWN_CELL_SLACK_KM
    nearest = [max(0.0, km - radius) for km in facts.cell_distances(areas, (lon, lat))]
    return tuple(sorted(zip(areas, nearest, strict=True), key=itemgetter(1, 0)))


def _in(cells: list[int]) -> Where:
    return Where(f"o.area IN ({sql.among(cells)})")


def _bound(most: float) -> float:
    return -(most + ROUNDING)


def _unread(worth: StayWorth, spot: Spot, km: float, held: int, number: int) -> _Unread:
    most = worth.near(km) + worth.classes[held].most + worth.ride(spot.town)
    return _Unread(_bound(most), number, spot, km, held)


def _take(waiting: list[_Unread], worth: StayWorth) -> _Unread:
    """The first that waits; the next class of its spot waits in its place."""
    taken = waiting[0]
    if taken.held + 1 < len(worth.classes):
        heapq.heapreplace(waiting, _unread(worth, taken.spot, taken.km, taken.held + 1, taken.number))
    else:
        heapq.heappop(waiting)
    return taken
