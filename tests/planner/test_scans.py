"""The scans of beds and rides give what asking everybody gives, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest

from registry.planner import joint, kernels, ride_kernels
from registry.planner.arrays import Settings
from registry.planner.seats import RideShard
from registry.planner.shards import Shard
from registry.simulation.influx import influx

SETTINGS = Settings(threads=2)
HOUSEHOLDS, BEDS, RIDES = 150, 900, 400
NOISE, SEED = 5.0, 11


@pytest.fixture(scope="module")
def day():
    """More offers than three boxes hold, some far away and some of one place, languages beyond 32 bits among them."""
    found = influx(HOUSEHOLDS, BEDS, RIDES, seed=3, beds_follow=True)
    languages = found.households.languages.copy()
    languages[::7] |= np.uint64(1 << 40)
    spoken = found.stays.rows.languages.copy()
    spoken[::5] |= np.uint64(1 << 40)
    spoken[1::5] |= np.uint64(1 << 8)
    rows = replace(found.stays.rows, languages=spoken)
    return replace(
        found, households=replace(found.households, languages=languages), stays=replace(found.stays, rows=rows)
    )


@pytest.fixture(scope="module")
def beds(day):
    """A shard, prices, points of every pair (n, beds) and a bonus for each town."""
    shard = Shard(day.households, day.stays, SETTINGS.policy, threads=2)
    random, g = np.random.default_rng(5), shard.ground
    prices = random.uniform(0, 60, BEDS) * (random.random(BEDS) < 0.8)
    points = np.full((HOUSEHOLDS, BEDS), kernels.NO)
    for h in range(HOUSEHOLDS):
        for j in range(BEDS):
            points[h, g.offers[j]["row"]] = kernels.pair_points(
                shard.seekers[h], g.offers[j], g.spans, g.beds[j], shard.nearness, g.language_weight
            )
    towns = int(day.stays.rows.town.max()) + 1
    bonus = random.uniform(-10, 60, (HOUSEHOLDS, towns)).astype(np.float32)
    bonus[random.random(bonus.shape) < 0.3] = kernels.NO
    return shard, prices, points, bonus


@pytest.fixture(scope="module")
def seats(day):
    """The same for rides."""
    shard = RideShard(day.households, day.rides, SETTINGS)
    random = np.random.default_rng(6)
    prices = random.uniform(0, 60, RIDES) * (random.random(RIDES) < 0.8)
    points = np.full((HOUSEHOLDS, RIDES), kernels.NO)
    for j in range(RIDES):
        points[:, j] = shard.exact(np.full(HOUSEHOLDS, j))
    bonus = random.uniform(-10, 60, (HOUSEHOLDS, shard.reaches.shape[1])).astype(np.float32)
    bonus[random.random(bonus.shape) < 0.3] = kernels.NO
    return shard, prices, points, bonus


def best_of(worth, count, floor):
    """What asking everybody finds: the highest worths above the floor, row by row."""
    top = -np.sort(-worth, axis=1)[:, :count]
    return np.where(top > floor, top, np.nan)


def noise_of(shape):
    return np.array([[NOISE * kernels.unit(h, o, SEED) for o in range(shape[1])] for h in range(shape[0])])


def found_of(scan, worth, count):
    """The worths of what the scan found, in its order."""
    offer, _, _ = scan(np.arange(HOUSEHOLDS), count)
    rows = np.arange(HOUSEHOLDS)[:, None]
    return np.where(offer >= 0, worth[rows, offer], np.nan)


@pytest.mark.parametrize("half", ["beds", "seats"])
@pytest.mark.parametrize(("count", "floor"), [(1, 0.0), (24, kernels.NO / 2), (12, 20.0)])
@pytest.mark.parametrize("noise", [0.0, NOISE])
def test_the_best_are_those_of_asking_everybody(request, half, count, floor, noise):
    shard, prices, points, _ = request.getfixturevalue(half)
    worth = points - prices + (noise_of(points.shape) if noise else 0.0)
    scan = shard.scanner(prices, shard.room, noise, 1.0, SEED, floor)
    expected = best_of(np.where(points > kernels.NO, worth, kernels.NO), count, max(floor, kernels.NOWHERE))
    assert np.isfinite(expected).any()
    np.testing.assert_array_equal(found_of(scan, worth, count), expected)


def test_beds_with_the_ride_there_are_those_of_asking_everybody(beds, day):
    shard, prices, points, bonus = beds
    there = bonus[:, day.stays.rows.town].astype(float)
    worth = np.where((points > kernels.NO) & (there > kernels.NOWHERE), points + there - prices, kernels.NO)
    scan = joint.Beds(shard, day.stays.rows.town, bonus).scanner(prices, shard.room, 0.0, 1.0, SEED, 0.0)
    expected = best_of(worth, 16, 0.0)
    assert np.isfinite(expected).any()
    np.testing.assert_array_equal(found_of(scan, worth, 16), expected)


def test_who_looks_at_a_part_finds_nothing_better_and_nearly_all_of_the_rest(beds):
    shard, prices, points, _ = beds
    worth = np.where(points > kernels.NO, points - prices, kernels.NO)
    part = found_of(shard.scanner(prices, shard.room, 0.0, 0.25, SEED, kernels.NO / 2), worth, 8)
    whole = best_of(worth, 8, kernels.NOWHERE)
    assert (np.nan_to_num(part, nan=-1e9) <= np.nan_to_num(whole, nan=-1e9)).all()
    assert (np.isfinite(part) == np.isfinite(whole)).all()
    assert 0.05 < (part == whole)[np.isfinite(whole)].mean() < 0.9


def test_full_beds_are_passed_over(beds):
    shard, prices, points, _ = beds
    room = np.where(np.arange(BEDS) % 3 == 0, shard.room, 0)
    is_open = np.zeros(BEDS, bool)
    is_open[shard.ground.offers["row"]] = room > 0
    worth = np.where((points > kernels.NO) & is_open, points - prices, kernels.NO)
    scan = shard.scanner(prices, room, 0.0, 1.0, SEED, 0.0)
    np.testing.assert_array_equal(found_of(scan, worth, 6), best_of(worth, 6, 0.0))


def test_some_households_find_what_all_find(beds):
    shard, prices, _, _ = beds
    rows = np.array([140, 3, 77, 4])
    every, some = shard.best(prices, shard.room, 5, 0.0), shard.best(prices, shard.room, 5, 0.0, rows=rows)
    for one, other in zip(every, some, strict=True):
        np.testing.assert_array_equal(one[rows], other)


def test_whoever_looks_for_those_who_ask_for_the_same_finds_what_they_would(beds, day):
    shard, prices, _, _ = beds
    twice = Shard(day.households.take(np.arange(HOUSEHOLDS).repeat(2)), day.stays, SETTINGS.policy)
    twice.seekers["urgency"][1::2] += 3
    np.testing.assert_array_equal(twice.surpluses(prices), twice.best(prices, twice.room, 1, 0.0)[2])
    np.testing.assert_array_equal(twice.surpluses(prices)[::2], shard.surpluses(prices))
    assert (twice.surpluses(prices)[1::2] > shard.surpluses(prices)).any()


def test_the_best_bed_in_each_town_is_that_of_asking_everybody(beds, day):
    shard, prices, points, bonus = beds
    town = day.stays.rows.town
    expected = np.full(bonus.shape, kernels.NO, np.float32)
    worth = np.where(points > kernels.NO, points - prices, kernels.NO)
    for j in range(BEDS):
        expected[:, town[j]] = np.maximum(expected[:, town[j]], worth[:, j].astype(np.float32))
    np.testing.assert_array_equal(joint.bed_bonus(shard, town, prices, bonus.shape[1]), expected)


def test_rides_with_the_bed_there_are_those_of_asking_everybody(seats):
    shard, prices, points, bonus = seats
    stops = shard.stops[shard.routes]
    there = np.where(stops[None] >= 0, bonus[:, stops], np.float32(kernels.NO)).max(axis=2).astype(float)
    worth = np.where((points > kernels.NO) & (there > kernels.NOWHERE), points + there - prices, kernels.NO)
    scan = joint.Seats(shard, bonus).scanner(prices, shard.room, 0.0, 1.0, SEED, 0.0)
    expected = best_of(worth, 16, 0.0)
    assert np.isfinite(expected).any()
    np.testing.assert_array_equal(found_of(scan, worth, 16), expected)


def test_the_best_ride_to_each_town_is_that_of_asking_everybody(seats):
    shard, prices, points, bonus = seats
    goes = np.ones(bonus.shape, bool)
    goes[::2, ::3] = False
    gains, rides = joint.ride_bonus(shard, prices, shard.room, goes)
    worth = np.where(points > kernels.NO, points - prices, kernels.NO)
    reached = shard.reaches[shard.routes]
    for town in range(bonus.shape[1]):
        there = np.where(reached[:, town], worth, kernels.NO).max(axis=1, initial=kernels.NO)
        asked = goes[:, town]
        np.testing.assert_array_equal(gains[asked, town], there[asked].astype(np.float32))
        found = asked & (there > kernels.NO)
        assert (worth[found, rides[found, town]] == there[found]).all()


def test_a_household_goes_only_where_it_wants_to(day):
    """The control: routes that do not lead to the destination are passed over before any ride of them is asked."""
    towns = day.rides.reaches.shape[1]
    bound = replace(day.households, destination=(np.arange(HOUSEHOLDS) % towns).astype(np.int32))
    shard = RideShard(bound, day.rides, SETTINGS)
    offer, _, _ = shard.best(np.zeros(RIDES), shard.room, RIDES, kernels.NO / 2)
    for h in range(0, HOUSEHOLDS, 10):
        for j in range(RIDES):
            may = ride_kernels.fits(shard.riders[h], shard.rides[shard.place[j]], shard.reaches, shard.room[j]) if (
                shard.place[j] >= 0 and day.rides.rows.origin[j] == bound.origin[h]
            ) else False  # fmt: skip
            assert (j in offer[h]) == bool(may)
