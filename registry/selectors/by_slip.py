"""What exists for a household that has shown its code: itself and its own matches, whatever its zone."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from registry import models as m
from registry import states
from registry.errors import NotFound
from registry.ids import read_code
from registry.permissions import Actor, of_household
from registry.rules.disclosure import shows_journey
from registry.selectors.one import one

RELATED = ("origin", "destination__county", "arrival_zone", "request", "household")


def holder(code: str) -> Actor:
    """Whoever has shown this code, else NotFound; the same for a wrong code and for somebody erased."""
    found = m.Household.objects.filter(code=read_code(code), erased_at=None).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound
    return of_household(found)


def household(actor: Actor) -> m.Household:
    """The household itself, else NotFound."""
    if actor.household is None:
        raise NotFound
    mine = m.Household.objects.select_related("zone__town", "crossing").filter(pk=actor.household, erased_at=None)
    found = one(mine)
    if found is None:
        raise NotFound
    return found


def matches(actor: Actor) -> QuerySet[m.Match]:
    """Matches of this household, nobody else's."""
    if actor.household is None:
        return m.Match.objects.none()
    return m.Match.objects.filter(household=actor.household, household__erased_at=None)


def match(actor: Actor, pk: UUID) -> m.Match:
    """One match of the household's own, else NotFound."""
    found = one(matches(actor).select_related(*RELATED).filter(pk=pk))
    if found is None:
        raise NotFound
    return found


def to_choose(actor: Actor) -> list[m.Match]:
    """What was put before them and what they have chosen, the oldest first."""
    waiting = matches(actor).filter(status__in=states.MATCH_UNDECIDED)
    return list(waiting.select_related(*RELATED).order_by("created_at", "id"))


def journey(actor: Actor, at: datetime) -> m.Match | None:
    """The newest journey that was confirmed, while they may still see it."""
    confirmed = matches(actor).filter(confirmed_at__isnull=False).exclude(status__in=("cancelled", "declined"))
    found = confirmed.select_related(*RELATED).order_by("-confirmed_at", "-id").first()
    if found is None or not shows_journey(found.status, found.closed_at or found.ended_at, at):
        return None
    return found


def request(actor: Actor) -> m.HelpRequest | None:
    """What they asked for last."""
    asked = m.HelpRequest.objects.filter(household=actor.household).select_related("origin", "destination")
    return asked.order_by("-created_at", "-id").first()


def partners() -> QuerySet[m.Organization]:
    """Organizations that a household may share with."""
    return m.Organization.objects.filter(kind="ngo").order_by("name", "id")


def shared_with(actor: Actor) -> frozenset[UUID]:
    """The partners that the household shares with now."""
    running = m.Consent.objects.filter(household=actor.household, withdrawn_at=None)
    return frozenset(running.values_list("organization", flat=True))
