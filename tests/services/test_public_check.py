"""Is this driver or host verified? Anybody may ask; three answers and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from registry import models as m
from registry.errors import TooMany
from registry.services import public, suspension, vetting
from tests import factories as f
from tests.services import gate_cases

pytestmark = pytest.mark.django_db


def check(text: str, **given: Any) -> public.Answer:
    """Somebody at a gate types a code or a plate."""
    return public.check(**{"text": text, "caller": "192.0.2.1", "at": f.NOW, **given})


def driver_with_pass() -> tuple[m.Vehicle, m.ProviderPass]:
    """A verified driver, car and pass."""
    car = f.vehicle(plate="SV 12 ABC")
    return car, f.provider_pass(car.provider, car)


def test_a_verified_driver_is_valid_by_code_and_by_plate_however_typed() -> None:
    _, shown = driver_with_pass()
    code = shown.code
    for text in (code, code.lower(), f"{code[:4]}-{code[4:]}", f" {code} ", "SV 12 ABC", "sv-12-abc", "СВ12АВС"[2:]):
        assert check(text) == ("NOT VALID" if text == "12АВС" else "VALID")


@pytest.mark.parametrize("text", ["", "x", "SZ00000000", "B 99 XYZ", "\x00", "'; DROP TABLE", "ș" * 500, "%"])
def test_anything_else_is_not_valid(text: str) -> None:
    driver_with_pass()
    assert check(text) == "NOT VALID"


@pytest.mark.parametrize("what", ["provider", "vehicle"])
@pytest.mark.parametrize("status", ["in_review", "info_requested", "suspended", "rejected", "revoked"])
def test_who_is_not_verified_is_not_valid(what: str, status: str) -> None:
    car, shown = driver_with_pass()
    row = car.provider if what == "provider" else car
    f.bring(row, status)
    assert (check(shown.code), check(car.plate)) == ("NOT VALID", "NOT VALID")


def test_a_car_that_has_only_been_applied_for_is_not_valid() -> None:
    assert check(f.vehicle(status="applied").plate) == "NOT VALID"


@pytest.mark.parametrize("what", ["provider", "vehicle"])
def test_who_is_held_is_not_valid(what: str) -> None:
    car, shown = driver_with_pass()
    f.hold(car.provider if what == "provider" else car)
    assert (check(shown.code), check(car.plate)) == ("NOT VALID", "NOT VALID")


def test_a_driver_of_an_unverified_organization_is_not_valid() -> None:
    org = f.provider("organization")
    driver = f.verified_provider(driver=True, organization=org.organization)
    assert check(f.provider_pass(driver).code) == "NOT VALID"


def test_suspension_answers_at_once() -> None:
    car, shown = driver_with_pass()
    suspension.suspend(actor=f.olena(), kind="provider", subject=car.provider_id, reason="police", at=f.NOW)
    assert (check(shown.code), check(car.plate)) == ("NOT VALID", "NOT VALID")


@pytest.mark.parametrize("worker_ran", [True, False])
def test_a_lapsed_paper_is_expired_whether_or_not_the_worker_ran(worker_ran: bool) -> None:
    driver = f.verified_provider(driver=True, until=f.TODAY)
    car = f.vehicle(driver)
    shown, tomorrow = f.provider_pass(driver, car, valid_until=f.TODAY), f.NOW + f.DAY
    if worker_ran:
        vetting.expire_due(actor=f.SYSTEM, at=tomorrow)
    assert (check(shown.code), check(car.plate)) == ("VALID" if not worker_ran else "EXPIRED",) * 2
    assert (check(shown.code, at=tomorrow), check(car.plate, at=tomorrow)) == ("EXPIRED", "EXPIRED")


def test_a_plate_that_was_once_refused_to_another_is_answered_for_its_holder() -> None:
    f.vehicle(status="rejected", plate="SV 12 ABC")
    assert check("SV 12 ABC") == "NOT VALID"
    driver_with_pass()
    assert check("SV 12 ABC") == "VALID"


def test_a_plate_of_two_countries_is_valid_when_both_are() -> None:
    driver_with_pass()
    other = f.vehicle(plate="SV 12 ABC", plate_country="UA")
    assert check("SV 12 ABC") == "VALID"
    f.hold(other)
    assert check("SV 12 ABC") == "NOT VALID"


def test_who_asks_too_often_waits() -> None:
    _, shown = driver_with_pass()
    for _ in range(public.LIMIT):
        check(shown.code)
    with pytest.raises(TooMany):
        check(shown.code)
    assert check(shown.code, caller="192.0.2.2") == "VALID"


def test_the_scanned_text_is_valid() -> None:
    _, shown = driver_with_pass()
    assert (check(shown.text), check(f" {shown.text}\n")) == ("VALID", "VALID")


OF_THE_GATE = ("other_driver", "other_vehicle", "other_plate", "pass_other_plate", "pass_elsewhere")


@pytest.mark.parametrize("case", gate_cases.CASES, ids=lambda case: case.name)
def test_a_bad_pass_is_never_valid_to_the_public_either(case: gate_cases.Case) -> None:
    """Of the gate's cases, those that a stranger can see: a plate, a driver or a copy is the gate's to judge."""
    gate = gate_cases.Gate()
    told = case.seen(gate).get("pass_code", gate.row.text)
    wanted = "VALID" if case.reason in OF_THE_GATE else "EXPIRED" if case.reason == "pass_expired" else "NOT VALID"
    assert check(told) == wanted


def test_a_scanned_pass_of_somebody_held_is_not_valid() -> None:
    car, shown = driver_with_pass()
    f.hold(car.provider)
    assert check(shown.text) == "NOT VALID"


@pytest.mark.django_db(transaction=True)
def test_sixty_who_ask_at_once_get_five_answers_when_five_are_allowed(
    at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "LIMIT", 5)
    _, shown = driver_with_pass()
    ways = (shown.code, shown.text, "SV 12 ABC")
    answers = at_once(60, lambda number: check(ways[number % 3]))
    assert answers.count("VALID") == 5
    assert sum(isinstance(answer, TooMany) for answer in answers) == 55
