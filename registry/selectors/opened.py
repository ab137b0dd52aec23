"""Sealed columns beside plain rows: the one page that is shown, with two queries more however long it is."""

from collections.abc import Iterable
from typing import Any

from registry.models.owned import Owned, fetch_keys
from registry.models.sealed import is_sealed
from registry.selectors.prepared import by_key


def beside(
    model: type[Owned], rows: list[dict[str, Any]], columns: Iterable[str], key: str = "id"
) -> list[dict[str, Any]]:
    """The rows, each with these columns of the row that its ``key`` names."""
    known, names = {row.pk: row for row in by_key(model, [row[key] for row in rows])}, tuple(columns)
    fetch_keys(row for row in known.values() if any(is_sealed(row, name) for name in names))
    return [{**row, **{name: getattr(known[row[key]], name) for name in names}} for row in rows]
