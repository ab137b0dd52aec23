"""Who sees which place, what a provider is told, and what a reading owes: rules 14, 15 and the table of places."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

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
    "partner": ("county", "exact"),
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


def provider_may_see_match(status: str) -> bool:
    """Rule 14: a proposal, a choice still open and a refusal do not exist for the provider."""
    return status not in HIDDEN_FROM_PROVIDER


SENSITIVE = frozenset({"identity", "exact_place", "contact", "case", "child_decision", "exposure"})


def must_audit_read(what: str) -> bool:
    """Rule 15: whether this reading owes an audit entry in the same transaction."""
    return what in SENSITIVE


def audit_problem(data: Mapping[str, object]) -> tuple[Reason, ...]:
    """Rule 15: an audit entry holds codes, ids, numbers and times; anything that could be a name is refused."""
    bad = sorted(key for key, value in data.items() if not _is_code(value))
    return tuple(Reason("audit_not_a_code", rule=15, params={"field": key}) for key in bad)


def _is_code(value: object) -> bool:
    if value is None or isinstance(value, bool | int | float | UUID):
        return True
    if isinstance(value, list | tuple):
        return all(_is_code(item) for item in value)
    return isinstance(value, str) and len(value) <= 64 and value.isascii() and " " not in value and "@" not in value
