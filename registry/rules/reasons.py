"""A reason: why a rule said no or what speaks for an offer, in words for staff and for the household."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

LANGUAGES = ("uk", "ro", "en", "ru")
Audience = Literal["staff", "household"]
Severity = Literal["block", "hold", "review", "alert", "info"]

_TEXTS = Path(__file__).parent / "texts"
_NOT_CODES = ("meta", "labels")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``rule`` is the number in docs/rules.md (0: capacity, fit or preference)."""

    code: str
    rule: int = 0
    severity: Severity = "block"
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    def text(self, language: str, audience: Audience = "staff") -> str:
        """The sentence to read out, in ``language`` (one of LANGUAGES, else English)."""
        words = {name: _in_words(name, value, language) for name, value in self.params.items()}
        return text_of(self.code, language, audience).format(**words)


@cache
def _file(language: str) -> Mapping[str, Any]:
    data: dict[str, Any] = json.loads((_TEXTS / f"{known(language)}.json").read_text("utf-8"))
    return data


def known(language: str) -> str:
    """The language if there are texts in it, else English."""
    return language if language in LANGUAGES else "en"


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """All sentences of one language: code -> audience -> sentence."""
    return {code: entry for code, entry in _file(language).items() if code not in _NOT_CODES}


def meta(language: str) -> Mapping[str, str | None]:
    """Who translated the file of a language, and who has reviewed it (None: nobody yet)."""
    found: Mapping[str, str | None] = _file(language)["meta"]
    return found


def labels(kind: str, language: str) -> Mapping[str, str]:
    """The names of all codes of a kind (check, languages, field, rejection)."""
    found: Mapping[str, str] = _file(language)["labels"].get(kind, {})
    return found


def label(kind: str, code: str, language: str) -> str:
    """The name of one code of a kind that ``labels`` knows; the code when it has none."""
    return labels(kind, language).get(code, code)


def _in_words(name: str, value: str | float, language: str) -> str | float:
    """A parameter whose values have names, as those names; several are separated by commas."""
    if not isinstance(value, str):
        return value
    return ", ".join(label(name, code, language) for code in value.split(", "))


def text_of(code: str, language: str, audience: Audience = "staff") -> str:
    """The sentence template of ``code``; raises KeyError for a code that has none."""
    return texts(known(language))[code][audience]
