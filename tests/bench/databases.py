"""Proposals and lists on one database: ``python -m tests.bench.databases SIZES SEARCHES ANSWER.json``."""

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import django

# How many random requests are held against a scan of everything, up to how many offers.
COMPARED = {1_000: 1_000, 10_000: 50}
REQUESTS = 1_000
LIST_ROWS, LIST_ROUNDS = 100, 30


def main(sizes: list[int], searches: int, answer: Path) -> None:
    """Grow the registry size by size, measure at each, write what was found."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "safezone.settings"
    django.setup()
    from django.core.management import call_command

    from registry.services import geography
    from tests.bench.rows import Stock

    call_command("migrate", verbosity=0, skip_checks=True)
    geography.load()
    stock = Stock()
    requests = [stock.request() for _ in range(REQUESTS)]
    found: dict[str, Any] = {"proposals": {}, "largest": str(max(sizes))}
    for size in sizes:
        stock.grow_to(size)
        _settle()
        found["proposals"][str(size)] = _measure(requests, searches, stock.at) | _compare(requests, size, stock.at)
        print(f"  {size:,}: {found['proposals'][str(size)]}", file=sys.stderr, flush=True)
    found["knn"] = _knn(requests, searches, stock.at)
    found["list"] = _lists(stock.person, stock.at)
    answer.write_text(json.dumps(found), encoding="utf-8")


def _knn(requests: list, searches: int, at: datetime) -> dict[str, Any] | None:
    """Both ways on the largest stock; None where the database has no PostGIS."""
    from tests.bench import knn

    if not knn.is_there():
        return None
    knn.fill()
    return knn.measure(requests, searches, at)


def _settle() -> None:
    """What a running database does by itself now and then."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _measure(requests: list, searches: int, at: datetime) -> dict[str, float]:
    from registry.selectors import proposals
    from registry.selectors import requests as visible
    from registry.simulation.staff import acting

    actor = acting(requests[0].requested_by)
    for request in requests[:5]:
        proposals.for_request(visible.request(actor, request.pk), at)
    walls, cpus = [], []
    for number in range(searches):
        wall, cpu = time.perf_counter(), time.thread_time()
        proposals.for_request(visible.request(actor, requests[number % len(requests)].pk), at)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.thread_time() - cpu) * 1000)
    return {"p50": _quantile(walls, 0.5), "p99": _quantile(walls, 0.99), "cpu_p99": _quantile(cpus, 0.99)}


def _quantile(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def _compare(requests: list, size: int, at: datetime) -> dict[str, int]:
    """How many of the first requests get exactly what a scan of everything gives (left out for the largest)."""
    compared = next((count for most, count in COMPARED.items() if size <= most), 0)
    from registry.selectors import proposals
    from tests.bench import full_scan

    known, exact = full_scan.Everything(at) if compared else None, 0
    for request in requests[:compared]:
        ranked = proposals.for_request(request, at).ranked
        exact += list(full_scan.best(request, at, known)) == [
            (p.ride and p.ride.id, p.stay and p.stay.id) for p in ranked
        ]
    return {"exact": exact, "compared": compared}


def _lists(person: Any, at: datetime) -> dict[str, float]:
    """A page of offers through the API, and the same fields of the same rows by a serializer of REST framework."""
    from django.test import Client
    from rest_framework import serializers
    from rest_framework.renderers import JSONRenderer

    from registry import models as m
    from registry.ids import uuid7
    from registry.services import accounts
    from registry.simulation.staff import acting

    secret = accounts.issue_token(actor=acting(person), id=uuid7(), name="bench", at=at)[1]
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})
    path = f"/api/v1/accommodation-offers?limit={LIST_ROWS}"
    items = client.get(path).json()["items"]
    known = {f.name for f in m.AccommodationOffer._meta.concrete_fields}
    wanted = [name for name in items[0] if name in known]

    class Bare(serializers.ModelSerializer):
        class Meta:
            model = m.AccommodationOffer
            fields = wanted

    rows = m.AccommodationOffer.objects.filter(pk__in=[item["id"] for item in items])
    endpoint = _times(lambda: client.get(path))
    bare = _times(lambda: JSONRenderer().render(Bare(rows.all(), many=True).data))
    return {"rows": len(items), "endpoint_ms": endpoint, "bare_ms": bare, "times_bare": bare / endpoint}


def _times(call: Any) -> float:
    """The median time in milliseconds."""
    times = []
    for _ in range(LIST_ROUNDS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return _quantile(times, 0.5)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1].split(",")], int(sys.argv[2]), Path(sys.argv[3]))
