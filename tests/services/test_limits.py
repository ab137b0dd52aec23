"""Limits that protect people: exact under load, per key, per window."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry.errors import TooMany
from registry.services import limits, worker
from tests import factories as f

pytestmark = pytest.mark.django_db

WINDOW = timedelta(minutes=5)


def spend(key: str = "check:1", **given: Any) -> None:
    """Use one of three."""
    limits.spend(**{"key": key, "limit": 3, "window": WINDOW, "at": f.NOW, **given})


def test_the_fourth_of_three_is_refused_with_the_time_to_wait() -> None:
    for _ in range(3):
        spend()
    with pytest.raises(TooMany) as refused:
        spend(at=f.NOW + timedelta(minutes=1))
    assert refused.value.params["retry_after_s"] == 241
    spend("check:2")
    spend(at=f.NOW + WINDOW)


@pytest.mark.django_db(transaction=True)
def test_sixty_at_once_get_exactly_the_limit(at_once: Callable[..., list[Any]]) -> None:
    outcomes = at_once(60, lambda _: spend(limit=5))
    assert outcomes.count(None) == 5
    assert sum(isinstance(o, TooMany) for o in outcomes) == 55
    assert m.RateWindow.objects.get().used == 5


def test_old_windows_are_forgotten() -> None:
    spend()
    assert worker.clean_up(at=f.NOW + timedelta(hours=20)) == 0
    assert worker.clean_up(at=f.NOW + timedelta(days=2)) == 1
