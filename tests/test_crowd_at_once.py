"""Many people at the same moment on the same few offers: no deadlock, no lost place, nobody unverified.

The random crowd of ``test_never_unverified`` takes one step after the other; this one takes them in threads with
a connection each, so that the locks and their order are what is tested.
"""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from registry import models as m
from registry import states
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.permissions import ANYBODY
from registry.services import concerns, decisions, escalation, holds, journeys, matching, offers, suspension, worker
from tests import factories as f
from tests.invented.promise import miscounted, violations
from tests.invented.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, CLIENTS, CALLS = 3, 16, 6
WORDS = ("here", "underway", "arrived", "arrived", "wrong")
AtOnce = Callable[..., list[Any]]
Job = Callable[[random.Random], Any]


class Jobs:
    """What anybody may do next, on ids that were known at the start."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.matches = list(m.Match.objects.order_by("pk").values_list("pk", flat=True))
        self.codes = list(m.Household.objects.order_by("pk").values_list("code", flat=True))
        self.requests = list(m.HelpRequest.objects.values_list("pk", flat=True))
        self.rides = list(m.TransportOffer.objects.values_list("pk", "provider_id"))
        self.stays = list(m.AccommodationOffer.objects.values_list("pk", "provider_id"))

    def step(self, dice: random.Random) -> Any:
        """The household's way, at any point of it."""
        match, maria = dice.choice(self.matches), self.world.maria
        given: dict[str, Any] = {"actor": maria, "match": match, "at": f.NOW}
        return dice.choice(
            [
                lambda: matching.accept(**given),
                lambda: matching.confirm(**given),
                lambda: matching.confirm(**given),
                lambda: matching.decline(**given),
                lambda: matching.cancel(reason="plans_changed", **given),
                lambda: journeys.arrive(side="refugee", **given),
                lambda: journeys.arrive(side="receiver", **{**given, "actor": self.world.andrei}),
                lambda: journeys.close(**given),
                lambda: journeys.resolve(outcome="returned", needs_new=True, **{**given, "actor": self.world.andrei}),
                lambda: concerns.report(id=uuid7(), kind="money", text="", **given),
                lambda: journeys.check_in(id=uuid7(), kind=dice.choice(WORDS), **given),
                lambda: self.say(dice),
                lambda: self.say(dice),
            ]
        )()

    def say(self, dice: random.Random) -> Any:
        """The household itself, by its code."""
        code = dice.choice(self.codes)
        return journeys.household_says(actor=ANYBODY, code=code, id=uuid7(), kind=dice.choice(WORDS), at=f.NOW)

    def propose(self, dice: random.Random) -> Any:
        """One more proposal."""
        request = m.HelpRequest.objects.get(pk=dice.choice(self.requests))
        ride = dice.choice(self.rides)[0] if request.kind != "stay" else None
        stay = dice.choice(self.stays)[0] if request.kind != "ride" else None
        zone = None if stay else "suceava"
        return matching.propose(
            actor=self.world.maria, request=request.pk, id=uuid7(), ride=ride, stay=stay, arrival_zone=zone, at=f.NOW
        )

    def doubt(self, dice: random.Random) -> Any:
        """An officer suspends or holds."""
        kind, subject, _ = dice.choice(self.world.subjects)
        given: dict[str, Any] = {"actor": self.world.olena, "kind": kind, "subject": subject, "at": f.NOW}
        if dice.random() < 0.5:
            return suspension.suspend(reason="police", **given)
        return holds.place_by_officer(id=uuid7(), code="signal", **given)

    def clear(self, dice: random.Random) -> Any:
        """Two officers clear a hold."""
        kind, subject, _ = dice.choice(self.world.subjects)
        hold = m.Hold.objects.filter(cleared_at=None, **{kind: subject}).values_list("pk", flat=True).first()
        given: dict[str, Any] = {"kind": kind, "subject": subject, "id": uuid7(), "at": f.NOW, "hold": hold}
        first = decisions.decide_first(actor=self.world.olena, decision="clear_hold", reason="hold_explained", **given)
        return decisions.decide_second(
            actor=self.world.petru, decision=first.pk, carry=True, reason="hold_explained", at=f.NOW
        )

    def offer(self, dice: random.Random) -> Any:
        """An owner pauses or opens."""
        kind, (pk, provider) = dice.choice(
            [("transport", dice.choice(self.rides)), ("accommodation", dice.choice(self.stays))]
        )
        call = dice.choice([offers.publish, offers.pause])
        return call(actor=self.world.owner_of(provider), kind=kind, offer=pk, at=f.NOW)

    def work(self, dice: random.Random) -> Any:
        """A worker makes its round, or only takes the steps that are due."""
        late = f.NOW + 6 * f.HOUR
        return dice.choice([lambda: worker.work_once(at=f.NOW), lambda: escalation.run_due(at=late)])()

    def any(self, dice: random.Random) -> Any:
        """One of all that."""
        weights = {self.step: 12, self.propose: 4, self.doubt: 2, self.clear: 1, self.offer: 2, self.work: 2}
        return dice.choices(list(weights), list(weights.values()))[0](dice)


def refused_or_done(job: Job, dice: random.Random) -> BaseException | None:
    """None, or what should never have happened."""
    try:
        job(dice)
    except (RegistryError, states.IllegalTransition):
        return None
    except Exception as error:  # noqa: BLE001 - whatever else it is, the test names it
        return error
    return None


def start(world: World) -> None:
    """Somebody at every point of the way."""
    requests = list(m.HelpRequest.objects.order_by("pk"))
    for status, request in zip(("proposed", "accepted", "confirmed", "departed", "arrived"), requests, strict=False):
        ride = m.TransportOffer.objects.get(pk=world.rides[len(status) % 2]) if request.kind != "stay" else None
        stay = m.AccommodationOffer.objects.order_by("pk")[len(status) % 2] if request.kind != "ride" else None
        f.match(status, request, ride, stay)
    f.staffed("siret", hours=24)


@pytest.mark.slow
@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_a_crowd_at_the_same_moment_neither_deadlocks_nor_breaks_the_promise(
    at_once: AtOnce, round_number: int
) -> None:
    world = build()
    start(world)
    jobs = Jobs(world)

    def client(n: int) -> list[BaseException]:
        dice = random.Random(1000 * round_number + n)
        return [error for _ in range(CALLS) if (error := refused_or_done(jobs.any, dice))]

    wrong = [
        error for errors in at_once(CLIENTS, client) for error in (errors if isinstance(errors, list) else [errors])
    ]
    assert not wrong
    assert not violations(f.TODAY)
    assert not miscounted()
    assert _stuck() == []


def _stuck() -> list[UUID]:
    """Requests that say matched though nothing is chosen for them."""
    chosen = ("accepted", "confirmed", "departed", "overdue", "alerted", "arrived", "halted")
    matched = m.HelpRequest.objects.filter(status="matched")
    return [r.pk for r in matched if not m.Match.objects.filter(request=r, status__in=chosen).exists()]
