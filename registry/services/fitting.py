"""Whether an offer fits the vehicle or home that it stands on, and where that home lies."""

from collections.abc import Mapping

from django.db.models import Case, F, Sum, When

from geo.privacy import SEARCH_RESOLUTION, parent_cell
from registry import models as m
from registry.errors import Invalid

MOST_LUGGAGE = 200


def refuse(bad: Mapping[str, str]) -> None:
    """Invalid with these fields, if there are any."""
    if bad:
        raise Invalid(fields=bad)


def too_much_for_vehicle(
    vehicle: m.Vehicle, *, seats: int, child_seats: int, wheelchair_places: int, escorted: bool
) -> dict[str, str]:
    """What is more than the vehicle has beside its driver and escort, by field."""
    limits = {
        "seats": (seats, vehicle.seats - 1 - escorted),
        "child_seats": (child_seats, vehicle.child_seats),
        "wheelchair_places": (wheelchair_places, vehicle.wheelchair_places),
    }
    return {name: "more_than_vehicle" for name, (wanted, there) in limits.items() if wanted > there}


def too_much_for_dwelling(dwelling: m.Dwelling, *, beds: int, wheelchair: bool) -> dict[str, str]:
    """What is more than the home has, by field."""
    bad: dict[str, str] = {}
    if beds > dwelling.beds:
        bad["beds"] = "more_than_dwelling"
    if wheelchair and not dwelling.step_free:
        bad["wheelchair"] = "dwelling_not_step_free"
    return bad


def misfit_of_ride(offer: m.TransportOffer) -> dict[str, str]:
    """What no longer fits about a drafted ride: its vehicle or its driver may have changed since."""
    bad = too_much_for_vehicle(
        offer.vehicle,
        seats=offer.seats,
        child_seats=offer.child_seats,
        wheelchair_places=offer.wheelchair_places,
        escorted=offer.escort_id is not None,
    )
    return bad if offer.driver.is_driver else {**bad, "driver": "not_a_driver"}


def misfit_of_stay(offer: m.AccommodationOffer) -> dict[str, str]:
    """What no longer fits about drafted beds; beds that other offers of the same home promise count, too."""
    promised = offer.beds + _promised_beside(offer)
    return too_much_for_dwelling(offer.dwelling, beds=promised, wheelchair=offer.wheelchair)


def _promised_beside(offer: m.AccommodationOffer) -> int:
    """Beds of the same home in the same nights: all that an open offer has, what is taken of any other."""
    beside = m.AccommodationOffer.objects.filter(
        dwelling=offer.dwelling_id, from_date__lt=offer.to_date, to_date__gt=offer.from_date
    ).exclude(pk=offer.pk)
    beds = Case(When(status__in=("open", "full"), then=F("beds")), default=F("beds_taken"))
    return beside.aggregate(total=Sum(beds))["total"] or 0


def place_of(dwelling: m.Dwelling) -> dict[str, object]:
    """The columns of an offer that say where its home is and what it adds."""
    return {
        "town_id": dwelling.town_id,
        "county_id": dwelling.county_id,
        "cell": dwelling.cell,
        "area": parent_cell(dwelling.cell, SEARCH_RESOLUTION),
        "host_points": host_points(dwelling),
    }


def host_points(dwelling: m.Dwelling) -> int:
    """0 to 5 for what a home adds: a lockable room 2, no steps 1, a room of one's own for two beds each 2."""
    return 2 * dwelling.lockable_room + dwelling.step_free + 2 * (dwelling.rooms * 2 >= dwelling.beds)
