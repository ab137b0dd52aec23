"""Fingerprints: keyed, apart by kind, written with the newest key and compared under all."""

import pytest

from registry.identity.fingerprints import BadKeys, Keyring, read_keys

ONE, TWO = "11" * 32, "22" * 32


def test_the_newest_key_writes_and_all_compare():
    old, both = read_keys(f"1:{ONE}"), read_keys(f"2:{TWO},1:{ONE}")
    kept = old.mark("phone", "+40721234567")
    assert kept.key_version == 1
    assert both.mark("phone", "+40721234567").key_version == 2
    assert kept in both.marks("phone", ["+40721234567"])
    assert kept not in read_keys(f"2:{TWO}").marks("phone", ["+40721234567"])


def test_a_value_of_another_kind_has_another_fingerprint():
    ring = read_keys(f"1:{ONE}")
    assert ring.mark("phone", "12345678") != ring.mark("registration", "12345678")


def test_without_the_key_the_value_cannot_be_tried():
    assert read_keys(f"1:{ONE}").mark("phone", "1").digest != read_keys(f"1:{TWO}").mark("phone", "1").digest


def test_a_kind_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no such kind"):
        read_keys(f"1:{ONE}").mark("shoe_size", "42")


@pytest.mark.parametrize(
    "text", ["", "1", "1:xyz", f"1:{ONE},1:{TWO}", "1:abcd", f"0:{ONE}", f"2:{ONE},1:{ONE}", f"-1:{ONE}", f"١:{ONE}"]
)
def test_keys_that_make_no_sense_are_refused(text):
    with pytest.raises(BadKeys):
        read_keys(text)


def test_a_keyring_shows_no_key():
    assert repr(Keyring({1: bytes.fromhex(ONE)})) == "Keyring([1])"
