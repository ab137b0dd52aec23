"""The status list: what it says of each pass, and when it may not be believed."""

import zlib
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from cwt import COSE, COSEKey
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import signing
from registry.signing import Status, statuslist
from registry.signing.statuslist import BYTES_AT_MOST, TYPE, _inflate, _pack
from tests.signing.forge import AT, CLAIMS, DAY, KEY, KID, NEXT_KEY, RING, STRANGER, forged

MIXED = [Status.VALID, Status.REVOKED, Status.SUSPENDED, Status.VALID, Status.SUSPENDED]
SECOND = timedelta(seconds=1)
HEADER = cbor2.dumps({1: -8, 4: KID, 16: TYPE})
NOW = int(AT.timestamp())
VALUES: dict[Any, Any] = {
    1: "RO",
    2: "RO:1",
    4: NOW + 86_400,
    6: NOW,
    65533: {"bits": 2, "lst": zlib.compress(bytes([0b00_10_01_00, 0b01_01_01_10]), 9)},
    65534: 300,
    -65538: [1, 7],
}


def built(**changes: Any) -> bytes:
    """A list as the registry makes it."""
    how: dict[str, Any] = {"statuses": MIXED, "sequence": 7, "key": KEY, "at": AT, "list_id": 1}
    return signing.build_list(**(how | changes))


def read(data: bytes, at: datetime = AT, newest_seen: int | None = None, keys: signing.Keyring = RING):
    """The list as a verifier has it."""
    return signing.read_list(data, keys, at, newest_seen)


def code_of(work, *arguments, **named) -> str:
    """The code with which the work refuses."""
    with pytest.raises(signing.PassError) as refusal:
        work(*arguments, **named)
    return refusal.value.code


def a_pass(index: int, **changes: Any) -> signing.Claims:
    """The claims of a pass at this place of the list."""
    fields = {name: getattr(CLAIMS, name) for name in CLAIMS.__dataclass_fields__}
    return signing.Claims(**(fields | {"index": index} | changes))


def signed(values: dict[Any, Any], header: bytes = HEADER, **how: Any) -> bytes:
    """A list with anything in it, well signed."""
    return forged(values, header, **how)


def test_what_is_written_comes_back():
    found = read(built())
    assert [found.status_of(index) for index in range(len(MIXED))] == MIXED
    assert (found.issuer, found.list_id, found.sequence, found.bits) == ("RO", 1, 7, 2)
    assert (found.issued_at, found.expires_at, found.ttl) == (AT, AT + DAY, timedelta(minutes=5))


def test_the_bytes_are_those_written_by_hand():
    assert built() == signed(VALUES)


def test_an_independent_library_believes_a_list():
    key = COSEKey.new({1: 1, 3: -8, -1: 6, 2: KID, -2: KEY.public.public, 4: [2]})
    header, loose, payload = COSE.new().decode_with_headers(built(), key)
    assert (header[16], loose, cbor2.loads(payload)) == (TYPE, {}, VALUES)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(MIXED[:3]), max_size=200), st.integers(1, (1 << 53) - 1))
def test_every_entry_comes_back_and_none_beyond_is_valid(statuses, sequence):
    found = read(built(statuses=statuses, sequence=sequence))
    assert [found.status_of(index) for index in range(len(statuses))] == statuses
    beyond = [found.status_of(index) for index in (*range(len(statuses), len(statuses) + 9), -1, -200, 1 << 70)]
    assert set(beyond) <= {Status.REVOKED, Status.UNKNOWN}


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(MIXED[:2]), max_size=200))
def test_one_bit_a_pass_is_enough_when_nobody_is_suspended(statuses):
    found = read(built(statuses=statuses, bits=1))
    assert [found.status_of(index) for index in range(len(statuses))] == statuses
    assert found.status_of(len(statuses) + 8) == Status.UNKNOWN


@pytest.mark.parametrize(
    ("bits", "packed", "compressed"),
    [(1, "b9a3", "78dadbb918000217015d"), (2, "c944f9", "78da3be9f2130003df0207")],
)
def test_the_first_examples_of_the_draft_are_read(bits, packed, compressed):
    """Section 4 of the draft; its second example has entries of 3, which no list of ours may have."""
    lst = bytes.fromhex(compressed)
    assert _inflate(lst).hex() == packed
    found = read(signed(VALUES | {65533: {"bits": bits, "lst": lst}}))
    expected = {1: [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], 2: [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]}[bits]
    assert [found.status_of(index) for index in range(len(expected))] == expected


def test_the_first_example_of_the_draft_is_written():
    statuses = [Status(bit) for bit in (1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1)]
    assert zlib.compress(_pack(statuses, 1), 9).hex() == "78dadbb918000217015d"


def test_the_great_example_of_the_draft_is_written():
    """Appendix C, one bit and 2**20 entries, eleven of them revoked."""
    statuses = [Status.VALID] * (1 << 20)
    for index in (0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345):
        statuses[index] = Status.REVOKED
    lst = cbor2.loads(cbor2.loads(built(statuses=statuses, bits=1)).value[2])[65533]["lst"]
    found = read(built(statuses=statuses, bits=1))
    assert len(lst) == 0xBD
    assert lst.hex().startswith("78daeddc010dc0200c0041a88249400ad2903e0f4bba00bd93f002beb7a2a2010000a91e09")
    assert [index for index in range(1 << 20) if found.status_of(index)][-1] == 1000345


def test_a_list_is_fresh_for_a_day_and_stale_from_then_on():
    found = read(built())
    assert not found.is_stale(AT + DAY - SECOND)
    assert found.is_stale(AT + DAY)
    assert read(built(), AT + 9 * DAY).is_stale(AT + 9 * DAY)


def test_a_list_that_ends_sooner_is_stale_sooner():
    found = read(signed(VALUES | {4: NOW + 600}))
    assert found.is_stale(AT + timedelta(minutes=10))
    assert not found.is_stale(AT + timedelta(minutes=9))


def test_a_clock_set_back_makes_a_list_stale():
    found = read(built())
    assert not found.is_stale(AT - timedelta(minutes=2))
    assert found.is_stale(AT - timedelta(minutes=2, seconds=1))


def test_only_a_valid_pass_of_this_list_passes():
    found = read(built())
    found.check(a_pass(0), AT)
    assert code_of(found.check, a_pass(1), AT) == "revoked"
    assert code_of(found.check, a_pass(2), AT) == "suspended"
    assert code_of(found.check, a_pass(8), AT) == "unknown_status"
    assert code_of(found.check, a_pass(0, list_id=2), AT) == "other_list"
    assert code_of(found.check, a_pass(0, issuer="UA"), AT) == "other_list"
    assert code_of(found.check, a_pass(0), AT + DAY) == "stale_list"


def test_a_revoked_pass_stays_revoked_in_a_stale_list():
    assert code_of(read(built()).check, a_pass(1), AT + 9 * DAY) == "revoked"


def test_entries_after_the_last_pass_are_not_valid():
    found = read(built())
    assert [found.status_of(index) for index in (5, 6, 7)] == [Status.REVOKED] * 3


def test_a_list_older_than_one_seen_is_refused():
    assert code_of(read, built(), newest_seen=8) == "rolled_back"
    assert read(built(), newest_seen=7).sequence == 7
    assert read(built(), newest_seen=6).sequence == 7


def test_a_rolled_back_list_gets_through_when_the_guard_is_taken_away(monkeypatch):
    monkeypatch.setattr(statuslist, "_check_sequence", lambda *_args: None)
    assert read(built(), newest_seen=8).sequence == 7


def test_a_list_from_a_time_not_reached_is_refused():
    assert code_of(read, built(), AT - timedelta(minutes=2, seconds=1)) == "stale_clock"
    assert read(built(), AT - timedelta(minutes=2)).sequence == 7


def test_a_list_outlives_the_rotation_of_its_key_but_the_old_key_makes_none():
    ring = RING.rotated(NEXT_KEY, AT + SECOND)
    assert read(built(), keys=ring).sequence == 7
    assert code_of(read, built(at=AT + SECOND), keys=ring) == "retired_key"
    assert read(built(at=AT + SECOND, key=NEXT_KEY), keys=ring).sequence == 7


def zipped(data: bytes) -> dict[str, Any]:
    """Entries as a list has them."""
    return {"bits": 2, "lst": zlib.compress(data, 9)}


def test_a_list_of_a_gigabyte_is_refused_before_it_is_unpacked():
    bomb = zlib.compressobj(9)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(64)) + bomb.flush()
    assert len(packed) < BYTES_AT_MOST
    assert code_of(read, signed(VALUES | {65533: {"bits": 2, "lst": packed}})) == "damaged"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({1: "UA"}, "wrong_issuer"),
        ({2: "RO:2"}, "bad_claims"),
        ({2: None}, "bad_claims"),
        ({4: NOW + 86_401}, "bad_claims"),
        ({4: NOW}, "bad_claims"),
        ({4: 1 << 40, 6: (1 << 40) - 600}, "bad_time"),
        ({6: "now"}, "bad_claims"),
        ({7: b"x"}, "bad_claims"),
        ({65533: {"bits": 4, "lst": zlib.compress(b"")}}, "bad_claims"),
        ({65533: {"bits": 0, "lst": zlib.compress(b"")}}, "bad_claims"),
        ({65533: {"lst": zlib.compress(b"")}}, "bad_claims"),
        ({65533: {"bits": 2, "lst": "text"}}, "bad_claims"),
        ({65533: zipped(b"\0") | {"aggregation_uri": "x"}}, "bad_claims"),
        ({65533: {"bits": 2, "lst": b"\0\0"}}, "damaged"),
        ({65533: {"bits": 2, "lst": b""}}, "damaged"),
        ({65533: {"bits": 2, "lst": zlib.compress(b"\0")[:-1]}}, "damaged"),
        ({65533: {"bits": 2, "lst": zlib.compress(b"\0") + b"x"}}, "damaged"),
        ({65533: zipped(bytes((1 << 18) + 1))}, "damaged"),
        ({65534: 0}, "bad_claims"),
        ({65534: 86_401}, "bad_claims"),
        ({-65538: [1, 0]}, "bad_claims"),
        ({-65538: [1, -7]}, "bad_claims"),
        ({-65538: [1, 1 << 53]}, "bad_claims"),
        ({-65538: [1 << 16, 7], 2: f"RO:{1 << 16}"}, "bad_claims"),
        ({-65538: [1]}, "bad_claims"),
        ({-65538: None}, "bad_claims"),
    ],
)
def test_a_list_of_another_form_is_refused_even_when_well_signed(changes, code):
    values = {key: value for key, value in (VALUES | changes).items() if value is not None}
    assert code_of(read, signed(values)) == code


def test_the_largest_list_is_read():
    assert read(signed(VALUES | {65533: zipped(bytes(1 << 18))})).status_of((1 << 20) - 1) == Status.VALID


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "damaged"),
        (bytes(BYTES_AT_MOST + 1), "damaged"),
        (built() + b"\0", "damaged"),
        (built()[:-1], "damaged"),
        (built()[1:], "damaged"),
        (built(key=STRANGER), "unknown_key"),
        (signed(VALUES, signer=STRANGER), "bad_signature"),
        (signed(VALUES | {-65538: [1, 8]}, signature=built()[-64:]), "bad_signature"),
        (signed(VALUES, cbor2.dumps({1: -7, 4: KID, 16: TYPE})), "wrong_algorithm"),
        (signed(VALUES, cbor2.dumps({1: -8, 4: KID})), "wrong_type"),
        (signed(VALUES, cbor2.dumps({1: -8, 4: KID, 16: "application/cwt"})), "wrong_type"),
        (signed(VALUES, cbor2.dumps({1: -8, 4: KID}), loose=b"\xa1\x10\x78\x1a" + TYPE.encode()), "wrong_type"),
        (signed(VALUES, loose=b"\xa1\x10\x78\x1a" + TYPE.encode()), "damaged"),
    ],
)
def test_a_forged_or_damaged_list_is_refused(data, code):
    assert code_of(read, data) == code


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(built()) - 1), st.integers(1, 255))
def test_no_byte_of_a_list_can_be_changed(place, change):
    data = bytearray(built())
    data[place] ^= change
    assert code_of(read, bytes(data)) in {"damaged", "wrong_algorithm", "wrong_type", "unknown_key", "bad_signature"}


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_give_anything_but_a_typed_refusal(data):
    assert code_of(read, data)
    assert code_of(read, b"\xd2\x84" + data)


@pytest.mark.parametrize(
    "changes",
    [
        {"statuses": [Status.UNKNOWN]},
        {"statuses": [Status.SUSPENDED], "bits": 1},
        {"bits": 3},
        {"sequence": 0},
        {"sequence": 1 << 53},
        {"list_id": 1 << 16},
        {"ttl": timedelta(0)},
        {"ttl": 2 * DAY},
    ],
)
def test_a_list_that_nobody_could_read_is_not_signed(changes):
    assert code_of(built, **changes) == "bad_claims"


def test_a_list_may_be_fetched_once_a_day_and_is_the_first_unless_told():
    found = read(signing.build_list(MIXED, 1, KEY, AT, ttl=DAY))
    assert (found.list_id, found.ttl) == (0, DAY)


def test_a_list_longer_than_any_verifier_takes_is_not_signed():
    assert code_of(built, statuses=[Status.VALID] * ((1 << 20) + 1)) == "damaged"


def test_ten_thousand_passes_fit_in_a_kilobyte():
    statuses = [
        Status.SUSPENDED if i % 101 == 0 else Status.REVOKED if i % 53 == 0 else Status.VALID for i in range(10_000)
    ]
    assert len(built(statuses=statuses)) < 1024
