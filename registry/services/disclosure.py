"""Readings that owe an audit entry: identity, contact, exact place. Reading and entry are one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import NotAllowed, NotFound
from registry.permissions import FIELD_STAFF, Actor, owns
from registry.rules.disclosure import place_precision, shows_end
from registry.selectors import by_slip, children, desk, exposure, journeys, providers, requests
from registry.services import audit


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call."""

    who: str
    name: str
    phone: str


@transaction.atomic
def provider_identity(*, actor: Actor, provider: UUID, at: datetime) -> m.Provider:
    """A provider with its identity, for its owner or an officer of its county."""
    row = providers.get(actor, provider)
    if not owns(actor, row):
        if not actor.has("officer"):
            raise NotAllowed
        audit.record(actor=actor, at=at, action="read.identity", about=row)
    return row


@transaction.atomic
def dwelling_place(*, actor: Actor, dwelling: UUID, at: datetime) -> m.Dwelling:
    """A dwelling with its exact place, for its owner or an officer of its county."""
    row = providers.get_dwelling(actor, dwelling)
    if not owns(actor, row.provider):
        if not actor.has("officer", county=row.county_id):
            raise NotAllowed
        audit.record(actor=actor, at=at, action="read.exact_place", about=row)
    return row


@transaction.atomic
def concern(*, actor: Actor, concern: UUID, at: datetime) -> m.Concern:
    """A report in its own words, for officers who see the provider that it is about."""
    row = desk.concern(actor, concern)
    audit.record(actor=actor, at=at, action="read.case", about=row)
    return row


@transaction.atomic
def child_file(*, actor: Actor, household: UUID, at: datetime) -> children.ChildFile:
    """A child alone with its household and the placement decision, for child protection of the county."""
    found = children.one(actor, household)
    audit.record(actor=actor, at=at, action="read.child_decision", about=found.household)
    return found


@transaction.atomic
def household_contact(*, actor: Actor, household: UUID, at: datetime) -> Contact:
    """Name and phone of a household, for field staff of its zones."""
    row = requests.household(actor, household)
    if not actor.has(*FIELD_STAFF, "child_protection"):
        raise NotAllowed
    audit.record(actor=actor, at=at, action="read.contact", about=row)
    return Contact("household", row.contact_name, row.contact_phone)


@transaction.atomic
def journey_contacts(*, actor: Actor, match: UUID, at: datetime) -> list[Contact]:
    """Everybody to call on a journey: household, driver, host; for staff of its ends or a suspending officer."""
    row = _journey(actor, match)
    audit.record(actor=actor, at=at, action="read.contact", about=row)
    return everybody_on(row)


def everybody_on(match: m.Match) -> list[Contact]:
    """Household, driver and host; the caller writes the reading down."""
    found = [Contact("household", match.household.contact_name, match.household.contact_phone)]
    for leg in match.legs.select_related("transport_offer__driver", "accommodation_offer__provider").order_by("kind"):
        if leg.transport_offer:
            found.append(_of("driver", leg.transport_offer.driver))
        elif leg.accommodation_offer:
            found.append(_of("host", leg.accommodation_offer.provider))
    return found


@dataclass(frozen=True, slots=True)
class ToCall:
    """A journey that somebody must call about now, and the last word from it."""

    match: UUID
    household: str
    people: int
    staying: bool
    departed_at: datetime | None
    eta_at: datetime | None
    last_word: str | None
    last_word_side: str | None
    last_word_at: datetime | None
    contacts: tuple[Contact, ...]


def to_call(*, actor: Actor, matches: Iterable[UUID], at: datetime) -> tuple[ToCall, ...]:
    """Everybody to call on these journeys, the longest under way first; for whoever has just halted them."""
    found = exposure.to_call(matches)
    carriers = exposure.carriers([row["pk"] for row in found])
    audit.record_all(
        audit.entry(actor=actor, at=at, action="read.contact", about=m.Match(pk=row["pk"])) for row in found
    )
    return tuple(_to_call(row, carriers[row["pk"]]) for row in found)


def _to_call(row: dict[str, Any], carriers: list[dict[str, str]]) -> ToCall:
    first = Contact("household", row["contact_name"], row["contact_phone"])
    names = ("people", "departed_at", "eta_at", *exposure.HEARD)
    return ToCall(
        match=row["pk"],
        household=row["household__code"],
        staying=row["arrived_at"] is not None,
        contacts=(first, *(_carrier(one) for one in carriers)),
        **{name: row[name] for name in names},
    )


def _carrier(one: dict[str, str]) -> Contact:
    name = one["organization_name"] or f"{one['given_name']} {one['family_name']}"
    return Contact(one["who"], name, one["phone"])


def _of(who: str, provider: m.Provider) -> Contact:
    name = provider.organization_name or f"{provider.given_name} {provider.family_name}"
    return Contact(who, name, provider.phone)


def _journey(actor: Actor, match: UUID) -> m.Match:
    found = journeys.halted_for_officer(actor).filter(pk=match).select_related("household").first()
    if found is not None:
        return found
    row = journeys.match(actor, match)
    if not journeys.is_staff_of(actor, row):
        raise NotAllowed
    return row


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a journey ends, as exactly as the viewer may know."""

    precision: str
    address: str = ""
    lat: float | None = None
    lon: float | None = None


@transaction.atomic
def journey_destination(*, actor: Actor, match: UUID, at: datetime) -> Destination:
    """The exact address of a confirmed journey's bed, for staff of its start and those who carry it."""
    row = journeys.match(actor, match)
    side = journeys.side_of(actor, row)
    related = shows_end(side, row.status, row.closed_at, at)
    roles = frozenset({"provider"}) if side in ("driver", "receiver") else actor.roles
    precision = place_precision(roles, related)
    end = destination_of(row)
    if end.precision == "exact" and precision != "exact":
        return Destination(precision)
    if end.precision == "exact":
        audit.record(actor=actor, at=at, action="read.exact_place", about=row)
    return end


@transaction.atomic
def own_destination(*, actor: Actor, at: datetime) -> Destination:
    """Where a household's own journey ends: exactly from its confirmation until a day after it was closed."""
    row = by_slip.journey(actor, at)
    if row is None:
        raise NotFound
    if not shows_end("household", row.status, row.closed_at, at):
        return Destination("none")
    end = destination_of(row)
    if end.precision == "exact":
        audit.record(actor=actor, at=at, action="read.exact_place", about=row, by="household")
    return end


def destination_of(match: m.Match) -> Destination:
    """The address of the bed, or that it ends in a zone; the caller writes the reading down."""
    leg = match.legs.select_related("accommodation_offer__dwelling").filter(kind="stay").first()
    if leg is None or leg.accommodation_offer is None:
        return Destination("zone")
    dwelling = leg.accommodation_offer.dwelling
    return Destination("exact", dwelling.address, dwelling.lat, dwelling.lon)
