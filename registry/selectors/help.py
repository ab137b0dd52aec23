"""Numbers that help, each with its source and the day it was last verified. Anybody may read them."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "helplines.json"


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One number: ``channel`` is call or text, ``dial`` what a phone dials from any network."""

    code: str
    number: str
    dial: str
    channel: str
    free: bool
    always_open: bool
    source: str
    verified_on: date

    @property
    def link(self) -> str:
        """What a phone opens when the number is tapped."""
        return f"{'sms' if self.channel == 'text' else 'tel'}:{self.dial}"


@cache
def lines() -> tuple[HelpLine, ...]:
    """Every help number, the most urgent first."""
    rows = json.loads(DATA.read_text("utf-8"))["lines"]
    return tuple(HelpLine(**{**row, "verified_on": date.fromisoformat(row["verified_on"])}) for row in rows)


def last_verified() -> date:
    """The day on which the oldest of the numbers was verified: all are at least this fresh."""
    return min(line.verified_on for line in lines())
