"""The same day against the HTTP API of a running server: many clients at once, on the server's own clock."""

import heapq
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.utils import timezone

from registry import models as m
from registry.ids import uuid7
from registry.services import accounts, factors, worker
from registry.simulation.arrivals import midnight, moment
from registry.simulation.clock import Process
from registry.simulation.http_port import Http
from registry.simulation.life import Day
from registry.simulation.replay import Report, Wanted, cpu_s, everybody, officers, prepare, windows
from registry.simulation.tally import Tally
from registry.simulation.violations import count_violations
from registry.simulation.world import World

WAIT_FOR_START_S = 60
# The day is pressed into these hours of the server's clock: rides wait so long.
LASTS = timedelta(hours=12)


def by_http(wanted: Wanted, tell: Callable[[str], None], *, url: str | None, clients: int) -> Report:
    """The day through the API of the server at ``url``, or of one that is started for it."""
    started, cpu = time.perf_counter(), cpu_s()
    tally, now = Tally(), timezone.now()
    world, random = prepare(wanted, now, tally, tell, real_time=True)
    worker.work_once(at=now)
    for team in world.teams.values():
        world.start_shifts(team, timezone.now())
    tokens, apps = _tokens(world, timezone.now()), _apps(world)
    prepared_s = time.perf_counter() - started
    tell(f"prepared in {prepared_s:.0f} s: {len(tokens)} people with a token")
    with _server(url, tell) as address:
        port = Http(address, lambda by: tokens[by.id], tally, lambda by: apps[by.id])
        day = Day(port, world, tally, windows(world), now + LASTS, always_by_two=True)
        start = midnight(wanted.day)
        people, lives = everybody(day, lambda: now + (moment(wanted.day, random) - start) / 2)
        suspending = officers(world, tally, day, now, people, random)
        Crowd([*lives, suspending], tally, tell).run(clients)
    elapsed = time.perf_counter() - started
    violations = count_violations(now)
    return Report(wanted, people, len(lives), tally, violations, prepared_s, elapsed, cpu_s() - cpu)


def _tokens(world: World, at: datetime) -> dict[UUID | None, str]:
    """A token for everybody who acts on the day."""
    return {
        pk: accounts.issue_token(actor=actor, id=uuid7(), name="replay", at=at)[1]
        for pk, actor in world.everybody().items()
    }


def _apps(world: World) -> dict[UUID | None, str]:
    """An authenticator app for everybody who acts on the day."""
    found: dict[UUID | None, str] = {}
    for person in m.Person.objects.filter(pk__in=[pk for pk in world.everybody() if pk]):
        found[person.pk] = factors.new_secret()
        factors.invent(person, found[person.pk])
    return found


class Crowd:
    """Households taken in the order of their next moments by a number of clients at once."""

    def __init__(self, processes: list[Process], tally: Tally, tell: Callable[[str], None]) -> None:
        self.tally, self.tell = tally, tell
        self._order = count()
        self._waiting: list[tuple[datetime, int, Process]] = []
        self._running = 0
        self._changed = threading.Condition()
        for process in processes:
            heapq.heappush(self._waiting, (next(process), next(self._order), process))

    def run(self, clients: int) -> None:
        """Let so many clients work until nobody wants to go on."""
        threads = [threading.Thread(target=self._client, name=f"client-{n}") for n in range(clients)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(5)
            for thread in threads[1:]:
                thread.join(0.01)
            self._say()

    def _say(self) -> None:
        counts = self.tally.counts
        self.tell(
            f"{counts['people registered']} people registered, {counts['households matched']} households matched,"
            f" {counts['departed']} departed, {counts['arrived']} arrived, {len(self.tally.waiting)} waiting"
        )

    def _client(self) -> None:
        try:
            while (taken := self._take()) is not None:
                self._step(*taken)
        finally:
            connections.close_all()

    def _take(self) -> tuple[datetime, Process] | None:
        with self._changed:
            while not self._waiting:
                if not self._running:
                    self._changed.notify_all()
                    return None
                self._changed.wait(1)
            moment_, _, process = heapq.heappop(self._waiting)
            self._running += 1
            return moment_, process

    def _step(self, at: datetime, process: Process) -> None:
        following = None
        try:
            with suppress(StopIteration):
                following = process.send(at)
        except Exception as error:  # noqa: BLE001 - one client's failure is counted, the others go on
            self.tally.problem(f"{type(error).__name__}: {error}")
        with self._changed:
            self._running -= 1
            if following is not None:
                heapq.heappush(self._waiting, (following, next(self._order), process))
            self._changed.notify_all()


@contextmanager
def _server(url: str | None, tell: Callable[[str], None]) -> Iterator[str]:
    """The server at ``url``, or one of our own on a free port with its worker, ended afterwards."""
    if url:
        yield url
        return
    port = _free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    # Refusals are part of the day and counted; its warnings would hide the progress.
    environment = {"SAFEZONE_LOG_LEVEL": "ERROR", **os.environ}
    child = subprocess.Popen(command, cwd=Path(settings.BASE_DIR), env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/health", child)
        tell(f"server up at {address}")
        yield address
    finally:
        child.terminate()
        child.wait(WAIT_FOR_START_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + WAIT_FOR_START_S
    while time.monotonic() < deadline and child.poll() is None:
        with suppress(URLError, OSError), urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise TimeoutError("the server did not start")
