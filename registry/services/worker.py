"""One round of the background worker: everything that comes due by itself, safe to be killed at any point."""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from registry.permissions import SYSTEM
from registry.rules.policy import DEFAULT
from registry.services import (
    asking,
    delivery,
    duress,
    escalation,
    fingerprints,
    idempotency,
    identities,
    insiders,
    ledgers,
    limits,
    offers,
    passes,
    planning,
    reminders,
    retention,
    reviews,
    sign_ins,
    status_lists,
    vetting,
)


@dataclass(frozen=True, slots=True)
class Round:
    """How much one round did."""

    expired: int
    lapsed: int
    reminded: int
    unanswered: int
    late: int
    quiet: int
    escalated: int
    delivered: int
    passes_issued_late: int
    lists_published: int
    sequenced: int
    noticed: int

    @property
    def total(self) -> int:
        """Everything together; 0 when there was nothing to do."""
        return sum(astuple(self))


def work_once(*, at: datetime) -> Round:
    """Everything that is due: lapse, remind, escalate, look for signals, send what waits, sign, log."""
    return Round(
        expired=vetting.expire_due(actor=SYSTEM, at=at),
        lapsed=offers.lapse_due(at=at),
        reminded=reminders.remind_due(at=at),
        unanswered=asking.lapse_due(at=at),
        late=reviews.alarm_late(at=at),
        quiet=duress.raise_due(at=at),
        escalated=escalation.run_due(at=at),
        noticed=identities.sweep(at=at) + insiders.watch(at=at),
        delivered=delivery.deliver_due(at=at, send=delivery.gateway()),
        passes_issued_late=passes.issue_owed(at=at),
        lists_published=status_lists.publish_due(at=at),
        sequenced=ledgers.work(at=at),
    )


def make_plans(*, at: datetime) -> int:
    """Make the plan that waits longest; apart from the rounds, for a large one takes minutes and alarms do not wait."""
    return planning.make_due(at=at)


def start(*, at: datetime) -> str:
    """What a worker does before its first round: ask the ledger's witnesses. Returns why it may not sign, if so."""
    return ledgers.start(at=at)


def clean_up(*, at: datetime) -> int:
    """Forget whose time is over, old answers, limits, step-ups and fingerprints; returns how many rows."""
    memory = timedelta(days=DEFAULT.fingerprint_memory_days)
    forgotten = retention.erase_due(at=at) + fingerprints.forget_old(at=at, memory=memory) + sign_ins.forget_old(at=at)
    return forgotten + idempotency.forget_old(at=at) + limits.forget_old(at=at)
