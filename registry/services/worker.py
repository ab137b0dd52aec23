"""One round of the background worker: everything that comes due by itself, safe to be killed at any point."""

from dataclasses import astuple, dataclass
from datetime import datetime

from registry.permissions import SYSTEM
from registry.services import delivery, escalation, idempotency, ledgers, limits, offers, passes, status_lists, vetting


@dataclass(frozen=True, slots=True)
class Round:
    """How much one round did."""

    expired: int
    lapsed: int
    escalated: int
    delivered: int
    passes_issued_late: int
    lists_published: int
    sequenced: int

    @property
    def total(self) -> int:
        """Everything together; 0 when there was nothing to do."""
        return sum(astuple(self))


def work_once(*, at: datetime) -> Round:
    """Expire what lapsed, lapse what is over, take steps that are due, send what waits, sign and log it all."""
    return Round(
        expired=vetting.expire_due(actor=SYSTEM, at=at),
        lapsed=offers.lapse_due(at=at),
        escalated=escalation.run_due(at=at),
        delivered=delivery.deliver_due(at=at, send=delivery.gateway()),
        passes_issued_late=passes.issue_owed(at=at),
        lists_published=status_lists.publish_due(at=at),
        sequenced=ledgers.work(at=at),
    )


def start(*, at: datetime) -> str:
    """What a worker does before its first round: ask the ledger's witnesses. Returns why it may not sign, if so."""
    return ledgers.start(at=at)


def clean_up(*, at: datetime) -> int:
    """Forget old idempotency keys and limits; returns how many rows."""
    return idempotency.forget_old(at=at) + limits.forget_old(at=at)
