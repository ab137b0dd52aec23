"""What a breach is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Breach:
    """The guard that must refuse, what it calls it, and the scene that gives the unlawful statement."""

    guard: str
    code: str
    scene: Callable[[], Callable[[], Any]]
    variant: str = ""

    @property
    def name(self) -> str:
        """As a test is called after it."""
        return f"{self.guard}-{self.variant}" if self.variant else self.guard
