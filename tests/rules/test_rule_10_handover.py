"""Rule 10: at the gate pass, plate, driver and heads agree; on arrival both sides speak, never the driver alone."""

from dataclasses import replace
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from registry.rules import eligibility, handover
from registry.rules.handover import PassSeen
from registry.states import PASS, ZONE
from tests.rules.examples import DAY, DRIVER, NOON, STAFF, TODAY, VEHICLE, codes, gate

STRANGER = UUID(int=99)
GOOD = gate().shown
AT_NIGHT = NOON.replace(hour=23)

WRONG: dict[str, Any] = {
    "pass_unknown": {"shown": PassSeen("unknown", None, None, None, None)},
    "pass_revoked": {"shown": replace(GOOD, status="revoked")},
    "pass_expired": {"shown": replace(GOOD, valid_until=TODAY - DAY)},
    "pass_not_yet_valid": {"shown": replace(GOOD, valid_from=TODAY + DAY)},
    "other_driver": {"shown": replace(GOOD, driver=STRANGER)},
    "other_vehicle": {"shown": replace(GOOD, vehicle=STRANGER)},
    "other_plate": {"plate_seen": "SV02ABC"},
    "other_count": {"counted": 2},
    "night_needs_second_staff": {"local_time": AT_NIGHT},
    "second_staff_is_first": {"second_staff": STAFF},
}


@pytest.mark.parametrize("code", WRONG)
def test_each_thing_that_is_wrong_stops_the_car(code):
    assert codes(handover.departure(gate(**WRONG[code]))) == [code]


def test_everything_that_is_wrong_is_said_at_once():
    shown = PassSeen("revoked", TODAY - DAY, TODAY + DAY, STRANGER, STRANGER)
    stopped = gate(shown=shown, plate_seen="", counted=4, local_time=AT_NIGHT)
    assert codes(handover.departure(stopped)) == [
        "pass_revoked",
        "other_driver",
        "other_vehicle",
        "other_plate",
        "other_count",
        "night_needs_second_staff",
    ]


@pytest.mark.parametrize("status", [s for s in PASS.states if s != "issued"])
def test_only_an_issued_pass_counts(status):
    assert codes(handover.departure(gate(shown=replace(GOOD, status=status)))) == [f"pass_{status}"]


def test_a_pass_counts_from_its_first_day_through_its_last():
    for day in (TODAY, TODAY + DAY):
        assert handover.departure(gate(shown=replace(GOOD, valid_from=TODAY, valid_until=day))) == ()


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "code"),
    [(None, TODAY, "pass_not_yet_valid"), (TODAY, None, "pass_expired")],
)
def test_a_pass_without_dates_does_not_count(valid_from, valid_until, code):
    shown = replace(GOOD, valid_from=valid_from, valid_until=valid_until)
    assert codes(handover.departure(gate(shown=shown))) == [code]


def test_a_pass_of_the_person_alone_needs_the_right_plate():
    alone = replace(GOOD, vehicle=None)
    assert handover.departure(gate(shown=alone)) == ()
    assert codes(handover.departure(gate(shown=alone, plate_seen="B01XYZ"))) == ["other_plate"]


def test_a_pass_of_nobody_is_not_the_drivers():
    assert codes(handover.departure(gate(shown=replace(GOOD, driver=None)))) == ["other_driver"]


def test_a_plate_that_nobody_has_read_is_no_plate():
    assert codes(handover.departure(gate(plate_seen="", plate_vetted=""))) == ["other_plate"]


@pytest.mark.parametrize("counted", [0, 2, 4])
def test_neither_fewer_nor_more_people_leave(counted):
    (reason,) = handover.departure(gate(counted=counted))
    assert (reason.code, dict(reason.params)) == ("other_count", {"counted": counted, "expected": 3})


@pytest.mark.parametrize("status", [None, *ZONE.states])
def test_a_ride_ends_at_a_verified_bed_or_in_an_active_zone(status):
    assert eligibility.destination(status, has_stay=True) == ()
    found = codes(eligibility.destination(status, has_stay=False))
    assert found == ([] if status == "active" else ["destination_not_safe"])


@pytest.mark.parametrize(
    ("side", "actor"),
    list(product(["refugee", "receiver", "driver", "staff", ""], ["refugee", "receiver", "driver", "staff"])),
)
def test_each_side_speaks_for_itself_and_staff_for_either(side, actor):
    allowed = {("refugee", "refugee"), ("receiver", "receiver"), ("refugee", "staff"), ("receiver", "staff")}
    found = codes(handover.may_confirm_arrival(side, actor))
    assert found == ([] if (side, actor) in allowed else ["arrival_by_other_side"])


def test_an_arrival_counts_when_both_have_spoken():
    assert codes(handover.closes(None, None)) == ["refugee_not_heard", "receiver_not_heard"]
    assert codes(handover.closes(NOON, None)) == ["receiver_not_heard"]
    assert codes(handover.closes(None, NOON)) == ["refugee_not_heard"]
    assert handover.closes(NOON, NOON) == ()


@pytest.mark.parametrize("code", ["pass_unknown", "pass_revoked", "pass_expired", "pass_not_yet_valid"])
def test_control_without_the_guard_a_bad_pass_would_go_through(monkeypatch, code):
    monkeypatch.setattr(handover, "pass_problems", lambda *_: iter(()))
    assert codes(handover.departure(gate(**WRONG[code]))) == []


@pytest.mark.parametrize("code", ["other_count", "night_needs_second_staff", "second_staff_is_first"])
def test_control_without_seeing_off_they_would_leave_uncounted(monkeypatch, code):
    monkeypatch.setattr(handover, "_seen_off", lambda *_: iter(()))
    assert codes(handover.departure(gate(**WRONG[code]))) == []


@pytest.mark.parametrize(
    ("code", "made_equal"),
    [
        ("other_driver", {"driver": STRANGER}),
        ("other_vehicle", {"vehicle": STRANGER}),
        ("other_plate", {"plate_vetted": "SV02ABC"}),
    ],
)
def test_control_it_is_the_difference_alone_that_stops_the_car(code, made_equal):
    assert codes(handover.departure(gate(**WRONG[code]))) == [code]
    assert codes(handover.departure(gate(**{**WRONG[code], **made_equal}))) == []


def test_the_example_is_the_vetted_driver_with_the_vetted_vehicle():
    assert (GOOD.driver, GOOD.vehicle) == (DRIVER, VEHICLE)
