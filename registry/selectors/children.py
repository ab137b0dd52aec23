"""Households with a child alone, as child protection sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor
from registry.rules.facts import MINOR_BANDS, OWN_GUARDIANS
from registry.selectors.facts import party_of
from registry.selectors.requests import in_scope

ROLE = "child_protection"


@dataclass(frozen=True, slots=True)
class ChildFile:
    """A household, how many children in it are alone, and the placement decision that has not been ended."""

    household: m.Household
    members: Sequence[m.Member]
    alone: int
    decision: m.ProtectionDecision | None
    carriers: Sequence[m.Provider] = ()


def _mine(actor: Actor) -> QuerySet[m.Household]:
    if not actor.has(ROLE):
        return m.Household.objects.none()
    minors = m.Member.objects.filter(household=OuterRef("pk"), age_band__in=MINOR_BANDS)
    alone = Q(Exists(minors.exclude(guardian__in=OWN_GUARDIANS))) | Q(size=F("minors"))
    found = m.Household.objects.filter(in_scope(actor, "zone", ROLE), alone, closed_at=None)
    running = m.ProtectionDecision.objects.filter(kind="child_placement", ended_at=None).select_related("first_by")
    placements = Prefetch("decisions", running, to_attr="placements")
    return found.select_related("zone__county").prefetch_related("members", placements)


def _file(row: m.Household) -> ChildFile:
    placements: list[m.ProtectionDecision] = row.placements  # type: ignore[attr-defined]
    return ChildFile(row, list(row.members.all()), party_of(row).children_alone, placements[0] if placements else None)


def waiting(actor: Actor) -> list[ChildFile]:
    """Households with a child alone in the actor's counties: undecided ones first, the oldest of them first."""
    files = [_file(row) for row in _mine(actor).order_by("created_at", "id")[:500]]
    return sorted(files, key=lambda x: x.decision is not None)


def one(actor: Actor, pk: UUID) -> ChildFile:
    """One household with a child alone in the actor's view, else NotFound."""
    found = _mine(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return replace(_file(found), carriers=_carriers(found))


def _carriers(row: m.Household) -> list[m.Provider]:
    """Whoever has driven or hosted the household: child protection may ask who else was with them."""
    legs = m.Leg.objects.filter(match__household=row, match__departed_at__isnull=False)
    drove = Q(pk__in=legs.filter(kind="ride").values("transport_offer__driver"))
    hosted = Q(pk__in=legs.filter(kind="stay").values("accommodation_offer__provider"))
    return list(m.Provider.objects.filter(drove | hosted).order_by("id"))


def undecided(actor: Actor) -> int:
    """How many wait for a placement decision."""
    decided = m.ProtectionDecision.objects.filter(household=OuterRef("pk"), kind="child_placement", ended_at=None)
    return _mine(actor).filter(~Exists(decided)).count()
