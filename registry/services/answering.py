"""What applicants say back: the information they were asked for, and an appeal against a rejection."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, NotAllowed
from registry.permissions import Actor, may_vet, owns
from registry.rules.policy import DEFAULT
from registry.selectors import providers as visible
from registry.selectors.standing import Subject, about, owner_of
from registry.services import asking, audit, outbox, rows, vetting


def _mine(actor: Actor, kind: str, subject: UUID) -> Subject:
    """A subject that the actor answers for, or that an officer of its county writes an answer down for; locked."""
    seen = visible.get_subject(actor, kind, subject)
    if not owns(actor, owner_of(seen)) and not may_vet(actor, owner_of(seen)):
        raise NotAllowed
    return vetting.lock_subject(seen)


@transaction.atomic
def supply_info(*, actor: Actor, kind: str, subject: UUID, at: datetime, text: str = "") -> Subject:
    """The provider says that what was asked for is there; back into review."""
    row = _mine(actor, kind, subject)
    vetting.go(row, "supply_info", info_requested="")
    asking.answered(actor=actor, subject=row, text=text, at=at)
    audit.record(actor=actor, at=at, action="vetting.info_supplied", about=row)
    return row


@transaction.atomic
def appeal(*, actor: Actor, kind: str, subject: UUID, id: UUID, text: str, at: datetime) -> m.Appeal:
    """An appeal against a rejection, once and in the applicant's own words; two others decide on it."""
    words = asking.clean_text(text, needed=True)
    row = _mine(actor, kind, subject)
    vetting.MACHINES[kind].after(row.status, "appeal")
    if row.rejected_at is None or at > row.rejected_at + timedelta(days=DEFAULT.appeal_days):
        raise Conflict("appeal_too_late")
    filed = m.Appeal(
        id=rows.new_id(id, m.Appeal),
        created_at=at,
        filed_by_id=actor.person,
        text=words,
        rejected_at=row.rejected_at,
        **about(row),
    )
    rows.insert(filed, "appeal_filed")
    audit.record(actor=actor, at=at, action="vetting.appealed", about=row)
    return filed


def pending_appeal(subject: Subject) -> m.Appeal | None:
    """The appeal that waits for two people."""
    return m.Appeal.objects.filter(outcome="pending", **about(subject)).first()


def decide_appeal(*, actor: Actor, subject: Subject, decision: m.Decision, at: datetime) -> None:
    """What two people have decided on the appeal of a locked subject: back to review, or the rejection stands."""
    filed = pending_appeal(subject)
    if filed is None:
        raise Conflict("no_appeal")
    filed.outcome, filed.decision = "granted" if decision.kind == "grant_appeal" else "denied", decision
    rows.save(filed, "outcome", "decision")
    if filed.outcome == "granted":
        vetting.go(subject, "appeal", rejected_at=None, rejected_by=None, rejected_reason="")
    code = "appeal_granted" if filed.outcome == "granted" else "appeal_denied"
    outbox.owe(key=f"appeal:{filed.pk}", code=code, recipient="provider", provider=owner_of(subject), at=at)
    audit.record(actor=actor, at=at, action=f"appeal.{filed.outcome}", about=filed, subject=subject.pk)
