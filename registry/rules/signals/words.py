"""Words in offers and refusals that prefer women, girls, children, somebody alone or somebody young."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from registry.identity.sounds import one_script
from registry.rules.reasons import LANGUAGES, Reason

FOLDER = Path(__file__).parent.parent / "data"
_WORD = re.compile(r"[^\W_]+")


@cache
def lists() -> Mapping[str, Mapping[str, Any]]:
    """The word lists by language, each with its source and date."""
    return {name: json.loads((FOLDER / f"words_{name}.json").read_text("utf-8")) for name in LANGUAGES}


def plain(text: str) -> str:
    """The words of a text, small, without marks (й and ї stay what they are), parted by one space."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    folded = visible.casefold().translate(_SAME)
    composed = "".join(_bare(c) for c in unicodedata.normalize("NFC", folded))
    return f" {' '.join(one_script(word) for word in _WORD.findall(composed))} "


_SAME = str.maketrans({"ё": "е", "’": "", "'": "", "ʼ": ""})


def _bare(character: str) -> str:
    """A Latin letter without its marks; Cyrillic letters keep theirs, which make them other letters."""
    base = unicodedata.normalize("NFD", character)
    return base[0] if base and base[0].isascii() else character


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for data in lists().values():
        for preference, phrases in data["prefers"].items():
            found += [(preference, re.compile(_pattern(phrase))) for phrase in phrases]
    return tuple(found)


def _pattern(phrase: str) -> str:
    """A phrase as an expression: ``*`` ends a stem, ``...`` stands for up to three words."""
    words = [r"(?:\w+ ){0,3}" if word == "..." else _word(word) for word in phrase.split()]
    return " " + "".join(words)


def _word(word: str) -> str:
    bare = re.escape(plain(word.rstrip("*")).strip())
    return f"{bare}\\w* " if word.endswith("*") else f"{bare} "


def preferences(text: str) -> frozenset[str]:
    """What a text prefers: women, children, alone, young; empty for most texts."""
    said = plain(text)
    return frozenset(preference for preference, pattern in _patterns() if pattern.search(said))


def prefers(texts: tuple[str, ...]) -> Reason | None:
    """An offer or a refusal that prefers somebody who can be preyed upon: hold."""
    found = sorted(frozenset[str]().union(*(preferences(text) for text in texts)))
    return Reason("prefers", severity="hold", params={"preference": ", ".join(found)}) if found else None
