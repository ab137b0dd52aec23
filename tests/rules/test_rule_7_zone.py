"""Rule 7: people leave only from an active, staffed safe zone; at night a second staff member sees them off."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.rules import eligibility, handover
from registry.rules.policy import Policy
from registry.states import ZONE
from tests.rules.examples import BUCHAREST, COLLEAGUE, NOON, STAFF, codes, gate, need, ride


def at(hour, minute=0):
    return NOON.replace(hour=hour, minute=minute)


@pytest.mark.parametrize("status", [s for s in ZONE.states if s != "active"])
def test_nobody_is_picked_up_outside_an_active_zone(status):
    assert codes(eligibility.ride(need(), ride(origin_status=status), NOON)) == ["zone_not_active"]
    assert codes(eligibility.pick_up_reasons(status, True)) == ["zone_not_active"]


def test_nobody_is_picked_up_where_nobody_is_on_shift():
    assert codes(eligibility.ride(need(), ride(origin_staffed=False), NOON)) == ["zone_not_staffed"]
    assert codes(eligibility.pick_up_reasons("active", False)) == ["zone_not_staffed"]
    assert eligibility.pick_up_reasons("active", True) == ()


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (at(21, 59), False),
        (at(22), True),
        (at(23, 59), True),
        (at(0), True),
        (at(3), True),
        (at(5, 59), True),
        (at(6), False),
        (NOON, False),
    ],
)
def test_night_is_from_ten_to_six_by_the_clock_of_the_zone(moment, night):
    assert eligibility.is_night(moment) is night
    assert ("night_needs_second_staff" in codes(handover.departure(gate(local_time=moment)))) is night
    assert handover.departure(gate(local_time=moment, second_staff=COLLEAGUE)) == ()


@pytest.mark.parametrize(
    ("noon_before", "hours"),
    [
        (datetime(2022, 3, 26, 12, tzinfo=BUCHAREST), 7),
        (datetime(2022, 10, 29, 12, tzinfo=BUCHAREST), 9),
        (datetime(2022, 6, 1, 12, tzinfo=BUCHAREST), 8),
    ],
)
def test_the_night_of_the_change_to_summer_time_has_seven_hours_and_the_other_nine(noon_before, hours):
    start = noon_before.astimezone(UTC)
    wall = [(start + timedelta(hours=n)).astimezone(BUCHAREST) for n in range(24)]
    assert sum(map(eligibility.is_night, wall)) == hours


def test_a_night_that_does_not_cross_midnight_is_possible_too():
    early = Policy(night_starts_hour=0, night_ends_hour=5)
    assert eligibility.is_night(at(4, 59), early)
    assert not eligibility.is_night(at(5), early)
    assert not eligibility.is_night(at(23), early)


@pytest.mark.parametrize("moment", [NOON, at(23)])
def test_nobody_is_their_own_second(moment):
    assert codes(handover.departure(gate(local_time=moment, second_staff=STAFF))) == ["second_staff_is_first"]


def test_a_household_that_drives_itself_is_seen_off_in_the_same_way():
    assert codes(handover.seen_off(3, 3, at(23), STAFF, None)) == ["night_needs_second_staff"]
    assert codes(handover.seen_off(2, 3, NOON, STAFF, None)) == ["other_count"]
    assert handover.seen_off(3, 3, at(23), STAFF, COLLEAGUE) == ()


def test_control_without_the_guard_people_would_leave_from_a_closed_zone(monkeypatch):
    monkeypatch.setattr(eligibility, "pick_up", lambda *_: iter(()))
    assert codes(eligibility.ride(need(), ride(origin_status="suspended", origin_staffed=False), NOON)) == []


def test_control_without_the_night_one_would_see_them_off_alone(monkeypatch):
    monkeypatch.setattr(handover, "is_night", lambda *_: False)
    assert handover.departure(gate(local_time=at(23))) == ()
