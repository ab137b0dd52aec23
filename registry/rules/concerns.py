"""Rule 13: nobody asks for money, work or papers. One report holds, two independent ones suspend."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from registry.rules.policy import DEFAULT, Policy

KINDS = ("money", "work", "papers", "alone", "route_changed", "violence", "other")
# Rule 13 names money, work and papers; violence and the wish to be alone with somebody are no less.
GRAVE = frozenset({"money", "work", "papers", "alone", "violence"})


@dataclass(frozen=True, slots=True)
class Report:
    """A concern as the rule sees it. ``source`` is the same for people who are not independent."""

    kind: str
    source: str


def consequence(reports: Iterable[Report], policy: Policy = DEFAULT) -> Literal["none", "hold", "suspend"]:
    """What open reports about one provider lead to; several from one household or person count once."""
    independent = {r.source for r in reports if r.kind in GRAVE}
    if len(independent) >= policy.concerns_that_suspend:
        return "suspend"
    return "hold" if len(independent) >= policy.concerns_that_hold else "none"
