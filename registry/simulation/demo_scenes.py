"""What happens in the demo: households and journeys in every state, played over the last hours up to now."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry import models as m
from registry.ids import uuid7
from registry.permissions import ANYBODY, Actor
from registry.rules import overdue
from registry.rules.eligibility import is_night
from registry.rules.facts import Person
from registry.selectors.facts import local
from registry.services import concerns, intake, journeys, matching, protection, suspension
from registry.services.intake import HouseholdDraft
from registry.simulation.clock import Process, Timeline
from registry.simulation.demo_cast import Cast
from registry.simulation.demo_offers import Shelf
from registry.simulation.makeup import GRANDFATHER, GRANDMOTHER, MAN, WOMAN
from registry.simulation.offering import Crew

ZONE = "siret-crossing"
MINUTE = timedelta(minutes=1)
FAMILY = (WOMAN, Person("4-11", "f", "parent"), Person("0-3", "m", "parent"))
COUPLE = (GRANDMOTHER, GRANDFATHER)
CHILD_ALONE = (Person("12-17", "m", "none"),)


@dataclass
class Scenes:
    """Plays every scene on one timeline; ``now`` is where it ends."""

    cast: Cast
    shelf: Shelf
    now: datetime
    timeline: Timeline

    @property
    def volunteer(self) -> Actor:
        """Who registers and hands over at Siret."""
        return self.cast.actors["volunteer"]

    @property
    def coordinator(self) -> Actor:
        """Who runs the zones of the county."""
        return self.cast.actors["coordinator"]

    def play(self) -> None:
        """Everything, in the order in which it happens."""
        for minutes, scene in self._programme():
            self.timeline.start(self._at(self.now - minutes * MINUTE, scene))
        self.timeline.run(self.now)

    def _programme(self) -> list[tuple[int, Callable[[datetime], Process]]]:
        """Each scene with how many minutes ago it begins."""
        return [
            (200, lambda at: self.to_the_end(at, (WOMAN, GRANDMOTHER), "ride")),
            (195, lambda at: self.to_the_end(at, (WOMAN, Person("12-17", "f", "parent")), "both")),
            (190, self.halted),
            (185, lambda at: self.late(at, 50)),
            (180, self.found_and_resolved),
            (170, lambda at: self.late(at, 20)),
            (110, self.reported),
            (100, lambda at: self.on_the_road(at, 30, FAMILY)),
            (95, lambda at: self.one_side_heard(at, 60)),
            (90, self.refused),
            (85, self.called_off),
            (82, self.fills),
            (80, lambda at: self.chosen(at, "confirm", (WOMAN, WOMAN), "both", 60)),
            (75, lambda at: self.chosen(at, "confirm", (WOMAN, MAN, Person("4-11", "m", "parent")), "ride", 90)),
            (60, lambda at: self.chosen(at, "accept", (GRANDMOTHER, WOMAN), "both", 60)),
            (55, lambda at: self.chosen(at, "propose", FAMILY, "both", 90)),
            (50, lambda at: self.ended(at, "cancel")),
            (45, lambda at: self.ended(at, "refer")),
            (40, lambda at: self.child_alone(at, decided=False)),
            (38, lambda at: self.child_alone(at, decided=True)),
            (35, self.asks_in_private),
            (30, lambda at: self.waiting(at, FAMILY, "both")),
            (22, lambda at: self.waiting(at, COUPLE, "stay")),
            (12, lambda at: self.waiting(at, (WOMAN,), "ride")),
            (5, lambda at: self.waiting(at, (WOMAN, WOMAN, *FAMILY[1:]), "both")),
        ]

    def _at(self, moment: datetime, scene: Callable[[datetime], Process]) -> Process:
        at = yield moment
        yield from scene(at)

    # What people do

    def register(self, at: datetime, members: tuple[Person, ...], kind: str) -> m.HelpRequest:
        """A household with its request."""
        inventor = self.cast.staffing.inventor
        name = inventor.name("uk", "m" if members[0].sex == "m" else "f")
        draft = HouseholdDraft(
            members=members,
            languages=("uk", "ru"),
            contact_name=f"{name.given} {name.family}",
            contact_phone=inventor.phone("uk"),
            luggage=len(members),
            crossing="siret",
        )
        by = self.volunteer
        household = intake.register_household(actor=by, id=uuid7(), zone=ZONE, draft=draft, at=at)
        return intake.open_request(
            actor=by,
            household=household.id,
            id=uuid7(),
            kind=kind,
            origin=ZONE,
            destination="suceava",
            max_km=150,
            earliest_at=at,
            from_date=local(at).date(),
            nights=3,
            at=at,
        )

    def propose(
        self,
        at: datetime,
        request: m.HelpRequest,
        ride: m.TransportOffer | None,
        bed: m.AccommodationOffer | None = None,
    ) -> m.Match:
        """One proposal: this ride, and this or any free bed in Suceava if one was asked for."""
        stay = None if request.kind == "ride" else bed or self.shelf.bed(request.household.size)
        return matching.propose(
            actor=self.volunteer,
            request=request.id,
            id=uuid7(),
            ride=ride.id if ride else None,
            stay=stay.id if stay else None,
            arrival_zone=None if stay else "suceava",
            at=at,
        )

    def choose(
        self,
        at: datetime,
        request: m.HelpRequest,
        leaves_at: datetime,
        through: str = "confirm",
        ride: m.TransportOffer | None = None,
    ) -> m.Match:
        """Propose a ride that leaves then, and take it as far as ``through``."""
        match = self.propose(at, request, ride or self.shelf.ride(leaves_at, at))
        if through == "accept":
            matching.accept(actor=self.volunteer, match=match.id, at=at)
        elif through == "confirm":
            self.confirm(at, match)
        match.refresh_from_db()
        return match

    def confirm(self, at: datetime, match: m.Match) -> None:
        """The household chooses it and staff confirm it."""
        matching.accept(actor=self.volunteer, match=match.id, at=at)
        matching.confirm(actor=self.volunteer, match=match.id, at=at)

    def depart(self, at: datetime, match: m.Match) -> None:
        """The handover, with a second member of staff at night."""
        ride = m.TransportOffer.objects.select_related("vehicle").get(legs__match=match)
        shown = m.ProviderPass.objects.get(provider=ride.driver_id, vehicle=ride.vehicle_id, status="issued")
        journeys.depart(
            actor=self.volunteer,
            match=match.id,
            at=at,
            counted=match.people,
            pass_code=shown.code,
            plate=ride.vehicle.plate,
            second_staff=self.coordinator.id if is_night(local(at)) else None,
        )

    def household_arrived(self, at: datetime, match: m.Match) -> None:
        """The household says so by its code."""
        code = match.household.code
        journeys.household_says(actor=ANYBODY, code=code, id=uuid7(), kind="arrived", at=at)

    def receiver_arrived(self, at: datetime, match: m.Match) -> None:
        """The host says so, or the staff of the zone where the ride ends."""
        leg = match.legs.filter(kind="stay").select_related("accommodation_offer__provider").first()
        bed = leg.accommodation_offer if leg else None
        actor = self.shelf.actor_of(bed) if bed else self.cast.actors["hub"]
        journeys.arrive(actor=actor, match=match.id, side="receiver", at=at)

    # Scenes

    def waiting(self, at: datetime, members: tuple[Person, ...], kind: str) -> Process:
        """Registered, and nothing chosen yet."""
        self.register(at, members, kind)
        yield at

    def chosen(
        self, at: datetime, through: str, members: tuple[Person, ...], kind: str, leaves_in_minutes: int
    ) -> Process:
        """A proposal on the table, or chosen, or confirmed."""
        request = self.register(at, members, kind)
        at = yield at + 4 * MINUTE
        self.choose(at, request, self.now + leaves_in_minutes * MINUTE, through)

    def fills(self, at: datetime) -> Process:
        """The last two seats and the last two beds are taken."""
        request = self.register(at, (GRANDMOTHER, GRANDMOTHER), "both")
        at = yield at + 6 * MINUTE
        ride = self.shelf.ride(self.now + 45 * MINUTE, at, seats=2)
        self.confirm(at, self.propose(at, request, ride, self.shelf.beds_of("host.full", 2)))

    def sent_off(
        self, at: datetime, members: tuple[Person, ...], kind: str, leaves_at: datetime, crew: Crew | None = None
    ) -> Generator[datetime, datetime, m.Match]:
        """Registered, matched and handed over; gives the journey."""
        request = self.register(at, members, kind)
        at = yield at + 3 * MINUTE
        match = self.choose(at, request, leaves_at, ride=self.shelf.ride(leaves_at, at, crew) if crew else None)
        at = yield leaves_at
        self.depart(at, match)
        return m.Match.objects.select_related("household").get(pk=match.pk)

    def on_the_road(self, at: datetime, minutes_ago: int, members: tuple[Person, ...]) -> Process:
        """Left and not late yet."""
        yield from self.sent_off(at, members, "both", self.now - minutes_ago * MINUTE)

    def to_the_end(self, at: datetime, members: tuple[Person, ...], kind: str) -> Process:
        """Arrived by both sides; a ride is closed then, a stay goes on."""
        match = yield from self.sent_off(at, members, kind, at + 30 * MINUTE)
        at = yield at + 95 * MINUTE
        self.household_arrived(at, match)
        at = yield at + 5 * MINUTE
        self.receiver_arrived(at, match)
        if kind == "ride":
            journeys.close(actor=self.cast.actors["hub"], match=match.id, at=at)

    def late(self, at: datetime, minutes: int) -> Process:
        """On the road and this many minutes past its time, with a driver who never was late before.

        Somebody who is late twice is put on hold, and the demo is played many times.
        """
        request = self.register(at, (WOMAN, GRANDMOTHER), "both")
        at = yield at + 3 * MINUTE
        crew = self.cast.crew(f"driver.late{self.cast.staffing.inventor.next('late')}", "f")
        leaves_at = at + 10 * MINUTE
        match = self.choose(at, request, leaves_at, ride=self.shelf.ride(leaves_at, at, crew))
        at = yield self.now - (overdue.eta(self.now, match.route_minutes) - self.now) - minutes * MINUTE
        self.depart(at, match)

    def one_side_heard(self, at: datetime, minutes_ago: int) -> Process:
        """The household has arrived, the host has not said so yet."""
        match = yield from self.sent_off(
            at, (WOMAN, Person("12-17", "f", "parent")), "both", self.now - minutes_ago * MINUTE
        )
        at = yield self.now - 6 * MINUTE
        self.household_arrived(at, match)

    def halted(self, at: datetime) -> Process:
        """The driver is suspended while the journey is on the road."""
        crew = self.cast.crew("driver.suspended", "f")
        yield from self.sent_off(at, COUPLE, "both", at + 20 * MINUTE, crew)
        at = yield at + 50 * MINUTE
        officer = self.cast.actors["officer.isu.ro-sv"]
        suspension.suspend(actor=officer, kind="provider", subject=crew.driver.id, reason="report", at=at)

    def found_and_resolved(self, at: datetime) -> Process:
        """The household says that something is wrong; the coordinator finds them and ends the journey."""
        match = yield from self.sent_off(at, (WOMAN, WOMAN), "both", at + 15 * MINUTE)
        at = yield at + 40 * MINUTE
        journeys.household_says(actor=ANYBODY, code=match.household.code, id=uuid7(), kind="wrong", at=at)
        at = yield at + 45 * MINUTE
        journeys.resolve(actor=self.coordinator, match=match.id, outcome="moved_elsewhere", needs_new=False, at=at)

    def reported(self, at: datetime) -> Process:
        """The household reports that its host asked for work: the host is held at once."""
        request = self.register(at, (WOMAN, WOMAN), "stay")
        at = yield at + 3 * MINUTE
        match = self.propose(at, request, None, self.shelf.beds_of("host.reported", 6))
        self.confirm(at, match)
        at = yield at + 20 * MINUTE
        concerns.report(
            actor=self.volunteer, match=match.id, id=uuid7(), kind="work", text="Asked by phone to clean.", at=at
        )

    def refused(self, at: datetime) -> Process:
        """The household refuses what was proposed; nobody asks why."""
        request = self.register(at, FAMILY, "both")
        at = yield at + 5 * MINUTE
        match = self.choose(at, request, self.now + 60 * MINUTE, "propose")
        at = yield at + 5 * MINUTE
        matching.decline(actor=self.volunteer, match=match.id, at=at)

    def called_off(self, at: datetime) -> Process:
        """Confirmed, then called off: the request is open again."""
        request = self.register(at, (WOMAN, WOMAN), "ride")
        at = yield at + 5 * MINUTE
        match = self.choose(at, request, self.now + 60 * MINUTE)
        at = yield at + 30 * MINUTE
        matching.cancel(actor=self.volunteer, match=match.id, reason="plans_changed", at=at)

    def ended(self, at: datetime, action: str) -> Process:
        """A request that is no longer needed, or is referred to somebody who can help."""
        request = self.register(at, (WOMAN,), "stay")
        at = yield at + 20 * MINUTE
        intake.end_request(actor=self.volunteer, request=request.id, action=action, at=at)

    def child_alone(self, at: datetime, *, decided: bool) -> Process:
        """A child alone: child protection is alarmed, and decides."""
        request = self.register(at, CHILD_ALONE, "both")
        at = yield at + 12 * MINUTE
        if decided:
            protection.place_child(
                actor=self.cast.actors["child"],
                household=request.household_id,
                id=uuid7(),
                reference="DGASPC-SV-0001",
                expires_on=(at + timedelta(days=5)).date(),
                at=at,
            )

    def asks_in_private(self, at: datetime) -> Process:
        """A woman asks in private to travel with men: the first of two staff has written why."""
        request = self.register(at, (WOMAN,), "both")
        at = yield at + 8 * MINUTE
        protection.ask_to_accept_men(
            actor=self.volunteer,
            household=request.household_id,
            id=uuid7(),
            reason="She knows the host, a colleague of her brother.",
            expires_on=(at + timedelta(days=3)).date(),
            at=at,
        )
