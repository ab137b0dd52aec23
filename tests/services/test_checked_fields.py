"""Rule 8 over every field of every vetted model: each is checked, free or not for anybody to edit."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.rules import vetting as rules
from registry.services import providers, standdown
from tests import factories as f
from tests.services.claims import again, refused

pytestmark = pytest.mark.django_db

# Set by vetting, by the registry or at birth: no service takes them from a caller.
KEPT = {
    *("id", "created_at", "version", "status", "created_by", "applied_at", "verified_at", "verified_until"),
    *("suspended_at", "suspended_by", "suspended_reason", "revoked_at", "info_requested"),
    *("rejected_at", "rejected_by", "rejected_reason"),
}
# Checked field -> what it is changed to; None: it follows from another field.
CHECKED: dict[str, dict[str, Any]] = {
    "provider": {
        "given_name": "Alta",
        "family_name": "Altfel",
        "organization_name": "Alt nume",
        "registration_number": "RO99",
        "birth_year": 1970,
        "sex": "m",
        "phone": "0744 999 888",
        "email": "alta@example.org",
        "address": "Strada Noua 9",
        "town": "tulcea",
        "county": None,
        "is_driver": False,
        "is_host": True,
    },
    "vehicle": {
        "plate": "SV 99 NOU",
        "plate_country": "UA",
        "make": "Ford",
        "color": "red",
        "seats": 4,
        "child_seats": 1,
        "wheelchair_places": 1,
    },
    "dwelling": {
        "address": "Strada Noua 9",
        "town": "siret",
        "county": None,
        "lat": 47.7,
        "lon": 26.1,
        "beds": 3,
        "rooms": 3,
        "lockable_room": False,
        "step_free": True,
    },
}
FREE: dict[str, dict[str, Any]] = {"provider": {"languages": ["en"]}, "vehicle": {}, "dwelling": {}}
NOT_EDITABLE = {
    "provider": {*KEPT, "kind", "organization", "account", "invited_by", "search_key"}
    | {"phone_mark", "address_mark", "surname_mark", "erased_at"},
    "vehicle": {*KEPT, "provider", "plate_key"},
    "dwelling": {*KEPT, "provider", "cell"},
}
MODELS = {"provider": m.Provider, "vehicle": m.Vehicle, "dwelling": m.Dwelling}
EDIT = {"provider": providers.edit_provider, "vehicle": providers.edit_vehicle, "dwelling": providers.edit_dwelling}
TOGETHER = {"lat": {"lon": 26.25}, "lon": {"lat": 47.63}}
CASES = [(kind, name) for kind, fields in CHECKED.items() for name, value in fields.items() if value is not None]


def travelling(kind: str) -> tuple[Any, m.Match]:
    """A verified thing that a confirmed journey relies on."""
    home = f.dwelling(f.verified_provider(host=True))
    ride = f.transport_offer()
    journey = f.match("confirmed", ride=ride, stay=f.accommodation_offer(home))
    return {"provider": ride.driver, "vehicle": ride.vehicle, "dwelling": home}[kind], journey


def edit(kind: str, row: Any, fields: dict[str, Any]) -> None:
    EDIT[kind](**{kind: row.pk}, actor=f.olena(), fields=fields, at=f.NOW)


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_is_declared_so_that_a_new_one_is_thought_about(kind: str) -> None:
    columns = {field.name for field in MODELS[kind]._meta.concrete_fields}
    declared = [set(CHECKED[kind]), set(FREE[kind]), NOT_EDITABLE[kind]]
    assert set().union(*declared) == columns
    assert sum(map(len, declared)) == len(columns)
    derived = {"provider": {"organization"}, "vehicle": {"photo"}, "dwelling": {"residents"}}[kind]
    assert set(rules.CHECKED_FIELDS[kind]) - derived == set(CHECKED[kind])


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_checked_field_sends_it_back_and_halts_the_journey(kind: str, name: str) -> None:
    row, journey = travelling(kind)
    edit(kind, row, {**TOGETHER.get(name, {}), name: CHECKED[kind][name]})
    assert (again(row).status, again(row).verified_until) == ("in_review", None)
    assert again(journey).status == "halted"


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_control_without_the_list_the_journey_would_go_on(
    kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, journey = travelling(kind)
    monkeypatch.setattr(rules, "CHECKED_FIELDS", dict.fromkeys(MODELS, frozenset()))
    with f.unguarded():
        edit(kind, row, {**TOGETHER.get(name, {}), name: CHECKED[kind][name]})
    assert (again(row).status, again(journey).status) == ("verified", "confirmed")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in FREE.items() for name in names])
def test_a_free_field_changes_nothing_else(kind: str, name: str) -> None:
    row, journey = travelling(kind)
    edit(kind, row, {name: FREE[kind][name]})
    assert (again(row).status, again(journey).status) == ("verified", "confirmed")


@pytest.mark.parametrize("kind", MODELS)
def test_no_caller_edits_anything_else(kind: str) -> None:
    row = {"provider": f.verified_provider, "vehicle": f.vehicle, "dwelling": f.dwelling}[kind]()
    for name in sorted(NOT_EDITABLE[kind] | {"county"} & set(CHECKED[kind])):
        with refused("invalid", **{name: "not_yours_to_set"}):
            edit(kind, row, {name: "x"})
    assert again(row).status == "verified"


def test_no_field_of_a_resident_is_edited_and_moving_is_a_checked_change() -> None:
    columns = {field.name for field in m.Resident._meta.concrete_fields}
    assert columns == {
        *("id", "dwelling", "given_name", "family_name", "birth_year", "sex", "moved_in_at", "moved_out_at")
    }
    for number in range(2):
        row, journey = travelling("dwelling")
        if number:
            draft = providers.ResidentDraft("Ion", "Nou", 1990)
            providers.move_in(actor=f.olena(), dwelling=row.pk, id=uuid7(), draft=draft, at=f.NOW)
        else:
            providers.move_out(actor=f.olena(), dwelling=row.pk, resident=row.residents.get().pk, at=f.NOW)
        assert (again(row).status, again(journey).status) == ("in_review", "halted")


def test_control_without_the_stand_down_a_match_would_survive_an_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    row, journey = travelling("vehicle")
    monkeypatch.setattr(standdown, "stand_down", lambda **_: standdown.Consequences())
    with f.unguarded():
        edit("vehicle", row, {"seats": 4})
    assert (again(row).status, again(journey).status) == ("in_review", "confirmed")


PAPERS = ("FileField", "ImageField", "FilePathField", "BinaryField")


# Hashes, roots and signatures.
NO_PAPERS = {"LedgerLeaf", "LedgerNode", "LedgerCheckpoint", "LedgerHead", "StatusListing"}


def test_no_model_can_hold_a_paper() -> None:
    found = [field for field in _fields() if field.get_internal_type() in PAPERS]
    assert not [field for field in found if field.model.__name__ not in NO_PAPERS]
    evidence = [field for field in m.Check._meta.concrete_fields if field.name.startswith("evidence_")]
    assert {field.name.removeprefix("evidence_") for field in evidence} == set(rules.EVIDENCE)
    assert max(getattr(field, "longest", field.max_length or 0) for field in evidence) <= 40


def _fields() -> list[Any]:
    from django.apps import apps

    return [field for model in apps.get_app_config("registry").get_models() for field in model._meta.concrete_fields]


def test_the_finder_of_papers_would_find_one() -> None:
    from django.db import models

    assert models.ImageField().get_internal_type() in PAPERS
    assert models.BinaryField().get_internal_type() in PAPERS
