"""Who is expected at the gate of a zone, for phones that will have no network: ids and fingerprints, no names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from registry import models as m
from registry import states
from registry.errors import NotFound
from registry.permissions import Actor, may_work_in

# What leaves later will be fetched before it does: a phone keeps nothing longer than a day.
AHEAD = timedelta(hours=36)
# A pass that ended longer ago is as unknown to a phone as one that never was.
ENDED_AT_MOST = timedelta(days=30)
JOURNEYS_AT_MOST = 500


def zone(actor: Actor, code: str) -> m.Zone:
    """The zone, for its own field staff; else NotFound."""
    row = m.Zone.objects.filter(pk=code).first()
    if row is None or not may_work_in(actor, row):
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Expected:
    """A journey that may leave: with what ride, and every pass that its driver has or had, those on the road marked."""

    match: m.Match
    ride: m.TransportOffer | None
    passes: tuple[m.ProviderPass, ...]
    elsewhere: frozenset[UUID]


def expected(zone: m.Zone, at: datetime) -> list[Expected]:
    """The confirmed journeys of the zone that leave within the next hours, those confirmed last first."""
    soon = Q(legs__kind="ride", legs__transport_offer__departs_from__lte=at + AHEAD)
    waiting = m.Match.objects.filter(origin=zone, status="confirmed").select_related("household")
    mine = waiting.filter(soon | ~Q(legs__kind="ride")).distinct().order_by("-confirmed_at", "id")
    found = list(mine[:JOURNEYS_AT_MOST])
    rides = _rides(found)
    passes = _passes({ride.driver_id for ride in rides.values()}, at)
    on_the_road = _on_the_road(row.pk for rows in passes.values() for row in rows)
    return [_expected(match, rides.get(match.pk), passes, on_the_road) for match in found]


def _expected(
    match: m.Match,
    ride: m.TransportOffer | None,
    passes: dict[UUID, list[m.ProviderPass]],
    on_the_road: dict[UUID, set[UUID]],
) -> Expected:
    mine = tuple(passes[ride.driver_id]) if ride else ()
    elsewhere = frozenset(row.pk for row in mine if ride and on_the_road[row.pk] - {ride.pk})
    return Expected(match, ride, mine, elsewhere)


def _rides(found: Iterable[m.Match]) -> dict[UUID, m.TransportOffer]:
    legs = m.Leg.objects.filter(match__in=found, kind="ride").select_related("transport_offer__vehicle")
    return {leg.match_id: leg.transport_offer for leg in legs if leg.transport_offer}


def _passes(drivers: Iterable[UUID], at: datetime) -> dict[UUID, list[m.ProviderPass]]:
    """Passes of these drivers, the newest first."""
    kept = m.ProviderPass.objects.filter(provider__in=drivers, valid_until__gte=(at - ENDED_AT_MOST).date())
    found: dict[UUID, list[m.ProviderPass]] = defaultdict(list)
    for row in kept.select_related("key").order_by("-created_at", "-id"):
        found[row.provider_id].append(row)
    return found


def _on_the_road(passes: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """The rides that left with each pass and have not arrived."""
    left = m.Match.objects.filter(pass_shown__in=list(passes), status__in=states.MATCH_ON_THE_ROAD)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for shown, ride in left.filter(legs__kind="ride").values_list("pass_shown", "legs__transport_offer"):
        found[shown].add(ride)
    return found
