"""The worker's side of plans: take the one that waits longest, make it, say how far it is, stop when asked.

A round that is killed leaves a plan without a sign of life; another round takes it up again, three times at most.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from registry import models as m
from registry import planner, states
from registry.ids import uuid7
from registry.permissions import SYSTEM
from registry.rules.policy import DEFAULT
from registry.selectors import planned, plans
from registry.selectors.planned import Choice, Waiting
from registry.services import audit, plan_engine, rows
from registry.services.plan_engine import Drafted, Watch

SILENT = timedelta(minutes=2)
ATTEMPTS = 3
TOLD_EVERY_S = 1.0
ROWS_AT_ONCE = 1_000

log = logging.getLogger(__name__)


def make_due(*, at: datetime, stopwatch: Callable[[], float] = time.monotonic) -> int:
    """Make the plan that waits longest; how many were made, 0 or 1."""
    plan = _take(at)
    return int(_Making(plan, at, stopwatch).run()) if plan else 0


def _due(at: datetime) -> Q:
    return Q(status="queued") | Q(status="making", beat_at__lt=at - SILENT)


@transaction.atomic
def _take(at: datetime) -> m.Plan | None:
    """The plan to make now, taken up; one that was to be stopped, or killed too often, ends here."""
    waiting = m.Plan.objects.filter(_due(at)).order_by("created_at", "id").values_list("pk", flat=True)[:1]
    for plan in rows.lock_many(m.Plan, list(waiting)):
        if not m.Plan.objects.filter(_due(at), pk=plan.pk).exists():
            return None
        if plan.cancel_wished_at:
            _end(plan, "cancel", at)
        elif plan.attempt >= ATTEMPTS:
            _end(plan, "fail", at, failure="gave_up")
        else:
            # What a round that was killed has left.
            m.PlanRow.objects.filter(plan=plan).delete()
            rows.move(plan, states.PLAN, "start", started_at=at, beat_at=at, attempt=plan.attempt + 1, progress=0)
            return plan
    return None


def _end(plan: m.Plan, action: str, at: datetime, failure: str = "") -> None:
    rows.move(plan, states.PLAN, action, closed_at=at, closed_by_id=plan.cancel_wished_by_id, failure=failure)
    audit.record(actor=SYSTEM, at=at, action=f"plan.{plan.status}", about=plan, reason=failure)


class _Lost(Exception):
    """The plan is not this round's any more: another has taken it up, or somebody wants it stopped."""


class _Making:
    """One round at one plan."""

    def __init__(self, plan: m.Plan, at: datetime, stopwatch: Callable[[], float]) -> None:
        self.plan, self.at, self.stopwatch = plan, at, stopwatch
        self.attempt, self.began = plan.attempt, stopwatch()
        self.told, self.done, self.stop = self.began, 0.0, False

    @property
    def seconds(self) -> float:
        """How long this round has worked."""
        return self.stopwatch() - self.began

    @property
    def now(self) -> datetime:
        """The moment in which the round began, and how long it took since."""
        return self.at + timedelta(seconds=self.seconds)

    def run(self) -> bool:
        """Make it; False when it was stopped, lost or broken."""
        try:
            people = planned.waiting(planned.in_scope(self.plan.zone_id, self.plan.county_id), self.at)
            offers = planned.offers_for(people, self.at)
            watch = Watch(self.tell, self.asked)
            had = planned.places_in(self.plan.after_id)
            earlier = (had,) if had else ()
            settings = planner.Settings(seed=self.plan.seed)
            made = plan_engine.draft(people, offers, settings, watch, self.at, *earlier)
            self.keep(people, made, had)
        except (planner.Cancelled, _Lost):
            self.stopped()
            return False
        except Exception:
            log.exception("a plan failed")
            self.failed()
            return False
        return True

    # Signs of life

    def tell(self, done: float) -> None:
        """So much is done, 0 to 1."""
        self.done = max(self.done, done)
        self._look()

    def asked(self) -> bool:
        """Whether to stop."""
        self._look()
        return self.stop

    def _look(self) -> None:
        """Write progress and see whether anybody wants it stopped, once a second at most."""
        if self.stop or self.stopwatch() - self.told < TOLD_EVERY_S:
            return
        self.told = self.stopwatch()
        mine = m.Plan.objects.filter(
            pk=self.plan.pk, status="making", attempt=self.attempt, cancel_wished_at__isnull=True
        )
        self.stop = not mine.update(progress=min(99, int(100 * self.done)), beat_at=self.now)

    # The end

    def _locked(self) -> m.Plan:
        plan = rows.lock(m.Plan, self.plan.pk)
        if plan.status != "making" or plan.attempt != self.attempt or plan.cancel_wished_at:
            raise _Lost
        return plan

    def keep(self, people: Sequence[Waiting], made: Drafted, had: Mapping[UUID, Choice]) -> None:
        """Write the rows, some at a time, and then show the plan."""
        written = _rows(self.plan, people, made, had, self.at)
        while some := list(islice(written, ROWS_AT_ONCE)):
            with transaction.atomic():
                self._locked()
                m.PlanRow.objects.bulk_create(some)
        with transaction.atomic():
            self._finish(self._locked(), people, made)

    def _finish(self, plan: m.Plan, people: Sequence[Waiting], made: Drafted) -> None:
        total = sum(one.need.party.size for one in people)
        placed = sum(one.need.party.size for one in people if one.request.pk in made.placed)
        rows.move(
            plan,
            states.PLAN,
            "finish",
            finished_at=self.now,
            progress=100,
            policy_version=DEFAULT.version,
            households=len(people),
            people=total,
            placed=placed,
            unplaced=total - placed,
            value=made.value,
            bound=made.bound,
            seconds=round(self.seconds, 2),
            wanted=[{"town": town, "points": points} for town, points in made.wanted],
        )
        audit.record(actor=SYSTEM, at=self.now, action="plan.made", about=plan, people=total, placed=placed)

    @transaction.atomic
    def stopped(self) -> None:
        """Say that it was stopped, if it was; a plan that another round has taken is left alone."""
        plan = rows.lock(m.Plan, self.plan.pk)
        if plan.status == "making" and plan.attempt == self.attempt and plan.cancel_wished_at:
            m.PlanRow.objects.filter(plan=plan).delete()
            _end(plan, "cancel", self.now)

    @transaction.atomic
    def failed(self) -> None:
        """Say that it broke."""
        plan = rows.lock(m.Plan, self.plan.pk)
        if plan.status == "making" and plan.attempt == self.attempt:
            m.PlanRow.objects.filter(plan=plan).delete()
            _end(plan, "fail", self.now, failure="broken")


def _rows(
    plan: m.Plan, people: Sequence[Waiting], made: Drafted, had: Mapping[UUID, Choice], at: datetime
) -> Iterator[m.PlanRow]:
    for one in people:
        request, placed = one.request, made.placed.get(one.request.pk)
        was = had.get(request.pk, Choice())
        row = m.PlanRow(
            id=uuid7(),
            created_at=at,
            plan=plan,
            request=request,
            household=request.household,
            origin=request.origin,
            people=one.need.party.size,
            was_ride_id=was.ride,
            was_stay_id=was.stay,
        )
        if placed:
            row.ride_id, row.stay_id, row.arrival_zone_id = (
                placed.choice.ride,
                placed.choice.stay,
                placed.choice.arrival,
            )
            row.worth, row.km, row.reasons = placed.worth, placed.km, plans.packed(placed.reasons)
        else:
            row.status, row.reasons = "left_out", plans.packed(made.left_out[request.pk])
        yield row
