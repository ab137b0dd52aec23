"""A small, dense world for long random runs: everybody relies on somebody who can fall out of verification."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from registry import models as m
from registry.permissions import Actor
from tests.invented import households, people, places, providers

DAY = places.DAY


@dataclass(frozen=True)
class World:
    """Ids and actors of the world, in a fixed order."""

    subjects: tuple[tuple[str, UUID, Actor], ...]
    rides: tuple[UUID, ...]
    parties: tuple[UUID, ...]
    olena: Actor
    petru: Actor
    ioana: Actor
    maria: Actor
    andrei: Actor
    second: UUID

    def owner_of(self, provider: UUID) -> Actor:
        """The provider itself as an actor."""
        return next(owner for _, pk, owner in self.subjects if pk == provider)


def build() -> World:
    """An organization with driver, escort, bus and host; a driver and a host of their own; four households."""
    org = providers.verified_provider("organization")
    member: dict[str, Any] = {"organization": org.organization}
    driver = providers.verified_provider(driver=True, sex="m", **member)
    escort = providers.verified_provider(driver=True, until=places.TODAY + 2 * DAY, **member)
    host = providers.verified_provider(host=True, until=places.TODAY + DAY, **member)
    alone = providers.verified_provider(driver=True, until=places.TODAY + 2 * DAY)
    hostess = providers.verified_provider(host=True)
    bus = providers.vehicle(org, seats=20, until=places.TODAY + 3 * DAY)
    car = providers.vehicle(alone)
    shelter = providers.dwelling(host, beds=12)
    home = providers.dwelling(hostess, until=places.TODAY + DAY)
    window: dict[str, Any] = {"departs_from": places.NOW - DAY, "departs_until": places.NOW + DAY}
    rides = (
        providers.transport_offer(driver, bus, provider=org, escort=escort, seats=18, **window),
        providers.transport_offer(alone, car, **window),
    )
    for place, beds in ((shelter, 12), (home, 4)):
        providers.accommodation_offer(place, beds=beds, to_date=places.TODAY + timedelta(days=200))
    for carrier, vehicle in ((driver, None), (alone, car)):
        providers.provider_pass(carrier, vehicle)
    people.staffed("siret", hours=24 * 300)
    people.staffed("siret", people.known("petru"), hours=24 * 300)
    owners = {row.pk: providers.owner(row) for row in (org, driver, escort, host, alone, hostess)}
    things = [("vehicle", x, x.provider_id) for x in (bus, car)] + [
        ("dwelling", x, x.provider_id) for x in (shelter, home)
    ]
    persons = [("provider", x, x.pk) for x in (org, driver, escort, host, alone, hostess)]
    return World(
        subjects=tuple((kind, row.pk, owners[owner]) for kind, row, owner in [*persons, *things]),
        rides=tuple(row.pk for row in rides),
        parties=tuple(_party(kind).pk for kind in ("ride", "both", "stay", "ride", "both", "ride")),
        olena=people.olena(),
        petru=people.petru(),
        ioana=people.ioana(),
        maria=people.maria(),
        andrei=people.andrei(),
        second=people.known("petru").pk,
    )


def _party(kind: str) -> m.Household:
    who = households.household([households.WOMAN, households.CHILD])
    households.help_request(kind, who)
    return who
