"""Rule 11: what happens when a journey does not arrive in time, step by step, each with its due time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.rules.policy import DEFAULT, Policy

STEPS = ("message_both", "call_both", "coordinator", "duty_officer", "police")


@dataclass(frozen=True, slots=True)
class Step:
    """One escalation step: ``number`` 1 to 5, its code and when it is due."""

    number: int
    code: str
    due_at: datetime


def eta(departed_at: datetime, route_minutes: float, policy: Policy = DEFAULT) -> datetime:
    """When the journey should have arrived: departure plus route time (minutes) times 1.3."""
    return departed_at + timedelta(minutes=route_minutes * policy.eta_factor)


def steps(eta_at: datetime, with_minors: bool, policy: Policy = DEFAULT) -> tuple[Step, ...]:
    """The five steps of a journey: after 15, 30, 60, 90, 120 minutes; with minors after 0, 15, 30, 45, 60."""
    minutes = policy.overdue_minutes_with_minors if with_minors else policy.overdue_minutes
    return tuple(
        Step(number, code, eta_at + timedelta(minutes=after))
        for number, (code, after) in enumerate(zip(STEPS, minutes, strict=True), start=1)
    )


def needs_human(code: str) -> bool:
    """Whether a step asks a person to act (everything but the automatic message)."""
    return code != "message_both"
