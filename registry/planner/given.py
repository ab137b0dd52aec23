"""What was given to plan with: two files become households and offers, with a list of the rows that were refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import files, sheets, tables
from registry.planner.arrays import Households, StayOffers
from registry.planner.cells import Kind
from registry.planner.facts import Book
from registry.planner.sheets import Refusals, Unusable, Values


@dataclass(frozen=True, slots=True)
class Given:
    """Rows that can be planned with, their ids, the languages by their bits, and what was refused in which file."""

    households: Households
    offers: StayOffers
    household_ids: NDArray[Any]
    offer_ids: NDArray[Any]
    languages: list[str]
    refused: Mapping[str, Refusals]

    def refusals(self) -> Iterator[tuple[str, int, str, str]]:
        """File, line, column and problem of everything that was refused."""
        for name, found in self.refused.items():
            yield from ((name, *one) for one in found)


def from_files(households: Path, offers: Path) -> Given:
    """Both tables; raises Unusable with a sentence when there is nothing to plan with."""
    refused = {str(households): Refusals(), str(offers): Refusals()}
    needed = _values(households, sheets.HOUSEHOLDS, sheets.OPTIONAL, refused[str(households)])
    offered = _values(offers, sheets.OFFERS, {}, refused[str(offers)])
    return given(needed, offered, refused)


def _values(path: Path, needed: Mapping[str, Kind], optional: Mapping[str, Kind], refused: Refusals) -> Values:
    sheet = files.load(path, needed, optional, refused)
    kinds = {name: kind for name, kind in {**needed, **optional}.items() if name in sheet.columns}
    try:
        return sheets.read(sheet.columns, sheet.lines, kinds, refused)
    except Unusable as error:
        raise Unusable(f"{path.name}: {error}") from error


def given(needed: Values, offered: Values, refused: Mapping[str, Refusals]) -> Given:
    """Both tables of values that ``sheets.read`` gave."""
    both = tables.spoken(needed["languages"]) & tables.spoken(offered["languages"])
    if len(both) > tables.MOST_LANGUAGES:
        raise Unusable(
            f"{len(both)} languages are spoken on both sides; at most {tables.MOST_LANGUAGES} can be told apart"
        )
    book = Book()
    for code in sorted(both):
        book.number("language", code)
    households = tables.households({**needed, "languages": tables.only(needed["languages"], both)}, book)
    offers = tables.offers({**offered, "languages": tables.only(offered["languages"], both)}, book)
    names = [str(name) for name in book.names("language")]
    return Given(households, offers, np.asarray(needed["id"]), np.asarray(offered["id"]), names, refused)
