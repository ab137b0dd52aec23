"""What follows when somebody or something stops being verified: no new match, halted journeys, dead passes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry import states
from registry.permissions import Actor
from registry.selectors.exposure import offers_touching
from registry.selectors.standing import Subject, kind_of, owner_of
from registry.services import alarms, audit, disclosure, halting, parties, passes, rows

# Doubt about a host ends a stay; a paper that lapsed or changed only sends somebody to look.
ENDS_STAYS = ("suspended", "held", "revoked")


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a stand-down did, by id. ``on_the_road`` have left and must be called now: ``to_call``, if asked for."""

    paused_offers: tuple[UUID, ...] = ()
    revoked_passes: tuple[UUID, ...] = ()
    halted: tuple[UUID, ...] = ()
    on_the_road: tuple[UUID, ...] = ()
    staying: tuple[UUID, ...] = field(default=())
    to_call: tuple[disclosure.ToCall, ...] = ()


def stand_down(*, actor: Actor, subject: Subject, reason: str, at: datetime) -> Consequences:
    """Pause the offers, revoke the passes and halt the matches of a subject that the caller has locked.

    Called before the subject itself falls: the database halts by itself what still stands on it then, but it
    knows nobody to alarm.
    """
    rides, stays = offers_touching(subject)
    touched = _touched(rides, stays)
    _lock_offers(rides, stays, touched)
    paused = _pause(rides, m.TransportOffer, actor, reason, at) + _pause(stays, m.AccommodationOffer, actor, reason, at)
    revoked = _end_passes(subject, actor, reason, at)
    haltable = (*states.MATCH_ACTIVE, "arrived") if reason in ENDS_STAYS else states.MATCH_ACTIVE
    rows.hold(m.HelpRequest, touched.values_list("request_id", flat=True))
    matches = rows.lock_many(m.Match, touched.values_list("pk", flat=True), "origin")
    staying = [match for match in matches if match.status == "arrived"]
    running = [match for match in matches if match.status in haltable]
    before = halting.halt_all(actor=actor, matches=running, provider=owner_of(subject), reason=reason, at=at)
    if reason not in ENDS_STAYS:
        _look_after(staying, subject, at)
    road = tuple(pk for pk, status in before.items() if status in states.MATCH_ON_THE_ROAD)
    return Consequences(paused, revoked, tuple(before), road, tuple(match.id for match in staying))


def _touched(rides: QuerySet[Any], stays: QuerySet[Any]) -> QuerySet[m.Match]:
    """Matches that rely on one of these offers; of those that have arrived, only the stays still do."""
    stay = Q(legs__accommodation_offer__in=stays, legs__released_at=None)
    active = Q(status__in=states.MATCH_ACTIVE) & (Q(legs__transport_offer__in=rides) | stay)
    return m.Match.objects.filter(active | Q(status="arrived") & stay)


def _lock_offers(rides: QuerySet[Any], stays: QuerySet[Any], touched: QuerySet[m.Match]) -> None:
    """Everything that will be paused or given back, locked before any request or match is."""
    live = {"status__in": ("open", "full")}
    parties.lock_offers(
        m.Leg.objects.filter(match__in=touched.values_list("pk", flat=True)),
        rides.filter(**live).values_list("pk", flat=True),
        stays.filter(**live).values_list("pk", flat=True),
    )


def _look_after(staying: list[m.Match], subject: Subject, at: datetime) -> None:
    provider = owner_of(subject)
    for match in staying:
        alarms.raise_alarm(
            code="stay_needs_check",
            role="officer",
            level=2,
            match=match,
            provider=provider,
            county=provider.county_id,
            at=at,
        )


def _pause(
    offers: QuerySet[Any],
    model: type[m.TransportOffer | m.AccommodationOffer],
    actor: Actor,
    reason: str,
    at: datetime,
) -> tuple[UUID, ...]:
    ids = list(offers.filter(status__in=("open", "full")).order_by("pk").values_list("pk", flat=True))
    for offer in rows.lock_many(model, ids):
        if offer.status in ("open", "full"):
            rows.move(offer, states.OFFER, "pause", paused_reason=reason)
            audit.record(actor=actor, at=at, action="offer.paused", about=offer, reason=reason)
    return tuple(ids)


def _end_passes(subject: Subject, actor: Actor, reason: str, at: datetime) -> tuple[UUID, ...]:
    """Revoke its passes; those of a provider whose papers have run out are expired, not revoked."""
    if isinstance(subject, m.Dwelling):
        return ()
    passes_of = m.ProviderPass.objects.filter(status="issued", **{kind_of(subject): subject})
    if isinstance(subject, m.Provider) and subject.kind == "organization":
        passes_of = m.ProviderPass.objects.filter(status="issued", provider__organization=subject.organization_id)
    found = rows.lock_many(m.ProviderPass, passes_of.values_list("pk", flat=True))
    passes.end(found, "expire" if reason == "expired" else "revoke", actor=actor, reason=reason, at=at)
    return tuple(one.id for one in found)
