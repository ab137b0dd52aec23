"""Beds for one need, best first, each through the whole gate. Exact against a scan of all of them.

Offers are read in rings of H3 cells around the place, the best of each ring first: a ring further out is opened only
when something in it could be worth more than what has been seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from geo import privacy
from registry.rules import eligibility, ranking
from registry.rules.facts import Need, Stay
from registry.rules.policy import Policy
from registry.selectors import facts, occupants, sql
from registry.selectors.best_first import Candidate, Page, batches
from registry.selectors.left_out import LeftOut, Where, both, neither, stay_exclusions

# So many of each cell and town are read first; pages grow, for the database sorts anew for each.
DEPTH, GROWTH = 8, 8
# Rings are opened together in groups that grow: most searches end in the first.
GROUP_SIZES = (3, 9, 30, 96)
# The worth of a town without a ride.
NO_RIDE = -1e6
# A cell of resolution 7 can lie this far over the edge of its resolution 5 parent (centre to centre rounding).
SHOWN_CELL_SLACK_KM = 2.5


@dataclass(frozen=True, slots=True)
class FoundStay:
    """An eligible stay with its worth; ``total`` counts the worth of the ride to its town, too."""

    total: float
    score: ranking.Score
    id: UUID
    fact: Stay


# Of each cell and town, the most worthy first: nothing that was not read stands before the last that was.
_PAGE = """
SELECT id, cell, town_id, host_points, child_friendly, languages, place FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY cell, town_id ORDER BY worth DESC, id) AS place FROM (
        SELECT o.id, o.cell, o.town_id, o.host_points, o.child_friendly, o.languages, {worth} AS worth
        FROM registry_accommodationoffer o WHERE o.status = 'open' AND {fits}
    ) w WHERE worth > {least}
) q WHERE place > %s AND place <= %s
"""


@dataclass
class _Rings:
    """Some rings that are open: how deep they are read, and what nothing unread in them stands before."""

    query: str
    parameters: tuple[object, ...]
    depth: int = 0
    bound: Candidate | None = field(default=())

    def read(self) -> list[sql.Row]:
        """The next page: so many more of each cell and town."""
        first, self.depth = self.depth, self.depth * GROWTH or DEPTH
        return sql.rows(self.query, *self.parameters, first, self.depth)


class StaySearch:
    """Stays around one place at one moment; ``per_town`` adds the worth of the ride there and leaves out the rest."""

    def __init__(
        self, need: Need, center: tuple[float, float], at: datetime, policy: Policy, left_out: LeftOut
    ) -> None:
        self.need, self.center, self.at, self.policy, self.left_out = need, center, at, policy, left_out
        self.now = facts.local(at)
        self.rules = stay_exclusions(need)
        self.areas: list[int] = []

    def best(self, count: int, per_town: Mapping[str, float] | None = None) -> list[FoundStay]:
        """The best stays: by worth, then id."""
        found: list[FoundStay] = []
        if per_town != {}:
            for batch in batches(self._pages(per_town)):
                found += self._eligible(batch, per_town)
                if len(found) >= count:
                    break
        if self.areas:
            self.left_out.count("stay", _in(self.areas), self.rules)
        return found[:count]

    # Reading

    def _pages(self, per_town: Mapping[str, float] | None) -> Iterator[Page]:
        """Pages of the rings that could hold the most, until everything within reach is read."""
        groups = self._groups()
        opened: list[_Rings] = []
        unopened: Candidate | None = ()
        most_ride = max(per_town.values()) if per_town else 0.0
        while True:
            unread = [rings for rings in opened if rings.bound is not None]
            rings = min(unread, key=lambda r: r.bound or (), default=None)
            if unopened is not None and (rings is None or unopened <= (rings.bound or ())):
                cells, beyond_km = next(groups)
                rings = _Rings(*self._query(cells, per_town))
                opened.append(rings)
                unopened = None if beyond_km is None else (-self._bound(beyond_km) - most_ride,)
            if rings is None:
                return
            found = list(self._candidates(rings.read(), per_town))
            # Whatever is read to its depth may go on; of one cell and town, the worse and later comes after.
            rings.bound = min((c for c, place in found if place == rings.depth), default=None)
            bounds = [r.bound for r in opened if r.bound is not None]
            yield [c for c, _ in found], min([*bounds, *([unopened] if unopened else [])], default=None)

    def _groups(self) -> Iterator[tuple[list[int], float | None]]:
        """Cells of some rings, and the least distance of anything beyond them (None: there is no more)."""
        resolution = privacy.SEARCH_RESOLUTION
        home = privacy.cell_of(self.center[1], self.center[0], resolution)
        last = privacy.rings_for_km(resolution, self.need.max_km) + 1
        ring = 0
        for size in GROUP_SIZES:
            end = min(ring + size, last + 1)
            cells = [cell for number in range(ring, end) for cell in privacy.ring_cells(home, number)]
            self.areas += cells
            beyond_km = max(0.0, privacy.searched_km(resolution, end - 1) - SHOWN_CELL_SLACK_KM)
            yield cells, None if end > last else beyond_km
            if end > last:
                return
            ring = end

    def _query(self, cells: list[int], per_town: Mapping[str, float] | None) -> tuple[str, tuple[object, ...]]:
        """Offers of these cells that their own columns allow, those with the most points besides distance first."""
        fits = both(neither(self.rules), _in(cells))
        fits = self.left_out.keep_public("stay", fits, self.need, self.now.date())
        worth = self._worth(per_town)
        query = _PAGE.format(worth=worth.text, fits=fits.text, least=NO_RIDE / 2)
        return query, (*worth.parameters, *fits.parameters)

    def _worth(self, per_town: Mapping[str, float] | None) -> Where:
        """The points that do not depend on the distance, for the database to sort by."""
        spoken = [f"%{language}%" for language in sorted(self.need.party.languages)]
        parts = [Where("CAST(o.host_points AS REAL)")]
        if spoken:
            understood = " OR ".join(["o.languages LIKE %s"] * len(spoken))
            parts.append(Where(_if(understood, self.policy.weight_language), tuple(spoken)))
        if self.need.party.minors:
            parts.append(Where(_if("o.child_friendly", self.policy.weight_children)))
        if per_town:
            parts.append(_by_town(per_town))
        return Where(" + ".join(one.text for one in parts), tuple(p for one in parts for p in one.parameters))

    # Worth

    def _candidates(self, page: list[sql.Row], per_town: Mapping[str, float] | None) -> Iterator[tuple[Candidate, int]]:
        """Each offer of a page as a candidate, with its place within its cell and town."""
        distances = facts.cell_distances([row[1] for row in page], self.center)
        for (pk, _cell, town, host_points, child_friendly, languages, place), km in zip(page, distances, strict=True):
            if km <= self.need.max_km:
                points = self._points(km, host_points, child_friendly, languages)
                yield (-(points + per_town[town] if per_town else points), sql.as_uuid(pk)), place

    def _points(self, km: float, host_points: int, child_friendly: bool, languages: str) -> float:
        """Points per person, as ranking.stay counts them."""
        policy, party = self.policy, self.need.party
        points = self.need.urgency + self._for_distance(km)
        points += policy.weight_language * bool(party.languages & facts.words(languages))
        return points + policy.weight_children * bool(party.minors and child_friendly) + host_points

    def _for_distance(self, km: float) -> float:
        return self.policy.weight_distance * (1 - km / max(self.need.max_km, 1))

    def _bound(self, nearest_km: float) -> float:
        """The most points that anything at least so far away can have."""
        most = ranking.best_possible(self.need, self.policy)
        return most - self.policy.weight_distance * nearest_km / max(self.need.max_km, 1)

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


def _in(cells: list[int]) -> Where:
    return Where(f"o.area IN ({sql.among(cells)})")


def _if(condition: str, points: int) -> str:
    return f"CASE WHEN {condition} THEN {float(points)} ELSE 0.0 END"


def _by_town(per_town: Mapping[str, float]) -> Where:
    """The ride's points; other towns fall out by their worth: a filter by town leads SQLite away from the index."""
    rides = "".join(f" WHEN o.town_id = %s THEN {float(points)!r}" for _, points in sorted(per_town.items()))
    return Where(f"CASE{rides} ELSE {NO_RIDE!r} END", tuple(sorted(per_town)))
