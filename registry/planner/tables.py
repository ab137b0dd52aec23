"""The door from tables: columns that were read become households and offers; rows that cannot be used are refused.

A table says in columns what the registry knows from vetting and from each person: the offers in it are verified and
open, ``women_only`` says that a household needs a woman among its hosts, ``men`` that there is an adult man in it.
Nothing is known of anybody else, so a household with men counts as men alone for others under the same roof (rule 5)
unless its ``women`` says that a woman is with them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner.arrays import FOREVER, NEVER, NOWHERE, Bits, Bools, Households, Ints, Nights, StayOffers, Stays
from registry.planner.cells import DAY, FLAG, ID, LANGUAGES, URGENCY, Column, Kind, number

Values = Mapping[str, NDArray[Any]]

HOUSEHOLDS: Mapping[str, Kind] = {
    "id": ID,
    "lat": number(-90, 90),
    "lon": number(-180, 180),
    "size": number(1, 1000, whole=True),
    "urgency": URGENCY,
    "children": FLAG,
    "wheelchair": FLAG,
    "pets": FLAG,
    "women_only": FLAG,
    "men": FLAG,
    "languages": LANGUAGES,
    "max_km": number(0, 20_000),
    "from_date": DAY,
    "nights": number(1, 3660, whole=True),
}
OFFERS: Mapping[str, Kind] = {
    "id": ID,
    "lat": number(-90, 90),
    "lon": number(-180, 180),
    "beds": number(0, 10_000, whole=True),
    "wheelchair": FLAG,
    "pets": FLAG,
    "women_host": FLAG,
    "accepts_men": FLAG,
    "child_friendly": FLAG,
    "languages": LANGUAGES,
    "host_points": number(0, 5, whole=True),
    "from_date": DAY,
    "to_date": DAY,
}
# May be in a table of households: whether an adult woman is among them.
OPTIONAL: Mapping[str, Kind] = {"women": FLAG}
MOST_LANGUAGES = 64


class Unusable(Exception):
    """There is nothing to plan with: the sentence says why."""


@dataclass(slots=True)
class Refusals:
    """What was refused: line of the file, column and what is wrong with it."""

    lines: list[Ints] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)

    def add(self, lines: Ints, column: str, problem: str) -> None:
        """These lines are refused for this."""
        if len(lines):
            self.lines.append(lines)
            self.said.append((column, problem))

    def rows(self) -> int:
        """How many rows were refused."""
        return len(np.unique(np.concatenate(self.lines))) if self.lines else 0

    def __iter__(self) -> Iterator[tuple[int, str, str]]:
        """Line, column and problem, in the order of the lines."""
        if not self.lines:
            return
        every = np.concatenate(self.lines)
        which = np.repeat(np.arange(len(self.lines)), [len(lines) for lines in self.lines])
        for row in np.argsort(every, kind="stable").tolist():
            yield (int(every[row]), *self.said[which[row]])


def read(columns: Mapping[str, Column], lines: Ints, kinds: Mapping[str, Kind], refused: Refusals) -> Values:
    """The rows of which every column can be read; the others go to ``refused``. Raises Unusable for an id given twice."""
    values, bad = {}, np.zeros(len(lines), np.bool_)
    for name, kind in kinds.items():
        values[name], wrong = kind.read(columns[name])
        refused.add(lines[wrong], name, kind.problem)
        bad |= wrong
    if "to_date" in values:
        early = ~bad & (values["to_date"] < values["from_date"])
        refused.add(lines[early], "to_date", "is before from_date")
        bad |= early
    good = {name: column[~bad] for name, column in values.items()}
    _each_id_once(good["id"], lines[~bad])
    return good


def _each_id_once(ids: NDArray[Any], lines: Ints) -> None:
    first: dict[str, int] = {}
    if len(set(ids.tolist())) == len(ids):
        return
    for line, name in zip(lines.tolist(), ids.tolist(), strict=True):
        if name in first:
            raise Unusable(f"the id {name!r} is in line {first[name]} and again in line {line}")
        first[name] = line


def languages(needed: Values, offered: Values) -> list[str]:
    """The languages that are spoken on both sides, in order; raises Unusable for more than 64."""
    both = sorted(_spoken(needed) & _spoken(offered))
    if len(both) > MOST_LANGUAGES:
        raise Unusable(f"{len(both)} languages are spoken on both sides, more than {MOST_LANGUAGES}")
    return both


def _spoken(values: Values) -> set[str]:
    return {code for text in set(values["languages"].tolist()) for code in text.split()}


def _bits(texts: NDArray[Any], known: list[str]) -> Bits:
    numbers = {code: number for number, code in enumerate(known)}
    kinds = {text: sum(1 << numbers[c] for c in text.split() if c in numbers) for text in set(texts.tolist())}
    return np.array([kinds[text] for text in texts.tolist()], np.uint64)


def households(values: Values, known: list[str]) -> Households:
    """Households of the rows that ``read`` gave. ``known``: see ``languages``. Fractions of urgency and km are kept."""
    count, size = len(values["id"]), values["size"].astype(np.int64)
    men, children = values["men"].astype(np.int64), values["children"].astype(np.int64)
    woman = values.get("women", np.zeros(count, np.bool_)) & (men > 0)
    minors = np.minimum(children, size)
    others = np.maximum(size - minors - men, 0)
    day = values["from_date"].astype(np.int32)
    zero: Callable[[], Any] = lambda: np.zeros(count, np.int64)  # noqa: E731
    return Households(
        lon=values["lon"],
        lat=values["lat"],
        size=size,
        urgency=values["urgency"],
        women=np.where(men > 0, np.minimum(woman, others), others),
        men=men,
        unknown=np.where(men > 0, others - np.minimum(woman, others), 0),
        minors=minors,
        possible=np.ones(count, np.bool_),
        wants_woman_host=values["women_only"],
        wheelchairs=values["wheelchair"].astype(np.int64),
        pets=values["pets"],
        languages=_bits(values["languages"], known),
        max_km=values["max_km"],
        day=day,
        night=day.copy(),
        from_day=day.copy(),
        until_day=(day + values["nights"]).astype(np.int32),
        agreed_until=np.full(count, NEVER, np.int32),
        child_until=np.full(count, FOREVER, np.int32),
        origin=np.full(count, NOWHERE, np.int32),
        destination=np.full(count, NOWHERE, np.int32),
        earliest_us=zero(),
        child_seats=zero(),
        luggage=zero(),
    )


def offers(values: Values, known: list[str]) -> StayOffers:
    """Offers of the rows that ``read`` gave: verified, open, each a roof of its own, with nobody there yet."""
    count = len(values["id"])
    yes: Bools = np.ones(count, np.bool_)
    rows = Stays(
        lon=values["lon"],
        lat=values["lat"],
        beds=values["beds"].astype(np.int64),
        from_day=values["from_date"].astype(np.int32),
        to_day=values["to_date"].astype(np.int32),
        verified_until=np.full(count, FOREVER, np.int32),
        takes_men=values["accepts_men"],
        takes_children=yes,
        woman_host=values["women_host"],
        woman_lives=values["women_host"],
        wheelchair=values["wheelchair"],
        pets=values["pets"],
        private=~yes,
        child_friendly=values["child_friendly"],
        host_points=values["host_points"].astype(np.int64),
        languages=_bits(values["languages"], known),
        roof=np.arange(count, dtype=np.int32),
        town=np.full(count, NOWHERE, np.int32),
    )
    empty = np.zeros(0, np.int32)
    return StayOffers(rows, Nights(np.zeros(count + 1, np.int64), empty.astype(np.uint8), empty, empty))
