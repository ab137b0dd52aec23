"""What a table of households or of offers must hold, and the rows of it that can be used; the others are refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner.arrays import Ints
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
    "max_km": number(0, 1_000_000),
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


_DAYS = {"from_date": "from_day", "to_date": "to_day"}


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
    """The rows of which every column can be read, ``from_day`` and ``to_day`` as days since 1970; others are refused.

    Raises Unusable for an id given twice.
    """
    values: dict[str, NDArray[Any]] = {}
    bad = np.zeros(len(lines), np.bool_)
    for name, kind in kinds.items():
        values[name], wrong = kind.read(columns[name])
        refused.add(lines[wrong], name, kind.problem)
        bad |= wrong
        if name == "id":
            _each_id_once(values[name][~wrong], lines[~wrong])
    if "to_date" in values:
        early = ~bad & (values["to_date"] < values["from_date"])
        refused.add(lines[early], "to_date", "is before from_date")
        bad |= early
    return {_DAYS.get(name, name): column[~bad] for name, column in values.items()}


def _each_id_once(ids: NDArray[Any], lines: Ints) -> None:
    first: dict[str, int] = {}
    if len(set(ids.tolist())) == len(ids):
        return
    for line, name in zip(lines.tolist(), ids.tolist(), strict=True):
        if name in first:
            raise Unusable(f"the id {name!r} is in line {first[name]} and again in line {line}")
        first[name] = line
