"""Cells of a table as numbers, flags, days and words, column by column; what cannot be read is marked, not guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from registry.planner.arrays import Bools, Floats

Column = Any  # pyarrow.ChunkedArray, which has no types of its own
Read = tuple[NDArray[Any], Bools]

_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*")
_FLAGS = {"0": False, "0.0": False, "false": False, "1": True, "1.0": True, "true": True}
_FIRST = date(1970, 1, 1)
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column is read: values with a mask of those that cannot be, and what to say of these."""

    read: Callable[[Column], Read]
    problem: str


def as_text(column: Column) -> Column:
    """The cells as trimmed text, empty where there is nothing; a list is joined by spaces, a flag is 0 or 1."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), " ")
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.uint8())
    elif pa.types.is_timestamp(kind):
        column = column.cast(pa.date32(), safe=False)
    return pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), ""))


def number_column(column: Column) -> Floats:
    """The cells as numbers, nan where there is none."""
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        column = _numbers_of(as_text(column))
    found: Floats = pc.fill_null(column.cast(pa.float64(), safe=False), np.nan).to_numpy().astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def _numbers_of(texts: Column) -> Column:
    try:
        return texts.cast(pa.float64())
    except pa.ArrowInvalid:
        good = pc.match_substring_regex(texts, _NUMBER)
        return pc.if_else(good, texts, pa.scalar(None, pa.string())).cast(pa.float64())


def number(low: float, high: float, *, whole: bool = False) -> Kind:
    """Numbers from ``low`` to ``high``, both included."""

    def read(column: Column) -> Read:
        found = number_column(column)
        good = (found >= low) & (found <= high)
        return found, ~(good & (found == np.floor(found)) if whole else good)

    return Kind(read, f"is not a {'whole ' if whole else ''}number from {low:,} to {high:,}")


def _urgency(column: Column) -> Read:
    """1.0 to 2.0, or ten times that: the two do not meet."""
    found = number_column(column)
    is_share = (found >= 1) & (found <= 2)
    # 1.1 * 10 is 11.000000000000002: back to the decimals that were written.
    tenfold = np.where(is_share, np.round(found * 10, 9), found)
    return tenfold, ~((tenfold >= 10) & (tenfold <= 20))


def by_value(parse: Callable[[str], Any], dtype: Any, nothing: Any) -> Callable[[Column], Read]:
    """Read each different text once; ``parse`` raises ValueError for what it cannot read."""

    def read(column: Column) -> Read:
        coded = as_text(column).dictionary_encode().combine_chunks()
        coded = coded if isinstance(coded, pa.DictionaryArray) else coded.chunk(0)
        values, bad = _each(coded.dictionary.to_pylist(), parse, dtype, nothing)
        rows = coded.indices.to_numpy(zero_copy_only=False)
        return values[rows], bad[rows]

    return read


def _each(texts: list[str], parse: Callable[[str], Any], dtype: Any, nothing: Any) -> Read:
    values, bad = np.full(len(texts), nothing, dtype), np.zeros(len(texts), np.bool_)
    for row, text in enumerate(texts):
        try:
            values[row] = parse(text)
        except ValueError:
            bad[row] = True
    return values, bad


def _day(text: str) -> int:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return (date.fromisoformat(text) - _FIRST).days


def _flag(text: str) -> bool:
    found = _FLAGS.get(text.lower())
    if found is None:
        raise ValueError(text)
    return found


def _languages(text: str) -> str:
    """The codes in lower case, each once, in order."""
    codes = sorted(set(text.lower().split()))
    if not all(_LANGUAGE.fullmatch(code) for code in codes):
        raise ValueError(text)
    return " ".join(codes)


def _ids(column: Column) -> Read:
    found = as_text(column)
    strange = pc.match_substring_regex(found, r"[\x00-\x1f\x7f]")
    bad = pc.or_(strange, pc.or_(pc.equal(found, ""), pc.greater(pc.utf8_length(found), _LONGEST_ID)))
    return found.to_numpy(), bad.to_numpy().astype(np.bool_)


ID = Kind(_ids, f"is not an id of 1 to {_LONGEST_ID} characters")
FLAG = Kind(by_value(_flag, np.bool_, nothing=False), "is neither 0 nor 1")
DAY = Kind(by_value(_day, np.int64, 0), "is not a date as 2022-03-06")
LANGUAGES = Kind(by_value(_languages, object, ""), "is not a list of language codes separated by spaces")
URGENCY = Kind(_urgency, "is neither a number from 1.0 to 2.0 nor one from 10 to 20")
