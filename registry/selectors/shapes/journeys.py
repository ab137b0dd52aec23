"""Matches and journeys as each side sees them: staff the whole, a driver or host the need, an officer whom to call."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry import states
from registry.errors import NotAllowed, NotFound
from registry.permissions import FIELD_STAFF, Actor
from registry.rules.disclosure import told_to_provider
from registry.selectors import household_page, journeys, photos
from registry.selectors.paging import Listing, Row

LISTED = ("id", "status", "version", "origin", "destination", "arrival_zone", "people", "created_at")
TIMES = ("confirmed_at", "departed_at", "eta_at", "arrived_at", "halted_at", "closed_at")
WORD = ("carrier_said", "carrier_said_at")
SAID = ("refugee_arrived_at", "receiver_arrived_at")
PLACES = ("origin", "destination", "arrival_zone")
JOURNEY = tuple(state for state in states.MATCH.states if state not in ("proposed", "accepted", "declined"))


def in_view(actor: Actor) -> QuerySet[m.Match]:
    """Matches of the actor's zones, journeys they carry, and what stands still for an officer."""
    seen = journeys.matches(actor)
    if not actor.has("officer"):
        return seen
    halted = journeys.halted_for_officer(actor).values("pk")
    return m.Match.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=halted))


def listed(actor: Actor, *, running: bool = False, **wanted: Any) -> Listing:
    """Matches, or with ``running`` journeys alone, in the actor's view."""
    found = journeys.with_word(in_view(actor).filter(**wanted))
    if running:
        found = found.filter(status__in=JOURNEY)
    staff = actor.has(*FIELD_STAFF)
    return Listing(found.values(*LISTED, *TIMES, *WORD, "household"), shape=lambda rows: [_row(r, staff) for r in rows])


def _row(row: Row, staff: bool) -> Row:
    return {**row, "household": row["household"] if staff else None}


def detail(actor: Actor, pk: UUID) -> dict[str, Any]:
    """One match in the actor's view, as their side sees it."""
    related = ("household", *PLACES, "arrival_zone__county", "origin__county")
    row = journeys.with_word(in_view(actor)).select_related(*related).filter(pk=pk).first()
    if row is None:
        raise NotFound
    side = journeys.side_of(actor, row)
    staff = side == "staff"
    plain = {
        name: getattr(row, name) for name in ("id", "status", "version", "people", "created_at", *TIMES, *WORD, *SAID)
    }
    legs = {leg.kind: leg for leg in row.legs.select_related(*_LEGS)}
    return {
        **plain,
        **{name: getattr(row, f"{name}_id") for name in PLACES},
        "side": side,
        "household": row.household_id if staff else None,
        "household_language": row.household.language if staff else None,
        "request": row.request_id if staff else None,
        "value": row.value if staff else None,
        "halted_reason": row.halted_reason if staff or side is None else None,
        "outcome": row.outcome,
        "need": _need(row, legs.get("ride")),
        "ride": _ride(legs.get("ride")),
        "stay": _stay(legs.get("stay")),
        "photos": _photos(row) if staff else [],
        "steps": list(row.steps.order_by("number").values("code", "due_at", "done_at")) if staff else None,
    }


def _photos(row: m.Match) -> list[Row]:
    shown = photos.of_match(row) if row.status in photos.ON_JOURNEYS else []
    return [{"id": photo.pk, "kind": photo.kind} for photo in shown]


_LEGS = ("transport_offer__driver", "transport_offer__vehicle", "accommodation_offer")


def _need(row: m.Match, ride: m.Leg | None) -> dict[str, Any]:
    household = row.household
    facts = {
        "adults": household.size - household.minors,
        "children": household.minors,
        "child_seats": ride.child_seats if ride else 0,
        "wheelchairs": household.wheelchairs,
        "pets": household.pets,
        "luggage": household.luggage,
    }
    return told_to_provider(facts)


def _ride(leg: m.Leg | None) -> Row | None:
    offer = leg and leg.transport_offer
    if not offer:
        return None
    return {
        "offer": offer.id,
        "driver": offer.driver.given_name,
        "plate": offer.vehicle.plate,
        "make": offer.vehicle.make,
        "color": offer.vehicle.color,
        "departs_from": offer.departs_from,
        "departs_until": offer.departs_until,
    }


def _stay(leg: m.Leg | None) -> Row | None:
    offer = leg and leg.accommodation_offer
    if not offer or leg is None:
        return None
    cell = f"{offer.cell:x}"
    return {"offer": offer.id, "town": offer.town_id, "cell": cell, "from_date": leg.from_date, "to_date": leg.to_date}


def check_ins(actor: Actor, pk: UUID) -> Listing:
    """Words from the road: all of them for staff, their own side's for those who carry or host."""
    row = journeys.match(actor, pk)
    side = journeys.side_of(actor, row)
    if side is None:
        raise NotAllowed
    words = row.check_ins.all() if side == "staff" else row.check_ins.filter(side=side)
    return Listing(words.values("id", "side", "kind", "at"))


NEXT_STEPS = {
    "confirmed": "come_to_the_gate",
    "departed": "tell_us_when_you_arrive",
    "overdue": "tell_us_where_you_are",
    "alerted": "tell_us_where_you_are",
    "halted": "wait_for_our_call",
    "arrived": "you_have_arrived",
    "resolved": "you_have_arrived",
}


def for_household(row: m.Match, at: datetime) -> dict[str, Any]:
    """What a household sees of its own journey with its code: whom to look for, and what comes next."""
    ride = _ride(row.legs.select_related(*_LEGS).filter(kind="ride").first())
    said = row.refugee_arrived_at is not None and row.status in states.MATCH_ON_THE_ROAD
    return {
        "status": row.status,
        "next_step": "wait_for_the_other_side" if said else NEXT_STEPS.get(row.status, "ask_staff"),
        "origin": row.origin_id,
        "destination": row.destination_id,
        "eta_at": row.eta_at,
        "driver": ride and ride["driver"],
        "plate": ride and ride["plate"],
        "vehicle": ride and f"{ride['make']}, {ride['color']}",
        "verified": household_page.running(row, at).verified,
    }
