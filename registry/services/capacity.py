"""Seats and beds: taken and given back by conditional updates, so that nobody is ever booked twice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from registry import models as m
from registry import states
from registry.errors import Refused
from registry.rules.reasons import Reason
from registry.services import rows

RIDE_PARTS = {"seats": "people", "child_seats": "child_seats", "wheelchair_places": "wheelchairs", "luggage": "luggage"}


def _parts(leg: m.Leg) -> dict[str, int]:
    if leg.kind == "stay":
        return {"beds": leg.people}
    return {column: getattr(leg, wanted) for column, wanted in RIDE_PARTS.items()}


def _offer(leg: m.Leg) -> m.TransportOffer | m.AccommodationOffer:
    offer = leg.transport_offer if leg.kind == "ride" else leg.accommodation_offer
    if offer is None:
        raise LookupError(f"leg {leg.pk} has no offer")
    return offer


def _offers(offer: m.TransportOffer | m.AccommodationOffer) -> QuerySet[Any]:
    return type(offer).objects.filter(pk=offer.pk)


def take(legs: Iterable[m.Leg], *, at: datetime) -> None:
    """Take what every leg of a match needs, all or nothing; Refused when somebody else was first."""
    for leg in legs:
        _take_leg(leg, at)


def _take_leg(leg: m.Leg, at: datetime) -> None:
    offer, parts = _offer(leg), _parts(leg)
    free = {f"{column}_taken__lte": F(column) - amount for column, amount in parts.items()}
    raised = {f"{column}_taken": F(f"{column}_taken") + amount for column, amount in parts.items()}
    taken = _offers(offer).filter(status="open", **free).update(**raised)
    if not taken:
        raise Refused(reasons=[Reason("seats_gone" if leg.kind == "ride" else "beds_gone", rule=6)])
    leg.taken_at = at
    leg.save(update_fields=["taken_at"])
    _settle(offer, "open", "fill")


def release(*, match: m.Match, at: datetime, kinds: Sequence[str] = ("ride", "stay")) -> None:
    """Give back what the match has taken; a second call changes nothing.

    Seats of a ride that has left are gone with it: after departure only the stay is given back.
    """
    legs = match.legs.filter(kind__in=kinds).select_related("transport_offer", "accommodation_offer").order_by("kind")
    for leg in legs.filter(taken_at__isnull=False, released_at=None):
        _release_leg(leg, at)


def release_all(*, matches: Iterable[UUID], at: datetime) -> None:
    """Give back at once what many matches have taken; the caller has locked their offers."""
    legs = m.Leg.objects.filter(match__in=list(matches), taken_at__isnull=False, released_at=None)
    found = list(legs.select_related("transport_offer", "accommodation_offer").order_by("pk"))
    m.Leg.objects.filter(pk__in=[leg.pk for leg in found], released_at=None).update(released_at=at)
    given: dict[m.TransportOffer | m.AccommodationOffer, Counter[str]] = defaultdict(Counter)
    for leg in found:
        given[_offer(leg)].update(_parts(leg))
    for offer, parts in given.items():
        _offers(offer).update(**{f"{column}_taken": F(f"{column}_taken") - n for column, n in parts.items()})
        _settle(offer, "full", "free")


def _release_leg(leg: m.Leg, at: datetime) -> None:
    if not m.Leg.objects.filter(pk=leg.pk, released_at=None).update(released_at=at):
        return
    offer, parts = _offer(leg), _parts(leg)
    lowered = {f"{column}_taken": F(f"{column}_taken") - amount for column, amount in parts.items()}
    _offers(offer).update(**lowered)
    _settle(offer, "full", "free")


def _settle(offer: m.TransportOffer | m.AccommodationOffer, status: str, action: str) -> None:
    """An offer with nothing left is full; a full one with something left is open again."""
    main = "seats" if isinstance(offer, m.TransportOffer) else "beds"
    is_full = Q(**{f"{main}_taken": F(main)})
    due = _offers(offer).filter(is_full if action == "fill" else ~is_full, status=status)
    for row in due:
        rows.move(row, states.OFFER, action)
