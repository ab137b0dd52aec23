"""A household's own page: what was proposed, who drives and hosts it, and whether they are verified at this moment."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from registry import models as m
from registry import states
from registry.permissions import Actor
from registry.rules import eligibility
from registry.rules.disclosure import follows, shows_end
from registry.rules.facts import Group, Ride, Stay
from registry.rules.reasons import Reason
from registry.selectors import by_slip, facts, gate
from registry.selectors.facts import local


@dataclass(frozen=True, slots=True)
class Car:
    """Whom to look for at the gate."""

    vehicle: UUID
    driver: UUID
    name: str
    plate: str
    make: str
    color: str
    departs_from: datetime
    departs_until: datetime
    crew: Group
    others: int
    languages: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Where they sleep, as far as the town; the address is a reading of its own."""

    town: m.Town
    from_date: date
    to_date: date
    residents: Group
    others: int
    languages: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One match as the household sees it: why it fits, and what stands against it at this moment."""

    match: m.Match
    car: Car | None
    home: Home | None
    speaks_for: tuple[Reason, ...] = ()
    against: tuple[Reason, ...] = ()
    place_open: bool = False
    may_share: bool = False

    @property
    def verified(self) -> bool:
        """Whether everybody and everything on it is verified now."""
        sound = all(part.verified for part in (self.car, self.home) if part)
        return sound and self.match.status != "halted"

    @property
    def may_refuse(self) -> bool:
        """Whether they can still say no."""
        return self.match.status in states.MATCH.transitions["cancel"][0]

    @property
    def is_over(self) -> bool:
        """Whether it has ended and is shown for a day longer."""
        return self.match.status in states.MATCH_OVER

    @property
    def words(self) -> tuple[str, ...]:
        """What they can tell us now, beside that something is wrong."""
        row = self.match
        if row.departed_at is None or row.status not in (*states.MATCH_ON_THE_ROAD, "halted", "arrived"):
            return ("here",) if row.status == "confirmed" else ()
        if row.status == "arrived" or row.refugee_arrived_at:
            return ("here",)
        return ("arrived", "underway")

    @property
    def may_tell(self) -> bool:
        """Whether a word of theirs is still taken."""
        return self.match.status in states.MATCH_HOLDING_CAPACITY


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Everything that the page of a household shows."""

    household: m.Household
    request: m.HelpRequest | None
    choices: tuple[Shown, ...]
    journey: Shown | None
    shares: tuple[m.JourneyShare, ...]

    @property
    def chosen(self) -> Shown | None:
        """The proposal that they have chosen and that staff must still confirm."""
        return next((one for one in self.choices if one.match.status == "accepted"), None)


def page(actor: Actor, at: datetime) -> OwnPage:
    """The household's page at this moment; NotFound when it was erased."""
    household = by_slip.household(actor)
    row = by_slip.journey(actor, at)
    live = m.JourneyShare.objects.filter(match=row, ended_at=None).order_by("created_at", "id")
    return OwnPage(
        household=household,
        request=by_slip.request(actor),
        choices=tuple(_proposed(one, at) for one in by_slip.to_choose(actor)),
        journey=running(row, at) if row else None,
        shares=tuple(live) if row and may_share(row, at) else (),
    )


def _legs(row: m.Match) -> dict[str, m.Leg]:
    related = ("transport_offer__driver", "transport_offer__vehicle", "accommodation_offer__town")
    return {leg.kind: leg for leg in row.legs.select_related(*related)}


def _proposed(row: m.Match, at: datetime) -> Shown:
    """A proposal, asked of the gate once more: minutes have passed since it was made."""
    legs = _legs(row)
    ride, stay = legs.get("ride"), legs.get("stay")
    asked = gate.Pair(
        request=_request(row),
        ride=ride.transport_offer if ride else None,
        stay=stay.accommodation_offer if stay else None,
        arrival_zone=row.arrival_zone,
    )
    verdict = gate.ask(asked, at)
    return Shown(row, *_sides(row, legs, at), speaks_for=verdict.speaks_for, against=verdict.reasons)


def _request(row: m.Match) -> m.HelpRequest:
    related = m.HelpRequest.objects.select_related("household", "origin", "destination")
    return related.prefetch_related("household__members").get(pk=row.request_id)


def running(row: m.Match, at: datetime) -> Shown:
    """A journey that was confirmed, with whether everybody on it is verified at this moment."""
    place_open = shows_end("household", row.status, row.closed_at, at)
    return Shown(row, *_sides(row, _legs(row), at), place_open=place_open, may_share=may_share(row, at))


def may_share(row: m.Match, at: datetime) -> bool:
    """Whether somebody can be asked to follow this journey now."""
    return follows(row.status, row.arrived_at, at)


def _sides(row: m.Match, legs: dict[str, m.Leg], at: datetime) -> tuple[Car | None, Home | None]:
    ride, stay = legs.get("ride"), legs.get("stay")
    offer, beds = ride and ride.transport_offer, stay and stay.accommodation_offer
    today = local(at).date()
    car = _car(offer, facts.rides_of([offer.pk], at, row.pk)[offer.pk], today) if offer else None
    if not stay or not beds:
        return car, None
    fact = facts.stays_of([beds.pk], (row.origin.lon, row.origin.lat), at, row.pk)[beds.pk]
    return car, _home(stay, beds, fact, today)


def _car(offer: m.TransportOffer, ride: Ride, today: date) -> Car:
    return Car(
        vehicle=offer.vehicle_id,
        driver=offer.driver_id,
        name=offer.driver.given_name,
        plate=offer.vehicle.plate,
        make=offer.vehicle.make,
        color=offer.vehicle.color,
        departs_from=offer.departs_from,
        departs_until=offer.departs_until,
        crew=ride.crew,
        others=len(ride.aboard),
        languages=offer.languages,
        verified=not any(eligibility.not_verified(ride.vetted, today)),
    )


def _home(leg: m.Leg, offer: m.AccommodationOffer, stay: Stay, today: date) -> Home:
    return Home(
        town=offer.town,
        from_date=leg.from_date or offer.from_date,
        to_date=leg.to_date or offer.to_date,
        residents=stay.residents,
        others=len(stay.guests),
        languages=offer.languages,
        verified=not any(eligibility.not_verified(stay.vetted, today)),
    )
