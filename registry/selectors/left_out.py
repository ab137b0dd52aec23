"""What a search leaves out: every exclusion that an offer's own columns decide, as one table to filter and count by."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, F, Q, QuerySet

from registry import models as m
from registry.rules.facts import Need
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason

Offer = TypeVar("Offer", m.TransportOffer, m.AccommodationOffer)

# Classes are counted among so many offers at most: enough to say why, whatever the size of the registry.
COUNTED_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Excluded:
    """A class of offers that cannot be proposed, why, and how many of those looked at."""

    kind: str
    reason: Reason
    offers: int


def stay_exclusions(need: Need) -> Mapping[str, Q]:
    """What an accommodation offer's own columns rule out for this need, by reason code."""
    party = need.party
    rules = {
        "beds_too_few": Q(beds__lt=F("beds_taken") + party.size),
        "dates_do_not_fit": Q(from_date__gt=need.from_date)
        | Q(to_date__lt=need.from_date + timedelta(days=need.nights)),
    }
    if party.wheelchairs:
        rules["not_step_free"] = Q(wheelchair=False)
    if party.pets:
        rules["no_pets"] = Q(pets=False)
    if party.minors:
        rules["no_children"] = Q(accepts_children=False)
    if party.possibly_men:
        rules["women_only"] = Q(women_only=True)
        rules["no_men"] = Q(accepts_men=False, women_only=False)
    return rules


def ride_exclusions(need: Need, now: datetime, policy: Policy = DEFAULT) -> Mapping[str, Q]:
    """What a transport offer's own columns rule out for this need, by reason code."""
    party, infants = need.party, need.party.in_bands(policy.child_seat_bands)
    rules = {
        "ride_gone": Q(departs_until__lt=now),
        "leaves_too_early": Q(departs_until__gte=now, departs_until__lt=need.earliest_at),
        "seats_too_few": Q(seats__lt=F("seats_taken") + party.size),
        "luggage_too_much": Q(luggage__lt=F("luggage_taken") + party.luggage),
    }
    if infants:
        rules["child_seats_too_few"] = Q(child_seats__lt=F("child_seats_taken") + infants)
    if party.wheelchairs:
        rules["wheelchair_places_too_few"] = Q(wheelchair_places__lt=F("wheelchair_places_taken") + party.wheelchairs)
    if party.pets:
        rules["no_pets"] = Q(pets=False)
    if party.possibly_men:
        rules["women_only"] = Q(women_only=True)
    return rules


def only_public(need: Need, day: date) -> Q | None:
    """Rule 4 as a filter: all that a child alone may have without a decision; None when anything will do."""
    if not need.party.children_alone or need.decided("child_placement", day):
        return None
    return Q(provider__kind="organization", provider__organization__kind="authority")


def none_of(rules: Mapping[str, Q]) -> Q:
    """Offers that no exclusion applies to."""
    fits = Q()
    for rule in rules.values():
        fits &= ~rule
    return fits


PAUSED = {
    "suspended": "provider_suspended",
    "expired": "provider_expired",
    "held": "provider_held",
    "checked_field_changed": "provider_not_verified",
}

_COUNTED_PARAMS = (
    "beds_too_few",
    "seats_too_few",
    "luggage_too_much",
    "child_seats_too_few",
    "wheelchair_places_too_few",
)


def _counted(code: str) -> Reason:
    return Reason(f"{code}_class" if code in _COUNTED_PARAMS else code)


class LeftOut:
    """Counts what a search leaves out, by kind of offer and reason."""

    def __init__(self) -> None:
        self._offers: Counter[tuple[str, str]] = Counter()
        self._example: dict[tuple[str, str], Reason] = {}

    def note(self, kind: str, reason: Reason, offers: int = 1) -> None:
        """So many offers are left out for this reason."""
        if offers:
            self._offers[kind, reason.code] += offers
            self._example.setdefault((kind, reason.code), reason)

    def note_all(self, kind: str, reasons: Iterable[Reason]) -> None:
        """One offer is left out, for all of these."""
        for reason in reasons:
            self.note(kind, reason)

    def keep_public(self, kind: str, offers: QuerySet[Offer], need: Need, day: date) -> QuerySet[Offer]:
        """Those of the offers that rule 4 lets a child alone have; all of them for anybody else."""
        public = only_public(need, day)
        if public is None:
            return offers
        children = {"children": need.party.children_alone}
        private = offers.exclude(public)[:COUNTED_AT_MOST].count()
        self.note(kind, Reason("child_needs_decision", rule=4, severity="hold", params=children), private)
        return offers.filter(public)

    def count(self, kind: str, here: QuerySet[Any], rules: Mapping[str, Q]) -> None:
        """Count how many of the offers each rule leaves out, and those paused by what paused them."""
        is_open, is_paused = here.filter(status="open"), here.filter(status="paused")
        counts = is_open[:COUNTED_AT_MOST].aggregate(
            **{f"out_{code}": Count("pk", filter=rule) for code, rule in rules.items()}
        )
        for code in rules:
            self.note(kind, _counted(code), counts[f"out_{code}"])
        paused = is_paused[:COUNTED_AT_MOST].aggregate(
            **{f"by_{why}": Count("pk", filter=Q(paused_reason=why)) for why in PAUSED}
        )
        for why, code in PAUSED.items():
            self.note(kind, Reason(code, rule=1), paused[f"by_{why}"])

    def classes(self) -> tuple[Excluded, ...]:
        """Classes of offers that were left out, the largest first."""
        return tuple(
            Excluded(kind, self._example[kind, code], offers) for (kind, code), offers in self._offers.most_common()
        )
