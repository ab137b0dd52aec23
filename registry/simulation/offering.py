"""Offers of invented providers, drafted and published through the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import offers
from registry.services.offers import AccommodationDraft, TransportDraft


@dataclass(frozen=True, slots=True)
class Crew:
    """Who drives what, who comes along, and who speaks for them."""

    owner: m.Provider
    actor: Actor
    driver: m.Provider
    vehicle: m.Vehicle
    escort: m.Provider | None = None

    @property
    def seats(self) -> int:
        """Seats that are left for passengers."""
        return self.vehicle.seats - 1 - (self.escort is not None)

    @property
    def languages(self) -> list[str]:
        """What driver and escort speak."""
        spoken = set(self.driver.languages.split()) | set(self.escort.languages.split() if self.escort else [])
        return sorted(spoken)


def draft_ride(
    crew: Crew,
    origin: str,
    towns: Sequence[str],
    leaves_at: datetime,
    window: timedelta,
    at: datetime,
    *,
    pets: bool,
    seats: int | None = None,
) -> m.TransportOffer:
    """A ride with these or all its seats, as a draft."""
    draft = TransportDraft(
        driver=crew.driver.id,
        escort=crew.escort.id if crew.escort else None,
        vehicle=crew.vehicle.id,
        origin=origin,
        destinations=list(towns),
        departs_from=leaves_at,
        departs_until=leaves_at + window,
        seats=seats or crew.seats,
        child_seats=crew.vehicle.child_seats,
        wheelchair_places=crew.vehicle.wheelchair_places,
        luggage=min(100, 2 * crew.seats),
        pets=pets,
        languages=crew.languages,
    )
    return offers.draft_transport(actor=crew.actor, provider=crew.owner.id, id=uuid7(), draft=draft, at=at)


def draft_beds(
    dwelling: m.Dwelling,
    actor: Actor,
    first: date,
    days: int,
    at: datetime,
    *,
    pets: bool = False,
    accepts_men: bool = True,
    women_only: bool = False,
) -> m.AccommodationOffer:
    """All beds of a dwelling, as a draft."""
    draft = AccommodationDraft(
        dwelling=dwelling.id,
        beds=dwelling.beds,
        from_date=first,
        to_date=first + timedelta(days=days),
        accepts_men=accepts_men,
        child_friendly=dwelling.lockable_room,
        women_only=women_only,
        pets=pets,
        wheelchair=dwelling.step_free,
        languages=dwelling.provider.languages.split() or ["ro"],
    )
    owner = dwelling.provider_id
    return offers.draft_accommodation(actor=actor, provider=owner, id=uuid7(), draft=draft, at=at)


def publish(offer: m.TransportOffer | m.AccommodationOffer, actor: Actor, at: datetime) -> None:
    """Open a draft."""
    kind = "transport" if isinstance(offer, m.TransportOffer) else "accommodation"
    offers.publish(actor=actor, kind=kind, offer=offer.id, at=at)
    offer.refresh_from_db()
