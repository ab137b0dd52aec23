"""A word in every spelling in which a database could hold it, and the search for many of them at once."""

import json
import struct
from base64 import b64encode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from unicodedata import normalize
from urllib.parse import quote, quote_plus

import numpy as np
from anyascii import anyascii

# Anything shorter is found by chance in a few megabytes of ciphertext.
SHORTEST = 8


def spellings(word: str) -> set[str]:
    """The word as it was typed, and as a column for searching might keep it."""
    latin = anyascii(word)
    found = {word, latin, normalize("NFD", word), normalize("NFKD", word), word.title()}
    if word.startswith("+"):
        # What is common to +40744 111 222, 0040744111222 and 0744111222.
        found.add(word[3:])
    return found | {change(one) for one in found for change in (str.upper, str.lower, str.casefold)}


def forms(word: str) -> set[bytes]:
    """Every run of bytes that would show the word, which must be long enough to be looked for."""
    if len(word.encode()) < SHORTEST:
        raise ValueError(f"{word} is too short to be told from chance")
    found = {form for one in spellings(word) for form in _written(one)} | set(_as_number(word))
    return {form for form in found if len(form) >= SHORTEST}


def _written(text: str) -> Iterator[bytes]:
    for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
        yield from (raw, raw.hex().encode(), raw.hex().upper().encode())
        yield from _in_base64(raw)
    yield from (quote(text).encode(), quote_plus(text).encode(), text.encode("ascii", "xmlcharrefreplace"))
    for escaped in (json.dumps(text)[1:-1].encode(), text.encode("ascii", "backslashreplace")):
        # PostgreSQL doubles a backslash when it copies a text out.
        yield from (escaped, escaped.replace(b"\\", b"\\\\"))


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """The digits that belong to these bytes alone, wherever they begin in a group of three."""
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(before) + raw)[first:last]


def _as_number(word: str) -> Iterator[bytes]:
    """A number with a fraction as both databases hold it in a column of numbers."""
    try:
        value = float(word)
    except ValueError:
        return
    if "." in word:
        yield from (struct.pack(">d", value), struct.pack("<d", value))


def found_in(stored: bytes, words: Mapping[str, str]) -> set[str]:
    """The names of those words of which some form is stored; one pass for all, by the first eight bytes."""
    by_head: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
    for name, word in words.items():
        for form in forms(word):
            by_head[form[:SHORTEST]].append((form, name))
    heads = np.frombuffer(b"".join(sorted(by_head)), "<u8")
    return {name for place in _places(stored, heads) for name in _there(stored, place, by_head)}


def _places(stored: bytes, heads: "np.ndarray") -> Iterator[int]:
    """Where one of these heads begins."""
    for shift in range(min(SHORTEST, len(stored) - SHORTEST + 1)):
        windows = np.frombuffer(stored, "<u8", count=(len(stored) - shift) // SHORTEST, offset=shift)
        yield from (int(window) * SHORTEST + shift for window in np.flatnonzero(np.isin(windows, heads)))


def _there(stored: bytes, place: int, by_head: Mapping[bytes, list[tuple[bytes, str]]]) -> Iterator[str]:
    candidates = by_head[stored[place : place + SHORTEST]]
    yield from (name for form, name in candidates if stored.startswith(form, place))
