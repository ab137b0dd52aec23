"""Given names that one person may go by, as groups of forms across languages and pet names. No Django."""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from registry.identity.sounds import readings, skeleton

_FILE = Path(__file__).parent / "data" / "nicknames.json"
# Shorter ones are shared by too many names to mean anything.
_SHORTEST_SKELETON = 3


@cache
def _groups() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = json.loads(_FILE.read_text("utf-8"))["groups"]
    return {name: tuple(forms) for name, forms in found.items()}


@cache
def _by_sound() -> tuple[Mapping[str, frozenset[str]], Mapping[tuple[str, str], frozenset[str]]]:
    """Groups by exact sound, and by skeleton with the sound at the start for spellings that the table lacks."""
    exact: dict[str, set[str]] = defaultdict(set)
    loose: dict[tuple[str, str], set[str]] = defaultdict(set)
    for group, forms in _groups().items():
        for sound in {sound for form in forms for sound in readings(form.casefold())}:
            exact[sound].add(group)
            loose[sound[0], skeleton(sound)].add(group)
    return {k: frozenset(v) for k, v in exact.items()}, {k: frozenset(v) for k, v in loose.items()}


@lru_cache(maxsize=4096)
def groups_of(word: str, *, by_skeleton: bool = True) -> frozenset[str]:
    """Every group that a given name may belong to; none for a name that the table does not know.

    A spelling that the table lacks is found by its consonants, unless it may be a surname.
    """
    exact, loose = _by_sound()
    sounds = readings(word)
    found = frozenset(group for sound in sounds for group in exact.get(sound, ()))
    if found or not by_skeleton:
        return found
    keys = {(sound[0], skeleton(sound)) for sound in sounds}
    return frozenset(g for key in keys if len(key[1]) >= _SHORTEST_SKELETON for g in loose.get(key, ()))
