"""A journey in one text message, for a phone that knows nothing else: the code, the plate, whom to call."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from registry.rules import short_message
from registry.rules.reasons import known
from registry.selectors import help as helplines

_FILE = Path(__file__).resolve().parent.parent / "data" / "short_messages.json"


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """A text and its length as a phone counts it."""

    text: str
    language: str
    length: int
    room: int


@cache
def _texts() -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return found


def of_journey(code: str, plate: str, language: str) -> ShortMessage:
    """The message of a household in its language; without a plate when nobody drives them."""
    numbers = {line.code: line.number.replace(" ", "") for line in helplines.lines()}
    spoken = known(language)
    text = _texts()["ride" if plate else "stay"][spoken].format(code=code, plate=plate.replace(" ", ""), **numbers)
    return ShortMessage(text, spoken, short_message.length(text), short_message.room(text))
