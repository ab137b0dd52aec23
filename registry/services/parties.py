"""What a match relies on, locked: the one order of locks that keeps a match and a suspension apart.

Providers, vehicles, dwellings, rides, stays, then requests, then matches; each kind by id. Whoever takes them in
this order waits for nobody who waits for them.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from registry import models as m
from registry.selectors import sql
from registry.selectors.behind import organizations_behind
from registry.selectors.journeys import legs_of
from registry.services import rows

_OF_RIDES = "SELECT provider_id, driver_id, escort_id, vehicle_id FROM registry_transportoffer WHERE id IN (%s)"
_OF_STAYS = "SELECT provider_id, dwelling_id FROM registry_accommodationoffer WHERE id IN (%s)"


def lock(rides: Collection[UUID], stays: Collection[UUID]) -> None:
    """Lock everybody and everything that these offers rely on, in the one order that all services use.

    Whoever suspends, holds or expires one of them waits for us, or we for them: a match and a suspension
    can never both commit without seeing each other.
    """
    if rows.alone():
        return
    by_car = sql.rows(_OF_RIDES, [*rides]) if rides else []
    at_home = sql.rows(_OF_STAYS, [*stays]) if stays else []
    people = {who for *three, _ in by_car for who in three if who} | {host for host, _ in at_home}
    rows.hold(m.Provider, people | set(organizations_behind(people)))
    rows.hold(m.Vehicle, [vehicle for *_, vehicle in by_car])
    rows.hold(m.Dwelling, [dwelling for _, dwelling in at_home])


def lock_of(match: m.Match) -> list[m.Leg]:
    """The same for a match that exists; gives its legs."""
    legs = legs_of(match.pk)
    lock(*_offers_of(legs))
    return legs


def _offers_of(legs: Iterable[m.Leg]) -> tuple[set[UUID], set[UUID]]:
    on = [(leg.transport_offer_id, leg.accommodation_offer_id) for leg in legs]
    return {ride for ride, _ in on if ride}, {stay for _, stay in on if stay}


def lock_offers(legs: Iterable[m.Leg], rides: Iterable[UUID] = (), stays: Iterable[UUID] = ()) -> None:
    """Lock every offer that these legs are on, and these others."""
    by_car, at_home = _offers_of(legs)
    rows.hold(m.TransportOffer, by_car | set(rides))
    rows.hold(m.AccommodationOffer, at_home | set(stays))
