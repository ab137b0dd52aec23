"""The same proposals by PostGIS: nearest offers a page at a time (KNN), through the gate, until none can be better.

Measured only where the database has PostGIS; the registry itself never needs it.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from geo import privacy
from registry import models as m
from registry.rules import eligibility, ranking
from registry.rules.policy import DEFAULT
from registry.selectors import facts

PAGE, ROWS = 100, 10_000
# Dearest words of the value of a place, beside nearness and urgency.
_REST = DEFAULT.weight_language + DEFAULT.weight_children + 5
_NEAREST = """
    SELECT offer, ST_Distance(place, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography) / 1000
    FROM bench_place ORDER BY place <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography LIMIT %s OFFSET %s
"""


def is_there() -> bool:
    """Whether this database has PostGIS to offer."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
        return bool(cursor.fetchone()[0])


def fill() -> None:
    """Every open offer of a verified provider as a point with a GiST index."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.execute("DROP TABLE IF EXISTS bench_place")
        cursor.execute("CREATE TABLE bench_place (offer uuid PRIMARY KEY, place geography(Point, 4326))")
        offers = m.AccommodationOffer.objects.filter(status="open", provider__status="verified")
        points: list[Any] = []
        for pk, cell in offers.values_list("pk", "cell").iterator():
            points.append((pk, *privacy.cell_center(cell)))
            if len(points) == ROWS:
                _insert(cursor, points)
                points = []
        _insert(cursor, points)
        cursor.execute("CREATE INDEX ON bench_place USING gist (place)")
        cursor.execute("ANALYZE bench_place")


def _insert(cursor: Any, points: list[Any]) -> None:
    if points:
        one = "(%s, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography)"
        sent = [value for point in points for value in point]
        cursor.execute(f"INSERT INTO bench_place VALUES {', '.join([one] * len(points))}", sent)  # noqa: S608


def best(request: m.HelpRequest, at: datetime) -> Sequence[UUID]:
    """The best stays, best first, from the nearest on until nothing further away can be better."""
    need, center, now = facts.need_of(request), facts.search_center(request), facts.local(at)
    found: list[tuple[float, UUID]] = []
    offset, wanted = 0, DEFAULT.proposal_count
    while page := _page(center, offset):
        offset += len(page)
        for pk, stay in facts.stays_of([pk for pk, _ in page], center, at).items():
            if not eligibility.stay(need, stay, now):
                found.append((-ranking.stay(need, stay).per_person, pk))
        found = sorted(found)[:wanted]
        further = page[-1][1]
        most = need.urgency + DEFAULT.weight_distance * (1 - further / max(need.max_km, 1)) + _REST
        if further > need.max_km or (len(found) == wanted and -found[-1][0] > most):
            break
    return [pk for _, pk in found]


def _page(center: tuple[float, float], offset: int) -> list[tuple[UUID, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [*center, *center, PAGE, offset])
        return list(cursor.fetchall())


def measure(requests: Sequence[m.HelpRequest], searches: int, at: datetime) -> dict[str, Any]:
    """Milliseconds of both ways for requests of a bed, and how many got the same answer."""
    from registry.selectors import proposals

    beds = [request for request in requests if request.kind == "stay"][:searches]
    ways = {"knn": lambda one: best(one, at), "ours": lambda one: _ours(proposals.for_request(one, at))}
    times: dict[str, list[float]] = {name: [] for name in ways}
    same = 0
    for request in beds:
        answers = []
        for name, way in ways.items():
            started = time.perf_counter()
            answers.append(list(way(request)))
            times[name].append((time.perf_counter() - started) * 1000)
        same += answers[0] == answers[1]
    return {"asked": len(beds), "same": same, **{f"{name}_p50": _middle(some) for name, some in times.items()}}


def _ours(found: Any) -> list[UUID]:
    return [one.stay.id for one in found.ranked]


def _middle(times: list[float]) -> float:
    return round(sorted(times)[len(times) // 2], 2) if times else 0.0
