"""Deterministic CBOR: what we read, another library reads the same; what we write is the only way to write it."""

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.signing import PassError
from registry.signing.cbor import dump, from_seconds, load, to_seconds

NUMBERS = st.integers(-(1 << 64), (1 << 64) - 1)
KEYS = NUMBERS | st.text(max_size=5)
VALUES = st.recursive(
    NUMBERS | st.text(max_size=30) | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(KEYS, inner, max_size=30),
    max_leaves=20,
)


def is_read(data: bytes) -> bool:
    """Whether the reader takes the bytes; any exception but a typed refusal is the test's failure."""
    try:
        load(data)
    except PassError:
        return False
    return True


def depth(value: object) -> int:
    """How many levels a value has."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


@settings(deadline=None, max_examples=300)
@given(VALUES)
def test_another_library_reads_what_we_write(value):
    data = dump(value)
    assert cbor2.loads(data) == value
    assert is_read(data) == (depth(value) <= 4)


@settings(deadline=None, max_examples=300)
@given(st.lists(NUMBERS | st.binary(max_size=70000) | st.text(max_size=300), max_size=5))
def test_we_write_what_another_library_writes(value):
    assert dump(value) == cbor2.dumps(value, canonical=True)


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=12) | VALUES.map(cbor2.dumps))
def test_whatever_we_read_has_no_other_writing(data):
    if is_read(data):
        assert dump(load(data)) == data
        assert load(data) == cbor2.loads(data)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("00", 0),
        ("17", 23),
        ("1818", 24),
        ("18ff", 255),
        ("190100", 256),
        ("1a000f4240", 1_000_000),
        ("1bffffffffffffffff", 18_446_744_073_709_551_615),
        ("20", -1),
        ("3903e7", -1000),
        ("4401020304", b"\x01\x02\x03\x04"),
        ("62c3bc", "ü"),
        ("83010203", [1, 2, 3]),
        ("8301820203820405", [1, [2, 3], [4, 5]]),
        ("a201020304", {1: 2, 3: 4}),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ],
)
def test_the_examples_of_rfc_8949_are_read_and_written(written, value):
    assert load(bytes.fromhex(written)) == value
    assert dump(value).hex() == written


def test_keys_stand_in_the_order_of_their_bytes():
    assert dump({"a": 1, -1: 2, 24: 3, 10: 4, "": 5}).hex() == "a5" + "0a04" + "181803" + "2002" + "6005" + "616101"


@pytest.mark.parametrize("number", [1 << 16, (1 << 32) - 1])
def test_a_time_takes_five_bytes(number):
    assert len(dump(to_seconds(from_seconds(number)))) == 5


@pytest.mark.parametrize("number", [-1, 0, (1 << 16) - 1, 1 << 32, 1 << 63])
def test_a_time_of_another_length_is_refused(number):
    with pytest.raises(PassError) as refusal:
        from_seconds(number)
    assert refusal.value.code == "bad_time"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1800",
        "190017",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3817",
        "580100",
        "9800",
        "b80101",
        "1c",
        "1f",
        "1c" + "ff" * 16,
        "1d" + "ff" * 32,
        "3c" + "ff" * 16,
        "5f" + "ff" * 128,
        "5f4100ff",
        "7f6100ff",
        "9fff",
        "bfff",
        "c0",
        "c000",
        "e0",
        "c24100",
        "d81c80",
        "f4",
        "f6",
        "f93c00",
        "fb3ff0000000000000",
        "a201000100",
        "a202000100",
        "a1410000",
        "a18000",
        "a1c10000",
        "61ff",
        "63eda080",
        "8181818100",
        "a100" * 4 + "00",
        "a100" * 5000 + "00",
        "81" * 5000 + "00",
        "0000",
        "5bffffffffffffffff00",
        "9bffffffffffffffff00",
    ],
)
def test_a_second_way_to_say_it_is_refused(written):
    with pytest.raises(PassError) as refusal:
        load(bytes.fromhex(written))
    assert refusal.value.code == "damaged"
