"""Rows for the benchmarks, inserted in bulk: offers all over Romania, as many as wanted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from django.utils import timezone

from geo.privacy import SEARCH_RESOLUTION, cell_of, parent_cell
from registry import models as m
from registry.ids import uuid7
from registry.selectors.facts import local
from registry.simulation.arrivals import choose_route, routes
from tests.invented.legally import unguarded

BATCH = 2_000
RIDE_ZONES = tuple(routes())
# Of the open offers, so many are rides; the others are stays.
RIDES = 0.3
POPULATION = {"bucuresti": 1_877_000, "iasi": 379_000, "constanta": 318_000, "cluj-napoca": 287_000}


@dataclass
class Stock:
    """What the offers hang on, and what there is so far."""

    random: Random = field(default_factory=lambda: Random(7))
    at: datetime = field(default_factory=lambda: timezone.now().astimezone(UTC))
    stays: int = 0
    rides: int = 0

    def __post_init__(self) -> None:
        self.towns = list(m.Town.objects.filter(country="RO"))
        self.weights = [POPULATION.get(town.code, 60_000) for town in self.towns]
        m.Zone.objects.filter(code__in=RIDE_ZONES).update(status="active", activated_at=self.at)
        self.office = m.Organization.objects.create(id=uuid7(), created_at=self.at, name="Bench", kind="authority")
        self.person = self._person("bench@bench.example")
        m.RoleGrant.objects.create(id=uuid7(), created_at=self.at, person=self.person, role="volunteer")
        for zone in RIDE_ZONES:
            m.Shift.objects.create(
                id=uuid7(),
                created_at=self.at,
                person=self._person(f"{zone}@bench.example"),
                zone_id=zone,
                starts_at=self.at - timedelta(hours=1),
                ends_at=self.at + timedelta(hours=11),
            )

    def _person(self, email: str) -> m.Person:
        return m.Person.objects.create(
            id=uuid7(), created_at=self.at, email=email, given_name="B", family_name="B", organization=self.office
        )

    def grow_to(self, offers: int) -> None:
        """So many open offers."""
        rides = round(offers * RIDES)
        # Nobody vets a hundred thousand offers for a benchmark; what is measured has every guard.
        with unguarded():
            while self.rides < rides:
                self._add_rides(min(BATCH, rides - self.rides))
            while self.stays < offers - rides:
                self._add_stays(min(BATCH, offers - rides - self.stays))

    def _vetted(self) -> dict:
        until = local(self.at).date() + timedelta(days=100)
        return {
            "id": uuid7(),
            "created_at": self.at,
            "applied_at": self.at,
            "created_by": self.person,
            "status": "verified",
            "verified_at": self.at,
            "verified_until": until,
        }

    def _providers(self, count: int, towns: list[m.Town]) -> list[m.Provider]:
        rows = [
            m.Provider(
                kind="person",
                given_name="B",
                family_name="B",
                sex="f" if self.random.random() < 0.6 else "m",
                phone="+40600000000",
                town=town,
                county_id=str(town.county_id),
                is_driver=True,
                **self._vetted(),
            )
            for town in self.random.choices(towns, k=count)
        ]
        return m.Provider.objects.bulk_create(rows)

    def _languages(self) -> str:
        return " ".join(sorted({"ro"} | {one for one in ("en", "uk", "ru") if self.random.random() < 0.3}))

    def _add_stays(self, count: int) -> None:
        towns = self.random.choices(self.towns, self.weights, k=count)
        hosts = self._providers(count // 4 + 1, towns)
        homes = [self._home(town, self.random.choice(hosts)) for town in towns]
        m.Dwelling.objects.bulk_create(homes)
        m.Resident.objects.bulk_create(self._resident(home) for home in homes)
        m.AccommodationOffer.objects.bulk_create(self._stay(home) for home in homes)
        self.stays += count

    def _home(self, town: m.Town, host: m.Provider) -> m.Dwelling:
        lat, lon = town.lat + self.random.gauss(0, 0.03), town.lon + self.random.gauss(0, 0.04)
        return m.Dwelling(
            provider=host,
            address="B",
            town=town,
            county_id=str(town.county_id),
            lat=lat,
            lon=lon,
            cell=cell_of(lat, lon),
            beds=self.random.randint(1, 12),
            step_free=self.random.random() < 0.3,
            **self._vetted(),
        )

    def _resident(self, home: m.Dwelling) -> m.Resident:
        sex = "m" if self.random.random() < 0.2 else "f"
        return m.Resident(
            id=uuid7(),
            dwelling=home,
            given_name="B",
            family_name="B",
            birth_year=1980,
            sex=sex,
            moved_in_at=self.at,
        )

    def _stay(self, home: m.Dwelling) -> m.AccommodationOffer:
        random, today = self.random, local(self.at).date()
        women_only = random.random() < 0.1
        return m.AccommodationOffer(
            id=uuid7(),
            created_at=self.at,
            provider=home.provider,
            dwelling=home,
            town_id=home.town_id,
            county_id=home.county_id,
            cell=home.cell,
            area=parent_cell(home.cell, SEARCH_RESOLUTION),
            beds=home.beds,
            from_date=today - timedelta(days=random.randint(0, 9)),
            to_date=today + timedelta(days=random.randint(2, 90)),
            accepts_men=not women_only and random.random() < 0.9,
            accepts_children=random.random() < 0.95,
            child_friendly=random.random() < 0.5,
            women_only=women_only,
            pets=random.random() < 0.5,
            wheelchair=home.step_free,
            host_points=random.randint(0, 5),
            languages=self._languages(),
            status="open",
            published_at=self.at,
        )

    def _add_rides(self, count: int) -> None:
        drivers = self._providers(count // 3 + 1, self.towns)
        cars = m.Vehicle.objects.bulk_create(self._car(driver) for driver in drivers)
        rides = m.TransportOffer.objects.bulk_create(self._ride(self.random.choice(cars)) for _ in range(count))
        through = m.TransportOffer.destinations.through
        through.objects.bulk_create(
            through(transportoffer_id=ride.pk, town_id=town)
            for ride in rides
            for town in choose_route(ride.origin_id, self.random).towns
        )
        self.rides += count

    def _car(self, driver: m.Provider) -> m.Vehicle:
        key = str(uuid7())[-12:]
        return m.Vehicle(
            provider=driver,
            plate=key,
            plate_key=key,
            plate_country="RO",
            make="B",
            color="B",
            seats=9,
            child_seats=2,
            **self._vetted(),
        )

    def _ride(self, car: m.Vehicle) -> m.TransportOffer:
        random = self.random
        leaves = self.at + timedelta(minutes=random.uniform(-60, 23 * 60))
        return m.TransportOffer(
            id=uuid7(),
            created_at=self.at,
            provider=car.provider,
            driver=car.provider,
            vehicle=car,
            origin_id=random.choice(RIDE_ZONES),
            departs_from=leaves,
            departs_until=leaves + timedelta(hours=2),
            seats=random.randint(1, 8),
            child_seats=random.randint(0, 2),
            luggage=random.randint(2, 16),
            pets=random.random() < 0.5,
            women_only=random.random() < 0.1,
            languages=self._languages(),
            status="open",
            published_at=self.at,
        )

    def request(self) -> m.HelpRequest:
        """A request of a household of realistic make-up from one of the zones."""
        from registry.services.intake import household_party
        from registry.simulation import makeup
        from registry.simulation.invented import Inventor

        inventor = Inventor(self.random)
        draft, wish = makeup.household(inventor), makeup.wish(self.random)
        party = household_party(draft)
        household = m.Household.objects.create(
            id=uuid7(),
            created_at=self.at,
            code=str(uuid7())[-12:],
            zone_id="siret-crossing",
            registered_by=self.person,
            languages=" ".join(draft.languages),
            size=party.size,
            minors=party.minors,
            men=party.men,
            women=party.women,
            wheelchairs=draft.wheelchairs,
            pets=draft.pets,
            luggage=draft.luggage,
        )
        m.Member.objects.bulk_create(
            m.Member(household=household, number=n, age_band=p.age_band, sex=p.sex, guardian=p.guardian)
            for n, p in enumerate(draft.members, start=1)
        )
        town = self.random.choices(self.towns, self.weights)[0]
        return m.HelpRequest.objects.create(
            id=uuid7(),
            created_at=self.at,
            household=household,
            kind=wish.kind,
            origin_id=self.random.choice(RIDE_ZONES),
            destination=town if wish.knows_where else None,
            max_km=self.random.choice((30, 80, 150, 150)),
            earliest_at=self.at,
            from_date=local(self.at).date(),
            nights=wish.nights,
            requested_by=self.person,
        )
