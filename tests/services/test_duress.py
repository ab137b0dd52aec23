"""Rule 12: one picture means that all is well; every other one calls for help and is done and told in the same way."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import models as m
from registry.errors import NotFound
from registry.ids import uuid7
from registry.rules.signs import SIGNS, asks_help, is_missing
from registry.selectors import alarms as visible
from registry.selectors import by_slip
from registry.selectors.shapes import journeys as shapes
from registry.services import duress, intake, journeys, slips, worker
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db


def on_the_road(sign: str = "sun") -> m.Match:
    """A journey of a household that was told its picture."""
    match = f.match("departed")
    row = match.household
    row.sign = sign
    row.save(update_fields=["sign"])
    return match


def says(match: m.Match, kind: str = "arrived", **given: Any) -> m.Match:
    values = {"actor": f.SYSTEM, "code": match.household.code, "id": uuid7(), "kind": kind, "at": f.NOW + f.HOUR}
    return journeys.household_says(**{**values, **given})


def alarms(code: str = "duress") -> list[tuple[str, int, str | None]]:
    return list(m.Alarm.objects.filter(code=code).order_by("county").values_list("role", "level", "county"))


@pytest.mark.parametrize("kind", ["here", "underway", "arrived"])
@pytest.mark.parametrize("sign", [sign for sign in SIGNS if sign != "sun"])
def test_every_other_picture_tells_the_duty_officers(kind: str, sign: str) -> None:
    match = on_the_road()
    says(match, kind, sign=sign)
    assert duress.raise_due(at=f.NOW + f.HOUR) == 1
    assert alarms() == [("officer", 5, "RO-SV")]


@pytest.mark.parametrize("kind", ["here", "underway", "arrived"])
def test_their_own_picture_tells_nobody(kind: str) -> None:
    match = on_the_road()
    says(match, kind, sign="sun")
    assert duress.raise_due(at=f.NOW + f.HOUR) == 0
    assert alarms() == []


def test_it_is_told_exactly_once_however_often_the_worker_runs() -> None:
    match = on_the_road()
    says(match, sign="fish")
    rounds = [worker.work_once(at=f.NOW + f.HOUR).quiet for _ in range(3)]
    assert (rounds, len(alarms())) == ([1, 0, 0], 1)
    word = m.CheckIn.objects.get(silent=True)
    assert m.Alarm.objects.get().pk == word.pk
    assert said(m.Alarm.objects.get(), "alarm.raised", f.SYSTEM) == {"code": "duress", "role": "officer", "level": 5}


def test_officers_of_both_ends_are_told() -> None:
    match = on_the_road()
    m.Town.objects.filter(pk=match.destination_id).update(county="RO-TL")
    says(match, sign="fish")
    duress.raise_due(at=f.NOW + f.HOUR)
    assert alarms() == [("officer", 5, "RO-SV"), ("officer", 5, "RO-TL")]
    assert visible.waiting(f.olena()).filter(code="duress").exists()
    assert visible.waiting(f.stefan()).filter(code="duress").exists()


@pytest.mark.parametrize("who", [f.maria, f.andrei, f.vasile])
def test_nobody_at_the_zones_sees_the_alarm(who: Any) -> None:
    says(on_the_road(), sign="fish")
    duress.raise_due(at=f.NOW + f.HOUR)
    assert not visible.open_or_closed(who()).filter(code="duress").exists()
    assert visible.open_or_closed(f.olena()).filter(code="duress").exists()


SAME = re.compile(r"'[^']*'|s\d+_x\d+|\b\d[\d.]*\b|\b(?:true|false)\b|[0-9a-f]{32}")


def written(match: m.Match, sign: str) -> list[str]:
    """Every statement that a word costs, without what is different in each of them anyway."""
    with CaptureQueriesContext(connection) as caught:
        says(match, sign=sign)
    return [SAME.sub("?", query["sql"]) for query in caught]


def test_the_database_does_the_same_work_for_both() -> None:
    """So the answer takes the same time: what a wrong picture leads to is done by the worker."""
    well, forced = (written(on_the_road(), sign) for sign in ("sun", "fish"))
    assert well == forced
    assert len(well) > 10


def test_control_an_alarm_in_the_request_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    insert = journeys.rows.insert

    def at_once(row: Any, *args: Any) -> Any:
        found = insert(row, *args)
        if getattr(row, "silent", False):
            duress.raise_due(at=f.NOW)
        return found

    well = written(on_the_road(), "sun")
    monkeypatch.setattr(journeys.rows, "insert", at_once)
    assert written(on_the_road(), "fish") != well


def seen_by_carrier(match: m.Match) -> Any:
    """What the driver's program is told of the journey and its words."""
    ride = f.ride_of(match)
    assert ride
    detail = shapes.detail(f.owner(ride.driver), match.pk)
    return {key: value for key, value in detail.items() if key not in ("id", "ride", "created_at")}


def test_the_driver_and_the_household_s_program_see_the_same() -> None:
    well, forced = on_the_road(), on_the_road()
    shown = [shapes.for_household(says(match, sign=sign), f.NOW) for match, sign in ((well, "sun"), (forced, "fish"))]
    for one in shown:
        del one["plate"]
    assert shown[0] == shown[1]
    duress.raise_due(at=f.NOW + f.HOUR)
    assert seen_by_carrier(well) == seen_by_carrier(forced)
    assert [action for action, _ in entries(well)] == [action for action, _ in entries(forced)]
    assert dict(entries(well))["journey.check_in"] == dict(entries(forced))["journey.check_in"]


def test_a_forced_arrival_stands_like_a_true_one_and_the_alarm_outlives_it() -> None:
    match = on_the_road()
    says(match, sign="fish")
    journeys.arrive(actor=f.andrei(), match=match.pk, side="receiver", at=f.NOW + f.HOUR)
    assert again(match).status == "arrived"
    worker.work_once(at=f.NOW + f.HOUR)
    assert visible.waiting(f.olena()).filter(code="duress").count() == 1


def test_whoever_has_found_the_slip_cannot_say_that_they_have_arrived() -> None:
    match = on_the_road()
    with refused("invalid", sign="required"):
        says(match)
    with refused("invalid", sign="unknown_choice"):
        says(match, sign="house")
    says(match, "underway")
    assert again(match).refugee_arrived_at is None


def test_a_household_that_was_told_no_picture_needs_none() -> None:
    match = f.match("departed")
    says(match)
    assert again(match).refugee_arrived_at
    assert duress.raise_due(at=f.NOW + f.HOUR) == 0
    assert not asks_help("", "fish")
    assert not is_missing("", "", "arrived")


# The slip.


def registered() -> m.Household:
    f.geography()
    draft = intake.HouseholdDraft(members=[f.WOMAN])
    return intake.register_household(actor=f.maria(), id=uuid7(), zone="siret", draft=draft, at=f.NOW)


def test_a_picture_is_drawn_when_it_is_told_and_stays_the_same() -> None:
    row = registered()
    assert row.sign == ""
    told = {slips.tell_sign(actor=who, household=row.pk, at=f.NOW) for who in (f.maria(), f.andrei(), f.maria())}
    assert len(told) == 1
    assert told <= set(SIGNS)
    assert [data for action, data in entries(row) if action == "read.sign"] == [
        {"drawn": True},
        {"drawn": False},
        {"drawn": False},
    ]


def test_every_picture_is_drawn() -> None:
    drawn = set()
    for _ in range(120):
        row = f.household([f.WOMAN])
        drawn.add(slips.tell_sign(actor=f.maria(), household=row.pk, at=f.NOW))
        if drawn == set(SIGNS):
            break
    assert drawn == set(SIGNS)


@pytest.mark.parametrize("act", [slips.tell_sign, slips.renew])
def test_only_field_staff_of_the_zone_make_slips(act: Any) -> None:
    row, child = registered(), f.household([f.CHILD_ALONE])
    for stranger in (f.vasile(), f.stefan(), f.olena()):
        with refused("not_found"):
            act(actor=stranger, household=row.pk, at=f.NOW)
    with refused("not_allowed"):
        act(actor=f.daria(), household=child.pk, at=f.NOW)
    act(actor=f.maria(), household=row.pk, at=f.NOW)


def test_a_new_code_puts_the_old_one_out_and_asks_for_a_new_picture() -> None:
    row = registered()
    old = row.code
    slips.tell_sign(actor=f.maria(), household=row.pk, at=f.NOW)
    assert by_slip.holder(old)
    new = slips.renew(actor=f.maria(), household=row.pk, at=f.NOW)
    assert (new.code != old, new.sign) == (True, "")
    with pytest.raises(NotFound):
        by_slip.holder(old)
    assert by_slip.holder(new.code)
    assert said(new, "household.code_renewed", f.maria()) == {}


def test_the_picture_is_sealed_in_the_database() -> None:
    row = f.household([f.WOMAN])
    sign = slips.tell_sign(actor=f.maria(), household=row.pk, at=f.NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sign FROM registry_household")
        stored = [text for (text,) in cursor.fetchall()]
    assert stored
    assert not any(sign in text for text in stored)


# After the end.


@pytest.mark.parametrize("status", ["closed", "resolved", "halted"])
def test_a_concern_is_taken_also_when_the_journey_is_over(status: str) -> None:
    from registry.services import concerns

    match = f.match(status)
    given = {"actor": f.SYSTEM, "code": match.household.code, "id": uuid7(), "kind": "papers", "text": ""}
    concerns.report_by_household(**given, at=f.NOW + f.DAY)
    assert m.Concern.objects.filter(match=match).exists()


def test_after_closing_the_code_says_nothing_about_the_road_any_more() -> None:
    match = f.match("closed")
    for kind in ("here", "underway", "arrived", "wrong"):
        with refused("not_found"):
            says(match, kind)
