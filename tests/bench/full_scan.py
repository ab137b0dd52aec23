"""The best proposals by looking at every open offer: what the search must equal, whatever it skips."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from registry import models as m
from registry.rules import eligibility, ranking
from registry.rules.facts import Need, Ride, Stay
from registry.rules.policy import DEFAULT
from registry.selectors import facts

CHUNK = 500
Choice = tuple[UUID | None, UUID | None]


def best(request: m.HelpRequest, at: datetime) -> Sequence[Choice]:
    """(ride, stay) of the best choices, best first."""
    need = facts.need_of(request)
    towns = _towns(request)
    if request.kind == "ride":
        rides = [(r, o) for r, o, ride in _rides(request, need, at) if ride.destinations & towns]
        return [(o.id, None) for _, o in sorted(rides, key=_ride_order)][: DEFAULT.proposal_count]
    stays = list(_stays(request, need, at))
    if request.kind == "stay":
        ordered = sorted(stays, key=lambda found: (-found[0].per_person, found[1].id))
        return [(None, o.id) for _, o, _ in ordered][: DEFAULT.proposal_count]
    return _pairs(request, need, stays, at)


def _pairs(
    request: m.HelpRequest, need: Need, stays: list[tuple[ranking.Score, m.AccommodationOffer, Stay]], at: datetime
) -> Sequence[Choice]:
    by_town: dict[str, list[tuple[ranking.Score, m.TransportOffer]]] = {}
    for score, offer, ride in _rides(request, need, at):
        for town in ride.destinations:
            by_town.setdefault(town, []).append((score, offer))
    best_ride = {town: min(rides, key=_ride_order) for town, rides in by_town.items()}
    pairs = [
        (-(score.per_person + best_ride[offer.town_id][0].per_person), offer.id, best_ride[offer.town_id][1].id)
        for score, offer, _ in stays
        if offer.town_id in best_ride
    ]
    return [(ride, stay) for _, stay, ride in sorted(pairs)][: DEFAULT.proposal_count]


def _ride_order(found: tuple[ranking.Score, m.TransportOffer]) -> tuple[float, int, UUID]:
    score, offer = found
    return -score.per_person, offer.seats - offer.seats_taken, offer.id


def _towns(request: m.HelpRequest) -> set[str]:
    zones = m.Zone.objects.filter(status="active", town__isnull=False).exclude(pk=request.origin_id)
    towns = {str(zone.town_id) for zone in zones}
    return towns & {request.destination_id} if request.destination_id else towns


def _rides(request: m.HelpRequest, need: Need, at: datetime) -> Iterator[tuple[ranking.Score, m.TransportOffer, Ride]]:
    wanted = need if request.kind == "ride" else _anywhere(need)
    now = facts.local(at)
    for chunk in _chunks(m.TransportOffer):
        known = facts.rides_of([offer.id for offer in chunk], at)
        for offer in chunk:
            if not eligibility.ride(wanted, known[offer.id], now):
                yield ranking.ride(wanted, known[offer.id], now), offer, known[offer.id]


def _anywhere(need: Need) -> Need:
    return replace(need, destination=None)


def _stays(
    request: m.HelpRequest, need: Need, at: datetime
) -> Iterator[tuple[ranking.Score, m.AccommodationOffer, Stay]]:
    center, now = facts.search_center(request), facts.local(at)
    for chunk in _chunks(m.AccommodationOffer):
        known = facts.stays_of([offer.id for offer in chunk], center, at)
        for offer in chunk:
            if not eligibility.stay(need, known[offer.id], now):
                yield ranking.stay(need, known[offer.id]), offer, known[offer.id]


def _chunks(model: Any) -> Iterator[list[Any]]:
    ids = list(model.objects.filter(status="open").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield list(model.objects.filter(pk__in=ids[start : start + CHUNK]))
