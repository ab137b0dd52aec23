"""Ranked proposals for one request: the best k that pass the gate, and why every other class of offer does not.

Stays are searched in rings of H3 cells around the destination until nothing further out can beat the best k.
Every exclusion that the offer's own columns decide is one entry of a table: SQL filters by it and counts by it.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from geo import privacy
from registry import models as m
from registry.rules import eligibility, ranking
from registry.rules.facts import Need, Ride, Stay
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason
from registry.selectors import facts

BATCH = 16


@dataclass(frozen=True, slots=True)
class Proposal:
    """One eligible choice. Places are as a volunteer may see them: town and cell, never the address."""

    value: float
    reasons: tuple[Reason, ...]
    ride: m.TransportOffer | None = None
    stay: m.AccommodationOffer | None = None
    arrival_zone: m.Zone | None = None
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """A class of offers that cannot be proposed, why, and how many."""

    kind: str
    reason: Reason
    offers: int


@dataclass(frozen=True, slots=True)
class Proposals:
    """The answer to "who can take this household": ranked, and what was left out."""

    ranked: tuple[Proposal, ...]
    excluded: tuple[Excluded, ...]


def for_request(request: m.HelpRequest, at: datetime, policy: Policy = DEFAULT) -> Proposals:
    """The best proposals for a request that the caller may see."""
    search = _Search(request, at, policy)
    if request.kind == "stay":
        ranked = list(search.stays(policy.proposal_count))
    elif request.kind == "ride":
        ranked = list(search.rides(policy.proposal_count))
    else:
        ranked = search.both(policy.proposal_count)
    return Proposals(tuple(ranked), search.excluded())


def stay_exclusions(need: Need) -> Mapping[str, Q]:
    """What an accommodation offer's own columns rule out for this need, by reason code."""
    party = need.party
    rules = {
        "beds_too_few": Q(beds__lt=F("beds_taken") + party.size),
        "dates_do_not_fit": Q(from_date__gt=need.from_date)
        | Q(to_date__lt=need.from_date + timedelta(days=need.nights)),
    }
    if party.wheelchairs:
        rules["not_step_free"] = Q(wheelchair=False)
    if party.pets:
        rules["no_pets"] = Q(pets=False)
    if party.minors:
        rules["no_children"] = Q(accepts_children=False)
    if party.men:
        rules["women_only"] = Q(women_only=True)
        rules["no_men"] = Q(accepts_men=False, women_only=False)
    return rules


def ride_exclusions(need: Need, now: datetime, policy: Policy = DEFAULT) -> Mapping[str, Q]:
    """What a transport offer's own columns rule out for this need, by reason code."""
    party, infants = need.party, need.party.in_bands(policy.child_seat_bands)
    rules = {
        "ride_gone": Q(departs_until__lt=now),
        "leaves_too_early": Q(departs_until__gte=now, departs_until__lt=need.earliest_at),
        "seats_too_few": Q(seats__lt=F("seats_taken") + party.size),
        "luggage_too_much": Q(luggage__lt=F("luggage_taken") + party.luggage),
    }
    if infants:
        rules["child_seats_too_few"] = Q(child_seats__lt=F("child_seats_taken") + infants)
    if party.wheelchairs:
        rules["wheelchair_places_too_few"] = Q(wheelchair_places__lt=F("wheelchair_places_taken") + party.wheelchairs)
    if party.pets:
        rules["no_pets"] = Q(pets=False)
    if party.men:
        rules["women_only"] = Q(women_only=True)
    return rules


def _none_of(rules: Mapping[str, Q]) -> Q:
    fits = Q()
    for rule in rules.values():
        fits &= ~rule
    return fits


class _Search:
    """One search: the need once, the counts of what was left out as it goes."""

    def __init__(self, request: m.HelpRequest, at: datetime, policy: Policy) -> None:
        self.request, self.at, self.policy = request, at, policy
        self.need = facts.need_of(request)
        self.now = facts.local(at)
        self.center = facts.search_center(request)
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.example: dict[tuple[str, str], Reason] = {}
        self.areas: list[int] = []

    # Stays

    def stays(self, count: int) -> Iterator[Proposal]:
        """The best stays, best first."""
        for score, offer, fact in self.best_stays(count):
            yield Proposal(score.value, score.reasons, stay=offer, distance_km=round(fact.distance_km, 1))

    def best_stays(self, count: int) -> list[tuple[ranking.Score, m.AccommodationOffer, Stay]]:
        """The ``count`` best eligible stays by value, exact against a scan of all."""
        light: list[tuple[float, UUID]] = []
        found: list[tuple[ranking.Score, m.AccommodationOffer, Stay]] = []
        for cells, bound in self._rings():
            for item in self._light_stays(cells):
                heapq.heappush(light, item)
            while light and len(found) < count and -light[0][0] >= bound:
                found += self._heavy_stays(light, bound)
            if len(found) >= count:
                break
        self._count_stays()
        return sorted(found, key=lambda f: (-f[0].per_person, f[1].id))[:count]

    def _rings(self) -> Iterator[tuple[list[int], float]]:
        """Cells of each ring, with the most points that anything further out could have."""
        resolution = privacy.SEARCH_RESOLUTION
        home = privacy.cell_of(self.center[1], self.center[0], resolution)
        last = privacy.rings_for_km(resolution, self.need.max_km) + 1
        best = ranking.best_possible(self.need, self.policy)
        for ring in range(last + 1):
            cells = privacy.ring_cells(home, ring)
            self.areas += cells
            reached = privacy.searched_km(resolution, ring)
            nearest = max(0.0, reached - SHOWN_CELL_SLACK_KM)
            is_last = ring == last
            yield cells, -1.0 if is_last else best - self.policy.weight_distance * nearest / max(self.need.max_km, 1)

    def _light_stays(self, cells: list[int]) -> Iterator[tuple[float, UUID]]:
        """Offers of these cells that their own columns allow, as (-points, id)."""
        rows = list(
            m.AccommodationOffer.objects.filter(
                _none_of(stay_exclusions(self.need)), status="open", area__in=cells
            ).values_list("id", "cell", "host_points", "child_friendly", "languages")
        )
        distances = facts.cell_distances([row[1] for row in rows], self.center)
        for (pk, _, points, child_friendly, languages), km in zip(rows, distances, strict=True):
            if km <= self.need.max_km:
                yield -self._points(km, points, child_friendly, languages), pk

    def _points(self, km: float, host_points: int, child_friendly: bool, languages: str) -> float:
        policy, party = self.policy, self.need.party
        points = self.need.urgency + policy.weight_distance * (1 - km / max(self.need.max_km, 1))
        points += policy.weight_language * bool(party.languages & facts.words(languages))
        return points + policy.weight_children * bool(party.minors and child_friendly) + host_points

    def _heavy_stays(
        self, light: list[tuple[float, UUID]], bound: float
    ) -> list[tuple[ranking.Score, m.AccommodationOffer, Stay]]:
        """The next batch through the whole gate, as far as nothing unseen could be better."""
        ids: list[UUID] = []
        while light and len(ids) < BATCH and -light[0][0] >= bound:
            ids.append(heapq.heappop(light)[1])
        offers = list(m.AccommodationOffer.objects.select_related(*facts.STAY_RELATED).filter(pk__in=ids))
        known = facts.stays_of(offers, self.center, self.at)
        passed = []
        for offer in offers:
            reasons = eligibility.stay(self.need, known[offer.id], self.now)
            if reasons:
                self._leave_out("stay", reasons)
            else:
                passed.append((ranking.stay(self.need, known[offer.id], self.policy), offer, known[offer.id]))
        return passed

    def _count_stays(self) -> None:
        here = m.AccommodationOffer.objects.filter(area__in=self.areas)
        self._count("stay", here, stay_exclusions(self.need))

    # Rides

    def rides(self, count: int) -> Iterator[Proposal]:
        """The best rides to a safe zone, best first."""
        zones = self._arrival_zones()
        for score, offer, fact in self.best_rides(self.need, count, set(zones)):
            reachable = sorted(fact.destinations & set(zones))
            town = self.need.destination or (reachable[0] if reachable else None)
            if town:
                yield Proposal(score.value, score.reasons, ride=offer, arrival_zone=zones[town])

    def _arrival_zones(self) -> dict[str, m.Zone]:
        """Rule 10: the active safe zone of each town where a ride without a bed may end."""
        zones = m.Zone.objects.filter(status="active", town__isnull=False).exclude(pk=self.request.origin_id)
        if self.need.destination:
            zones = zones.filter(town=self.need.destination)
        return {zone.town_id: zone for zone in zones.order_by("-code") if zone.town_id}

    def best_rides(self, need: Need, count: int, towns: set[str]) -> list[tuple[ranking.Score, m.TransportOffer, Ride]]:
        """The best eligible rides from the zone to any of these towns."""
        wanted = {need.destination} if need.destination else towns
        here = m.TransportOffer.objects.filter(status="open", origin=self.request.origin_id)
        fits = here.filter(_none_of(ride_exclusions(need, self.now, self.policy)), destinations__in=wanted).distinct()
        found: list[tuple[ranking.Score, m.TransportOffer, Ride]] = []
        ordered = list(fits.order_by("departs_from", "id").values_list("id", flat=True)[: BATCH * 16])
        for start in range(0, len(ordered), BATCH):
            found += self._heavy_rides(need, ordered[start : start + BATCH])
            if len(found) >= count * 3:
                break
        self._count_rides(need)
        return sorted(found, key=lambda f: (-f[0].per_person, f[1].seats - f[1].seats_taken, f[1].id))[:count]

    def _heavy_rides(self, need: Need, ids: list[UUID]) -> list[tuple[ranking.Score, m.TransportOffer, Ride]]:
        offers = list(m.TransportOffer.objects.select_related(*facts.RIDE_RELATED).filter(pk__in=ids))
        known = facts.rides_of(offers, self.at)
        passed = []
        for offer in offers:
            reasons = eligibility.ride(need, known[offer.id], self.now, self.policy)
            if reasons:
                self._leave_out("ride", reasons)
            else:
                passed.append((ranking.ride(need, known[offer.id], self.now, self.policy), offer, known[offer.id]))
        return passed

    def _count_rides(self, need: Need) -> None:
        if any(kind == "ride" for kind, _ in self.left_out):
            return
        here = m.TransportOffer.objects.filter(origin=self.request.origin_id)
        self._count("ride", here, ride_exclusions(need, self.now, self.policy))

    # Both at once

    def both(self, count: int) -> list[Proposal]:
        """The best beds, each with the best ride that reaches its town."""
        rides: dict[str, list[tuple[ranking.Score, m.TransportOffer, Ride]]] = {}
        pairs = []
        for stay_score, offer, fact in self.best_stays(count * 3):
            if offer.town_id not in rides:
                rides[offer.town_id] = self.best_rides(replace(self.need, destination=offer.town_id), 1, set())
            for ride_score, ride, _ in rides[offer.town_id]:
                value, reasons = stay_score.value + ride_score.value, (*ride_score.reasons, *stay_score.reasons)
                pairs.append(Proposal(value, reasons, ride=ride, stay=offer, distance_km=round(fact.distance_km, 1)))
        if not pairs and any(not found for found in rides.values()):
            self._note("ride", Reason("ride_does_not_reach_stay"), len(rides))
        return sorted(pairs, key=lambda p: -p.value)[:count]

    # What was left out

    def _leave_out(self, kind: str, reasons: tuple[Reason, ...]) -> None:
        for reason in reasons:
            self._note(kind, reason, 1)

    def _note(self, kind: str, reason: Reason, offers: int) -> None:
        if offers:
            self.left_out[kind, reason.code] += offers
            self.example.setdefault((kind, reason.code), reason)

    def _count(self, kind: str, here: QuerySet[Any], rules: Mapping[str, Q]) -> None:
        """Count, in one query, how many offers each column rule leaves out, and those not open by their reason."""
        is_open = Q(status="open")
        counts = here.aggregate(
            **{code: Count("pk", filter=is_open & rule) for code, rule in rules.items()},
            **{f"paused_{p}": Count("pk", filter=Q(status="paused", paused_reason=p)) for p in PAUSED},
        )
        for code in rules:
            self._note(kind, _counted(code), counts[code])
        for paused, code in PAUSED.items():
            self._note(kind, Reason(code, rule=1), counts[f"paused_{paused}"])

    def excluded(self) -> tuple[Excluded, ...]:
        """Classes of offers that were left out, the largest first."""
        return tuple(
            Excluded(kind, self.example[kind, code], offers) for (kind, code), offers in self.left_out.most_common()
        )


PAUSED = {
    "suspended": "provider_suspended",
    "expired": "provider_expired",
    "held": "provider_held",
    "checked_field_changed": "provider_not_verified",
}

_COUNTED_PARAMS = (
    "beds_too_few",
    "seats_too_few",
    "luggage_too_much",
    "child_seats_too_few",
    "wheelchair_places_too_few",
)


def _counted(code: str) -> Reason:
    return Reason(f"{code}_class" if code in _COUNTED_PARAMS else code)


# A cell of resolution 7 can lie this far over the edge of its resolution 5 parent (centre to centre rounding).
SHOWN_CELL_SLACK_KM = 2.5
