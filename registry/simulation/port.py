# ruff: noqa: ARG002 - one signature for both ports
"""How a replay acts on the registry: one interface, by the services themselves or by the HTTP API."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Protocol, TypeVar, cast
from uuid import UUID

from registry.errors import RegistryError
from registry.ids import uuid7
from registry.permissions import ANYBODY, Actor
from registry.selectors.facts import local
from registry.selectors.proposals import Proposals
from registry.services import concerns, intake, journeys, matching, protection, suspension
from registry.services.intake import HouseholdDraft
from registry.simulation.beside import Readers
from registry.simulation.makeup import Wish
from registry.simulation.tally import Refusal, Tally
from registry.states import IllegalTransition

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Registered:
    """A household that has been taken down."""

    id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One proposal as the household hears it; ``town`` is where the bed is or the ride ends."""

    ride: UUID | None
    stay: UUID | None
    arrival_zone: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: choices in order, and (reason, rule) of the classes of offers left out."""

    choices: tuple[Choice, ...]
    left_out: tuple[tuple[str, int], ...]


# A search under way: call it for what it found.
Searching = Callable[[], Found]


@dataclass(frozen=True, slots=True)
class Handover:
    """What stands at the gate."""

    counted: int
    pass_code: str
    plate: str
    second_staff: UUID | None


class Port(Protocol):
    """What people do in a replay; every method raises Refusal when the registry says no."""

    def register(self, by: Actor, zone: str, draft: HouseholdDraft, at: datetime) -> Registered: ...
    def ask(self, by: Actor, household: UUID, zone: str, wish: Wish, town: str | None, at: datetime) -> UUID: ...
    def search(self, by: Actor, request: UUID, at: datetime) -> Searching: ...
    def propose(self, by: Actor, request: UUID, choice: Choice, at: datetime) -> UUID: ...
    def accept(self, by: Actor, match: UUID, at: datetime) -> None: ...
    def decline(self, by: Actor, match: UUID, at: datetime) -> None: ...
    def confirm(self, by: Actor, match: UUID, at: datetime) -> None: ...
    def cancel(self, by: Actor, match: UUID, reason: str, at: datetime) -> None: ...
    def depart(self, by: Actor, match: UUID, handover: Handover, at: datetime) -> None: ...
    def household_arrived(self, by: Actor, match: UUID, code: str, at: datetime) -> None: ...
    def receiver_arrived(self, by: Actor, match: UUID, at: datetime) -> None: ...
    def close(self, by: Actor, match: UUID, at: datetime) -> None: ...
    def end_request(self, by: Actor, request: UUID, at: datetime) -> None: ...
    def place_child(self, by: Actor, household: UUID, reference: str, until: date, at: datetime) -> None: ...
    def report(self, by: Actor, match: UUID, kind: str, at: datetime) -> None: ...
    def suspend(self, by: Actor, provider: UUID, at: datetime) -> None: ...


@contextmanager
def refusals() -> Iterator[None]:
    """What the services refuse, as a Refusal."""
    try:
        yield
    except RegistryError as no:
        raise Refusal(no.status, no.code, [(r.code, r.rule) for r in no.reasons]) from no
    except IllegalTransition as no:
        raise Refusal(409, no.code) from no


def search(by: Actor, request: UUID, at: datetime) -> Found:
    """Ranked proposals by the services."""
    with refusals():
        return _found(matching.search(actor=by, request=request, at=at))


@dataclass(frozen=True, slots=True)
class Services:
    """The port that calls the services, at simulated moments; searches may run beside it in readers."""

    tally: Tally
    readers: Readers | None = None

    def _do(self, step: str, call: Callable[[], Value]) -> Value:
        with self.tally.step(step), refusals():
            return call()

    def register(self, by: Actor, zone: str, draft: HouseholdDraft, at: datetime) -> Registered:
        """A household in this zone."""
        row = self._do(
            "register", lambda: intake.register_household(actor=by, id=uuid7(), zone=zone, draft=draft, at=at)
        )
        return Registered(row.id, row.code)

    def ask(self, by: Actor, household: UUID, zone: str, wish: Wish, town: str | None, at: datetime) -> UUID:
        """What it asks for."""
        return self._do(
            "request",
            lambda: (
                intake.open_request(
                    actor=by,
                    household=household,
                    id=uuid7(),
                    kind=wish.kind,
                    origin=zone,
                    destination=town,
                    max_km=None,
                    earliest_at=at,
                    from_date=local(at).date(),
                    nights=wish.nights,
                    at=at,
                ).id
            ),
        )

    def search(self, by: Actor, request: UUID, at: datetime) -> Searching:
        """Ranked proposals, as the database is now."""
        if self.readers is None:
            found = self._do("search", lambda: search(by, request, at))
            return lambda: found
        return partial(self._searched, self.readers, self.readers.ask(by, request, at))

    def _searched(self, readers: Readers, ticket: int) -> Found:
        found, is_refusal, took_ms = readers.answer(ticket)
        self.tally.took("search", took_ms)
        if is_refusal:
            raise Refusal(*found)
        return cast("Found", found)

    def propose(self, by: Actor, request: UUID, choice: Choice, at: datetime) -> UUID:
        """One choice put before the household."""
        return self._do(
            "propose",
            lambda: (
                matching.propose(
                    actor=by,
                    request=request,
                    id=uuid7(),
                    ride=choice.ride,
                    stay=choice.stay,
                    arrival_zone=choice.arrival_zone,
                    at=at,
                ).id
            ),
        )

    def accept(self, by: Actor, match: UUID, at: datetime) -> None:
        """The household chooses it."""
        self._do("accept", lambda: matching.accept(actor=by, match=match, at=at))

    def decline(self, by: Actor, match: UUID, at: datetime) -> None:
        """The household refuses it."""
        self._do("decline", lambda: matching.decline(actor=by, match=match, at=at))

    def confirm(self, by: Actor, match: UUID, at: datetime) -> None:
        """Everything re-checked, seats and beds taken."""
        self._do("confirm", lambda: matching.confirm(actor=by, match=match, at=at))

    def cancel(self, by: Actor, match: UUID, reason: str, at: datetime) -> None:
        """Called off before departure."""
        self._do("cancel", lambda: matching.cancel(actor=by, match=match, reason=reason, at=at))

    def depart(self, by: Actor, match: UUID, handover: Handover, at: datetime) -> None:
        """The handover at the gate."""
        self._do(
            "depart",
            lambda: journeys.depart(
                actor=by,
                match=match,
                at=at,
                counted=handover.counted,
                pass_code=handover.pass_code,
                plate=handover.plate,
                second_staff=handover.second_staff,
            ),
        )

    def household_arrived(self, by: Actor, match: UUID, code: str, at: datetime) -> None:
        """The household says so by its code."""
        self._do(
            "arrive (household)",
            lambda: journeys.household_says(actor=ANYBODY, code=code, id=uuid7(), kind="arrived", at=at),
        )

    def receiver_arrived(self, by: Actor, match: UUID, at: datetime) -> None:
        """The receiving side says so."""
        self._do("arrive (receiver)", lambda: journeys.arrive(actor=by, match=match, side="receiver", at=at))

    def close(self, by: Actor, match: UUID, at: datetime) -> None:
        """A ride is over."""
        self._do("close", lambda: journeys.close(actor=by, match=match, at=at))

    def end_request(self, by: Actor, request: UUID, at: datetime) -> None:
        """The household helps itself."""
        self._do("end request", lambda: intake.end_request(actor=by, request=request, action="cancel", at=at))

    def place_child(self, by: Actor, household: UUID, reference: str, until: date, at: datetime) -> None:
        """Child protection decides."""
        self._do(
            "place child",
            lambda: protection.place_child(
                actor=by, household=household, id=uuid7(), reference=reference, expires_on=until, at=at
            ),
        )

    def report(self, by: Actor, match: UUID, kind: str, at: datetime) -> None:
        """Staff write down a concern."""
        self._do("report", lambda: concerns.report(actor=by, match=match, id=uuid7(), kind=kind, text="", at=at))

    def suspend(self, by: Actor, provider: UUID, at: datetime) -> None:
        """An officer suspends a provider."""
        self._do(
            "suspend",
            lambda: suspension.suspend(actor=by, kind="provider", subject=provider, reason="officer_doubt", at=at),
        )


def _found(proposals: Proposals) -> Found:
    choices: Iterable[Choice] = (
        Choice(
            p.ride.id if p.ride else None,
            p.stay.id if p.stay else None,
            p.arrival_zone.code if p.arrival_zone else None,
        )
        for p in proposals.ranked
    )
    return Found(tuple(choices), tuple((e.reason.code, e.reason.rule) for e in proposals.excluded))
