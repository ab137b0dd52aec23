"""Rows turned into the plain values that the rules decide on; always from what the database says now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from geo.distance import haversine_kms
from geo.privacy import cell_center
from registry import models as m
from registry.rules.facts import Group, Guest, Need, Party, Person, ProtectionDecision, Ride, Stay, Vetted
from registry.selectors import behind, occupants, sql
from registry.selectors.prepared import prepared


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


def in_force() -> QuerySet[m.ProtectionDecision]:
    """Decisions in force; a decision of two counts once the second has signed."""
    running = m.ProtectionDecision.objects.filter(ended_at=None)
    return running.filter(Q(kind="child_placement") | Q(second_by__isnull=False))


@prepared
def _in_force_for(household: UUID) -> QuerySet[m.ProtectionDecision]:
    return in_force().filter(household=household)


def decisions_of(running: Iterable[m.ProtectionDecision]) -> tuple[ProtectionDecision, ...]:
    """Decisions as the rules see them."""
    return tuple(ProtectionDecision(cast("Any", d.kind), d.reference, d.expires_on) for d in running)


def need_of(request: m.HelpRequest, running: Iterable[m.ProtectionDecision] | None = None) -> Need:
    """What the household of this request needs; ``running``: its decisions in force, where they are known already."""
    if running is None:
        running = _in_force_for(request.household_id)
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
        decisions=decisions_of(running),
    )


def search_center(request: m.HelpRequest) -> tuple[float, float]:
    """Where distances are measured from: the wished destination, else the zone; (lon, lat)."""
    place = request.destination or request.origin
    return place.lon, place.lat


def is_staffed(zone: str, at: datetime) -> bool:
    """Whether somebody is on shift in the zone now."""
    return m.Shift.objects.filter(zone=zone, ended_at=None, starts_at__lte=at, ends_at__gt=at).exists()


def _as_seen(status: str, paused_reason: str) -> str:
    """An owner's own pause lets nobody new in but does not send back those who have their places."""
    return "full" if status == "paused" and paused_reason == "owner" else status


_RIDES = f"""
SELECT o.id, o.provider_id, o.driver_id, o.escort_id, v.status, v.verified_until,
    {behind.HELD.format(what="vehicle", row="v")}, o.status, o.paused_reason, o.origin_id, z.status,
    EXISTS (SELECT 1 FROM registry_shift s WHERE s.zone_id = z.code AND s.ended_at IS NULL
        AND s.starts_at <= %s AND s.ends_at > %s),
    o.departs_from, o.departs_until, o.seats - o.seats_taken, o.child_seats - o.child_seats_taken,
    o.wheelchair_places - o.wheelchair_places_taken, o.luggage - o.luggage_taken, o.pets, o.women_only, o.languages
FROM registry_transportoffer o
JOIN registry_vehicle v ON v.id = o.vehicle_id
JOIN registry_zone z ON z.code = o.origin_id
WHERE o.id IN (%s)
"""
_TOWNS = "SELECT transportoffer_id, town_id FROM registry_transportoffer_destinations WHERE transportoffer_id IN (%s)"
_STAYS = f"""
SELECT o.id, o.provider_id, o.dwelling_id, w.status, w.verified_until, {behind.HELD.format(what="dwelling", row="w")},
    o.status, o.paused_reason, o.town_id, o.county_id, o.cell, o.from_date, o.to_date, o.beds - o.beds_taken,
    o.accepts_men, o.accepts_children, o.women_only, o.pets, o.wheelchair, o.child_friendly, o.host_points, o.languages
FROM registry_accommodationoffer o JOIN registry_dwelling w ON w.id = o.dwelling_id
WHERE o.id IN (%s)
"""


def rides_of(offers: Collection[UUID], at: datetime, leaving_out: UUID | None = None) -> dict[UUID, Ride]:
    """The facts of these transport offers, by id; ``leaving_out`` is a match that does not count as aboard."""
    found = sql.rows(_RIDES, at, at, [*offers])
    people = behind.people([sql.as_uuid(p) for row in found for p in row[1:4] if p])
    aboard = occupants.aboard(offers, local(at).date(), leaving_out)
    towns: dict[UUID, set[str]] = defaultdict(set)
    for offer, town in sql.rows(_TOWNS, [*offers]):
        towns[sql.as_uuid(offer)].add(town)
    rides = {}
    for row in found:
        pk = sql.as_uuid(row[0])
        rides[pk] = _ride(row[1:], people, aboard[pk], towns[pk])
    return rides


def _ride(row: sql.Row, people: Mapping[UUID, behind.Behind], aboard: list[Group], towns: set[str]) -> Ride:
    provider, driver, escort = sql.as_uuid(row[0]), sql.as_uuid(row[1]), sql.as_uuid_or_none(row[2])
    vehicle, until, held, status, paused, origin, zone, staffed, leaves, latest, *free = row[3:17]
    pets, women_only, languages = row[17:]
    seats, child_seats, wheelchairs, luggage = free
    others = {"driver": driver if driver != provider else None, "escort": escort}
    vetted = [x for role, who in others.items() if who for x in people[who].vetted(role)]
    return Ride(
        vetted=(*people[provider].vetted("provider"), Vetted("vehicle", vehicle, until, bool(held)), *vetted),
        status=_as_seen(status, paused),
        origin=origin,
        origin_status=zone,
        origin_staffed=bool(staffed),
        destinations=frozenset(towns),
        departs_from=local(sql.as_moment(leaves)),
        departs_until=local(sql.as_moment(latest)),
        seats_free=seats,
        child_seats_free=child_seats,
        wheelchairs_free=wheelchairs,
        luggage_free=luggage,
        pets=bool(pets),
        women_only=bool(women_only),
        private=people[provider].is_private,
        crew=occupants.crew([people[p].sex for p in (driver, escort) if p]),
        aboard=tuple(aboard),
        languages=words(languages),
    )


def stays_of(
    offers: Collection[UUID], center: tuple[float, float], at: datetime, leaving_out: UUID | None = None
) -> dict[UUID, Stay]:
    """The facts of these accommodation offers, by id; distances in km from ``center`` (lon, lat) to the cell."""
    found, today = sql.rows(_STAYS, [*offers]), local(at).date()
    people = behind.people([sql.as_uuid(row[1]) for row in found])
    dwellings = [sql.as_uuid(row[2]) for row in found]
    guests = occupants.guests(dwellings, today, leaving_out)
    residents = occupants.residents(dwellings, today)
    distances = cell_distances([row[10] for row in found], center)
    return {
        sql.as_uuid(row[0]): _stay(row, people, residents.get(home, Group()), guests[home], km)
        for row, home, km in zip(found, dwellings, distances, strict=True)
    }


def cell_distances(cells: Sequence[int], center: tuple[float, float]) -> list[float]:
    """Kilometres from ``center`` (lon, lat) to the middle of each cell; each cell is measured once."""
    known = sorted(set(cells))
    if not known:
        return []
    by_cell = dict(zip(known, haversine_kms([_middle(c) for c in known], [center]).tolist(), strict=True))
    return [by_cell[cell] for cell in cells]


@lru_cache(maxsize=65_536)
def _middle(cell: int) -> tuple[float, float]:
    return cell_center(cell)


def _stay(
    row: sql.Row, people: Mapping[UUID, behind.Behind], residents: Group, guests: list[Guest], distance_km: float
) -> Stay:
    owner = people[sql.as_uuid(row[1])]
    dwelling, until, held, status, paused, town, county, _cell, first, last, beds = row[3:14]
    men, children, women_only, pets, wheelchair, child_friendly, host_points, languages = row[14:]
    return Stay(
        vetted=(*owner.vetted("provider"), Vetted("dwelling", dwelling, until, bool(held))),
        status=_as_seen(status, paused),
        town=town,
        county=county,
        from_date=first,
        to_date=last,
        beds_free=beds,
        accepts_men=bool(men),
        accepts_children=bool(children),
        women_only=bool(women_only),
        pets=bool(pets),
        wheelchair=bool(wheelchair),
        private=owner.is_private,
        residents=residents,
        guests=tuple(guests),
        child_friendly=bool(child_friendly),
        host_points=host_points,
        languages=words(languages),
        distance_km=distance_km,
    )
