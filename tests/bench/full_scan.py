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


class Everything:
    """The facts of every open offer at one moment, read once for any number of requests."""

    def __init__(self, at: datetime) -> None:
        self.rides = [(o, f) for chunk in _chunks(m.TransportOffer) for o, f in _known(chunk, facts.rides_of, at)]
        stays = (chunk for chunk in _chunks(m.AccommodationOffer))
        self.stays = [(o, f) for chunk in stays for o, f in _known(chunk, _stays_anywhere, at)]

    def stays_from(self, center: tuple[float, float]) -> Iterator[tuple[m.AccommodationOffer, Stay]]:
        """Every stay with its distance from there."""
        kms = facts.cell_distances([offer.cell for offer, _ in self.stays], center)
        for (offer, stay), km in zip(self.stays, kms, strict=True):
            yield offer, replace(stay, distance_km=km)


def _stays_anywhere(offers: list[UUID], at: datetime) -> dict[UUID, Stay]:
    return facts.stays_of(offers, (0.0, 0.0), at)


def _known(chunk: list[Any], read: Any, at: datetime) -> Iterator[tuple[Any, Any]]:
    known = read([offer.pk for offer in chunk], at)
    return ((offer, known[offer.pk]) for offer in chunk)


def best(request: m.HelpRequest, at: datetime, known: Everything | None = None) -> Sequence[Choice]:
    """(ride, stay) of the best choices, best first."""
    known = known or Everything(at)
    need = facts.need_of(request)
    towns = _towns(request)
    if request.kind == "ride":
        rides = [(r, o) for r, o, ride in _rides(known, request, need, at) if ride.destinations & towns]
        return [(o.id, None) for _, o in sorted(rides, key=_ride_order)][: DEFAULT.proposal_count]
    stays = list(_stays(known, request, need, at))
    if request.kind == "stay":
        ordered = sorted(stays, key=lambda found: (-found[0].per_person, found[1].id))
        return [(None, o.id) for _, o, _ in ordered][: DEFAULT.proposal_count]
    return _pairs(known, request, need, stays, at)


def _pairs(
    known: Everything,
    request: m.HelpRequest,
    need: Need,
    stays: list[tuple[ranking.Score, m.AccommodationOffer, Stay]],
    at: datetime,
) -> Sequence[Choice]:
    by_town: dict[str, list[tuple[ranking.Score, m.TransportOffer]]] = {}
    for score, offer, ride in _rides(known, request, need, at):
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


def _rides(
    known: Everything, request: m.HelpRequest, need: Need, at: datetime
) -> Iterator[tuple[ranking.Score, m.TransportOffer, Ride]]:
    wanted = need if request.kind == "ride" else _anywhere(need)
    now = facts.local(at)
    for offer, ride in known.rides:
        if not eligibility.ride(wanted, ride, now):
            yield ranking.ride(wanted, ride, now), offer, ride


def _anywhere(need: Need) -> Need:
    return replace(need, destination=None)


def _stays(
    known: Everything, request: m.HelpRequest, need: Need, at: datetime
) -> Iterator[tuple[ranking.Score, m.AccommodationOffer, Stay]]:
    now = facts.local(at)
    for offer, stay in known.stays_from(facts.search_center(request)):
        if not eligibility.stay(need, stay, now):
            yield ranking.stay(need, stay), offer, stay


def _chunks(model: Any) -> Iterator[list[Any]]:
    ids = list(model.objects.filter(status="open").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield list(model.objects.filter(pk__in=ids[start : start + CHUNK]))
