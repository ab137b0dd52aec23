"""Provider passes: what is written comes back, and nothing else is believed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import cbor2
import pytest
from cwt import COSE, COSEKey
from cwt import decode as cwt_decode
from cwt.cose_key_interface import COSEKeyInterface
from cwt.exceptions import VerifyError
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import signing
from registry.signing import cbor, cose, keys, passes, statuslist
from registry.signing.base45 import ALPHABET, from_base45, to_base45
from tests.signing.cases import BY_NAME, CASES, GOOD, RAW, Case, verdict
from tests.signing.forge import (
    AT,
    CLAIMS,
    DAY,
    KEY,
    NEXT_KEY,
    PLATE,
    RING,
    SECRET,
    STRANGER,
    VALUES,
    bytes_of,
    forged,
    good,
    text_of,
)

CODES = {"accepted", "bad_claims", "bad_time", "damaged", "expired", "not_yet_valid", "stale_clock", "wrong_issuer"}
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "passes.md"


def refused(text: str) -> str:
    """The code that refuses the text, ``accepted`` if none does; any other exception is the test's failure."""
    try:
        signing.decode(text, RING, AT)
    except signing.PassError as error:
        return error.code
    return "accepted"


def cwt_key(key: signing.VerifyKey) -> COSEKeyInterface:
    """The key as the independent library holds it."""
    return COSEKey.new({1: 1, 3: -8, -1: 6, 2: key.kid, -2: key.public, 4: [2]})


def test_a_good_pass_is_accepted():
    assert verdict(Case("control", "accepted")) == "accepted"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_pass_is_refused_for_its_own_reason(case):
    assert verdict(case) == case.code


def test_the_matrix_has_forty_cases_and_none_is_accepted(record_property):
    accepted = [case.name for case in CASES if verdict(case) == "accepted"]
    record_property("passes", len(BY_NAME))
    record_property("accepted", len(accepted))
    assert len(BY_NAME) == len(CASES) >= 40
    assert accepted == []


@pytest.mark.parametrize(
    ("owner", "guard", "name"),
    [
        (cbor, "_check_end", "byte after the end"),
        (cbor, "_check_end", "header with a tail"),
        (cbor, "_check_shortest", "array length in two bytes"),
        (cbor, "_check_rising", "header out of order"),
        (cbor, "_check_rising", "algorithm twice"),
        (cose, "_check_algorithm", "ES256"),
        (cose, "_check_header", "algorithm in both headers"),
        (cose, "_check_header", "pass for another use"),
        (cose, "_check_header", "critical header"),
        (cose, "_check_signature", "stranger under our key id"),
        (cose, "_check_signature", "signature moved by the group's order"),
        (cose, "_check_signature", "one bit fallen over"),
        (keys.VerifyKey, "check_issued", "signed by a retired key"),
        (passes, "_check_issuer", "neighbour in our name"),
        (passes, "_check_times", "expired this second"),
        (passes, "_check_times", "valid from tomorrow"),
        (signing, "check_plate", "shown with another car"),
        (statuslist, "_check_sequence", "list from before a newer one"),
        (statuslist.StatusList, "is_stale", "list a day old"),
        (statuslist.StatusList, "check", "revoked"),
        (statuslist.StatusList, "check", "suspended"),
        (statuslist.StatusList, "check", "not in the list"),
    ],
)
def test_a_case_gets_through_when_its_guard_is_taken_away(monkeypatch, record_property, owner, guard, name):
    """The control: the matrix would notice the loss of any of these guards."""
    monkeypatch.setattr(owner, guard, lambda *_args: None)
    said = verdict(BY_NAME[name])
    record_property("control_accepted", int(said == "accepted"))
    assert said == "accepted"


def test_no_other_letter_anywhere_makes_a_pass():
    """Every place of the text, every other letter of the alphabet."""
    accepted = [
        (place, letter)
        for place in range(4, len(GOOD))
        for letter in ALPHABET
        if letter != GOOD[place] and refused(GOOD[:place] + letter + GOOD[place + 1 :]) == "accepted"
    ]
    assert accepted == []


def test_no_bit_can_be_turned_and_no_end_torn_off():
    turned = [RAW[:at] + bytes([RAW[at] ^ 1 << bit]) + RAW[at + 1 :] for at in range(len(RAW)) for bit in range(8)]
    torn = [RAW[:size] for size in range(len(RAW))]
    assert {refused(text_of(data)) for data in turned + torn} <= {
        "damaged",
        "wrong_algorithm",
        "wrong_type",
        "unknown_key",
        "bad_signature",
    }


MOMENTS = st.integers(1 << 30, 1 << 31).map(lambda number: datetime.fromtimestamp(number, UTC))


@st.composite
def all_claims(draw: st.DrawFn) -> signing.Claims:
    """Any claims that a pass can carry."""
    start, issued, days = draw(MOMENTS), draw(MOMENTS), draw(st.integers(1, 2000))
    with_vehicle = draw(st.booleans())
    return signing.Claims(
        issuer="RO",
        issued_at=issued,
        valid_from=start,
        valid_until=max(start, issued) + timedelta(days=days),
        kind=draw(st.sampled_from(["person", "organization"])),
        provider=draw(st.uuids()),
        list_id=draw(st.integers(0, (1 << 16) - 1)),
        index=draw(st.integers(0, (1 << 20) - 1)),
        vehicle=draw(st.uuids()) if with_vehicle else None,
        plate=draw(st.binary(min_size=8, max_size=8)) if with_vehicle else None,
    )


@settings(deadline=None, max_examples=200)
@given(all_claims())
def test_what_is_written_comes_back(claims):
    text = signing.encode(claims, KEY)
    at = max(claims.issued_at, claims.valid_from)
    assert signing.decode(text, RING, at) == claims
    assert cbor2.loads(cbor2.loads(bytes_of(text)).value[2])[4] == claims.valid_until.timestamp()


@settings(deadline=None, max_examples=500)
@given(st.text() | st.text(ALPHABET).map("SZ1:".__add__) | st.binary(max_size=180).map(text_of))
def test_no_text_gives_anything_but_a_typed_refusal(text):
    assert refused(text) != "accepted"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers() | st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None, max_examples=500)
@given(ANYTHING | st.builds(lambda key, value: VALUES | {key: value}, st.sampled_from([*VALUES, 2, "x"]), ANYTHING))
def test_whatever_our_own_key_signs_is_a_pass_or_a_typed_refusal(payload):
    code = refused(text_of(forged(cbor2.dumps(payload))))
    assert code in CODES
    assert code != "accepted" or payload.keys() == VALUES.keys()


@settings(deadline=None, max_examples=500)
@given(ANYTHING, st.binary(max_size=12) | st.none())
def test_whatever_stands_in_the_headers_is_a_typed_refusal(header, loose):
    data = forged(header=cbor2.dumps(header), loose=cbor2.dumps(header) if loose is None else loose)
    assert refused(text_of(data)) != "accepted"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": AT}, "bad_claims"),
        ({"issued_at": AT + 181 * DAY}, "bad_claims"),
        ({"kind": "dwelling"}, "bad_claims"),
        ({"index": 1 << 20}, "bad_claims"),
        ({"index": -1}, "bad_claims"),
        ({"list_id": 1 << 16}, "bad_claims"),
        ({"plate": None}, "bad_claims"),
        ({"vehicle": None}, "bad_claims"),
        ({"plate": PLATE[:4]}, "bad_claims"),
        ({"issuer": "UA"}, "wrong_issuer"),
        ({"valid_until": datetime(2106, 2, 8, tzinfo=UTC)}, "bad_time"),
        ({"valid_until": AT.replace(year=2023, tzinfo=None)}, "bad_time"),
    ],
)
def test_a_pass_that_nobody_could_read_is_not_signed(changes, code):
    with pytest.raises(signing.PassError) as refusal:
        good(**changes)
    assert refusal.value.code == code


def test_fractions_of_a_second_shorten_a_pass():
    text = good(valid_until=CLAIMS.valid_until + timedelta(milliseconds=999))
    assert signing.decode(text, RING, AT) == CLAIMS


def test_slack_of_two_minutes_reaches_over_both_ends():
    slack = timedelta(minutes=2)
    assert signing.decode(GOOD, RING, AT - slack, slack) == CLAIMS
    assert signing.decode(GOOD, RING, CLAIMS.valid_until + slack - timedelta(seconds=1), slack) == CLAIMS


def test_a_pass_outlives_the_rotation_of_its_key_and_the_new_key_signs_too():
    ring = RING.rotated(NEXT_KEY, AT + DAY)
    assert signing.decode(GOOD, ring, AT + 2 * DAY) == CLAIMS
    assert ring.active is NEXT_KEY
    assert signing.decode(good(NEXT_KEY), ring, AT + 2 * DAY) == CLAIMS


def test_the_size_of_a_pass():
    person, worst = good(vehicle=None, plate=None), worst_pass()
    assert (len(bytes_of(person)), len(RAW), len(bytes_of(worst))) == (136, 162, 180)
    assert (len(person), len(GOOD), len(worst)) == (208, 247, 274)


def worst_pass() -> str:
    """The longest pass there can be."""
    issuer = "R" * 16
    key = signing.SigningKey(issuer, KEY.private)
    return good(key, issuer=issuer, list_id=(1 << 16) - 1, index=(1 << 20) - 1)


@pytest.mark.parametrize("text", [good(vehicle=None, plate=None), GOOD, worst_pass()])
def test_every_pass_is_a_code_of_49_by_49_that_a_strict_page_may_show(text):
    svg = signing.qr_svg(text)
    assert 'viewBox="0 0 57 57"' in svg
    assert not any(word in svg for word in ("style", "script", "xlink", "http", "SZ1"))


@pytest.mark.parametrize("text", ["", "SZ1:", "SZ1:<script>", "SZ1:" + "0" * 300])
def test_only_a_pass_is_drawn(text):
    with pytest.raises(signing.PassError):
        signing.qr_svg(text)


def test_the_plate_is_found_only_with_the_secret():
    assert signing.plate_fingerprint("SV12ABC", SECRET) == PLATE
    assert signing.plate_fingerprint("SV12ABC", SECRET[:-1]) != PLATE
    assert len(signing.plate_fingerprint("SV12ABC", SECRET[:16])) == 8
    signing.check_plate(CLAIMS, PLATE)


@pytest.mark.parametrize(("plate", "secret"), [("SV12ABC", bytes(15)), ("SV12ABC", b""), ("", SECRET), ("ȘV1", SECRET)])
def test_a_fingerprint_without_secret_or_plate_is_refused(plate, secret):
    with pytest.raises(signing.PassError):
        signing.plate_fingerprint(plate, secret)


def test_nothing_personal_and_no_plate_can_be_read_from_a_pass():
    assert b"SV12ABC" not in RAW
    assert cbor2.loads(cbor2.loads(RAW).value[2]) == VALUES


def test_an_independent_library_believes_a_pass():
    header, loose, payload = COSE.new().decode_with_headers(RAW, cwt_key(KEY.public))
    assert (header, loose) == ({1: -8, 4: KEY.public.kid}, {})
    assert cbor2.loads(payload) == VALUES


def test_an_independent_library_refuses_a_forged_pass():
    with pytest.raises(VerifyError):
        COSE.new().decode(forged(signer=STRANGER), cwt_key(KEY.public))


def test_an_independent_library_checks_the_times_by_the_same_claims():
    now = datetime.now(UTC).replace(microsecond=0)
    alive = good(issued_at=now, valid_from=now - DAY, valid_until=now + DAY)
    ended = good(issued_at=now - 2 * DAY, valid_from=now - 3 * DAY, valid_until=now - DAY)
    assert cwt_decode(bytes_of(alive), cwt_key(KEY.public))[4] == int((now + DAY).timestamp())
    with pytest.raises(VerifyError, match="expired"):
        cwt_decode(bytes_of(ended), cwt_key(KEY.public))


def test_a_pass_made_by_an_independent_library_is_believed():
    key = COSEKey.new({1: 1, 3: -8, -1: 6, 2: KEY.public.kid, -2: KEY.public.public, -4: bytes(range(32)), 4: [1]})
    data = COSE.new().encode(cbor2.dumps(VALUES), key, protected={1: -8, 4: KEY.public.kid})
    assert signing.decode(text_of(data), RING, AT) == CLAIMS
    assert text_of(data) == GOOD


def test_the_documented_example_is_byte_for_byte_this_pass():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert GOOD in text
    table = text.split("## The bytes")[1].split("Times are")[0]
    rows = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert bytes.fromhex("".join(rows)) == RAW


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_base45_agrees_with_the_examples_of_rfc_9285(data, text):
    assert to_base45(data) == text
    assert from_base45(text) == data


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "A", "BB8A", "bb8", "Ä00", "BB\n"])
def test_base45_that_no_bytes_give_is_refused(text):
    with pytest.raises(signing.PassError):
        from_base45(text)


@settings(deadline=None)
@given(st.text(ALPHABET, max_size=20))
def test_base45_has_one_text_for_each_row_of_bytes(text):
    try:
        data = from_base45(text)
    except signing.PassError:
        return
    assert to_base45(data) == text
