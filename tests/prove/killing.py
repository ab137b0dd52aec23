"""kill -9 under write load, again and again: ``killing sqlite|postgres KILLS ANSWER.json``.

On SQLite the web server and the worker are killed, every process of them; on PostgreSQL the database itself, while
the web server stays up. After each kill everything is started again, whatever no client has an answer to is sent
once more under its key, some of what was answered too, and the database is held against what clients were told.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Protocol
from uuid import UUID

from tests.prove import postgres, stage

CLIENTS, RIDES, JOURNEYS = 5, 6, 20
# Every so many rounds the whole database is looked through, not only what this round has written.
LOOK_EVERY = 10
SHORTEST_S, LONGEST_S = 0.3, 2.0
REPEATED = 5


class Victim(Protocol):
    """What is killed and started again."""

    def kill(self) -> None:
        """SIGKILL to all of it."""

    def start(self) -> None:
        """Come back when it works again."""


def main(database: str, kills: int, answer: Path, seed: int = 0) -> None:
    """Kill so often, check, write what was found."""
    folder = answer.parent
    if database == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'killed.sqlite3'}"
        found = _killed(folder, kills, None, seed)
    else:
        with postgres.killable() as victim:
            os.environ["DATABASE_URL"] = victim.url
            found = _killed(folder, kills, victim, seed)
    answer.write_text(json.dumps(found), "utf-8")


def _killed(folder: Path, kills: int, database: postgres.Killable | None, seed: int) -> dict[str, Any]:
    stage.set_up(folder)
    from tests.prove import at_work, verdict

    known = at_work.build(RIDES, JOURNEYS)
    load = Load(known, _officer(), _to_suspend(kills), Random(seed))
    before = verdict.Before()
    _leave_the_database()
    server = stage.Server(folder, with_worker=True)
    server.start()
    try:
        for number in range(1, kills + 1):
            _one_round(load, server, database or server)
            verdict.after_round(load, before, thorough=number % LOOK_EVERY == 0)
            _leave_the_database()
            print(f"killed {number} of {kills}: {len(load.acknowledged)} acknowledged", file=sys.stderr, flush=True)
    finally:
        server.stop()
    return verdict.at_the_end(load, before, folder) | {"kills": kills}


@dataclass
class Load:
    """Everything that was ever sent, what repeating it gave, and what is sent next."""

    stage: Any
    officer: str
    drivers: list[UUID]
    dice: Random
    acknowledged: list[Any] = field(default_factory=list)
    repeated: int = 0
    differing: list[str] = field(default_factory=list)
    bad: dict[str, list[str]] = field(default_factory=dict)

    @contextmanager
    def running(self, port: int) -> Iterator[list[Any]]:
        """Clients at work; what they sent is in the list when they have ended."""
        from tests.prove.at_work import Client

        stop, sent = threading.Event(), []
        clients = [Client(port, self.stage, self.dice.randrange(10**9), stop) for _ in range(CLIENTS)]
        pressing = threading.Thread(target=self._suspend, args=(port, sent, self.dice.random() * LONGEST_S))
        for thread in (*clients, pressing):
            thread.start()
        yield sent
        stop.set()
        for thread in (*clients, pressing):
            thread.join(120)
        sent += [write for client in clients for write in client.writes]

    def _suspend(self, port: int, sent: list[Any], after_s: float) -> None:
        """An officer suspends the next driver, with two journeys on the road."""
        from tests.prove.at_work import Caller, Write

        driver = self.drivers.pop()
        time.sleep(after_s)
        write = Write("suspend", f"providers/{driver}/suspension", {"reason": "police"}, str(driver))
        sent.append(write)
        try:
            write.status, write.answer = Caller(port, self.officer).post(write)
        except ConnectionError:
            return

    def repeat(self, port: int, sent: list[Any]) -> None:
        """Send again what nobody has answered, and some of what was answered; the same key gives the same answer."""
        from tests.prove.at_work import Caller

        callers = {secret: Caller(port, secret) for secret in (self.stage.secret, self.officer)}
        answered = [write for write in sent if write.is_acknowledged]
        unsure = [write for write in sent if write.is_open]
        for write in unsure:
            caller = callers[self.officer if write.step == "suspend" else self.stage.secret]
            write.status, write.answer = caller.post(write)
        again = [*unsure, *self.dice.sample(answered, min(REPEATED, len(answered)))]
        for write in again:
            caller = callers[self.officer if write.step == "suspend" else self.stage.secret]
            if caller.post(write) != (write.status, write.kept):
                self.differing.append(f"{write.step} {write.key}")
        self.repeated += len(again)
        self.acknowledged += [write for write in sent if write.is_acknowledged]


def _one_round(load: Load, server: stage.Server, victim: Victim) -> None:
    with load.running(server.port) as sent:
        time.sleep(load.dice.uniform(SHORTEST_S, LONGEST_S))
        victim.kill()
    victim.start()
    server.wait_until_ready()
    load.repeat(server.port, sent)


def _officer() -> str:
    """The secret of Olena's token."""
    from django.utils import timezone

    from registry.ids import uuid7
    from registry.services import accounts
    from tests import factories as f

    return accounts.issue_token(actor=f.olena(), id=uuid7(), name="proof", at=timezone.now())[1]


def _to_suspend(count: int) -> list[UUID]:
    """So many drivers, each with two journeys on the road."""
    from django.db import transaction

    from tests import factories as f
    from tests.invented.multiplied import multiply

    with transaction.atomic():
        firsts = [f.match("departed") for _ in range(count)]
        with f.unguarded():
            return [multiply(first, 2).pk for first in firsts]


def _leave_the_database() -> None:
    """No connection of this process outlives a kill of the database."""
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
