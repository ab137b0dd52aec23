"""Alarms: seen by the role in its place, taken by one, closed by a person with what came of it."""

import pytest

from registry import models as m
from registry.selectors import alarms as visible
from registry.services import alarms
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db


def raised(role: str = "coordinator", zone: str = "siret") -> m.Alarm:
    """An alarm of a zone."""
    return alarms.raise_alarm(code="test", role=role, at=f.NOW, zone=f.geography().zones[zone])


def test_an_alarm_is_taken_by_one_and_closed_with_its_outcome() -> None:
    row = raised()
    alarms.take(actor=f.andrei(), alarm=row.pk, at=f.NOW)
    assert (again(row).taken_by, said(row, "alarm.taken", f.andrei())) == (f.known("andrei"), {})
    with refused("alarm_taken"):
        alarms.take(actor=f.olena(), alarm=row.pk, at=f.NOW)
    with refused("invalid", outcome="unknown_choice"):
        alarms.close(actor=f.andrei(), alarm=row.pk, outcome="ignored", at=f.NOW)
    alarms.close(actor=f.andrei(), alarm=row.pk, outcome="safe", at=f.NOW)
    assert said(row, "alarm.closed", f.andrei()) == {"outcome": "safe"}
    with refused("alarm_closed"):
        alarms.close(actor=f.andrei(), alarm=row.pk, outcome="safe", at=f.NOW)


SEES = {
    "maria": {"volunteer"},
    "andrei": {"volunteer", "coordinator"},
    "olena": {"volunteer", "coordinator", "officer"},
    "daria": {"child_protection"},
    "stefan": set(),
    "vasile": set(),
    "sorin": set(),
    "alina": set(),
}


@pytest.mark.parametrize("who", sorted(SEES))
def test_everybody_sees_the_alarms_of_their_role_and_place(who: str) -> None:
    rows = {role: raised(role) for role in ("volunteer", "coordinator", "officer", "child_protection")}
    actor = f.actor(f.known(who))
    assert {alarm.role for alarm in visible.waiting(actor)} == SEES[who]
    for role, row in rows.items():
        if role not in SEES[who]:
            with refused("not_found"):
                alarms.close(actor=actor, alarm=row.pk, outcome="safe", at=f.NOW)


def test_the_system_never_closes_an_alarm() -> None:
    row = raised()
    with refused("not_found"):
        alarms.close(actor=f.SYSTEM, alarm=row.pk, outcome="safe", at=f.NOW)
