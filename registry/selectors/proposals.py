"""Ranked proposals for one request: the best that pass the gate, and why every other class of offer does not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from registry import models as m
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason
from registry.selectors import facts
from registry.selectors.left_out import Excluded, LeftOut
from registry.selectors.prepared import by_key, prepared
from registry.selectors.ride_search import FoundRide, RideSearch
from registry.selectors.stay_search import FoundStay, StaySearch


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
class Proposals:
    """The answer to "who can take this household": ranked, and what was left out."""

    ranked: tuple[Proposal, ...]
    excluded: tuple[Excluded, ...]


def for_request(request: m.HelpRequest, at: datetime, policy: Policy = DEFAULT) -> Proposals:
    """The best proposals for a request that the caller may see."""
    search = _Search(request, at, policy)
    ranked = {"stay": search.stays, "ride": search.rides, "both": search.both}[request.kind]
    return Proposals(tuple(ranked(policy.proposal_count)), search.left_out.classes())


class _Search:
    """One search: the need once, rides and stays as the request asks for them."""

    def __init__(self, request: m.HelpRequest, at: datetime, policy: Policy) -> None:
        self.request, self.need, self.left_out = request, facts.need_of(request), LeftOut()
        self.beds = StaySearch(self.need, facts.search_center(request), at, policy, self.left_out)
        # With a bed, the ride goes to the bed's town, wherever that is.
        ride_need = replace(self.need, destination=None) if request.kind == "both" else self.need
        self.seats = RideSearch(ride_need, request.origin_id, at, policy, self.left_out)

    def stays(self, count: int) -> Iterator[Proposal]:
        """The best stays, best first."""
        best = self.beds.best(count)
        offers = _stays(best)
        for found in best:
            yield Proposal(found.score.value, found.score.reasons, stay=offers[found.id], distance_km=_km(found))

    def rides(self, count: int) -> Iterator[Proposal]:
        """The best rides to a safe zone, best first."""
        zones = self._arrival_zones()
        towns = [self.need.destination] if self.need.destination else sorted(zones)
        best = self.seats.best(count, towns)
        offers = _rides(best)
        for found in best:
            town = self.need.destination or min(found.fact.destinations & zones.keys())
            if town in zones:
                yield Proposal(found.score.value, found.score.reasons, ride=offers[found.id], arrival_zone=zones[town])

    def _arrival_zones(self) -> dict[str, m.Zone]:
        """Rule 10: the active safe zone of each town where a ride without a bed may end."""
        zones = _active_zones_in(self.need.destination) if self.need.destination else _active_zones()
        return {str(zone.town_id): zone for zone in zones if zone.code != self.request.origin_id}

    def both(self, count: int) -> Iterator[Proposal]:
        """The best pairs: each bed with the best ride that reaches its town."""
        rides = self.seats.best_by_town()
        pairs = self.beds.best(count, {town: ride.score.per_person for town, ride in rides.items()})
        if not pairs:
            self.left_out.note("ride", Reason("ride_does_not_reach_stay"))
        offers, seats = _stays(pairs), _rides([rides[found.fact.town] for found in pairs])
        for found in pairs:
            ride = rides[found.fact.town]
            reasons = (*ride.score.reasons, *found.score.reasons)
            value = found.score.value + ride.score.value
            yield Proposal(value, reasons, ride=seats[ride.id], stay=offers[found.id], distance_km=_km(found))


@prepared
def _active_zones() -> QuerySet[m.Zone]:
    return m.Zone.objects.filter(status="active", town__isnull=False).order_by("-code")


@prepared
def _active_zones_in(town: str) -> QuerySet[m.Zone]:
    return m.Zone.objects.filter(status="active", town=town).order_by("-code")


def _km(found: FoundStay) -> float:
    return round(found.fact.distance_km, 1)


def _rides(found: list[FoundRide]) -> Mapping[UUID, m.TransportOffer]:
    return {one.pk: one for one in by_key(m.TransportOffer, (ride.id for ride in found), "vehicle")}


def _stays(found: list[FoundStay]) -> Mapping[UUID, m.AccommodationOffer]:
    return {one.pk: one for one in by_key(m.AccommodationOffer, (stay.id for stay in found), "town")}
