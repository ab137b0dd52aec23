"""The gate word by word: every reason under its rule with its figures, every limit at its edge."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.rules import eligibility
from registry.rules.eligibility import not_verified, pick_up_reasons, ride, stay, together, unpromised
from registry.rules.facts import Group, Party, Vetted
from tests.rules.examples import (
    CHILD_ALONE,
    DAY,
    HOUR,
    INFANT,
    LONE_MAN,
    LONE_WOMAN,
    MAN,
    NOON,
    OF_RIDE,
    OF_STAY,
    TODAY,
    WOMAN,
    agreed,
    codes,
    demanding,
    guest,
    need,
    party,
    vetted,
)
from tests.rules.examples import ride as a_ride
from tests.rules.examples import stay as a_stay

HER = need(party(WOMAN))


def said(reasons) -> list[tuple]:
    """Code, rule, severity and figures of each reason."""
    return [(reason.code, reason.rule, reason.severity, dict(reason.params)) for reason in reasons]


@pytest.mark.parametrize(
    ("status", "until", "held", "expected"),
    [
        ("verified", TODAY, False, []),
        ("verified", TODAY - DAY, False, [("driver_expired", 1, "block", {})]),
        ("verified", None, False, [("driver_expired", 1, "block", {})]),
        ("verified", TODAY, True, [("driver_held", 1, "hold", {})]),
        ("suspended", TODAY, False, [("driver_suspended", 1, "block", {})]),
        ("revoked", TODAY, False, [("driver_revoked", 1, "block", {})]),
        ("expired", TODAY, False, [("driver_expired", 1, "block", {})]),
        ("rejected", TODAY, False, [("driver_not_verified", 1, "block", {})]),
        ("in_review", TODAY, False, [("driver_not_verified", 1, "block", {})]),
    ],
)
def test_why_somebody_is_not_verified(status, until, held, expected):
    assert said(not_verified([Vetted("driver", status, until, held)], TODAY)) == expected


def test_whoever_is_missing_among_the_vetted_is_named_under_rule_1():
    only_driver = a_ride(vetted=vetted("driver"))
    assert said(ride(need(), only_driver, NOON)) == [
        ("provider_not_verified", 1, "block", {}),
        ("vehicle_not_verified", 1, "block", {}),
    ]
    assert said(stay(need(), a_stay(vetted=()), NOON)) == [
        ("provider_not_verified", 1, "block", {}),
        ("dwelling_not_verified", 1, "block", {}),
    ]


def test_a_good_offer_has_no_reason_against_it():
    for who in (need(), demanding(), HER):
        women = {"crew": Group(women=1)}
        assert ride(who, a_ride(**women), NOON) == ()
        assert stay(who, a_stay(), NOON) == ()


def test_an_offer_that_is_not_open_is_told_under_rule_1():
    for status, seated, expected in (
        ("paused", False, ["offer_not_open"]),
        ("full", False, ["offer_not_open"]),
        ("full", True, []),
        ("paused", True, ["offer_not_open"]),
        ("open", True, []),
    ):
        one = ride(need(), a_ride(status=status), NOON, seated=seated)
        other = stay(need(), a_stay(status=status), NOON, placed=seated)
        assert codes(one) == codes(other) == expected
        assert all(reason.rule == 1 for reason in (*one, *other))


def test_a_household_of_nobody_is_told_under_rule_6():
    nobody = need(Party(members=()))
    assert ("household_empty", 6, "block", {}) in said(ride(nobody, a_ride(), NOON))
    assert ("household_empty", 6, "block", {}) in said(stay(nobody, a_stay(), NOON))


def test_a_child_alone_is_held_under_rule_4_until_somebody_has_decided():
    child = need(party(CHILD_ALONE))
    expected = ("child_needs_decision", 4, "hold", {"children": 1})
    assert expected in said(ride(child, a_ride(), NOON))
    assert expected in said(stay(child, a_stay(), NOON))
    decided = replace(child, decisions=(agreed("child_placement"),))
    for who, private in ((decided, True), (child, False)):
        assert "child_needs_decision" not in codes(ride(who, a_ride(private=private), NOON))
        assert "child_needs_decision" not in codes(stay(who, a_stay(private=private), NOON))


def test_a_decision_must_hold_on_the_day_of_the_ride_and_of_the_first_night():
    child = replace(need(party(CHILD_ALONE)), decisions=(agreed("child_placement", TODAY + DAY),))
    later = a_ride(departs_from=NOON + 2 * DAY, departs_until=NOON + 2 * DAY + HOUR)
    assert "child_needs_decision" in codes(ride(child, later, NOON))
    assert "child_needs_decision" in codes(stay(replace(child, from_date=TODAY + 2 * DAY), a_stay(), NOON))
    assert "child_needs_decision" not in codes(ride(child, a_ride(departs_from=NOON - 2 * DAY), NOON))


def test_room_is_counted_and_told_with_its_figures():
    small = a_ride(seats_free=2, child_seats_free=0, wheelchairs_free=0, luggage_free=2)
    assert said(ride(demanding(), small, NOON)) == [
        ("seats_too_few", 6, "block", {"needed": 3, "free": 2}),
        ("child_seats_too_few", 6, "block", {"needed": 1, "free": 0}),
        ("wheelchair_places_too_few", 6, "block", {"needed": 1, "free": 0}),
        ("luggage_too_much", 0, "block", {"needed": 3, "free": 2}),
    ]
    assert ride(demanding(), small, NOON, seated=True) == ()
    assert said(stay(demanding(), a_stay(beds_free=-1), NOON)) == [
        ("beds_too_few", 6, "block", {"needed": 3, "free": 0})
    ]
    assert stay(demanding(), a_stay(beds_free=0), NOON, placed=True) == ()


def test_exactly_enough_is_enough():
    exact = a_ride(seats_free=3, child_seats_free=1, wheelchairs_free=1, luggage_free=3)
    assert ride(demanding(), exact, NOON) == ()
    assert stay(demanding(), a_stay(beds_free=3), NOON) == ()


@pytest.mark.parametrize(
    ("status", "staffed", "expected"),
    [
        ("active", True, []),
        ("active", False, [("zone_not_staffed", 7, "block", {})]),
        ("suspended", True, [("zone_not_active", 7, "block", {})]),
        ("suspended", False, [("zone_not_active", 7, "block", {})]),
    ],
)
def test_where_people_are_picked_up(status, staffed, expected):
    assert said(pick_up_reasons(status, staffed)) == expected
    assert said(ride(need(), a_ride(origin_status=status, origin_staffed=staffed), NOON)) == expected


@pytest.mark.parametrize(
    ("starts", "ends", "nights"),
    [(22, 6, {22, 23, 0, 1, 2, 3, 4, 5}), (1, 5, {1, 2, 3, 4}), (0, 0, set()), (23, 0, {23})],
)
def test_the_night_begins_and_ends_on_the_hour(starts, ends, nights):
    policy = replace(eligibility.DEFAULT, night_starts_hour=starts, night_ends_hour=ends)
    assert {hour for hour in range(24) if eligibility.is_night(NOON.replace(hour=hour), policy)} == nights
    assert eligibility.is_night(NOON.replace(hour=23)) is True
    assert eligibility.is_night(NOON) is False


def test_what_does_not_fit_a_ride():
    for change, code in (
        ({"origin": "vama"}, "other_origin"),
        ({"destinations": frozenset({"iasi"})}, "other_destination"),
        ({"pets": False}, "no_pets"),
        ({"women_only": True}, "women_only"),
    ):
        assert said(ride(demanding(), a_ride(**change), NOON)) == [(code, 0, "block", {})]
        anywhere = need(party(WOMAN), origin=change.get("origin", "siret"), destination=None)
        assert ride(anywhere, a_ride(**change), NOON) == ()


def test_a_ride_is_gone_when_its_time_is_over_and_not_at_that_moment():
    end = NOON + 3 * HOUR
    before = need(earliest_at=NOON - DAY)
    assert ride(before, a_ride(), end) == ()
    assert codes(ride(before, a_ride(), end + timedelta(seconds=1))) == ["ride_gone"]
    assert ride(need(earliest_at=end), a_ride(), NOON) == ()
    assert codes(ride(need(earliest_at=end + HOUR), a_ride(), NOON)) == ["leaves_too_early"]
    assert codes(ride(need(earliest_at=end + 9 * HOUR), a_ride(), end + HOUR)) == ["ride_gone"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"wheelchair": False}, "not_step_free"),
        ({"pets": False}, "no_pets"),
        ({"accepts_children": False}, "no_children"),
        ({"accepts_men": False}, "no_men"),
        ({"women_only": True}, "women_only"),
        ({"women_only": True, "accepts_men": False}, "women_only"),
    ],
)
def test_what_does_not_fit_a_home(change, code):
    assert said(stay(demanding(), a_stay(**change), NOON)) == [(code, 0, "block", {})]
    assert stay(HER, a_stay(**change), NOON) == ()


def test_dates_fit_to_the_day():
    exact = {"from_date": TODAY, "to_date": TODAY + 3 * DAY}
    assert stay(need(), a_stay(**exact), NOON) == ()
    for change in ({"from_date": TODAY + DAY}, {"to_date": TODAY + 2 * DAY}):
        assert said(stay(need(), a_stay(**{**exact, **change}), NOON)) == [("dates_do_not_fit", 0, "block", {})]
    over = need(from_date=TODAY - 9 * DAY, nights=3)
    home = a_stay(from_date=TODAY - 20 * DAY)
    assert codes(stay(over, home, NOON)) == ["dates_do_not_fit"]
    assert stay(need(from_date=TODAY - 3 * DAY, nights=3), home, NOON) == ()


def test_the_way_may_be_as_long_as_they_said():
    assert stay(need(max_km=40), a_stay(), NOON) == ()
    assert said(stay(need(max_km=39), a_stay(distance_km=40.4), NOON)) == [
        ("too_far", 0, "block", {"km": 40, "max_km": 39})
    ]


def test_company_is_told_under_rule_5_once_for_all_nights():
    men = a_stay(residents=Group(), guests=(guest(LONE_MAN, 0, 1), guest(LONE_MAN, 1, 9)))
    assert said(stay(HER, men, NOON)) == [("only_unrelated_men", 5, "block", {})]
    him = need(party(MAN))
    assert said(stay(him, a_stay(residents=LONE_MAN, guests=(guest(LONE_WOMAN),)), NOON)) == [
        ("would_leave_women_with_men", 5, "block", {})
    ]
    assert said(ride(HER, a_ride(crew=LONE_MAN), NOON)) == [("only_unrelated_men", 5, "block", {})]


def test_verification_must_reach_the_end_of_the_ride_and_the_first_night():
    until = {kind: Vetted(kind, "verified", TODAY) for kind in OF_RIDE}
    assert ride(need(), a_ride(vetted=vetted(*OF_RIDE, **until)), NOON) == ()
    late = a_ride(vetted=vetted(*OF_RIDE, **until), departs_until=NOON + DAY)
    assert set(codes(ride(need(), late, NOON))) == {f"{kind}_expired" for kind in OF_RIDE}
    home = a_stay(vetted=vetted(*OF_STAY, dwelling=Vetted("dwelling", "verified", TODAY)))
    assert stay(need(), home, NOON) == ()
    assert codes(stay(need(from_date=TODAY + DAY), home, NOON)) == ["dwelling_expired"]
    assert codes(stay(need(from_date=TODAY - DAY), a_stay(from_date=TODAY - DAY), NOON)) == []


def test_a_ride_leads_to_the_town_of_the_bed():
    assert together(a_ride(), a_stay()) == ()
    assert said(together(a_ride(), a_stay(town="iasi"))) == [("ride_does_not_reach_stay", 0, "block", {})]


def test_what_others_have_chosen_is_not_shown():
    three = need()
    assert unpromised(three, 4, 1) == ()
    assert said(unpromised(three, 4, 2)) == [("promised_to_others", 0, "block", {})]


@pytest.mark.parametrize(
    ("status", "has_stay", "is_safe"),
    [("active", False, True), ("active", True, True), ("suspended", False, False), (None, False, False)],
)
def test_a_ride_ends_somewhere_safe(status, has_stay, is_safe):
    found = said(eligibility.destination(status, has_stay))
    assert found == ([] if is_safe else [("destination_not_safe", 10, "block", {})])
    assert eligibility.destination(None, True) == ()


def test_an_infant_needs_a_seat_of_its_own():
    family = need(party(WOMAN, INFANT))
    assert codes(ride(family, a_ride(child_seats_free=0), NOON)) == ["child_seats_too_few"]
