"""A reason: why a rule said no or what speaks for an offer, in words for staff and for the household."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

LANGUAGES = ("uk", "ro", "en", "ru")
Audience = Literal["staff", "household"]
Severity = Literal["block", "hold", "review", "info"]

_TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``rule`` is the number in docs/rules.md (0: capacity, fit or preference)."""

    code: str
    rule: int = 0
    severity: Severity = "block"
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    def text(self, language: str, audience: Audience = "staff") -> str:
        """The sentence to read out, in ``language`` (one of LANGUAGES, else English)."""
        return text_of(self.code, language, audience).format(**self.params)


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """All sentences of one language: code -> audience -> sentence."""
    data: dict[str, dict[str, str]] = json.loads((_TEXTS / f"{language}.json").read_text("utf-8"))
    return data


def text_of(code: str, language: str, audience: Audience = "staff") -> str:
    """The sentence template of ``code``; raises KeyError for a code that has none."""
    entry = texts(language if language in LANGUAGES else "en")[code]
    return entry.get(audience) or entry["staff"]
