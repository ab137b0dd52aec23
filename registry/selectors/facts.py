"""Rows turned into the plain values that the rules decide on; always from what the database says now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from geo.distance import haversine_kms
from geo.privacy import cell_center
from registry import models as m
from registry.rules.facts import Group, Guest, Need, Party, Person, ProtectionDecision, Ride, Stay, Vetted


def words(text: str) -> frozenset[str]:
    """A column of space-separated codes as a set."""
    return frozenset(text.split())


def local(at: datetime) -> datetime:
    """The wall clock of the border (Europe/Bucharest) at this moment."""
    return timezone.localtime(at)


def party_of(household: m.Household) -> Party:
    """The household as the rules see it."""
    return Party(
        members=tuple(Person(p.age_band, p.sex, p.guardian) for p in household.members.all()),
        languages=words(household.languages),
        wheelchairs=household.wheelchairs,
        pets=household.pets,
        luggage=household.luggage,
        needs=words(household.needs),
    )


def decisions_of(household: m.Household) -> tuple[ProtectionDecision, ...]:
    """Decisions in force for the household; a decision of two counts once the second has signed."""
    running = household.decisions.filter(ended_at=None).filter(Q(kind="child_placement") | Q(second_by__isnull=False))
    return tuple(ProtectionDecision(cast("Any", d.kind), d.reference, d.expires_on) for d in running)


def need_of(request: m.HelpRequest) -> Need:
    """What the household of this request needs."""
    return Need(
        kind=cast("Any", request.kind),
        party=party_of(request.household),
        origin=request.origin_id,
        destination=request.destination_id,
        max_km=request.max_km,
        earliest_at=local(request.earliest_at),
        from_date=request.from_date,
        nights=request.nights,
        urgency=request.household.urgency,
        decisions=decisions_of(request.household),
    )


def search_center(request: m.HelpRequest) -> tuple[float, float]:
    """Where distances are measured from: the wished destination, else the zone; (lon, lat)."""
    place = request.destination or request.origin
    return place.lon, place.lat


class _Standing:
    """Verification of many providers and things at once: their holds and their organizations' providers."""

    def __init__(
        self, providers: Iterable[m.Provider], vehicles: Iterable[UUID] = (), dwellings: Iterable[UUID] = ()
    ) -> None:
        organizations = {p.organization_id for p in providers if p.organization_id and p.kind == "person"}
        self.organizations = {
            p.organization_id: p for p in m.Provider.objects.filter(kind="organization", organization__in=organizations)
        }
        people = {p.id for p in providers} | {p.id for p in self.organizations.values()}
        holds = m.Hold.objects.filter(cleared_at=None).filter(
            Q(provider__in=people) | Q(vehicle__in=set(vehicles)) | Q(dwelling__in=set(dwellings))
        )
        self.held = {
            subject
            for row in holds.values_list("provider_id", "vehicle_id", "dwelling_id")
            for subject in row
            if subject
        }

    def of(self, what: str, subject: m.Provider | m.Vehicle | m.Dwelling) -> Vetted:
        return Vetted(what, subject.status, subject.verified_until, subject.pk in self.held)

    def of_provider(self, what: str, provider: m.Provider) -> tuple[Vetted, ...]:
        mine = self.of(what, provider)
        if provider.kind == "organization" or not provider.organization_id:
            return (mine,)
        behind = self.organizations.get(provider.organization_id)
        if behind is None:
            return (mine, Vetted("organization", "applied", None))
        return (mine, self.of("organization", behind))


def vetted_for_pass(provider: m.Provider, vehicle: m.Vehicle | None) -> tuple[Vetted, ...]:
    """Everybody and everything that a pass speaks for: the provider, its organization, the vehicle."""
    known = _Standing([provider], [vehicle.id] if vehicle else [])
    return known.of_provider("provider", provider) + ((known.of("vehicle", vehicle),) if vehicle else ())


def is_private(provider: m.Provider) -> bool:
    """Everybody but an authority's own transport or shelter."""
    organization = provider.organization
    return not (provider.kind == "organization" and organization and organization.kind == "authority")


def _crew(offer: m.TransportOffer) -> Group:
    people = [offer.driver, offer.escort] if offer.escort else [offer.driver]
    women = sum(p.sex == "f" for p in people)
    return Group(women=women, men=len(people) - women)


def staffed_zones(codes: Iterable[str], at: datetime) -> frozenset[str]:
    """Those of the zones that have somebody on shift now."""
    running = m.Shift.objects.filter(zone__in=set(codes), ended_at=None, starts_at__lte=at, ends_at__gt=at)
    return frozenset(running.values_list("zone_id", flat=True))


def _aboard(offers: Sequence[UUID], today: date, leaving_out: UUID | None) -> dict[UUID, list[Group]]:
    legs = m.Leg.objects.filter(transport_offer__in=offers)
    found: dict[UUID, list[Group]] = defaultdict(list)
    for owner, group, _, _ in _placed(legs, "transport_offer_id", today, leaving_out):
        found[owner].append(group)
    return found


def _guests(dwellings: Sequence[UUID], today: date, leaving_out: UUID | None) -> dict[UUID, list[Guest]]:
    """Households with beds in these dwellings; one that should have left but has not is still there tonight."""
    legs = m.Leg.objects.filter(accommodation_offer__dwelling__in=dwellings)
    found: dict[UUID, list[Guest]] = defaultdict(list)
    tomorrow = today + timedelta(days=1)
    for owner, group, first, until in _placed(legs, "accommodation_offer__dwelling_id", today, leaving_out):
        found[owner].append(Guest(group, first or today, max(until or tomorrow, tomorrow)))
    return found


def _placed(
    legs: QuerySet[m.Leg], key: str, today: date, leaving_out: UUID | None
) -> Iterator[tuple[UUID, Group, date | None, date | None]]:
    """Owner, household as others meet it, and dates of every leg that holds its places."""
    agreed = m.ProtectionDecision.objects.filter(
        household=OuterRef("match__household"),
        kind="unrelated_men_accepted",
        second_by__isnull=False,
        ended_at=None,
        expires_on__gte=today,
    )
    holding = legs.filter(taken_at__isnull=False, released_at=None).annotate(agreed=Exists(agreed))
    columns = (key, "match_id", "from_date", "to_date", "agreed")
    counts = [f"match__household__{who}" for who in ("women", "men", "minors", "size")]
    for owner, match, first, until, yes, women, men, minors, size in holding.values_list(*columns, *counts):
        if match != leaving_out:
            yield owner, Group(women, men, minors, size - women - men - minors, yes), first, until


def _as_seen(offer: m.TransportOffer | m.AccommodationOffer) -> str:
    """An owner's own pause lets nobody new in but does not send back those who have their places."""
    return "full" if offer.status == "paused" and offer.paused_reason == "owner" else offer.status


RIDE_RELATED = ("provider__organization", "driver", "escort", "vehicle", "origin")


def rides_of(offers: Sequence[m.TransportOffer], at: datetime, leaving_out: UUID | None = None) -> dict[UUID, Ride]:
    """The facts of these transport offers, by id; ``leaving_out`` is a match that does not count as aboard."""
    people = [p for o in offers for p in (o.provider, o.driver, o.escort) if p]
    standing = _Standing(people, [o.vehicle_id for o in offers])
    staffed = staffed_zones((o.origin_id for o in offers), at)
    aboard = _aboard([o.id for o in offers], local(at).date(), leaving_out)
    towns: dict[UUID, set[str]] = defaultdict(set)
    through = m.TransportOffer.destinations.through.objects.filter(transportoffer__in=[o.id for o in offers])
    for offer_id, town in through.values_list("transportoffer_id", "town_id"):
        towns[offer_id].add(town)
    return {o.id: _ride(o, standing, o.origin_id in staffed, aboard[o.id], towns[o.id]) for o in offers}


def _ride(o: m.TransportOffer, standing: _Standing, staffed: bool, aboard: list[Group], towns: set[str]) -> Ride:
    vetted = [*standing.of_provider("provider", o.provider), standing.of("vehicle", o.vehicle)]
    if o.driver_id != o.provider_id:
        vetted += standing.of_provider("driver", o.driver)
    if o.escort:
        vetted += standing.of_provider("escort", o.escort)
    return Ride(
        vetted=tuple(vetted),
        status=_as_seen(o),
        origin=o.origin_id,
        origin_status=o.origin.status,
        origin_staffed=staffed,
        destinations=frozenset(towns),
        departs_from=local(o.departs_from),
        departs_until=local(o.departs_until),
        seats_free=o.seats - o.seats_taken,
        child_seats_free=o.child_seats - o.child_seats_taken,
        wheelchairs_free=o.wheelchair_places - o.wheelchair_places_taken,
        luggage_free=o.luggage - o.luggage_taken,
        pets=o.pets,
        women_only=o.women_only,
        private=is_private(o.provider),
        crew=_crew(o),
        aboard=tuple(aboard),
        languages=words(o.languages),
    )


def _residents(dwellings: Iterable[UUID], today: date) -> dict[UUID, Group]:
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = m.Resident.objects.filter(dwelling__in=set(dwellings), moved_out_at=None)
    for dwelling, sex, birth_year in rows.values_list("dwelling_id", "sex", "birth_year"):
        is_child = today.year - birth_year < 18
        counts[dwelling][2 if is_child else 0 if sex == "f" else 1] += 1
    return {dwelling: Group(women, men, children) for dwelling, (women, men, children) in counts.items()}


STAY_RELATED = ("provider__organization", "dwelling")


def stays_of(
    offers: Sequence[m.AccommodationOffer],
    center: tuple[float, float],
    at: datetime,
    leaving_out: UUID | None = None,
) -> dict[UUID, Stay]:
    """The facts of these accommodation offers, by id; distances in km from ``center`` (lon, lat) to the cell."""
    dwellings = [o.dwelling_id for o in offers]
    standing = _Standing([o.provider for o in offers], (), dwellings)
    guests = _guests(dwellings, local(at).date(), leaving_out)
    residents = _residents(dwellings, local(at).date())
    distances = cell_distances([o.cell for o in offers], center)
    return {
        o.id: _stay(o, standing, residents.get(o.dwelling_id, Group()), guests.get(o.dwelling_id, []), km)
        for o, km in zip(offers, distances, strict=True)
    }


def cell_distances(cells: Sequence[int], center: tuple[float, float]) -> list[float]:
    """Kilometres from ``center`` (lon, lat) to the middle of each cell."""
    if not cells:
        return []
    return [float(km) for km in haversine_kms([center] * len(cells), [cell_center(c) for c in cells])]


def _stay(
    o: m.AccommodationOffer, standing: _Standing, residents: Group, guests: list[Guest], distance_km: float
) -> Stay:
    return Stay(
        vetted=(*standing.of_provider("provider", o.provider), standing.of("dwelling", o.dwelling)),
        status=_as_seen(o),
        town=o.town_id,
        county=o.county_id,
        from_date=o.from_date,
        to_date=o.to_date,
        beds_free=o.beds - o.beds_taken,
        accepts_men=o.accepts_men,
        accepts_children=o.accepts_children,
        women_only=o.women_only,
        pets=o.pets,
        wheelchair=o.wheelchair,
        private=is_private(o.provider),
        residents=residents,
        guests=tuple(guests),
        child_friendly=o.child_friendly,
        host_points=o.host_points,
        languages=words(o.languages),
        distance_km=distance_km,
    )
