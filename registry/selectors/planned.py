"""What a plan is made from: the open requests of a scope, and the offers that a search for each would look at."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from geo import privacy
from geo.distance import haversine_km
from registry import models as m
from registry.rules.facts import Need, Ride, Stay
from registry.rules.policy import DEFAULT
from registry.selectors import facts, gate, occupants
from registry.selectors.stay_search import SHOWN_CELL_SLACK_KM

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A household that waits: its request, its need, where distances count from, and how its zone stands."""

    request: m.HelpRequest
    need: Need
    center: tuple[float, float]
    staffed: bool
    choosing: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a household could go."""

    ride: UUID | None = None
    stay: UUID | None = None
    arrival: str | None = None

    def is_same(self, other: "Choice") -> bool:
        """Whether it is the same ride and the same bed."""
        return (self.ride, self.stay) == (other.ride, other.stay)

    def is_among(self, offers: "Offers") -> bool:
        """Whether its ride and its bed are still offered."""
        return (not self.ride or self.ride in offers.rides) and (not self.stay or self.stay in offers.stays)


@dataclass(frozen=True)
class Offers:
    """Facts of offers by id, as an interactive search sees them: what others have just chosen counts as taken."""

    rides: Mapping[UUID, Ride]
    stays: Mapping[UUID, Stay]
    dwellings: Mapping[UUID, UUID]
    places: Mapping[UUID, tuple[float, float]]
    arrivals: Mapping[str, Sequence[str]]

    @cached_property
    def under_one_roof(self) -> Mapping[UUID, Sequence[UUID]]:
        """The offers of each dwelling."""
        found: dict[UUID, list[UUID]] = {}
        for stay, dwelling in self.dwellings.items():
            found.setdefault(dwelling, []).append(stay)
        return found

    @cached_property
    def active(self) -> frozenset[str]:
        """Every zone in which a journey may end."""
        return frozenset(zone for zones in self.arrivals.values() for zone in zones)

    def arrival_of(self, need: Need, ride: Ride) -> str | None:
        """The active zone in which a ride without a bed ends for this need; the first town by code, as in a search."""
        towns = [need.destination] if need.destination else sorted(ride.destinations)
        zones = [zone for town in towns if town in ride.destinations for zone in self.arrivals.get(town, ())]
        return next((zone for zone in zones if zone != need.origin), None)


def seen(one: Waiting, offers: Offers, choice: Choice) -> gate.Seen:
    """A household and where it could go, as the gate is asked; an offer that is not among the facts is none."""
    ride = offers.rides.get(choice.ride) if choice.ride else None
    stay = offers.stays.get(choice.stay) if choice.stay else None
    if stay and choice.stay:
        stay = replace(stay, distance_km=haversine_km(offers.places[choice.stay], one.center))
    arrival = "active" if choice.arrival in offers.active else None
    return gate.Seen(one.need, ride, stay, arrival, one.request.origin.status, one.staffed)


def in_scope(zone: str | None, county: str | None) -> Q:
    """Requests of a zone, of a county, or of all."""
    if zone:
        return Q(origin=zone)
    return Q(origin__county=county) if county else Q()


def waiting(scope: Q, at: datetime) -> list[Waiting]:
    """Everybody in the scope whose request is open and for whom nothing is chosen, those who came first first."""
    return list(_waiting(_requests().filter(scope, status="open").order_by("created_at", "id"), at))


def waiting_for(requests: Collection[UUID], at: datetime) -> dict[UUID, Waiting]:
    """The same for these requests, whatever their status, by request."""
    return {one.request.pk: one for one in _waiting(_requests().filter(pk__in=requests), at)}


def _requests() -> QuerySet[m.HelpRequest]:
    proposed = m.Match.objects.filter(request=OuterRef("pk"), status="proposed")
    held = m.Signal.objects.filter(household=OuterRef("household"), level="hold", outcome="open")
    return (
        m.HelpRequest.objects.select_related("household", "origin", "destination")
        .prefetch_related("household__members")
        .prefetch_related(Prefetch("household__decisions", facts.in_force(), to_attr="in_force"))
        .annotate(choosing=Exists(proposed), held=Exists(held))
    )


def _waiting(rows: QuerySet[m.HelpRequest], at: datetime) -> Iterator[Waiting]:
    staffed: dict[str, bool] = {}
    for row in rows:
        if row.origin_id not in staffed:
            staffed[row.origin_id] = facts.is_staffed(row.origin_id, at)
        need = facts.need_of(row, row.household.in_force)  # type: ignore[attr-defined]
        flags = (staffed[row.origin_id], row.choosing, row.held)  # type: ignore[attr-defined]
        yield Waiting(row, need, facts.search_center(row), *flags)


def places_in(plan: UUID | None) -> dict[UUID, Choice]:
    """Where a plan would have put those of its rows that were not carried out, by request; nothing of no plan."""
    rows = m.PlanRow.objects.filter(plan=plan, status__in=("planned", "changed", "refused")) if plan else ()
    return {row.request_id: Choice(row.ride_id, row.stay_id, row.arrival_zone_id) for row in rows}


def offers_for(people: Sequence[Waiting], at: datetime) -> Offers:
    """Every open offer that could be for one of these."""
    beds = [one for one in people if one.need.kind in ("stay", "both")]
    zones = {one.need.origin for one in people if one.need.kind in ("ride", "both")}
    rides = m.TransportOffer.objects.filter(status="open", origin__in=zones, departs_until__gte=at)
    stays = m.AccommodationOffer.objects.filter(status="open", area__in=_areas(beds))
    return offers_of(rides.values_list("pk", flat=True), stays.values_list("pk", flat=True), at)


def _areas(people: Iterable[Waiting]) -> list[int]:
    """The cells in which anything could be near enough for one of them."""
    reach: dict[tuple[float, float], int] = {}
    for one in people:
        reach[one.center] = max(one.need.max_km, reach.get(one.center, 0))
    areas: set[int] = set()
    for (lon, lat), km in reach.items():
        areas.update(privacy.cells_within(lat, lon, km + SHOWN_CELL_SLACK_KM))
    return sorted(areas)


def offers_of(rides: Iterable[UUID], stays: Iterable[UUID], at: datetime) -> Offers:
    """The facts of these offers now."""
    by_ride: dict[UUID, Ride] = {}
    by_stay: dict[UUID, Stay] = {}
    homes: dict[UUID, UUID] = {}
    places: dict[UUID, tuple[float, float]] = {}
    for some in _chunks(rides):
        by_ride |= _rides(some, at)
    for some in _chunks(stays):
        by_stay |= _stays(some, at)
        for pk, home, cell in m.AccommodationOffer.objects.filter(pk__in=some).values_list("pk", "dwelling", "cell"):
            homes[pk], places[pk] = home, privacy.cell_center(cell)
    return Offers(by_ride, by_stay, homes, places, _arrivals())


def _chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(sorted(ids))
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _since(at: datetime) -> datetime:
    return at - timedelta(minutes=DEFAULT.promise_minutes)


def _rides(offers: list[UUID], at: datetime) -> dict[UUID, Ride]:
    promised = occupants.promised("transport", offers, _since(at))
    found = facts.rides_of(offers, at)
    return {pk: replace(ride, seats_free=ride.seats_free - promised.get(pk, 0)) for pk, ride in found.items()}


def _stays(offers: list[UUID], at: datetime) -> dict[UUID, Stay]:
    promised = occupants.promised("accommodation", offers, _since(at))
    # Distances are counted for each household from its own place.
    found = facts.stays_of(offers, (0.0, 0.0), at)
    return {pk: replace(stay, beds_free=stay.beds_free - promised.get(pk, 0)) for pk, stay in found.items()}


def _arrivals() -> dict[str, list[str]]:
    """Rule 10: the active safe zones of each town where a ride without a bed may end."""
    found: dict[str, list[str]] = {}
    active = m.Zone.objects.filter(status="active", town__isnull=False)
    for code, town in active.order_by("code").values_list("pk", "town_id"):
        found.setdefault(str(town), []).append(code)
    return found
