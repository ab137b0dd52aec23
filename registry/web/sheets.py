"""Tables as files: UTF-8 CSV that a spreadsheet opens without running anything in it."""

import csv
import dataclasses
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Without it spreadsheets read UTF-8 as an old code page and garble every ș, ї and ё.
BYTE_ORDER_MARK = "\ufeff"


def as_csv(kind: type[Any], rows: Iterable[Any]) -> bytes:
    """Dataclass rows as CSV, the names of the members as heading."""
    names = [part.name for part in dataclasses.fields(kind)]
    return table(names, ([cell(getattr(row, name)) for name in names] for row in rows))


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Cells as CSV (RFC 4180)."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def cell(value: Any) -> str:
    """A value as the text of a cell: times with their offset at the border, lists with spaces, no formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, tuple | list):
        return cell(" ".join(str(item) for item in value))
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
