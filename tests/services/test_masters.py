"""Another master key: every key is wrapped anew, nobody waits for it, and the old one can go."""

from typing import Any

import pytest
from django.core.management import call_command

from registry import models as m
from registry.models.sealed import UNREADABLE
from registry.services import erasure, idempotency, masters
from registry.services.idempotency import Answer
from tests import factories as f

pytestmark = pytest.mark.django_db

OLD, NEW = "1:" + "11" * 32, "2:" + "22" * 32


@pytest.fixture(autouse=True)
def old(settings: Any) -> None:
    """Everything is written under the first master key."""
    settings.MASTER_KEYS = OLD


def rotate() -> list[int]:
    return list(masters.rotate(at_once=2))


def test_after_a_rotation_the_old_master_is_not_needed(settings: Any) -> None:
    rows = [f.household(contact_name=f"N{n}") for n in range(5)]
    idempotency.once(actor_key="a", key="key-number-1", digest="x", at=f.NOW, work=lambda: Answer(200, {"a": 1}))
    settings.MASTER_KEYS = f"{NEW},{OLD}"
    before = masters.left()
    assert before[1] >= 6
    assert sum(rotate()) == before[1]
    assert masters.left() == {}
    settings.MASTER_KEYS = NEW
    assert [m.Household.objects.get(pk=row.pk).contact_name for row in rows] == [f"N{n}" for n in range(5)]
    again = idempotency.once(actor_key="a", key="key-number-1", digest="x", at=f.NOW, work=lambda: Answer(500, {}))
    assert (again.body, again.replayed) == ({"a": 1}, True)


def test_control_without_a_rotation_it_is(settings: Any) -> None:
    row = f.household(contact_name="N")
    settings.MASTER_KEYS = NEW
    assert m.Household.objects.get(pk=row.pk).contact_name == UNREADABLE


def test_stopped_in_the_middle_everything_reads_and_the_rest_follows(settings: Any) -> None:
    rows = [f.household(contact_name="N") for _ in range(5)]
    settings.MASTER_KEYS = f"{NEW},{OLD}"
    whole = masters.left()[1]
    assert next(iter(masters.rotate(at_once=2))) == 2
    assert masters.left() == {1: whole - 2}
    assert {m.Household.objects.get(pk=row.pk).contact_name for row in rows} == {"N"}
    assert sum(rotate()) == whole - 2
    assert rotate() == []


def test_a_destroyed_key_stays_destroyed(settings: Any) -> None:
    row = f.household(contact_name="N")
    erasure.destroy([row.pk], f.NOW)
    settings.MASTER_KEYS = f"{NEW},{OLD}"
    rotate()
    assert m.DataKey.objects.get(pk=row.pk).wrapped == ""
    assert m.Household.objects.get(pk=row.pk).contact_name == ""


def test_what_needs_a_master_that_is_not_here_is_counted_and_left(settings: Any, capsys: Any) -> None:
    f.household(contact_name="N")
    settings.MASTER_KEYS = f"3:{'33' * 32},{NEW}"
    with pytest.raises(SystemExit):
        call_command("rotate_master")
    said = capsys.readouterr().out
    assert "0 wrapped anew" in said
    assert "master key 1: " in said


def test_the_command_says_what_it_did_and_may_be_run_again(settings: Any, capsys: Any) -> None:
    f.household(contact_name="N")
    settings.MASTER_KEYS = f"{NEW},{OLD}"
    left = masters.left()[1]
    call_command("rotate_master")
    call_command("rotate_master")
    assert capsys.readouterr().out.split("\n")[:2] == [f"{left} wrapped anew", "0 wrapped anew"]
