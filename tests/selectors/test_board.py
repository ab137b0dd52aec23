"""The board of a zone and the tally of a shift: all that is open is on it, for those whose zone it is."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import NotFound
from registry.ids import uuid7
from registry.selectors.board import board
from registry.selectors.shapes import board as shapes
from registry.selectors.tally import shift_tally
from registry.services import concerns, intake, journeys
from tests import factories as f

pytestmark = pytest.mark.django_db


def places(who: Any, code: str = "siret") -> dict[str, int]:
    """Places of the board where something stands."""
    return {name: count for name, count in board(who, code).counts().items() if count}


@pytest.mark.parametrize(
    ("status", "place"),
    [
        ("proposed", "chosen"),
        ("accepted", "chosen"),
        ("confirmed", "confirmed"),
        ("departed", "on_the_road"),
        ("overdue", "overdue"),
        ("alerted", "overdue"),
        ("halted", "overdue"),
        ("arrived", "arrived"),
    ],
)
def test_a_match_stands_in_its_place(status: str, place: str) -> None:
    row = f.match(status)
    assert [one.pk for one in board(f.maria(), "siret").place(place)] == [row.pk]


@pytest.mark.parametrize("status", ["closed", "declined", "cancelled", "resolved"])
def test_what_has_ended_is_on_no_board(status: str) -> None:
    row = f.match(status)
    assert row.pk not in board(f.maria(), "siret").ids()


def test_a_journey_is_expected_where_it_ends() -> None:
    f.match("departed")
    there = f.actor(f.person("volunteer", zone="suceava"))
    assert places(there, "suceava") == {"expected": 1}
    assert places(f.maria()) == {"on_the_road": 1}


def test_a_household_waits_before_and_after_it_has_asked() -> None:
    asked, new = f.help_request(), f.household()
    assert places(f.maria()) == {"households": 1, "waiting": 1}
    seen = shapes.board(f.maria(), "siret")
    assert [one["id"] for one in seen["households"]] == [new.pk]
    assert [one["id"] for one in seen["waiting"]] == [asked.pk]
    # The code on the slip speaks for the household: the list shows its beginning alone.
    assert seen["households"][0]["slip"] == new.code[:4]
    assert new.code not in str(seen)


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "daria", "alina", "sorin", "pavel"])
def test_a_board_exists_for_the_zones_own_staff_alone(who: str) -> None:
    f.geography()
    with pytest.raises(NotFound):
        board(f.actor(f.known(who)), "siret")


def test_a_tally_counts_what_its_person_did_in_it() -> None:
    shift = f.staffed()
    nothing = shift_tally(f.maria(), shift.pk, f.NOW)
    numbers = ("households", "people", "confirmed", "handed_over", "people_handed_over", "arrived", "concerns")
    assert [getattr(nothing, name) for name in numbers] == [0] * 7
    match = f.match("departed")
    draft = intake.HouseholdDraft(members=[f.WOMAN, f.CHILD])
    intake.register_household(actor=f.maria(), id=uuid7(), zone="siret", draft=draft, at=f.NOW)
    concerns.report(actor=f.maria(), match=match.pk, id=uuid7(), kind="route_changed", text="", at=f.NOW)
    journeys.arrive(actor=f.maria(), match=match.pk, side="refugee", at=f.NOW)
    found = shift_tally(f.maria(), shift.pk, f.NOW + f.HOUR)
    registered = m.Household.objects.filter(registered_by=f.maria().id)
    people = sum(row.size for row in registered)
    assert [getattr(found, name) for name in numbers] == [
        *(registered.count(), people, 1, 1, match.people, 1, 1),
    ]
    assert (found.starts_at, found.until) == (shift.starts_at, f.NOW + f.HOUR)


def test_a_tally_is_for_its_person_and_the_zones_coordinators() -> None:
    shift = f.staffed()
    assert shift_tally(f.andrei(), shift.pk, f.NOW).shift == shift.pk
    for who in ("vasile", "olena", "stefan", "sorin"):
        with pytest.raises(NotFound):
            shift_tally(f.actor(f.known(who)), shift.pk, f.NOW)


def test_what_others_did_or_what_was_before_is_not_counted() -> None:
    f.match("departed", at=f.NOW - 3 * f.HOUR)
    shift = f.staffed(who=f.known("andrei"))
    assert shift_tally(f.andrei(), shift.pk, f.NOW).handed_over == 0
