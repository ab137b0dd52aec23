"""The demo: every state of every machine, the same when run again, refused where it does not belong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model

from registry import models as m
from registry import states
from registry.services import geography
from registry.simulation import demo, staff
from registry.simulation.violations import count_violations

pytestmark = pytest.mark.django_db

# By day, and in the night, when two members of staff hand over.
NOON, NIGHT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC), datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
TABLES: list[tuple[str, type[Model]]] = [
    ("provider", m.Provider),
    ("vehicle", m.Vehicle),
    ("dwelling", m.Dwelling),
    ("offer", m.TransportOffer),
    ("offer", m.AccommodationOffer),
    ("request", m.HelpRequest),
    ("match", m.Match),
    ("pass", m.ProviderPass),
    ("zone", m.Zone),
]


def live() -> dict[str, int]:
    """How many rows there are of everything that is not over."""
    return {
        "rides": m.TransportOffer.objects.filter(status="open").count(),
        "stays": m.AccommodationOffer.objects.filter(status="open").count(),
        "waiting": m.HelpRequest.objects.filter(status="open").count(),
        "running": m.Match.objects.exclude(status__in=states.MATCH_OVER).count(),
        "shifts": m.Shift.objects.filter(ended_at=None).count(),
        "alarms": m.Alarm.objects.filter(closed_at=None).count(),
    }


def everything() -> dict[str, int]:
    return {table.__name__: table._default_manager.count() for _, table in TABLES} | live()


@pytest.mark.parametrize("now", [NOON, NIGHT], ids=["noon", "night"])
def test_every_state_of_every_machine_is_there(now: datetime) -> None:
    geography.load()
    demo.load(at=now)
    for machine, table in TABLES:
        found = set(table._default_manager.values_list("status", flat=True))
        assert found == set(states.MACHINES[machine].states), table.__name__
    assert m.Hold.objects.filter(cleared_at=None).exists()
    assert m.Concern.objects.filter(closed_at=None).exists()
    assert m.Decision.objects.filter(outcome="pending").count() >= 2
    assert m.Alarm.objects.filter(closed_at=None, code="child_alone").exists()
    assert m.Alarm.objects.filter(closed_at=None, code__startswith="overdue").exists()
    assert m.TransportOffer.objects.filter(status="open", departs_from__gt=now).count() >= 20
    assert sum(v.rows for v in count_violations(now)) == 0


def test_a_second_run_changes_nothing() -> None:
    geography.load()
    first = demo.load(at=NOON)
    before, entries = everything(), m.AuditEntry.objects.count()
    second = demo.load(at=NOON + timedelta(minutes=30))
    assert (first.played, second.played) == (True, False)
    assert (everything(), m.AuditEntry.objects.count()) == (before, entries)
    assert first.accounts == second.accounts


def test_a_run_hours_later_refreshes_without_doubling() -> None:
    geography.load()
    demo.load(at=NOON)
    before = live()
    later = NOON + timedelta(hours=6)
    assert demo.load(at=later).played
    assert live() == before
    assert m.Shift.objects.filter(ended_at=None, starts_at__lte=later, ends_at__gt=later).count() == before["shifts"]
    assert m.TransportOffer.objects.filter(status="open", departs_until__lt=later).count() == 0


def test_each_role_gets_an_account_whose_password_works() -> None:
    geography.load()
    accounts = demo.load(at=NOON).accounts
    roles = {"volunteer", "coordinator", "officer", "child_protection", "case_worker"}
    assert {a.role for a in accounts} == roles | {"partner", "provider", "auditor", "steward"}
    for account in accounts:
        assert m.Person.objects.get(email=account.email).check_password(account.password)
    assert len({a.password for a in accounts}) == len(accounts)


def test_it_is_refused_outside_demo_mode(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="SAFEZONE_DEMO=1"):
        call_command("demo")
    settings.DEMO, settings.DEBUG = True, False
    with pytest.raises(CommandError, match="SAFEZONE_DEBUG=1"):
        call_command("demo")
    assert not m.Person.objects.exists()


def test_it_is_refused_where_real_people_have_accounts(settings: Any) -> None:
    settings.DEMO = settings.DEBUG = True
    geography.load()
    m.Person.objects.create(
        id="0190b5c4-0000-7000-8000-000000000001", created_at=NOON, email="ana@isu.ro", given_name="A", family_name="A"
    )
    assert not staff.is_invented_only()
    with pytest.raises(CommandError, match="real people"):
        call_command("demo")
    assert m.Person.objects.count() == 1


def test_the_command_prints_the_table(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = settings.DEBUG = True
    geography.load()
    call_command("demo")
    printed = capsys.readouterr().out
    assert "coordinator@demo.example" in printed
    assert "http://127.0.0.1:" in printed
