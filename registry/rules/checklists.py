"""The named checks as data: one file a kind of provider, and what is wrong with a file."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "checks"
FILES = ("common", "person", "driver", "vehicle", "host", "organization")
SUBJECTS = ("person", "driver", "vehicle", "dwelling", "resident", "organization")
EVIDENCE = ("type", "country", "last_four", "expires_on")
# Who may record a check: any officer, or only one who works for an authority.
DONE_BY = ("officer", "authority")
MEMBERS = ("code", "subjects", "months", "evidence", "by", "source")
LONGEST_MONTHS = 60
SHORTEST_SOURCE = 10
# Said once, it stays said; everything else lapses by itself or with its document.
NEVER_LAPSES = ("privacy_notice",)


@dataclass(frozen=True, slots=True)
class Definition:
    """A named check: whom it applies to, how long it holds, its evidence metadata, who may do it, its source."""

    code: str
    subjects: tuple[str, ...]
    months: int | None
    evidence: tuple[str, ...]
    by: str
    source: str


def rows(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Every check as it is written, in the order in which officers work through them."""
    files = [json.loads((folder / f"{name}.json").read_text("utf-8")) for name in FILES]
    return [row for data in files for row in data["checks"]]


@cache
def definitions() -> Mapping[str, Definition]:
    """Every named check, by code."""
    return {
        row["code"]: Definition(
            row["code"], tuple(row["subjects"]), row["months"], tuple(row["evidence"]), row["by"], row["source"]
        )
        for row in rows()
    }


def problems(folder: Path, labels: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is wrong with the data files; ``labels``: language -> check code -> its name."""
    return [*_of_files(folder), *_of_rows(folder), *_of_labels(folder, labels)]


def _of_files(folder: Path) -> Iterator[str]:
    """A file that nobody reads would be a check that nobody does."""
    for stray in sorted(path.name for path in folder.glob("*") if path.stem not in FILES):
        yield f"{stray}: no such kind of provider"


def _of_rows(folder: Path) -> Iterator[str]:
    seen: set[str] = set()
    for name in FILES:
        for row in json.loads((folder / f"{name}.json").read_text("utf-8"))["checks"]:
            code = str(row.get("code", "?"))
            yield from (f"{name}.json: {code}: {text}" for text in _of_row(row, name))
            if code in seen:
                yield f"{name}.json: {code}: written twice"
            seen.add(code)


def _of_row(row: Mapping[str, Any], file: str) -> Iterator[str]:
    if set(row) != set(MEMBERS):
        yield f"has members {sorted(row)}, not {sorted(MEMBERS)}"
        return
    if not row["subjects"] or set(row["subjects"]) - set(SUBJECTS):
        yield "applies to nobody whom we know"
    elif not _belongs(row["subjects"], file):
        yield "stands in the wrong file"
    if row["months"] is None and "expires_on" not in row["evidence"] and row["code"] not in NEVER_LAPSES:
        yield "never lapses: it has neither a lifetime nor a document that expires"
    if row["months"] is not None and not (type(row["months"]) is int and 1 <= row["months"] <= LONGEST_MONTHS):
        yield "lives for no sensible number of months"
    if set(row["evidence"]) - set(EVIDENCE):
        yield "wants evidence that is not kept"
    if row["by"] not in DONE_BY:
        yield "may be done by nobody whom we know"
    if len(str(row["source"]).strip()) < SHORTEST_SOURCE:
        yield "has no source"


def _belongs(subjects: list[str], file: str) -> bool:
    """A check of one kind stands in its file, a check of several in the common one."""
    if len(subjects) > 1:
        return file == "common"
    return file == {"dwelling": "host", "resident": "host"}.get(subjects[0], subjects[0])


def _of_labels(folder: Path, labels: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    codes = {str(row.get("code")) for row in rows(folder)}
    for language, names in labels.items():
        yield from (f"{language}: {code} has no name" for code in sorted(codes) if not names.get(code))
        yield from (f"{language}: {code} is the name of no check" for code in sorted(set(names) - codes))
