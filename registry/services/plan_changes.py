"""A plan changed by hand: another place for one household, through the scalar gate, with what it does to the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from geo.distance import haversine_km
from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, Refused
from registry.permissions import Actor, may_run_zone
from registry.rules.reasons import Reason
from registry.selectors import planned, plans
from registry.selectors.planned import Choice, Offers, Waiting
from registry.services import audit, rows
from registry.services.plan_reasons import not_to_plan
from registry.services.plan_rooms import Rooms

# What somebody else's leaving could help against.
ROOM = {
    *("seats_too_few", "child_seats_too_few", "wheelchair_places_too_few", "luggage_too_much"),
    "beds_too_few",
}


@dataclass(frozen=True)
class Effect:
    """What a change does: the plan's value and gap before and after, the new place, and who loses theirs."""

    value_before: float
    value_after: float
    gap_before: float
    gap_after: float
    worth: float
    km: float | None
    reasons: tuple[Reason, ...]
    displaced: tuple[m.PlanRow, ...]
    choice: Choice

    @property
    def people_displaced(self) -> int:
        """How many people lose their place in the plan."""
        return sum(row.people for row in self.displaced)


def effect(*, actor: Actor, plan: UUID, row: UUID, ride: UUID | None, stay: UUID | None, at: datetime) -> Effect:
    """What ``change`` would do now; nothing is written."""
    seen = plans.plan(actor, plan)
    return _effect(actor, seen, _to_change(actor, seen, row), ride, stay, at)


@transaction.atomic
def change(*, actor: Actor, plan: UUID, row: UUID, ride: UUID | None, stay: UUID | None, at: datetime) -> Effect:
    """Give one household of a draft another place, or none; whoever has no room any more is left out, and told of."""
    plans.plan(actor, plan)
    locked = rows.lock(m.Plan, plan, "zone")
    changed = _to_change(actor, locked, row)
    if (changed.ride_id, changed.stay_id) == (ride, stay):
        raise Conflict("plan_row_unchanged")
    done = _effect(actor, locked, changed, ride, stay, at)
    _write(changed, done, actor, at)
    for one in done.displaced:
        _leave_out(one, "plan_displaced", actor, at)
    _count(locked, done)
    audit.record(
        actor=actor,
        at=at,
        action="plan.row_changed",
        about=changed,
        plan=plan,
        ride=ride,
        stay=stay,
        displaced=[one.pk for one in done.displaced],
    )
    return done


def _to_change(actor: Actor, plan: m.Plan, row: UUID) -> m.PlanRow:
    found = plans.row(actor, plan, row)
    if not may_run_zone(actor, found.origin):
        raise NotAllowed
    states.PLAN.after(plan.status, "confirm_part")
    states.PLAN_ROW.after(found.status, "change")
    return found


def _write(row: m.PlanRow, done: Effect, actor: Actor, at: datetime) -> None:
    if not done.choice.ride and not done.choice.stay:
        _leave_out(row, "plan_taken_out", actor, at)
        return
    rows.move(
        row,
        states.PLAN_ROW,
        "change",
        ride_id=done.choice.ride,
        stay_id=done.choice.stay,
        arrival_zone_id=done.choice.arrival,
        worth=done.worth,
        km=done.km,
        reasons=plans.packed(done.reasons),
        decided_at=at,
        decided_by_id=actor.person,
    )


def _leave_out(row: m.PlanRow, why: str, actor: Actor, at: datetime) -> None:
    known = {
        "plan_displaced": Reason("plan_displaced", severity="info"),
        "plan_taken_out": Reason("plan_taken_out", severity="info"),
    }
    emptied = dict.fromkeys(("ride_id", "stay_id", "arrival_zone_id", "km"))
    rows.move(
        row,
        states.PLAN_ROW,
        "leave_out",
        **emptied,
        worth=0.0,
        reasons=plans.packed([known[why]]),
        decided_at=at,
        decided_by_id=actor.person,
    )


def _count(plan: m.Plan, done: Effect) -> None:
    """The plan's figures after a change."""
    placed = m.PlanRow.objects.filter(plan=plan, status__in=("planned", "changed", "confirmed"))
    plan.placed = sum(placed.values_list("people", flat=True))
    plan.unplaced = plan.people - plan.placed
    plan.value = done.value_after
    rows.save(plan, "placed", "unplaced", "value")


def _effect(actor: Actor, plan: m.Plan, row: m.PlanRow, ride: UUID | None, stay: UUID | None, at: datetime) -> Effect:
    if ride is None and stay is None:
        return _compared(plan, row, Choice(), (0.0, None, ()), ())
    look = _Look(row, ride, stay, at)
    displaced = look.displaced(actor)
    verdict = look.rooms(without=displaced).verdict(look.one, look.choice)
    look.refuse_for_others(displaced)
    km = haversine_km(look.offers.places[stay], look.one.center) if stay else None
    return _compared(plan, row, look.choice, (verdict.value, km, verdict.speaks_for), displaced)


def _compared(
    plan: m.Plan,
    row: m.PlanRow,
    choice: Choice,
    place: tuple[float, float | None, tuple[Reason, ...]],
    displaced: tuple[m.PlanRow, ...],
) -> Effect:
    worth, km, reasons = place
    was = row.worth if row.status in states.PLAN_ROW_WAITING else 0.0
    after = plan.value - was + worth - sum(one.worth for one in displaced)
    later = m.Plan(value=after, bound=plan.bound)
    return Effect(plan.value, after, plan.gap, later.gap, worth, km, reasons, displaced, choice)


class _Look:
    """One household, the place somebody wants for it, and the rows of the plan that go to the same car or roof."""

    def __init__(self, row: m.PlanRow, ride: UUID | None, stay: UUID | None, at: datetime) -> None:
        self.at, mates = at, _mates(row, ride, stay)
        self.mates: Sequence[m.PlanRow] = mates
        known = planned.waiting_for([row.request_id, *(mate.request_id for mate in mates)], at)
        self.one: Waiting = known[row.request_id]
        self.people: Mapping[UUID, Waiting] = known
        rides, stays = {ride, *(mate.ride_id for mate in mates)}, {stay, *(mate.stay_id for mate in mates)}
        self.offers: Offers = planned.offers_of((pk for pk in rides if pk), (pk for pk in stays if pk), at)
        self._refuse_unknown(ride, stay)
        arrival = self.offers.arrival_of(self.one.need, self.offers.rides[ride]) if ride and not stay else None
        self.choice = Choice(ride, stay, arrival)

    def _refuse_unknown(self, ride: UUID | None, stay: UUID | None) -> None:
        if ride and ride not in self.offers.rides:
            raise Invalid(fields={"ride": "unknown_choice"})
        if stay and stay not in self.offers.stays:
            raise Invalid(fields={"stay": "unknown_choice"})

    def rooms(self, without: Sequence[m.PlanRow] = ()) -> Rooms:
        """The offers with everybody of the plan in them but these."""
        found, away = Rooms(self.offers, self.at), {row.pk for row in without}
        for mate in self.mates:
            if mate.pk not in away:
                found.seat(self.people[mate.request_id].need, _choice(mate))
        return found

    def displaced(self, actor: Actor) -> tuple[m.PlanRow, ...]:
        """Who has to go so that there is room: of the actor's own zones, the least worth per person first.

        Whatever else the gate says is a refusal; so is what it says of the place as it stands now, without the plan.
        """
        against = (*not_to_plan(self.one), *Rooms(self.offers, self.at).verdict(self.one, self.choice).reasons)
        if against:
            raise Refused(reasons=against)
        beside = (mate for mate in self.mates if self._shares(mate) and may_run_zone(actor, mate.origin))
        leaving = sorted(beside, key=lambda mate: (mate.worth / mate.people, str(mate.pk)))
        gone: list[m.PlanRow] = []
        while against := self.rooms(without=gone).verdict(self.one, self.choice).reasons:
            if not leaving or not {reason.code for reason in against} <= ROOM:
                raise Refused(reasons=against)
            gone.append(leaving.pop(0))
        return tuple(gone)

    def _shares(self, mate: m.PlanRow) -> bool:
        """Whether somebody goes to the same offer; another offer under the same roof has beds of its own."""
        rides, stays = (mate.ride_id, self.choice.ride), (mate.stay_id, self.choice.stay)
        return any(one == other and one is not None for one, other in (rides, stays))

    def refuse_for_others(self, gone: Sequence[m.PlanRow]) -> None:
        """Rule 5 for those who are to be there: nobody may lose a place by who comes."""
        away = {row.pk for row in gone}
        for mate in self.mates:
            if mate.pk not in away:
                rooms, guest = self.rooms(without=[*gone, mate]), self.people[mate.request_id]
                before = {reason.code for reason in rooms.verdict(guest, _choice(mate)).reasons}
                rooms.seat(self.one.need, self.choice)
                after = rooms.verdict(guest, _choice(mate)).reasons
                if new := [reason for reason in after if reason.code not in before]:
                    raise Refused(reasons=new)


def _choice(row: m.PlanRow) -> Choice:
    return Choice(row.ride_id, row.stay_id, row.arrival_zone_id)


def _mates(row: m.PlanRow, ride: UUID | None, stay: UUID | None) -> list[m.PlanRow]:
    """Rows of the same plan, not confirmed yet, with the same ride or under the same roof."""
    together = Q(pk__in=())
    if ride:
        together |= Q(ride=ride)
    if stay:
        home = m.AccommodationOffer.objects.filter(pk=stay).values("dwelling")
        together |= Q(stay__dwelling__in=home)
    found = m.PlanRow.objects.filter(together, plan=row.plan_id, status__in=states.PLAN_ROW_WAITING)
    return list(found.exclude(pk=row.pk).select_related("origin").order_by("pk"))
