"""Rides, and rides with beds, planned anew: the settled stay unless moving pays; the gate is asked of all of them."""

from dataclasses import replace

import numpy as np
import pytest

from registry import planner
from registry.planner.arrays import RideOffers, Settings
from registry.simulation.influx import influx
from tests.planner import as_facts


@pytest.fixture(scope="module")
def day():
    return influx(400, 200, 90, seed=8)


@pytest.fixture(scope="module")
def both(day):
    return planner.plan_together(day.households, day.rides, day.stays)


def without(rides, gone):
    """The same rides, some of them gone."""
    possible = rides.rows.possible.copy()
    possible[gone] = False
    return RideOffers(replace(rides.rows, possible=possible), rides.reaches, rides.at_us)


def moved(before, after, gone=()):
    """How many had a place that is still there, and have another one or none."""
    return int(((before >= 0) & ~np.isin(before, gone) & (after != before)).sum())


def test_when_nothing_changed_hardly_anybody_moves(day, both):
    again = planner.replan_together(day.households, day.rides, day.stays, (both.stay.offer, both.ride.offer))
    settled = int((both.stay.offer >= 0).sum())
    assert moved(both.stay.offer, again.stay.offer) + moved(both.ride.offer, again.ride.offer) <= settled // 50
    assert again.total > 0.98 * both.total
    assert again.bound >= again.total


def test_when_rides_are_gone_mostly_those_who_had_one_move(day, both):
    gone = np.unique(both.ride.offer[both.ride.offer >= 0])[:5]
    rides = without(day.rides, gone)
    before = both.stay.offer, both.ride.offer
    again = planner.replan_together(day.households, rides, day.stays, before)
    anew = planner.plan_together(day.households, rides, day.stays)
    assert not np.isin(again.ride.offer, gone).any()
    assert 2 * moved(before[1], again.ride.offer, gone) < moved(before[1], anew.ride.offer, gone)
    assert as_facts.refused(day.households, day.stays, again.stay.offer) == 0
    assert as_facts.refused_rides(day.households, rides, again.ride.offer) == 0
    whole = again.stay.offer >= 0
    assert as_facts.apart(rides, day.stays, again.stay.offer[whole], again.ride.offer[whole]) == 0


def test_a_low_price_of_moving_moves_more(day, both):
    rides = without(day.rides, np.unique(both.ride.offer[both.ride.offer >= 0])[:5])
    before = both.stay.offer, both.ride.offer
    few, many = (
        planner.replan_together(day.households, rides, day.stays, before, Settings(stability=points))
        for points in (25.0, 0.0)
    )
    assert moved(before[1], few.ride.offer) < moved(before[1], many.ride.offer)
    assert few.total <= many.total


def test_rides_alone_are_kept_too(day):
    plan = planner.plan_rides(day.households, day.rides)
    gone = np.unique(plan.offer[plan.offer >= 0])[:3]
    rides = without(day.rides, gone)
    again = planner.replan_rides(day.households, rides, plan.offer)
    assert moved(plan.offer, again.offer, gone) <= 10
    assert not np.isin(again.offer, gone).any()
    assert as_facts.refused_rides(day.households, rides, again.offer) == 0
    control = planner.replan_rides(day.households, rides, np.full(len(plan.offer), -1))
    assert moved(plan.offer, control.offer, gone) > moved(plan.offer, again.offer, gone)
