"""What follows when somebody or something stops being verified: no new match, halted journeys, dead passes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry import states
from registry.permissions import Actor
from registry.selectors.standing import Subject, kind_of, owner_of
from registry.services import alarms, audit, capacity, outbox, rows

# Doubt about a host ends a stay; a paper that lapsed or changed only sends somebody to look.
ENDS_STAYS = ("suspended", "held", "revoked")


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a stand-down did, by id. ``on_the_road`` have left and must be called now."""

    paused_offers: tuple[UUID, ...] = ()
    revoked_passes: tuple[UUID, ...] = ()
    halted: tuple[UUID, ...] = ()
    on_the_road: tuple[UUID, ...] = ()
    staying: tuple[UUID, ...] = field(default=())


def offers_touching(subject: Subject) -> tuple["QuerySet[m.TransportOffer]", "QuerySet[m.AccommodationOffer]"]:
    """Every offer that the subject is part of, through itself or through its organization."""
    if isinstance(subject, m.Vehicle):
        return m.TransportOffer.objects.filter(vehicle=subject), m.AccommodationOffer.objects.none()
    if isinstance(subject, m.Dwelling):
        return m.TransportOffer.objects.none(), m.AccommodationOffer.objects.filter(dwelling=subject)
    rides = Q(provider=subject) | Q(driver=subject) | Q(escort=subject)
    stays = Q(provider=subject)
    if subject.kind == "organization":
        mine = subject.organization_id
        rides |= Q(provider__organization=mine) | Q(driver__organization=mine) | Q(escort__organization=mine)
        stays |= Q(provider__organization=mine)
    return m.TransportOffer.objects.filter(rides), m.AccommodationOffer.objects.filter(stays)


def stand_down(*, actor: Actor, subject: Subject, reason: str, at: datetime) -> Consequences:
    """Pause the offers, revoke the passes and halt the matches of a subject that the caller has locked."""
    rides, stays = offers_touching(subject)
    paused = _pause(rides, m.TransportOffer, reason) + _pause(stays, m.AccommodationOffer, reason)
    revoked = _revoke_passes(subject, actor, at)
    haltable = (*states.MATCH_ACTIVE, "arrived") if reason in ENDS_STAYS else states.MATCH_ACTIVE
    touched = m.Match.objects.filter(status__in=(*states.MATCH_ACTIVE, "arrived")).filter(
        Q(legs__transport_offer__in=rides) | Q(legs__accommodation_offer__in=stays, legs__released_at=None)
    )
    rows.lock_many(m.HelpRequest, touched.values_list("request_id", flat=True))
    matches = rows.lock_many(m.Match, touched.values_list("pk", flat=True))
    staying = [match for match in matches if match.status == "arrived"]
    halted = [_halt(match, actor, subject, reason, at) for match in matches if match.status in haltable]
    if reason not in ENDS_STAYS:
        _look_after(staying, subject, at)
    road = tuple(match.id for match, before in halted if before in states.MATCH_ON_THE_ROAD)
    return Consequences(
        paused, revoked, tuple(match.id for match, _ in halted), road, tuple(match.id for match in staying)
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
    offers: QuerySet[Any], model: type[m.TransportOffer | m.AccommodationOffer], reason: str
) -> tuple[UUID, ...]:
    ids = list(offers.filter(status__in=("open", "full")).order_by("pk").values_list("pk", flat=True))
    for offer in rows.lock_many(model, ids):
        if offer.status in ("open", "full"):
            rows.move(offer, states.OFFER, "pause", paused_reason=reason)
    return tuple(ids)


def _revoke_passes(subject: Subject, actor: Actor, at: datetime) -> tuple[UUID, ...]:
    if isinstance(subject, m.Dwelling):
        return ()
    passes = m.ProviderPass.objects.filter(status="issued", **{kind_of(subject): subject})
    if isinstance(subject, m.Provider) and subject.kind == "organization":
        passes = m.ProviderPass.objects.filter(status="issued", provider__organization=subject.organization_id)
    found = rows.lock_many(m.ProviderPass, passes.values_list("pk", flat=True))
    for one in found:
        rows.move(one, states.PASS, "revoke", revoked_at=at)
        audit.record(actor=actor, at=at, action="pass.revoked", about=one)
    return tuple(one.id for one in found)


def _halt(match: m.Match, actor: Actor, subject: Subject, reason: str, at: datetime) -> tuple[m.Match, str]:
    before = match.status
    rows.move(match, states.MATCH, "halt", halted_at=at, halted_reason=reason)
    if before in (*states.MATCH_UNDECIDED, "confirmed"):
        capacity.release(match=match, at=at)
        _reopen(match)
    else:
        _alert(match, subject, before, at)
    audit.record(actor=actor, at=at, action="match.halted", about=match, before=before, reason=reason)
    return match, before


def _reopen(match: m.Match) -> None:
    request = rows.lock(m.HelpRequest, match.request_id)
    chosen = m.Match.objects.filter(request=request, status__in=("accepted", "confirmed")).exists()
    if request.status == "matched" and not chosen:
        rows.move(request, states.REQUEST, "reopen")


def _alert(match: m.Match, subject: Subject, before: str, at: datetime) -> None:
    code = "stay_halted" if before == "arrived" else "journey_halted"
    provider = owner_of(subject)
    alarms.raise_alarm(
        code=code, role="officer", level=5, match=match, provider=provider, county=match.origin.county_id, at=at
    )
    alarms.raise_alarm(code=code, role="coordinator", level=4, match=match, zone=match.origin, at=at)
    outbox.owe(key=f"{code}:{match.id}", code=code, recipient="household", match=match, at=at)
