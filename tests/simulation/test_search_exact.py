"""The search skips most offers and still finds exactly what a scan of all of them finds, in the same order."""

from datetime import datetime
from random import Random

import pytest

from registry import models as m
from registry.selectors import proposals, stay_search
from registry.services import geography
from tests.bench import full_scan
from tests.bench.rows import Stock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OFFERS, REQUESTS = 2_000, 30


def found(request: m.HelpRequest, at: datetime) -> list[full_scan.Choice]:
    ranked = proposals.for_request(request, at).ranked
    return [(p.ride.id if p.ride else None, p.stay.id if p.stay else None) for p in ranked]


def stock(seed: int) -> tuple[Stock, list[m.HelpRequest]]:
    geography.load()
    filled = Stock(Random(seed))
    filled.grow_to(OFFERS)
    return filled, [filled.request() for _ in range(REQUESTS)]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_best_proposals_are_those_of_a_full_scan(seed: int) -> None:
    filled, requests = stock(seed)
    wanted = [list(full_scan.best(request, filled.at)) for request in requests]
    assert [found(request, filled.at) for request in requests] == wanted
    assert sum(map(len, wanted)) > REQUESTS


def test_control_a_search_that_stops_at_the_first_rings_misses_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stay_search, "_bound", lambda _most: 0.0)
    filled, requests = stock(1)
    assert any(found(request, filled.at) != list(full_scan.best(request, filled.at)) for request in requests)
