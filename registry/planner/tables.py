"""The door from plain tables: columns of households and offers, as they come in files, become rows.

A table says in columns what the registry knows from vetting and from each person. Whatever is in it counts as verified
and open: vetting is the caller's. ``women_only`` asks for a woman host. Who has no man is guarded under a roof with
others (rule 5), and who has one is met as men without a woman, unless a column ``women`` says that one is with them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from registry.planner.arrays import FOREVER, NEVER, NOWHERE, Bits, Bools, Households, StayOffers, Stays
from registry.planner.facts import Book
from registry.planner.nights import merged

Table = Mapping[str, Any]
MOST_LANGUAGES = 64


def households(table: Table, book: Book) -> Households:
    """Columns ``lat, lon, size, urgency, children, wheelchair, pets, women_only, men, languages, max_km, from_day,
    nights`` as rows; languages are strings of codes with spaces between, ``from_day`` days since 1970-01-01, urgency
    10 to 20. Fractions of urgency and kilometres are kept: the scan counts both as floats.
    """  # fmt: skip
    count, size = len(table["size"]), np.asarray(table["size"], np.int64)
    men, children = _flag(table, "men"), _flag(table, "children")
    first = np.asarray(table["from_day"], np.int32)
    until = (first + np.asarray(table["nights"], np.int64)).astype(np.int32)
    nowhere, zero = np.full(count, NOWHERE, np.int32), np.zeros(count, np.int64)
    return Households(
        lon=np.asarray(table["lon"], np.float64),
        lat=np.asarray(table["lat"], np.float64),
        size=size,
        urgency=np.asarray(table["urgency"]),
        women=(~men | _flag(table, "women")).astype(np.int64),
        men=men.astype(np.int64),
        unknown=zero,
        minors=children.astype(np.int64),
        possible=size > 0,
        wants_woman_host=_flag(table, "women_only"),
        wheelchairs=_flag(table, "wheelchair").astype(np.int64),
        pets=_flag(table, "pets"),
        languages=languages(table["languages"], book),
        max_km=np.asarray(table["max_km"]),
        day=first,
        night=np.minimum(first, until - 1).astype(np.int32),
        from_day=first,
        until_day=until,
        agreed_until=np.full(count, NEVER, np.int32),
        child_until=np.full(count, FOREVER, np.int32),
        origin=nowhere,
        destination=nowhere,
        earliest_us=zero,
        child_seats=zero,
        luggage=zero,
    )


def offers(table: Table, book: Book) -> StayOffers:
    """Columns ``lat, lon, beds, wheelchair, pets, women_host, accepts_men, child_friendly, languages, host_points,
    from_day, to_day`` as rows; each offer is a roof of its own, with nobody there yet.
    """  # fmt: skip
    count = len(table["beds"])
    yes = np.ones(count, np.bool_)
    rows = Stays(
        lon=np.asarray(table["lon"], np.float64),
        lat=np.asarray(table["lat"], np.float64),
        beds=np.asarray(table["beds"], np.int64),
        from_day=np.asarray(table["from_day"], np.int32),
        to_day=np.asarray(table["to_day"], np.int32),
        verified_until=np.full(count, FOREVER, np.int32),
        takes_men=_flag(table, "accepts_men"),
        takes_children=yes,
        woman_host=_flag(table, "women_host"),
        woman_lives=_flag(table, "women_host"),
        wheelchair=_flag(table, "wheelchair"),
        pets=_flag(table, "pets"),
        private=~yes,
        child_friendly=_flag(table, "child_friendly"),
        host_points=np.asarray(table["host_points"], np.int64),
        languages=languages(table["languages"], book),
        roof=np.arange(count, dtype=np.int32),
        town=np.full(count, NOWHERE, np.int32),
    )
    return StayOffers(rows, merged([()] * count))


def no_offers() -> StayOffers:
    """A table without rows, for a scan whose offers are laid out already."""
    columns: dict[str, Any] = {name: np.empty(0) for name in Stays.__dataclass_fields__}
    return StayOffers(Stays(**columns), merged([]))


def _flag(table: Table, name: str) -> Bools:
    """A column of yes and no; a column that is not there says no."""
    found: Bools = np.asarray(table.get(name, np.zeros(len(table["lat"]))), np.int64) > 0
    return found


def languages(column: Any, book: Book) -> Bits:
    """Bit sets of strings of codes; each different string is read once."""
    known = {text: book.bits(text.split()) for text in sorted(set(column))}
    return np.array([known[text] for text in column], np.uint64)


def spoken(column: Any) -> set[str]:
    """Every language of a column."""
    return {code for text in set(column) for code in text.split()}


def only(column: Any, wanted: set[str]) -> list[str]:
    """The same column without the languages that are not wanted: one that nobody shares needs no bit."""
    kept = {text: " ".join(code for code in text.split() if code in wanted) for text in set(column)}
    return [kept[text] for text in column]
