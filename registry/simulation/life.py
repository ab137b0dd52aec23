"""One household through the day: registered, matched, handed over, arrived; or waiting, refusing, giving up."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from geo.corridors import route_minutes
from registry.permissions import Actor
from registry.rules.eligibility import is_night
from registry.services.intake import HouseholdDraft, household_party
from registry.simulation.arrivals import BORDER_TIME, towns_from
from registry.simulation.clock import Process
from registry.simulation.makeup import Wish
from registry.simulation.port import Choice, Found, Handover, Port, Registered
from registry.simulation.tally import Refusal, Tally
from registry.simulation.world import World

MINUTE = timedelta(minutes=1)
# How long staff look at what a search has found.
LOOKING = MINUTE
Walk = Generator[datetime, datetime, bool]


@dataclass(frozen=True, slots=True)
class Habits:
    """How often people do what is not in the plan."""

    refuses: float = 0.06
    calls_off: float = 0.03
    leaves: float = 0.3
    reports: float = 0.002
    mistyped: float = 0.015
    late: float = 0.03
    child_decided: float = 0.85
    asks_again_after_minutes: tuple[int, ...] = (30, 45, 60, 90, 120)
    gives_up_after_hours: int = 14


HABITS = Habits()


@dataclass
class Day:
    """What all households of a day share; ``windows`` of the rides say from when until when each leaves."""

    port: Port
    world: World
    tally: Tally
    windows: dict[UUID, tuple[datetime, datetime]]
    ends_at: datetime
    habits: Habits = HABITS
    always_by_two: bool = False


@dataclass
class Household:
    """One household; ``random`` is its own, so that its life does not depend on the order of others."""

    day: Day
    zone: str
    draft: HouseholdDraft
    wish: Wish
    random: Random
    number: int
    refused: set[Choice] = field(default_factory=set)
    was_matched: bool = False
    tries: int = 0
    _gone: bool = False

    # Who acts

    def staff(self, at: datetime) -> Actor:
        """Somebody on duty in the zone."""
        return self.random.choice(self.day.world.teams[self.zone].on_duty(at))

    def handover(self, choice: Choice, by: Actor, at: datetime) -> Handover:
        """What is shown at the gate, with a second member of staff at night."""
        car = self.day.world.cars.get(choice.ride) if choice.ride else None
        colleagues = [a for a in self.day.world.teams[self.zone].on_duty(at) if a.id != by.id]
        by_two = self.day.always_by_two or is_night(at.astimezone(BORDER_TIME))
        second = self.random.choice(colleagues).id if by_two else None
        return Handover(len(self.draft.members), car.pass_code if car else "", car.plate if car else "", second)

    # The whole day

    def live(self, arrives_at: datetime) -> Process:
        """From the border to the end of its journey, or of the day."""
        at = yield arrives_at
        day, by = self.day, self.staff(at)
        registered = day.port.register(by, self.zone, self.draft, at)
        day.tally.count("households registered")
        day.tally.count("people registered", len(self.draft.members))
        alone = bool(household_party(self.draft).children_alone)
        decision_at = at + self.random.uniform(25, 100) * MINUTE if alone else None
        at = yield at + self.random.uniform(2, 10) * MINUTE
        request = day.port.ask(self.staff(at), registered.id, self.zone, self.wish, self._town(), at)
        day.tally.wait(self.number, ())
        give_up = min(day.ends_at, at + timedelta(hours=day.habits.gives_up_after_hours))
        while at < give_up:
            if decision_at and at >= decision_at:
                self._child_protection(registered, at)
                decision_at = None
            try:
                if (yield from self._try(registered, request, at)):
                    return
                at = yield at + self._patience() * MINUTE
            except Refusal as refusal:
                day.tally.refused(self.number, refusal, "search")
                at = yield at + 10 * MINUTE

    def _patience(self) -> int:
        """How long until staff look again: longer each time."""
        waits = self.day.habits.asks_again_after_minutes
        self.tries += 1
        return waits[min(self.tries, len(waits)) - 1]

    def _town(self) -> str | None:
        if not self.wish.knows_where:
            return None
        hubs = {z.town_id for z in self.day.world.zones.values()} if self.wish.kind == "ride" else None
        towns = [(t, w) for t, w in towns_from(self.zone) if hubs is None or t in hubs]
        codes, weights = zip(*towns, strict=True)
        return str(self.random.choices(codes, weights)[0])

    def _child_protection(self, registered: Registered, at: datetime) -> None:
        """Child protection decides on most children alone within the day."""
        if self.random.random() >= self.day.habits.child_decided:
            return
        county = self.day.world.zones[self.zone].county_id
        officer = self.day.world.child_officers[county]
        until = (at + timedelta(days=5)).date()
        self.day.port.place_child(officer, registered.id, f"DGASPC-{self.number:05d}", until, at)
        self.day.tally.count("children placed")

    # One try: search, propose, accept, confirm, go

    def _try(self, registered: Registered, request: UUID, at: datetime) -> Walk:
        """One round; true when there is nothing more to try."""
        port, habits = self.day.port, self.day.habits
        searching = port.search(self.staff(at), request, at)
        at = yield at + LOOKING
        found = searching()
        choice = self._choose(found)
        if choice is None:
            self._still_waiting(found)
            return False
        match = self._proposed(request, choice, at)
        if match is None:
            return False
        if self.random.random() < habits.refuses:
            port.decline(self.staff(at), match, at)
            self.day.tally.count("refused by the household")
            self.refused.add(choice)
            return False
        if not self._accepted(match, at):
            return False
        at = yield at + self.random.uniform(3, 12) * MINUTE
        if not self._confirmed(match, at):
            return False
        if self.random.random() < habits.calls_off:
            return (yield from self._call_off(request, match, at))
        return (yield from self._go(registered, match, choice, at))

    def _choose(self, found: Found) -> Choice | None:
        return next((choice for choice in found.choices if choice not in self.refused), None)

    def _still_waiting(self, found: Found) -> None:
        self.day.tally.held_back(self.number, found.left_out)
        self.day.tally.wait(self.number, [code for code, _ in found.left_out] or ["no_offer_here"])

    def _proposed(self, request: UUID, choice: Choice, at: datetime) -> UUID | None:
        try:
            return self.day.port.propose(self.staff(at), request, choice, at)
        except Refusal as refusal:
            self.day.tally.refused(self.number, refusal, "propose")
            return None

    def _accepted(self, match: UUID, at: datetime) -> bool:
        try:
            self.day.port.accept(self.staff(at), match, at)
        except Refusal as refusal:
            self.day.tally.refused(self.number, refusal, "accept")
            self._let_go(match, at)
            return False
        return True

    def _confirmed(self, match: UUID, at: datetime) -> bool:
        try:
            self.day.port.confirm(self.staff(at), match, at)
        except Refusal as refusal:
            self.day.tally.refused(self.number, refusal, "confirm")
            self._let_go(match, at)
            return False
        self.day.tally.served(self.number)
        self.day.tally.count("confirmed")
        if not self.was_matched:
            self.was_matched = True
            self.day.tally.count("households matched")
        return True

    def _let_go(self, match: UUID, at: datetime) -> None:
        """Take a proposal back that no longer stands, unless somebody has done so already."""
        try:
            self.day.port.cancel(self.staff(at), match, "plans_changed", at)
        except Refusal as refusal:
            if not refusal.over:
                raise

    def _call_off(self, request: UUID, match: UUID, at: datetime) -> Walk:
        at = yield at + self.random.uniform(5, 20) * MINUTE
        try:
            self.day.port.cancel(self.staff(at), match, "plans_changed", at)
            self.day.tally.count("called off")
            if self.random.random() < self.day.habits.leaves:
                self.day.port.end_request(self.staff(at), request, at)
                self.day.tally.count("helped themselves")
                return True
        except Refusal as refusal:
            self.day.tally.refused(self.number, refusal, "cancel")
        self.day.tally.wait(self.number, ())
        return False

    # The journey

    def _go(self, registered: Registered, match: UUID, choice: Choice, at: datetime) -> Walk:
        """From the confirmation to the arrival; false when it has to be matched again."""
        opens, closes = self._window(choice, at)
        wanted = max(at + 8 * MINUTE, opens + self.random.uniform(0, 25) * MINUTE)
        at = yield max(at + MINUTE, min(wanted, closes - MINUTE))
        while not self._departed(match, choice, at):
            if self._gone or at > closes:
                self._let_go(match, at)
                self.day.tally.wait(self.number, ())
                return False
            at = yield at + 12 * MINUTE
        self.day.tally.count("departed")
        yield from self._arrive(registered, match, choice, at)
        return True

    def _window(self, choice: Choice, at: datetime) -> tuple[datetime, datetime]:
        if choice.ride is None:
            return at, at + timedelta(hours=3)
        return self.day.windows[choice.ride]

    def _departed(self, match: UUID, choice: Choice, at: datetime) -> bool:
        """The handover; now and then a plate is misread first."""
        by = self.staff(at)
        right = self.handover(choice, by, at)
        tried = [right]
        if choice.ride and self.random.random() < self.day.habits.mistyped:
            tried.insert(0, Handover(right.counted, right.pass_code, f"{right.plate}X", right.second_staff))
        self._gone = False
        for shown in tried:
            try:
                self.day.port.depart(by, match, shown, at)
            except Refusal as refusal:
                self.day.tally.refused(self.number, refusal, "depart")
                self._gone = refusal.over
            else:
                return True
        return False

    def _arrive(self, registered: Registered, match: UUID, choice: Choice, at: datetime) -> Process:
        port, habits, random = self.day.port, self.day.habits, self.random
        if choice.stay and random.random() < habits.reports:
            port.report(self.staff(at), match, random.choice(("money", "work")), at)
            self.day.tally.count("concerns")
        minutes = self._minutes(choice) * random.uniform(0.85, 1.22)
        minutes += random.uniform(45, 160) if random.random() < habits.late else 0
        at = yield at + minutes * MINUTE
        try:
            port.household_arrived(self.staff(at), match, registered.code, at)
            at = yield at + random.uniform(1, 12) * MINUTE
            port.receiver_arrived(self._receiver(choice), match, at)
            self.day.tally.count("arrived")
            if choice.stay is None:
                at = yield at + 5 * MINUTE
                port.close(self._receiver(choice), match, at)
        except Refusal as refusal:
            self.day.tally.refused(self.number, refusal, "arrive")

    def _receiver(self, choice: Choice) -> Actor:
        world = self.day.world
        return world.hosts[choice.stay] if choice.stay else world.receivers[choice.arrival_zone or ""]

    def _minutes(self, choice: Choice) -> float:
        world = self.day.world
        start = world.zones[self.zone]
        code = world.bed_towns[choice.stay] if choice.stay else world.zones[choice.arrival_zone or ""].town_id
        town = world.towns[code or ""]
        return route_minutes((start.lon, start.lat), (town.lon, town.lat))
