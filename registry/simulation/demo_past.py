"""Ends what an earlier load of the demo has left open, so that nothing is doubled when it is played again."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from registry import models as m
from registry.errors import NotFound, RegistryError
from registry.ids import uuid7
from registry.permissions import ANYBODY, Actor
from registry.selectors.actors import actor_of
from registry.services import alarms, intake, journeys, matching, offers
from registry.simulation.demo_cast import TAG, Cast
from registry.simulation.staff import DOMAIN
from registry.states import IllegalTransition

Row = TypeVar("Row")

BEFORE_DEPARTURE = ("proposed", "accepted", "confirmed")


def retire(cast: Cast, at: datetime) -> None:
    """Every journey ended, every request closed, every offer withdrawn or lapsed, every alarm closed, by people."""
    _end_journeys(cast, at)
    _end_requests(cast, at)
    _withdraw_offers(at)
    _close_alarms(cast, at)


def _end_journeys(cast: Cast, at: datetime) -> None:
    coordinator, volunteer = cast.actors["coordinator"], cast.actors["volunteer"]
    ends: dict[str, Callable[[m.Match], object]] = {
        "departed": lambda row: _arrive(cast, row, at),
        "arrived": lambda row: journeys.close(actor=volunteer, match=row.id, at=at),
    }
    for status in BEFORE_DEPARTURE:
        ends[status] = lambda row: matching.cancel(actor=volunteer, match=row.id, reason="staff_decision", at=at)
    for status in ("overdue", "alerted", "halted"):
        ends[status] = lambda row: journeys.resolve(
            actor=coordinator, match=row.id, outcome="arrived_safe", needs_new=False, at=at
        )
    ours = m.Match.objects.filter(household__registered_by=volunteer.id, status__in=ends).order_by("id")
    for row in ours.select_related("household"):
        _unless_refused(ends[row.status], row)
    for row in ours.filter(status="arrived"):
        _unless_refused(ends["arrived"], row)


def _unless_refused(call: Callable[[Row], object], row: Row) -> None:
    """What somebody has taken further by hand stays as they left it."""
    with contextlib.suppress(RegistryError, IllegalTransition):
        call(row)


def _arrive(cast: Cast, row: m.Match, at: datetime) -> None:
    """Both sides say so: the household by its code, the host or the staff of the other end for the receiver."""
    if row.refugee_arrived_at is None:
        journeys.household_says(actor=ANYBODY, code=row.household.code, id=uuid7(), kind="arrived", at=at)
    if row.receiver_arrived_at is None:
        journeys.arrive(actor=cast.actors["coordinator"], match=row.id, side="receiver", at=at)


def _end_requests(cast: Cast, at: datetime) -> None:
    volunteer = cast.actors["volunteer"]
    for request in m.HelpRequest.objects.filter(requested_by=volunteer.id, status="open").order_by("id"):
        _unless_refused(
            lambda row: intake.end_request(actor=volunteer, request=row.id, action="cancel", at=at), request
        )


def _withdraw_offers(at: datetime) -> None:
    offers.lapse_due(at=at)
    kinds: dict[str, type[m.TransportOffer | m.AccommodationOffer]]
    kinds = {"transport": m.TransportOffer, "accommodation": m.AccommodationOffer}
    for kind, model in kinds.items():
        live = model._default_manager.filter(
            provider__account__email__endswith=f"@{TAG}.{DOMAIN}", status__in=("draft", "open", "paused", "full")
        )
        for offer in live.select_related("provider__account").order_by("id"):
            account = offer.provider.account
            with contextlib.suppress(RegistryError, IllegalTransition):
                if account:
                    offers.withdraw(actor=actor_of(account), kind=kind, offer=offer.id, at=at)


def _close_alarms(cast: Cast, at: datetime) -> None:
    closers = [cast.actors[login] for login in ("coordinator", "officer.isu.ro-sv", "child")]
    for alarm in m.Alarm.objects.filter(closed_at=None).order_by("id"):
        for actor in closers:
            if _close(actor, alarm, at):
                break


def _close(actor: Actor, alarm: m.Alarm, at: datetime) -> bool:
    try:
        alarms.close(actor=actor, alarm=alarm.id, outcome="safe", at=at)
    except NotFound:
        return False
    return True
