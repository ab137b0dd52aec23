"""Who sees which place, what a provider is told, and what a reading owes: rules 14, 15 and the table of places."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason

Precision = Literal["exact", "cell", "county", "none"]

# viewer -> precision of a host's place: before any relation, and once related (assigned, own, own county).
PLACES: Mapping[str, tuple[Precision, Precision]] = {
    "public": ("none", "none"),
    "provider": ("none", "exact"),
    "household": ("none", "exact"),
    "volunteer": ("cell", "exact"),
    "coordinator": ("cell", "exact"),
    "officer": ("county", "exact"),
    "partner": ("county", "cell"),
    "child_protection": ("county", "exact"),
    "case_worker": ("county", "exact"),
    "auditor": ("none", "none"),
    "steward": ("none", "none"),
}

_ORDER: tuple[Precision, ...] = ("none", "county", "cell", "exact")


def place_precision(roles: frozenset[str], related: bool) -> Precision:
    """The best precision that any of the viewer's roles gives; nobody without a role sees anything."""
    seen = [PLACES[role][related] for role in roles if role in PLACES]
    return max(seen, key=_ORDER.index, default="none")


NEED_FIELDS = (
    "adults",
    "children",
    "child_seats",
    "wheelchairs",
    "pets",
    "luggage",
    "origin",
    "destination",
    "departs_at",
)


def told_to_provider(facts: Mapping[str, str | int | bool | None]) -> dict[str, str | int | bool | None]:
    """Rule 14: a provider learns the need only; every other fact is dropped, a refusal above all."""
    return {name: facts[name] for name in NEED_FIELDS if name in facts}


HIDDEN_FROM_PROVIDER = frozenset({"proposed", "accepted", "declined"})


def provider_may_see_match(status: str, was_confirmed: bool) -> bool:
    """Rule 14: a proposal, a choice still open and a refusal do not exist for the provider.

    Neither does what became of one that was never confirmed: "cancelled" would tell of the refusal.
    """
    return was_confirmed and status not in HIDDEN_FROM_PROVIDER


_READY = ("confirmed", "departed", "overdue", "alerted", "arrived")

# Side on a journey -> the states in which the exact place of its bed is open to that side.
END_SHOWN: Mapping[str, tuple[str, ...]] = {
    "household": _READY,
    "driver": ("confirmed", "departed", "overdue", "alerted"),
    "staff": (*_READY, "halted"),
}


def shows_end(
    side: str | None, status: str, closed_at: datetime | None, at: datetime, policy: Policy = DEFAULT
) -> bool:
    """Whether the exact end of a journey is open to a side; the receiver (host) knows the own home anyway.

    A household keeps it for a day after closing; a driver loses it on arrival, and at once when halted.
    """
    if side == "receiver":
        return True
    if side == "household" and status == "closed" and closed_at:
        return at < closed_at + timedelta(hours=policy.place_hidden_after_hours)
    return status in END_SHOWN.get(side or "", ())


_FOLLOWED = ("confirmed", "departed", "overdue", "alerted", "halted")


def follows(status: str, arrived_at: datetime | None, at: datetime, policy: Policy = DEFAULT) -> bool:
    """Whether somebody whom the household trusts may still follow: until it is over, or a day after arriving."""
    if status == "arrived" and arrived_at:
        return at < arrived_at + timedelta(hours=policy.place_hidden_after_hours)
    return status in _FOLLOWED


def shows_journey(status: str, ended_at: datetime | None, at: datetime, policy: Policy = DEFAULT) -> bool:
    """Whether a household still sees who drove it: for a day after its journey was closed or resolved."""
    if status in ("closed", "resolved") and ended_at:
        return at < ended_at + timedelta(hours=policy.place_hidden_after_hours)
    return status in _READY or status == "halted"


def shows_gate(departs_from: datetime, at: datetime, policy: Policy = DEFAULT) -> bool:
    """Whether a driver is told the gate of the zone: from two hours before the ride on."""
    return at.timestamp() >= departs_from.timestamp() - policy.pick_up_shown_minutes * 60


SENSITIVE = frozenset({"identity", "exact_place", "contact", "case", "child_decision", "exposure", "photo"})


def must_audit_read(what: str) -> bool:
    """Rule 15: whether this reading owes an audit entry in the same transaction."""
    return what in SENSITIVE


def audit_problem(data: Mapping[str, object]) -> tuple[Reason, ...]:
    """Rule 15: an audit entry holds codes, ids, counts and times; anything that could be a person is refused.

    Told apart by form alone: a name has a capital or a letter that is not a-z, a phone a plus or six
    digits, a place a fraction. A code that somebody made of a name is for the caller not to write.
    """
    bad = sorted(key for key, value in data.items() if not (_is_code(key) and _is_plain(value)))
    return tuple(Reason("audit_not_a_code", rule=15, params={"field": key}) for key in bad)


_CODE = re.compile(r"(?!(?:\D*\d){6})[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_COUNTY = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_VERSION = re.compile(r"p[0-9a-f]{11}")
_LONGEST = 64
# Counts, minutes and numbers of steps are smaller; phones, cells and dates written as numbers are not.
_LARGEST = 1_000_000


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    if isinstance(value, int):
        return abs(value) < _LARGEST
    if isinstance(value, str):
        return _is_code(value) or _is_id(value) or _is_time(value)
    return value is None or isinstance(value, UUID | date)


def _is_code(value: str) -> bool:
    forms = (_CODE, _COUNTY, _VERSION)
    return value == "" or (len(value) <= _LONGEST and any(form.fullmatch(value) for form in forms))


def _is_id(value: str) -> bool:
    """A UUID as it is written; without its dashes it could be any long number."""
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).isoformat() == value or date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
