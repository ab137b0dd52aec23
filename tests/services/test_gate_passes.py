"""The pass at the gate: its text and its code open it; nothing forged, stale, revoked, swapped or copied does."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from registry import guards
from registry import models as m
from registry.errors import RegistryError
from registry.rules import handover
from registry.rules.reasons import LANGUAGES, texts
from registry.services import journeys, keys, noticing, scanning
from registry.signing import Keyring, VerifyKey, cbor, cose, passes
from tests import factories as f
from tests.services.claims import refused
from tests.services.gate_cases import BY_NAME, CASES, KEY, Case, Gate, loosely

pytestmark = pytest.mark.django_db


def test_the_signed_text_opens_the_gate() -> None:
    gate = Gate()
    row = gate.depart()
    assert (row.status, row.pass_shown_id) == ("departed", gate.row.pk)


def test_the_short_code_opens_the_gate_however_it_is_typed() -> None:
    gate = Gate()
    code = gate.row.code
    assert gate.depart(pass_code=f" {code[:5].lower()}-{code[5:]}").pass_shown_id == gate.row.pk


def test_a_driver_of_an_organization_shows_a_pass_without_a_car() -> None:
    gate = Gate()
    row = f.provider_pass(gate.ride.driver)
    assert gate.depart(pass_code=row.text).pass_shown_id == row.pk


def test_a_second_household_leaves_with_the_same_ride_and_the_same_pass() -> None:
    gate = Gate()
    gate.depart()
    second = f.match("confirmed", ride=gate.ride)
    seen = {"pass_code": gate.row.text, "plate": gate.ride.vehicle.plate, "counted": second.people}
    assert journeys.depart(actor=f.maria(), match=second.pk, at=f.NOW, **seen).status == "departed"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_else_opens_it(case: Case, record_property: Any) -> None:
    gate = Gate()
    seen = case.seen(gate)
    record_property("passes", 1)
    with refused("refused_by_rule", case.reason):
        gate.depart(**seen)
    left = m.Match.objects.get(pk=gate.match.pk).status != "confirmed"
    record_property("accepted", int(left))
    assert not left


def test_the_matrix_has_forty_cases_and_every_problem_has_one() -> None:
    assert len(BY_NAME) == len(CASES) >= 40
    told = {case.reason for case in CASES}
    assert {f"pass_{problem}" for problem in handover.PROBLEMS} <= told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_the_matrix_has_a_sentence_for_both(language: str) -> None:
    said = texts(language)
    assert all(said[case.reason]["staff"] and said[case.reason]["household"] for case in CASES)


def nothing(*_args: Any, **_more: Any) -> None:
    """A guard that is not there."""


def nobody(*_args: Any, **_more: Any) -> tuple[()]:
    """A rule that finds nothing."""
    return ()


def no(*_args: Any, **_more: Any) -> bool:
    """A question that is always answered no."""
    return False


def everybody(_purpose: str) -> Keyring:
    """A keyring that believes also what was withdrawn."""
    return Keyring(tuple(VerifyKey(row.issuer, bytes.fromhex(row.public)) for row in m.SigningKey.objects.all()))


LOOSE = (scanning, "_known", loosely)
# The signal of one car on two roads, which halts the journey behind the gate.
UNNOTICED = (noticing, "departed", nothing)
# What the database refuses by itself, whatever the gate believes.
IN_DATABASE = (
    "ended yesterday",
    "from tomorrow, by its code",
    "revoked by an officer",
    "the former of two, by its code",
)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("a longer life", [LOOSE]),
        ("no plate in our place", [LOOSE]),
        ("the end moved by a year", [LOOSE, (cose, "_check_signature", nothing)]),
        ("a stranger under our key id", [LOOSE, (cose, "_check_signature", nothing)]),
        ("a signature moved by the group's order", [LOOSE, (cose, "_check_signature", nothing)]),
        ("ES256", [LOOSE, (cose, "_check_algorithm", nothing)]),
        ("a critical header", [LOOSE, (cose, "_check_header", nothing)]),
        ("a pass for another use", [LOOSE, (cose, "_check_header", nothing)]),
        ("a byte after the end", [LOOSE, (cbor, "_check_end", nothing)]),
        ("our key in a neighbor's name", [LOOSE, (passes, "_check_issuer", nothing)]),
        ("issued in an hour", [LOOSE, (passes, "_check_times", nothing)]),
        ("ended yesterday", [(passes, "_check_times", nothing), (handover, "pass_problems", nobody)]),
        ("from tomorrow, by its code", [(handover, "pass_problems", nobody)]),
        ("a retired key, signed too late", [LOOSE, (VerifyKey, "check_issued", nothing)]),
        ("a withdrawn key", [(keys, "keyring", everybody)]),
        ("an announced key", [LOOSE, (keys, "keyring", everybody)]),
        ("the status list's key", [LOOSE, (keys, "keyring", everybody)]),
        ("revoked by an officer", [(handover, "pass_problems", nobody)]),
        ("the former of two, by its code", [(handover, "pass_problems", nobody)]),
        ("made for the plate before", [(scanning.Shown, "other_plate", no)]),
        ("made under another secret", [(scanning.Shown, "other_plate", no)]),
        ("a copy of one on the road", [(journeys, "_is_elsewhere", no), UNNOTICED]),
        ("a copy of one on the road, by its code", [(journeys, "_is_elsewhere", no), UNNOTICED]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_case_gets_through_when_its_guards_are_taken_away(
    monkeypatch: pytest.MonkeyPatch, record_property: Any, name: str, taken: list[tuple[Any, str, Any]]
) -> None:
    """The control: the matrix would notice the loss of any of these guards; the database keeps some of them too."""
    gate = Gate()
    seen = BY_NAME[name].seen(gate)
    for owner, guard, instead in taken:
        monkeypatch.setattr(owner, guard, instead)
    if name in IN_DATABASE:
        with pytest.raises(IntegrityError, match="guard: pass_not_valid"), transaction.atomic():
            gate.depart(**seen)
        guards.remove(connection)
    assert gate.depart(**seen).status == "departed"
    record_property("control_accepted", 1)


def test_both_locks_hold_each_alone() -> None:
    """A stolen key alone opens nothing, for the registry knows to the letter what it issued."""
    gate = Gate()
    with pytest.raises(RegistryError):
        gate.depart(pass_code=gate.signed(KEY, issued_at=f.NOW - f.HOUR))
    assert gate.depart().status == "departed"
