"""Those who decide and those who read: too fast, too many, always the same two, records that are not theirs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Approval:
    """One carried decision as one of its two people took it; ``opened_at`` is when they first read the file."""

    person: UUID
    at: datetime
    opened_at: datetime | None
    refused_before_by_other: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """The two people of one carried decision."""

    first: UUID
    second: UUID


def decided_too_fast(one: Approval, policy: Policy = DEFAULT) -> Reason | None:
    """Approved in under ninety seconds after opening the file, or without opening it: review."""
    seconds = max(0, int((one.at - one.opened_at).total_seconds())) if one.opened_at else 0
    if seconds >= policy.signal_decision_seconds:
        return None
    return Reason("decided_too_fast", severity="review", params={"seconds": seconds})


def decides_too_many(moments: Sequence[datetime], policy: Policy = DEFAULT) -> Reason | None:
    """More than eight approvals of one officer within any hour: review."""
    known = sorted(moments)
    most = max((sum(start <= at < start + HOUR for at in known) for start in known), default=0)
    if most <= policy.signal_decisions_per_hour:
        return None
    return Reason("decides_too_many", severity="review", params={"count": most})


def approves_refused(one: Approval) -> Reason | None:
    """Approved what another officer had refused: review."""
    return Reason("approves_refused", severity="review") if one.refused_before_by_other else None


def pair_too_often(pair: Pair, decided: Iterable[Pair], policy: Policy = DEFAULT) -> Reason | None:
    """The same two people three times as often as chance would bring them together: review.

    Expected is what each one's share of first and of second decisions makes together; few decisions say nothing.
    """
    every = [frozenset((p.first, p.second)) for p in decided]
    seats = Counter(person for two in every for person in two)
    together = sum(two == {pair.first, pair.second} for two in every)
    expected = _expected(seats, pair, len(every))
    if together < policy.signal_pair_least or together < policy.signal_pair_factor * expected:
        return None
    return Reason("pair_too_often", severity="review", params={"times": together})


def _expected(seats: Counter[UUID], pair: Pair, decisions: int) -> float:
    """How often two people would meet if everybody's seats were dealt at random among all decisions."""
    return seats[pair.first] * seats[pair.second] / (2 * decisions - 1) if decisions else 0.0


def reads_unassigned(
    read: Iterable[tuple[datetime, str]], assigned: frozenset[str], policy: Policy = DEFAULT
) -> Reason | None:
    """More than twenty records within an hour that are nothing of theirs: alert."""
    strange = sorted((at, record) for at, record in read if record not in assigned)
    most = max((len({r for at, r in strange if start <= at < start + HOUR}) for start, _ in strange), default=0)
    if most <= policy.signal_readings_per_hour:
        return None
    return Reason("reads_unassigned", severity="alert", params={"count": most})
