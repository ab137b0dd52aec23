"""Rides for one need, best first, each through the whole gate. Exact against a scan of all of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from registry.rules import company, eligibility, ranking
from registry.rules.facts import Need, Ride
from registry.rules.policy import Policy
from registry.rules.reasons import Reason
from registry.selectors import facts, left_out, occupants, sql
from registry.selectors.best_first import Candidate, Page, batches
from registry.selectors.left_out import LeftOut, Where, both, neither, ride_exclusions

# Most searches end in the first page; pages grow.
FIRST_PAGE, GROWTH = 60, 4
_PAGE = """
SELECT o.id, o.departs_from, o.languages, o.seats, o.seats_taken, d.sex, e.sex
FROM registry_transportoffer o
JOIN registry_provider d ON d.id = o.driver_id
LEFT JOIN registry_provider e ON e.id = o.escort_id
WHERE o.status = 'open' AND {fits}
ORDER BY o.departs_from, o.id LIMIT %s OFFSET %s
"""
_TOWNS = """
SELECT DISTINCT t.town_id FROM registry_transportoffer_destinations t
JOIN registry_transportoffer o ON o.id = t.transportoffer_id
WHERE o.status = 'open' AND {fits}
"""


@dataclass(frozen=True, slots=True)
class FoundRide:
    """An eligible ride with its worth."""

    score: ranking.Score
    id: UUID
    fact: Ride


class RideSearch:
    """Rides from one zone at one moment; ``need.destination`` None means any of the towns asked for."""

    def __init__(self, need: Need, origin: str, at: datetime, policy: Policy, left_out: LeftOut) -> None:
        self.need, self.origin, self.at, self.policy, self.left_out = need, origin, at, policy, left_out
        self.now = facts.local(at)
        self.rules = ride_exclusions(need, self.now, policy)

    def best(self, count: int, towns: Collection[str]) -> list[FoundRide]:
        """The best rides to any of these towns: by worth, then fewest free seats, then id."""
        found: list[FoundRide] = []
        for batch in batches(self._pages(both(self._fits(), _reaches(towns)))):
            found += self._eligible(batch)
            if len(found) >= count:
                break
        else:
            elsewhere = both(self._fits(), Where(f"NOT {_reaches(towns).text}", _reaches(towns).parameters))
            self.left_out.note("ride", Reason("other_destination"), left_out.open_offers("ride", elsewhere))
        self.count()
        return found[:count]

    def best_by_town(self) -> dict[str, FoundRide]:
        """The best ride to each town that any reaches."""
        fits = self._fits()
        wanted = {town for (town,) in sql.rows(_TOWNS.format(fits=fits.text), *fits.parameters)}
        found: dict[str, FoundRide] = {}
        if wanted:
            for batch in batches(self._pages(fits)):
                for ride in self._eligible(batch):
                    found = dict.fromkeys(ride.fact.destinations, ride) | found
                if wanted <= found.keys():
                    break
        self.count()
        return found

    def count(self) -> None:
        """Say what the columns of the zone's offers leave out."""
        self.left_out.count(
            "ride", Where("o.origin_id = %s AND o.departs_until >= %s", (self.origin, self.now)), self.rules
        )

    def _fits(self) -> Where:
        fits = both(neither(self.rules), Where("o.origin_id = %s", (self.origin,)))
        return self.left_out.keep_public("ride", fits, self.need, self.now.date())

    def _pages(self, fits: Where) -> Iterator[Page]:
        """By departure: the longer the wait, the less any later ride can be worth."""
        start, size = 0, FIRST_PAGE
        while True:
            page = sql.rows(_PAGE.format(fits=fits.text), *fits.parameters, size, start)
            is_last = len(page) < size
            start, size = start + size, size * GROWTH
            bound = None if is_last else (-self._points(sql.as_moment(page[-1][1]), self.policy.weight_language),)
            yield self._candidates(page), bound
            if is_last:
                return

    def _candidates(self, page: list[sql.Row]) -> Iterator[Candidate]:
        spoken, group = self.need.party.languages, self.need.party.group
        is_decided = self.need.decided("unrelated_men_accepted", self.now.date())
        for pk, departs_from, languages, seats, taken, driver, escort in page:
            crew = occupants.crew([driver, *([escort] if escort else [])])
            if not taken and not is_decided and company.alone_with_men((group,), crew):
                self.left_out.note("ride", Reason("only_unrelated_men", rule=5))
                continue
            language = self.policy.weight_language * bool(spoken & facts.words(languages))
            yield -self._points(sql.as_moment(departs_from), language), seats - taken, sql.as_uuid(pk)

    def _points(self, departs_from: datetime, language: int) -> float:
        """Points per person, as ranking.ride counts them."""
        wait = max(departs_from.timestamp() - max(self.at.timestamp(), self.need.earliest_at.timestamp()), 0.0) / 60
        points = self.need.urgency + self.policy.weight_distance * max(
            0.0, 1 - wait / self.policy.ride_longest_wait_minutes
        )
        points += language
        return points + self.policy.weight_children * bool(self.need.party.in_bands(self.policy.child_seat_bands))

    def _eligible(self, batch: list[Candidate]) -> Iterator[FoundRide]:
        ids = [candidate[-1] for candidate in batch]
        known = facts.rides_of(ids, self.at)
        promised = occupants.promised("transport", ids, self.at - timedelta(minutes=self.policy.promise_minutes))
        for pk in (pk for pk in ids if pk in known):
            reasons = eligibility.ride(self.need, known[pk], self.now, self.policy)
            reasons = reasons or eligibility.unpromised(self.need, known[pk].seats_free, promised.get(pk, 0))
            if reasons:
                self.left_out.note_all("ride", reasons)
            else:
                yield FoundRide(ranking.ride(self.need, known[pk], self.now, self.policy), pk, known[pk])


def _reaches(towns: Collection[str]) -> Where:
    ends = "SELECT 1 FROM registry_transportoffer_destinations t WHERE t.transportoffer_id = o.id AND t.town_id"
    return Where(f"EXISTS ({ends} IN ({', '.join(['%s'] * len(towns)) or 'NULL'}))", tuple(towns))
