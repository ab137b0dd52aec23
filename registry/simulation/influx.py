"""A seeded day of need and offers as rows of the planner, any number of them, on the real crossings and towns.

Every share is an assumption except where fixtures/arrivals names its source; people and homes are invented.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.distance import haversine_kms
from geo.fixtures import Geography, read_geography
from registry.planner.arrays import FOREVER, NEVER, Households, RideOffers, Rides, StayOffers, Stays
from registry.planner.nights import merged

TODAY = 19_057  # 6 March 2022
NOON_US = (TODAY * 86_400 + 10 * 3600) * 1_000_000
DAY_US = 86_400 * 1_000_000
HOUR_US = 3600 * 1_000_000

# women, men, unknown, minors, under four: share
KINDS = (
    ((1, 0, 0, 1, 0), 0.18),
    ((1, 0, 0, 2, 0), 0.15),
    ((1, 0, 0, 1, 1), 0.06),
    ((2, 0, 0, 2, 0), 0.09),
    ((2, 0, 0, 3, 1), 0.05),
    ((1, 0, 0, 0, 0), 0.12),
    ((2, 0, 0, 0, 0), 0.06),
    ((1, 1, 0, 0, 0), 0.08),
    ((1, 1, 0, 3, 1), 0.08),
    ((2, 1, 0, 2, 0), 0.04),
    ((2, 2, 0, 3, 1), 0.02),
    ((0, 1, 0, 0, 0), 0.05),
    ((0, 1, 0, 1, 0), 0.01),
    ((0, 0, 1, 0, 0), 0.01),
)
LANGUAGES = ("uk", "ru", "ro", "en", "hu", "fr", "de", "it")
SPOKEN_BY_GUESTS = (0.97, 0.65, 0.05, 0.15, 0.01, 0.02, 0.03, 0.03)
SPOKEN_BY_HOSTS = (0.08, 0.15, 1.0, 0.5, 0.08, 0.1, 0.07, 0.1)
# women, men who live there: share among homes
RESIDENTS = (((1, 1), 0.56), ((1, 0), 0.14), ((2, 1), 0.1), ((0, 1), 0.06), ((0, 0), 0.14))
# Where whoever named no town is registered; the shares of fixtures/arrivals/shares.json.
CROSSINGS = {"siret": 0.63, "sighet": 0.15, "isaccea": 0.13, "halmeu": 0.09}
AT_CROSSING = 0.2
# How many kilometres they go, and how many the others do.
REACH_OF_CROSSING, REACH_OF_TOWN = (100, 150, 250), (20, 40, 60, 100)


@dataclass(frozen=True, slots=True)
class Influx:
    """Everybody who needs a place and everything that is offered, in order of arrival."""

    households: Households
    stays: StayOffers
    rides: RideOffers


@dataclass(frozen=True, slots=True)
class _Map:
    """Romanian towns with their weights, crossings with theirs."""

    towns: NDArray[np.float64]
    weights: NDArray[np.float64]
    crossings: NDArray[np.float64]
    shares: NDArray[np.float64]


def influx(
    households: int,
    stays: int,
    rides: int = 0,
    *,
    seed: int = 1,
    beds_follow: bool = False,
    geography: Geography | None = None,
) -> Influx:
    """So many households, accommodation offers and rides; the same seed gives the same rows.

    ``beds_follow`` False: beds are where Romanians live, so around the
    northern crossings they are short even when the country has enough. True: beds are where they are looked for, town
    by town and around each crossing, as on a day on which each region has as many for its people as the country.
    """
    random, ground = np.random.default_rng(seed), _map(geography or read_geography())
    needed = _households(households, random, ground)
    return Influx(needed, _stays(stays, random, ground, beds_follow), _rides(rides, random, ground))


def _map(geography: Geography) -> _Map:
    towns = [t for t in geography.towns if t.country == "RO"]
    weights = np.array([float(t.population or 5_000) for t in towns]) ** 0.8
    posts = {c.code: c.post_ro for c in geography.crossings}
    return _Map(
        np.array([t.point for t in towns]),
        weights / weights.sum(),
        np.array([posts[code] for code in CROSSINGS]),
        np.array(list(CROSSINGS.values())),
    )


def _choose(random: np.random.Generator, table: Any, count: int) -> NDArray[np.int64]:
    shares = np.array([share for _, share in table])
    picked = random.choice(len(table), count, p=shares / shares.sum())
    return np.array([row for row, _ in table], np.int64)[picked]


def _bits(random: np.random.Generator, shares: tuple[float, ...], count: int) -> NDArray[np.uint64]:
    spoken = random.random((count, len(shares))) < np.array(shares)
    return (spoken << np.arange(len(shares), dtype=np.uint64)).sum(axis=1).astype(np.uint64)


def _households(count: int, random: np.random.Generator, ground: _Map) -> Households:
    people = _choose(random, KINDS, count)
    women, men, unknown, minors, infants = people.T
    size = people[:, :4].sum(axis=1)
    crossing = random.choice(len(ground.shares), count, p=ground.shares)
    town = random.choice(len(ground.weights), count, p=ground.weights)
    is_bound = random.random(count) >= AT_CROSSING
    places = np.where(is_bound[:, None], ground.towns[town], ground.crossings[crossing])
    far = np.where(is_bound, random.choice(REACH_OF_TOWN, count), random.choice(REACH_OF_CROSSING, count))
    wheelchairs = (random.random(count) < 0.03).astype(np.int64)
    from_day = TODAY + random.choice([0, 1, 2], count, p=[0.8, 0.15, 0.05])
    nights = random.choice([3, 7, 14, 30], count, p=[0.2, 0.3, 0.3, 0.2])
    alone = (women + men + unknown == 0) & (minors > 0)
    urgency = np.minimum(20, 10 + 2 * (infants > 0) + 4 * wheelchairs + 2 * random.integers(0, 3, count))
    day = from_day.astype(np.int32)
    return Households(
        lon=places[:, 0].copy(),
        lat=places[:, 1].copy(),
        size=size,
        urgency=urgency,
        women=women.copy(),
        men=men.copy(),
        unknown=unknown.copy(),
        minors=minors.copy(),
        possible=np.ones(count, bool),
        wants_woman_host=np.zeros(count, bool),
        wheelchairs=wheelchairs,
        pets=random.random(count) < 0.12,
        languages=_bits(random, SPOKEN_BY_GUESTS, count),
        max_km=far.astype(np.int64),
        day=day,
        night=day.copy(),
        from_day=day.copy(),
        until_day=(from_day + nights).astype(np.int32),
        agreed_until=np.where(random.random(count) < 0.01, TODAY + 30, NEVER).astype(np.int32),
        child_until=np.where(alone, NEVER, FOREVER).astype(np.int32),
        origin=crossing.astype(np.int32),
        destination=np.full(count, -1, np.int32),
        earliest_us=NOON_US + random.integers(0, 12, count) * HOUR_US,
        child_seats=infants.copy(),
        luggage=random.integers(0, 3, count) + size,
    )


def _stays(count: int, random: np.random.Generator, ground: _Map, beds_follow: bool) -> StayOffers:
    home = random.choice(3, count, p=[0.93, 0.06, 0.01])
    smallest, largest = np.array([1, 6, 30])[home], np.array([5, 18, 91])[home]
    lives = np.where((home == 0)[:, None], _choose(random, RESIDENTS, count), 0)
    town = random.choice(len(ground.weights), count, p=ground.weights)
    if beds_follow:
        town = _near_crossings(town, random, ground)
    scatter = random.normal(0, 0.08, (count, 2)) * np.where(random.random(count) < 0.2, 3, 1)[:, None]
    women_only = random.random(count) < 0.06
    from_day = TODAY - random.integers(0, 10, count)
    columns = Stays(
        lon=ground.towns[town, 0] + scatter[:, 0],
        lat=ground.towns[town, 1] + scatter[:, 1] * 0.7,
        beds=random.integers(smallest, largest + 1),
        from_day=from_day.astype(np.int32),
        to_day=(TODAY + random.choice([20, 40, 90, 180], count, p=[0.1, 0.2, 0.4, 0.3])).astype(np.int32),
        verified_until=(TODAY + random.integers(2, 200, count)).astype(np.int32),
        takes_men=(random.random(count) < 0.85) & ~women_only,
        takes_children=random.random(count) < 0.95,
        woman_host=lives[:, 0] > 0,
        woman_lives=lives[:, 0] > 0,
        wheelchair=random.random(count) < np.array([0.15, 0.4, 0.9])[home],
        pets=random.random(count) < 0.5,
        private=home == 0,
        child_friendly=random.random(count) < 0.45,
        host_points=random.integers(0, 6, count),
        languages=_bits(random, SPOKEN_BY_HOSTS, count),
        roof=np.arange(count, dtype=np.int32),
        town=town.astype(np.int32),
    )
    return StayOffers(columns, merged(_guests(lives, random)))


def _near_crossings(town: NDArray[np.int64], random: np.random.Generator, ground: _Map) -> NDArray[np.int64]:
    """As large a share of the beds as of the people who named no town, anywhere within their reach of a crossing."""
    moved, found = np.flatnonzero(random.random(len(town)) < AT_CROSSING), town.copy()
    crossing = random.choice(len(ground.shares), len(moved), p=ground.shares)
    reach = random.choice(REACH_OF_CROSSING, len(moved))
    for post in range(len(ground.shares)):
        kms = haversine_kms(ground.towns, [tuple(ground.crossings[post])])
        for km in REACH_OF_CROSSING:
            some = moved[(crossing == post) & (reach == km)]
            weights = np.where(kms <= km, ground.weights, 0.0)
            found[some] = random.choice(len(weights), len(some), p=weights / weights.sum())
    return found


def _guests(lives: NDArray[np.int64], random: np.random.Generator) -> list[list[tuple[int, int, int]]]:
    """Men alone at home are in the way for ever; now and then a guest was there before, for some nights."""
    found: list[list[tuple[int, int, int]]] = [[] for _ in range(len(lives))]
    for row in np.flatnonzero((lives[:, 0] == 0) & (lives[:, 1] > 0)).tolist():
        found[row].append((0, NEVER, FOREVER))
    empty = np.flatnonzero(lives.sum(axis=1) == 0)
    busy = empty[random.random(len(empty)) < 0.2]
    for row, leaves, is_man in zip(
        busy, random.integers(1, 30, len(busy)), random.random(len(busy)) < 0.5, strict=True
    ):
        found[int(row)].append((0 if is_man else 1, TODAY, TODAY + int(leaves)))
    return found


def _rides(count: int, random: np.random.Generator, ground: _Map) -> RideOffers:
    fleet = random.choice(3, count, p=[0.72, 0.18, 0.1])
    is_bus = fleet == 2
    lone_man = (random.random(count) < np.array([0.5, 0.2, 0.1])[fleet]) & (count > 0)
    leaves = NOON_US + random.integers(0, 20, count) * HOUR_US
    routes = max(1, min(count, 400))
    reaches = np.zeros((routes, len(ground.weights)), bool)
    for route in range(routes):
        stops = random.choice(len(ground.weights), 1 + int(random.integers(0, 5)), p=ground.weights, replace=False)
        reaches[route, stops] = True
    columns = Rides(
        possible=random.random(count) < 0.97,
        origin=random.choice(len(ground.shares), count, p=ground.shares).astype(np.int32),
        route=random.integers(0, routes, count).astype(np.int32),
        leaves_us=leaves,
        until_us=leaves + 4 * HOUR_US,
        day=(leaves // DAY_US).astype(np.int32),
        seats=random.integers(np.array([2, 8, 30])[fleet], np.array([5, 18, 52])[fleet]),
        child_seats=random.integers(np.array([0, 2, 6])[fleet], np.array([3, 5, 13])[fleet]),
        wheelchairs=(random.random(count) < np.array([0.15, 0.6, 1.0])[fleet]).astype(np.int64),
        luggage=random.integers(np.array([4, 16, 90])[fleet], np.array([10, 40, 160])[fleet]),
        takes_men=random.random(count) < 0.93,
        pets=random.random(count) < 0.7,
        private=fleet == 0,
        men_only=lone_man,
        fragile=np.zeros(count, bool),
        broken=np.zeros(count, bool),
        woman_drives=~lone_man | is_bus & ~lone_man,
        languages=_bits(random, SPOKEN_BY_HOSTS, count),
    )
    return RideOffers(columns, reaches, NOON_US)
