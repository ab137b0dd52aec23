"""Rule 11: who does not arrive is looked for, step by step, each due at its minute; sooner with children."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import overdue
from registry.rules.policy import Policy
from tests.rules.examples import BUCHAREST, NOON

CODES = ["message_both", "call_both", "coordinator", "duty_officer", "police"]
DEFAULT = Policy()


def minutes_after(eta, ladder):
    return [(step.due_at - eta).total_seconds() / 60 for step in ladder]


def test_the_time_of_arrival_is_the_route_and_three_tenths():
    assert overdue.eta(NOON, 100) == NOON + timedelta(minutes=130)
    assert overdue.eta(NOON, 0) == NOON


@pytest.mark.parametrize(("with_minors", "due"), [(False, [15, 30, 60, 90, 120]), (True, [0, 15, 30, 45, 60])])
def test_the_steps_are_due_at_their_minutes(with_minors, due):
    ladder = overdue.steps(NOON, with_minors)
    assert [step.code for step in ladder] == CODES
    assert [step.number for step in ladder] == [1, 2, 3, 4, 5]
    assert minutes_after(NOON, ladder) == due


def test_with_children_no_step_is_later_than_without():
    pairs = zip(overdue.steps(NOON, True), overdue.steps(NOON, False), strict=True)
    assert all(child.due_at < adult.due_at for child, adult in pairs)


YEAR = (datetime(2022, 1, 1), datetime(2023, 1, 1))  # noqa: DTZ001 - hypothesis adds the zone


@given(st.datetimes(*YEAR, timezones=st.just(BUCHAREST)), st.booleans())
def test_steps_are_real_minutes_apart_on_every_night_of_the_year(moment, with_minors):
    ladder = overdue.steps(moment, with_minors)
    wanted = DEFAULT.overdue_minutes_with_minors if with_minors else DEFAULT.overdue_minutes
    assert minutes_after(moment.astimezone(UTC), ladder) == list(wanted)
    assert [s.due_at for s in ladder] == sorted(s.due_at for s in ladder)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        (datetime(2022, 3, 27, 2, 30, tzinfo=BUCHAREST), "03:00 to 04:00"),
        (datetime(2022, 10, 30, 3, 30, tzinfo=BUCHAREST), "04:00 to 03:00"),
    ],
)
def test_a_journey_over_the_change_of_the_clocks_takes_as_long_as_any_other(day, clock):
    expected = day.astimezone(UTC) + timedelta(minutes=130)
    assert overdue.eta(day, 100) == expected, clock


def test_everything_but_the_message_asks_a_person():
    assert [overdue.needs_human(code) for code in CODES] == [False, True, True, True, True]


def test_the_minutes_are_settings():
    hurried = Policy(overdue_minutes=(1, 2, 3, 4, 5), eta_factor=2.0)
    assert overdue.eta(NOON, 30, hurried) == NOON + timedelta(hours=1)
    assert minutes_after(NOON, overdue.steps(NOON, False, hurried)) == [1, 2, 3, 4, 5]


def test_a_ladder_with_too_few_minutes_is_an_error_and_not_a_shorter_ladder():
    with pytest.raises(ValueError, match="shorter"):
        overdue.steps(NOON, False, Policy(overdue_minutes=(15, 30)))


def test_control_by_the_clock_on_the_wall_a_step_would_be_an_hour_late():
    eta = datetime(2022, 10, 30, 3, 50, tzinfo=BUCHAREST)
    on_the_wall = eta + timedelta(minutes=15)
    assert on_the_wall.astimezone(UTC) - eta.astimezone(UTC) == timedelta(minutes=75)
    assert overdue.steps(eta, False)[0].due_at - eta.astimezone(UTC) == timedelta(minutes=15)
