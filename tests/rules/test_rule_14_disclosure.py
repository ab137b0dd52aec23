"""Rule 14 and the table of places: who learns what; a provider never learns of a refusal."""

from datetime import timedelta

import pytest

from registry.rules import disclosure
from registry.rules.disclosure import (
    PLACES,
    place_precision,
    provider_may_see_match,
    shows_end,
    shows_gate,
    told_to_provider,
)
from registry.states import MATCH
from tests.rules.examples import HOUR, NOON

# The column "shelter or host" of the table, written once more: viewer, before any relation, once related.
TABLE = [
    ("public", "none", "none"),
    ("provider", "none", "exact"),
    ("household", "none", "exact"),
    ("volunteer", "cell", "exact"),
    ("coordinator", "cell", "exact"),
    ("officer", "county", "exact"),
    ("partner", "county", "cell"),
    ("child_protection", "county", "exact"),
    ("case_worker", "county", "exact"),
    ("auditor", "none", "none"),
    ("steward", "none", "none"),
]
BEFORE_CONFIRMATION = ("proposed", "accepted", "declined")


@pytest.mark.parametrize(("viewer", "stranger", "related"), TABLE)
def test_who_sees_the_place_of_a_host_and_how_exactly(viewer, stranger, related):
    assert place_precision(frozenset({viewer}), related=False) == stranger
    assert place_precision(frozenset({viewer}), related=True) == related


def test_the_table_names_every_viewer():
    assert {row[0] for row in TABLE} == set(PLACES)


def test_whoever_has_no_role_sees_nothing():
    assert place_precision(frozenset(), related=True) == "none"
    assert place_precision(frozenset({"superuser"}), related=True) == "none"


def test_several_roles_see_what_the_best_of_them_sees():
    assert place_precision(frozenset({"auditor", "volunteer", "partner"}), related=False) == "cell"
    assert place_precision(frozenset({"steward", "partner"}), related=True) == "cell"


def test_a_provider_learns_the_need_and_nothing_about_the_people():
    facts: dict[str, str | int | bool | None] = {
        "adults": 2,
        "child_seats": 1,
        "origin": "siret",
        "destination": "suceava",
        "contact_phone": "+380671234567",
        "refused": True,
        "sexes": "ff",
        "languages": "uk",
        "household": "K3J5",
    }
    assert told_to_provider(facts) == {"adults": 2, "child_seats": 1, "origin": "siret", "destination": "suceava"}


@pytest.mark.parametrize("status", MATCH.states)
def test_a_match_that_was_never_confirmed_does_not_exist_for_the_provider(status):
    assert not provider_may_see_match(status, was_confirmed=False)


@pytest.mark.parametrize("status", MATCH.states)
def test_a_confirmed_match_exists_for_the_provider_until_its_end(status):
    assert provider_may_see_match(status, was_confirmed=True) == (status not in BEFORE_CONFIRMATION)


@pytest.mark.parametrize(
    ("side", "seen"),
    [
        ("household", {"confirmed", "departed", "overdue", "alerted", "arrived"}),
        ("driver", {"confirmed", "departed", "overdue", "alerted"}),
        ("staff", {"confirmed", "departed", "overdue", "alerted", "arrived", "halted"}),
        ("receiver", set(MATCH.states)),
        (None, set()),
        ("stranger", set()),
    ],
)
def test_in_which_states_each_side_sees_where_a_journey_ends(side, seen):
    assert {status for status in MATCH.states if shows_end(side, status, None, NOON)} == seen


def test_a_suspended_driver_no_longer_sees_where_the_people_are():
    assert not shows_end("driver", "halted", None, NOON)


def test_a_household_keeps_the_address_for_a_day_after_closing():
    closed = NOON - 24 * HOUR
    assert shows_end("household", "closed", closed + timedelta(seconds=1), NOON)
    assert not shows_end("household", "closed", closed, NOON)
    assert not shows_end("household", "closed", None, NOON)
    assert not shows_end("driver", "closed", closed + HOUR, NOON)


@pytest.mark.parametrize(("before", "seen"), [(3 * HOUR, False), (2 * HOUR, True), (HOUR, True), (-HOUR, True)])
def test_a_driver_is_told_the_gate_two_hours_before(before, seen):
    assert shows_gate(NOON + before, NOON) is seen


def test_control_if_nothing_were_hidden_a_refusal_would_show(monkeypatch):
    assert not provider_may_see_match("declined", was_confirmed=True)
    monkeypatch.setattr(disclosure, "HIDDEN_FROM_PROVIDER", frozenset())
    assert provider_may_see_match("declined", was_confirmed=True)


def test_control_if_every_fact_were_a_need_the_phone_would_be_told(monkeypatch):
    facts = {"contact_phone": "+380671234567"}
    assert told_to_provider(facts) == {}
    monkeypatch.setattr(disclosure, "NEED_FIELDS", tuple(facts))
    assert told_to_provider(facts) == facts
