"""Rule 11: what happens when a journey does not arrive in time, step by step, each with its due time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from registry.rules.policy import DEFAULT, Policy

STEPS = ("message_both", "call_both", "coordinator", "duty_officer", "police")


@dataclass(frozen=True, slots=True)
class Step:
    """One escalation step: ``number`` 1 to 5, its code and when it is due."""

    number: int
    code: str
    due_at: datetime


def eta(departed_at: datetime, route_minutes: float, policy: Policy = DEFAULT) -> datetime:
    """When the journey should have arrived, in UTC: departure plus route time (minutes) times 1.3.

    In UTC because a minute added to a local time is a minute of the clock on the wall, wrong on two nights a year.
    """
    return departed_at.astimezone(UTC) + timedelta(minutes=route_minutes * policy.eta_factor)


def steps(eta_at: datetime, with_minors: bool, policy: Policy = DEFAULT) -> tuple[Step, ...]:
    """The five steps of a journey, in UTC: after 15, 30, 60, 90, 120 minutes; with minors 0, 15, 30, 45, 60."""
    start = eta_at.astimezone(UTC)
    minutes = policy.overdue_minutes_with_minors if with_minors else policy.overdue_minutes
    return tuple(
        Step(number, code, start + timedelta(minutes=after))
        for number, (code, after) in enumerate(zip(STEPS, minutes, strict=True), start=1)
    )


def needs_human(code: str) -> bool:
    """Whether a step asks a person to act (everything but the automatic message)."""
    return code != "message_both"
