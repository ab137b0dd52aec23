"""The draw of blind reviews and the bands of reminders: arithmetic that can be repeated."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ids import uuid7
from registry.rules.disclosure import audit_problem
from registry.rules.draw import commitment, is_drawn
from registry.rules.reminders import bands

SECRET = b"a secret of the authority, 32 chars"
TODAY = date(2026, 3, 6)


def test_five_in_a_hundred_are_drawn_within_chance():
    drawn = sum(is_drawn(SECRET, uuid7(), 5) for _ in range(20_000))
    assert 850 <= drawn <= 1150  # 1,000 expected, five standard deviations either way


@given(st.uuids())
def test_none_and_all_are_exact_and_more_percent_never_draws_fewer(decision):
    assert not is_drawn(SECRET, decision, 0)
    assert is_drawn(SECRET, decision, 100)
    drawn = [is_drawn(SECRET, decision, percent) for percent in range(101)]
    assert drawn == sorted(drawn)


def test_without_the_secret_the_draw_cannot_be_foreseen():
    ids = [uuid4() for _ in range(2_000)]
    ours, theirs = ([is_drawn(secret, pk, 50) for pk in ids] for secret in (SECRET, b"another secret" * 3))
    assert 850 <= sum(a == b for a, b in zip(ours, theirs, strict=True)) <= 1150


def test_a_commitment_says_nothing_but_binds():
    first, second = commitment(SECRET)
    assert UUID(first) != UUID(second)
    assert commitment(SECRET) == (first, second) != commitment(SECRET + b"!")
    assert audit_problem({"commitment": [first, second]}) == ()


@pytest.mark.parametrize(
    ("left", "days"),
    [(31, None), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)],
)
def test_the_nearest_reminder_that_is_due_and_no_other(left, days):
    until = TODAY + timedelta(days=left)
    assert [d for d, first, last in bands((30, 14, 7, 1), TODAY) if first <= until <= last] == (
        [days] if days is not None else []
    )
