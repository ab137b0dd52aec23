"""Matches brought to a state the way people do it, through the real services."""

from datetime import datetime
from typing import Any

from registry import models as m
from registry.ids import uuid7
from registry.services import escalation, journeys, matching, suspension
from tests.invented import households, people, places, providers

WAY = ("proposed", "accepted", "confirmed", "departed", "arrived", "closed")


def match(
    status: str = "proposed",
    request: m.HelpRequest | None = None,
    ride: m.TransportOffer | None = None,
    stay: m.AccommodationOffer | None = None,
    at: datetime = places.NOW,
) -> m.Match:
    """A match in any state of its machine; a ride from siret to suceava unless a request or offers are given."""
    request = request or households.help_request(_kind(ride, stay))
    if request.kind in ("ride", "both"):
        ride = ride or providers.transport_offer()
    if request.kind in ("stay", "both"):
        stay = stay or providers.accommodation_offer()
    people.staffed("siret", at=at)
    row = propose(request, ride, stay, at=at)
    _SIDEWAYS.get(status, _along)(row, status, at)
    return m.Match.objects.get(pk=row.pk)


def _kind(ride: m.TransportOffer | None, stay: m.AccommodationOffer | None) -> str:
    return "both" if ride and stay else "stay" if stay else "ride"


def propose(
    request: m.HelpRequest,
    ride: m.TransportOffer | None = None,
    stay: m.AccommodationOffer | None = None,
    **given: Any,
) -> m.Match:
    """Maria proposes; a ride alone ends in the safe zone of suceava."""
    values = {
        "actor": people.maria(),
        "at": places.NOW,
        "id": uuid7(),
        "arrival_zone": None if stay else "suceava",
        **given,
    }
    return matching.propose(
        request=request.pk, ride=ride.pk if ride else None, stay=stay.pk if stay else None, **values
    )


def ride_of(row: m.Match) -> m.TransportOffer | None:
    """The ride that a match relies on, if it has one."""
    leg = row.legs.select_related("transport_offer__vehicle", "transport_offer__driver").filter(kind="ride").first()
    return leg.transport_offer if leg else None


def stay_of(row: m.Match) -> m.AccommodationOffer | None:
    """The bed that a match relies on, if it has one."""
    leg = row.legs.select_related("accommodation_offer__provider").filter(kind="stay").first()
    return leg.accommodation_offer if leg else None


def depart(row: m.Match, at: datetime = places.NOW, **given: Any) -> m.Match:
    """Maria hands the household over with the right pass and plate."""
    values: dict[str, Any] = {"actor": people.maria(), "at": at, "counted": row.people}
    if ride := ride_of(row):
        shown = m.ProviderPass.objects.filter(provider=ride.driver, vehicle=ride.vehicle, status="issued").first()
        shown = shown or providers.provider_pass(ride.driver, ride.vehicle)
        values |= {"pass_code": shown.code, "plate": ride.vehicle.plate}
    return journeys.depart(match=row.pk, **{**values, **given})


def arrive(row: m.Match, at: datetime) -> m.Match:
    """Maria has spoken to the household, Andrei to the receiving side."""
    journeys.arrive(actor=people.maria(), match=row.pk, side="refugee", at=at)
    return journeys.arrive(actor=people.andrei(), match=row.pk, side="receiver", at=at)


def _along(row: m.Match, status: str, at: datetime) -> None:
    """The usual way, as far as ``status``."""
    step = WAY.index(status)
    if step >= 1:
        matching.accept(actor=people.maria(), match=row.pk, at=at)
    if step >= 2:
        matching.confirm(actor=people.maria(), match=row.pk, at=at)
    if step >= 3:
        depart(row, at)
    if step >= 4:
        arrive(row, at + places.HOUR)
    if step >= 5:
        journeys.close(actor=people.andrei(), match=row.pk, at=at + 2 * places.HOUR)


def _overdue(row: m.Match, status: str, at: datetime) -> None:
    _along(row, "departed", at)
    steps = m.EscalationStep.objects.filter(match=row)
    code = "message_both" if status == "overdue" else "call_both"
    escalation.run_due(at=steps.get(code=code).due_at)
    if status == "resolved":
        journeys.resolve(
            actor=people.andrei(),
            match=row.pk,
            outcome="arrived_safe",
            needs_new=False,
            at=steps.get(code="police").due_at,
        )


def _halted(row: m.Match, _status: str, at: datetime) -> None:
    _along(row, "departed", at)
    ride, stay = ride_of(row), stay_of(row)
    carrier = ride.driver if ride else stay.provider if stay else None
    assert carrier is not None
    suspension.suspend(actor=people.olena(), kind="provider", subject=carrier.pk, reason="report", at=at)


def _called_off(row: m.Match, status: str, at: datetime) -> None:
    if status == "declined":
        matching.decline(actor=people.maria(), match=row.pk, at=at)
    else:
        matching.cancel(actor=people.maria(), match=row.pk, reason="plans_changed", at=at)


_SIDEWAYS = {
    "overdue": _overdue,
    "alerted": _overdue,
    "resolved": _overdue,
    "halted": _halted,
    "declined": _called_off,
    "cancelled": _called_off,
}
