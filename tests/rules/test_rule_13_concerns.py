"""Rule 13: nobody asks for money, work or papers. One report holds, two independent ones suspend."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import concerns
from registry.rules.concerns import GRAVE, KINDS, Report, consequence
from registry.rules.policy import Policy

ORDER = ("none", "hold", "suspend")
LESSER = sorted(set(KINDS) - GRAVE)
reports = st.lists(st.builds(Report, st.sampled_from(KINDS), st.sampled_from(["h:1", "h:2", "h:3", ""])), max_size=5)


@pytest.mark.parametrize("kind", ["money", "work", "papers", "alone", "violence"])
def test_one_report_holds(kind):
    assert consequence([Report(kind, "h:1")]) == "hold"


@pytest.mark.parametrize("kind", sorted(GRAVE))
def test_two_independent_reports_suspend(kind):
    assert consequence([Report(kind, "h:1"), Report("money", "h:2")]) == "suspend"


def test_two_reports_of_one_household_are_one():
    assert consequence([Report("money", "h:1"), Report("work", "h:1")]) == "hold"


def test_reports_of_unknown_source_are_not_known_to_be_independent():
    assert consequence([Report("money", ""), Report("work", "")]) == "hold"


@pytest.mark.parametrize("kind", LESSER)
def test_a_lesser_report_is_looked_at_by_a_person_and_stops_nobody(kind):
    assert consequence([Report(kind, "h:1"), Report(kind, "h:2")]) == "none"


def test_a_lesser_report_does_not_make_a_grave_one_two():
    assert consequence([Report("money", "h:1"), Report("route_changed", "h:2")]) == "hold"


def test_no_report_no_consequence():
    assert consequence([]) == "none"


def test_the_order_of_reports_does_not_matter():
    told = (Report("money", "h:1"), Report("other", "h:2"), Report("work", "h:3"))
    assert {consequence(order) for order in permutations(told)} == {"suspend"}


@given(reports, st.builds(Report, st.sampled_from(KINDS), st.sampled_from(["h:1", "h:4"])))
def test_one_more_report_never_makes_it_milder(told, another):
    assert ORDER.index(consequence([*told, another])) >= ORDER.index(consequence(told))


def test_the_numbers_are_settings():
    strict = Policy(concerns_that_suspend=1)
    assert consequence([Report("papers", "h:1")], strict) == "suspend"


def test_control_if_sources_were_not_told_apart_one_household_could_suspend(monkeypatch):
    twice = [Report("money", "h:1"), Report("money", "h:1")]
    assert consequence(twice) == "hold"
    monkeypatch.setattr(concerns, "GRAVE", frozenset())
    assert consequence(twice) == "none"
