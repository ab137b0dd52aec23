"""The board of a zone and its handovers as they leave: numbers, places, plates; whom to call is its own reading."""

from datetime import datetime
from typing import Any
from uuid import UUID

from registry import models as m
from registry.permissions import Actor
from registry.selectors import board as selected
from registry.selectors import tally
from registry.selectors.paging import Row

SLIP = 4
TIMES = ("confirmed_at", "departed_at", "eta_at", "refugee_arrived_at", "receiver_arrived_at", "arrived_at")
ALARM = ("id", "version", "code", "level", "match_id", "created_at", "taken_at", "taken_by_id")


def board(actor: Actor, code: str) -> dict[str, Any]:
    """Everything that is open in a zone of the actor's."""
    found = selected.board(actor, code)
    places = {name: [_match(row) for row in found.place(name)] for name in dict.fromkeys(selected.PLACES.values())}
    return {
        "zone": code,
        "households": [_household(row) for row in found.households],
        "waiting": [_request(row) for row in found.requests],
        **places,
        "expected": [_match(row) for row in found.expected],
        "alarms": [_alarm(row) for row in found.alarms],
        "handovers": [_handover(row) for row in found.handovers],
    }


def _slip(row: m.Household) -> str:
    """The beginning of the code on their slip: enough to call them by, too little to speak for them."""
    return row.code[:SLIP]


def _household(row: m.Household) -> Row:
    numbers = {name: getattr(row, name) for name in ("id", "size", "minors", "urgency", "created_at", "language")}
    return {**numbers, "slip": _slip(row)}


def _request(row: m.HelpRequest) -> Row:
    names = ("id", "kind", "created_at", "earliest_at", "from_date", "nights")
    of = row.household
    return {
        **{name: getattr(row, name) for name in names},
        "destination": row.destination_id,
        "household": of.pk,
        "size": of.size,
        "minors": of.minors,
        "urgency": of.urgency,
        "language": of.language,
        "slip": _slip(of),
    }


def _match(row: m.Match) -> Row:
    rides = [leg.transport_offer for leg in row.legs.all() if leg.transport_offer]
    ride = rides[0] if rides else None
    return {
        **{name: getattr(row, name) for name in ("id", "version", "status", "people", "created_at", *TIMES)},
        "origin": row.origin_id,
        "destination": row.destination_id,
        "arrival_zone": row.arrival_zone_id,
        "household": row.household_id,
        "minors": row.household.minors,
        "slip": _slip(row.household),
        "driver": ride.driver.given_name if ride else None,
        "plate": ride.vehicle.plate if ride else None,
        "leaves_until": ride.departs_until if ride else None,
    }


def _alarm(row: m.Alarm) -> Row:
    return {name.removesuffix("_id"): getattr(row, name) for name in ALARM}


def _handover(row: m.ShiftHandover) -> Row:
    return {
        "id": row.pk,
        "version": row.version,
        "shift": row.shift_id,
        "given_by": row.given_by_id,
        "given_by_name": row.given_by.given_name,
        "given_to": row.given_to_id,
        "given_to_name": row.given_to.given_name if row.given_to else "",
        "created_at": row.created_at,
        "counts": row.counts,
        "first": row.first,
    }


def shift_tally(actor: Actor, pk: UUID, at: datetime) -> Row:
    """What was done in a shift."""
    found = tally.shift_tally(actor, pk, at)
    return {name: getattr(found, name) for name in found.__slots__}
