"""From waiting households and offers to a plan: the planner's answer, held pair by pair against the gate.

Households that need a ride and a bed are planned first, for they fit in the fewest places; then beds, then rides,
each in what the ones before have left. The bound of each part is proven with every place free, so that their sum is
a bound for all of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np

from geo.distance import haversine_km
from registry import planner
from registry.planner import facts as rows
from registry.planner.arrays import Codes
from registry.rules.facts import Ride
from registry.rules.reasons import Reason
from registry.selectors import facts
from registry.selectors.planned import Choice, Offers, Waiting
from registry.services.plan_reasons import Why, not_to_plan
from registry.services.plan_rooms import Rooms

# In this order: whoever fits in the fewest places first.
KINDS = ("both", "stay", "ride")
# Towns that are named, where one more bed would do the most.
WANTED = 10


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how much is done (0 to 1), and who is asked whether to stop."""

    progress: Callable[[float], None]
    cancelled: Callable[[], bool]

    def part(self, start: float, share: float) -> dict[str, Any]:
        """The same for one part of the whole."""
        return {"progress": lambda done: self.progress(start + share * done), "cancelled": self.cancelled}


@dataclass(frozen=True, slots=True)
class Placed:
    """A household's place, what it is worth, how far a bed is, and what speaks for it."""

    choice: Choice
    worth: float
    km: float | None
    reasons: tuple[Reason, ...]


@dataclass
class Drafted:
    """A plan: places by request, reasons by request for who has none, and the proof."""

    placed: dict[UUID, Placed] = field(default_factory=dict)
    left_out: dict[UUID, tuple[Reason, ...]] = field(default_factory=dict)
    bound: float = 0.0
    wanted: list[tuple[str, float]] = field(default_factory=list)

    @property
    def value(self) -> float:
        """What all places are worth together."""
        return sum(one.worth for one in self.placed.values())


def draft(
    people: Sequence[Waiting],
    offers: Offers,
    settings: planner.Settings,
    watch: Watch,
    at: datetime,
    had: Mapping[UUID, Choice] | None = None,
) -> Drafted:
    """Plan for all of them; raises planner.Cancelled when somebody asked to stop.

    ``had``: places by request in the plan before; few of them move, and whoever does is told why.
    """
    made, asking = Drafted(), _Asking(people, offers, settings, at, had or {})
    done, prices = 0.0, dict.fromkeys(offers.stays, 0.0)
    for kind in KINDS:
        some = asking.of_kind(kind)
        if some:
            share = len(some) / len(asking.able)
            left = asking.left_for(kind)
            part = asking.solve(kind, some, left, watch.part(done, share / 2))
            proof = part
            if made.placed or left is not asking.rooms.offers:
                proof = asking.solve(kind, some, offers, watch.part(done + share / 2, share / 2))
            made.bound += proof.bound
            prices |= {pk: max(price, prices[pk]) for pk, price in proof.prices.items()}
            asking.place(some, part, made)
            done += share
    made.wanted = _wanted(offers, prices)
    why = Why(offers, at)
    made.left_out = {one.request.pk: why.not_placed(one) for one in people if one.request.pk not in made.placed}
    asking.tell_who_moved(made)
    return made


@dataclass(frozen=True, slots=True)
class _Part:
    """What the planner says of one kind of need: where each goes, the bound, and the price of each bed."""

    choices: Sequence[Choice | None]
    bound: float
    prices: Mapping[UUID, float]


class _Asking:
    """Asks the planner, and the gate about what it says."""

    def __init__(
        self,
        people: Sequence[Waiting],
        offers: Offers,
        settings: planner.Settings,
        at: datetime,
        had: Mapping[UUID, Choice],
    ) -> None:
        self.people, self.offers, self.settings, self.at, self.had = people, offers, settings, at, had
        self.now, self.before, self.rooms = facts.local(at), Rooms(offers, at), Rooms(offers, at)

    @cached_property
    def able(self) -> list[Waiting]:
        """Those for whom a place may be looked for."""
        return [one for one in self.people if not any(not_to_plan(one))]

    def of_kind(self, kind: str) -> list[Waiting]:
        """Those of them who need this, unless there is none of it at all."""
        none = (kind != "stay" and not self.offers.rides) or (kind != "ride" and not self.offers.stays)
        return [] if none else [one for one in self.able if one.need.kind == kind]

    def left_for(self, kind: str) -> Offers:
        """What is left for this kind: also the places that others, who come later, had in the plan before are taken."""
        later = KINDS[KINDS.index(kind) + 1 :]
        keeping = [one for one in self.able if one.need.kind in later and self._is_kept(one)]
        if not keeping:
            return self.rooms.offers
        found = Rooms(self.rooms.offers, self.at)
        for one in keeping:
            had = self.had[one.request.pk]
            if not found.verdict(one, had).reasons:
                found.seat(one.need, had)
        return found.offers

    def _is_kept(self, one: Waiting) -> bool:
        had = self.had.get(one.request.pk)
        return bool(had and had.is_among(self.offers) and not self.before.verdict(one, had).reasons)

    def tell_who_moved(self, made: Drafted) -> None:
        """Beside the reasons of whoever had another place before stands why it is not that one."""
        for one in self.people:
            pk, placed = one.request.pk, made.placed.get(one.request.pk)
            had = self.had.get(pk)
            if had and placed and not placed.choice.is_same(had):
                made.placed[pk] = replace(placed, reasons=(*placed.reasons, *self._why_moved(one, had, placed.worth)))
            elif had and not placed:
                made.left_out[pk] = (*self._why_moved(one, had, None), *made.left_out[pk])

    def _why_moved(self, one: Waiting, had: Choice, worth: float | None) -> tuple[Reason, ...]:
        if not had.is_among(self.offers):
            return (Reason("plan_place_gone", severity="info"),)
        verdict = self.before.verdict(one, had)
        if verdict.reasons:
            return (Reason("plan_place_gone", severity="info"), *verdict.reasons)
        if worth is None or worth < verdict.value:
            return (Reason("plan_gives_way", severity="info"),)
        return (Reason("plan_better_place", severity="info"),)

    def place(self, people: Sequence[Waiting], part: _Part, made: Drafted) -> None:
        """Seat everybody whom the gate lets in as things stand now, and with everybody seated before them."""
        for one, choice in zip(people, part.choices, strict=True):
            if choice is None or self.before.verdict(one, choice).reasons:
                continue
            verdict = self.rooms.verdict(one, choice)
            if not verdict.reasons:
                self.rooms.seat(one.need, choice)
                km = haversine_km(self.offers.places[choice.stay], one.center) if choice.stay else None
                made.placed[one.request.pk] = Placed(choice, verdict.value, km, verdict.speaks_for)

    def solve(self, kind: str, people: Sequence[Waiting], offers: Offers, watch: dict[str, Any]) -> _Part:
        """The planner's answer for one kind of need."""
        return {"both": self._both, "stay": self._beds, "ride": self._seats}[kind](people, offers, watch)

    def _both(self, people: Sequence[Waiting], offers: Offers, watch: dict[str, Any]) -> _Part:
        book = rows.Book()
        households, beds = self._households(people, book), self._beds_of(offers, book)
        seats = rows.ride_offers([*offers.rides.values()], self.now, book)
        had = self._had(people, "stay", offers.stays), self._had(people, "ride", offers.rides)
        found = (
            planner.replan_together(households, seats, beds, had, self.settings, **watch)
            if any((some >= 0).any() for some in had)
            else planner.plan_together(households, seats, beds, self.settings, **watch)
        )
        pairs = zip(_ids(found.ride, offers.rides), _ids(found.stay, offers.stays), strict=True)
        choices = [Choice(ride, stay) if ride and stay else None for ride, stay in pairs]
        return _Part(choices, found.bound, _prices(found.stay, offers.stays))

    def _beds(self, people: Sequence[Waiting], offers: Offers, watch: dict[str, Any]) -> _Part:
        book = rows.Book()
        households, beds = self._households(people, book), self._beds_of(offers, book)
        had = self._had(people, "stay", offers.stays)
        before = planner.Before(had, np.zeros(len(had), np.bool_))
        found = (
            planner.replan_stays(households, beds, before, self.settings, **watch)
            if (had >= 0).any()
            else planner.plan_stays(households, beds, self.settings, **watch)
        )
        choices = [Choice(stay=stay) if stay else None for stay in _ids(found, offers.stays)]
        return _Part(choices, found.bound, _prices(found, offers.stays))

    def _seats(self, people: Sequence[Waiting], offers: Offers, watch: dict[str, Any]) -> _Part:
        book = rows.Book()
        rides = {pk: safe for pk, ride in offers.rides.items() if (safe := self._to_zones(ride)).destinations}
        if not rides:
            return _Part([None] * len(people), 0.0, {})
        households = self._households(people, book)
        seats, had = rows.ride_offers([*rides.values()], self.now, book), self._had(people, "ride", rides)
        found = (
            planner.replan_rides(households, seats, had, self.settings, **watch)
            if (had >= 0).any()
            else planner.plan_rides(households, seats, self.settings, **watch)
        )
        pairs = zip(people, _ids(found, rides), strict=True)
        return _Part([self._ride(one, ride) if ride else None for one, ride in pairs], found.bound, {})

    def _had(self, people: Sequence[Waiting], part: str, offers: Mapping[UUID, Any]) -> Codes:
        """The row of the ride or stay that each of them had before, -1 where none or gone."""
        number = {pk: row for row, pk in enumerate(offers)}
        had = (getattr(self.had.get(one.request.pk, Choice()), part) for one in people)
        return np.array([number.get(pk, -1) for pk in had], np.int32)

    def _ride(self, one: Waiting, ride: UUID) -> Choice:
        return Choice(ride, arrival=self.offers.arrival_of(one.need, self.offers.rides[ride]))

    def _to_zones(self, ride: Ride) -> Ride:
        """A ride as it is for whoever needs no bed: to towns with another active zone than its own."""
        arrivals = self.offers.arrivals
        towns = (town for town in ride.destinations if set(arrivals.get(town, ())) - {ride.origin})
        return replace(ride, destinations=frozenset(towns))

    def _households(self, people: Sequence[Waiting], book: rows.Book) -> planner.Households:
        return rows.households([one.need for one in people], [one.center for one in people], self.now, book)

    def _beds_of(self, offers: Offers, book: rows.Book) -> planner.StayOffers:
        places, roofs = [offers.places[pk] for pk in offers.stays], [offers.dwellings[pk] for pk in offers.stays]
        return rows.stay_offers([*offers.stays.values()], places, roofs, book)


def _ids(plan: planner.Plan, offers: Mapping[UUID, Any]) -> Iterator[UUID | None]:
    ids = [*offers]
    return (ids[row] if row >= 0 else None for row in plan.offer.tolist())


def _prices(plan: planner.Plan, offers: Mapping[UUID, Any]) -> dict[UUID, float]:
    return dict(zip(offers, plan.prices.tolist(), strict=True))


def _wanted(offers: Offers, prices: Mapping[UUID, float]) -> list[tuple[str, float]]:
    """The towns where one more bed would be worth the most, and how much, by the prices that prove the plan."""
    by_town: dict[str, float] = {}
    for pk, price in prices.items():
        town = offers.stays[pk].town
        by_town[town] = max(price, by_town.get(town, 0.0))
    worth = [(town, round(price, 1)) for town, price in by_town.items() if price >= 0.1]
    return sorted(worth, key=lambda one: (-one[1], one[0]))[:WANTED]
