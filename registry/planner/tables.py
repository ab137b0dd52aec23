"""The door from plain tables: columns of households and offers, as they come in files, become rows.

A table says less than the registry knows. ``women_only`` asks for a woman host; who has no man is guarded under a roof
with others (rule 5), and who has one is met as men without a woman, for nobody says that one is with them. Vetting is
the caller's: whatever is in the table counts as verified.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from registry.planner.arrays import FOREVER, NEVER, NOWHERE, Households, StayOffers, Stays
from registry.planner.facts import Book
from registry.planner.nights import merged

Table = Mapping[str, Any]


def households(table: Table, book: Book) -> Households:
    """Columns ``lat, lon, size, urgency, children, wheelchair, pets, women_only, men, languages, max_km, from_day,
    nights`` as rows; languages are strings of codes with spaces between, ``from_day`` days since 1970-01-01.
    """  # fmt: skip
    count = len(table["size"])
    flag = {
        name: np.asarray(table[name], np.int64) > 0 for name in ("children", "wheelchair", "pets", "women_only", "men")
    }
    size = np.asarray(table["size"], np.int64)
    first = np.asarray(table["from_day"], np.int32)
    until = (first + np.asarray(table["nights"], np.int64)).astype(np.int32)
    never = np.full(count, NEVER, np.int32)
    nowhere = np.full(count, NOWHERE, np.int32)
    zero = np.zeros(count, np.int64)
    return Households(
        lon=np.asarray(table["lon"], np.float64),
        lat=np.asarray(table["lat"], np.float64),
        size=size,
        urgency=np.asarray(table["urgency"], np.int64),
        women=np.where(flag["men"], 0, 1),
        men=np.where(flag["men"], 1, 0),
        unknown=zero,
        minors=np.where(flag["children"], 1, 0),
        possible=size > 0,
        wants_woman_host=flag["women_only"],
        wheelchairs=flag["wheelchair"].astype(np.int64),
        pets=flag["pets"],
        languages=languages(table["languages"], book),
        max_km=np.asarray(table["max_km"], np.int64),
        day=first,
        night=np.minimum(first, until - 1).astype(np.int32),
        from_day=first,
        until_day=until,
        agreed_until=never,
        child_until=np.full(count, FOREVER, np.int32),
        origin=nowhere,
        destination=nowhere,
        earliest_us=zero,
        child_seats=zero,
        luggage=zero,
    )


def offers(table: Table, book: Book) -> StayOffers:
    """Columns ``lat, lon, beds, wheelchair, pets, women_host, accepts_men, child_friendly, languages, host_points,
    from_day, to_day`` as rows; each offer is a roof of its own.
    """  # fmt: skip
    count = len(table["beds"])
    yes = np.ones(count, np.bool_)
    flag = {
        name: np.asarray(table[name], np.int64) > 0
        for name in ("wheelchair", "pets", "women_host", "accepts_men", "child_friendly")
    }
    rows = Stays(
        lon=np.asarray(table["lon"], np.float64),
        lat=np.asarray(table["lat"], np.float64),
        beds=np.asarray(table["beds"], np.int64),
        from_day=np.asarray(table["from_day"], np.int32),
        to_day=np.asarray(table["to_day"], np.int32),
        verified_until=np.full(count, FOREVER, np.int32),
        takes_men=flag["accepts_men"],
        takes_children=yes,
        woman_host=flag["women_host"],
        woman_lives=flag["women_host"],
        wheelchair=flag["wheelchair"],
        pets=flag["pets"],
        private=~yes,
        child_friendly=flag["child_friendly"],
        host_points=np.asarray(table["host_points"], np.int64),
        languages=languages(table["languages"], book),
        roof=np.arange(count, dtype=np.int32),
        town=np.full(count, NOWHERE, np.int32),
    )
    return StayOffers(rows, merged([()] * count))


def languages(column: Any, book: Book) -> Any:
    """Bit sets of strings of codes; each different string is read once."""
    known: dict[str, int] = {}
    for text in column:
        if text not in known:
            known[text] = book.bits(str(text).split())
    return np.array([known[text] for text in column], np.uint64)
