"""Erasing people does not touch the ledger: it never held anything of theirs."""

import pytest
from django.db.models import CharField, EmailField, QuerySet
from django.utils import timezone

from registry import models as m
from registry.services import geography, ledgers
from registry.simulation import demo
from tests import factories as f

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PERSONAL = {
    m.Person: ("email", "given_name", "family_name", "phone", "address"),
    m.Provider: ("given_name", "family_name", "organization_name", "phone", "email", "address"),
    m.Resident: ("given_name", "family_name"),
    m.Household: ("contact_name", "contact_phone", "code"),
    m.Vehicle: ("plate",),
    m.Dwelling: ("address",),
    m.Concern: ("text",),
}


def test_the_ledger_holds_nothing_personal_and_verifies_after_erasure(log):
    geography.load()
    demo.load(at=timezone.now())
    ledgers.work(at=timezone.now())
    before = log.sources()[0].read_text("utf-8")
    assert before.count("\n") > 300
    held = {value for table, columns in PERSONAL.items() for value in values(table, columns)}
    assert len(held) > 100
    assert not {value for value in held if f'"{value}"' in before or (len(value) > 5 and value in before)}
    no_longer_verified()
    for table, columns in PERSONAL.items():
        for number, row in enumerate(table._default_manager.all()):
            table._default_manager.filter(pk=row.pk).update(**{name: erased(row, name, number) for name in columns})
    assert log.sources()[0].read_text("utf-8") == before
    assert not any(log.findings())


def no_longer_verified() -> None:
    """What was checked is not changed while it counts, not even to erase it."""
    for table in (m.Provider, m.Vehicle, m.Dwelling):
        for row in table._default_manager.filter(status="verified"):
            f.bring(row, "suspended")


def values(table, columns) -> set[str]:
    rows: QuerySet = table._default_manager.values_list(*columns)
    return {str(value) for row in rows for value in row if value}


def erased(row, name: str, number: int) -> str:
    """What may stand where something personal stood."""
    if not getattr(row, name):
        return ""
    column = row._meta.get_field(name)
    assert isinstance(column, CharField | EmailField) or name == "text"
    return f"gone-{number}@gone.example" if isinstance(column, EmailField) else f"X{number}"
