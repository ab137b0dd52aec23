"""Rule 6: a household is never split, a child never parted from its guardian; and what fits besides."""

import pytest

from registry.rules import eligibility
from registry.rules.facts import Party
from tests.rules.examples import (
    CHILD,
    DAY,
    HOUR,
    INFANT,
    MAN,
    NOON,
    TEENAGER,
    TODAY,
    UNKNOWN_SEX,
    WOMAN,
    codes,
    need,
    party,
    ride,
    stay,
)


def rides(who, offer=None, **asked):
    return codes(eligibility.ride(need(who, **asked), offer or ride(), NOON))


def stays(who, offer=None, **asked):
    return codes(eligibility.stay(need(who, **asked), offer or stay(), NOON))


@pytest.mark.parametrize(
    ("fields", "members", "offer", "code"),
    [
        ({}, (WOMAN, CHILD, CHILD), {"seats_free": 2}, "seats_too_few"),
        ({}, (WOMAN, INFANT, INFANT), {"child_seats_free": 1}, "child_seats_too_few"),
        ({"wheelchairs": 2}, (WOMAN, MAN), {"wheelchairs_free": 1}, "wheelchair_places_too_few"),
        ({"luggage": 3}, (WOMAN, MAN), {"luggage_free": 2}, "luggage_too_much"),
    ],
)
def test_a_ride_takes_the_whole_household_or_nobody(fields, members, offer, code):
    assert rides(party(*members, **fields), ride(**offer)) == [code]
    enough = {name: free + 1 for name, free in offer.items()}
    assert rides(party(*members, **fields), ride(**enough)) == []


def test_a_home_takes_the_whole_household_or_nobody():
    assert stays(party(WOMAN, CHILD, CHILD), stay(beds_free=2)) == ["beds_too_few"]
    assert stays(party(WOMAN, CHILD, CHILD), stay(beds_free=3)) == []


def test_the_reason_counts_what_is_needed_and_what_is_free():
    (reason,) = eligibility.stay(need(party(WOMAN, CHILD, CHILD)), stay(beds_free=-1), NOON)
    assert (reason.rule, dict(reason.params)) == (6, {"needed": 3, "free": 0})


def test_places_that_are_taken_already_are_not_asked_for_again():
    offer = ride(seats_free=0, child_seats_free=0, wheelchairs_free=0, luggage_free=0, status="full")
    who = need(party(WOMAN, INFANT, wheelchairs=1, luggage=2))
    assert eligibility.ride(who, offer, NOON, seated=True) == ()
    assert eligibility.stay(who, stay(beds_free=0, status="full"), NOON, placed=True) == ()


def test_a_household_without_members_is_one_that_nobody_has_taken_down():
    assert rides(Party(members=())) == ["household_empty"]
    assert stays(Party(members=())) == ["household_empty"]


def test_only_infants_need_a_child_seat():
    assert rides(party(WOMAN, CHILD, TEENAGER), ride(child_seats_free=0)) == []


@pytest.mark.parametrize("who", [(WOMAN, MAN), (WOMAN, UNKNOWN_SEX)])
def test_a_place_for_women_only_takes_neither_men_nor_adults_of_unknown_sex(who):
    assert rides(party(*who), ride(women_only=True)) == ["women_only"]
    assert stays(party(*who), stay(women_only=True)) == ["women_only"]
    assert stays(party(*who), stay(accepts_men=False)) == ["no_men"]


def test_a_place_for_women_only_takes_women_with_their_sons():
    assert rides(party(WOMAN, TEENAGER), ride(women_only=True)) == []
    assert stays(party(WOMAN, TEENAGER), stay(women_only=True, accepts_men=False)) == []


@pytest.mark.parametrize(
    ("asked", "offer", "code"),
    [
        ({}, {"origin": "halmeu"}, "other_origin"),
        ({"destination": "iasi"}, {}, "other_destination"),
        ({}, {"departs_from": NOON - 2 * HOUR, "departs_until": NOON - HOUR}, "ride_gone"),
        ({"earliest_at": NOON + 4 * HOUR}, {}, "leaves_too_early"),
    ],
)
def test_a_ride_must_go_from_here_to_there_in_time(asked, offer, code):
    assert rides(party(), ride(**offer), **asked) == [code]


def test_a_household_without_a_wish_goes_anywhere():
    assert rides(party(), destination=None) == []


def test_pets_go_where_pets_are_welcome():
    assert rides(party(WOMAN, MAN, pets=1), ride(pets=False)) == ["no_pets"]
    assert stays(party(WOMAN, MAN, pets=1), stay(pets=False)) == ["no_pets"]


@pytest.mark.parametrize(
    ("who", "offer", "code"),
    [
        (party(WOMAN, MAN, wheelchairs=1), {"wheelchair": False}, "not_step_free"),
        (party(WOMAN, MAN, CHILD), {"accepts_children": False}, "no_children"),
        (party(WOMAN, MAN), {"distance_km": 100.5}, "too_far"),
        (party(WOMAN, MAN), {"from_date": TODAY + DAY}, "dates_do_not_fit"),
        (party(WOMAN, MAN), {"to_date": TODAY + 2 * DAY}, "dates_do_not_fit"),
    ],
)
def test_a_home_must_fit(who, offer, code):
    assert stays(who, stay(**offer)) == [code]


def test_the_last_morning_and_the_last_kilometer_are_included():
    assert stays(party(), stay(to_date=TODAY + 3 * DAY)) == []
    assert stays(party(), stay(distance_km=100.0)) == []


def test_a_stay_that_is_over_is_not_booked_but_the_night_that_has_begun_is():
    over = need(from_date=TODAY - 4 * DAY, nights=3)
    tonight = need(from_date=TODAY - DAY, nights=1)
    offer = stay(from_date=TODAY - 10 * DAY)
    assert codes(eligibility.stay(over, offer, NOON)) == ["dates_do_not_fit"]
    assert codes(eligibility.stay(tonight, offer, NOON.replace(hour=1))) == []


def test_a_ride_must_reach_the_bed():
    assert eligibility.together(ride(), stay()) == ()
    assert codes(eligibility.together(ride(), stay(town="iasi"))) == ["ride_does_not_reach_stay"]


def test_in_the_hour_that_comes_twice_a_ride_that_has_left_is_gone():
    """On 30 October 2022 at 04:00 the clocks in Bucharest went back to 03:00."""
    before, after = NOON.replace(month=10, day=30, hour=3, minute=30), NOON.replace(month=10, day=30, hour=3, minute=10)
    offer = ride(departs_from=before - HOUR, departs_until=before.replace(fold=0))
    asked = need(earliest_at=before - 2 * HOUR)
    assert codes(eligibility.ride(asked, offer, after.replace(fold=1))) == ["ride_gone"]
    assert codes(eligibility.ride(asked, offer, after.replace(fold=0))) == []


def test_control_without_the_count_a_household_would_be_split(monkeypatch):
    crowded = party(WOMAN, CHILD, CHILD)
    assert rides(crowded, ride(seats_free=2)) == ["seats_too_few"]
    monkeypatch.setattr(eligibility, "_short", lambda *_, **__: iter(()))
    assert rides(crowded, ride(seats_free=2)) == []
    assert stays(crowded, stay(beds_free=2)) == []


def test_control_without_the_guard_nobody_at_all_would_get_a_seat(monkeypatch):
    monkeypatch.setattr(eligibility, "nobody", lambda _: iter(()))
    assert rides(Party(members=())) == []
