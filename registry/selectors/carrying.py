"""Journeys as those who drive or host them may know them (rule 14): the need, the gate in time, nobody's name."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from registry import models as m
from registry.permissions import Actor
from registry.rules.disclosure import shows_gate, told_to_provider
from registry.rules.policy import DEFAULT
from registry.selectors import journeys
from registry.selectors.work import LEG_RELATED, LISTED


@dataclass(frozen=True, slots=True)
class Carried:
    """A journey as its provider may know it (rule 14): the need, nothing about the people.

    ``said`` is the last word of the provider's own side; ``gate`` whether a driver is told where to stop.
    """

    match: m.Match
    need: dict[str, str | int | bool | None]
    side: str | None
    ride: m.TransportOffer | None = None
    said: m.CheckIn | None = None
    gate: bool = False
    shown: m.ProviderPass | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits for a yes or a no of the provider."""
        return self.match.status == "confirmed" and self.said is None


def carried(actor: Actor, at: datetime) -> list[Carried]:
    """Journeys that the actor drives or hosts and that are not over."""
    over = ("closed", "cancelled", "resolved", "declined")
    rows = journeys.carried_by(actor).exclude(status__in=over).select_related("household", "origin", "destination")
    return [
        carried_one(actor, row, at)
        for row in rows.prefetch_related(*LEG_RELATED).order_by("confirmed_at", "id")[:LISTED]
    ]


def carried_one(actor: Actor, row: m.Match, at: datetime) -> Carried:
    """One journey as its provider may know it."""
    household = row.household
    ride = next((leg.transport_offer for leg in row.legs.all() if leg.transport_offer), None)
    seats = household.members.filter(age_band__in=DEFAULT.child_seat_bands).count()
    need = told_to_provider(
        {
            "adults": household.size - household.minors,
            "children": household.minors,
            "child_seats": seats,
            "wheelchairs": household.wheelchairs,
            "pets": household.pets,
            "luggage": household.luggage,
            "origin": row.origin_id,
            "destination": row.destination_id,
            "departs_at": ride.departs_from.isoformat() if ride else None,
        }
    )
    side = journeys.side_of(actor, row)
    return Carried(row, need, side, ride, _said(row, side), _sees_gate(ride, side, at), _pass_for(ride))


def _said(row: m.Match, side: str | None) -> m.CheckIn | None:
    return row.check_ins.filter(side=side).order_by("-at", "-id").first() if side else None


def _sees_gate(ride: m.TransportOffer | None, side: str | None, at: datetime) -> bool:
    return ride is not None and side == "driver" and shows_gate(ride.departs_from, at)


def _pass_for(ride: m.TransportOffer | None) -> m.ProviderPass | None:
    """The pass that the driver shows at this gate."""
    if ride is None:
        return None
    found = m.ProviderPass.objects.filter(provider=ride.driver_id, status="issued")
    fits = found.filter(Q(vehicle=ride.vehicle_id) | Q(vehicle=None))
    return fits.order_by("-valid_until", "-created_at").first()
