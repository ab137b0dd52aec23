"""Invented tables of households and offers around Suceava, and what anybody can compute from files alone."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

HOUSEHOLDS = [
    "id",
    "lat",
    "lon",
    "size",
    "urgency",
    "children",
    "wheelchair",
    "pets",
    "women_only",
    "men",
    "languages",
    "max_km",
    "from_date",
    "nights",
]
OFFERS = [
    "id",
    "lat",
    "lon",
    "beds",
    "wheelchair",
    "pets",
    "women_host",
    "accepts_men",
    "child_friendly",
    "languages",
    "host_points",
    "from_date",
    "to_date",
]
FIRST = dt.date(2022, 3, 6)


def write(folder: Path, households: int, offers: int, seed: int = 1) -> tuple[Path, Path]:
    """So many invented households and offers as two CSV files."""
    draw = np.random.default_rng(seed)
    needed, offered = folder / "households.csv", folder / "offers.csv"
    rows(needed, HOUSEHOLDS, [_household(i, draw) for i in range(households)])
    rows(offered, OFFERS, [_offer(i, draw) for i in range(offers)])
    return needed, offered


def rows(path: Path, names: list[str], lines: list[list[Any]]) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([names, *lines])


def _place(draw: np.random.Generator) -> list[float]:
    return [round(47.6 + draw.normal(0, 0.3), 5), round(26.0 + draw.normal(0, 0.4), 5)]


def _languages(draw: np.random.Generator, shares: tuple[float, ...]) -> str:
    return " ".join(code for code, share in zip(("uk", "ru", "ro", "en"), shares, strict=True) if draw.random() < share)


def _flag(draw: np.random.Generator, share: float) -> int:
    return int(draw.random() < share)


def _household(number: int, draw: np.random.Generator) -> list[Any]:
    men = _flag(draw, 0.3)
    first = FIRST + dt.timedelta(int(draw.integers(0, 3)))
    return [
        f"h{number}", *_place(draw), int(draw.integers(1, 6)), round(1 + draw.integers(0, 11) / 10, 1),
        _flag(draw, 0.5), _flag(draw, 0.05), _flag(draw, 0.15), 0 if men else _flag(draw, 0.2), men,
        _languages(draw, (0.9, 0.6, 0.1, 0.2)), int(draw.choice([20, 40, 80])), first, int(draw.integers(1, 20)),
    ]  # fmt: skip


def _offer(number: int, draw: np.random.Generator) -> list[Any]:
    first = FIRST - dt.timedelta(int(draw.integers(0, 9)))
    return [
        f"o{number}", *_place(draw), int(draw.integers(1, 8)), _flag(draw, 0.3), _flag(draw, 0.5), _flag(draw, 0.5),
        _flag(draw, 0.7), _flag(draw, 0.5), _languages(draw, (0.1, 0.2, 1.0, 0.4)), int(draw.integers(0, 6)), first,
        first + dt.timedelta(int(draw.integers(10, 60))),
    ]  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kilometres(one: dict[str, str], other: dict[str, str]) -> float:
    """The great circle between two rows, by the haversine formula."""
    lat, lon, lat2, lon2 = (np.radians(float(row[name])) for row in (one, other) for name in ("lat", "lon"))
    half = np.sin((lat2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    return float(2 * 6371.0088 * np.arcsin(np.sqrt(half)))


def points(household: dict[str, str], offer: dict[str, str], *, ignored: str = "") -> float | None:
    """Points per person of a pair as the issue says them; None when the pair may not be. ``ignored``: a column."""
    h, o = {**household}, {**offer}
    if ignored:
        h[ignored] = "0"
    first = dt.date.fromisoformat(h["from_date"])
    last = first + dt.timedelta(int(h["nights"]))
    needs = (("wheelchair", "wheelchair"), ("pets", "pets"), ("women_only", "women_host"), ("men", "accepts_men"))
    km = kilometres(h, o)
    if (
        any(int(h[need]) > int(o[has]) for need, has in needs)
        or int(h["size"]) > int(o["beds"])
        or first.isoformat() < o["from_date"]
        or last.isoformat() > o["to_date"]
        or km > float(h["max_km"])
    ):
        return None
    found = 10 * float(h["urgency"]) + 30 * (1 - km / max(float(h["max_km"]), 1)) + int(o["host_points"])
    found += 15 * bool(set(h["languages"].split()) & set(o["languages"].split()))
    return found + 10 * (h["children"] == o["child_friendly"] == "1")


def bound(households: Path, offers: Path, prices: Path, *, ignored: str = "") -> float:
    """The certificate from three files alone: what the beds cost, and what each person could gain beyond that."""
    price = {row["offer_id"]: float(row["price"]) for row in read(prices)}
    offered = read(offers)
    total = sum(price[o["id"]] * int(o["beds"]) for o in offered)
    for h in read(households):
        gains = [p - price[o["id"]] for o in offered if (p := points(h, o, ignored=ignored)) is not None]
        total += int(h["size"]) * max([0.0, *gains])
    return total
