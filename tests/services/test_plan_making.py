"""How the worker makes plans: progress, a wish to stop, rounds that are killed or break, the command."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from registry import models as m
from registry.selectors import plans
from registry.services import plan_engine, planning, worker
from registry.states import IllegalTransition
from tests import factories as f
from tests.invented import plans as p
from tests.services.test_planning import entries

pytestmark = pytest.mark.django_db


def test_a_plan_that_waits_is_stopped_at_once() -> None:
    plan = planning.cancel(actor=f.andrei(), plan=p.asked().pk, at=f.NOW)
    assert (plan.status, plan.closed_by_id) == ("cancelled", f.andrei().id)
    assert planning.make_due(at=f.NOW) == 0
    assert len(entries("plan.cancelled")) == 1
    with pytest.raises(IllegalTransition):
        planning.cancel(actor=f.andrei(), plan=plan.pk, at=f.NOW)


def ticking() -> Any:
    """A stopwatch that goes on by two seconds at each look."""
    seconds = iter(range(0, 10_000, 2))
    return lambda: float(next(seconds))


def test_a_plan_that_is_being_made_stops_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    p.crossing()
    plan, andrei = p.asked(), f.andrei()
    draft = plan_engine.draft

    def ask_to_stop(people: Any, offers: Any, settings: Any, watch: plan_engine.Watch, at: Any) -> Any:
        watch.progress(0.4)
        assert m.Plan.objects.get(pk=plan.pk).progress == 40
        planning.cancel(actor=andrei, plan=plan.pk, at=f.NOW)
        planning.cancel(actor=andrei, plan=plan.pk, at=f.NOW)
        return draft(people, offers, settings, watch, at)

    monkeypatch.setattr(plan_engine, "draft", ask_to_stop)
    assert planning.make_due(at=f.NOW, stopwatch=ticking()) == 0
    plan.refresh_from_db()
    assert (plan.status, plan.closed_by_id, plan.rows.count()) == ("cancelled", andrei.id, 0)
    assert len(entries("plan.cancel_wished")) == len(entries("plan.cancelled")) == 1


def test_progress_is_written_once_a_second_at_most(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    p.crossing()
    plan = p.asked()
    now = [0.0]
    draft = plan_engine.draft

    def tell_often(people: Any, offers: Any, settings: Any, watch: plan_engine.Watch, at: Any) -> Any:
        with django_assert_num_queries(3):
            for step in range(400):
                now[0] = step / 100
                watch.progress(step / 1000)
                watch.cancelled()
        return draft(people, offers, settings, watch, at)

    monkeypatch.setattr(plan_engine, "draft", tell_often)
    assert planning.make_due(at=f.NOW, stopwatch=lambda: now[0]) == 1
    plan.refresh_from_db()
    assert plan.finished_at == f.NOW + timedelta(seconds=3.99)


class Killed(BaseException):
    """The process is gone: nothing that it would have done is done."""


def killed(*_args: Any, **_kwargs: Any) -> Any:
    raise Killed


def test_a_round_that_was_killed_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    p.crossing(beds=(4,), waiting=1)
    plan = p.asked()
    with monkeypatch.context() as patch:
        patch.setattr("registry.services.plan_making._Making._finish", killed)
        with pytest.raises(Killed):
            planning.make_due(at=f.NOW)
    assert m.Plan.objects.get(pk=plan.pk).status == "making"
    assert plans.rows(f.andrei(), m.Plan.objects.get(pk=plan.pk)).count() == 0
    assert planning.make_due(at=f.NOW + timedelta(minutes=1)) == 0
    assert planning.make_due(at=f.NOW + timedelta(minutes=3)) == 1
    plan.refresh_from_db()
    assert (plan.status, plan.attempt, plan.rows.count()) == ("draft", 2, 1)


def test_a_plan_that_kills_three_rounds_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = p.asked()
    monkeypatch.setattr(plan_engine, "draft", killed)
    for minutes in (0, 3, 6):
        with pytest.raises(Killed):
            planning.make_due(at=f.NOW + timedelta(minutes=minutes))
    assert planning.make_due(at=f.NOW + timedelta(minutes=9)) == 0
    plan.refresh_from_db()
    assert (plan.status, plan.failure) == ("failed", "gave_up")
    assert len(entries("plan.failed")) == 1


def test_a_round_that_was_given_up_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    p.crossing(beds=(4,), waiting=1)
    plan = p.asked()
    draft = plan_engine.draft
    later = f.NOW + timedelta(minutes=3)

    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(plan_engine, "draft", draft)
        assert planning.make_due(at=later) == 1
        return draft(*args)

    monkeypatch.setattr(plan_engine, "draft", overtaken)
    assert planning.make_due(at=f.NOW) == 0
    plan.refresh_from_db()
    assert (plan.status, plan.attempt, plan.rows.count()) == ("draft", 2, 1)


def test_a_plan_that_breaks_says_so_and_the_worker_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = p.asked()
    with monkeypatch.context() as patch:
        patch.setattr(plan_engine, "draft", lambda *_: 1 / 0)
        assert planning.make_due(at=f.NOW) == 0
    plan.refresh_from_db()
    assert (plan.status, plan.failure) == ("failed", "broken")
    assert p.made().status == "draft"


def test_a_wish_to_stop_outlives_the_round_that_died(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = p.asked()
    with monkeypatch.context() as patch:
        patch.setattr(plan_engine, "draft", killed)
        with pytest.raises(Killed):
            planning.make_due(at=f.NOW)
    planning.cancel(actor=f.andrei(), plan=plan.pk, at=f.NOW)
    assert planning.make_due(at=f.NOW + timedelta(minutes=3)) == 0
    plan.refresh_from_db()
    assert plan.status == "cancelled"


# The command


def test_work_makes_plans_unless_another_process_does(capsys: pytest.CaptureFixture[str]) -> None:
    p.crossing(beds=(4,), waiting=1)
    plan = p.asked()
    call_command("work", "--once", "--no-plans")
    assert m.Plan.objects.get(pk=plan.pk).status == "queued"
    capsys.readouterr()
    call_command("work", "--once", "--plans")
    assert m.Plan.objects.get(pk=plan.pk).status == "draft"
    assert capsys.readouterr().out == "work: 1 plans_made\n"


def test_a_process_for_plans_does_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(**_given: Any) -> Any:
        raise AssertionError("a round was worked")

    monkeypatch.setattr(worker, "work_once", never)
    call_command("work", "--once", "--plans")
    with pytest.raises(AssertionError):
        call_command("work", "--once")
