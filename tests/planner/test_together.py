"""Ride and bed together: never worth less than one after the other, and every pair passes the gates of the rules."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array

from registry import planner
from registry.planner import together
from registry.planner.arrays import Settings
from registry.planner.seats import RideShard
from registry.planner.shards import Shard
from registry.rules.policy import DEFAULT
from registry.simulation.influx import influx
from tests.planner import as_facts

# households, beds offered, rides, seed: beds short, seats short, both plenty, both short
WORLDS = [(300, 100, 120, 1), (300, 200, 25, 2), (300, 250, 150, 3), (500, 150, 40, 4), (150, 120, 60, 5)]


@pytest.fixture(scope="module", params=WORLDS, ids=str)
def made(request):
    households, stays, rides, seed = request.param
    day = influx(households, stays, rides, seed=seed)
    return day, planner.plan_together(day.households, day.rides, day.stays)


def points_of(shard, count):
    """Points per person of every pair, (n, count); nan where the gate refuses."""
    everybody = shard.count
    found = [shard.exact(np.full(everybody, j, np.int64)) for j in range(count)]
    points = np.stack([one[0] if isinstance(one, tuple) else one for one in found], axis=1)
    return np.where(points > -1e20, points, np.nan)


def beds_worth(day):
    return points_of(Shard(day.households, day.stays, DEFAULT), len(day.stays.rows))


def rides_worth(day):
    return points_of(RideShard(day.households, day.rides, Settings()), len(day.rides.rows))


def leads_to(day, ride):
    """Which beds a ride reaches, (len(ride), stays)."""
    return day.rides.reaches[day.rides.rows.route[ride]][:, day.stays.rows.town]


def best_possible(size, points, room):
    """The linear program of all pairs: no second step whatsoever can be worth more."""
    rows, columns = np.nonzero(np.isfinite(points))
    if not len(rows):
        return 0.0
    number = np.arange(len(rows))
    once = coo_array((np.ones(len(rows)), (rows, number)), (len(size), len(rows)))
    held = coo_array((size[rows].astype(float), (columns, number)), (len(room), len(rows)))
    limits = np.concatenate([np.ones(len(size)), np.maximum(room, 0)])
    matrix = coo_array(np.concatenate([once.toarray(), held.toarray()])).tocsr()
    done = linprog(-(size[rows] * points[rows, columns]), A_ub=matrix, b_ub=limits, bounds=(0, 1))
    assert done.status == 0
    return -done.fun


def beds_then_rides(day):
    """The plan of beds, then the plan of rides of those who have one: the worth, and the most it could have been."""
    beds = planner.plan_stays(day.households, day.stays)
    rows = np.flatnonzero(beds.offer >= 0)
    going = replace(day.households.take(rows), destination=day.stays.rows.town[beds.offer[rows]])
    rides = planner.plan_rides(going, day.rides)
    seated = rides.offer >= 0
    worth = rides.value[seated].sum() + beds.value[rows][seated].sum()
    points = rides_worth(day)[rows] + beds.per_person[rows][:, None]
    goes = day.rides.reaches[day.rides.rows.route][:, day.stays.rows.town[beds.offer[rows]]].T
    size = day.households.size[rows]
    return worth, best_possible(size, np.where(goes, points, np.nan), day.rides.rows.seats)


def rides_then_beds(day):
    """The plan of rides, then each into the best bed of its towns that has room; and the most it could have been."""
    rides, size = planner.plan_rides(day.households, day.rides), day.households.size
    points = beds_worth(day) + rides.per_person[:, None]
    points[~leads_to(day, rides.offer) | (rides.offer < 0)[:, None]] = np.nan
    free, worth = day.stays.rows.beds.copy(), 0.0
    for h in np.flatnonzero(rides.offer >= 0).tolist():
        open_to = np.where((free >= size[h]) & np.isfinite(points[h]), points[h], -1.0)
        if open_to.max() > 0:
            free[open_to.argmax()] -= size[h]
            worth += open_to.max() * size[h]
    return worth, best_possible(size, points, day.stays.rows.beds)


@pytest.mark.parametrize("one_by_one", [beds_then_rides, rides_then_beds])
def test_together_is_never_worth_less_than_one_after_the_other(made, one_by_one):
    day, plan = made
    worth, most = one_by_one(day)
    print(f"together {plan.total:.0f} bound {plan.bound:.0f} gap {plan.gap:.4f} plain {worth:.0f} most {most:.0f}")
    assert 0 < worth <= plan.total <= plan.bound
    assert plan.total >= most


def test_together_is_worth_as_much_as_one_after_the_other_even_when_the_search_finds_nobody(monkeypatch):
    """The plans one after the other are among those it chooses from: nothing depends on how good the search is."""
    day = influx(300, 200, 60, seed=6)
    nobody = np.full((2, len(day.households)), -1)
    monkeypatch.setattr(together._Pair, "climbed", lambda *_: nobody)
    plan = planner.plan_together(day.households, day.rides, day.stays)
    assert plan.total >= max(beds_then_rides(day)[0], rides_then_beds(day)[0])
    monkeypatch.setattr(together._Pair, "rides_after", lambda *_: nobody)
    monkeypatch.setattr(together._Pair, "beds_after", lambda *_: nobody)
    control = planner.plan_together(day.households, day.rides, day.stays)
    assert control.total < plan.total


def test_the_search_for_pairs_is_worth_more_than_one_after_the_other(made):
    day, plan = made
    assert plan.gap < 0.06
    assert plan.total > max(beds_then_rides(day)[0], rides_then_beds(day)[0])


def test_every_pair_passes_the_gates_of_the_rules(made):
    day, plan = made
    both = plan.stay.offer >= 0
    assert (both == (plan.ride.offer >= 0)).all()
    assert both.any()
    for seed in (1, 2):
        assert as_facts.refused(day.households, day.stays, plan.stay.offer, seed) == 0
        assert as_facts.refused_rides(day.households, day.rides, plan.ride.offer, seed) == 0
    assert as_facts.apart(day.rides, day.stays, plan.stay.offer[both], plan.ride.offer[both]) == 0


def test_control_beds_of_others_are_not_on_the_way(made):
    day, plan = made
    both = plan.stay.offer >= 0
    assert as_facts.apart(day.rides, day.stays, np.roll(plan.stay.offer[both], 1), plan.ride.offer[both]) > 0
