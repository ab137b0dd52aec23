"""How long a suspension of 200 journeys takes over HTTP while others work: ``suspending COUNT ANSWER.json``."""

import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.prove import stage

JOURNEYS, CLIENTS = 200, 4
# The others go on for a moment after each, as they would.
PAUSE_S = 0.1


def main(count: int, answer: Path) -> None:
    """Build, let the clients loose, press the button again and again, write what it took."""
    stage.set_up(answer.parent)
    from django.db import connection

    from tests.prove import at_work

    drivers, secret = _drivers(count)
    known = at_work.build(rides=6, journeys=20)
    _settle()
    connection.close()
    server = stage.Server(answer.parent, with_worker=False)
    server.start()
    stop = threading.Event()
    clients = [at_work.Client(server.port, known, seed, stop) for seed in range(CLIENTS)]
    try:
        for client in clients:
            client.start()
        officer = at_work.Caller(server.port, secret)
        taken = [_pressed(officer, driver) for driver in drivers]
    finally:
        stop.set()
        for client in clients:
            client.join(60)
        server.stop()
    answer.write_text(json.dumps(_found(taken, drivers, clients)), "utf-8")


def _drivers(count: int) -> tuple[list[UUID], str]:
    """So many drivers, each with 200 journeys on the road, and Olena's token."""
    from django.db import transaction
    from django.utils import timezone

    from registry.ids import uuid7
    from registry.services import accounts
    from tests import factories as f
    from tests.invented.multiplied import multiply

    with transaction.atomic():
        firsts = [f.match("departed") for _ in range(count)]
        with f.unguarded():
            found = [multiply(first, JOURNEYS).pk for first in firsts]
    return found, accounts.issue_token(actor=f.olena(), id=uuid7(), name="proof", at=timezone.now())[1]


def _settle() -> None:
    """What a running database does by itself now and then."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _pressed(officer: Any, driver: UUID) -> float:
    """Seconds until the officer has the answer with everybody to call."""
    from tests.prove.at_work import Write

    time.sleep(PAUSE_S)
    write = Write("suspend", f"providers/{driver}/suspension", {"reason": "police"}, str(driver))
    started = time.perf_counter()
    status, said = officer.post(write)
    taken = time.perf_counter() - started
    if status >= 300:
        raise RuntimeError(f"the suspension was answered {status}: {said}")
    return taken


def _found(taken: list[float], drivers: list[UUID], clients: list[Any]) -> dict[str, Any]:
    """The figures, with what the database says became of the journeys."""
    from registry import models as m
    from registry.states import MATCH_ACTIVE

    left = m.Match.objects.filter(status__in=MATCH_ACTIVE, legs__transport_offer__driver__in=drivers)
    halted = m.Match.objects.filter(status="halted", legs__transport_offer__driver__in=drivers).distinct().count()
    others = Counter(w.step for client in clients for w in client.writes if w.is_acknowledged)
    ordered = sorted(taken)
    return {
        "suspensions": len(taken),
        "journeys": halted // len(taken),
        "not_halted": left.values("legs__transport_offer__driver").distinct().count(),
        "p50": ordered[len(ordered) // 2],
        "p99": ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))],
        "slowest": ordered[-1],
        "others": others,
        "failed": sum(w.is_open for client in clients for w in client.writes),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
