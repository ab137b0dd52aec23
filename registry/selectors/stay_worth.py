"""What a stay is worth to one need: by its columns to choose what is read first, and in full to order by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from registry.rules.facts import Need
from registry.rules.policy import Policy
from registry.selectors import facts

HOST_POINTS = range(6)


class Class(NamedTuple):
    """Stays of so many host points (and, where it counts, child-friendly or not): the most they can be worth."""

    most: float
    host_points: int
    child_friendly: bool | None


@dataclass
class StayWorth:
    """Points per person for urgency, distance, language, children, host and, where ``per_town`` gives it, the ride."""

    need: Need
    policy: Policy
    per_town: Mapping[str, float] | None
    classes: list[Class] = field(init=False)

    def __post_init__(self) -> None:
        self.classes = sorted(self._classes(), reverse=True)

    @property
    def most(self) -> float:
        """The most that anything can be worth besides its distance."""
        return self.classes[0].most + (max(self.per_town.values()) if self.per_town else 0.0)

    def reaches(self, town: str) -> bool:
        """Whether a stay in this town counts at all."""
        return self.per_town is None or town in self.per_town

    def ride(self, town: str) -> float:
        """The points of the ride to this town."""
        return self.per_town[town] if self.per_town else 0.0

    def near(self, km: float) -> float:
        """Points for urgency and distance."""
        return self.need.urgency + self.policy.weight_distance * (1 - km / max(self.need.max_km, 1))

    def total(self, km: float, host_points: int, child_friendly: bool, languages: str, town: str) -> float:
        """All points, added up in the order of ranking.stay and ranking.ride: a tie there is a tie here."""
        points = self.near(km)
        points += self.policy.weight_language * bool(self.need.party.languages & facts.words(languages))
        points += self.policy.weight_children * bool(self.need.party.minors and child_friendly)
        points += host_points
        return points + self.ride(town)

    def _classes(self) -> Iterator[Class]:
        language = self.policy.weight_language * bool(self.need.party.languages)
        for host_points in HOST_POINTS:
            if not self.need.party.minors:
                yield Class(float(host_points + language), host_points, None)
                continue
            for friendly in (False, True):
                children = self.policy.weight_children * friendly
                yield Class(float(host_points + language + children), host_points, friendly)
