"""A day in lanes: several processes write at once, and it is the same day."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from registry import models as m
from registry.services import geography, keys
from registry.simulation import replay
from registry.simulation.arrivals import ZoneShare, midnight, people_of
from registry.simulation.clock import Process, Timeline
from registry.simulation.forks import EndedEarly, forked
from registry.simulation.lanes import LANES, OneClock, living
from registry.simulation.tally import Tally

DAY = date(2022, 3, 6)
START = datetime(2022, 3, 6, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_day_in_lanes_breaks_no_rule_and_leaves_nobody_out() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite takes one writer: its day has one lane")
    geography.load()
    keys.ensure(at=midnight(DAY) - timedelta(days=30))
    report = replay.by_services(replay.Wanted(DAY, people=120), lambda _line: None, apart=True)
    assert report.tally.problems == []
    assert not any(v.rows for v in report.violations)
    assert report.people == 120
    assert report.tally.counts["households registered"] == m.Household.objects.count() == report.households
    assert report.tally.counts["confirmed"] > 20
    assert report.tally.counts["departed"] == m.Match.objects.filter(departed_at__isnull=False).count() > 10


def lasts(minutes: int, seen: list[datetime]) -> Process:
    at = yield START
    for _ in range(minutes):
        seen.append(at)
        time.sleep(0.001)
        at = yield at + timedelta(minutes=1)


def test_the_clock_is_one_for_all_and_never_goes_back() -> None:
    clock = OneClock()
    ahead, behind = Timeline(START, clock.latest), Timeline(START, clock.latest)
    seen: list[datetime] = []
    for timeline in (ahead, behind):
        timeline.start(lasts(5, seen))
    ahead.run(START + timedelta(minutes=3))
    behind.run(START + timedelta(minutes=1))
    assert seen == sorted(seen)
    assert seen[-1] == START + timedelta(minutes=3)


def test_control_two_clocks_go_back() -> None:
    seen: list[datetime] = []
    for minutes in (3, 1):
        timeline = Timeline(START)
        timeline.start(lasts(5, seen))
        timeline.run(START + timedelta(minutes=minutes))
    assert seen != sorted(seen)


def counting(tally: Tally, minutes: int) -> Process:
    at = yield START
    for _ in range(minutes):
        tally.count("minutes")
        tally.wait(minutes, ())
        at = yield at + timedelta(minutes=1)


def test_lanes_wait_for_each_other_and_add_up() -> None:
    tally = Tally()
    lives = [counting(tally, minutes) for minutes in (10, 20, 30)]
    with living(START, lives, counting(tally, 5), tally, OneClock()) as running:
        running.run(START + timedelta(minutes=4))
        # A lane behind the clock of another jumps to it.
        assert 4 <= running.counts()["minutes"] <= 4 * 5
        # Sixty-five steps of a minute, each of which may push the clock of all: they end within so many minutes.
        running.run(START + timedelta(minutes=65))
        total = Tally()
        for counted in running.tallies():
            total.add(counted)
    assert total.counts["minutes"] == 65
    assert sorted(map(str, total.waiting)) == ["10", "20", "30", "5"]


def test_a_lane_that_ends_early_is_not_waited_for() -> None:
    with pytest.raises(EndedEarly), forked(lambda _pipe: None, [()]) as [fork]:
        fork.receive()


def test_parts_of_a_zone_add_up() -> None:
    whole = ZoneShare("siret-crossing", people_of(DAY, "ro-ua"))
    parts = [whole.part(number, LANES) for number in range(LANES)]
    assert sum(part.people for part in parts) == whole.people
