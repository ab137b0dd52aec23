"""One round of the background worker: everything that comes due by itself, safe to be killed at any point."""

from dataclasses import dataclass
from datetime import datetime

from registry.permissions import SYSTEM
from registry.services import delivery, escalation, idempotency, limits, offers, sign_ins, vetting


@dataclass(frozen=True, slots=True)
class Round:
    """How much one round did."""

    expired: int
    lapsed: int
    escalated: int
    delivered: int

    @property
    def total(self) -> int:
        """Everything together; 0 when there was nothing to do."""
        return self.expired + self.lapsed + self.escalated + self.delivered


def work_once(*, at: datetime) -> Round:
    """Expire what lapsed, lapse what is over, take the escalation steps that are due, send what waits."""
    return Round(
        expired=vetting.expire_due(actor=SYSTEM, at=at),
        lapsed=offers.lapse_due(at=at),
        escalated=escalation.run_due(at=at),
        delivered=delivery.deliver_due(at=at, send=delivery.gateway()),
    )


def clean_up(*, at: datetime) -> int:
    """Forget old idempotency keys, limits and step-ups; returns how many rows."""
    return idempotency.forget_old(at=at) + limits.forget_old(at=at) + sign_ins.forget_old(at=at)
