"""What holds for every plan: the gate, the beds, the company, the proof, and the same plan every time."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest

from registry import planner
from registry.planner import knapsack, prices, rooms
from registry.planner.arrays import NEVER, Settings, StayOffers
from registry.planner.shards import Shard
from registry.rules.company import alone_with_men, is_guarded, only_men
from registry.rules.facts import Group
from registry.rules.policy import DEFAULT
from registry.simulation.influx import influx
from tests.planner import as_facts


@pytest.fixture(scope="module")
def day():
    return influx(1500, 700, 250, seed=5)


@pytest.fixture(scope="module")
def made(day):
    return planner.plan_stays(day.households, day.stays)


def groups(h):
    return [
        Group(*row) for row in zip(h.women.tolist(), h.men.tolist(), h.minors.tolist(), h.unknown.tolist(), strict=True)
    ]


def is_sound(households, offers, plan):
    """Beds, the gate again, and rule 5 among all whom the plan puts under one roof, in any order."""
    placed = np.flatnonzero(plan.offer >= 0)
    used = np.bincount(plan.offer[placed], households.size[placed], minlength=len(offers.rows))
    points, _ = Shard(households, offers, DEFAULT).exact(plan.offer.astype(np.int64))
    everybody, under = groups(households), {}
    for row in placed.tolist():
        under.setdefault(int(offers.rows.roof[plan.offer[row]]), []).append(everybody[row])
    lives = dict(zip(offers.rows.roof.tolist(), offers.rows.woman_lives.tolist(), strict=True))
    return (
        (used <= offers.rows.beds).all()
        and (points[placed] > 0).all()
        and all(
            lives[roof] or not any(is_guarded(a) and only_men((b,)) for a, b in itertools.permutations(there, 2))
            for roof, there in under.items()
        )
    )


def test_a_plan_is_sound_and_places_most(day, made):
    assert is_sound(day.households, day.stays, made)
    assert made.total == pytest.approx(made.value.sum())
    assert 0 <= made.gap < 0.05
    assert day.households.size[made.offer >= 0].sum() > 0.9 * day.stays.rows.beds.sum()


def test_control_a_company_that_is_not_looked_at_is_found(day, monkeypatch):
    monkeypatch.setattr(rooms, "kinds", lambda h: np.zeros(len(h), np.int64))
    assert not is_sound(day.households, day.stays, planner.plan_stays(day.households, day.stays))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_the_prices_a_plan_is_sound(day, seed, monkeypatch):
    wild = np.random.default_rng(seed).uniform(0, 90, len(day.stays.rows))
    monkeypatch.setattr(prices, "step", lambda *_: wild)
    plan = planner.plan_stays(day.households, day.stays)
    assert is_sound(day.households, day.stays, plan)
    assert plan.total <= plan.bound


def test_the_plan_does_not_depend_on_the_number_of_threads(day, made):
    for threads in (1, 2, 3):
        again = planner.plan_stays(day.households, day.stays, Settings(threads=threads))
        assert (again.offer == made.offer).all()
        assert (again.prices == made.prices).all()
    other = planner.plan_stays(day.households, day.stays, Settings(seed=2))
    assert (other.prices != made.prices).any()


def test_shards_add_up_to_the_whole(day):
    whole = Shard(day.households, day.stays, DEFAULT)
    cuts = (slice(0, 600), slice(600, 1500))
    parts = [
        Shard(day.households.take(cut), day.stays, DEFAULT, first=cut.start, laid_out=whole.ground) for cut in cuts
    ]
    at = np.full(len(day.stays.rows), 20.0)
    for one in (whole, *parts):
        one.find(at, 5.0, 0.5, 3, 16, 16)
    assert (whole.demand(at, 1.0) == sum(part.demand(at, 1.0) for part in parts)).all()
    assert whole.surplus(at) == pytest.approx(sum(part.surplus(at) for part in parts))


def test_the_bound_is_never_below_the_true_best(day):
    """The best of a small case by a solver of integer programs, without company: it bounds every plan from above."""
    from ortools.linear_solver import pywraplp

    small = influx(40, 14, seed=8)
    shard = Shard(small.households, small.stays, DEFAULT)
    offer, points, _ = shard.best(np.zeros(14), shard.room, 14, -1e20)
    solver = pywraplp.Solver.CreateSolver("SCIP")
    pairs = [(h, int(offer[h, q]), float(points[h, q])) for h in range(40) for q in range(14) if offer[h, q] >= 0]
    taken = {(h, o): solver.BoolVar("") for h, o, _ in pairs}
    size, beds = small.households.size.tolist(), small.stays.rows.beds.tolist()
    for h in range(40):
        solver.Add(sum(x for (g, _), x in taken.items() if g == h) <= 1)
    for o in range(14):
        solver.Add(sum(size[h] * x for (h, p), x in taken.items() if p == o) <= beds[o])
    solver.Maximize(sum(size[h] * points * taken[h, o] for h, o, points in pairs))
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    plan = planner.plan_stays(small.households, small.stays)
    best = solver.Objective().Value()
    assert plan.total <= best + 0.01
    assert best <= plan.bound + 0.01
    assert plan.total > 0.9 * best
    for seed in range(20):
        at = np.random.default_rng(seed).uniform(0, 80, 14)
        assert best <= prices.bound(shard, at, small.stays.rows.beds) + 0.01


def is_allowed(kinds):
    guarded, lone = [k in (1, 3) for k in kinds], [k in (2, 3) for k in kinds]
    return not any(guarded[i] and lone[j] for i, j in itertools.permutations(range(len(kinds)), 2))


def test_the_knapsack_is_as_good_as_trying_everything():
    chance = random.Random(7)
    for _ in range(300):
        count = chance.randint(1, 9)
        gains = np.array([chance.randint(1, 90) / 2 for _ in range(count)])
        weights = np.array([chance.randint(1, 5) for _ in range(count)])
        kinds = np.array([chance.choice((0, 0, 1, 1, 2, 3)) for _ in range(count)])
        room = chance.randint(1, 12)
        sums = [
            gains[list(some)].sum()
            for n in range(count + 1)
            for some in itertools.combinations(range(count), n)
            if weights[list(some)].sum() <= room and is_allowed(kinds[list(some)].tolist())
        ]
        chosen, total = knapsack.choose(gains, weights, kinds, room)
        assert total == pytest.approx(max(sums))
        assert gains[chosen].sum() == pytest.approx(total)
        assert weights[chosen].sum() <= room
        assert is_allowed(kinds[chosen].tolist())


def test_a_new_plan_moves_few_and_nobody_who_is_fixed(day, made):
    gone = np.flatnonzero(np.bincount(made.offer[made.offer >= 0], minlength=700) > 0)[:10]
    until = day.stays.rows.verified_until.copy()
    until[gone] = NEVER
    now = StayOffers(replace(day.stays.rows, verified_until=until), day.stays.nights)
    lost = np.isin(made.offer, gone)
    fixed = (made.offer >= 0) & ~lost & (np.arange(1500) % 3 == 0)
    plan = planner.replan_stays(day.households, now, planner.Before(made.offer, fixed), prices=made.prices)
    assert is_sound(day.households, now, plan)
    assert not np.isin(plan.offer, gone).any()
    assert (plan.offer[fixed] == made.offer[fixed]).all()
    assert ((made.offer >= 0) & ~lost & (plan.offer != made.offer)).sum() <= 10


def test_rides_hold_seats_and_everything_else(day):
    plan = planner.plan_rides(day.households, day.rides)
    placed = plan.offer >= 0
    assert plan.total <= plan.bound
    for need, has in (("size", "seats"), ("child_seats",) * 2, ("wheelchairs",) * 2, ("luggage",) * 2):
        used = np.bincount(plan.offer[placed], getattr(day.households, need)[placed], minlength=250)
        assert (used <= getattr(day.rides.rows, has)).all()
    assert placed.mean() > 0.3


def test_ride_and_bed_go_together_or_not_at_all(day):
    plan = planner.plan_together(day.households, day.rides, day.stays)
    both = plan.stay.offer >= 0
    assert (both == (plan.ride.offer >= 0)).all()
    assert both.any()
    assert plan.total <= plan.bound
    routes = day.rides.rows.route[plan.ride.offer[both]]
    assert day.rides.reaches[routes, day.stays.rows.town[plan.stay.offer[both]]].all()
    assert is_sound(day.households, day.stays, plan.stay)


def test_it_can_be_stopped_and_tells_how_far_it_is(day):
    told = []
    planner.plan_stays(day.households, day.stays, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(planner.Cancelled):
        planner.plan_stays(day.households, day.stays, cancelled=lambda: True)


def test_whoever_has_no_place_learns_what_is_in_the_way(day, made):
    far = replace(day.households, max_km=np.where(np.arange(1500) < 5, 0, day.households.max_km))
    plan = planner.plan_stays(far, day.stays)
    told = planner.explain_stays(far, day.stays, plan, range(5))
    assert {one.status for one in told} == {"none"}
    assert all("plan_none_near" in {reason.code for reason in one.reasons} for one in told)
    wanted = planner.wanted_stays(day.stays, made, count=3)
    assert [one.price for one in wanted] == sorted((one.price for one in wanted), reverse=True)


def test_nobody_and_nowhere_are_plans_too(day):
    assert planner.plan_stays(day.households.take([]), day.stays).total == 0
    none = StayOffers(day.stays.rows.take([]), replace(day.stays.nights, start=np.zeros(1, np.int64)))
    assert (planner.plan_stays(day.households, none).offer == -1).all()


def test_the_any_order_rule_is_what_rule_5_asks_of_every_order():
    """Every pair of small groups: who may share a roof without residents passes the scalar rule whoever comes first."""
    small = [Group(*counts) for counts in itertools.product((0, 1), repeat=4) if sum(counts)]
    for a, b in itertools.combinations_with_replacement(small, 2):
        apart = any(is_guarded(x) and only_men((y,)) for x, y in ((a, b), (b, a)))
        assert apart == alone_with_men((a, b), Group())


def test_no_pair_of_a_plan_is_refused_by_the_scalar_gate_in_any_order(day, made):
    both = planner.plan_together(day.households, day.rides, day.stays)
    for seed in range(5):
        assert as_facts.refused(day.households, day.stays, made.offer, seed) == 0
        assert as_facts.refused(day.households, day.stays, both.stay.offer, seed) == 0
        assert as_facts.refused_rides(day.households, day.rides, both.ride.offer, seed) == 0


def test_control_pairs_at_random_are_refused(day):
    anywhere = np.random.default_rng(1).integers(0, 700, 1500)
    assert as_facts.refused(day.households, day.stays, anywhere) > 1000
