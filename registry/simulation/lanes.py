"""A day played by several processes that all write, as several servers do; for a database that takes many writers.

Every process lives the households of its own lane, and the worker has one, too. They wait for each other every five
minutes of the day, and wherever something concerns them all: a change of shift, a suspension. In between the clock is
one for all and never goes back, so that whatever a step rests on happened before it.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from random import Random

from registry.simulation.clock import Process, Timeline
from registry.simulation.forks import Fork, forked
from registry.simulation.invented import Inventor
from registry.simulation.supply import Supply
from registry.simulation.tally import Tally
from registry.simulation.world import World

LANES = 3
TOGETHER = timedelta(minutes=5)
# Numbers that invented people of a lane begin with, beyond those of everybody invented before and after.
FREE = 500_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class OneClock:
    """The latest moment that any process has reached."""

    def __init__(self) -> None:
        self._reached = multiprocessing.get_context("fork").Value("q", 0)

    def latest(self, moment: datetime) -> datetime:
        """This moment, or the one that the day has come to already."""
        with self._reached.get_lock():
            mine = (moment - _EPOCH) // _MICROSECOND
            reached = self._reached.value = max(mine, self._reached.value)
        return moment if reached == mine else _EPOCH + reached * _MICROSECOND


class Lanes:
    """The processes of a day."""

    def __init__(self, forks: list[Fork]) -> None:
        self._forks = forks
        self._counted: list[tuple[Counter[str], int]] = []

    def run(self, until: datetime) -> None:
        """Let every lane live up to this moment, and wait for the last."""
        for fork in self._forks:
            fork.send(until)
        self._counted = [fork.receive() for fork in self._forks]

    def counts(self) -> Counter[str]:
        """What they have counted so far."""
        return sum((counts for counts, _ in self._counted), Counter())

    def waiting(self) -> int:
        """How many households wait in all lanes."""
        return sum(waiting for _, waiting in self._counted)

    def tallies(self) -> Iterator[Tally]:
        """Everything that each has counted; ends them."""
        for fork in self._forks:
            fork.send(None)
        for fork in self._forks:
            yield fork.receive()


@contextmanager
def living(start: datetime, lives: list[Process], worker: Process, tally: Tally, clock: OneClock) -> Iterator[Lanes]:
    """Every household in a lane, the worker beside them; each counts in its own copy of ``tally``, which is empty."""
    shares = [*(lives[lane::LANES] for lane in range(LANES)), [worker]]
    with forked(_live, [(start, share, tally, clock) for share in shares]) as forks:
        yield Lanes(forks)


def waits(at: datetime, until: datetime) -> Process:
    """Where the lanes wait for each other."""
    while at < until:
        at = yield at + TOGETHER


def _live(pipe: Connection, start: datetime, lives: list[Process], tally: Tally, clock: OneClock) -> None:
    timeline = Timeline(start, clock.latest)
    for life in lives:
        timeline.start(life)
    while (until := pipe.recv()) is not None:
        timeline.run(until)
        pipe.send((tally.counts, len(tally.waiting)))
    pipe.send(tally)


def supplied(world: World, build: Callable[[World, Tally], Supply], tally: Tally, tell: Callable[[str], None]) -> None:
    """The offers of a day, published by all lanes side by side, each for its part of the people of every zone."""
    with forked(_supply, [(world, build, lane, tell) for lane in range(LANES)]) as forks:
        for fork in forks:
            cars, hosts, bed_towns, counted = fork.receive()
            world.cars |= cars
            world.hosts |= hosts
            world.bed_towns |= bed_towns
            tally.add(counted)


def _supply(
    pipe: Connection,
    world: World,
    build: Callable[[World, Tally], Supply],
    lane: int,
    tell: Callable[[str], None],
) -> None:
    inventor = world.staffing.inventor
    own = Random(f"{inventor.random.random()}, lane {lane}")  # noqa: S311 - invented people, not secrets
    world.staffing.inventor = Inventor(own, first=inventor.first + FREE + lane, step=LANES)
    world.shares = tuple(share.part(lane, LANES) for share in world.shares)
    tally = Tally()
    build(world, tally).build(tell)
    pipe.send((world.cars, world.hosts, world.bed_towns, tally))
    pipe.recv()
