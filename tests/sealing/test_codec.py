"""Sealed text opens in its own place, with its own key, unaltered, or not at all."""

import pytest

from registry import sealing
from registry.identity.fingerprints import BadKeys

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
HERE = sealing.place("registry_provider", "0193", "phone")
RING = sealing.Masters({1: KEY, 2: OTHER})


@pytest.mark.parametrize("plain", ["Ковальчук", "+40721234567", "str. Mihai Eminescu 4, ap. 2", "x" * 5000, "\0"])
def test_what_was_sealed_opens_again_and_cannot_be_seen(plain: str) -> None:
    sealed = sealing.seal(KEY, HERE, plain)
    assert sealing.unseal(KEY, HERE, sealed) == plain
    assert sealed.startswith("1.")
    assert plain not in sealed


def test_nothing_stays_nothing() -> None:
    assert sealing.seal(KEY, HERE, "") == ""
    assert sealing.unseal(KEY, HERE, "") == ""


def test_the_same_text_never_looks_the_same() -> None:
    assert len({sealing.seal(KEY, HERE, "Ana") for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("registry_resident", "0193", "phone"),
        ("registry_provider", "0194", "phone"),
        ("registry_provider", "0193", "x"),
    ],
    ids=["table", "row", "column"],
)
def test_it_opens_nowhere_else(elsewhere: tuple[str, str, str]) -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(KEY, sealing.place(*elsewhere), sealing.seal(KEY, HERE, "Ana"))


def test_control_a_place_without_its_parts_would_open_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "place", lambda *_: b"")
    sealed = sealing.seal(KEY, sealing.place("a", "1", "x"), "Ana")
    assert sealing.unseal(KEY, sealing.place("b", "2", "y"), sealed) == "Ana"


def test_no_altered_letter_is_accepted() -> None:
    sealed = sealing.seal(KEY, HERE, "Ana Popescu")
    for at in range(len(sealed)):
        altered = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(KEY, HERE, altered)


@pytest.mark.parametrize("text", ["1.", "1.AAAA", "Ana", "2.AAAA", "1.\u0416", "1." + "A" * 40])
def test_what_was_never_sealed_is_refused_by_name(text: str) -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(KEY, HERE, text)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(OTHER, HERE, sealing.seal(KEY, HERE, "Ana"))


def test_a_key_is_wrapped_by_the_newest_and_unwrapped_by_any_master() -> None:
    mine, old = sealing.new_key(), sealing.Masters({1: KEY})
    assert RING.unwrap(1, "person|1", old.wrap("person|1", mine)) == mine
    assert RING.unwrap(2, "person|1", RING.wrap("person|1", mine)) == mine


def test_a_wrapped_key_is_its_owners_alone_and_needs_its_master() -> None:
    wrapped = RING.wrap("person|1", sealing.new_key())
    for version, owner, ring in ((2, "person|2", RING), (1, "person|1", RING), (3, "person|1", RING)):
        with pytest.raises(sealing.Unreadable):
            ring.unwrap(version, owner, wrapped)
    with pytest.raises(sealing.Unreadable):
        sealing.Masters({2: bytes(32)}).unwrap(2, "person|1", wrapped)


def test_a_text_of_nobody_is_sealed_under_the_master_itself() -> None:
    sealed = RING.seal(HERE, "x")
    assert RING.unseal(HERE, sealed) == "x"
    for broken in (sealed[2:], "9" + sealed[1:], "x" + sealed):
        with pytest.raises(sealing.Unreadable):
            RING.unseal(HERE, broken)


@pytest.mark.parametrize("text", ["", "1:ff", "1:" + "aa" * 31, "1:" + "aa" * 33, "0:" + "aa" * 32, "x"])
def test_master_keys_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadKeys) as caught:
        sealing.read_masters(text)
    assert "aa" not in str(caught.value)


def test_keys_show_up_in_no_log() -> None:
    assert KEY.hex() not in repr(RING)
    assert "1, 2" in repr(RING)
