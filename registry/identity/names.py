"""Whether two people may be the same by their names, and blind keys that find those whom it is worth asking about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from registry.identity import soundex
from registry.identity.nicknames import groups_of
from registry.identity.sounds import distance, readings, skeleton, stem, words

MOST_KEYS = 240
MOST_WORDS = 6
_PATRONYMIC = re.compile(r"(?:[oei]v|[lktm])ič$|[oei]vna$|ična$|ogli$|kizi$")
_SHORTEST_PATRONYMIC = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A person's names as they were taken down: any alphabet, order, patronymic and marks."""

    given: str
    family: str


def alike(one: Name, other: Name) -> bool:
    """Whether the names may be one person's: given name with given name and surname with surname, or one side swapped.

    A name that was taken down in one field has no order at all.
    """
    mine, theirs = _halves(one), _halves(other)
    orders = ((mine, theirs, True), (mine, theirs[::-1], False), (mine[::-1], theirs, False))
    return any(_both(a, b, sure=sure) for a, b, sure in orders)


def _halves(name: Name) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of the given name and those of the surname; all of them for both when there is only one field."""
    every, given = parts(name), frozenset(words(name.given))
    halves = tuple(w for w in every if w in given), tuple(w for w in every if w not in given)
    return halves if all(halves) else (every, every)


def _both(mine: tuple[tuple[str, ...], ...], theirs: tuple[tuple[str, ...], ...], *, sure: bool) -> bool:
    """Whether a given name of one is one of the other, and another word a surname of both."""
    pairs = ((a, b) for a in mine[0] for b in theirs[0] if same_given(a, b, sure=sure))
    return any(same_family(x, y) for a, b in pairs for x in mine[1] if x != a for y in theirs[1] if y != b)


def parts(name: Name) -> tuple[str, ...]:
    """The words of a name that tell people apart: double names in two, patronymics left out, in order, each once."""
    given, family = words(name.given), words(name.family)
    kept = (*_without_patronymics(given, bool(family)), *_without_patronymics(family, bool(given)))
    return tuple(dict.fromkeys(kept))[:MOST_WORDS]


def _without_patronymics(found: tuple[str, ...], other_half: bool) -> tuple[str, ...]:
    """The first word of a half always stays; a patronymic follows a given name, or a surname that came in its place."""
    least = 1 if other_half else 2
    if len(found) <= least:
        return found
    kept = tuple(word for n, word in enumerate(found) if n == 0 or not is_patronymic(word))
    return kept if len(kept) >= least else found


def is_patronymic(word: str) -> bool:
    """Whether a word ends like a father's name: Ivanovych, Иванович, Ivanivna, Иванична."""
    return len(word) >= _SHORTEST_PATRONYMIC and any(_PATRONYMIC.search(sound) for sound in readings(word))


def same_given(a: str, b: str, *, sure: bool = True) -> bool:
    """Whether two given names may be one person's: one name in two languages, a pet name, another spelling.

    Where it is not ``sure`` that both were given names, only what the table knows by sound counts.
    """
    mine, theirs = groups_of(a, by_skeleton=sure), groups_of(b, by_skeleton=sure)
    if not sure and not (mine and theirs):
        return bool(_stems(a) & _stems(b))
    if mine and theirs:
        return bool(mine & theirs)
    return same_family(a, b)


def same_family(a: str, b: str) -> bool:
    """Whether two surnames may be one: another alphabet or standard, man and woman of one family, a slip."""
    mine, theirs = _stems(a), _stems(b)
    return bool(mine & theirs) or any(_close(x, y) for x in mine for y in theirs)


def _stems(word: str) -> frozenset[str]:
    return frozenset(stem(sound) for sound in readings(word))


def _close(x: str, y: str) -> bool:
    """One slip in a name of at least five sounds; two in one of eight when the consonants are the same."""
    shortest = min(len(x), len(y))
    most = 0 if shortest < 5 else 2 if shortest >= 8 and skeleton(x) == skeleton(y) else 1
    return bool(most) and distance(x, y, most) <= most


# Blind keys


def keys(name: Name) -> frozenset[str]:
    """Plain keys of a name; two names that are ``alike`` share one, most that are not share none.

    Each joins two words, so that a stolen table of their fingerprints does not show how common a name is.
    """
    found = dict.fromkeys(key for a, b in combinations(parts(name), 2) for key in _pair_keys(a, b))
    return frozenset(list(found)[:MOST_KEYS])


def _pair_keys(a: str, b: str) -> Iterator[str]:
    bones = {word: sorted({skeleton(stem(sound)) for sound in readings(word)}) for word in (a, b)}
    known = {word: sorted(groups_of(word)) for word in (a, b)}
    for x in bones[a]:
        for y in bones[b]:
            yield "s:" + "+".join(sorted((x, y)))
    for given, family in ((a, b), (b, a)):
        for group in known[given]:
            yield from (f"n:{group}+{bone}" for bone in bones[family])
            yield from (f"d:{group}+{code}" for code in soundex.codes(family))
            yield from (f"e:{group}+{short}" for bone in bones[family] for short in _shortened(bone))
        if not known[given]:
            yield from (f"u:{g}+{s}" for g in bones[given] for bone in bones[family] for s in _shortened(bone))
            yield from (f"u:{s}+{f}" for f in bones[family] for bone in bones[given] for s in _shortened(bone))


def _shortened(bone: str) -> list[str]:
    """The skeleton, and with each of its consonants left out: two that differ by one share one of these."""
    if len(bone) < 3:
        return [bone]
    return sorted({bone} | {bone[:i] + bone[i + 1 :] for i in range(len(bone))})


def exact_keys(name: Name) -> frozenset[str]:
    """Plain keys that only names of the same consonants share: for a list where nothing but fingerprints is kept."""
    found: list[str] = []
    for a, b in combinations(parts(name), 2):
        for given, family in ((a, b), (b, a)):
            bones = sorted({skeleton(stem(sound)) for sound in readings(family)})
            found += [f"x:{group}+{bone}" for group in sorted(groups_of(given)) for bone in bones]
        found += [k for k in _pair_keys(a, b) if k.startswith("s:")]
    return frozenset(dict.fromkeys(found[:MOST_KEYS]))
