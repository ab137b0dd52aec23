"""The plain values that rules decide on; selectors fill them from rows, the planner from tables."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

AGE_BANDS = ("0-3", "4-11", "12-17", "18-59", "60+", "unknown")
MINOR_BANDS = frozenset({"0-3", "4-11", "12-17", "unknown"})
VETTED_KINDS = ("provider", "driver", "escort", "organization", "vehicle", "dwelling")
SEXES = ("f", "m", "unknown")
GUARDIANS = ("parent", "legal_guardian", "other_adult", "none")
OWN_GUARDIANS = frozenset({"parent", "legal_guardian"})

Sex = Literal["f", "m", "unknown"]


@dataclass(frozen=True, slots=True)
class Person:
    """One member of a household. ``guardian`` matters for minors only: who cares for the child here."""

    age_band: str
    sex: str = "unknown"
    guardian: str = "none"

    @property
    def is_minor(self) -> bool:
        """Under 18; an unknown age counts as a minor."""
        return self.age_band in MINOR_BANDS


@dataclass(frozen=True, slots=True)
class Group:
    """People who belong together, as others under the same roof meet them: a household, residents, a crew.

    ``unknown`` are adults of unknown sex: protected like women, met like men. ``agreed``: two staff have
    agreed to this household's own wish to be with unrelated men (rule 5).
    """

    women: int = 0
    men: int = 0
    children: int = 0
    unknown: int = 0
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Guest:
    """A household placed in a dwelling, from its first night to the day on which it leaves."""

    group: Group
    from_date: date
    to_date: date


@dataclass(frozen=True)
class Party:
    """A household as the rules see it: who travels together and what they need."""

    members: tuple[Person, ...]
    languages: frozenset[str] = frozenset()
    wheelchairs: int = 0
    pets: int = 0
    luggage: int = 0
    needs: frozenset[str] = frozenset()

    @cached_property
    def size(self) -> int:
        """How many people."""
        return len(self.members)

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(m.age_band for m in self.members)

    def in_bands(self, bands: tuple[str, ...]) -> int:
        """How many members are in these age bands."""
        return sum(self._counts[band] for band in bands)

    @cached_property
    def minors(self) -> int:
        """Members under 18 or of unknown age."""
        return sum(m.is_minor for m in self.members)

    @cached_property
    def adults(self) -> int:
        """Members known to be adults."""
        return self.size - self.minors

    @cached_property
    def men(self) -> int:
        """Adult men."""
        return self._adults_of("m")

    @cached_property
    def women(self) -> int:
        """Adult women."""
        return self._adults_of("f")

    @cached_property
    def possibly_men(self) -> int:
        """Adults who are men or whose sex is not known: a place for women only cannot take them."""
        return self.adults - self.women

    def _adults_of(self, sex: str) -> int:
        return sum(m.sex == sex and not m.is_minor for m in self.members)

    @cached_property
    def children_alone(self) -> int:
        """Unaccompanied or separated minors: no parent or legal guardian of theirs among the adults here.

        A guardian who is a minor, or of unknown age, is a child as well and guards nobody.
        """
        return sum(m.is_minor and (m.guardian not in OWN_GUARDIANS or not self.adults) for m in self.members)

    @cached_property
    def group(self) -> Group:
        """The household as others meet it."""
        return Group(self.women, self.men, self.minors, self.adults - self.women - self.men)


@dataclass(frozen=True, slots=True)
class Vetted:
    """How ``what`` (one of VETTED_KINDS) stands in vetting."""

    what: str
    status: str
    verified_until: date | None
    held: bool = False


@dataclass(frozen=True, slots=True)
class ProtectionDecision:
    """A decision of two staff, or of child protection, that lifts one block for one household."""

    kind: Literal["child_placement", "unrelated_men_accepted"]
    reference: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Ride:
    """A transport offer. ``crew`` is driver and escort; ``aboard`` the households that have seats already."""

    vetted: tuple[Vetted, ...]
    status: str
    origin: str
    origin_status: str
    origin_staffed: bool
    destinations: frozenset[str]
    departs_from: datetime
    departs_until: datetime
    seats_free: int
    child_seats_free: int
    wheelchairs_free: int
    luggage_free: int
    pets: bool
    women_only: bool
    private: bool
    crew: Group
    aboard: tuple[Group, ...] = ()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stay:
    """An accommodation offer. ``residents`` live there; ``guests`` are households placed in the same dwelling."""

    vetted: tuple[Vetted, ...]
    status: str
    town: str
    county: str
    from_date: date
    to_date: date
    beds_free: int
    accepts_men: bool
    accepts_children: bool
    women_only: bool
    pets: bool
    wheelchair: bool
    private: bool
    residents: Group
    guests: tuple[Guest, ...] = ()
    child_friendly: bool = False
    host_points: int = 0
    languages: frozenset[str] = frozenset()
    distance_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Need:
    """What a household asks for: from where, to where, when, for how long."""

    kind: Literal["ride", "stay", "both"]
    party: Party
    origin: str
    destination: str | None
    max_km: int
    earliest_at: datetime
    from_date: date
    nights: int
    urgency: int = 10
    decisions: tuple[ProtectionDecision, ...] = field(default=())

    @property
    def until(self) -> date:
        """The day on which the stay ends."""
        return self.from_date + timedelta(days=self.nights)

    def decided(self, kind: str, on: date) -> bool:
        """Whether a decision of this kind is in force on that day."""
        return any(d.kind == kind and d.expires_on >= on for d in self.decisions)
