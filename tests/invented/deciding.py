"""Two people who decide, the usual two unless others are named."""

from datetime import datetime
from typing import Any

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import decisions
from tests.invented import people, places

REASONS = {
    "verify": "checks_complete",
    "lift": "cause_removed",
    "revoke": "confirmed_abuse",
    "clear_hold": "hold_explained",
    "grant_appeal": "rejection_wrong",
    "deny_appeal": "rejection_right",
}


def first(row: Any, kind: str, at: datetime = places.NOW, by: Actor | None = None, **given: Any) -> m.Decision:
    """Olena proposes."""
    subject = {"kind": type(row).__name__.lower(), "subject": row.pk}
    values = {"actor": by or people.olena(), "id": uuid7(), "reason": REASONS[kind], "at": at}
    return decisions.decide_first(decision=kind, **{**subject, **values, **given})


def second(
    decision: m.Decision, at: datetime = places.NOW, by: Actor | None = None, *, carry: bool = True, **given: Any
) -> m.Decision:
    """Petru seconds."""
    reason = REASONS[decision.kind] if carry else "not_convinced"
    return decisions.decide_second(
        actor=by or people.petru(), decision=decision.pk, carry=carry, reason=reason, at=at, **given
    )


def decide(row: Any, kind: str, at: datetime = places.NOW, hold: m.Hold | None = None) -> m.Decision:
    """Olena proposes, Petru seconds."""
    return second(first(row, kind, at, hold=hold.pk if hold else None), at)
