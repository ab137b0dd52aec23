"""The planner is compared with people who look at every offer: passing over blocks must not change what they find."""

import numpy as np
import pytest

from geo.distance import haversine_kms
from registry import planner
from registry.planner import kernels, reasons
from registry.planner.arrays import Settings
from registry.planner.assign import welcome
from registry.planner.ground import ground
from registry.planner.rooms import kinds
from registry.planner.shards import Shard
from registry.rules.policy import DEFAULT
from registry.simulation.influx import influx
from tests.bench import first_come


@pytest.fixture(scope="module")
def day():
    return influx(500, 700, seed=3)


def by_looking_at_all(day, order, *, nearest):
    """For each household the nearest or the best of all offers with room."""
    h, s = day.households, day.stays.rows
    shard, count = Shard(h, day.stays, DEFAULT), len(s)
    points = np.stack([shard.exact(np.full(len(h), j))[0] for j in range(count)], axis=1)
    kms = np.stack([haversine_kms([(h.lon[i], h.lat[i])], np.stack([s.lon, s.lat], 1)) for i in range(len(h))])
    free, place, company, kind = s.beds.copy(), np.full(len(h), -1), np.zeros((count, 2), int), kinds(h)
    for i in order.tolist():
        may = (points[i] > kernels.NO) & (free >= h.size[i])
        may &= [bool(s.woman_lives[j]) or welcome(kind[i], *company[j]) for j in range(count)]
        if not may.any():
            continue
        place[i] = j = int(np.where(may, -kms[i] if nearest else points[i], -np.inf).argmax())
        free[j] -= h.size[i]
        company[j] += kind[i] in (1, 3), kind[i] in (2, 3)
    return place


@pytest.mark.parametrize("nearest", [True, False])
def test_passing_over_blocks_changes_nothing(day, nearest):
    order = np.arange(500)
    found = first_come.placed(day.households, day.stays, order, nearest=nearest)
    assert (found == by_looking_at_all(day, order, nearest=nearest)).all()
    assert 100 < (found >= 0).sum() < 500


def test_the_nearest_and_the_best_are_not_the_same(day):
    near, best = (by_looking_at_all(day, np.arange(500), nearest=nearest) for nearest in (True, False))
    assert (near != best).mean() > 0.3


def test_with_beds_where_they_are_looked_for_a_plan_leaves_far_fewer_than_first_come_nearest():
    day = influx(10_000, 7_500, beds_follow=True)
    size, order = day.households.size, np.arange(10_000)
    left = np.flatnonzero(planner.plan_stays(day.households, day.stays).offer < 0)
    laid_out = ground(day.stays, DEFAULT)
    could = reasons.fitting(day.households.take(left), laid_out, Settings())
    by_hand = first_come.placed(day.households, day.stays, order, nearest=True)
    assert 50 * size[left].sum() < size[by_hand < 0].sum()
    assert 100 * size[left][could].sum() < size[by_hand < 0].sum()
    control = planner.plan_stays(day.households, day.stays, Settings(everybody=0.0))
    assert size[control.offer < 0].sum() > 3 * size[left].sum()
