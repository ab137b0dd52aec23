"""Exposure: everybody who was ever with a provider, a vehicle or a home, as one list that can be handed on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor, may_suspend, may_trace
from registry.selectors import exposure, providers
from registry.selectors.standing import Subject, owner_of

MODELS: dict[str, type[Subject]] = {"provider": m.Provider, "vehicle": m.Vehicle, "dwelling": m.Dwelling}


@dataclass(frozen=True, slots=True)
class Exposed:
    """One household's time with the subject; places as zone and town, never the exact one."""

    match: UUID
    household: str
    people: int
    minors: int
    status: str
    legs: tuple[str, ...]
    departed_at: datetime | None
    arrived_at: datetime | None
    from_date: date | None
    to_date: date | None
    origin: str
    destination: str
    arrival_zone: str
    together_with: tuple[str, ...]
    handed_over_by: str
    second_staff: str
    last_word: str
    last_word_side: str
    last_word_at: datetime | None
    open_concerns: int


def subject(actor: Actor, kind: str, pk: UUID) -> Subject:
    """The subject for whoever may trace it: officers where it lives or picks people up, child protection there."""
    found = _found(kind, pk)
    owner = owner_of(found)
    counties = providers.counties_served(owner)
    if not may_suspend(actor, owner, counties) and not may_trace(actor, owner, counties):
        raise NotFound
    return found


def _found(kind: str, pk: UUID) -> Subject:
    row: Subject | None = MODELS[kind]._default_manager.filter(pk=pk).first() if kind in MODELS else None
    if row is None:
        raise NotFound
    return row


def trace(subject: Subject) -> list[Exposed]:
    """Every household that left with, or stayed with, the subject, the first one first."""
    matches = list(_met(subject).order_by("departed_at", "id"))
    together = _together(subject, matches)
    return [_exposed(row, together[row.pk]) for row in matches]


def _met(subject: Subject) -> QuerySet[m.Match]:
    """Matches in which people met the subject: with a ride they have left, with a bed they have left for it."""
    people = ("handed_over_by__organization", "second_staff__organization")
    met = exposure.matches_touching(subject).filter(departed_at__isnull=False)
    reports = Count("concerns", filter=Q(concerns__closed_at=None), distinct=True)
    return met.select_related("household", "origin", "destination", "arrival_zone", *people).annotate(reports=reports)


def _together(subject: Subject, matches: Sequence[m.Match]) -> dict[UUID, tuple[str, ...]]:
    """Codes of the households that were in the same ride, or in the same home on a common night."""
    mine = {row.pk for row in matches}
    rides, stays = exposure.offers_touching(subject)
    touching = Q(transport_offer__in=rides) | Q(accommodation_offer__in=stays)
    legs = m.Leg.objects.filter(touching, match__departed_at__isnull=False)
    groups: dict[UUID, list[m.Leg]] = defaultdict(list)
    for leg in legs.select_related("match__household", "accommodation_offer").order_by("match__household__code"):
        groups[_where(leg)].append(leg)
    found: dict[UUID, dict[str, None]] = {pk: {} for pk in mine}
    for group in groups.values():
        for leg in group:
            found[leg.match_id] |= dict.fromkeys(_others(leg, group))
    return {pk: tuple(sorted(codes)) for pk, codes in found.items()}


def _where(leg: m.Leg) -> UUID:
    """The ride, or the home, in which a leg was spent."""
    if leg.accommodation_offer:
        return leg.accommodation_offer.dwelling_id
    if leg.transport_offer_id is None:
        raise LookupError(f"leg {leg.pk} has no offer")
    return leg.transport_offer_id


def _others(leg: m.Leg, group: Iterable[m.Leg]) -> list[str]:
    code = leg.match.household.code
    return [o.match.household.code for o in group if o.match.household.code != code and _met_there(leg, o)]


def _met_there(one_leg: m.Leg, other: m.Leg) -> bool:
    """In one ride everybody meets; in one home those who share a day."""
    if one_leg.kind == "ride":
        return True
    first, last = one_leg.from_date or date.min, one_leg.to_date or date.max
    return (other.from_date or date.min) <= last and first <= (other.to_date or date.max)


def _exposed(row: m.Match, together: tuple[str, ...]) -> Exposed:
    legs = list(row.legs.all())
    stay = next((leg for leg in legs if leg.kind == "stay"), None)
    return Exposed(
        match=row.pk,
        household=row.household.code,
        people=row.people,
        minors=row.household.minors,
        status=row.status,
        legs=tuple(leg.kind for leg in legs),
        departed_at=row.departed_at,
        arrived_at=row.arrived_at,
        from_date=stay.from_date if stay else None,
        to_date=stay.to_date if stay else None,
        origin=row.origin_id,
        destination=row.destination_id,
        arrival_zone=row.arrival_zone_id or "",
        together_with=together,
        handed_over_by=_staff(row.handed_over_by),
        second_staff=_staff(row.second_staff),
        last_word=row.last_word or "",  # type: ignore[attr-defined]
        last_word_side=row.last_word_side or "",  # type: ignore[attr-defined]
        last_word_at=row.last_word_at,  # type: ignore[attr-defined]
        open_concerns=row.reports,  # type: ignore[attr-defined]
    )


def _staff(person: m.Person | None) -> str:
    """A colleague and whom they work for."""
    if person is None:
        return ""
    works_for = f", {person.organization.name}" if person.organization else ""
    return f"{person.given_name} {person.family_name}{works_for}"


def places_of(rows: Sequence[Exposed]) -> dict[str, dict[str, Any]]:
    """The zones and towns that the rows name, by code."""
    zones = {code for row in rows for code in (row.origin, row.arrival_zone) if code}
    towns = {row.destination for row in rows}
    return {"zones": m.Zone.objects.in_bulk(zones), "towns": m.Town.objects.in_bulk(towns)}
