"""The promise: whatever people do in whatever order, nobody unverified is on an active match.

A random crowd uses the real services for thousands of steps: they vet, suspend, lift, hold, clear, edit, let
papers lapse, publish, propose, choose, confirm, hand over, arrive, and the worker runs. After every step SQL of
its own, which shares nothing with the rules, looks for a match that relies on somebody it may not rely on.

Midnight. The day after ``verified_until`` begins before the worker has run. No service asks the worker's opinion:
the gate compares the date itself, so from the first second nothing new can be built on the lapsed paper (checked
below at the moment of each step). What stands already is halted by the worker's next round, seconds later, as it
must be, for a journey may be on the road over midnight and no gate at its departure could know for how long. So
for what stands already the promise is read at the last round of the worker, and at once for everything else:
status and holds never wait for the worker.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from registry import models as m
from registry.selectors import gate
from registry.services import standdown, vetting
from tests import factories as f
from tests.invented.crowd import Crowd
from tests.invented.world import build
from tests.prove.size import size

pytestmark = pytest.mark.django_db

EXAMPLES, STEPS, WANTED = 20, 100, size(10_000, 1_000)


def crowd() -> type[Crowd]:
    """A crowd of its own with its world, which is built once for all runs."""
    return type("FreshCrowd", (Crowd,), {"world": build(), "counted": {}})


def run(machine: type[Crowd], examples: int, *, shrink: bool = True) -> None:
    """Let the crowd loose.

    What it finds is shrunk for five minutes at most. Hypothesis's explaining of it would run the crowd for hours.
    """
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_nobody_unverified_is_ever_on_an_active_match(record_property: Any) -> None:
    machine = crowd()
    counted = machine.counted
    while counted.get("steps", 0) < WANTED:
        run(machine, EXAMPLES)
    record_property("steps", counted["steps"])
    lively = ("propose", "accept", "confirm", "depart", "arrive", "suspend", "hold", "edit", "fail", "verify", "lift")
    assert all(
        counted.get(name, 0) >= size(20, 1) for name in (*lively, "clear", "renew", "publish", "close", "resolve")
    )


def open_gate(_pair: gate.Pair, _at: object) -> gate.Verdict:
    """A gate that lets everybody through."""
    return gate.Verdict((), 0, ())


def touches_nothing(_rides: object, _stays: object) -> Any:
    """A suspension that halts nothing."""
    return m.Match.objects.none()


def expires_nobody(**_given: object) -> int:
    """A worker that forgets the papers."""
    return 0


CONTROLS = [(gate, "ask", open_gate), (standdown, "_touched", touches_nothing), (vetting, "expire_due", expires_nobody)]


@pytest.mark.parametrize(("module", "guard", "broken"), CONTROLS, ids=["gate", "halting", "expiry"])
def test_without_a_guard_the_crowd_finds_somebody_unverified(
    module: Any, guard: str, broken: Any, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    monkeypatch.setattr(module, guard, broken)
    machine = crowd()
    with f.unguarded(), pytest.raises(AssertionError):
        run(machine, 60, shrink=False)
    record_property("control_found", 1)
