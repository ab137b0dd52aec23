"""Carried decisions that were drawn to be done again, as a third officer may see them: without the first two."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor
from registry.rules import decisions, draw
from registry.rules.reasons import Reason
from registry.selectors import deciding, dossier, providers
from registry.selectors.one import one as first_row
from registry.selectors.standing import Subject, kind_of

RELATED = ("decision__first_by__organization", "decision__second_by__organization", "decision__hold")
ABOUT = ("decision__provider", "decision__vehicle__provider", "decision__dwelling__provider")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class File:
    """One review: what was decided on, on which checks, and nothing of who decided and why."""

    review: m.Review
    thing: Subject
    checks: list[m.Check]
    is_late: bool

    @property
    def kind(self) -> str:
        """verify, lift, revoke ..."""
        return self.review.decision.kind

    @property
    def subject_kind(self) -> str:
        """provider, vehicle or dwelling."""
        return kind_of(self.thing)


def _waiting() -> QuerySet[m.Review]:
    return m.Review.objects.filter(outcome="pending").select_related(*RELATED, *ABOUT).order_by("due_at", "id")


def thing_of(review: m.Review) -> Subject:
    """What the decision under review was about."""
    row = review.decision
    return next(thing for thing in (row.provider, row.vehicle, row.dwelling) if isinstance(thing, Subject))


def why_not(actor: Actor, review: m.Review) -> tuple[Reason, ...]:
    """Every reason why this officer may not be the third."""
    row = review.decision
    if row.second_by is None:
        raise NotFound
    first = _then(row.first_by, row.first_organization_id)
    second = _then(row.second_by, row.second_organization_id)
    subject = providers.subject_of(thing_of(review), row.kind)
    return decisions.may_review(deciding.decider(actor), first, second, subject)


def _then(person: m.Person, organization: UUID | None) -> decisions.Decider:
    """Who decided, in the organization for which they did it."""
    return replace(providers.decider_of(person), organization=organization)


def queue(actor: Actor, at: datetime) -> list[File]:
    """Reviews that this officer may do, the most urgent first; the others do not exist for them."""
    if not actor.has("officer"):
        return []
    found = _waiting().exclude(decision__first_by=actor.id).exclude(decision__second_by=actor.id)
    if actor.organization:
        mine = actor.organization
        found = found.exclude(decision__first_organization=mine).exclude(decision__second_organization=mine)
    return [_file(row, at) for row in found[:SHOWN] if not why_not(actor, row)]


def _file(review: m.Review, at: datetime) -> File:
    return File(review, thing_of(review), [], review.due_at < at)


def one(actor: Actor, pk: UUID, at: datetime) -> File:
    """One review that this officer may do, with the checks that the first two saw; else NotFound."""
    row = first_row(_waiting().filter(pk=pk)) if actor.has("officer") else None
    if row is None or why_not(actor, row):
        raise NotFound
    return replace(_file(row, at), checks=dossier.checks_seen(row.decision))


def pending(pk: UUID) -> m.Review | None:
    """One review that waits, whoever asks."""
    return first_row(_waiting().filter(pk=pk))


@dataclass(frozen=True, slots=True)
class Proof:
    """What repeating every draw with a secret shows; ``wrong`` are decisions that were drawn, or not, against it."""

    checked: int
    under_another_secret: int
    wrong: tuple[str, ...]


def prove(secret: bytes) -> Proof:
    """Repeat every draw whose audit entry names this secret's commitment, and compare."""
    expected, checked, other, wrong = list(draw.commitment(secret)), 0, 0, []
    for entry in m.AuditEntry.objects.filter(action="review.draw").order_by("seq").iterator():
        if entry.data["commitment"] != expected:
            other += 1
            continue
        checked += 1
        drawn = draw.is_drawn(secret, UUID(entry.object_id), entry.data["percent"])
        if drawn != entry.data["drawn"] or drawn != m.Review.objects.filter(decision=UUID(entry.object_id)).exists():
            wrong.append(entry.object_id)
    return Proof(checked, other, tuple(wrong))
