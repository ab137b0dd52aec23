"""Offers as they would be with some households of a plan in them: the gate is asked of that, pair by pair."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from registry.rules.facts import Group, Guest, Need, Ride, Stay
from registry.rules.policy import DEFAULT
from registry.selectors import facts, gate, planned
from registry.selectors.planned import Choice, Offers, Waiting


class Rooms:
    """Offers that fill up; ``seat`` puts a household in, as if it were confirmed there."""

    def __init__(self, offers: Offers, at: datetime) -> None:
        self.at, self.now = at, facts.local(at)
        self.rides: dict[UUID, Ride] = dict(offers.rides)
        self.stays: dict[UUID, Stay] = dict(offers.stays)
        self.offers = replace(offers, rides=self.rides, stays=self.stays)

    def verdict(self, one: Waiting, choice: Choice) -> gate.Verdict:
        """What the gate says to this household in this place, with everybody who is seated there."""
        return gate.judge(planned.seen(one, self.offers, choice), self.now)

    def seat(self, need: Need, choice: Choice) -> None:
        """Take the places of a household."""
        group = _group(need, self.now)
        if choice.ride:
            self.rides[choice.ride] = _aboard(self.rides[choice.ride], need, group)
        if choice.stay:
            guest = Guest(group, need.from_date, need.until)
            for other in self._under_the_roof_of(choice.stay):
                stay = self.stays[other]
                beds = stay.beds_free - need.party.size * (other == choice.stay)
                self.stays[other] = replace(stay, beds_free=beds, guests=(*stay.guests, guest))

    def _under_the_roof_of(self, stay: UUID) -> Iterator[UUID]:
        return iter(self.offers.under_one_roof[self.offers.dwellings[stay]])


def _group(need: Need, now: datetime) -> Group:
    return replace(need.party.group, agreed=need.decided("unrelated_men_accepted", now.date()))


def _aboard(ride: Ride, need: Need, group: Group) -> Ride:
    party = need.party
    return replace(
        ride,
        seats_free=ride.seats_free - party.size,
        child_seats_free=ride.child_seats_free - party.in_bands(DEFAULT.child_seat_bands),
        wheelchairs_free=ride.wheelchairs_free - party.wheelchairs,
        luggage_free=ride.luggage_free - party.luggage,
        aboard=(*ride.aboard, group),
    )
