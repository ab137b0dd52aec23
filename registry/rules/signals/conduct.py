"""What a provider does: whom they turn away, which check they refuse."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason

# Checks that show the person, the vehicle or the home: whoever refuses one of them hides something.
REVEALING = frozenset({"identity", "plate_seen", "photo_with_plate", "home_visit", "met_in_person"})


@dataclass(frozen=True, slots=True)
class Party:
    """Who was turned away or taken: adult men, people over sixty, and whether it is a family with children."""

    men: int
    older: int
    is_family: bool

    @property
    def is_ordinary(self) -> bool:
        """Men, families and elderly people: those whom somebody who looks for prey turns away."""
        return bool(self.men or self.older or self.is_family)


def declines_men(declined: Iterable[Party], accepted: Iterable[Party], policy: Policy = DEFAULT) -> Reason | None:
    """At least three men, families or elderly turned away, and none of them ever taken: hold."""
    turned_away = sum(party.is_ordinary for party in declined)
    if turned_away < policy.signal_declined_least or any(party.is_ordinary for party in accepted):
        return None
    return Reason("declines_men", severity="hold", params={"declined": turned_away})


def refuses_check(codes: Iterable[str]) -> Reason | None:
    """Refuses a photo, the plate, the document or the visit: hold."""
    refused = sorted(set(codes) & REVEALING)
    return Reason("refuses_check", severity="hold", params={"check": ", ".join(refused)}) if refused else None
