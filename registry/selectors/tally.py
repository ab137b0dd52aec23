"""What somebody has done in one shift, in numbers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor, may_run_zone


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of one shift: deeds of its person between its start and its end."""

    shift: UUID
    starts_at: datetime
    until: datetime
    households: int
    people: int
    confirmed: int
    handed_over: int
    people_handed_over: int
    arrived: int
    concerns: int


def shift_tally(actor: Actor, pk: UUID, at: datetime) -> Tally:
    """What was done in a shift, for its person and the zone's coordinators; else NotFound."""
    shift = m.Shift.objects.select_related("zone").filter(pk=pk).first()
    if shift is None or (shift.person_id != actor.id and not may_run_zone(actor, shift.zone)):
        raise NotFound
    until = min(shift.ended_at or at, shift.ends_at, at)
    who, span = shift.person_id, (shift.starts_at, until)
    return Tally(
        shift=pk,
        starts_at=shift.starts_at,
        until=until,
        **_households(who, span),
        **_matches(who, span, shift.zone_id),
        concerns=_concerns(who, span),
    )


def _households(who: UUID, span: tuple[datetime, datetime]) -> dict[str, int]:
    mine = m.Household.objects.filter(registered_by=who, created_at__range=span)
    found = mine.aggregate(households=Count("pk"), people=Sum("size", default=0))
    return {name: int(value) for name, value in found.items()}


def _concerns(who: UUID, span: tuple[datetime, datetime]) -> int:
    """Reports; one report is a row for each of those who carry or host."""
    mine = m.Concern.objects.filter(reported_by=who, created_at__range=span)
    return mine.values("match", "created_at").distinct().count()


def _matches(who: UUID, span: tuple[datetime, datetime], zone: str) -> dict[str, int]:
    gone = Q(handed_over_by=who, departed_at__range=span)
    said = Q(refugee_arrived_by=who, refugee_arrived_at__range=span)
    said |= Q(receiver_arrived_by=who, receiver_arrived_at__range=span)
    here = m.Match.objects.filter(Q(origin=zone) | Q(arrival_zone=zone))
    found = here.aggregate(
        confirmed=Count("pk", filter=Q(confirmed_by=who, confirmed_at__range=span)),
        handed_over=Count("pk", filter=gone),
        people_handed_over=Sum("people", filter=gone, default=0),
        arrived=Count("pk", filter=said),
    )
    return {name: int(value) for name, value in found.items()}
