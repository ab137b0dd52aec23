"""Sealed columns: ciphertext in the database, plain to whoever loads the row, and closed to every query."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from registry import models as m
from registry.errors import Conflict
from registry.ids import uuid7
from registry.models.sealed import UNREADABLE, SealedColumn
from registry.permissions import of_household
from registry.selectors.prepared import by_key
from registry.services import erasure, shares
from tests import factories as f
from tests.sealing.stored import overwrite, stored
from tests.sealing.written import in_own_words

pytestmark = pytest.mark.django_db

SEALED = {
    m.Person: ("given_name", "family_name", "phone", "address"),
    m.Organization: ("phone",),
    m.Provider: ("given_name", "family_name", "phone", "address"),
    m.Resident: ("given_name", "family_name"),
    m.Dwelling: ("address", "lat", "lon"),
    m.Household: ("contact_name", "contact_phone", "sign"),
    m.JourneyShare: ("code",),
    m.Check: ("evidence_last_four",),
    m.TransportOffer: ("note",),
    m.AccommodationOffer: ("note",),
    m.Match: ("provider_said",),
    m.ProtectionDecision: ("reason",),
    m.BreakGlass: ("reason",),
    m.Concern: ("text",),
    m.InfoRequest: ("answer",),
    m.Appeal: ("text",),
    m.Photo: ("picture", "thumb"),
}


def one_of_each() -> dict[type[Any], Any]:
    """A row of every table with sealed columns, all of them filled."""
    host = f.provider(given_name="Ana", family_name="Munteanu", address="str. Lunga 5")
    home = f.dwelling(host, status="applied", address="str. Scurta 7", lat=47.651234, lon=26.255678)
    person = f.person("volunteer", zone="siret", phone="+40721555111", address="str. Veche 2")
    f.checks_for(host)
    return {
        m.Person: person,
        m.Organization: f.organization("Casa", "company", phone="+40721555222"),
        m.Provider: host,
        m.Resident: f.resident(home),
        m.Dwelling: home,
        m.Household: f.household(contact_name="Oksana", contact_phone="+380671234567", sign="sun"),
        m.JourneyShare: shares.make(actor=of_household(f.match("confirmed").household_id), id=uuid7(), at=f.NOW),
        m.Check: m.Check.objects.exclude(evidence_last_four="").first(),
        **in_own_words(),
        m.Photo: m.Photo.objects.create(
            id=uuid7(),
            created_at=f.NOW,
            provider=host,
            kind="face",
            picture=b"\xff\xd8 a face",
            thumb=b"\xff\xd8 a small face",
            width=1280,
            height=960,
            added_by=person,
        ),
    }


def test_every_sealed_column_is_ciphertext_in_the_database_and_plain_in_its_row() -> None:
    for model, row in one_of_each().items():
        fresh, (by_its_key,) = model.objects.get(pk=row.pk), by_key(model, [row.pk])
        for name in SEALED[model]:
            plain = getattr(row, name)
            assert plain not in ("", None), (model, name)
            assert stored(row, name).startswith("1."), (model, name)
            assert str(plain) not in stored(row, name)
            assert getattr(fresh, name) == getattr(by_its_key, name) == plain


def is_refused(ask: Any, name: str) -> bool:
    """Whether the question ends in the one error that says why."""
    try:
        ask(name)
    except (SealedColumn, TypeError):
        return True
    return False


@pytest.mark.parametrize("model", SEALED, ids=lambda model: model.__name__)
def test_no_query_compares_sorts_reads_or_writes_one(model: type[Any]) -> None:
    one_of_each()
    rows = model.objects
    for name in SEALED[model]:
        asked = (
            lambda n: list(rows.filter(**{n: "x"})),
            lambda n: list(rows.filter(**{f"{n}__in": ["x"]})),
            lambda n: list(rows.filter(**{f"{n}__icontains": "x"})),
            lambda n: list(rows.filter(**{f"{n}__gt": ""})),
            lambda n: list(rows.exclude(**{n: "x"})),
            lambda n: list(rows.filter(pk=F(n))),
            lambda n: list(rows.values(n)),
            lambda n: list(rows.values_list("pk", n)),
            lambda n: list(rows.values_list("pk", flat=True).annotate(x=F(n)).values("x")),
            lambda n: list(rows.annotate(x=Lower(n)).values("x")),
            lambda n: list(rows.order_by(n)),
            lambda n: list(rows.order_by(F(n).desc())),
            lambda n: rows.update(**{n: "x"}),
            lambda n: rows.distinct().aggregate(x=F(n)),
        )
        for number, ask in enumerate(asked):
            assert is_refused(ask, name), f"{name}: question {number} was answered"


def test_whether_it_is_empty_may_be_asked() -> None:
    f.household(contact_name="Oksana")
    nobody = f.household(contact_name="")
    assert list(m.Household.objects.filter(contact_name="")) == [nobody]
    assert nobody not in m.Household.objects.exclude(contact_name="")
    assert not m.Household.objects.filter(contact_name__isnull=True).exists()


def test_nothing_is_opened_until_somebody_looks() -> None:
    f.household(contact_name="Oksana")
    with CaptureQueriesContext(connection) as seen:
        row = m.Household.objects.get()
        assert row.size
    assert len(seen) == 1
    with CaptureQueriesContext(connection) as seen:
        assert (row.contact_name, row.contact_phone) == ("Oksana", row.contact_phone)
    assert len(seen) == 1


@pytest.mark.parametrize("count", [2, 90])
def test_a_list_asks_for_its_keys_once(count: int) -> None:
    for _ in range(count):
        f.household(contact_name="Oksana")
    rows = list(m.Household.objects.all())
    with CaptureQueriesContext(connection) as seen:
        assert {row.contact_name for row in rows} == {"Oksana"}
    assert len(seen) <= 2


def test_rows_behind_a_relation_ask_together_too() -> None:
    matches = [f.match("proposed") for _ in range(3)]
    loaded = list(m.Match.objects.select_related("household").filter(pk__in=[x.pk for x in matches]))
    with CaptureQueriesContext(connection) as seen:
        assert all(x.household.contact_phone is not None for x in loaded)
    assert len(seen) <= 1


def test_looking_at_it_and_saving_changes_no_byte() -> None:
    """A verified provider's checked columns may not change: neither may their ciphertext."""
    row = f.verified_provider()
    before = stored(row, "phone")
    fresh = m.Provider.objects.get(pk=row.pk)
    assert fresh.phone == row.phone
    fresh.save()
    assert stored(row, "phone") == before
    f.correct(f.provider(), phone="+40721000001")


def test_a_new_value_is_sealed_anew_and_read_at_once() -> None:
    row = f.provider()
    before = stored(row, "phone")
    row.phone = "+40721000002"
    row.save(update_fields=["phone"])
    assert stored(row, "phone") != before
    assert row.phone == m.Provider.objects.get(pk=row.pk).phone == "+40721000002"


def test_many_at_once_are_sealed_each_with_its_own_key() -> None:
    home = f.dwelling(f.provider(), status="applied")
    new = [
        m.Resident(
            id=uuid7(), dwelling=home, given_name=name, family_name="Pop", birth_year=1980, sex="f", moved_in_at=f.NOW
        )
        for name in ("Ana", "Ema")
    ]
    m.Resident.objects.bulk_create(new)
    assert {row.given_name for row in m.Resident.objects.filter(pk__in=[x.pk for x in new])} == {"Ana", "Ema"}
    assert m.DataKey.objects.filter(pk__in=[x.pk for x in new], kind="resident").count() == 2


@pytest.mark.parametrize("from_where", ["row", "column", "table"])
def test_ciphertext_that_was_moved_is_shown_as_unreadable_and_the_list_stands(from_where: str) -> None:
    row, other = f.provider(), f.provider()
    resident = f.resident(f.dwelling(row, status="applied"))
    token = {
        "row": stored(other, "phone"),
        "column": stored(row, "address") or stored(row, "family_name"),
        "table": stored(resident, "given_name"),
    }[from_where]
    overwrite(row, "phone", token)
    found = {one.pk: one.phone for one in m.Provider.objects.all()}
    assert found == {row.pk: UNREADABLE, other.pk: other.phone}


@pytest.mark.parametrize("broken", ["Ana", "1.AAAA", "1.", "9.x", "0" * 80])
def test_altered_bytes_are_shown_as_unreadable(broken: str) -> None:
    row = f.provider()
    overwrite(row, "phone", broken)
    assert m.Provider.objects.get(pk=row.pk).phone == UNREADABLE


def test_a_number_that_cannot_be_read_is_none() -> None:
    home = f.dwelling(f.provider(), status="applied")
    overwrite(home, "lat", stored(home, "lon"))
    fresh = m.Dwelling.objects.get(pk=home.pk)
    assert (fresh.lat, fresh.lon) == (None, home.lon)


def test_another_master_opens_nothing(settings: Any) -> None:
    row = f.provider()
    settings.MASTER_KEYS = "1:" + "bb" * 32
    assert m.Provider.objects.get(pk=row.pk).phone == UNREADABLE


def test_what_could_not_be_read_is_not_overwritten_by_what_was_shown_instead(settings: Any) -> None:
    row = f.provider()
    before, right = (stored(row, "phone"), stored(row, "phone_mark")), settings.MASTER_KEYS
    settings.MASTER_KEYS = "1:" + "bb" * 32
    fresh = m.Provider.objects.get(pk=row.pk)
    assert fresh.phone == UNREADABLE
    fresh.save()
    settings.MASTER_KEYS = right
    assert (stored(row, "phone"), stored(row, "phone_mark")) == before
    assert m.Provider.objects.get(pk=row.pk).phone == row.phone


def test_a_destroyed_key_reads_as_nothing_at_once_and_nothing_is_written_with_it() -> None:
    row = f.provider()
    home = f.dwelling(row, status="applied")
    assert m.Provider.objects.get(pk=row.pk).phone == row.phone
    erasure.destroy([row.pk], f.NOW)
    fresh = m.Provider.objects.get(pk=row.pk)
    assert (fresh.phone, fresh.family_name) == ("", "")
    assert (m.Dwelling.objects.get(pk=home.pk).lat, m.Dwelling.objects.get(pk=home.pk).address) == (None, "")
    fresh.save()
    fresh.phone = "+40721000003"
    with pytest.raises(Conflict) as caught:
        fresh.save()
    assert caught.value.code == "erased"


def test_an_id_of_somebody_elses_key_is_taken() -> None:
    """A household registered under a provider's id would share its key, and its erasure would be the provider's."""
    row = f.provider()
    with pytest.raises(Conflict) as caught:
        f.household(id=row.pk, contact_name="Oksana")
    assert caught.value.code == "id_taken"


def test_marks_follow_their_column_and_say_nothing() -> None:
    row, twin, other = f.provider(), f.provider(phone="+40721000004"), f.provider(phone="+40721000005")
    before = row.phone_mark
    f.correct(row, phone="+40721000004")
    row = m.Provider.objects.get(pk=row.pk)
    assert row.phone_mark == twin.phone_mark != before
    assert row.phone_mark != other.phone_mark
    assert "721" not in row.phone_mark[2:20] or len(row.phone_mark) == 66


def test_a_copy_of_a_row_carries_no_key() -> None:
    row = m.Household.objects.get(pk=f.household(contact_name="Oksana").pk)
    assert row.contact_name == "Oksana"
    assert not {"_held", "_opened", "_loaded_with"} & set(row.__getstate__())
