"""One round of the background worker: everything that comes due by itself, safe to be killed at any point."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.permissions import SYSTEM
from registry.rules.policy import DEFAULT
from registry.services import (
    delivery,
    escalation,
    fingerprints,
    idempotency,
    identities,
    insiders,
    limits,
    offers,
    vetting,
)


@dataclass(frozen=True, slots=True)
class Round:
    """How much one round did."""

    expired: int
    lapsed: int
    escalated: int
    delivered: int
    noticed: int = 0

    @property
    def total(self) -> int:
        """Everything together; 0 when there was nothing to do."""
        return self.expired + self.lapsed + self.escalated + self.delivered + self.noticed


def work_once(*, at: datetime) -> Round:
    """Expire what lapsed, lapse what is over, take the steps that are due, look for signals, send what waits."""
    return Round(
        expired=vetting.expire_due(actor=SYSTEM, at=at),
        lapsed=offers.lapse_due(at=at),
        escalated=escalation.run_due(at=at),
        noticed=identities.sweep(at=at) + insiders.watch(at=at),
        delivered=delivery.deliver_due(at=at, send=delivery.gateway()),
    )


def clean_up(*, at: datetime) -> int:
    """Forget old idempotency keys, limits and fingerprints of what was given up; returns how many rows."""
    memory = timedelta(days=DEFAULT.fingerprint_memory_days)
    forgotten = fingerprints.forget_old(at=at, memory=memory)
    return forgotten + idempotency.forget_old(at=at) + limits.forget_old(at=at)
