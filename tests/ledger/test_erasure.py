"""Erasing people does not touch the ledger: it never held anything of theirs."""

import pytest
from django.db.models import CharField, EmailField
from django.utils import timezone

from registry import models as m
from registry.models.sealed import SealedText
from registry.services import erasure, geography, ledgers
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
    keys = m.DataKey.objects.count()
    assert erasure.destroy(m.DataKey.objects.values_list("pk", flat=True), timezone.now()) == keys > 100
    for table, columns in PERSONAL.items():
        for number, row in enumerate(table._default_manager.all()):
            table._default_manager.filter(pk=row.pk).update(**plain(row, columns, number))
    assert not {row.phone + row.family_name for row in m.Provider.objects.all()} - {""}
    assert log.sources()[0].read_text("utf-8") == before
    assert not any(log.findings())


def no_longer_verified() -> None:
    """What was checked is not changed while it counts, not even to erase it."""
    for table in (m.Provider, m.Vehicle, m.Dwelling):
        for row in table._default_manager.filter(status="verified"):
            f.bring(row, "suspended")


def values(table, columns) -> set[str]:
    return {str(getattr(row, name)) for row in table._default_manager.all() for name in columns if getattr(row, name)}


def plain(row, columns, number: int) -> dict[str, str]:
    """What is personal and not sealed, overwritten; the rest went with the key."""
    return {name: erased(row, name, number) for name in columns if not isinstance(column_of(row, name), SealedText)}


def column_of(row, name: str):
    """A column of a row."""
    return row._meta.get_field(name)


def erased(row, name: str, number: int) -> str:
    """What may stand where something personal stood."""
    if not getattr(row, name):
        return ""
    column = row._meta.get_field(name)
    assert isinstance(column, CharField | EmailField) or name == "text"
    return f"gone-{number}@gone.example" if isinstance(column, EmailField) else f"X{number}"
