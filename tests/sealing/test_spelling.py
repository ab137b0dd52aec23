"""The search for planted words misses no spelling, and finds nothing that is not there."""

import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest

from tests.sealing.spelling import forms, found_in

WORDS = {"name": "Xerxescu-Plantată", "phone": "+40744918273", "paper": "ЖЩЮЄ", "place": "47.6512349"}
WAYS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "UTF-16": lambda word: word.encode("utf-16"),
    "capitals": lambda word: word.upper().encode(),
    "small letters": lambda word: word.lower().encode(),
    "JSON": lambda word: b"".join(rb"\u%04x" % ord(letter) for letter in word),
    "JSON copied out of PostgreSQL": lambda word: b"".join(rb"\\u%04x" % ord(letter) for letter in word),
    "hexadecimal": lambda word: word.encode().hex().encode(),
    "base64": lambda word: b64encode(f"They are {word}, she said".encode()),
    "base64 a letter on": lambda word: b64encode(f"They were {word}, she said".encode()),
    "base64 two letters on": lambda word: urlsafe_b64encode(f"It is then {word}, she said".encode()),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("before", range(9))
def test_a_word_is_found_in_every_spelling_wherever_it_begins(way: str, before: int) -> None:
    if way.startswith("JSON"):
        words = {name: word for name, word in WORDS.items() if not word.isascii() and word.isalpha()}
    else:
        words = WORDS
    for name, word in words.items():
        stored = secrets.token_bytes(before) + WAYS[way](word) + secrets.token_bytes(9)
        assert found_in(stored, WORDS) == {name}, way


@pytest.mark.parametrize("typed", ["0744918273", "0040744918273", "744918273"])
def test_a_phone_is_found_however_it_was_dialled(typed: str) -> None:
    assert found_in(f"call {typed} now".encode(), WORDS) == {"phone"}


def test_nothing_is_found_that_is_not_there() -> None:
    assert found_in(secrets.token_bytes(2_000_000), WORDS) == set()
    assert found_in(b"Xerxes", WORDS) == found_in(b"", WORDS) == set()


def test_every_word_has_forms_long_enough_not_to_be_met_by_chance() -> None:
    for word in WORDS.values():
        assert word.encode() in forms(word)
        assert min(map(len, forms(word))) >= 8
    with pytest.raises(ValueError, match="too short"):
        forms("Zenobia")
