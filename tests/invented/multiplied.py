"""One journey made into many, written beside each other: quicker than people could bring them about."""

from copy import copy
from typing import Any

from registry import models as m
from registry.ids import uuid7
from tests.invented.matches import ride_of
from tests.invented.places import NOW

PER_RIDE = 40


def multiply(first: m.Match, count: int) -> m.Provider:
    """So many journeys like the first with the same driver, forty on each of the rides; the guards must be out."""
    ride = ride_of(first)
    assert ride
    rides, made = [ride], []
    for number in range(1, count):
        if number % PER_RIDE == 1:
            taken = min(PER_RIDE, count - number)
            rides.append(_like(ride, seats=90, seats_taken=taken, child_seats_taken=0, luggage_taken=0))
        made.append(_household(first, rides[-1]))
    m.TransportOffer.objects.bulk_create(rides[1:])
    for rows in zip(*made, strict=True):
        type(rows[0])._default_manager.bulk_create(rows)
    return ride.driver


def _household(first: m.Match, ride: m.TransportOffer) -> tuple[m.Household, m.HelpRequest, m.Match, m.Leg]:
    """One more household with a request and a match like the first, of one person."""
    household = _like(first.household, code=uuid7().hex[-12:])
    request = _like(first.request, household=household)
    match = _like(first, household=household, request=request)
    return household, request, match, m.Leg(match=match, kind="ride", transport_offer=ride, people=1, taken_at=NOW)


def _like(row: Any, **fields: Any) -> Any:
    """A row that is not written yet, like this one but for its id and these columns."""
    made = copy(row)
    made._state = copy(row._state)
    made._state.fields_cache = dict(row._state.fields_cache)
    made._state.adding = True
    for name, value in {"pk": uuid7(), **fields}.items():
        setattr(made, name, value)
    return made
