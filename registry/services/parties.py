"""What a match relies on, locked: the one order of locks that keeps a match and a suspension apart.

Providers, vehicles, dwellings, rides, stays, then requests, then matches; each kind by id. Whoever takes them in
this order waits for nobody who waits for them.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from registry import models as m
from registry.selectors.behind import organizations_behind
from registry.services import rows


def lock(rides: Sequence[m.TransportOffer], stays: Sequence[m.AccommodationOffer]) -> None:
    """Lock everybody and everything that these offers rely on, in the one order that all services use.

    Whoever suspends, holds or expires one of them waits for us, or we for them: a match and a suspension
    can never both commit without seeing each other.
    """
    people = {p for r in rides for p in (r.provider_id, r.driver_id, r.escort_id)} | {s.provider_id for s in stays}
    known = {p for p in people if p}
    rows.lock_many(m.Provider, known | set(organizations_behind(known)))
    rows.lock_many(m.Vehicle, [r.vehicle_id for r in rides])
    rows.lock_many(m.Dwelling, [s.dwelling_id for s in stays])


def lock_of(match: m.Match) -> list[m.Leg]:
    """The same for a match that exists; gives its legs, of which the offers are from before the lock."""
    legs = list(match.legs.select_related("transport_offer", "accommodation_offer").order_by("kind"))
    rides = [leg.transport_offer for leg in legs if leg.transport_offer]
    lock(rides, [leg.accommodation_offer for leg in legs if leg.accommodation_offer])
    return legs


def lock_offers(legs: Iterable[m.Leg], rides: Iterable[UUID] = (), stays: Iterable[UUID] = ()) -> None:
    """Lock every offer that these legs are on, and these others."""
    on = [(leg.transport_offer_id, leg.accommodation_offer_id) for leg in legs]
    rows.lock_many(m.TransportOffer, {ride for ride, _ in on if ride} | set(rides))
    rows.lock_many(m.AccommodationOffer, {stay for _, stay in on if stay} | set(stays))
