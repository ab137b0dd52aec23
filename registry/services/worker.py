"""One round of the background worker: everything that comes due by itself, safe to be killed at any point."""

from dataclasses import astuple, dataclass
from datetime import datetime

from registry.permissions import SYSTEM
from registry.services import asking, delivery, escalation, idempotency, limits, offers, reminders, reviews, vetting


@dataclass(frozen=True, slots=True)
class Round:
    """How much one round did."""

    expired: int
    lapsed: int
    reminded: int
    unanswered: int
    late: int
    escalated: int
    delivered: int

    @property
    def total(self) -> int:
        """Everything together; 0 when there was nothing to do."""
        return sum(astuple(self))


def work_once(*, at: datetime) -> Round:
    """Expire and lapse what is over, remind, move on what waits too long, take the steps that are due, send."""
    return Round(
        expired=vetting.expire_due(actor=SYSTEM, at=at),
        lapsed=offers.lapse_due(at=at),
        reminded=reminders.remind_due(at=at),
        unanswered=asking.lapse_due(at=at),
        late=reviews.alarm_late(at=at),
        escalated=escalation.run_due(at=at),
        delivered=delivery.deliver_due(at=at, send=delivery.gateway()),
    )


def clean_up(*, at: datetime) -> int:
    """Forget old idempotency keys and limits; returns how many rows."""
    return idempotency.forget_old(at=at) + limits.forget_old(at=at)
