"""Rides for one need, best first, each through the whole gate. Exact against a scan of all of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from registry import models as m
from registry.rules import company, eligibility, ranking
from registry.rules.facts import Group, Need, Ride
from registry.rules.policy import Policy
from registry.rules.reasons import Reason
from registry.selectors import facts
from registry.selectors.best_first import Candidate, Page, batches
from registry.selectors.left_out import COUNTED_AT_MOST, LeftOut, none_of, ride_exclusions

PAGE = 400


@dataclass(frozen=True, slots=True)
class FoundRide:
    """An eligible ride with its worth."""

    score: ranking.Score
    offer: m.TransportOffer
    fact: Ride


class RideSearch:
    """Rides from one zone at one moment; ``need.destination`` None means any of the towns asked for."""

    def __init__(self, need: Need, origin: str, at: datetime, policy: Policy, left_out: LeftOut) -> None:
        self.need, self.origin, self.at, self.policy, self.left_out = need, origin, at, policy, left_out
        self.now = facts.local(at)
        self.rules = ride_exclusions(need, self.now, policy)
        self.through = m.TransportOffer.destinations.through.objects

    def best(self, count: int, towns: Collection[str]) -> list[FoundRide]:
        """The best rides to any of these towns: by worth, then fewest free seats, then id."""
        found: list[FoundRide] = []
        for batch in batches(self._pages(self._fits(towns))):
            found += self._eligible(batch)
            if len(found) >= count:
                break
        else:
            elsewhere = self._fits(None).exclude(self._reaches(towns))[:COUNTED_AT_MOST].count()
            self.left_out.note("ride", Reason("other_destination"), elsewhere)
        self.count()
        return found[:count]

    def best_by_town(self) -> dict[str, FoundRide]:
        """The best ride to each town that any reaches."""
        fits = self._fits(None)
        wanted = set(self.through.filter(transportoffer__in=fits.values("pk")).values_list("town_id", flat=True))
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
        here = m.TransportOffer.objects.filter(origin=self.origin, departs_until__gte=self.now)
        self.left_out.count("ride", here, self.rules)

    def _fits(self, towns: Collection[str] | None) -> QuerySet[m.TransportOffer]:
        fits = m.TransportOffer.objects.filter(none_of(self.rules), status="open", origin=self.origin)
        fits = self.left_out.keep_public("ride", fits, self.need, self.now.date())
        if towns is None:
            return fits
        return fits.filter(self._reaches(towns))

    def _reaches(self, towns: Collection[str]) -> Exists:
        return Exists(self.through.filter(transportoffer=OuterRef("pk"), town__in=towns))

    def _pages(self, fits: QuerySet[m.TransportOffer]) -> Iterator[Page]:
        """By departure: the longer the wait, the less any later ride can be worth."""
        columns = ("id", "departs_from", "languages", "seats", "seats_taken", "driver__sex", "escort__sex")
        rows = fits.order_by("departs_from", "id").values_list(*columns)
        start = 0
        while True:
            page = list(rows[start : start + PAGE])
            start += PAGE
            is_last = len(page) < PAGE
            bound = None if is_last else (-self._points(page[-1][1], self.policy.weight_language),)
            yield self._candidates(page), bound
            if is_last:
                return

    def _candidates(self, page: list[tuple[UUID, datetime, str, int, int, str, str | None]]) -> Iterator[Candidate]:
        spoken, group = self.need.party.languages, self.need.party.group
        is_decided = self.need.decided("unrelated_men_accepted", self.now.date())
        for pk, departs_from, languages, seats, taken, driver, escort in page:
            crew = _crew(driver, escort)
            if not taken and not is_decided and company.alone_with_men((group,), crew):
                self.left_out.note("ride", Reason("only_unrelated_men", rule=5))
                continue
            language = self.policy.weight_language * bool(spoken & facts.words(languages))
            yield -self._points(departs_from, language), seats - taken, pk

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
        offers = m.TransportOffer.objects.select_related(*facts.RIDE_RELATED).in_bulk(ids)
        known = facts.rides_of(list(offers.values()), self.at)
        for pk in (pk for pk in ids if pk in offers):
            reasons = eligibility.ride(self.need, known[pk], self.now, self.policy)
            if reasons:
                self.left_out.note_all("ride", reasons)
            else:
                yield FoundRide(ranking.ride(self.need, known[pk], self.now, self.policy), offers[pk], known[pk])


def _crew(driver: str, escort: str | None) -> Group:
    sexes = [driver, *([escort] if escort else [])]
    women = sexes.count("f")
    return Group(women=women, men=len(sexes) - women)
