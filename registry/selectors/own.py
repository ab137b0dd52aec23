"""What a provider sees of its own vetting: every check with its day, the photographs, and what is to do next."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from registry import models as m
from registry.rules.policy import DEFAULT
from registry.selectors import dossier, photos, work
from registry.selectors.facts import local
from registry.selectors.standing import Subject

# In this order somebody wants to read them: what stands in the way first, what ends soon next.
ORDER = ("failed", "lapsed", "missing", "soon", "passed")


@dataclass(frozen=True, slots=True)
class Check:
    """One named check of the provider's own: how it stands, and the last day on which it counts."""

    code: str
    state: str
    until: date | None = None
    resident: m.Resident | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """The provider, a vehicle or a home as its owner reads it."""

    thing: work.Thing
    checks: tuple[Check, ...]
    photo: m.Photo | None = None
    days_left: int | None = None
    reminders: tuple[date, ...] = ()

    @property
    def kind(self) -> str:
        """provider, vehicle or dwelling."""
        return self.thing.kind

    @property
    def subject(self) -> Any:
        """The row itself."""
        return self.thing.subject

    @property
    def open(self) -> list[Check]:
        """Checks that do not count today."""
        return [check for check in self.checks if check.state in ("failed", "lapsed", "missing")]

    @property
    def done(self) -> list[Check]:
        """Checks that count, the next to lapse first."""
        return sorted((c for c in self.checks if c not in self.open), key=lambda c: c.until or date.max)


@dataclass(frozen=True, slots=True)
class Registration:
    """A provider with all that is its own."""

    provider: m.Provider
    things: tuple[Own, ...]
    steps: tuple["Step", ...] = field(default=())

    @property
    def done(self) -> int:
        """How many steps are behind."""
        return sum(step.done for step in self.steps)

    @property
    def next(self) -> "Step | None":
        """The first step that is not done."""
        return next((step for step in self.steps if not step.done), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to being verified; ``about`` is what it is done with."""

    code: str
    done: bool
    about: Any = None


def registration(provider: m.Provider, at: datetime) -> Registration:
    """Everything of one provider of the actor's own; whoever calls has found it so."""
    pictures = photos.of_provider(provider)
    things = tuple(_own(thing, pictures, local(at).date()) for thing in work.own_standing(provider, at))
    return Registration(provider, things, tuple(_steps(provider, things)))


def _own(thing: work.Thing, pictures: Iterable[m.Photo], today: date) -> Own:
    subject = thing.subject
    lines = [
        Check(x.code, x.state, x.check.lapses_on if x.check else None, x.resident)
        for x in dossier.lines_of(subject, today)
    ]
    until = subject.verified_until if subject.status == "verified" else None
    return Own(
        thing,
        tuple(sorted(lines, key=lambda check: ORDER.index(check.state))),
        _photo(subject, pictures),
        (until - today).days if until else None,
        tuple(day for days in DEFAULT.reminder_days if until and (day := until - timedelta(days=days)) >= today),
    )


def _photo(subject: Subject, pictures: Iterable[m.Photo]) -> m.Photo | None:
    if isinstance(subject, m.Dwelling):
        return None
    car = subject.pk if isinstance(subject, m.Vehicle) else None
    return next((one for one in pictures if one.vehicle_id == car), None)


def _steps(provider: m.Provider, things: Iterable[Own]) -> Iterable[Step]:
    """From the application to the first offer; a photograph of a face is nobody's duty and no step."""
    every = list(things)
    cars, homes = ([own for own in every if own.kind == kind] for kind in ("vehicle", "dwelling"))
    yield Step("applied", True)
    if provider.is_driver:
        yield Step("vehicle", bool(cars))
        bare = next((car for car in cars if car.photo is None), None)
        yield Step("photo", bool(cars) and bare is None, bare.subject if bare else None)
    if provider.is_host:
        yield Step("home", bool(homes))
    yield Step("meeting", all(own.subject.status == "verified" for own in every))
