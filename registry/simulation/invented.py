"""Names, phones, plates and addresses of people who do not exist, each from a seeded random number generator."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "people"

# Neither national plan assigns these prefixes (no +40 6..., no +380 2...), so that no call reaches anybody.
_PHONES = {"ro": "+406", "uk": "+3802"}
# Plates run from 01 to 99 in every county: 00 is nobody's. Letters that look like digits are left out.
_PLATE_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@cache
def lists() -> Mapping[str, Any]:
    """The word lists of fixtures/people."""
    found: dict[str, Any] = json.loads((FOLDER / "names.json").read_text("utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Name:
    """A given name and a family name."""

    given: str
    family: str


@dataclass
class Inventor:
    """Makes invented particulars; ``first`` is where its numbers start, so that two runs never share one.

    ``step`` is by how much they grow: of two that begin one apart and grow by two, neither meets the other's.
    """

    random: Random
    first: int = 0
    step: int = 1
    _numbers: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        """The next number of a kind, from ``first`` on."""
        self._numbers[kind] = self._numbers.get(kind, self.first) + self.step
        return self._numbers[kind]

    def name(self, country: str, sex: str) -> Name:
        """A name of somebody from uk or ro."""
        words = lists()[country]
        return Name(self.random.choice(words[sex]), self.random.choice(words["family"]))

    def phone(self, country: str = "ro") -> str:
        """A number that cannot be dialled, never the same twice."""
        return f"{_PHONES[country]}{self.next('phone') % 100_000_000:08d}"

    def plate(self, county: str) -> str:
        """A plate of a county (RO-SV) with the number 00, never the same twice."""
        number, letters = self.next("plate"), ""
        for _ in range(3):
            number, rest = divmod(number, len(_PLATE_LETTERS))
            letters = _PLATE_LETTERS[rest] + letters
        return f"{county.removeprefix('RO-')} 00 {letters}"

    def address(self) -> str:
        """A street and a number, never the same twice."""
        return f"{self.random.choice(lists()['ro']['streets'])} {self.next('address')}"

    def word(self, kind: str) -> str:
        """A car, minibus, bus or color."""
        return str(self.random.choice(lists()["ro"][kind]))

    def chance(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.random.random() < share
