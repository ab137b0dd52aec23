"""A pytest plugin that puts faults into modules, one at a time, and sees whether the collected tests notice.

Tests are collected once. For each fault a child is forked, which changes the loaded module in place (so that whoever
imported a function from it has the fault too), runs the tests until one fails, and says by its exit code whether one
did. A child that hangs has noticed.
"""

import ast
import contextlib
import enum
import importlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.prove.mutants import Mutant, mutants

# What the parent reads when nothing was noticed; else which test noticed, or that it hung.
SURVIVED, HUNG = "-1", "hung"
# So many times as long as the tests take without a fault, and a little.
PATIENCE, LEAST_S = 4, 20
# A test that takes longer is left out: each fault that survives would wait for it.
LONGEST_S = 0.5


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of running the tests once: once without a fault, then once for each."""
    answer = Path(os.environ["MUTATE_ANSWER"])
    items = _quickest_first(session.items, answer)
    started = time.monotonic()
    if _forked(items, None, None, 600):
        raise pytest.UsageError("the tests fail without any fault")
    patience = LEAST_S + PATIENCE * (time.monotonic() - started)
    found: list[tuple[str, bool]] = []
    for module, mutant in _chosen():
        killed = _forked(items, module, mutant, patience)
        found.append((f"{module.__name__}.{mutant.name}", killed))
        if not killed:
            print(f"survived: {found[-1][0]}", file=sys.stderr, flush=True)
    answer.write_text(json.dumps(found), "utf-8")
    return True


def _chosen() -> Iterator[tuple[ModuleType, Mutant]]:
    """The faults of the modules, or a sample of them that is the same each time."""
    modules = [importlib.import_module(name) for name in os.environ["MUTATE_MODULES"].split(",")]
    every = [(module, mutant) for module in modules for mutant in mutants(_source(module))]
    count = min(len(every), int(os.environ.get("MUTATE_SAMPLE", str(len(every)))))
    yield from every if count == len(every) else Random(1).sample(every, count)


def _source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text("utf-8")


def _quickest_first(items: list[pytest.Item], answer: Path) -> list[pytest.Item]:
    """The tests in the order of how long they take, which a child finds out; slow ones are left out."""
    times = answer.with_name("times.json")
    pid = os.fork()
    if pid == 0:
        _quietly()
        taken = {}
        for item, following in _in_turn(items):
            started = time.monotonic()
            if not _passes(item, following):
                taken["failed"] = item.nodeid
            taken[item.nodeid] = time.monotonic() - started
        times.write_text(json.dumps(taken), "utf-8")
        os._exit(0)
    os.waitpid(pid, 0)
    taken = json.loads(times.read_text("utf-8"))
    if "failed" in taken:
        raise pytest.UsageError(f"a test fails without any fault: {taken['failed']}")
    quick = [item for item in items if taken[item.nodeid] <= LONGEST_S]
    return sorted(quick, key=lambda item: taken[item.nodeid])


def _forked(items: list[pytest.Item], module: ModuleType | None, mutant: Mutant | None, patience: float) -> bool:
    """Whether a child with this fault noticed it; the test that did is asked first the next time."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _quietly()
        said = "0"
        with contextlib.suppress(BaseException):
            if module and mutant:
                put_in(module, mutant.tree)
            failed = (number for number, pair in enumerate(_in_turn(items)) if not _passes(*pair))
            said = str(next(failed, SURVIVED))
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    said = _waited(pid, reading, patience)
    if said.isdecimal():
        items.insert(0, items.pop(int(said)))
    return said != SURVIVED


def _in_turn(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, pytest.Item | None]]:
    """Each test with the one after it, for which shared fixtures are kept."""
    return zip(items, [*items[1:], None], strict=True)


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _waited(pid: int, reading: int, patience: float) -> str:
    """What the child said; one that says nothing in time is ended."""
    ready, _, _ = select.select([reading], [], [], patience)
    said = os.read(reading, 20).decode() if ready else HUNG
    os.close(reading)
    if not ready:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return said


def _quietly() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(null, number)


def put_in(module: ModuleType, tree: ast.Module) -> None:
    """Change the loaded module into the tree: its functions in place, its constants by name."""
    code = compile(tree, str(module.__file__), "exec")
    fresh = ModuleType(module.__name__)
    fresh.__dict__.update({name: module.__dict__[name] for name in ("__file__", "__package__", "__spec__")})
    # Dataclasses look their module up by name while they are made.
    sys.modules[module.__name__] = fresh
    try:
        exec(code, fresh.__dict__)  # noqa: S102
    finally:
        sys.modules[module.__name__] = module
    _change(module, fresh, module.__name__)


def _change(old: Any, fresh: Any, module: str) -> None:
    for name, new in list(vars(fresh).items()):
        here = vars(old).get(name)
        if isinstance(new, FunctionType) and isinstance(here, FunctionType):
            if new.__module__ == module and new.__code__.co_freevars == here.__code__.co_freevars:
                here.__code__, here.__defaults__, here.__kwdefaults__ = (
                    new.__code__,
                    new.__defaults__,
                    new.__kwdefaults__,
                )
        elif isinstance(new, property) and isinstance(here, property):
            here.fget.__code__ = new.fget.__code__
        elif isinstance(new, enum.EnumMeta) and new.__module__ == module:
            # Its members are looked up by name each time they are needed.
            setattr(old, name, new)
        elif isinstance(new, type) and isinstance(here, type):
            if new.__module__ == module:
                _change(here, new, module)
        elif not name.startswith("__") and not _is_imported(new, module) and _differs(here, new):
            with contextlib.suppress(AttributeError, TypeError):
                setattr(old, name, new)


def _is_imported(value: Any, module: str) -> bool:
    return getattr(value, "__module__", module) != module and isinstance(value, type | FunctionType)


def _differs(one: Any, other: Any) -> bool:
    try:
        return bool(repr(one) != repr(other))
    except Exception:  # noqa: BLE001 - what cannot be shown is put in
        return True
