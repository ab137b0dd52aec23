"""Seats and beds: taken and given back by conditional updates, so that nobody is ever booked twice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


def _offer(leg: m.Leg) -> QuerySet[Any]:
    """The offer that the leg is on, as a query for that one row."""
    if leg.kind == "ride":
        return m.TransportOffer.objects.filter(pk__in=[leg.transport_offer_id])
    return m.AccommodationOffer.objects.filter(pk__in=[leg.accommodation_offer_id])


def take(legs: Iterable[m.Leg], *, at: datetime) -> None:
    """Take what every leg of a match needs, all or nothing; Refused when somebody else was first."""
    for leg in legs:
        _take_leg(leg, at)


def _take_leg(leg: m.Leg, at: datetime) -> None:
    offer, parts = _offer(leg), _parts(leg)
    free = {f"{column}_taken__lte": F(column) - amount for column, amount in parts.items()}
    raised = {f"{column}_taken": F(f"{column}_taken") + amount for column, amount in parts.items()}
    taken = offer.filter(status="open", **free).update(**raised)
    if not taken:
        raise Refused(reasons=[Reason("seats_gone" if leg.kind == "ride" else "beds_gone", rule=6)])
    leg.taken_at = at
    rows.update(leg, "taken_at")
    _settle(offer, "open", "fill")


def release(*, match: m.Match, at: datetime, kinds: Sequence[str] = ("ride", "stay")) -> None:
    """Give back what the match has taken; a second call changes nothing.

    Seats of a ride that has left are gone with it: after departure only the stay is given back.
    """
    legs = match.legs.filter(kind__in=kinds, taken_at__isnull=False, released_at=None)
    for leg in legs.order_by("kind"):
        _release_leg(leg, at)


def release_all(*, matches: Iterable[UUID], at: datetime) -> None:
    """Give back at once what many matches have taken; the caller has locked their offers."""
    legs = m.Leg.objects.filter(match__in=list(matches), taken_at__isnull=False, released_at=None)
    found = list(legs.order_by("pk"))
    m.Leg.objects.filter(pk__in=[leg.pk for leg in found], released_at=None).update(released_at=at)
    on: dict[UUID | None, list[m.Leg]] = defaultdict(list)
    for leg in found:
        on[leg.transport_offer_id or leg.accommodation_offer_id].append(leg)
    for given in on.values():
        _lower(_offer(given[0]), sum((Counter(_parts(leg)) for leg in given), Counter()))


def _release_leg(leg: m.Leg, at: datetime) -> None:
    if not m.Leg.objects.filter(pk=leg.pk, released_at=None).update(released_at=at):
        return
    _lower(_offer(leg), _parts(leg))


def _lower(offer: QuerySet[Any], parts: Mapping[str, int]) -> None:
    """Take this much less of an offer; what was full is open again."""
    offer.update(**{f"{column}_taken": F(f"{column}_taken") - amount for column, amount in parts.items()})
    _settle(offer, "full", "free")


def _settle(offer: QuerySet[Any], status: str, action: str) -> None:
    """An offer with nothing left is full; a full one with something left is open again."""
    main = "seats" if offer.model is m.TransportOffer else "beds"
    is_full = Q(**{f"{main}_taken": F(main)})
    due = offer.filter(is_full if action == "fill" else ~is_full, status=status)
    for row in due:
        rows.move(row, states.OFFER, action)
