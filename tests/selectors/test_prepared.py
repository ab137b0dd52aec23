"""Queries that are built once answer as the ORM does, whatever values come later."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.transaction import TransactionManagementError, atomic
from django.test.utils import CaptureQueriesContext

from registry import models as m
from registry.ids import uuid7
from registry.selectors.prepared import LONGEST_KEPT, Prepared, by_key, first, one_with, prepared
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[m.Provider]:
    """Five providers, two of them in Tulcea."""
    return [f.provider(town="tulcea" if number > 2 else "suceava") for number in range(5)]


def columns(row: models.Model) -> dict[str, Any]:
    """Everything that a row has read."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def built() -> list[int]:
    """One entry each time that the query is built."""
    return []


@pytest.fixture
def of_county(built: list[int]) -> Prepared[[str], m.Provider]:
    """Providers of a county."""

    def build(county: str) -> QuerySet[m.Provider]:
        built.append(1)
        return m.Provider.objects.filter(county=county).order_by("pk")

    return prepared(build)


def test_the_query_is_built_once_and_asked_each_time(people, of_county, built):
    wanted = {county: list(m.Provider.objects.filter(county=county).order_by("pk")) for county in ("RO-SV", "RO-TL")}
    with CaptureQueriesContext(connection) as asked:
        found = {county: of_county(county) for county in ("RO-SV", "RO-TL")}
        again = of_county("RO-SV")
    assert (len(built), len(asked)) == (1, 3)
    assert found == wanted
    assert again == wanted["RO-SV"]
    assert [columns(one) for one in found["RO-TL"]] == [columns(one) for one in wanted["RO-TL"]]


def test_a_change_is_seen_by_the_next_question(people, of_county):
    before = of_county("RO-SV")
    m.Provider.objects.filter(pk=before[0].pk).update(county_id="RO-TL")
    assert of_county("RO-SV") == before[1:]


def test_lists_of_any_length_find_what_the_orm_finds(people):
    among = prepared(lambda keys: m.Provider.objects.filter(pk__in=keys).order_by("pk"))
    every = [one.pk for one in people]
    for count in range(6):
        keys = [*every[:count], *(uuid7() for _ in range(count))]
        assert among(keys) == list(m.Provider.objects.filter(pk__in=keys).order_by("pk")), count


def test_a_long_list_is_answered_and_its_query_not_kept(people):
    among = prepared(lambda keys: m.Provider.objects.filter(pk__in=keys))
    keys = [people[0].pk, *(uuid7() for _ in range(LONGEST_KEPT))]
    assert among(keys) == people[:1]
    assert among._kept == {}
    for count in range(1, LONGEST_KEPT):
        among([uuid7()] * count)
    assert len(among._kept) == LONGEST_KEPT.bit_length()


def test_the_place_of_a_value_is_the_place_of_its_argument(people):
    both = prepared(lambda county, key: m.Provider.objects.filter(pk=key).filter(Q(county=county) | Q(county="UA-77")))
    assert both("RO-SV", people[0].pk) == people[:1]
    assert both("RO-TL", people[0].pk) == []


def test_values_come_as_tuples_or_alone(people):
    pairs: Prepared[[str], tuple[UUID, str]] = prepared(
        lambda county: m.Provider.objects.filter(county=county).order_by("pk").values_list("pk", "county__name")
    )
    alone: Prepared[[str], UUID] = prepared(
        lambda county: m.Provider.objects.filter(county=county).order_by("pk").values_list("pk", flat=True)
    )
    name = people[4].county.name
    assert pairs("RO-TL") == sorted((one.pk, name) for one in people[3:])
    assert alone("RO-TL") == sorted(one.pk for one in people[3:])


def test_relations_come_along(people):
    with_county: Prepared[[UUID], m.Provider] = prepared(
        lambda key: m.Provider.objects.filter(pk=key).select_related("county", "account").prefetch_related("vehicles")
    )
    car = f.vehicle(people[0])
    (found,) = with_county(people[0].pk)
    with CaptureQueriesContext(connection) as asked:
        assert found.county.code == "RO-SV"
        assert list(found.vehicles.all()) == [car]
        assert found.account == people[0].account
    assert not asked.captured_queries


def test_none_is_refused_for_it_would_find_nothing_and_say_nothing(people, of_county):
    with pytest.raises(TypeError):
        of_county(None)
    with pytest.raises(TypeError):
        prepared(lambda keys: m.Provider.objects.filter(pk__in=keys))([people[0].pk, None])


def test_objects_with_something_reckoned_are_refused(people):
    counted = prepared(lambda key: m.Provider.objects.filter(pk=key).annotate(cars=models.Count("vehicles")))
    with pytest.raises(TypeError):
        counted(people[0].pk)


def test_first_is_the_first_or_none(people, of_county):
    assert first(of_county("RO-TL")) in people
    assert first(of_county("RO-MM")) is None


def test_rows_by_key_come_in_order_and_only_those_that_are(people):
    keys = [people[3].pk, uuid7(), people[1].pk, people[3].pk]
    assert by_key(m.Provider, keys) == sorted((people[1], people[3]), key=lambda one: one.pk)
    assert by_key(m.Provider, []) == []
    assert one_with(m.Provider, uuid7()) is None
    assert one_with(m.Provider, None) is None
    assert one_with(m.County, "RO-SV").code == "RO-SV"


def test_rows_are_locked_when_they_should_be(people):
    with atomic(), CaptureQueriesContext(connection) as asked:
        assert by_key(m.Provider, [people[0].pk], "county", lock=True) == people[:1]
    wanted = 'FOR NO KEY UPDATE OF "registry_provider"' if connection.features.has_select_for_update else "ORDER BY"
    assert wanted in asked.captured_queries[-1]["sql"]


@pytest.mark.django_db(transaction=True)
def test_rows_are_not_locked_outside_a_transaction():
    if not connection.features.has_select_for_update:
        pytest.skip("a promise of PostgreSQL")
    with pytest.raises(TransactionManagementError):
        list(by_key(m.Town, ["suceava"], lock=True))
