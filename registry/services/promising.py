"""What a driver or host answers before anybody leaves: I will be there, I am here, I cannot."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed
from registry.permissions import Actor
from registry.rules.disclosure import shows_gate
from registry.selectors import journeys as visible
from registry.services import alarms, audit, journeys, matching, outbox, rows

WORDS = ("coming", "here")
# Why somebody cannot, as it is asked; what they type stands beside it.
WHY = ("car", "ill", "time", "other")
ALARM_LEVEL = 3


def _carrier(actor: Actor, match: UUID) -> tuple[m.Match, str]:
    """The journey and for whom the actor speaks on it: the driver or the host, nobody else."""
    seen = visible.match(actor, match)
    side = visible.side_of(actor, seen)
    if side not in ("driver", "receiver"):
        raise NotAllowed
    return seen, side


@transaction.atomic
def say(*, actor: Actor, match: UUID, id: UUID, kind: str, at: datetime) -> m.CheckIn:
    """A promise to come, or that one stands at the gate; the volunteers see it at once. It opens and closes nothing."""
    if kind not in WORDS:
        raise Invalid(fields={"kind": "unknown_choice"})
    seen, side = _carrier(actor, match)
    row = rows.lock(m.Match, seen.pk)
    if row.status != "confirmed":
        raise Conflict("journey_not_waiting")
    if kind == "here" and side == "driver" and not _gate_is_open(row, at):
        raise Conflict("gate_not_open_yet")
    return journeys.write_word(row, id=id, kind=kind, side=side, actor=actor, at=at)


def _gate_is_open(row: m.Match, at: datetime) -> bool:
    """Whether the driver of its ride is told the gate already."""
    ride = visible.ride_of(row)
    return ride is None or shows_gate(ride.departs_from, at)


@transaction.atomic
def cannot(*, actor: Actor, match: UUID, said: str, at: datetime) -> m.Match:
    """The driver or host cannot: called off with what they said, the offer paused, the zone's volunteers told at once.

    Only before departure; from the road the word is "something is wrong".
    """
    if not said.strip():
        raise Invalid(fields={"said": "tell_why"})
    seen, side = _carrier(actor, match)
    row = matching.call_off(seen, "provider_withdrew", said.strip(), actor, at)
    _pause(row, side, actor, at)
    outbox.owe(key=f"cancelled_household:{row.pk}", code="match_cancelled", recipient="household", match=row, at=at)
    zone = m.Zone.objects.get(pk=row.origin_id)
    alarms.raise_alarm(
        code="provider_cannot", role="volunteer", level=ALARM_LEVEL, match=row, zone=zone, county=zone.county_id, at=at
    )
    return row


def _pause(row: m.Match, side: str, actor: Actor, at: datetime) -> None:
    """Whoever cannot take this household is not put before the next one either; one tap opens the offer again."""
    leg = row.legs.filter(kind="ride" if side == "driver" else "stay").first()
    if leg is None:
        return
    offer: m.TransportOffer | m.AccommodationOffer = (
        rows.lock(m.TransportOffer, leg.transport_offer_id)
        if leg.transport_offer_id
        else rows.lock(m.AccommodationOffer, leg.accommodation_offer_id)
    )
    if offer.status in ("open", "full"):
        rows.move(offer, states.OFFER, "pause", paused_reason="owner")
        audit.record(actor=actor, at=at, action="offer.paused", about=offer)
