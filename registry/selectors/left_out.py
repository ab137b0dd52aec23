"""What a search leaves out: every exclusion that an offer's own columns decide, as one table to filter and count by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from registry.rules.facts import Need
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason
from registry.selectors import sql

TABLES = {"ride": "registry_transportoffer", "stay": "registry_accommodationoffer"}
# What the exclusions ask of an offer: of stays an index holds it all.
ASKED = {
    "ride": "o.departs_until, o.seats, o.seats_taken, o.luggage, o.luggage_taken, o.child_seats, o.child_seats_taken,"
    " o.wheelchair_places, o.wheelchair_places_taken, o.pets, o.women_only",
    "stay": "o.beds, o.beds_taken, o.from_date, o.to_date, o.wheelchair, o.pets, o.accepts_children, o.accepts_men,"
    " o.women_only",
}
# Classes are counted among so many offers at most: enough to say why, whatever the size of the registry.
COUNTED_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Excluded:
    """A class of offers that cannot be proposed, why, and how many of those looked at."""

    kind: str
    reason: Reason
    offers: int


class Where(NamedTuple):
    """A condition on an offer ``o`` in SQL, with its parameters."""

    text: str
    parameters: tuple[object, ...] = ()


def stay_exclusions(need: Need) -> Mapping[str, Where]:
    """What an accommodation offer's own columns rule out for this need, by reason code."""
    party, until = need.party, need.from_date + timedelta(days=need.nights)
    rules = {
        "beds_too_few": Where("o.beds < o.beds_taken + %s", (party.size,)),
        "dates_do_not_fit": Where("o.from_date > %s OR o.to_date < %s", (need.from_date, until)),
    }
    if party.wheelchairs:
        rules["not_step_free"] = Where("NOT o.wheelchair")
    if party.pets:
        rules["no_pets"] = Where("NOT o.pets")
    if party.minors:
        rules["no_children"] = Where("NOT o.accepts_children")
    if party.possibly_men:
        rules["women_only"] = Where("o.women_only")
        rules["no_men"] = Where("NOT o.accepts_men AND NOT o.women_only")
    return rules


def ride_exclusions(need: Need, now: datetime, policy: Policy = DEFAULT) -> Mapping[str, Where]:
    """What a transport offer's own columns rule out for this need, by reason code."""
    party, infants = need.party, need.party.in_bands(policy.child_seat_bands)
    rules = {
        "ride_gone": Where("o.departs_until < %s", (now,)),
        "leaves_too_early": Where("o.departs_until >= %s AND o.departs_until < %s", (now, need.earliest_at)),
        "seats_too_few": Where("o.seats < o.seats_taken + %s", (party.size,)),
        "luggage_too_much": Where("o.luggage < o.luggage_taken + %s", (party.luggage,)),
    }
    if infants:
        rules["child_seats_too_few"] = Where("o.child_seats < o.child_seats_taken + %s", (infants,))
    if party.wheelchairs:
        places = (party.wheelchairs,)
        rules["wheelchair_places_too_few"] = Where("o.wheelchair_places < o.wheelchair_places_taken + %s", places)
    if party.pets:
        rules["no_pets"] = Where("NOT o.pets")
    if party.possibly_men:
        rules["women_only"] = Where("o.women_only")
    return rules


PUBLIC = Where(
    "EXISTS (SELECT 1 FROM registry_provider p JOIN registry_organization g ON g.id = p.organization_id"
    " WHERE p.id = o.provider_id AND p.kind = 'organization' AND g.kind = 'authority')"
)


def needs_public(need: Need, day: date) -> bool:
    """Rule 4: whether only an authority's own offer will do, for a child alone without a decision."""
    return bool(need.party.children_alone) and not need.decided("child_placement", day)


def both(*conditions: Where) -> Where:
    """All of these."""
    text = " AND ".join(f"({one.text})" for one in conditions)
    return Where(text, tuple(p for one in conditions for p in one.parameters))


def neither(rules: Mapping[str, Where]) -> Where:
    """No exclusion applies."""
    return both(*(Where(f"NOT ({rule.text})", rule.parameters) for rule in rules.values()))


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


def of_many(reason: Reason) -> Reason:
    """The reason as it is said of many offers at once: without the figures of one of them."""
    return _counted(reason.code) if reason.code in _COUNTED_PARAMS else reason


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

    def keep_public(self, kind: str, here: Where, need: Need, day: date) -> Where:
        """Those of the offers that rule 4 lets a child alone have; all of them for anybody else."""
        if not needs_public(need, day):
            return here
        self.count_private(kind, here, need)
        return both(here, PUBLIC)

    def count_private(self, kind: str, here: Where, need: Need) -> None:
        """So many offers of these are left out by rule 4: they are not an authority's own."""
        children = {"children": need.party.children_alone}
        private = open_offers(kind, both(here, Where(f"NOT {PUBLIC.text}")))
        self.note(kind, Reason("child_needs_decision", rule=4, severity="hold", params=children), private)

    def count(self, kind: str, here: Where, rules: Mapping[str, Where]) -> None:
        """Count how many of the offers each rule leaves out, and those paused by what paused them."""
        counted = ", ".join(_sum(rule.text) for rule in rules.values())
        parameters = tuple(p for rule in rules.values() for p in rule.parameters)
        [counts] = _looked_at(counted, parameters, kind, both(here, Where("o.status = 'open'")), ASKED[kind])
        for code, number in zip(rules, counts, strict=True):
            self.note(kind, _counted(code), number or 0)
        causes = ", ".join(_sum("o.paused_reason = %s") for _ in PAUSED)
        paused = both(here, Where("o.status = 'paused'"))
        [counts] = _looked_at(causes, tuple(PAUSED), kind, paused, "o.paused_reason")
        for code, number in zip(PAUSED.values(), counts, strict=True):
            self.note(kind, Reason(code, rule=1), number or 0)

    def classes(self) -> tuple[Excluded, ...]:
        """Classes of offers that were left out, the largest first."""
        return tuple(
            Excluded(kind, self._example[kind, code], offers) for (kind, code), offers in self._offers.most_common()
        )


def open_offers(kind: str, here: Where) -> int:
    """How many open offers the condition holds for, counted to a limit."""
    [(number,)] = _looked_at("COUNT(*)", (), kind, both(here, Where("o.status = 'open'")), "o.id")
    return int(number)


def _sum(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _looked_at(what: str, parameters: Sequence[object], kind: str, where: Where, columns: str) -> list[sql.Row]:
    """``what`` over the first so many offers that the condition holds for."""
    table = TABLES[kind]
    return sql.rows(
        f"SELECT {what} FROM (SELECT {columns} FROM {table} o WHERE {where.text} LIMIT {COUNTED_AT_MOST}) o",
        *parameters,
        *where.parameters,
    )
