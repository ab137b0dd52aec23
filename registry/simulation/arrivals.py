"""A real day of arrivals: how many people, through which zones, at which hours. Facts in fixtures/arrivals."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "arrivals"
BORDER_TIME = ZoneInfo("Europe/Bucharest")
SCOPES = ("ro-ua", "national")


class UnknownDay(LookupError):
    """No figure is known for this day and scope; says which days have one."""


@dataclass(frozen=True, slots=True)
class ZoneShare:
    """How many of the day's people come through one zone."""

    zone: str
    people: int

    def part(self, number: int, of: int) -> "ZoneShare":
        """One of so many equal parts, the first ones larger where it does not divide."""
        return ZoneShare(self.zone, self.people // of + (number < self.people % of))


@dataclass(frozen=True, slots=True)
class Route:
    """A way that rides take from a zone: the towns in order, and how often it is taken."""

    towns: tuple[str, ...]
    weight: float


@cache
def _facts() -> Mapping[tuple[str, str], int]:
    with (FOLDER / "arrivals_2022.csv").open(encoding="utf-8", newline="") as file:
        return {(row["date"], row["scope"]): int(row["people"]) for row in csv.DictReader(file)}


@cache
def _shares() -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "shares.json").read_text("utf-8"))
    return found


@cache
def routes() -> Mapping[str, tuple[Route, ...]]:
    """The ways from each zone."""
    found: dict[str, Any] = json.loads((FOLDER / "routes.json").read_text("utf-8"))
    del found["metadata"]
    return {zone: tuple(Route(tuple(r["towns"]), r["weight"]) for r in rows) for zone, rows in found.items()}


def known_days(scope: str) -> tuple[str, ...]:
    """The days for which the Border Police gave a figure of this scope."""
    return tuple(sorted(day for day, known in _facts() if known == scope))


def people_of(day: date, scope: str) -> int:
    """How many people came that day; UnknownDay when nobody said."""
    people = _facts().get((day.isoformat(), scope))
    if people is None:
        raise UnknownDay(f"no figure for {day} and {scope}; known days: {', '.join(known_days(scope))}")
    return people


def spread(day: date, scope: str, people: int | None = None) -> tuple[ZoneShare, ...]:
    """The day's people over the zones, largest first; ``people`` scales the whole day down or up."""
    total = people_of(day, scope)
    weights: dict[str, float] = {}
    for border, share in _borders(day, scope, total).items():
        for zone, part in _open_zones(border, day):
            weights[zone] = weights.get(zone, 0.0) + part * share
    return _rounded(weights, people or total)


def _borders(day: date, scope: str, total: int) -> dict[str, float]:
    """Each border's share of the scope."""
    if scope == "ro-ua":
        return {"ro-ua": 1.0}
    ukraine, moldova = people_of(day, "ro-ua") / total, people_of(day, "ro-md") / total
    return {"ro-ua": ukraine, "ro-md": moldova, "elsewhere": max(0.0, 1.0 - ukraine - moldova)}


def _open_zones(border: str, day: date) -> list[tuple[str, float]]:
    open_then = [row for row in _shares()[border] if not row["opened_on"] or row["opened_on"] <= day.isoformat()]
    whole = sum(row["share"] for row in open_then)
    return [(row["zone"], row["share"] / whole) for row in open_then]


def _rounded(weights: Mapping[str, float], people: int) -> tuple[ZoneShare, ...]:
    """Whole people that add up: the largest zone takes what rounding leaves."""
    ordered = sorted(weights.items(), key=lambda item: -item[1])
    whole = sum(weights.values())
    counts = {zone: round(people * weight / whole) for zone, weight in ordered[1:]}
    first = ZoneShare(ordered[0][0], people - sum(counts.values()))
    return (first, *(ZoneShare(zone, count) for zone, count in counts.items() if count))


def midnight(day: date) -> datetime:
    """The beginning of the day at the border."""
    return datetime(day.year, day.month, day.day, tzinfo=BORDER_TIME)


def moment(day: date, random: Random) -> datetime:
    """A moment of the day, as likely as the hour is busy."""
    hours: Sequence[int] = _shares()["hours"]
    hour = random.choices(range(24), hours)[0]
    return midnight(day) + timedelta(hours=hour, seconds=random.uniform(0, 3600))


def choose_route(zone: str, random: Random) -> Route:
    """A way from the zone, as often as it is taken."""
    ways = routes()[zone]
    return random.choices(ways, [way.weight for way in ways])[0]


def towns_from(zone: str) -> Iterator[tuple[str, float]]:
    """Towns that rides from the zone reach, each with its weight."""
    for way in routes()[zone]:
        for town in way.towns:
            yield town, way.weight / len(way.towns)
