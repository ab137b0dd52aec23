"""Households and beds laid out for the scan: what a pair needs in few words, offers in boxes to be passed over.

Offers stand along a curve over the map, cut into boxes. A box knows the most that any of its offers could give:
nearest corner, every flag and language that one of them has, the longest dates. Whoever cannot gain there passes over
all of it at once; nothing is guessed. Within a box offers are in the order of their rows, so that any stretch of it is
a fair sample of what is there.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.distance import EARTH_RADIUS_KM
from registry.planner.arrays import FOREVER, NEVER, Bits, Bools, Floats, Households, Ints, Nights, StayOffers
from registry.planner.nights import BROKEN, FRAGILE, MEN_ONLY
from registry.rules.policy import Policy

# Offers in a box.
WIDTH = 256
# More points than there are.
_BEYOND = 1e29
# Five hundredths of a millimetre at a hundred kilometres: whoever is on the line stays out.
_SHY = 1 - 1e-9

WHEELCHAIR, PETS, MEN, CHILDREN, WOMAN_HOST, NOT_PRIVATE, NOT_MEN_ONLY, NOT_FRAGILE, NOT_BROKEN = (
    1 << bit for bit in range(9)
)


# Households as the scan reads them. ``need``: flags an offer must have; ``minds``: kinds of Nights, as bits.
SEEKER = np.dtype(
    [(name, np.float64) for name in ("x", "y", "z", "urgency", "km_weight", "limit2")]
    + [("languages", np.uint64)]
    + [("size", np.int32), ("need", np.uint32), ("minds", np.uint32), ("minors", np.int32), ("possible", np.int32)]
    + [(name, np.int32) for name in ("day", "night", "from_day", "until_day", "padding")],
)
# Offers in the order of their boxes. ``row`` is their number outside; rows ``span`` to ``span_end`` of the nights.
OFFER = np.dtype(
    [(name, np.float64) for name in ("x", "y", "z", "friendly", "points")]
    + [("languages", np.uint64)]
    + [("has", np.uint32)]
    + [(name, np.int32) for name in ("row", "from_day", "to_day", "verified_until", "span", "span_end", "padding")],
)
SPAN = np.dtype([("kind", np.uint32), ("first", np.int32), ("until", np.int32)])
# What the best of each box could have; corners in units of the Earth's radius.
BOX = np.dtype(
    [(name, np.float64) for name in ("x0", "y0", "z0", "x1", "y1", "z1")]
    + [("languages", np.uint64), ("has", np.uint32)]
    + [(name, np.int32) for name in ("from_day", "to_day", "verified_until")],
)
Rows = NDArray[np.void]


class Sketch(NamedTuple):
    """Offers and boxes in 32 bits, column by column, for estimates that are never too low.

    ``places`` (3, offers) and ``corners`` (6, boxes: low and high, rounded outwards) on the unit sphere; ``flags`` and
    ``box_flags`` (2, ...): what they have, and languages, of which numbers 32 apart are taken for one.
    """

    places: NDArray[np.float32]
    flags: NDArray[np.uint32]
    corners: NDArray[np.float32]
    box_flags: NDArray[np.uint32]


class Ground(NamedTuple):
    """Offers with their nights and boxes, all structured arrays; ``place``: where each row is here."""

    offers: Rows
    spans: Rows
    boxes: Rows
    sketch: Sketch
    place: NDArray[np.int32]
    beds: Ints
    language_weight: float


def seekers(households: Households, policy: Policy) -> Rows:
    """Households ready for the scan of stays."""
    h = households
    x, y, z = _sphere(h.lon, h.lat)
    reach = np.sin(np.minimum(h.max_km / (2 * EARTH_RADIUS_KM), np.pi / 2)) * 2
    guarded, alone, lone_men = company_of(h, h.agreed_until >= h.day)
    need = (
        WHEELCHAIR * (h.wheelchairs > 0)
        | PETS * h.pets
        | MEN * (h.men + h.unknown > 0)
        | CHILDREN * (h.minors > 0)
        | WOMAN_HOST * h.wants_woman_host
        | NOT_PRIVATE * (h.child_until < h.day)
        | NOT_MEN_ONLY * guarded
        | NOT_FRAGILE * lone_men
        | NOT_BROKEN * alone
    )
    return rows_of(
        SEEKER,
        len(h),
        x=x,
        y=y,
        z=z,
        size=np.minimum(h.size, 2**31 - 1),
        urgency=h.urgency,
        minors=h.minors > 0,
        possible=h.possible,
        need=need,
        minds=guarded << MEN_ONLY | lone_men << FRAGILE | alone << BROKEN,
        languages=h.languages,
        km_weight=policy.weight_distance / np.maximum(h.max_km, 1),
        limit2=np.where(h.max_km < 0, -1.0, reach**2 * _SHY),
        day=h.day,
        night=h.night,
        from_day=h.from_day,
        until_day=h.until_day,
    )


def rows_of(layout: np.dtype[np.void], count: int, **columns: NDArray[Any]) -> Rows:
    """A structured array of these columns, zero where there is none."""
    found = np.zeros(count, layout)
    for name, values in columns.items():
        found[name] = values
    return found


def company_of(h: Households, decided: Bools) -> tuple[Bools, Bools, Bools]:
    """Who may not be with men only; who has neither man nor woman; who could endanger a guarded guest (rule 5)."""
    possibly_men = h.men + h.unknown
    agreed = decided & (h.women + h.unknown > 0)
    guarded = (h.men == 0) & (h.women + h.unknown + h.minors > 0) & ~agreed
    return guarded, (h.women == 0) & (possibly_men == 0), (h.women == 0) & (possibly_men > 0)


def ground(offers: StayOffers, policy: Policy) -> Ground:
    """Offers ready for the scan of stays."""
    s = offers.rows
    ever = _ever(offers.nights, len(s))
    has = (
        WHEELCHAIR * s.wheelchair
        | PETS * s.pets
        | MEN * s.takes_men
        | CHILDREN * s.takes_children
        | WOMAN_HOST * s.woman_host
        | NOT_PRIVATE * ~s.private
        | NOT_MEN_ONLY * ~ever[MEN_ONLY]
        | NOT_FRAGILE * ~ever[FRAGILE]
        | NOT_BROKEN * ~ever[BROKEN]
    ).astype(np.uint32)
    order = _order(s.lon, s.lat)
    x, y, z = _sphere(s.lon, s.lat)
    spans = reordered(offers.nights, order)
    rows = rows_of(
        OFFER,
        len(s),
        row=order,
        x=x[order],
        y=y[order],
        z=z[order],
        has=has[order],
        friendly=s.child_friendly[order] * policy.weight_children,
        points=s.host_points[order],
        languages=s.languages[order],
        from_day=s.from_day[order],
        to_day=s.to_day[order],
        verified_until=s.verified_until[order],
        span=spans.start[:-1],
        span_end=spans.start[1:],
    )
    place = np.empty(len(s), np.int32)
    place[order] = np.arange(len(s), dtype=np.int32)
    nights = rows_of(SPAN, len(spans.kind), kind=spans.kind, first=spans.first, until=spans.until)
    boxes = _boxes(rows)
    return Ground(rows, nights, boxes, _sketch(rows, boxes), place, s.beds[order], float(policy.weight_language))


def _sketch(rows: Rows, boxes: Rows) -> Sketch:
    low = np.stack([boxes[axis].astype(np.float32) for axis in ("x0", "y0", "z0")])
    high = np.stack([boxes[axis].astype(np.float32) for axis in ("x1", "y1", "z1")])
    corners = np.concatenate([np.nextafter(low, np.float32(-2)), np.nextafter(high, np.float32(2))])
    places = np.stack([rows[axis].astype(np.float32) for axis in ("x", "y", "z")])
    return Sketch(places, _flags(rows), corners, _flags(boxes))


def _flags(rows: Rows) -> NDArray[np.uint32]:
    return np.stack([rows["has"], folded(rows["languages"])])


def folded(languages: Bits) -> NDArray[np.uint32]:
    """Languages in 32 bits: whoever shares one shares one of these."""
    return languages.astype(np.uint32) | (languages >> np.uint64(32)).astype(np.uint32)


def at_most(values: Floats) -> NDArray[np.float32]:
    """Points in 32 bits, never below what they are."""
    return (np.maximum(values, -_BEYOND) + np.abs(values) * 1e-6).clip(-_BEYOND, _BEYOND).astype(np.float32)


def _sphere(lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats]:
    """Places on the unit sphere: the straight line between two of them tells their distance."""
    east, north = np.radians(lon), np.radians(lat)
    return np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)


def _ever(nights: Nights, count: int) -> Bools:
    """For each kind and offer whether it is in the way every night."""
    always = (nights.first <= NEVER) & (nights.until >= FOREVER)
    owner = np.repeat(np.arange(count), np.diff(nights.start))
    found = np.zeros((3, count), np.bool_)
    found[nights.kind[always], owner[always]] = True
    return found


def _order(lon: Floats, lat: Floats) -> Ints:
    """Offers along a curve over the map, and within each box by row."""
    along = np.argsort(_curve(lon, lat), kind="stable")
    near = np.empty(len(along), np.int64)
    near[along] = np.arange(len(along)) // WIDTH
    return np.argsort(near, kind="stable")


def _curve(lon: Floats, lat: Floats) -> Bits:
    """Places along the Morton curve: near in number is near on the map."""
    return _spread(_ranks(lon)) | _spread(_ranks(lat)) << np.uint64(1)


def _ranks(values: Floats) -> Bits:
    """Values as whole numbers of 20 bits."""
    low, width = (values.min(), np.ptp(values)) if len(values) else (0.0, 0.0)
    return ((values - low) / (width or 1.0) * (2**20 - 1)).astype(np.uint64)


def _spread(values: Bits) -> Bits:
    """The bits of 20-bit numbers with room for another between each two."""
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F)):
        values = (values | values << np.uint64(shift)) & np.uint64(mask)
    for shift, mask in ((2, 0x3333333333333333), (1, 0x5555555555555555)):
        values = (values | values << np.uint64(shift)) & np.uint64(mask)
    return values


def reordered(nights: Nights, order: Ints) -> Nights:
    """The nights of these offers, in this order."""
    counts = np.diff(nights.start)[order]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rows = np.repeat(nights.start[order] - start[:-1], counts) + np.arange(start[-1])
    return Nights(start, nights.kind[rows], nights.first[rows], nights.until[rows])


def _boxes(offers: Rows) -> Rows:
    """The boxes of every ``WIDTH`` offers."""
    first = np.arange(0, len(offers), WIDTH)
    found = np.zeros(len(first), BOX)
    if len(first):
        for axis in ("x", "y", "z"):
            found[f"{axis}0"] = np.minimum.reduceat(offers[axis], first)
            found[f"{axis}1"] = np.maximum.reduceat(offers[axis], first)
        for name in ("languages", "has"):
            found[name] = np.bitwise_or.reduceat(offers[name], first)
        found["from_day"] = np.minimum.reduceat(offers["from_day"], first)
        for name in ("to_day", "verified_until"):
            found[name] = np.maximum.reduceat(offers[name], first)
    return found
