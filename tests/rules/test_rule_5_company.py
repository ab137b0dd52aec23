"""Rule 5: women, and women with children, are not placed with unrelated men only; the rule looks both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import company, eligibility
from registry.rules.company import alone_with_men, guests_by_night, with_only_men
from registry.rules.facts import Group
from tests.rules.examples import (
    CHILD,
    CHILD_ALONE,
    COUPLE,
    DAY,
    LONE_MAN,
    LONE_WOMAN,
    MAN,
    NOON,
    TEENAGER,
    TODAY,
    UNKNOWN_SEX,
    WOMAN,
    agreed,
    codes,
    guest,
    need,
    party,
    ride,
    stay,
)

MEN_ACCEPTED = "unrelated_men_accepted"
MOTHER = party(WOMAN, CHILD)
FAMILY = Group(women=1, men=1, children=2)
NOBODY = Group()
UNKNOWN = Group(unknown=1)


def joins(who, present=(), fixed=LONE_MAN, decided=False, there_already=False):
    return codes(with_only_men(who, tuple(present), fixed, decided, there_already=there_already))


@pytest.mark.parametrize(
    ("who", "fixed", "blocked"),
    [
        (party(WOMAN), LONE_MAN, True),
        (MOTHER, LONE_MAN, True),
        (party(WOMAN, WOMAN), LONE_MAN, True),
        (party(WOMAN, TEENAGER), LONE_MAN, True),
        (party(CHILD_ALONE), LONE_MAN, True),
        (party(UNKNOWN_SEX), LONE_MAN, True),
        (party(WOMAN), Group(men=2, children=3), True),
        (party(WOMAN), UNKNOWN, True),
        (party(WOMAN), COUPLE, False),
        (party(WOMAN), LONE_WOMAN, False),
        (party(WOMAN), NOBODY, False),
        (party(WOMAN), Group(children=2), False),
        (party(WOMAN), Group(women=1, unknown=1), False),
        (party(WOMAN, MAN), LONE_MAN, False),
        (party(MAN), LONE_MAN, False),
        (party(MAN, CHILD), LONE_MAN, False),
    ],
)
def test_who_may_be_with_whom(who, fixed, blocked):
    assert joins(who, fixed=fixed) == (["only_unrelated_men"] if blocked else [])


def test_men_and_women_of_other_households_count_like_residents():
    assert joins(MOTHER, [LONE_MAN], NOBODY) == ["only_unrelated_men"]
    assert joins(MOTHER, [LONE_MAN, LONE_WOMAN], NOBODY) == []
    assert joins(MOTHER, [LONE_WOMAN], LONE_MAN) == []


def test_two_lone_women_are_company_for_each_other():
    assert joins(party(WOMAN), [LONE_WOMAN], LONE_MAN) == []


def test_a_man_may_not_join_a_woman_who_would_then_be_with_men_only():
    assert joins(party(MAN), [LONE_WOMAN], NOBODY) == ["would_leave_women_with_men"]
    assert joins(party(MAN), [Group(women=1, children=2)], NOBODY) == ["would_leave_women_with_men"]
    assert joins(party(MAN, WOMAN), [LONE_WOMAN], NOBODY) == []


def test_both_are_told_when_two_of_unknown_sex_would_endanger_each_other():
    both = ["only_unrelated_men", "would_leave_women_with_men"]
    assert joins(party(UNKNOWN_SEX), [UNKNOWN], NOBODY) == both
    assert joins(party(UNKNOWN_SEX), [UNKNOWN], NOBODY, decided=True) == both[1:]


def test_an_adult_of_unknown_sex_counts_as_a_man_for_others_and_as_a_woman_for_themselves():
    assert joins(party(UNKNOWN_SEX), [LONE_WOMAN], NOBODY) == ["would_leave_women_with_men"]
    assert joins(party(WOMAN), [UNKNOWN], LONE_MAN) == ["only_unrelated_men"]
    assert joins(party(UNKNOWN_SEX), [], LONE_MAN) == ["only_unrelated_men"]


def test_her_own_wish_agreed_by_two_staff_lifts_it_for_her():
    assert joins(party(WOMAN), decided=True) == []
    assert joins(party(WOMAN, CHILD), decided=True) == []


def test_children_cannot_wish_for_it():
    assert joins(party(CHILD_ALONE), decided=True) == ["only_unrelated_men"]


def test_her_wish_does_not_lift_it_for_a_woman_who_is_there_already():
    alone_with_two = (Group(children=1),)
    assert joins(party(MAN), alone_with_two, LONE_MAN, decided=True) == ["would_leave_women_with_men"]


def test_what_she_agreed_to_does_not_cover_a_man_who_would_join_later():
    she = Group(women=1, agreed=True)
    assert joins(party(MAN), [she], LONE_MAN) == ["would_leave_women_with_men"]


def test_a_man_who_was_there_when_she_agreed_is_not_sent_away_at_the_gate():
    she = Group(women=1, agreed=True)
    assert joins(party(MAN), [she], LONE_MAN, there_already=True) == []
    assert joins(party(MAN), [LONE_WOMAN], LONE_MAN, there_already=True) == ["would_leave_women_with_men"]


def test_a_woman_who_joins_one_who_agreed_changes_nothing_for_either():
    assert joins(party(WOMAN), [Group(women=1, agreed=True)], LONE_MAN) == []


def test_the_whole_gate_asks_it_for_a_vehicle_and_for_a_home():
    assert codes(eligibility.ride(need(MOTHER), ride(crew=LONE_MAN), NOON)) == ["only_unrelated_men"]
    assert codes(eligibility.stay(need(MOTHER), stay(residents=LONE_MAN), NOON)) == ["only_unrelated_men"]
    lone = need(MOTHER, decisions=(agreed(MEN_ACCEPTED),))
    assert codes(eligibility.ride(lone, ride(crew=LONE_MAN), NOON)) == []
    assert codes(eligibility.stay(lone, stay(residents=LONE_MAN), NOON)) == []


def test_an_agreement_that_has_expired_lifts_nothing():
    late = need(MOTHER, decisions=(agreed(MEN_ACCEPTED, TODAY - DAY),))
    assert codes(eligibility.ride(late, ride(crew=LONE_MAN), NOON)) == ["only_unrelated_men"]


def test_an_agreement_must_hold_on_the_first_night():
    today_only = need(MOTHER, from_date=TODAY + DAY, decisions=(agreed(MEN_ACCEPTED, TODAY),))
    assert codes(eligibility.stay(today_only, stay(residents=LONE_MAN), NOON)) == ["only_unrelated_men"]


# Nights: who is there on each of them.


def at_home(guests, nights=3, who=MOTHER, residents=LONE_MAN, first=0, **more):
    asked = need(who, from_date=TODAY + first * DAY, nights=nights)
    return codes(eligibility.stay(asked, stay(guests=tuple(guests), residents=residents), NOON, **more))


def test_a_woman_who_leaves_earlier_is_no_company_for_the_nights_after():
    assert at_home([guest(LONE_WOMAN, 0, 3)]) == []
    assert at_home([guest(LONE_WOMAN, 0, 2)]) == ["only_unrelated_men"]


def test_a_woman_who_comes_later_is_no_company_for_the_nights_before():
    assert at_home([guest(LONE_WOMAN, 1, 5)]) == ["only_unrelated_men"]


def test_two_women_one_after_the_other_are_company_on_every_night():
    assert at_home([guest(LONE_WOMAN, 0, 2), guest(LONE_WOMAN, 2, 4)]) == []


def test_a_man_who_has_left_before_she_comes_is_no_danger():
    assert at_home([guest(LONE_MAN, 0, 5)], first=5, residents=NOBODY) == []
    assert at_home([guest(LONE_MAN, 0, 6)], first=5, residents=NOBODY) == ["only_unrelated_men"]


def test_a_man_may_not_stay_into_the_nights_of_a_woman_who_comes_later():
    later = [guest(LONE_WOMAN, 2, 4)]
    assert at_home(later, who=party(MAN), residents=NOBODY, nights=2) == []
    assert at_home(later, who=party(MAN), residents=NOBODY, nights=3) == ["would_leave_women_with_men"]


def test_in_a_home_and_in_a_vehicle_a_man_joins_nobody_who_did_not_know_of_him():
    she = Group(women=1, agreed=True)
    assert at_home([guest(she)], who=party(MAN)) == ["would_leave_women_with_men"]
    assert at_home([guest(she)], who=party(MAN), placed=True) == []
    car = ride(crew=LONE_MAN, aboard=(she,))
    assert codes(eligibility.ride(need(party(MAN)), car, NOON)) == ["would_leave_women_with_men"]
    assert codes(eligibility.ride(need(party(MAN)), car, NOON, seated=True)) == []


def test_after_midnight_the_night_that_has_begun_is_asked_about():
    asked = need(MOTHER, from_date=TODAY - DAY, nights=1)
    offer = stay(from_date=TODAY - DAY, residents=LONE_MAN)
    assert codes(eligibility.stay(asked, offer, NOON.replace(hour=1))) == ["only_unrelated_men"]


def test_after_midnight_whoever_sleeps_there_that_night_is_company():
    asked = need(MOTHER, from_date=TODAY - DAY, nights=1)
    offer = stay(from_date=TODAY - DAY, residents=LONE_MAN, guests=(guest(LONE_WOMAN, -1, 0),))
    assert codes(eligibility.stay(asked, offer, NOON.replace(hour=1))) == []


def test_guests_are_listed_once_for_each_night_on_which_they_change():
    guests = (guest(LONE_WOMAN, 0, 2), guest(LONE_MAN, 1, 9))
    nights = list(guests_by_night(guests, TODAY, TODAY + 4 * DAY))
    assert nights == [(LONE_WOMAN,), (LONE_WOMAN, LONE_MAN), (LONE_MAN,)]


# Properties.

small = st.integers(0, 2)
groups = st.builds(Group, women=small, men=small, children=small, unknown=small)


@given(st.lists(groups, min_size=2, max_size=4), groups)
def test_the_rule_does_not_ask_who_came_first(households, fixed):
    verdicts = {alone_with_men((*households[i:], *households[:i]), fixed) for i in range(len(households))}
    assert len(verdicts) == 1


@given(groups, groups, groups)
def test_a_and_b_may_share_exactly_when_b_and_a_may(a, b, fixed):
    assert alone_with_men((a, b), fixed) == alone_with_men((b, a), fixed)


@given(st.lists(groups, max_size=3), groups)
def test_with_a_woman_among_the_fixed_nobody_is_ever_alone_with_men(households, fixed):
    with_her = Group(fixed.women + 1, fixed.men, fixed.children, fixed.unknown)
    assert not alone_with_men(tuple(households), with_her)


@given(st.lists(groups, max_size=3), groups)
def test_a_man_more_among_the_fixed_never_makes_it_allowed(households, fixed):
    with_him = Group(fixed.women, fixed.men + 1, fixed.children, fixed.unknown)
    assert alone_with_men(tuple(households), fixed) <= alone_with_men(tuple(households), with_him)


@given(st.lists(groups, max_size=3), groups)
def test_to_learn_that_an_unknown_adult_among_the_fixed_is_a_woman_never_adds_a_block(households, fixed):
    known = Group(fixed.women + fixed.unknown, fixed.men, fixed.children)
    assert alone_with_men(tuple(households), known) <= alone_with_men(tuple(households), fixed)


def by_the_text(households, fixed):
    """The rule once more, from its text: everybody as single people, each with the household they belong to."""
    people = [("f", n) for n, g in enumerate((*households, fixed)) for _ in range(g.women)]
    people += [("m", n) for n, g in enumerate((*households, fixed)) for _ in range(g.men + g.unknown)]
    for n, g in enumerate(households):
        hers = g.women + g.unknown + g.children > 0 and g.men == 0
        strangers = {sex for sex, house in people if house != n}
        if hers and strangers == {"m"}:
            return True
    return False


@given(st.lists(groups, max_size=4), groups)
def test_the_rule_agrees_with_its_text(households, fixed):
    assert alone_with_men(tuple(households), fixed) == by_the_text(households, fixed)


def test_control_without_the_guard_a_mother_would_sleep_among_strangers(monkeypatch):
    monkeypatch.setattr(eligibility, "with_only_men", lambda *_, **__: iter(()))
    assert codes(eligibility.stay(need(MOTHER), stay(residents=LONE_MAN), NOON)) == []


def test_control_without_looking_both_ways_a_man_would_join_her(monkeypatch):
    he = party(MAN)

    def one_way(households, fixed):
        return households == (he.group,) and alone_with_men(households, fixed)

    assert joins(he, [LONE_WOMAN], NOBODY)
    monkeypatch.setattr(company, "alone_with_men", one_way)
    assert not joins(he, [LONE_WOMAN], NOBODY)


def test_control_if_unknown_sex_were_a_woman_for_others_a_stranger_would_count_as_company(monkeypatch):
    assert joins(party(WOMAN), [UNKNOWN], LONE_MAN)
    monkeypatch.setattr(
        company, "only_men", lambda o: any(g.men for g in o) and not any(g.women + g.unknown for g in o)
    )
    assert not joins(party(WOMAN), [UNKNOWN], LONE_MAN)
