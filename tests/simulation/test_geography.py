"""Loading the geography: everything there, twice the same, and nothing that people have changed is lost."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from registry import models as m
from registry.services import geography

pytestmark = pytest.mark.django_db


def rows() -> list:
    models = (m.County, m.Town, m.Crossing, m.Zone)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_everything_of_the_files_is_written() -> None:
    done = geography.load()
    assert (done.counties, done.towns, done.crossings, done.zones, done.zones_kept) == (
        m.County.objects.count(),
        m.Town.objects.count(),
        m.Crossing.objects.count(),
        m.Zone.objects.count(),
        0,
    )
    assert done.crossings == 6
    siret = m.Zone.objects.get(pk="siret-crossing")
    assert (siret.status, siret.crossing_id, siret.county_id, siret.town_id) == ("draft", "siret", "RO-SV", "siret")
    assert siret.name_in("uk") == "Пункт пропуску Сірет"


def test_loading_twice_changes_nothing() -> None:
    geography.load()
    before = rows()
    geography.load()
    assert rows() == before


def test_a_zone_that_was_opened_or_redrawn_stays_as_it_is() -> None:
    geography.load()
    drawn = {"type": "Polygon", "coordinates": [[[26.0, 47.9], [26.1, 47.9], [26.1, 48.0], [26.0, 47.9]]]}
    now = timezone.now()
    m.Zone.objects.filter(pk="siret-crossing").update(status="active", activated_at=now, version=2)
    m.Zone.objects.filter(pk="suceava").update(outline=drawn, version=2)
    assert geography.load().zones_kept == 2
    assert m.Zone.objects.get(pk="siret-crossing").status == "active"
    assert m.Zone.objects.get(pk="suceava").outline == drawn


def test_a_zone_that_nobody_touched_follows_the_file() -> None:
    geography.load()
    m.Zone.objects.filter(pk="suceava").update(name="Wrong")
    geography.load()
    assert m.Zone.objects.get(pk="suceava").name != "Wrong"


def test_the_command_prints_counts(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_geography")
    assert "46 counties, 117 towns, 6 crossings, 43 zones" in capsys.readouterr().out
