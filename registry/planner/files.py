"""Tables in files, read and written: CSV, Parquet, GeoParquet and GeoPackage, by the end of the name."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from registry.planner.arrays import Ints
from registry.planner.cells import Column, Kind
from registry.planner.sheets import Refusals, Unusable

READABLE = (".csv", ".parquet", ".gpkg")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns as they stand in a file, and the line of each row; the header is line 1 of every kind of file."""

    columns: Mapping[str, Column]
    lines: Ints


def load(path: Path, needed: Mapping[str, Kind], optional: Mapping[str, Kind], refused: Refusals) -> Sheet:
    """The needed columns of a file, and the optional ones that it has; raises Unusable with a sentence."""
    if path.suffix.lower() not in READABLE:
        raise Unusable(f"{path.name}: the name must end with {', '.join(READABLE)}")
    try:
        if not path.is_file():
            raise Unusable(f"{path.name}: there is no such file")
        sheet = _read(path, {*needed, *optional}, refused)
    except (OSError, ValueError, RuntimeError, csv.Error) as error:
        raise Unusable(f"{path.name} cannot be read: {_first_line(error)}") from error
    if missing := [name for name in needed if name not in sheet.columns]:
        raise Unusable(f"{path.name} lacks the columns {', '.join(missing)}")
    if not len(sheet.lines):
        raise Unusable(f"{path.name} has no rows")
    return sheet


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _read(path: Path, wanted: set[str], refused: Refusals) -> Sheet:
    if path.suffix.lower() == ".csv":
        return _from_csv(path, wanted, refused)
    return _from_parquet(path, wanted) if path.suffix.lower() == ".parquet" else _from_geopackage(path, wanted)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = [name.strip() for name in next(csv.reader(file), [])]
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise Unusable(f"{path.name} has the columns {', '.join(twice)} twice")
    return names


def _from_csv(path: Path, wanted: set[str], refused: Refusals) -> Sheet:
    names = _header(path)
    if not names:
        raise Unusable(f"{path.name} is empty")
    # Columns nobody asked for may have any name, even none.
    given = [name if name in wanted else f"column {number}" for number, name in enumerate(names, 1)]
    broken: list[int] = []

    def skip(row: Any) -> str:
        broken.append(row.number)
        return "skip"

    table = arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(use_threads=False, column_names=given, skip_rows=1),
        parse_options=arrow_csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(given, pa.string()), strings_can_be_null=False
        ),
    )
    lines, gone = _lines_of(table, np.array(broken, np.int64), path)
    refused.add(gone, "", f"does not have {len(names)} cells")
    return _without_blank(table.select([name for name in given if name in wanted]), table, lines)


def _lines_of(table: Any, broken: Ints, path: Path) -> tuple[Ints, Ints]:
    """The line on which each good row and each broken one begins."""
    numbers = np.arange(2, table.num_rows + len(broken) + 2)
    good = ~np.isin(numbers, broken)
    if not _has_breaks(table):
        return numbers[good], broken
    starts = _starts(path)[: len(numbers)]
    return starts[good], starts[~good]


def _has_breaks(table: Any) -> bool:
    import pyarrow.compute as pc

    return any(pc.any(pc.match_substring_regex(column, r"[\r\n]")).as_py() for column in table.columns)


def _starts(path: Path) -> Ints:
    """The first line of each row after the header, where quoted cells have line breaks."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        ends = [rows.line_num for _ in rows]
    return np.array(ends[:-1], np.int64) + 1


def _without_blank(chosen: Any, table: Any, lines: Ints) -> Sheet:
    """Rows in which any cell at all is filled: a blank line is nobody."""
    import pyarrow.compute as pc

    filled = np.zeros(table.num_rows, np.bool_)
    for column in table.columns:
        if filled.all():
            break
        filled |= pc.not_equal(column, "").to_numpy()
    kept = chosen if filled.all() else chosen.filter(pa.array(filled))
    return Sheet(dict(zip(kept.column_names, kept.columns, strict=True)), lines[filled])


def _from_parquet(path: Path, wanted: set[str]) -> Sheet:
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    if b"geo" in (schema.metadata or {}) and not {"lat", "lon"} <= set(schema.names):
        import geopandas

        return _from_frame(geopandas.read_parquet(path), wanted)
    table = pq.read_table(path, columns=[name for name in schema.names if name in wanted])
    return _sheet(table)


def _from_geopackage(path: Path, wanted: set[str]) -> Sheet:
    import geopandas

    return _from_frame(geopandas.read_file(path), wanted)


def _from_frame(frame: Any, wanted: set[str]) -> Sheet:
    """Columns of a GeoDataFrame; the place of a row is its point where there are no columns for it."""
    columns = [name for name in frame.columns if name in wanted]
    table = pa.Table.from_pandas(frame[columns], preserve_index=False) if columns else pa.table({})
    if {"lat", "lon"} <= set(columns) or not hasattr(frame, "crs"):
        return _sheet(table)
    from geo import crs

    crs.require_crs(frame)
    for name, values in (("lon", frame.geometry.x), ("lat", frame.geometry.y)):
        table = table.append_column(name, pa.array(np.asarray(values, np.float64)))
    return _sheet(table)


def _sheet(table: Any) -> Sheet:
    return Sheet(dict(zip(table.column_names, table.columns, strict=True)), np.arange(2, table.num_rows + 2))


@contextmanager
def drafts(paths: list[Path]) -> Iterator[dict[Path, Path]]:
    """A draft beside each path; all of them are moved into place at the end, none when anything goes wrong.

    Files can be read by nobody else: they say where people are.
    """
    found = {path: path.with_name(f".{path.stem}.part{path.suffix}") for path in paths}
    with ExitStack() as stack:
        for draft in found.values():
            draft.unlink(missing_ok=True)
            stack.callback(draft.unlink, missing_ok=True)
        yield found
        for path, draft in found.items():
            draft.chmod(0o600)
            draft.replace(path)


def write_rows(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """The columns as CSV."""
    write_table(path, tuple(columns), zip(*(column.tolist() for column in columns.values()), strict=True))


def write_lines(path: Path, columns: Mapping[str, NDArray[Any]], ends: NDArray[np.float64]) -> None:
    """The columns as GeoParquet or GeoPackage with a line in each row; ``ends``: (n, 4), nan where there is none."""
    import geopandas
    import shapely

    from geo.crs import WGS84

    lines = np.full(len(ends), None, object)
    known = np.isfinite(ends).all(axis=1)
    lines[known] = shapely.linestrings(ends[known].reshape(-1, 2, 2))
    frame = geopandas.GeoDataFrame(dict(columns), geometry=lines, crs=WGS84)
    if path.suffix.lower() == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_file(path, layer="plan", driver="GPKG", geometry_type="LineString")


def write_table(path: Path, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """The rows as CSV, one after the other."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
