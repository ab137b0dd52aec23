"""Whether honest people of one group are flagged more than those of another, rule by rule."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from registry.identity.names import Name
from registry.simulation.honest import EVEN_MIX, GROUPS, Flagged, Honest, judge, population, rates, ratio, rewritten

MOST = 1.25
ROUNDS = 8
# Rules that are about names: names are less varied in one language than in another, so more people share one there.
ABOUT_NAMES = frozenset({"name_alike", "name_alike_and"})
EXCEPT = {
    "nationality": "name_alike, name_alike_and: they are about names, and common names are commoner in some countries",
    "script": "name_alike, name_alike_and: the same, for scripts go with countries; see script_rewritten",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: the share of each group that is flagged, highest over lowest, and whether it has to hold."""

    group: str
    rules: str
    rates: dict[str, float]
    ratio: float
    must_hold: bool

    @property
    def is_fair(self) -> bool:
        """At most 1.25, or an exception that is named."""
        return not self.must_hold or self.ratio <= MOST


def report(n: int, *, seed: int, rounds: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """The figures over ``rounds`` populations of ``n`` honest people, nationalities in equal parts."""
    flagged: list[Flagged] = []
    turned: list[Flagged] = []
    for number in range(rounds):
        people = population(n, Random(seed * 1000 + number), EVEN_MIX)  # noqa: S311 - figures to repeat
        flagged += judge(people)
        turned += _written_twice(people)
        tell(f"{number + 1} of {rounds} populations")
    lines = [*_lines(flagged), _line(turned, "script", "script_rewritten", ABOUT_NAMES, must_hold=True)]
    return {
        "people": n * rounds,
        "flagged": sum(bool(one.codes) for one in flagged) / len(flagged),
        "most": MOST,
        "except": EXCEPT,
        "comparisons": [
            {"group": x.group, "rules": x.rules, "rates": x.rates, "ratio": round(x.ratio, 3), "must_hold": x.must_hold}
            for x in lines
        ],
        "fair": all(line.is_fair for line in lines),
    }


def _lines(flagged: list[Flagged]) -> Iterable[Line]:
    every = frozenset(code for one in flagged for code in one.codes)
    for group in GROUPS:
        yield _line(flagged, group, "not about names", every - ABOUT_NAMES, must_hold=True)
        yield _line(flagged, group, "about names", ABOUT_NAMES, must_hold=group not in EXCEPT)


def _line(flagged: list[Flagged], group: str, rules: str, codes: frozenset[str], *, must_hold: bool) -> Line:
    found = rates(flagged, group, codes)
    return Line(group, rules, found, ratio(found), must_hold)


def _written_twice(people: list[Honest]) -> list[Flagged]:
    """The same Ukrainians once all in Cyrillic and once all in Latin: whatever differs is the writing's doing."""
    cyrillic = [one for one in people if one.nationality == "ua" and one.script == "cyrillic"]
    latin = [replace(one, script="latin", name=Name(*rewritten(one.name))) for one in cyrillic]
    return [*judge(cyrillic), *judge(latin)]
