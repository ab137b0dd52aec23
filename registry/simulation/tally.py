"""What a replay counts while it runs: steps with their times, refusals by reason, what came of each household."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any


class Refusal(Exception):
    """The registry said no: HTTP status, code, and (reason code, rule) of each reason."""

    def __init__(self, status: int, code: str, reasons: Iterable[tuple[str, int]] = ()) -> None:
        self.status, self.code, self.reasons = status, code, tuple(reasons)
        super().__init__(status, code, self.reasons)

    @property
    def is_error(self) -> bool:
        """A failure of the registry itself, not an answer."""
        return self.status >= 500

    @property
    def over(self) -> bool:
        """The thing is no longer in a state that allows it: somebody else has moved it on."""
        return self.code in ("illegal_transition", "request_not_open", "not_found")


@dataclass
class Tally:
    """Counts; safe to use from several threads."""

    held: dict[str, set[object]] = field(default_factory=lambda: defaultdict(set))
    counts: Counter[str] = field(default_factory=Counter)
    times_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[object, tuple[str, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __getstate__(self) -> dict[str, Any]:
        """What goes to another process: everything but the lock."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """With a lock of this process."""
        self.__dict__ |= state | {"_lock": threading.Lock()}

    def add(self, other: "Tally") -> None:
        """What another process has counted, of others than here."""
        with self._lock:
            for code, who in other.held.items():
                self.held[code] |= who
            self.counts += other.counts
            for name, times in other.times_ms.items():
                self.times_ms[name] += times
            self.waiting |= other.waiting
            self.problems += other.problems

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step, however it ends; a refusal keeps its own time under the same name."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.took(name, (time.perf_counter() - started) * 1000)

    def took(self, name: str, elapsed_ms: float) -> None:
        """A step took so many milliseconds."""
        with self._lock:
            self.times_ms[name].append(elapsed_ms)

    def count(self, name: str, number: int = 1) -> None:
        """Count something."""
        with self._lock:
            self.counts[name] += number

    def held_back(self, who: object, reasons: Iterable[tuple[str, int]]) -> None:
        """Remember whom each rule held back, once each; reasons of capacity or fit (rule 0) are not holds."""
        with self._lock:
            for code, rule in reasons:
                if rule:
                    self.held[code].add(who)

    def refused(self, who: object, refusal: Refusal, step: str) -> None:
        """A refusal: held back by its reasons, or an error of the registry."""
        self.held_back(who, refusal.reasons)
        with self._lock:
            self.counts["refusals"] += 1
            self.counts[f"refused at {step}"] += 1
            if refusal.is_error:
                self.problems.append(f"{step}: {refusal.status} {refusal.code}")

    def problem(self, text: str) -> None:
        """Something that must not happen."""
        with self._lock:
            self.problems.append(text)

    def wait(self, who: object, why: Iterable[str]) -> None:
        """A household goes on waiting, and why nothing fits."""
        with self._lock:
            self.waiting[who] = tuple(why)

    def served(self, who: object) -> None:
        """It waits no longer."""
        with self._lock:
            self.waiting.pop(who, None)

    @property
    def held_by_rule(self) -> dict[str, int]:
        """How many households and offers each reason held back at least once, most first."""
        ordered = sorted(self.held.items(), key=lambda item: (-len(item[1]), item[0]))
        return {code: len(who) for code, who in ordered}

    def waiting_why(self) -> Counter[str]:
        """Households that still wait, by what left out most of the offers they were shown."""
        return Counter(why[0] if why else "not searched yet" for why in self.waiting.values())

    def latency_ms(self) -> dict[str, dict[str, float]]:
        """p50, p95 and max of each step, in milliseconds."""
        return {step: _summary(times) for step, times in sorted(self.times_ms.items())}


def _summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": round(_quantile(ordered, 0.5), 2),
        "p95": round(_quantile(ordered, 0.95), 2),
        "max": round(ordered[-1], 2),
        "n": len(ordered),
    }


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
