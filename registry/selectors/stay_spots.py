"""Where open stays are, read without counting them, and those of some spots and classes only."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from registry.selectors import sql
from registry.selectors.left_out import Where
from registry.selectors.stay_worth import Class

# Each cell and town of these areas that holds an open stay: one step of the index for each, however many it holds.
_SPOTS = """
WITH RECURSIVE asked(area) AS (VALUES {areas}), spot(area, cell, town_id) AS (
    SELECT a.area,
        (SELECT o.cell {first}),
        (SELECT o.town_id {first})
    FROM asked a
    UNION ALL
    SELECT s.area,
        (SELECT o.cell {next}),
        (SELECT o.town_id {next})
    FROM spot s WHERE s.cell IS NOT NULL
)
SELECT area, cell, town_id FROM spot WHERE cell IS NOT NULL
"""
_OF = "FROM registry_accommodationoffer o WHERE o.status = 'open' AND o.area = "
_ORDER = " ORDER BY o.cell, o.town_id LIMIT 1"
_FIRST = f"{_OF}a.area{_ORDER}"
_NEXT = f"{_OF}s.area AND (o.cell, o.town_id) > (s.cell, s.town_id){_ORDER}"

# A cross join keeps SQLite from turning the order round.
_STAYS = """
WITH asked(place, area, cell, town_id, host_points, child_friendly) AS (VALUES {asked})
SELECT a.place, o.id, o.host_points, o.child_friendly, o.languages
FROM asked a CROSS JOIN registry_accommodationoffer o
WHERE o.status = 'open' AND o.area = a.area AND o.cell = a.cell AND o.town_id = a.town_id
    AND o.host_points = a.host_points AND {fits}
"""


class Spot(NamedTuple):
    """A cell (7) of an area (5) and the town that stays there belong to."""

    area: int
    cell: int
    town: str


def occupied(areas: Collection[int]) -> list[Spot]:
    """Every spot of these areas with an open stay."""
    marks = ",".join(f"({int(area)})" for area in areas)
    return [Spot(*row) for row in sql.rows(_SPOTS.format(areas=marks, first=_FIRST, next=_NEXT))]


def stays(wanted: Sequence[tuple[Spot, Class]], fits: Where) -> list[sql.Row]:
    """(place in ``wanted``, id, host points, child-friendly, languages) of each stay there that fits."""
    asked = ",".join(_asked(place, *one) for place, one in enumerate(wanted))
    counts = any(one.child_friendly is not None for _, one in wanted)
    here = f"o.child_friendly = a.child_friendly AND {fits.text}" if counts else fits.text
    towns = [spot.town for spot, _ in wanted]
    return sql.rows(_STAYS.format(asked=asked, fits=here), *towns, *fits.parameters)


def _asked(place: int, spot: Spot, held: Class) -> str:
    friendly = "TRUE" if held.child_friendly else "FALSE"
    return f"({place},{int(spot.area)},{int(spot.cell)},%s,{int(held.host_points)},{friendly})"
