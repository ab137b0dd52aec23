"""The array gate and the scalar gate say the same of every pair, and so do the two counts of its worth."""

import os
from dataclasses import replace

import numpy as np
import pytest

from geo.distance import haversine_kms
from registry.planner import facts, kernels
from registry.planner.arrays import StayOffers
from registry.planner.ground import company_of, ground, seekers
from registry.rules import eligibility, ranking
from registry.rules.policy import DEFAULT
from tests.planner.invented import Inventor
from tests.rules.examples import NOON

# 1,500 by 1,500 is more than two million pairs: SAFEZONE_PLANNER_PAIRS=1500.
SIDE = int(os.environ.get("SAFEZONE_PLANNER_PAIRS", "450"))


class Case:
    """Random needs and stays, as facts and as rows."""

    def __init__(self, side, seed):
        inventor = Inventor(seed)
        self.needs, self.stays = [inventor.need() for _ in range(side)], [inventor.stay() for _ in range(side)]
        self.homes, self.places = ([inventor.place() for _ in range(side)] for _ in range(2))
        book = facts.Book()
        self.households = facts.households(self.needs, self.homes, NOON, book)
        self.offers = facts.stay_offers(self.stays, self.places, range(side), book)

    def scalar(self):
        """Points per person of each pair by the rules, nan where they refuse."""
        found = np.full((len(self.needs), len(self.stays)), np.nan)
        for i, need in enumerate(self.needs):
            kms = haversine_kms([self.homes[i]], self.places).tolist()
            for j, (offer, km) in enumerate(zip(self.stays, kms, strict=True)):
                there = replace(offer, distance_km=km)
                if not eligibility.stay(need, there, NOON):
                    found[i, j] = ranking.stay(need, there).per_person
        return found

    def by_columns(self, households=None, offers=None):
        """The same by the kernel of the scan."""
        s, g = self.laid_out(households or self.households, offers or self.offers)
        found = np.array([self._row(s, i, g) for i in range(len(s))])
        return np.where(found > kernels.NO, found, np.nan)[:, g.place]

    @staticmethod
    def laid_out(households, offers):
        return seekers(households, DEFAULT), ground(offers, DEFAULT)

    @staticmethod
    def _row(s, i, g):
        pairs = range(len(g.offers))
        return [kernels.pair_points(s[i], g.offers[j], g.spans, g.beds[j], 30.0, g.language_weight) for j in pairs]


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


def test_the_value_of_a_pair_is_what_the_rules_say(case, by_rules):
    assert np.nanmax(np.abs(case.by_columns() - by_rules)) < 1e-9


HOUSEHOLD_BREAKS = {
    "size": 0,
    "possible": True,
    "wheelchairs": 0,
    "pets": False,
    "minors": 0,
    "day": -(2**31) + 1,
    "from_day": 2**31 - 2,
    "until_day": -(2**31) + 2,
    "child_until": 2**31 - 1,
    "agreed_until": 2**31 - 1,
    "max_km": 10**6,
}
OFFER_BREAKS = {
    "beds": 99,
    "verified_until": 2**31 - 1,
    "takes_men": True,
    "takes_children": True,
    "wheelchair": True,
    "pets": True,
    "private": False,
    "from_day": -(2**31) + 1,
    "to_day": 2**31 - 1,
}


@pytest.mark.parametrize("column", HOUSEHOLD_BREAKS)
def test_control_a_condition_of_the_household_that_is_lost_is_found(case, by_rules, column):
    values = np.full_like(getattr(case.households, column), HOUSEHOLD_BREAKS[column])
    found = case.by_columns(households=replace(case.households, **{column: values}))
    assert (np.isfinite(found) != np.isfinite(by_rules)).any()


@pytest.mark.parametrize("column", OFFER_BREAKS)
def test_control_a_condition_of_the_offer_that_is_lost_is_found(case, by_rules, column):
    rows = case.offers.rows
    values = np.full_like(getattr(rows, column), OFFER_BREAKS[column])
    found = case.by_columns(offers=StayOffers(replace(rows, **{column: values}), case.offers.nights))
    assert (np.isfinite(found) != np.isfinite(by_rules)).any()


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_control_each_kind_of_night_that_is_lost_is_found(case, by_rules, kind):
    kept = case.offers.nights.kind != kind
    counts = np.add.reduceat(np.append(kept, False), case.offers.nights.start[:-1])
    counts[np.diff(case.offers.nights.start) == 0] = 0
    start = np.concatenate([[0], np.cumsum(counts)])
    nights = replace(
        case.offers.nights, start=start, **{n: getattr(case.offers.nights, n)[kept] for n in ("kind", "first", "until")}
    )
    found = case.by_columns(offers=StayOffers(case.offers.rows, nights))
    assert (np.isfinite(found) != np.isfinite(by_rules)).any()


def test_a_household_of_unknown_sex_is_protected_and_met_with_care(case):
    h = case.households
    guarded, alone, lone = company_of(h, np.zeros(len(h), bool))
    unknown_only = (h.unknown > 0) & (h.women == 0) & (h.men == 0)
    assert unknown_only.any()
    assert guarded[unknown_only].all()
    assert lone[unknown_only].all()
    assert not alone[unknown_only].any()
