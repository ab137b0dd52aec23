"""The array gate of rides and the scalar gate say the same of every pair, and so do the two counts of its worth."""

import os
from dataclasses import replace

import numpy as np
import pytest

from registry.planner import facts, kernels
from registry.planner.arrays import FOREVER, NOWHERE, RideOffers, Settings
from registry.planner.seats import RideShard
from registry.rules import eligibility, ranking
from tests.planner.invented import OF_RIDE, Inventor
from tests.rules.examples import NOON, vetted

# 1,500 by 1,500 is more than two million pairs: SAFEZONE_PLANNER_PAIRS=1500.
SIDE = int(os.environ.get("SAFEZONE_PLANNER_PAIRS", "450"))


class Case:
    """Random needs and rides, as facts and as rows."""

    def __init__(self, side, seed):
        inventor = Inventor(seed)
        self.needs, self.rides = [inventor.need() for _ in range(side)], [inventor.ride() for _ in range(side)]
        book = facts.Book()
        self.households = facts.households(self.needs, [inventor.place() for _ in range(side)], NOON, book)
        self.offers = facts.ride_offers(self.rides, NOON, book)
        self.book = book

    def scalar(self):
        """Points per person of each pair by the rules, nan where they refuse."""
        found = np.full((len(self.needs), len(self.rides)), np.nan)
        for i, need in enumerate(self.needs):
            for j, offer in enumerate(self.rides):
                if not eligibility.ride(need, offer, NOON):
                    found[i, j] = ranking.ride(need, offer, NOON).per_person
        return found

    def by_columns(self, households=None, offers=None):
        """The same by the kernel that gives a plan its points."""
        shard = self.shard(households, offers)
        count = len(self.needs)
        found = np.stack([shard.exact(np.full(count, j)) for j in range(len(self.rides))], axis=1)
        return np.where(found > kernels.NO, found, np.nan)

    def by_scan(self):
        """Which pairs the scan finds when it is asked for every ride of everybody."""
        shard, count = self.shard(), len(self.rides)
        offer, _, _ = shard.best(np.zeros(count), shard.room, count, kernels.NO / 2)
        found = np.zeros((len(self.needs), count), bool)
        rows, columns = np.nonzero(offer >= 0)
        found[rows, offer[rows, columns]] = True
        return found

    def by_town(self):
        """Which pairs the scan finds that asks for the best ride to each town, offered one ride at a time."""
        shard, count = self.shard(), len(self.rides)
        everybody, found = np.arange(len(self.needs)), np.zeros((len(self.needs), count), bool)
        anywhere = np.ones((len(self.needs), shard.reaches.shape[1]), bool)
        for j in range(count):
            only = np.full_like(shard.room, -1)
            only[j] = shard.room[j]
            ride, _ = shard.by_town(np.zeros(count), only, anywhere)(everybody)
            found[:, j] = (ride == j).any(axis=1)
        return found

    def shard(self, households=None, offers=None):
        return RideShard(households or self.households, offers or self.offers, Settings())


@pytest.fixture(scope="module")
def case():
    return Case(SIDE, 4)


@pytest.fixture(scope="module")
def by_rules(case):
    return case.scalar()


def test_the_array_gate_refuses_what_the_scalar_gate_refuses_and_nothing_else(case, by_rules):
    found = case.by_columns()
    assert 0.02 < np.isfinite(by_rules).mean() < 0.6
    assert (np.isfinite(found) == np.isfinite(by_rules)).all()


def test_the_scan_finds_what_the_scalar_gate_allows_and_nothing_else(case, by_rules):
    assert (case.by_scan() == np.isfinite(by_rules)).all()


def test_the_scan_by_town_finds_what_the_scalar_gate_allows_and_nothing_else():
    small = Case(120, 9)
    goes_somewhere = np.array([bool(ride.destinations) for ride in small.rides])
    assert (small.by_town() == np.isfinite(small.scalar()) & goes_somewhere).all()


def test_the_value_of_a_pair_is_what_the_rules_say(case, by_rules):
    assert np.nanmax(np.abs(case.by_columns() - by_rules)) < 1e-6


@pytest.mark.parametrize("column", ["urgency", "languages", "earliest_us", "child_seats"])
def test_control_a_part_of_the_value_that_is_lost_is_found(case, by_rules, column):
    lost = np.zeros_like(getattr(case.households, column))
    found = case.by_columns(households=replace(case.households, **{column: lost}))
    assert np.nanmax(np.abs(found - by_rules)) > 1


HOUSEHOLD_BREAKS = {
    "seats": ("size", lambda h: np.minimum(h.size, 1)),
    "empty": ("size", lambda h: np.maximum(h.size, 1)),
    "child_seats": ("child_seats", lambda h: h.child_seats * 0),
    "wheelchairs": ("wheelchairs", lambda h: h.wheelchairs * 0),
    "luggage": ("luggage", lambda h: h.luggage * 0),
    "time": ("earliest_us", lambda h: h.earliest_us * 0),
    "pets": ("pets", lambda h: np.zeros_like(h.pets)),
    "destination": ("destination", lambda h: h.destination * 0 + NOWHERE),
    "child_alone": ("child_until", lambda h: h.child_until * 0 + FOREVER),
    "agreed": ("agreed_until", lambda h: h.agreed_until * 0 + FOREVER),
}


@pytest.mark.parametrize("broken", HOUSEHOLD_BREAKS)
def test_control_a_condition_of_the_household_that_is_lost_is_found(case, by_rules, broken):
    column, lost = HOUSEHOLD_BREAKS[broken]
    found = case.by_columns(households=replace(case.households, **{column: lost(case.households)}))
    assert (np.isfinite(found) != np.isfinite(by_rules)).any()


OFFER_BREAKS = {
    "possible": True,
    "until_us": 2**62,
    "seats": 99,
    "child_seats": 99,
    "wheelchairs": 99,
    "luggage": 99,
    "takes_men": True,
    "pets": True,
    "private": False,
    "men_only": False,
    "fragile": False,
    "broken": False,
}


@pytest.mark.parametrize("column", OFFER_BREAKS)
def test_control_a_condition_of_the_ride_that_is_lost_is_found(case, by_rules, column):
    values = np.full_like(getattr(case.offers.rows, column), OFFER_BREAKS[column])
    found = case.by_columns(offers=replace(case.offers, rows=replace(case.offers.rows, **{column: values})))
    assert (np.isfinite(found) != np.isfinite(by_rules)).any()


def test_control_a_way_that_is_not_looked_at_is_found(case, by_rules):
    everywhere = replace(case.offers, reaches=np.ones_like(case.offers.reaches))
    assert (np.isfinite(case.by_columns(offers=everywhere)) != np.isfinite(by_rules)).any()


def test_control_an_origin_that_is_not_looked_at_is_found(case, by_rules):
    households = replace(case.households, origin=case.households.origin * 0)
    offers = replace(case.offers, rows=replace(case.offers.rows, origin=case.offers.rows.origin * 0))
    assert (np.isfinite(case.by_columns(households, offers)) != np.isfinite(by_rules)).any()


FACT_BREAKS = {
    "status": lambda ride: replace(ride, status="open"),
    "zone": lambda ride: replace(ride, origin_status="active"),
    "staff": lambda ride: replace(ride, origin_staffed=True),
    "vetting": lambda ride: replace(ride, vetted=vetted(*OF_RIDE)),
    "unknown_to_vetting": lambda ride: replace(ride, vetted=with_everybody(ride.vetted)),
    "held": lambda ride: replace(ride, vetted=tuple(replace(one, held=False) for one in ride.vetted)),
    "gone": lambda ride: replace(ride, departs_until=max(ride.departs_until, NOON)),
}


def with_everybody(seen):
    return tuple({one.what: one for one in (*vetted(*OF_RIDE), *seen)}.values())


@pytest.mark.parametrize("broken", FACT_BREAKS)
def test_control_a_condition_that_becomes_no_row_is_found(case, by_rules, broken):
    offers: RideOffers = facts.ride_offers([FACT_BREAKS[broken](ride) for ride in case.rides], NOON, case.book)
    assert (np.isfinite(case.by_columns(offers=offers)) != np.isfinite(by_rules)).any()
