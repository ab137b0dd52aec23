"""The offers of a replayed day: enough seats and beds for most, a tenth of them not fit to be offered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from registry import models as m
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.permissions import Actor
from registry.selectors.facts import local
from registry.selectors.standing import Subject, kind_of, owner_of
from registry.services import holds, suspension
from registry.simulation.arrivals import ZoneShare, choose_route, moment, towns_from
from registry.simulation.enroll import Enrolled, Enroller
from registry.simulation.invented import lists
from registry.simulation.offering import Crew, draft_beds, draft_ride, publish
from registry.simulation.tally import Refusal, Tally
from registry.simulation.world import Car, World

BATCH = 20
# There, and back to the gate: a pass that is on the road opens no second ride.
TRIP_TAKES = timedelta(hours=7)
BEDS_FROM_DAYS = 45
FLAWS = ("unverified", "expired", "suspended", "held")


@dataclass(frozen=True, slots=True)
class Fleet:
    """A kind of vehicle: its share of all seats, its size, its trips of the day and how often it has what."""

    kind: str
    share: float
    seats: int
    trips: int
    child_seats: int
    wheelchair: float
    woman_drives: float
    escorted: float
    organized: float


FLEETS = (
    Fleet("buses", 0.45, 51, 2, 12, 1.0, 0.12, 0.9, 1.0),
    Fleet("minibuses", 0.3, 17, 3, 4, 0.6, 0.2, 0.85, 1.0),
    Fleet("cars", 0.25, 5, 3, 2, 0.2, 0.5, 1.0, 0.35),
)


@dataclass(frozen=True, slots=True)
class Roof:
    """A kind of accommodation: its share of all beds, its size, whether an organization runs it."""

    kind: str
    share: float
    smallest: int
    largest: int
    organized: bool


ROOFS = (
    Roof("shelter", 0.45, 50, 140, True),
    Roof("guest house", 0.35, 12, 40, True),
    Roof("home", 0.2, 2, 8, False),
)
RESIDENTS = (("f", "m"), ("f", "m"), ("f",), ("f",), ("f", "f", "m"), ("m",))


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is offered for how many people, and how much of it is flawed."""

    seats_per_person: float = 1.7
    beds_per_person: float = 0.8
    flawed: float = 0.1
    next_morning: float = 0.12


@dataclass
class House:
    """An organization that offers: its partner account, its own provider, and how much it has already."""

    partner: Actor
    provider: m.Provider
    units: int = 0


class Supply:
    """Enrols, vets and publishes, weeks before the day; what flaws an offer happens in the days before it."""

    def __init__(self, world: World, day_start: datetime, tally: Tally, plan: Plan, *, real_time: bool) -> None:
        self.world, self.day_start, self.tally, self.plan = world, day_start, tally, plan
        self.real_time = real_time
        self.random = world.staffing.inventor.random
        self.at = world.prepared_at
        self.enroller = Enroller(world.staffing, self.at)
        self.houses: dict[tuple[str, str], House] = {}

    def build(self, tell: Callable[[str], None]) -> None:
        """Everything for every zone, in transactions of some providers each."""
        for share in self.world.shares:
            self._in_batches(self._crews(share))
            self._in_batches(self._roofs(share))
            tell(f"{share.zone}: {len(self.world.cars)} rides, {len(self.world.hosts)} stays so far")

    def _in_batches(self, work: Iterator[None]) -> None:
        is_more = True
        while is_more:
            with transaction.atomic():
                is_more = sum(1 for _, _ in zip(range(BATCH), work, strict=False)) == BATCH

    # Rides

    def _crews(self, share: ZoneShare) -> Iterator[None]:
        for fleet in FLEETS:
            wanted = share.people * self.plan.seats_per_person * fleet.share
            while wanted > 0:
                crew = self._crew(fleet, share.zone)
                wanted -= crew.seats * self._offer_rides(crew, fleet, share.zone)
                yield

    def _crew(self, fleet: Fleet, zone: str) -> Crew:
        town = self.world.towns[self.world.zones[zone].town_id or ""]
        sex = "f" if self.random.random() < fleet.woman_drives else "m"
        if self.random.random() >= fleet.organized:
            login = f"driver{self.enroller.inventor.next('login')}"
            own = self.enroller.own_account(login, sex, town, is_driver=True)
            return Crew(own.provider, own.actor, own.provider, self._vehicle(fleet, own))
        house = self._house("company" if fleet.kind == "buses" else "ngo", town)
        driver = self.enroller.member(house.partner, sex, town, is_driver=True)
        escort = None
        if sex == "m" and self.random.random() < fleet.escorted:
            escort = self.enroller.member(house.partner, "f", town)
        return Crew(
            house.provider, house.partner, driver, self._vehicle(fleet, Enrolled(house.provider, house.partner)), escort
        )

    def _vehicle(self, fleet: Fleet, owner: Enrolled) -> m.Vehicle:
        return self.enroller.vehicle(
            owner.provider,
            owner.actor,
            self.enroller.inventor.word(fleet.kind),
            fleet.seats,
            child_seats=self.random.randint(1, fleet.child_seats),
            wheelchairs=int(self.random.random() < fleet.wheelchair),
        )

    def _house(self, kind: str, town: m.Town) -> House:
        """An organization of this kind and county with room for more; a new one after eight units."""
        key = (kind, town.county_id or "")
        house = self.houses.get(key)
        if house is None or house.units >= 8:
            house = self.houses[key] = self._new_house(kind, town)
        house.units += 1
        return house

    def _new_house(self, kind: str, town: m.Town) -> House:
        number = self.enroller.inventor.next("house")
        names = lists()["organizations"]["company" if kind == "company" else "ngo"]
        title = {"company": "SC", "ngo": "Asociația", "authority": "Consiliul Județean"}[kind]
        name = f"{title} {names[number % len(names)]} {number}"
        organization = self.world.staffing.organization(kind, name, town.county_id)
        partner = self.world.staffing.employ(f"partner{number}", "partner", organization)
        provider = self.enroller.organization(partner, name, town)
        self.enroller.vet(provider)
        return House(partner, provider)

    def _offer_rides(self, crew: Crew, fleet: Fleet, zone: str) -> int:
        """The trips of this crew; returns how many."""
        flaw = self._flaw()
        people: list[Subject] = [crew.driver, crew.vehicle, *([crew.escort] if crew.escort else [])]
        self._vet_with(flaw, people)
        pets = self.random.random() < 0.75
        rides = []
        for leaves in self._all_leave(fleet.trips):
            towns = choose_route(zone, self.random).towns
            window = timedelta(hours=14) if self.real_time else timedelta(hours=4 if fleet.kind == "buses" else 3)
            rides.append(draft_ride(crew, zone, towns, leaves, window, self.at, pets=pets))
        for ride in rides:
            self._open(ride, crew.actor, flaw)
        self._spoil(flaw, crew.driver)
        shown = m.ProviderPass.objects.filter(provider=crew.driver, status="issued").order_by("-vehicle_id").first()
        car = Car(shown.code if shown else "", crew.vehicle.plate, crew.driver.id)
        for ride in rides:
            self.world.cars[ride.id] = car
        return len(rides)

    def _all_leave(self, trips: int) -> list[datetime]:
        """When so many trips of one driver begin: there and back again before the next, as far as the day has room."""
        found: list[datetime] = []
        for _ in range(8 * trips):
            leaves = self._leaves()
            if all(abs(leaves - other) >= TRIP_TAKES for other in found):
                found.append(leaves)
            if len(found) == trips:
                break
        return found

    def _leaves(self) -> datetime:
        if self.real_time:
            return self.day_start - timedelta(minutes=5)
        if self.random.random() < self.plan.next_morning:
            return self.day_start + timedelta(hours=24 + self.random.uniform(5, 8.5))
        return moment(local(self.day_start).date(), self.random) + timedelta(minutes=self.random.uniform(30, 150))

    # Beds

    def _roofs(self, share: ZoneShare) -> Iterator[None]:
        towns, weights = zip(*towns_from(share.zone), strict=True)
        for roof in ROOFS:
            wanted = share.people * self.plan.beds_per_person * roof.share
            while wanted > 0:
                code = self.random.choices(towns, weights)[0]
                beds = min(self.random.randint(roof.smallest, roof.largest), max(roof.smallest, int(wanted)))
                self._offer_beds(roof, self.world.towns[code], beds)
                wanted -= beds
                yield

    def _offer_beds(self, roof: Roof, town: m.Town, beds: int) -> None:
        flaw = self._flaw()
        home, actor = self._home(roof, town, beds)
        flawed: Subject = home if roof.organized else home.provider
        self._vet_with(flaw, [flawed] if roof.organized else [flawed, home])
        women_only = roof.organized and self.random.random() < 0.06
        offer = draft_beds(
            home,
            actor,
            local(self.day_start).date() - timedelta(days=1),
            BEDS_FROM_DAYS,
            self.at,
            pets=self.random.random() < 0.6,
            accepts_men=not women_only and self.random.random() < 0.93,
            women_only=women_only,
        )
        self._open(offer, actor, flaw)
        self._spoil(flaw, flawed)
        self.world.hosts[offer.id] = actor
        self.world.bed_towns[offer.id] = town.code

    def _home(self, roof: Roof, town: m.Town, beds: int) -> tuple[m.Dwelling, Actor]:
        if roof.organized:
            kind = self.random.choice(("authority", "ngo", "ngo") if roof.kind == "shelter" else ("company", "ngo"))
            house = self._house(kind, town)
            return self.enroller.dwelling(house.provider, house.partner, town, beds), house.partner
        login = f"host{self.enroller.inventor.next('login')}"
        residents = self.random.choice(RESIDENTS)
        own = self.enroller.own_account(login, residents[0], town, is_host=True)
        return self.enroller.dwelling(own.provider, own.actor, town, beds, residents), own.actor

    # A tenth is not fit to be offered

    def _flaw(self) -> str | None:
        return self.random.choice(FLAWS) if self.random.random() < self.plan.flawed else None

    def _vet_with(self, flaw: str | None, subjects: list[Subject]) -> None:
        """Vet them; a flawed first one is left in review, or has papers that run out the day before."""
        first, *others = subjects
        self.enroller.vet(*others)
        if flaw == "unverified":
            self.enroller.check(first, leave=1)
        elif flaw == "expired" and isinstance(first, m.Dwelling):
            Enroller(self.world.staffing, self.at - timedelta(days=357)).vet(first)
        elif flaw == "expired":
            self.enroller.vet(first, until=(local(self.day_start) - timedelta(days=1)).date())
        else:
            self.enroller.vet(first)

    def _open(self, offer: m.TransportOffer | m.AccommodationOffer, actor: Actor, flaw: str | None) -> None:
        """Publish it; one that is not verified is refused, and counted as held back."""
        try:
            publish(offer, actor, self.at)
        except RegistryError as no:
            refusal = Refusal(no.status, no.code, [(r.code, r.rule) for r in no.reasons])
            self.tally.refused(offer.id, refusal, "publish")
            if flaw != "unverified":
                raise

    def _spoil(self, flaw: str | None, subject: Subject) -> None:
        """Suspend or hold it some days before the day."""
        if flaw not in ("suspended", "held"):
            return
        officer = self.world.staffing.officers(owner_of(subject).county_id).first
        at, kind = self.at + timedelta(days=2), kind_of(subject)
        if flaw == "suspended":
            suspension.suspend(actor=officer, kind=kind, subject=subject.pk, reason="failed_check", at=at)
        else:
            holds.place_by_officer(
                actor=officer, kind=kind, subject=subject.pk, id=uuid7(), code="officer_doubt", at=at
            )
