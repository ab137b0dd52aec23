"""Blind marks: the guard of rule 3 compares what it cannot read, and a new key does not end that."""

from typing import Any

import pytest
from django.db import IntegrityError

from registry import models as m
from registry.rules import decisions as rules
from registry.services import fingerprints
from tests import factories as f

pytestmark = pytest.mark.django_db

SAME = [
    ({"phone": "0744 918 273"}, {"phone": "+40744918273"}),
    ({"address": "str. Lunga nr. 5"}, {"address": "Strada Lungă 5"}),
    ({"family_name": "Covalschi"}, {"family_name": "Ковальська"}),
]


def decided(of_petru: dict[str, str], of_provider: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Petru decides although the rule is out of the way: only the database is left."""
    row = f.provider(status="in_review", **of_provider)
    f.checks_for(row)
    f.correct(f.known("petru"), town=row.town, **of_petru)
    monkeypatch.setattr(rules, "_may_decide", lambda *_: iter(()))
    return f.decide_first(m.Provider.objects.get(pk=row.pk), "verify", by=f.petru())


@pytest.mark.parametrize(("of_petru", "of_provider"), SAME, ids=["phone", "address", "surname"])
def test_the_database_finds_what_is_the_same_though_written_otherwise(
    of_petru: dict[str, str], of_provider: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(IntegrityError, match="two_people"):
        decided(of_petru, of_provider, monkeypatch)


@pytest.mark.parametrize(("of_petru", "of_provider"), SAME, ids=["phone", "address", "surname"])
def test_control_without_the_guard_petru_decides(
    of_petru: dict[str, str], of_provider: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with f.unguarded():
        assert decided(of_petru, of_provider, monkeypatch).outcome == "pending"


def test_a_new_key_renews_marks_and_they_meet_again(settings: Any) -> None:
    settings.FINGERPRINT_KEYS = "1:" + "ab" * 32
    row, person = f.provider(phone="+40744918273"), f.person("volunteer", zone="siret", phone="0744 918 273")
    assert row.phone_mark == person.phone_mark != ""
    old = row.phone_mark
    settings.FINGERPRINT_KEYS = f"2:{'cd' * 32},1:{'ab' * 32}"
    assert fingerprints.rotate().renewed > 0
    renewed = {m.Provider.objects.get(pk=row.pk).phone_mark, m.Person.objects.get(pk=person.pk).phone_mark}
    assert len(renewed) == 1
    assert renewed != {old}
    assert renewed.pop().startswith("2:")
    assert fingerprints.rotate().renewed == 0


def test_what_cannot_be_read_keeps_its_mark_and_is_counted(settings: Any) -> None:
    settings.FINGERPRINT_KEYS = "1:" + "ab" * 32
    row = f.provider(phone="+40744918273")
    settings.MASTER_KEYS = "1:" + "bb" * 32
    settings.FINGERPRINT_KEYS = f"2:{'cd' * 32},1:{'ab' * 32}"
    assert fingerprints.rotate().left[1] >= 1
    assert m.Provider.objects.get(pk=row.pk).phone_mark == row.phone_mark
