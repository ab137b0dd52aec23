"""The order of offers: one yardstick, the same everywhere, and each point with its reason."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import ranking
from registry.rules.facts import Party
from registry.rules.policy import DEFAULT, Policy
from registry.selectors.stay_worth import StayWorth
from tests.rules.examples import (
    BUCHAREST,
    CHILD,
    HOUR,
    INFANT,
    MAN,
    NOON,
    UNKNOWN_AGE,
    WOMAN,
    codes,
    need,
    party,
    ride,
    stay,
)


def yardstick(urgency, distance, farthest, languages_shared, children, child_friendly, host_points):
    """Value per person as the planner's specification words it, urgency from 1.0 to 2.0."""
    points = 10 * urgency + 30 * (1 - distance / farthest)
    points += 15 if languages_shared else 0
    points += 10 if children and child_friendly else 0
    return points + host_points


def best_possible(asked, policy):
    """The bound that ends a search, at no distance."""
    worth = StayWorth(asked, policy, None)
    return worth.near(0.0) + worth.most


@given(
    urgency=st.integers(10, 20),
    distance=st.floats(0, 600),
    farthest=st.integers(1, 600),
    mine=st.sets(st.sampled_from(["uk", "ro", "en", "ru"])),
    theirs=st.sets(st.sampled_from(["uk", "ro", "en", "ru"])),
    members=st.lists(st.sampled_from([WOMAN, MAN, CHILD, INFANT]), min_size=1, max_size=8),
    child_friendly=st.booleans(),
    host_points=st.integers(0, 5),
)
def test_the_value_of_a_bed_is_the_formula(
    urgency, distance, farthest, mine, theirs, members, child_friendly, host_points
):
    who = Party(tuple(members), languages=frozenset(mine))
    asked = need(who, urgency=urgency, max_km=farthest)
    offer = stay(
        distance_km=distance, languages=frozenset(theirs), child_friendly=child_friendly, host_points=host_points
    )
    score = ranking.stay(asked, offer)
    children = any(m in (CHILD, INFANT) for m in members)
    per_person = yardstick(urgency / 10, distance, farthest, mine & theirs, children, child_friendly, host_points)
    assert score.per_person == pytest.approx(per_person)
    assert score.value == pytest.approx(per_person * len(members))
    assert score.per_person <= best_possible(asked, DEFAULT) + 1e-9


def test_a_worked_example():
    asked = need(party(WOMAN, CHILD, languages=frozenset({"uk"})), urgency=14, max_km=100)
    offer = stay(distance_km=40.0, languages=frozenset({"uk", "ro"}), child_friendly=True, host_points=3)
    score = ranking.stay(asked, offer)
    assert (score.per_person, score.value) == (14 + 18 + 15 + 10 + 3, 120)
    assert codes(score.reasons) == ["near", "shared_language", "child_friendly", "host_points"]
    assert all(reason.severity == "info" for reason in score.reasons)


def test_points_that_are_not_given_are_not_explained():
    asked = need(party(WOMAN, MAN, languages=frozenset({"uk"})))
    offer = stay(languages=frozenset({"ro"}), child_friendly=True)
    assert codes(ranking.stay(asked, offer).reasons) == ["near"]


def test_unknown_age_counts_as_a_child_here_too():
    offer = stay(child_friendly=True)
    assert "child_friendly" in codes(ranking.stay(need(party(WOMAN, UNKNOWN_AGE)), offer).reasons)


@pytest.mark.parametrize(
    ("needs", "infants", "older", "alone", "points"),
    [
        ((), 0, 0, 0, 10),
        ((), 2, 0, 0, 12),
        ((), 0, 1, 0, 12),
        ((), 0, 0, 1, 14),
        (("medical",), 0, 0, 0, 12),
        (("medical", "pregnant"), 1, 1, 0, 18),
        (("medical", "pregnant", "trauma", "disability"), 1, 1, 1, 20),
    ],
)
def test_urgency_is_ten_to_twenty(needs, infants, older, alone, points):
    assert ranking.urgency(frozenset(needs), infants, older, alone) == points


@pytest.mark.parametrize(
    ("departs", "earliest", "minutes", "points"),
    [
        (NOON, NOON, 0, 30),
        (NOON + 6 * HOUR, NOON, 360, 22.5),
        (NOON + 24 * HOUR, NOON, 1440, 0),
        (NOON + 48 * HOUR, NOON, 2880, 0),
        (NOON - HOUR, NOON, 0, 30),
        (NOON + 3 * HOUR, NOON + 2 * HOUR, 60, 28.75),
    ],
)
def test_a_ride_is_valued_by_the_wait_in_place_of_the_distance(departs, earliest, minutes, points):
    asked = need(party(WOMAN, MAN), earliest_at=earliest)
    score = ranking.ride(asked, ride(departs_from=departs), NOON)
    assert score.per_person == pytest.approx(10 + points)
    assert score.value == pytest.approx(2 * (10 + points))
    assert dict(score.reasons[0].params) == {"minutes": minutes}


def test_child_seats_and_a_shared_language_speak_for_a_ride():
    asked = need(party(WOMAN, INFANT, languages=frozenset({"uk", "ru"})), earliest_at=NOON)
    score = ranking.ride(asked, ride(departs_from=NOON, languages=frozenset({"ru", "uk"})), NOON)
    assert score.per_person == 10 + 30 + 15 + 10
    assert codes(score.reasons) == ["waiting", "shared_language", "child_seat_ready"]
    assert score.reasons[1].params == {"languages": "ru, uk"}


def test_a_wait_over_the_change_of_the_clocks_is_as_long_as_it_is():
    before = datetime(2022, 3, 27, 2, 30, tzinfo=BUCHAREST)
    score = ranking.ride(need(earliest_at=before), ride(departs_from=before.replace(hour=4)), before)
    assert score.reasons[0].params == {"minutes": 60}


@given(st.floats(0, 100), st.floats(0, 100))
def test_nearer_is_never_worth_less(a, b):
    near, far = sorted((a, b))
    asked = need()
    assert ranking.stay(asked, stay(distance_km=near)).value >= ranking.stay(asked, stay(distance_km=far)).value


def test_the_weights_are_settings():
    heavy = Policy(weight_distance=0, weight_language=50, weight_children=0)
    asked = need(party(WOMAN, CHILD, languages=frozenset({"uk"})))
    offer = stay(languages=frozenset({"uk"}), child_friendly=True)
    assert ranking.stay(asked, offer, heavy).per_person == 10 + 50
    assert best_possible(asked, heavy) == 10 + 50 + 5


def test_more_people_make_the_same_place_worth_more_in_all_and_the_same_for_each():
    two, four = need(party(WOMAN, MAN)), need(party(WOMAN, MAN, WOMAN, MAN))
    assert ranking.stay(two, stay()).per_person == ranking.stay(four, stay()).per_person
    assert ranking.stay(four, stay()).value == 2 * ranking.stay(two, stay()).value


def test_two_equal_offers_are_worth_the_same():
    assert ranking.stay(need(), stay()) == ranking.stay(need(), replace(stay(), town="iasi"))
