"""Journeys: handover at the gate, word from the road, arrival by both sides, closing."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from registry import identity, states
from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.ids import read_code
from registry.permissions import Actor, may_work_in
from registry.rules import handover, overdue, signs
from registry.rules.reasons import Reason
from registry.selectors import gate
from registry.selectors import journeys as visible
from registry.selectors.facts import local
from registry.selectors.prepared import Prepared, first, prepared
from registry.services import alarms, audit, capacity, matching, noticing, parties, rows, scanning

OUTCOMES = ("arrived_safe", "moved_elsewhere", "returned", "handed_to_police", "handed_to_authority")


@transaction.atomic
def depart(
    *,
    actor: Actor,
    match: UUID,
    at: datetime,
    counted: int,
    pass_code: str = "",
    plate: str = "",
    second_staff: UUID | None = None,
) -> m.Match:
    """The handover: pass, plate, driver, heads and the whole gate once more, then the journey's clock starts."""
    seen = visible.match(actor, match)
    if not may_work_in(actor, seen.origin):
        raise NotAllowed
    legs = parties.lock_of(seen)
    row = rows.lock(m.Match, match, "origin")
    states.MATCH.after(row.status, "depart")
    shown = scanning.read(pass_code, at)
    second = _second(second_staff, row.origin, at)
    pair = matching.pair_of(row, legs, seated=True)
    reasons = _at_the_gate(row, pair.ride, shown, plate, counted, actor, second, at)
    reasons = reasons or gate.ask(pair, at).reasons
    if reasons:
        raise Refused(reasons=reasons)
    return _set_off(row, pair.request.household, shown.row, second, actor, at)


def _second(person: UUID | None, zone: m.Zone, at: datetime) -> m.Person | None:
    """The second staff member: somebody on shift in the same zone now."""
    if person is None:
        return None
    on_shift = m.Shift.objects.filter(person=person, zone=zone, ended_at=None, starts_at__lte=at, ends_at__gt=at)
    found = m.Person.objects.filter(pk=person, is_active=True, shifts__in=on_shift).first()
    if found is None:
        raise Invalid(fields={"second_staff": "not_on_shift_here"})
    return found


def _at_the_gate(
    row: m.Match,
    ride: m.TransportOffer | None,
    shown: scanning.Shown,
    plate: str,
    counted: int,
    actor: Actor,
    second: m.Person | None,
    at: datetime,
) -> tuple[Reason, ...]:
    if ride is None:
        return _leaving_alone(row, counted, second, actor, at)
    plate_seen = identity.plate(plate)
    gate = handover.Gate(
        shown=_pass_seen(shown, ride, plate_seen),
        plate_seen=plate_seen,
        plate_vetted=ride.vehicle.plate_key,
        driver=ride.driver_id,
        vehicle=ride.vehicle_id,
        counted=counted,
        expected=row.people,
        staff=actor.person,
        second_staff=second.id if second else None,
        local_time=local(at),
    )
    return handover.departure(gate)


def _pass_seen(shown: scanning.Shown, ride: m.TransportOffer, plate_seen: str) -> handover.PassSeen:
    row = shown.row
    return handover.PassSeen(
        status=row.status if row else "unknown",
        valid_from=row.valid_from if row else None,
        valid_until=row.valid_until if row else None,
        driver=row.provider_id if row else None,
        vehicle=row.vehicle_id if row else None,
        problem=shown.problem,
        other_plate=shown.other_plate(plate_seen),
        elsewhere=row is not None and _is_elsewhere(row, ride),
    )


def _is_elsewhere(row: m.ProviderPass, ride: m.TransportOffer) -> bool:
    """Whether somebody left with this pass on another ride and has not arrived: two cannot both have it."""
    return bool(_left_with(row.pk, ride.pk))


@prepared
def _left_with(shown: UUID, other_than: UUID) -> QuerySet[m.Match, UUID]:
    left = m.Match.objects.filter(pass_shown=shown, status__in=states.MATCH_ON_THE_ROAD)
    return left.exclude(legs__transport_offer=other_than).values_list("pk", flat=True)[:1]


def _leaving_alone(
    row: m.Match, counted: int, second: m.Person | None, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    """A household that drives itself to its bed is counted and seen off by two at night, too."""
    return handover.seen_off(counted, row.people, local(at), actor.person, second.id if second else None)


def _set_off(
    row: m.Match,
    household: m.Household,
    shown: m.ProviderPass | None,
    second: m.Person | None,
    actor: Actor,
    at: datetime,
) -> m.Match:
    eta_at = overdue.eta(at, row.route_minutes)
    rows.move(
        row,
        states.MATCH,
        "depart",
        departed_at=at,
        eta_at=eta_at,
        handed_over_by_id=actor.id,
        second_staff=second,
        pass_shown=shown,
    )
    ladder = overdue.steps(eta_at, household.minors > 0)
    m.EscalationStep.objects.bulk_create(
        m.EscalationStep(match=row, number=s.number, code=s.code, due_at=s.due_at) for s in ladder
    )
    audit.record(
        actor=actor,
        at=at,
        action="journey.departed",
        about=row,
        shown=shown.id if shown else None,
        second=second.id if second else None,
        people=row.people,
    )
    if noticing.departed(row, at=at):
        # A signal may have halted the journey that has just begun.
        row.refresh_from_db()
    return row


@transaction.atomic
def check_in(*, actor: Actor, match: UUID, id: UUID, kind: str, at: datetime) -> m.CheckIn:
    """Word from the road by somebody on the journey or staff of its ends; "wrong" raises an alarm at once."""
    seen = visible.match(actor, match)
    side = visible.side_of(actor, seen)
    if side is None:
        raise NotAllowed
    return _check_in(seen, id, kind, side, actor, at)


def _check_in(
    seen: m.Match, id: UUID, kind: str, side: str, actor: Actor, at: datetime, silent: bool = False
) -> m.CheckIn:
    if kind not in m.CheckIn.KINDS:
        raise Invalid(fields={"kind": "unknown_choice"})
    row = rows.lock(m.Match, seen.pk, "origin")
    if row.status not in (*states.MATCH_HOLDING_CAPACITY, "closed"):
        raise Conflict("journey_not_running")
    word = write_word(row, id=id, kind=kind, side=side, actor=actor, at=at, silent=silent)
    if kind == "wrong":
        _something_wrong(row, at)
    return word


def write_word(
    row: m.Match, *, id: UUID, kind: str, side: str, actor: Actor, at: datetime, silent: bool = False
) -> m.CheckIn:
    """What was said of a locked journey, with its audit entry."""
    word = m.CheckIn(
        id=rows.new_id(id, m.CheckIn),
        created_at=at,
        match=row,
        side=side,
        kind=kind,
        at=at,
        silent=silent,
        recorded_by_id=actor.id,
    )
    rows.insert(word)
    audit.record(actor=actor, at=at, action="journey.check_in", about=row, side=side, kind=kind)
    return word


def _something_wrong(row: m.Match, at: datetime) -> None:
    alarms.raise_alarm(code="something_wrong", role="officer", level=5, match=row, county=row.origin.county_id, at=at)
    alarms.raise_alarm(code="something_wrong", role="coordinator", level=5, match=row, zone=row.origin, at=at)
    if row.status in ("departed", "overdue"):
        rows.move(row, states.MATCH, "alert")


@transaction.atomic
def arrive(*, actor: Actor, match: UUID, side: str, at: datetime) -> m.Match:
    """One side says that they have arrived; when both have, the journey has arrived."""
    seen = visible.match(actor, match)
    speaks = visible.side_of(actor, seen)
    if speaks is None:
        raise NotAllowed
    return _arrive(seen, side, speaks, actor, at)


def _arrive(seen: m.Match, side: str, speaks: str, actor: Actor, at: datetime) -> m.Match:
    if side not in ("refugee", "receiver"):
        raise Invalid(fields={"side": "unknown_choice"})
    reasons = handover.may_confirm_arrival(side, speaks)
    if side == "refugee" and visible.carries(actor, seen):
        reasons = (Reason("arrival_by_other_side", rule=10),)
    if side == "receiver" and not _receives(seen, actor):
        reasons = (*reasons, Reason("receiver_is_other_zone", rule=10))
    if reasons:
        raise Refused(reasons=reasons)
    parties.lock_of(seen)
    row = rows.lock(m.Match, seen.pk)
    states.MATCH.after(row.status, "arrive")
    if row.departed_at is None:
        raise Conflict("journey_not_running")
    _say_arrived(row, side, actor, at)
    audit.record(actor=actor, at=at, action="journey.arrival_said", about=row, side=side, speaks=speaks)
    if not handover.closes(row.refugee_arrived_at, row.receiver_arrived_at):
        _both_have_said(row, actor, at)
    return row


def _receives(seen: m.Match, actor: Actor) -> bool:
    """A ride that ends in a zone is received by that zone's own staff."""
    return seen.arrival_zone is None or may_work_in(actor, seen.arrival_zone)


def _say_arrived(row: m.Match, side: str, actor: Actor, at: datetime) -> None:
    if getattr(row, f"{side}_arrived_at"):
        raise Conflict("arrival_said_already")
    other = row.receiver_arrived_by_id if side == "refugee" else row.refugee_arrived_by_id
    if actor.id is not None and other == actor.id:
        raise Refused(reasons=[Reason("arrival_by_same_person", rule=10)])
    setattr(row, f"{side}_arrived_at", at)
    setattr(row, f"{side}_arrived_by_id", actor.id)
    rows.save(row, f"{side}_arrived_at", f"{side}_arrived_by")


def _both_have_said(row: m.Match, actor: Actor, at: datetime) -> None:
    rows.move(row, states.MATCH, "arrive", arrived_at=at)
    m.EscalationStep.objects.filter(match=row, done_at=None).update(dropped_at=at)
    audit.record(actor=actor, at=at, action="journey.arrived", about=row)
    noticing.arrived(row, at=at)


def by_code(code: str, *, also_closed: bool = False) -> m.Match:
    """The running journey of the household with this code; the code alone is what a refugee has."""
    wanted = (*states.MATCH_HOLDING_CAPACITY, "closed") if also_closed else states.MATCH_HOLDING_CAPACITY
    found = first(_by_code(wanted)(read_code(code)))
    if found is None:
        raise NotFound
    return found


@cache
def _by_code(wanted: tuple[str, ...]) -> Prepared[[str], m.Match]:
    running = m.Match.objects.filter(status__in=wanted, confirmed_at__isnull=False, household__erased_at=None)
    latest = running.select_related("origin", "household").order_by("-confirmed_at")
    return prepared(lambda code: latest.filter(household__code=code)[:1])


@transaction.atomic
def household_says(*, actor: Actor, code: str, id: UUID, kind: str, at: datetime, sign: str = "") -> m.Match:
    """The household itself: here, underway, arrived or something is wrong, by its code and without an account.

    With a picture that is not theirs the very same is done and written; the worker finds the word and tells the
    duty officer, so that neither the page nor its time differs (rule 12).
    """
    row = by_code(code)
    theirs = row.household.sign
    if sign not in ("", *signs.SIGNS) or signs.is_missing(theirs, sign, kind):
        raise Invalid(fields={"sign": "unknown_choice" if sign else "required"})
    if kind == "arrived":
        # An arrival locks the providers before the match, and the word of it is written under the same locks.
        parties.lock_of(row)
    _check_in(row, id, kind, "refugee", actor, at, signs.asks_help(theirs, sign))
    row.refresh_from_db()
    if kind == "arrived" and row.refugee_arrived_at is None:
        return _arrive(row, "refugee", "refugee", actor, at)
    return row


@transaction.atomic
def resolve(*, actor: Actor, match: UUID, outcome: str, needs_new: bool, at: datetime) -> m.Match:
    """A person ends a halted, overdue or alerted journey after finding the people.

    A match halted before departure has given its request back already: it may be another match's by now.
    """
    if outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": "unknown_choice"})
    seen = _coordinated(actor, match)
    parties.lock_offers(seen.legs.all())
    request = rows.lock(m.HelpRequest, seen.request_id)
    row = rows.lock(m.Match, match)
    rows.move(row, states.MATCH, "resolve", ended_at=at, ended_by_id=actor.id, outcome=outcome)
    m.EscalationStep.objects.filter(match=row, done_at=None).update(dropped_at=at)
    capacity.release(match=row, at=at, kinds=("stay",))
    if row.departed_at:
        _end_request(request, needs_new, at)
    audit.record(actor=actor, at=at, action="journey.resolved", about=row, outcome=outcome)
    return row


def _coordinated(actor: Actor, match: UUID) -> m.Match:
    seen = visible.match(actor, match)
    if not actor.has("coordinator", zone=seen.origin_id, county=seen.origin.county_id):
        raise NotAllowed
    return seen


def _end_request(request: m.HelpRequest, needs_new: bool, at: datetime) -> None:
    if request.status != "matched":
        return
    values: dict[str, Any] = {} if needs_new else {"closed_at": at}
    rows.move(request, states.REQUEST, "reopen" if needs_new else "complete", **values)


@transaction.atomic
def close(*, actor: Actor, match: UUID, at: datetime) -> m.Match:
    """Close an arrived journey: after the handover for a ride, at the end of the stay for a bed."""
    seen = visible.match(actor, match)
    if visible.side_of(actor, seen) not in ("staff", "receiver"):
        raise NotAllowed
    parties.lock_offers(seen.legs.all())
    request = rows.lock(m.HelpRequest, seen.request_id)
    row = rows.lock(m.Match, match)
    rows.move(row, states.MATCH, "close", closed_at=at, ended_by_id=actor.id)
    capacity.release(match=row, at=at, kinds=("stay",))
    _end_request(request, False, at)
    audit.record(actor=actor, at=at, action="journey.closed", about=row)
    return row
