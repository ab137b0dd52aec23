"""The register of refused providers as officers see it: never a name, never a whole identifier."""

from uuid import UUID

from django.db.models import F, QuerySet

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor

RUNNING = ("suggested", "proposed", "listed", "appealed")


def entries(actor: Actor) -> QuerySet[m.RefusedEntry]:
    """Every entry, for officers of any county: it is shared across crossings. What waits for people comes first."""
    if not actor.has("officer"):
        return m.RefusedEntry.objects.none()
    return m.RefusedEntry.objects.select_related("provider__county").order_by(
        F("lifted_at").desc(nulls_first=True), "-created_at", "id"
    )


def get(actor: Actor, pk: UUID) -> m.RefusedEntry:
    """One entry for an officer, else NotFound."""
    found = entries(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def decision(actor: Actor, pk: UUID) -> m.RefusalDecision:
    """One decision about an entry for an officer, else NotFound."""
    found = m.RefusalDecision.objects.select_related("entry", "first_by", "first_organization").filter(pk=pk).first()
    if found is None or not actor.has("officer"):
        raise NotFound
    return found


def decisions_of(entry: m.RefusedEntry) -> QuerySet[m.RefusalDecision]:
    """Every decision about an entry, the latest first."""
    related = ("first_by", "first_organization", "second_by", "second_organization")
    return entry.decisions.select_related(*related).order_by("-first_at", "id")


def pending(entry: m.RefusedEntry) -> m.RefusalDecision | None:
    """The decision that waits for its second person."""
    return decisions_of(entry).filter(outcome="pending").first()


def mine(actor: Actor) -> QuerySet[m.RefusedEntry]:
    """The entry about one's own file, so that it can be appealed."""
    return (
        m.RefusedEntry.objects.filter(provider=actor.provider, status="listed")
        if actor.provider
        else m.RefusedEntry.objects.none()
    )


def starts(entry: m.RefusedEntry) -> tuple[str, ...]:
    """The decisions that can be begun about an entry now."""
    possible = {"suggested": ("list",), "listed": ("lift",), "appealed": ("lift", "uphold")}
    return possible.get(entry.status, ())
