"""What a plan from tables is written down as: rows, prices and a summary."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.planner import files
from registry.planner.arrays import Floats, Plan
from registry.planner.given import Given
from registry.planner.sheets import Unusable

Columns = Mapping[str, NDArray[Any]]
PLANS = (".csv", ".parquet", ".gpkg")
SUMMARY = (
    "households", "people", "beds", "placed_people", "unplaced_people", "value", "bound", "gap", "wall_s", "peak_mb",
    "seed", "threads", "distributed",
)  # fmt: skip


def rows(given: Given, plan: Plan, texts: NDArray[Any]) -> Columns:
    """One row a household, also for those without a place: these have reasons only."""
    is_placed = plan.offer >= 0
    ids = np.append(given.offer_ids.astype(object), "")
    return {
        "household_id": given.household_ids,
        "offer_id": ids[plan.offer],
        "value": plan.value,
        "distance_km": np.where(is_placed, np.round(plan.km, 3), np.nan),
        "reasons": texts,
    }


def prices(given: Given, plan: Plan) -> Columns:
    """The price of a bed of each offer: the certificate of the bound."""
    return {"offer_id": given.offer_ids, "price": plan.prices}


def ends(given: Given, plan: Plan) -> Floats:
    """Longitude and latitude of each household and of its offer, (n, 4); nan where there is none."""
    there = given.offers.rows.take(plan.offer)
    found = np.column_stack([given.households.lon, given.households.lat, there.lon, there.lat])
    found[plan.offer < 0, 2:] = np.nan
    return found


def write_plan(path: Path, given: Given, plan: Plan, texts: NDArray[Any]) -> None:
    """The plan in the format that the name ends with; Parquet and GeoPackage have lines to the offers."""
    columns = rows(given, plan, texts)
    if path.suffix.lower() == ".csv":
        files.write_rows(path, {**columns, "distance_km": _blank(columns["distance_km"])})
    else:
        files.write_lines(path, columns, ends(given, plan))


def _blank(numbers: Floats) -> NDArray[Any]:
    """The numbers with nothing in place of nan."""
    found = numbers.astype(object)
    found[np.isnan(numbers)] = ""
    return found


def ends_with(path: Path, known: tuple[str, ...]) -> None:
    """Raises Unusable unless the name ends with one of these, if there are any, and its folder is there."""
    if known and path.suffix.lower() not in known:
        raise Unusable(f"{path.name}: the name must end with {', '.join(known)}")
    if not path.parent.is_dir():
        raise Unusable(f"{path}: there is no such folder")


def summary(given: Given, plan: Plan, run: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a plan. ``run``: wall_s, peak_mb, seed, threads, distributed."""
    size = given.households.size
    placed = int(size[plan.offer >= 0].sum())
    found = {
        "households": len(size),
        "people": int(size.sum()),
        "beds": int(given.offers.rows.beds.sum()),
        "placed_people": placed,
        "unplaced_people": int(size.sum()) - placed,
        "value": plan.total,
        "bound": plan.bound,
        "gap": plan.gap,
        **run,
    }
    return {name: found[name] for name in SUMMARY}
