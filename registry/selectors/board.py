"""What is open in one zone: everything that somebody who comes on duty there takes over, in one read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry import states
from registry.errors import NotFound
from registry.permissions import Actor
from registry.selectors import alarms, work

MISSED = ("overdue", "alerted", "halted")
# Where a match stands on the board, by its state; what has ended is on none.
PLACES: Mapping[str, str] = {
    "proposed": "chosen",
    "accepted": "chosen",
    "confirmed": "confirmed",
    "departed": "on_the_road",
    **dict.fromkeys(MISSED, "overdue"),
    "arrived": "arrived",
}


@dataclass(frozen=True, slots=True)
class Board:
    """Households that wait, matches on their way, alarms, and shifts that somebody hands over."""

    zone: m.Zone
    households: list[m.Household]
    requests: list[m.HelpRequest]
    matches: list[m.Match]
    expected: list[m.Match]
    alarms: list[m.Alarm]
    handovers: list[m.ShiftHandover]

    def place(self, name: str) -> list[m.Match]:
        """The matches that start here and stand in this place of the board."""
        return [row for row in self.matches if PLACES[row.status] == name]

    def counts(self) -> dict[str, int]:
        """How many stand in each place; alarms and handovers are told apart."""
        found = Counter(PLACES[row.status] for row in self.matches)
        here = {"households": len(self.households), "waiting": len(self.requests), "expected": len(self.expected)}
        return {**here, **{name: found[name] for name in dict.fromkeys(PLACES.values())}}

    def ids(self) -> frozenset[UUID]:
        """Everything on the board that can be marked to be looked at first."""
        rows: Iterable[m.Household | m.HelpRequest | m.Match]
        rows = (*self.households, *self.requests, *self.matches, *self.expected)
        return frozenset(row.pk for row in rows)


def board(actor: Actor, code: str) -> Board:
    """What is open in a zone of the actor's, most urgent first in each list; else NotFound."""
    zone = work.zone(actor, code)
    return Board(
        zone=zone,
        households=list(_without_request(zone)),
        requests=list(_waiting(zone)),
        matches=list(_matches(Q(origin=zone, status__in=tuple(PLACES)))),
        expected=list(_matches(Q(arrival_zone=zone, status__in=(*states.MATCH_ON_THE_ROAD, "halted")))),
        alarms=list(alarms.waiting(actor).filter(zone=zone)[: work.LISTED]),
        handovers=list(handovers(actor, code)),
    )


def _without_request(zone: m.Zone) -> QuerySet[m.Household]:
    asked = m.HelpRequest.objects.values("household")
    found = m.Household.objects.filter(zone=zone, closed_at=None, erased_at=None).exclude(pk__in=asked)
    return found.order_by("-urgency", "created_at", "id")[: work.LISTED]


def _waiting(zone: m.Zone) -> QuerySet[m.HelpRequest]:
    found = m.HelpRequest.objects.filter(origin=zone, status="open").select_related("household")
    return found.order_by("-household__urgency", "created_at", "id")[: work.LISTED]


def _matches(wanted: Q) -> QuerySet[m.Match]:
    found = m.Match.objects.filter(wanted).select_related("household").prefetch_related(*work.LEG_RELATED)
    return found.order_by("eta_at", "created_at", "id")[: work.LISTED]


def handovers(actor: Actor, code: str) -> QuerySet[m.ShiftHandover]:
    """Handovers that nobody has taken yet in a zone of the actor's, the oldest first; else NotFound."""
    waiting = m.ShiftHandover.objects.filter(zone=work.zone(actor, code), taken_at=None, withdrawn_at=None)
    return waiting.select_related("given_by", "given_to", "shift").order_by("created_at", "id")


def handover(actor: Actor, pk: UUID) -> m.ShiftHandover:
    """One handover in a zone of the actor's, else NotFound."""
    here = work.zones(actor).order_by().values("pk")
    found = m.ShiftHandover.objects.filter(pk=pk, zone__in=here).select_related("shift", "zone").first()
    if found is None:
        raise NotFound
    return found


def others_on_duty(shift: m.Shift, at: datetime) -> bool:
    """Whether the zone stays staffed without this shift."""
    return work.on_shift(shift.zone, at).exclude(pk=shift.pk).exists()


def is_on_duty(actor: Actor, zone: m.Zone, at: datetime) -> bool:
    """Whether the actor is on shift in this zone now."""
    mine = work.shift(actor, at)
    return mine is not None and mine.zone_id == zone.pk
