"""Rule 4: a child alone goes to a private provider only by a decision of child protection."""

import pytest

from registry.rules import eligibility
from registry.rules.facts import Party, Person
from tests.rules.examples import (
    CHILD,
    CHILD_ALONE,
    DAY,
    HOUR,
    MAN,
    NIECE,
    NOON,
    TODAY,
    UNKNOWN_AGE,
    WOMAN,
    agreed,
    codes,
    need,
    party,
    ride,
    stay,
)

PLACEMENT = "child_placement"
MOTHER_OF_SIXTEEN = Person("12-17", "f", "none")
HER_BABY = Person("0-3", "m", "parent")
BROTHERS = (Person("12-17", "m", "parent"), Person("4-11", "m", "parent"))


def rides(who, **fields):
    asked = need(who, decisions=fields.pop("decisions", ()))
    return codes(eligibility.ride(asked, ride(**fields), NOON))


def stays(who, **fields):
    decisions, first = fields.pop("decisions", ()), fields.pop("from_day", TODAY)
    return codes(eligibility.stay(need(who, decisions=decisions, from_date=first), stay(**fields), NOON))


@pytest.mark.parametrize(
    ("members", "alone"),
    [
        ((WOMAN, CHILD), 0),
        ((WOMAN, CHILD, CHILD), 0),
        ((MAN, CHILD), 0),
        ((WOMAN, Person("4-11", "m", "legal_guardian")), 0),
        ((CHILD_ALONE,), 1),
        ((WOMAN, CHILD_ALONE), 1),
        ((WOMAN, NIECE), 1),
        ((WOMAN, CHILD, NIECE), 1),
        ((CHILD,), 1),
        (BROTHERS, 2),
        ((UNKNOWN_AGE,), 1),
        ((Person("unknown", "f", "none"), CHILD), 2),
        ((MOTHER_OF_SIXTEEN, HER_BABY), 2),
        ((WOMAN, MOTHER_OF_SIXTEEN, HER_BABY), 1),
        ((Person("60+", "f"), Person("12-17", "f", "parent")), 0),
        ((WOMAN,), 0),
        ((), 0),
    ],
)
def test_who_counts_as_a_child_alone(members, alone):
    assert Party(members=members).children_alone == alone


@pytest.mark.parametrize("members", [(CHILD_ALONE,), (WOMAN, NIECE), (MOTHER_OF_SIXTEEN, HER_BABY), (UNKNOWN_AGE,)])
def test_a_child_alone_is_not_given_to_a_private_provider(members):
    assert "child_needs_decision" in rides(party(*members))
    assert "child_needs_decision" in stays(party(*members))


def test_unknown_age_counts_as_a_minor():
    assert Person("unknown").is_minor
    assert rides(party(WOMAN, Person("unknown", "m", "none"))) == ["child_needs_decision"]


def test_an_authority_may_take_a_child_alone():
    assert rides(party(WOMAN, NIECE), private=False) == []
    assert stays(party(WOMAN, NIECE), private=False) == []


def test_a_decision_of_child_protection_opens_the_way():
    decided = (agreed(PLACEMENT),)
    assert rides(party(WOMAN, NIECE), decisions=decided) == []
    assert stays(party(WOMAN, NIECE), decisions=decided) == []


def test_a_decision_of_two_staff_on_another_matter_does_not():
    assert "child_needs_decision" in rides(party(WOMAN, NIECE), decisions=(agreed("unrelated_men_accepted"),))


@pytest.mark.parametrize(("expires", "found"), [(TODAY, []), (TODAY - DAY, ["child_needs_decision"])])
def test_a_decision_holds_through_the_whole_of_its_last_day(expires, found):
    assert rides(party(WOMAN, NIECE), decisions=(agreed(PLACEMENT, expires),)) == found


def test_a_decision_must_hold_on_the_day_on_which_the_child_goes():
    today_only = (agreed(PLACEMENT, TODAY),)
    tomorrow = {"departs_from": NOON + DAY, "departs_until": NOON + DAY + HOUR}
    assert rides(party(WOMAN, NIECE), decisions=today_only, **tomorrow) == ["child_needs_decision"]
    assert stays(party(WOMAN, NIECE), decisions=today_only, from_day=TODAY + DAY) == ["child_needs_decision"]


def test_a_window_over_midnight_is_decided_by_the_day_on_which_it_opens():
    window = {"departs_from": NOON + 11 * HOUR, "departs_until": NOON + 14 * HOUR}
    assert rides(party(WOMAN, NIECE), decisions=(agreed(PLACEMENT, TODAY),), **window) == []


def test_the_reason_says_how_many_children_and_holds_for_people_to_decide():
    (reason,) = eligibility.child_alone(party(*BROTHERS), private=True, decided=False)
    assert (reason.rule, reason.severity, dict(reason.params)) == (4, "hold", {"children": 2})


def test_control_without_the_guard_a_child_alone_would_go_with_anybody(monkeypatch):
    monkeypatch.setattr(eligibility, "child_alone", lambda *_: iter(()))
    assert rides(party(CHILD_ALONE)) == []


def test_control_if_unknown_age_were_an_adult_nobody_would_ask(monkeypatch):
    monkeypatch.setattr("registry.rules.facts.MINOR_BANDS", frozenset({"0-3", "4-11", "12-17"}))
    assert rides(party(WOMAN, Person("unknown", "m", "none"))) == []
