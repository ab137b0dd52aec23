"""People are found by what is said on the phone, though no database can read their names."""

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.selectors import searching
from registry.services import providers
from tests import factories as f

pytestmark = pytest.mark.django_db


def applies(**fields: object) -> m.Provider:
    known = {"given_name": "Олена", "family_name": "Ковальчук", "birth_year": 1980, "phone": "0744 918 273"}
    given = {**known, "town": "suceava", **fields}
    kind = "organization" if "organization_name" in fields else "person"
    return providers.apply(actor=f.olena(), id=uuid7(), kind=kind, fields=given, at=f.NOW)


def found(text: str) -> set[m.Provider]:
    return set(m.Provider.objects.filter(searching.providers(text)))


@pytest.mark.parametrize(
    "text",
    ["Ковальчук", "kovalchuk", "Covalciuc", "Олена Ковальчук", "kovalchuk olena", "0744918273", "+40 744 918 273"],
)
def test_a_person_is_found_in_either_script_by_name_or_phone(text: str) -> None:
    row = applies()
    applies(given_name="Ion", family_name="Munteanu", phone="0744 000 111")
    assert found(text) == {row}


def test_a_person_is_found_by_the_reference_that_is_said() -> None:
    row, other = applies(), applies(given_name="Ion", family_name="Munteanu", phone="0744 000 111")
    assert row in found(row.pk.hex[-6:].upper())
    assert other not in found(row.pk.hex[-6:])


def test_an_organization_is_found_by_any_words_of_its_name() -> None:
    row = applies(organization_name="Asociația Căminul Țării", registration_number="RO 1234")
    applies()
    assert found("caminul") == found("TARII caminul") == {row}


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "Munteanu", "0744 000 999", "zzzzzz"])
def test_nobody_else_is_found(text: str) -> None:
    applies()
    assert found(text) == set()


def test_after_an_edit_only_the_new_name_finds() -> None:
    row = applies()
    edit = {"given_name": "Ion", "family_name": "Munteanu"}
    providers.edit_provider(actor=f.olena(), provider=row.pk, fields=edit, at=f.NOW)
    assert found("Munteanu") == found("Ion Munteanu") == {row}
    assert found("Ковальчук") == found("Олена Ковальчук") == set()
