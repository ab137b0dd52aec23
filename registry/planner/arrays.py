"""What the planner reads and gives back: typed columns, one row a household or an offer.

Floats are float64; counts int64; days int32 since 1970-01-01 (an ``until`` day is not a night any more, a last day
still counts); moments int64 microseconds since 1970 UTC; languages uint64 bit sets; codes of places int32, -1 none.
Places are degrees of WGS 84. Row numbers are what a plan speaks of; ids stay with the caller.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from registry.rules.policy import DEFAULT, Policy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.int32]
Codes = NDArray[np.int32]
Bools = NDArray[np.bool_]
Bits = NDArray[np.uint64]

NEVER, FOREVER = -(2**31) + 1, 2**31 - 1
NOWHERE = -1

Progress = Callable[[float], None]
Cancelling = Callable[[], bool]


class Cancelled(Exception):
    """Somebody asked the planner to stop: there is no plan."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of one length; ``take`` gives some of the rows."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: Any) -> Self:
        """The rows with these numbers (or a slice, or a mask), in that order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Households(Columns):
    """Who needs a place. ``women``, ``men``, ``unknown`` are adults, ``minors`` everybody else (rules.facts.Group).

    ``possible`` False: no offer may take them (an empty household, a stay that is over). ``wants_woman_host`` is the
    table's ``women_only``. ``agreed_until``, ``child_until``: last day of the decision that lifts rule 5 or rule 4;
    FOREVER in ``child_until`` when no child is alone, NEVER when there is no decision. ``day`` is the first day of
    the stay or today; nights are counted from ``night`` to before ``until_day`` (rules.eligibility._nights).
    """

    lon: Floats
    lat: Floats
    size: Ints
    urgency: Ints
    women: Ints
    men: Ints
    unknown: Ints
    minors: Ints
    possible: Bools
    wants_woman_host: Bools
    wheelchairs: Ints
    pets: Bools
    languages: Bits
    max_km: Ints
    day: Days
    night: Days
    from_day: Days
    until_day: Days
    agreed_until: Days
    child_until: Days
    origin: Codes
    destination: Codes
    earliest_us: Ints
    child_seats: Ints
    luggage: Ints


@dataclass(frozen=True, slots=True)
class Nights:
    """When somebody under the roof of an offer is in the way: rows ``start[o]:start[o + 1]`` of offer ``o``.

    ``kind`` 0: men and no woman are there, so nobody guarded may come; 1: a guarded guest has no other woman, so no
    man may come without one; 2: a guarded guest is alone with men already, so nobody without a woman may come.
    """

    start: Ints
    kind: NDArray[np.uint8]
    first: Days
    until: Days


@dataclass(frozen=True, slots=True)
class Stays(Columns):
    """Beds. ``verified_until``: last day through which everybody behind the offer is verified, NEVER if it is not
    open, held or unknown. ``roof``: offers with the same number are one dwelling (rule 5 holds for all its guests).
    ``woman_lives``: a woman is among the residents, so that nobody is alone with men there. ``town``: for rides.
    """

    lon: Floats
    lat: Floats
    beds: Ints
    from_day: Days
    to_day: Days
    verified_until: Days
    takes_men: Bools
    takes_children: Bools
    woman_host: Bools
    woman_lives: Bools
    wheelchair: Bools
    pets: Bools
    private: Bools
    child_friendly: Bools
    host_points: Ints
    languages: Bits
    roof: Codes
    town: Codes


@dataclass(frozen=True, slots=True)
class Rides(Columns):
    """Seats. ``possible`` False: not open, not verified through the window, from a zone that is not active and
    staffed, or gone. ``day``: the day on which decisions must be in force. ``men_only``, ``fragile``, ``broken``:
    the three kinds of Nights for crew and those aboard. ``woman_drives``: a woman is in the crew.
    ``route``: row of the table ``reaches`` (route x town, True where it goes), kept beside the columns.
    """

    possible: Bools
    origin: Codes
    route: Codes
    leaves_us: Ints
    until_us: Ints
    day: Days
    seats: Ints
    child_seats: Ints
    wheelchairs: Ints
    luggage: Ints
    takes_men: Bools
    pets: Bools
    private: Bools
    men_only: Bools
    fragile: Bools
    broken: Bools
    woman_drives: Bools
    languages: Bits


@dataclass(frozen=True, slots=True)
class StayOffers:
    """All beds with what stands in the way by night."""

    rows: Stays
    nights: Nights


@dataclass(frozen=True, slots=True)
class RideOffers:
    """All seats with where the routes go, and the moment at which somebody asks (microseconds)."""

    rows: Rides
    reaches: Bools
    at_us: int


@dataclass(frozen=True, slots=True)
class Settings:
    """How to plan. The same seed and input give the same plan, whatever the number of threads or shards.

    ``threads`` 0: as many as the machine has. ``stability``: points per person that a new plan must gain to move
    somebody who is settled. ``everybody``: points that a plan may lose so that one person more has a place.
    """

    seed: int = 1
    threads: int = 0
    stability: float = 25.0
    everybody: float = 25.0
    policy: Policy = field(default=DEFAULT)


class Proven:
    """A plan with its proof: no plan at all can be worth more than ``bound``, and this one is worth ``total``."""

    __slots__ = ()
    bound: float
    total: float

    @property
    def gap(self) -> float:
        """How far from the best possible the plan is at most, as a share of the bound."""
        return (self.bound - self.total) / self.bound if self.bound > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Plan(Proven):
    """Who goes where, and the proof of how good it is.

    ``offer``: row of the offer for each household or -1; ``per_person``, ``value``: points as rules.ranking counts
    them, 0 where unplaced; ``km``: 0 where unplaced and for rides. ``prices``: per bed or seat of each offer, never
    negative; ``bound``: no plan at all can be worth more, by these prices; ``gap``: (bound - total) / bound.
    """

    offer: Codes
    per_person: Floats
    value: Floats
    km: Floats
    prices: Floats
    bound: float
    total: float


@dataclass(frozen=True, slots=True)
class JointPlan(Proven):
    """Ride and bed together: both or neither. ``bound`` holds for the sum of both values."""

    stay: Plan
    ride: Plan
    bound: float
    total: float


@dataclass(frozen=True, slots=True)
class Before:
    """What was planned: ``offer`` for each household (-1: nothing); ``fixed``: accepted or on the road, stays put."""

    offer: Codes
    fixed: Bools
