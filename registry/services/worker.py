"""One round of the background worker: everything that comes due by itself, safe to be killed at any point."""

from dataclasses import dataclass
from datetime import datetime

from registry.permissions import SYSTEM
from registry.services import delivery, escalation, idempotency, ledgers, limits, offers, vetting


@dataclass(frozen=True, slots=True)
class Round:
    """How much one round did."""

    expired: int
    lapsed: int
    escalated: int
    delivered: int
    sequenced: int

    @property
    def total(self) -> int:
        """Everything together; 0 when there was nothing to do."""
        return self.expired + self.lapsed + self.escalated + self.delivered + self.sequenced


def work_once(*, at: datetime) -> Round:
    """Expire what lapsed, lapse what is over, take the escalation steps that are due, send what waits, log it all."""
    return Round(
        expired=vetting.expire_due(actor=SYSTEM, at=at),
        lapsed=offers.lapse_due(at=at),
        escalated=escalation.run_due(at=at),
        delivered=delivery.deliver_due(at=at, send=delivery.gateway()),
        sequenced=ledgers.work(at=at),
    )


def start(*, at: datetime) -> str:
    """What a worker does before its first round: ask the ledger's witnesses. Returns why it may not sign, if so."""
    return ledgers.start(at=at)


def clean_up(*, at: datetime) -> int:
    """Forget old idempotency keys and limits; returns how many rows."""
    return idempotency.forget_old(at=at) + limits.forget_old(at=at)
