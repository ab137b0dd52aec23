"""Matching: propose, accept or refuse, confirm, cancel. Each step asks the gate again; confirm asks it under lock."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from geo.corridors import route_minutes
from geo.privacy import cell_center
from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.permissions import Actor, may_work_in
from registry.rules.policy import DEFAULT
from registry.selectors import by_slip, facts, gate, journeys, proposals
from registry.selectors import requests as visible
from registry.selectors.prepared import one_with
from registry.services import audit, capacity, noticing, outbox, parties, rows, signals

Offer = TypeVar("Offer", m.TransportOffer, m.AccommodationOffer)

# What is written when the household itself no longer wants to go: nothing that tells a provider of it (rule 14).
HOUSEHOLD_SAYS_NO = "plans_changed"
CANCEL_REASONS = ("household_left", "plans_changed", "provider_withdrew", "staff_decision")


def search(*, actor: Actor, request: UUID, at: datetime) -> proposals.Proposals:
    """Ranked proposals for a request of the actor's zone."""
    row = visible.request(actor, request)
    _refuse_stranger(actor, row.origin)
    if row.status != "open":
        raise Conflict("request_not_open")
    return proposals.for_request(row, at)


def _refuse_stranger(actor: Actor, zone: m.Zone) -> None:
    if not may_work_in(actor, zone):
        raise NotAllowed


@transaction.atomic
def propose(
    *,
    actor: Actor,
    request: UUID,
    id: UUID,
    ride: UUID | None,
    stay: UUID | None,
    arrival_zone: str | None,
    at: datetime,
) -> m.Match:
    """Put one choice before the household, if the gate lets it through."""
    seen = visible.request(actor, request)
    _refuse_stranger(actor, seen.origin)
    parties.lock([ride] if ride else [], [stay] if stay else [])
    if rows.lock(m.HelpRequest, request).status != "open":
        raise Conflict("request_not_open")
    pair = _pair(visible.request(actor, request), ride, stay, arrival_zone)
    signals.refuse_held(pair.request.household)
    verdict = gate.ask(pair, at)
    if verdict.reasons:
        raise Refused(reasons=verdict.reasons)
    match = _new_match(id, pair, verdict, actor, at)
    rows.insert(match)
    m.Leg.objects.bulk_create(_legs(match, pair))
    audit.record(actor=actor, at=at, action="match.proposed", about=match, request=request, ride=ride, stay=stay)
    return match


def _pair(request: m.HelpRequest, ride: UUID | None, stay: UUID | None, arrival_zone: str | None) -> gate.Pair:
    return gate.Pair(
        request=request,
        ride=_offer(m.TransportOffer, ride, "vehicle"),
        stay=_offer(m.AccommodationOffer, stay, "town"),
        arrival_zone=_zone(arrival_zone),
    )


def _offer(model: type[Offer], pk: UUID | None, *related: str) -> Offer | None:
    if pk is None:
        return None
    found = one_with(model, pk, *related)
    if found is None:
        raise NotFound
    return found


def _zone(code: str | None) -> m.Zone | None:
    if code is None:
        return None
    found = one_with(m.Zone, code, "town")
    if found is None:
        raise Invalid(fields={"arrival_zone": "unknown_choice"})
    return found


def _destination(pair: gate.Pair) -> tuple[m.Town, tuple[float, float]]:
    """The town of the journey's end and its (lon, lat) for the route."""
    if pair.stay:
        return pair.stay.town, cell_center(pair.stay.cell)
    zone = pair.arrival_zone
    if zone is None or zone.town is None:
        raise Invalid(fields={"arrival_zone": "required"})
    if pair.ride and not pair.ride.destinations.filter(pk=zone.town_id).exists():
        raise Invalid(fields={"arrival_zone": "not_on_this_ride"})
    return zone.town, (zone.lon, zone.lat)


def _new_match(id: UUID, pair: gate.Pair, verdict: gate.Verdict, actor: Actor, at: datetime) -> m.Match:
    town, place = _destination(pair)
    origin = pair.request.origin
    return m.Match(
        id=rows.new_id(id, m.Match),
        created_at=at,
        request=pair.request,
        household=pair.request.household,
        origin=origin,
        destination=town,
        arrival_zone=None if pair.stay else pair.arrival_zone,
        people=pair.request.household.size,
        route_minutes=route_minutes((origin.lon, origin.lat), place),
        value=verdict.value,
        policy_version=DEFAULT.version,
        proposed_by_id=actor.person,
    )


def _legs(match: m.Match, pair: gate.Pair) -> list[m.Leg]:
    request, household = pair.request, pair.request.household
    legs = []
    if pair.ride:
        infants = facts.party_of(household).in_bands(DEFAULT.child_seat_bands)
        legs.append(
            m.Leg(
                match=match,
                kind="ride",
                transport_offer=pair.ride,
                people=household.size,
                child_seats=infants,
                wheelchairs=household.wheelchairs,
                luggage=household.luggage,
            )
        )
    if pair.stay:
        until = request.from_date.fromordinal(request.from_date.toordinal() + request.nights)
        legs.append(
            m.Leg(
                match=match,
                kind="stay",
                accommodation_offer=pair.stay,
                people=household.size,
                from_date=request.from_date,
                to_date=until,
            )
        )
    return legs


def _mine(actor: Actor, match: UUID) -> m.Match:
    """A match of a zone where the actor works, not locked; strangers get 404, the wrong role 403."""
    row = journeys.match(actor, match)
    _refuse_stranger(actor, row.origin)
    return row


def _theirs(actor: Actor, match: UUID) -> m.Match:
    """The same for what is the household's to say: by staff who have asked them, or by themselves with their code."""
    return by_slip.match(actor, match) if actor.household else _mine(actor, match)


def _by(actor: Actor) -> dict[str, Any]:
    """For the audit entry: that no member of staff stood between."""
    return {"by": "household"} if actor.household else {}


@transaction.atomic
def accept(*, actor: Actor, match: UUID, at: datetime) -> m.Match:
    """The household chooses this proposal; their others stay on the table until one is confirmed."""
    seen = _theirs(actor, match)
    legs = parties.lock_of(seen)
    request = rows.lock(m.HelpRequest, seen.request_id)
    row = rows.lock(m.Match, match)
    states.REQUEST.after(request.status, "match")
    verdict = gate.ask(pair_of(row, legs), at)
    if verdict.reasons:
        raise Refused(reasons=verdict.reasons)
    rows.move(row, states.MATCH, "accept", accepted_at=at, accepted_by_id=actor.id)
    rows.move(request, states.REQUEST, "match")
    audit.record(actor=actor, at=at, action="match.accepted", about=row, **_by(actor))
    return row


@transaction.atomic
def decline(*, actor: Actor, match: UUID, at: datetime) -> m.Match:
    """The household refuses: no reason is asked, and the provider never learns of it (rule 14)."""
    seen = _theirs(actor, match)
    request = rows.lock(m.HelpRequest, seen.request_id)
    row = rows.lock(m.Match, match)
    before = row.status
    rows.move(row, states.MATCH, "decline", ended_at=at, ended_by_id=actor.id)
    if before == "accepted":
        rows.move(request, states.REQUEST, "reopen")
    audit.record(actor=actor, at=at, action="match.declined", about=row, **_by(actor))
    return row


def pair_of(match: m.Match, legs: Iterable[m.Leg], seated: bool = False) -> gate.Pair:
    """The match as the gate sees it, read anew; of the legs only which offers they are on."""
    by_kind = {leg.kind: leg for leg in legs}
    ride, stay = by_kind.get("ride"), by_kind.get("stay")
    request = visible.with_party(match.request_id)
    if request is None:
        raise NotFound
    pair = _pair(
        request,
        ride.transport_offer_id if ride else None,
        stay.accommodation_offer_id if stay else None,
        match.arrival_zone_id,
    )
    return gate.Pair(pair.request, pair.ride, pair.stay, pair.arrival_zone, match.pk if seated else None, seated)


@transaction.atomic
def confirm(*, actor: Actor, match: UUID, at: datetime) -> m.Match:
    """Everything re-checked under lock, seats and beds taken by conditional update, all or nothing."""
    seen = _mine(actor, match)
    legs = parties.lock_of(seen)
    parties.lock_offers(legs)
    request = rows.lock(m.HelpRequest, seen.request_id)
    row = rows.lock(m.Match, match)
    states.MATCH.after(row.status, "confirm")
    signals.refuse_held(request.household)
    verdict = gate.ask(pair_of(row, legs), at)
    if verdict.reasons:
        raise Refused(reasons=verdict.reasons)
    capacity.take(legs, at=at)
    rows.move(row, states.MATCH, "confirm", confirmed_at=at, confirmed_by_id=actor.id)
    _drop_others(request, row, actor, at)
    outbox.owe(key=f"confirmed:{row.id}", code="match_confirmed", recipient="provider", match=row, at=at)
    outbox.owe(key=f"confirmed_household:{row.id}", code="match_confirmed", recipient="household", match=row, at=at)
    audit.record(actor=actor, at=at, action="match.confirmed", about=row, policy=row.policy_version)
    return row


def _drop_others(request: m.HelpRequest, chosen: m.Match, actor: Actor, at: datetime) -> None:
    others = m.Match.objects.filter(request=request, status="proposed").exclude(pk=chosen.pk)
    for other in rows.lock_many(m.Match, others.values_list("pk", flat=True)):
        rows.move(other, states.MATCH, "cancel", ended_at=at, ended_by_id=actor.id, outcome="other_chosen")
        audit.record(actor=actor, at=at, action="match.cancelled", about=other, reason="other_chosen")


def refuse(*, actor: Actor, match: UUID, at: datetime) -> m.Match:
    """The household says no, also to what was agreed already; nobody asks why, and the provider never learns."""
    seen = by_slip.match(actor, match)
    if seen.status in states.MATCH_UNDECIDED:
        return decline(actor=actor, match=match, at=at)
    return cancel(actor=actor, match=match, reason=HOUSEHOLD_SAYS_NO, at=at)


@transaction.atomic
def cancel(*, actor: Actor, match: UUID, reason: str, at: datetime, said: str = "") -> m.Match:
    """Call a match off before departure; what it held is free again and the request is open.

    ``said`` are the words of a provider who takes it back.
    """
    if reason not in CANCEL_REASONS or (actor.household and reason != HOUSEHOLD_SAYS_NO):
        raise Invalid(fields={"reason": "unknown_choice"})
    return call_off(_theirs(actor, match), reason, said, actor, at)


def call_off(seen: m.Match, reason: str, said: str, actor: Actor, at: datetime) -> m.Match:
    """The same for whoever has found the match in a view of their own, inside of their transaction."""
    parties.lock_offers(parties.lock_of(seen))
    request = rows.lock(m.HelpRequest, seen.request_id)
    row = rows.lock(m.Match, seen.pk)
    before = row.status
    words = said[:300] if reason == "provider_withdrew" else ""
    rows.move(row, states.MATCH, "cancel", ended_at=at, ended_by_id=actor.id, outcome=reason, provider_said=words)
    capacity.release(match=row, at=at)
    if before in ("accepted", "confirmed"):
        rows.move(request, states.REQUEST, "reopen")
    if before == "confirmed":
        outbox.owe(key=f"cancelled:{row.id}", code="match_cancelled", recipient="provider", match=row, at=at)
    audit.record(actor=actor, at=at, action="match.cancelled", about=row, reason=reason, before=before, **_by(actor))
    if reason == "provider_withdrew":
        noticing.turned_away(row, at=at)
    return row
