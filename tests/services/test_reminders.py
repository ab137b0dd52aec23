"""Reminders: each exactly once, the nearest after an outage, armed again when the verification moves."""

from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry.permissions import SYSTEM
from registry.services import reminders, vetting, worker
from tests import factories as f
from tests.services.claims import again, entries

pytestmark = pytest.mark.django_db


def said(recipient: str = "provider") -> list[str]:
    """The distances that were announced, in order."""
    codes = {"provider": "lapses", "officers": "lapses_county"}
    keys = (
        m.Message.objects.filter(code=codes[recipient], recipient=recipient)
        .order_by("pk")
        .values_list("key", flat=True)
    )
    return [key.split(":")[4] for key in keys]


@pytest.mark.parametrize("kind", ["provider", "vehicle", "dwelling"])
def test_four_reminders_and_two_for_the_county_each_once(kind: str) -> None:
    make: dict[str, Any] = {"provider": f.verified_provider, "vehicle": f.vehicle, "dwelling": f.dwelling}
    row = make[kind](until=f.TODAY + timedelta(days=40))
    if kind != "provider":
        with f.unguarded():
            m.Provider.objects.update(verified_until=f.TODAY + timedelta(days=900))
    for day in range(42):
        for _ in range(3):
            reminders.remind_due(at=f.NOW + day * f.DAY)
    assert said() == ["30", "14", "7", "1"]
    assert said("officers") == ["7", "1"]
    assert [action for action, _ in entries(row)] == ["vetting.reminded"] * 4


@pytest.mark.parametrize(("left", "expected"), [(29, ["30"]), (12, ["14"]), (5, ["7"]), (0, ["1"])])
def test_after_an_outage_the_nearest_one_and_not_all(left: int, expected: list[str]) -> None:
    f.verified_provider(until=f.TODAY + timedelta(days=left))
    reminders.remind_due(at=f.NOW)
    assert said() == expected


def test_armed_again_when_two_people_have_renewed_it() -> None:
    row = f.verified_provider(until=f.TODAY + timedelta(days=7))
    reminders.remind_due(at=f.NOW)
    m.Check.objects.filter(provider=row).update(superseded_at=f.NOW)
    f.checks_for(row)
    f.decide(row, "verify")
    until = again(row).verified_until
    assert until is not None
    assert reminders.remind_due(at=f.NOW) == 0
    reminders.remind_due(at=f.NOW + (until - f.TODAY) - timedelta(days=7))
    assert said() == ["7", "7"]


@pytest.mark.parametrize("status", ["in_review", "suspended", "expired", "rejected"])
def test_who_is_not_verified_is_not_reminded(status: str) -> None:
    row = f.verified_provider(until=f.TODAY + timedelta(days=7))
    f.bring(row, status)
    assert reminders.remind_due(at=f.NOW) == 0


def test_what_has_lapsed_expires_and_is_not_reminded() -> None:
    row = f.verified_provider(until=f.TODAY - timedelta(days=1))
    assert reminders.remind_due(at=f.NOW) == 0
    assert vetting.expire_due(actor=SYSTEM, at=f.NOW) == 1
    assert again(row).status == "expired"


def test_the_worker_reminds() -> None:
    f.verified_provider(until=f.TODAY + timedelta(days=14))
    assert worker.work_once(at=f.NOW).reminded == 1
    assert worker.work_once(at=f.NOW).reminded == 0


def test_control_without_the_row_it_would_be_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    f.verified_provider(until=f.TODAY + timedelta(days=14))
    reminders.remind_due(at=f.NOW)
    m.Reminder.objects.all().delete()
    assert reminders.remind_due(at=f.NOW) == 1
