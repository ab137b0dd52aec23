"""Pages of a list by keyset cursor: never a count, never an offset, the same cost on every page."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateTimeField, Field, Q, QuerySet

from geo import strictjson
from geo.errors import GeoError
from registry.errors import Invalid

Row = dict[str, Any]
_YEARS = range(1990, 2101)
_LONGEST = 400


def as_they_are(rows: list[Row]) -> list[Row]:
    """The rows of the query, unchanged."""
    return rows


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in the actor's view: a ``.values()`` query, its order (ending in a unique column) and its shape.

    ``shape`` turns the rows of one page into what leaves, with as many queries for one row as for a hundred.
    """

    rows: "QuerySet[Any, Any]"
    order: tuple[str, ...] = ("id",)
    shape: Callable[[list[Row]], list[Row]] = as_they_are


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the cursor of the next ones; None at the end."""

    items: list[Row]
    next: str | None


def page(listing: Listing, cursor: str | None, limit: int) -> Page:
    """The ``limit`` rows after the cursor."""
    rows = listing.rows.order_by(*listing.order)
    if cursor:
        rows = rows.filter(_after(listing, _read(cursor, listing)))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = _write([shown[-1][_name(column)] for column in listing.order]) if len(found) > limit else None
    return Page(listing.shape(shown), more)


def _name(column: str) -> str:
    return column.removeprefix("-")


def _after(listing: Listing, place: Sequence[Any]) -> Q:
    """Rows behind a place in the order, column by column."""
    behind, equal = Q(), Q()
    for column, value in zip(listing.order, place, strict=True):
        comparison = "lt" if column.startswith("-") else "gt"
        behind |= equal & Q(**{f"{_name(column)}__{comparison}": value})
        equal &= Q(**{_name(column): value})
    return behind


def _write(place: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def _read(cursor: str, listing: Listing) -> list[Any]:
    """The place that a cursor names; one that this list never gave is refused."""
    try:
        padded = cursor[:_LONGEST] + "=" * (-len(cursor) % 4)
        place = strictjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        fields = [_field(listing, column) for column in listing.order]
        return [_value(field, value) for field, value in zip(fields, place, strict=True)]
    except (binascii.Error, GeoError, TypeError, ValueError, OverflowError, ValidationError) as error:
        raise Invalid(fields={"cursor": "bad_cursor"}) from error


def _field(listing: Listing, column: str) -> "Field[Any, Any]":
    try:
        return listing.rows.model._meta.get_field(_name(column))  # noqa: SLF001
    except FieldDoesNotExist:
        field: Field[Any, Any] = listing.rows.query.annotations[_name(column)].output_field
        return field


def _value(field: "Field[Any, Any]", value: Any) -> Any:
    read = field.to_python(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    is_moment = isinstance(read, datetime) and read.tzinfo is not None and read.year in _YEARS
    if read is None or (isinstance(field, DateTimeField) and not is_moment):
        raise ValueError
    return read
