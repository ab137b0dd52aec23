"""Plays a real day of arrivals and reports what came of everybody."""

import os
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from registry import models as m
from registry.rules.eligibility import is_night
from registry.selectors.facts import local
from registry.services import worker
from registry.simulation import lanes, makeup
from registry.simulation.arrivals import midnight, moment, spread
from registry.simulation.beside import readers
from registry.simulation.clock import Process, Timeline
from registry.simulation.invented import Inventor
from registry.simulation.life import Day, Household
from registry.simulation.port import Services, search
from registry.simulation.staff import Staffing
from registry.simulation.supply import Plan, Supply
from registry.simulation.tally import Refusal, Tally
from registry.simulation.violations import Violation, count_violations
from registry.simulation.world import Team, World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
# People who come late in the evening travel the next morning.
LASTS = timedelta(hours=34)
# Whoever works in the first night has come before the first household.
BEFORE = 6 * HOUR + MINUTE
SUSPENSIONS_PER_1000_PEOPLE = 1.2
# Counts of the tally that a report names.
NOTED = (
    "refused by the household",
    "called off",
    "helped themselves",
    "children placed",
    "concerns",
    "suspended",
    "expired",
    "steps escalated",
    "refusals",
)
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to play."""

    day: date
    scope: str = "ro-ua"
    people: int | None = None
    seed: int = 1
    via: str = "services"


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it; ``violations`` and ``errors`` must be empty."""

    wanted: Wanted
    people: int
    households: int
    tally: Tally
    violations: tuple[Violation, ...]
    prepared_s: float
    wall_s: float
    cpu_s: float

    @property
    def is_clean(self) -> bool:
        """No row breaks a rule, and nothing failed."""
        return not self.tally.problems and not any(v.rows for v in self.violations)

    def as_json(self) -> dict[str, Any]:
        """The figures under their agreed names."""
        counts = self.tally.counts
        return {
            "day": self.wanted.day.isoformat(),
            "scope": self.wanted.scope,
            "database": DATABASES[connection.vendor],
            "via": self.wanted.via,
            "people": self.people,
            "households": self.households,
            "registered": counts["households registered"],
            "matched": counts["households matched"],
            "departed": counts["departed"],
            "arrived": counts["arrived"],
            "waiting": len(self.tally.waiting),
            "held_by_rule": self.tally.held_by_rule,
            "violations": sum(v.rows for v in self.violations),
            "wall_s": round(self.wall_s, 1),
            "latency_ms": self.tally.latency_ms(),
            "errors": len(self.tally.problems),
        }


def by_services(wanted: Wanted, tell: Callable[[str], None], *, apart: bool = False) -> Report:
    """The day on a simulated clock, through the services.

    ``apart``: in processes of their own; searches where the database takes one writer, whole lanes where it takes many.
    """
    started, cpu = time.perf_counter(), cpu_s()
    tally = Tally()
    start = midnight(wanted.day)
    in_lanes = apart and connection.vendor == "postgresql"
    world, random = prepare(wanted, start, tally, tell, in_lanes=in_lanes)
    prepared_s = time.perf_counter() - started
    tell(f"prepared in {prepared_s:.0f} s: {m.Provider.objects.count()} providers")
    play = _play_in_lanes if in_lanes else _play_beside if apart else _play
    day = Day(Services(tally), world, tally, windows(world), start + LASTS)
    people, lives = everybody(day, lambda: moment(wanted.day, random))
    play(day, lives, officers(world, tally, day, start, people, random), start, tell)
    violations = count_violations(start)
    elapsed = time.perf_counter() - started
    return Report(wanted, people, len(lives), tally, violations, prepared_s, elapsed, cpu_s() - cpu)


def cpu_s() -> float:
    """CPU seconds of this process and of those that it has seen end."""
    return sum(os.times()[:4])


def _play(day: Day, lives: list[Process], suspending: Process, start: datetime, tell: Callable[[str], None]) -> None:
    """Everything in one process, in the order of the clock."""
    tally = day.tally
    timeline = Timeline(start - BEFORE)
    progress = _progress(start, lambda: (tally.counts, len(tally.waiting)), tell)
    for process in (*lives, *_changes(day, start), _worker(start, tally), suspending, progress):
        timeline.start(process)
    timeline.run(start + LASTS)


def _play_beside(
    day: Day, lives: list[Process], suspending: Process, start: datetime, tell: Callable[[str], None]
) -> None:
    """One process that writes, and searches beside it."""
    with readers(search, Refusal) as searchers:
        day.port = Services(day.tally, searchers)
        _play(day, lives, suspending, start, tell)


def _play_in_lanes(
    day: Day, lives: list[Process], suspending: Process, start: datetime, tell: Callable[[str], None]
) -> None:
    """Households in lanes that all write; what concerns everybody happens while they wait."""
    prepared, clock = day.tally, lanes.OneClock()
    day.tally = Tally()
    day.port = Services(day.tally)
    with lanes.living(start - BEFORE, lives, _worker(start, day.tally), day.tally, clock) as running:
        timeline = Timeline(start - BEFORE, clock.latest)
        progress = _progress(start, lambda: (running.counts() + day.tally.counts, running.waiting()), tell)
        for process in (*_changes(day, start), suspending, progress, lanes.waits(start - HOUR, start + LASTS)):
            timeline.start(process)
        timeline.run(start + LASTS, tick=running.run)
        running.run(start + LASTS)
        for counted in running.tallies():
            prepared.add(counted)
    prepared.add(day.tally)


def _changes(day: Day, start: datetime) -> list[Process]:
    """The shifts of every zone."""
    return [_shifts(day.world, team, start, day.tally) for team in day.world.teams.values()]


def prepare(
    wanted: Wanted,
    start: datetime,
    tally: Tally,
    tell: Callable[[str], None],
    *,
    real_time: bool = False,
    in_lanes: bool = False,
) -> tuple[World, Random]:
    """Staff, zones, providers and their offers."""
    random = Random(wanted.seed)  # noqa: S311 - invented people, not secrets
    prepared_at = local(start).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=10)
    runs = m.Organization.objects.filter(registration_number__startswith="r", name__contains="(inventat)")
    number = runs.filter(name__startswith="Centrul").count() + 1
    inventor = Inventor(random, first=1_000_000 * number)
    staffing = Staffing(inventor, f"r{number}.replay", prepared_at)
    shares = spread(wanted.day, wanted.scope, wanted.people)
    world = World(staffing, shares, prepared_at, real_time)
    world.found()

    def supply(part: World, counted: Tally) -> Supply:
        return Supply(part, start, counted, Plan(), real_time=real_time)

    if in_lanes:
        lanes.supplied(world, supply, tally, tell)
    else:
        supply(world, tally).build(tell)
    return world, random


def windows(world: World) -> dict[UUID, tuple[datetime, datetime]]:
    """From when until when each ride leaves."""
    rows = m.TransportOffer.objects.filter(pk__in=list(world.cars))
    return {pk: (first, last) for pk, first, last in rows.values_list("pk", "departs_from", "departs_until")}


def everybody(day: Day, arrives_at: Callable[[], datetime]) -> tuple[int, list[Process]]:
    """How many people come, and the life of each of their households."""
    people = 0
    lives: list[Process] = []
    inventor = day.world.staffing.inventor
    for share in day.world.shares:
        here, crossing = 0, day.world.zones[share.zone].crossing_id
        while here < share.people:
            household = invent(day, inventor, share.zone, crossing, share.people - here, len(lives))
            lives.append(guarded(household, arrives_at()))
            here += len(household.draft.members)
        people += here
    return people, lives


def invent(day: Day, inventor: Inventor, zone: str, crossing: str | None, most: int, number: int) -> Household:
    """A household of at most so many people, with a life of its own."""
    draft = makeup.household(inventor, crossing)
    while len(draft.members) > most:
        draft = makeup.household(inventor, crossing)
    own = Random(inventor.random.random())  # noqa: S311 - invented people, not secrets
    return Household(day, zone, draft, makeup.wish(own), own, number)


def guarded(household: Household, arrives_at: datetime) -> Process:
    """The life of a household; a refusal that nobody expects is a problem of the registry."""
    try:
        yield from household.live(arrives_at)
    except Refusal as refusal:
        household.day.tally.problem(f"unexpected refusal: {refusal.status} {refusal.code} {refusal.reasons}")
    except Exception as error:  # noqa: BLE001 - a failure of one household is counted, the day goes on
        where = traceback.extract_tb(error.__traceback__)[-1]
        household.day.tally.problem(f"{type(error).__name__} at {where.name}, line {where.lineno}: {error}")


# What else happens on the day


def _shifts(world: World, team: Team, start: datetime, tally: Tally) -> Process:
    """Staff change at 6 and at 18; at Halmeu a day shift ends early, and nobody may leave until the next comes."""
    at = yield start - 6 * HOUR
    while at < start + LASTS:
        gap = 0.75 if team.zone == "halmeu-crossing" and at == start + 6 * HOUR else 0.0
        with tally.step("shift"):
            world.start_shifts(team, at, 12.0 - gap)
        at = yield at + 12 * HOUR


def _worker(start: datetime, tally: Tally) -> Process:
    """A round every five minutes."""
    at = start - HOUR
    while at < start + LASTS:
        at = yield at + 5 * MINUTE
        with tally.step("worker round"):
            done = worker.work_once(at=at)
        tally.count("steps escalated", done.escalated)
        tally.count("expired", done.expired)


def officers(world: World, tally: Tally, day: Day, start: datetime, people: int, random: Random) -> Process:
    """Officers suspend providers while households rely on them."""
    moments = sorted(
        start + random.uniform(6, 23) * HOUR for _ in range(max(1, round(people * SUSPENSIONS_PER_1000_PEOPLE / 1000)))
    )
    for when in moments:
        at = yield when
        provider = _somebody_relied_on(random)
        if provider is None:
            continue
        try:
            day.port.suspend(world.staffing.officers(provider.county_id).first, provider.id, at)
            tally.count("suspended")
        except Refusal as refusal:
            tally.refused(provider.id, refusal, "suspend")


def _somebody_relied_on(random: Random) -> m.Provider | None:
    relied = m.Provider.objects.filter(
        kind="person", status="verified", rides_driven__legs__match__status__in=("confirmed", "departed")
    ).order_by("id")
    pks = list(relied.values_list("pk", flat=True).distinct()[:500])
    return m.Provider.objects.get(pk=random.choice(pks)) if pks else None


def _progress(start: datetime, counted: Callable[[], tuple[Counter[str], int]], tell: Callable[[str], None]) -> Process:
    """A line an hour of the day; ``counted`` gives the counts and how many households wait."""
    for hour in range(1, int(LASTS / HOUR) + 1):
        at = yield start + hour * HOUR
        counts, waiting = counted()
        night = " (night)" if is_night(local(at)) else ""
        tell(
            f"{local(at):%d %b %H:%M}{night}: {counts['people registered']} people registered,"
            f" {counts['households matched']} households matched, {counts['departed']} departed,"
            f" {counts['arrived']} arrived, {waiting} waiting"
        )
