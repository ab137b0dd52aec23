"""The same person twice, and people whom the register of refused providers knows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.identity.names import Name, alike
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Known:
    """An identity as it is compared. ``plates`` are keys; empty and None mean unknown."""

    name: Name
    birth_year: int | None = None
    county: str = ""
    plates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the register that shares something: identifiers by kind, and how much of the name."""

    identifiers: tuple[str, ...]
    names_meet: bool
    birth_year: int | None = None


def same_identifiers(kinds: Iterable[str]) -> tuple[Reason, ...]:
    """One strong identifier in two identities: hold both, for each kind of it."""
    return tuple(Reason("same_identifier", severity="hold", params={"identifier": kind}) for kind in sorted(set(kinds)))


def only_claimed(reason: Reason) -> Reason:
    """The same of what a stranger claims whom nobody has met: for a person to look at, and no reason to hold.

    Otherwise anybody who reads a plate off a car could stop its driver with an application.
    """
    kind = reason.params["identifier"]
    return Reason("same_identifier_claimed", severity="review", params={"identifier": kind})


def by_name(mine: Known, other: Known, policy: Policy = DEFAULT) -> Reason | None:
    """Names that may be one person's: with birth year, county or plate hold, alone review. Never a rejection."""
    if not alike(mine.name, other.name):
        return None
    shared = tuple(_shared(mine, other, policy))
    if shared:
        return Reason("name_alike_and", severity="hold", params={"shared": ", ".join(shared)})
    return Reason("name_alike", severity="review")


def _shared(mine: Known, other: Known, policy: Policy) -> Iterator[str]:
    if years_meet(mine.birth_year, other.birth_year, policy):
        yield "birth_year"
    if mine.county and mine.county == other.county:
        yield "county"
    if mine.plates & other.plates:
        yield "plate"


def years_meet(one: int | None, other: int | None, policy: Policy = DEFAULT) -> bool:
    """Whether two birth years are the same, give or take one; unknown meets nothing."""
    return one is not None and other is not None and abs(one - other) <= policy.signal_name_years


def registered(birth_year: int | None, entry: Listed, policy: Policy = DEFAULT) -> Reason | None:
    """What it means that an entry of the register shares something: an identifier weighs most."""
    if entry.identifiers:
        kinds = ", ".join(sorted(entry.identifiers))
        return Reason("register_hit", severity="hold", params={"identifier": kinds})
    if not entry.names_meet:
        return None
    if years_meet(birth_year, entry.birth_year, policy):
        return Reason("register_name_and_year", severity="hold")
    return Reason("register_name", severity="review")
