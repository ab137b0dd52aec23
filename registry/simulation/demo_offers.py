"""The offers of the demo: rides of the next hours, beds, and one offer of each kind in every state."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from registry import models as m
from registry.permissions import Actor
from registry.selectors.facts import local
from registry.services import offers
from registry.simulation.demo_cast import Cast
from registry.simulation.offering import Crew, draft_beds, draft_ride, publish

ROUTES = {
    "siret-crossing": (["radauti", "suceava", "falticeni"], ["suceava", "iasi"], ["suceava", "bucuresti"]),
    "sighet-crossing": (["baia-mare", "cluj-napoca"],),
    "isaccea-crossing": (["tulcea", "constanta"], ["tulcea", "galati", "bucuresti"]),
    "halmeu-crossing": (["satu-mare", "baia-mare"],),
}
LEAVES_IN_MINUTES = (40, 75, 120, 180, 260, 340, 430)
HOMES = (
    ("suceava", 6, ("f", "m")),
    ("suceava", 8, ("f",)),
    ("suceava", 12, ("f", "f")),
    ("radauti", 4, ("f",)),
    ("botosani", 5, ("f", "m")),
    ("iasi", 10, ("f",)),
    ("baia-mare", 6, ("f", "m")),
    ("satu-mare", 5, ("f",)),
    ("tulcea", 6, ("f",)),
    ("constanta", 9, ("f", "m")),
    ("cluj-napoca", 7, ("f",)),
    ("bucuresti", 8, ("f", "f")),
)
SHORT = timedelta(hours=2)


@dataclass
class Shelf:
    """The offers that scenes take from; ``start`` is when the scenes begin, ``now`` when they end."""

    cast: Cast
    start: datetime
    now: datetime
    crews: list[Crew] = field(default_factory=list)
    actors: dict[UUID, Actor] = field(default_factory=dict)
    suceava: list[m.AccommodationOffer] = field(default_factory=list)

    def fill(self) -> None:
        """Crews, rides of the next hours, beds."""
        self.crews = [self.cast.crew(f"driver{n}", "f") for n in range(1, 7)]
        for zone, routes in ROUTES.items():
            for number, minutes in enumerate(LEAVES_IN_MINUTES):
                crew = self.crews[number % len(self.crews)]
                self._ride(crew, zone, routes[number % len(routes)], self.now + timedelta(minutes=minutes), self.start)
        for number, (town, beds, residents) in enumerate(HOMES, start=1):
            self._beds(*self.cast.host(f"host{number}", town, beds, residents))
        bus = self.cast.ngo_bus()
        if bus:
            self._ride(bus, "siret-crossing", ["suceava", "iasi"], self.now + timedelta(minutes=150), self.start)

    def _ride(
        self, crew: Crew, zone: str, towns: list[str], leaves: datetime, at: datetime, seats: int | None = None
    ) -> m.TransportOffer:
        offer = draft_ride(crew, zone, towns, leaves, SHORT, at, pets=True, seats=seats)
        publish(offer, crew.actor, at)
        return offer

    def _beds(self, home: m.Dwelling, actor: Actor, *, for_all: bool = True) -> m.AccommodationOffer:
        offer = draft_beds(home, actor, local(self.start).date(), 60, self.start, pets=True)
        publish(offer, actor, self.start)
        self.actors[offer.id] = actor
        if for_all and home.town_id == "suceava":
            self.suceava.append(offer)
        return offer

    def ride(
        self, leaves_at: datetime, at: datetime, crew: Crew | None = None, seats: int | None = None
    ) -> m.TransportOffer:
        """A new ride from Siret to Suceava, by this or the next crew."""
        if crew is None:
            self.crews = self.crews[1:] + self.crews[:1]
        return self._ride(crew or self.crews[0], "siret-crossing", ["radauti", "suceava"], leaves_at, at, seats)

    def beds_of(self, login: str, beds: int) -> m.AccommodationOffer:
        """The beds in Suceava of a host whom nobody else has."""
        home, actor = self.cast.host(login, "suceava", beds, ("f",))
        return self._beds(home, actor, for_all=False)

    def bed(self, people: int) -> m.AccommodationOffer:
        """Beds in Suceava that are free now."""
        for offer in self.suceava:
            offer.refresh_from_db()
            if offer.status == "open" and offer.beds - offer.beds_taken >= people:
                return offer
        raise LookupError("no free bed in Suceava")

    def actor_of(self, offer: m.AccommodationOffer) -> Actor:
        """Who speaks for the host."""
        return self.actors[offer.id]

    def show_every_state(self) -> None:
        """One ride and one offer of beds as draft, paused, withdrawn and lapsed; full ones fill up by themselves."""
        day = local(self.start).date()
        crew, early = self.cast.crew("driver.states", "f"), self.now - timedelta(days=3)
        home, host = self.cast.host("host.states", "radauti", 12, ("f",))
        soon = self.now + timedelta(hours=5)
        for state in ("draft", "pause", "withdraw", "lapse"):
            leaves, at = (early, early - SHORT) if state == "lapse" else (soon, self.start)
            ride = draft_ride(crew, "siret-crossing", ["suceava"], leaves, SHORT, at, pets=False)
            first, days = (early.date(), 1) if state == "lapse" else (day, 30)
            beds = draft_beds(home, host, first, days, at)
            for offer, actor in ((ride, crew.actor), (beds, host)):
                self._into(state, offer, actor, at)
        offers.lapse_due(at=self.now)

    def _into(self, state: str, offer: m.TransportOffer | m.AccommodationOffer, actor: Actor, at: datetime) -> None:
        if state == "draft":
            return
        publish(offer, actor, at)
        kind = "transport" if isinstance(offer, m.TransportOffer) else "accommodation"
        if state == "pause":
            offers.pause(actor=actor, kind=kind, offer=offer.id, at=at)
        elif state == "withdraw":
            offers.withdraw(actor=actor, kind=kind, offer=offer.id, at=at)
