"""A large market of both begins with a thinned-out one: what its households bid, and that the plan keeps its word."""

import numpy as np
import pytest

from registry import planner
from registry.planner import pair_start, prices
from registry.planner.arrays import Settings
from registry.planner.seats import RideShard
from registry.planner.shards import Shard
from registry.rules.policy import DEFAULT
from registry.simulation.influx import influx
from tests.planner import as_facts
from tests.planner.test_together import points_of

COUNT, BEDS, RIDES = 400, 150, 60


@pytest.fixture
def begun(monkeypatch):
    """A plan whose prices began with a fifth of the market, and what was bid there."""
    seen = []
    bids = pair_start.bids
    monkeypatch.setattr(prices, "THIN_HOUSEHOLDS", COUNT // 5)
    monkeypatch.setattr(pair_start, "bids", lambda *given: seen.append((given, bids(*given))) or seen[-1][1])
    day = influx(COUNT, BEDS, RIDES, seed=8)
    return day, planner.plan_together(day.households, day.rides, day.stays), seen


def best(points, paid, lies_in, towns):
    """The best of points minus price in each town, (n, towns)."""
    found = np.full((len(points), towns), -np.inf)
    for town in range(towns):
        there = np.flatnonzero(lies_in[:, town])
        if len(there):
            found[:, town] = np.nan_to_num(points[:, there] - paid[there], nan=-np.inf).max(axis=1)
    return found


def test_each_bed_and_seat_costs_what_somebody_of_the_few_would_pay_beyond_its_own_pair(begun):
    day, _, (((_, few, at), (beds, seats)),) = begun
    rows, some_beds, some_rides = pair_start.thinned(COUNT, BEDS, RIDES, Settings().seed)
    people, reaches = day.households.take(rows), day.rides.reaches
    assert (few.shard.count, len(at[0]), len(at[1])) == (len(rows), len(some_beds), len(some_rides)) == (80, 30, 12)
    in_bed = points_of(Shard(people, day.stays, DEFAULT), BEDS)
    in_ride = points_of(RideShard(people, day.rides, Settings()), RIDES)
    in_town = day.stays.rows.town[:, None] == np.arange(reaches.shape[1])
    goes = reaches[day.rides.rows.route]
    by_ride = best(in_ride[:, some_rides], at[1], goes[some_rides], reaches.shape[1])
    by_ride = np.where(few.goes, by_ride, -np.inf)
    by_bed = best(in_bed[:, some_beds], at[0], in_town[some_beds], reaches.shape[1])
    surplus = np.maximum(0.0, (by_ride + by_bed).max(axis=1))
    for_bed = in_bed + by_ride[:, day.stays.rows.town] - surplus[:, None]
    reached = np.where(goes[None], by_bed[:, None, :], -np.inf).max(axis=2)
    for_seat = in_ride + reached - surplus[:, None]
    for found, wanted in ((beds, for_bed), (seats, for_seat)):
        most = np.nan_to_num(wanted, nan=-np.inf).max(axis=0)
        assert np.allclose(found, np.maximum(0.0, np.maximum(0.0, most) - prices.OVERBID), atol=1e-3)
        assert (found > 0).any()


def test_the_plan_is_proven_passes_the_gates_and_is_the_same_on_one_thread(begun):
    day, plan, _ = begun
    both = plan.stay.offer >= 0
    assert both.any()
    assert 0 < plan.total <= plan.bound
    assert plan.gap < 0.12
    assert as_facts.refused(day.households, day.stays, plan.stay.offer) == 0
    assert as_facts.refused_rides(day.households, day.rides, plan.ride.offer) == 0
    assert as_facts.apart(day.rides, day.stays, plan.stay.offer[both], plan.ride.offer[both]) == 0
    again = planner.plan_together(day.households, day.rides, day.stays, Settings(threads=1))
    assert (again.stay.offer == plan.stay.offer).all()
    assert again.bound == plan.bound
