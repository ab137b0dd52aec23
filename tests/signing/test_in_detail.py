"""The codec word by word: what only one line of it refuses, and every limit at its edge."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from registry import signing
from registry.signing import passes
from tests.signing.forge import (
    AT,
    CLAIMS,
    DAY,
    KEY,
    NEXT_KEY,
    PLATE,
    RING,
    SECRET,
    SUBJECT,
    about,
    forged,
    good,
    text_of,
)


def code_of(text: str, keys=RING, at=AT, skew=timedelta(0)) -> str:
    """The code that refuses the text itself, whatever a list says of it."""
    try:
        signing.decode(text, keys, at, skew)
    except signing.PassError as error:
        return error.code
    return "accepted"


@pytest.mark.parametrize("kind", ["person", "organization"])
def test_both_kinds_come_back_as_they_went(kind):
    claims = replace(CLAIMS, kind=kind)
    assert signing.decode(signing.encode(claims, KEY), RING, AT) == claims


def test_without_a_vehicle_there_is_no_plate():
    claims = replace(CLAIMS, vehicle=None, plate=None)
    assert signing.decode(signing.encode(claims, KEY), RING, AT) == claims
    for half in (replace(CLAIMS, plate=None), replace(CLAIMS, vehicle=None)):
        with pytest.raises(signing.PassError, match="bad_claims"):
            signing.encode(half, KEY)


def test_a_retired_key_is_refused_by_the_pass_alone():
    rotated = RING.rotated(NEXT_KEY, AT + 9 * DAY)
    assert code_of(good(issued_at=AT + 9 * DAY), rotated, AT + 10 * DAY) == "retired_key"
    assert code_of(good(issued_at=AT + 9 * DAY - timedelta(seconds=1)), rotated, AT + 10 * DAY) == "accepted"


def test_a_pass_is_signed_in_the_name_of_its_key_only():
    with pytest.raises(signing.PassError, match="wrong_issuer"):
        signing.encode(replace(CLAIMS, issuer="UA"), KEY)


@pytest.mark.parametrize(
    ("length", "code"), [(passes.TEXT_AT_MOST, "damaged"), (passes.TEXT_AT_MOST + 1, "damaged"), (4, "damaged")]
)
def test_a_text_that_is_too_long_is_not_looked_at(length, code, monkeypatch):
    looked = []
    monkeypatch.setattr(passes, "from_base45", lambda text: looked.append(len(text)) or b"")
    assert code_of("SZ1:" + "0" * (length - 4)) == code
    assert looked == ([length - 4] if length == 279 else [])


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(-1, "accepted"), (0, "expired"), (1, "expired")],
)
def test_a_pass_ends_on_the_second(seconds, code):
    assert code_of(good(), at=CLAIMS.valid_until + timedelta(seconds=seconds)) == code


@pytest.mark.parametrize(("seconds", "code"), [(0, "accepted"), (120, "accepted"), (121, "stale_clock")])
def test_a_clock_may_be_off_by_two_minutes(seconds, code):
    assert code_of(good(), skew=timedelta(seconds=seconds)) == code


def test_slack_reaches_back_to_the_second():
    late = good(valid_from=AT + DAY)
    start = AT + DAY
    assert code_of(late, at=start) == "accepted"
    assert code_of(late, at=start - timedelta(seconds=1)) == "not_yet_valid"
    assert code_of(late, at=start - timedelta(seconds=60), skew=timedelta(seconds=60)) == "accepted"
    assert code_of(late, at=start - timedelta(seconds=61), skew=timedelta(seconds=60)) == "not_yet_valid"
    issued = good(issued_at=AT + DAY, valid_from=AT)
    assert code_of(issued, at=AT + DAY) == "accepted"
    assert code_of(issued, at=AT + DAY - timedelta(seconds=60), skew=timedelta(seconds=60)) == "accepted"
    assert code_of(issued, at=AT + DAY - timedelta(seconds=61), skew=timedelta(seconds=60)) == "stale_clock"


@pytest.mark.parametrize(
    ("changes", "is_good"),
    [
        ({"list_id": 0}, True),
        ({"list_id": passes.LISTS_AT_MOST - 1}, True),
        ({"list_id": passes.LISTS_AT_MOST}, False),
        ({"list_id": -1}, False),
        ({"index": 0}, True),
        ({"index": passes.ENTRIES_AT_MOST - 1}, True),
        ({"index": passes.ENTRIES_AT_MOST}, False),
        ({"index": -1}, False),
        ({"valid_until": CLAIMS.valid_from + timedelta(seconds=1), "issued_at": CLAIMS.valid_from}, True),
        ({"valid_until": CLAIMS.valid_from}, False),
        ({"issued_at": CLAIMS.valid_until}, False),
        ({"issued_at": CLAIMS.valid_until - timedelta(seconds=1)}, True),
        ({"plate": PLATE[:7]}, False),
        ({"plate": PLATE + b"x"}, False),
    ],
)
def test_every_limit_of_a_pass_at_its_edge(changes, is_good):
    claims = replace(CLAIMS, **changes)
    if is_good:
        assert signing.encode(claims, KEY).startswith("SZ1:")
    else:
        with pytest.raises(signing.PassError, match="bad_claims"):
            signing.encode(claims, KEY)


def test_a_plate_needs_letters_and_a_secret_of_sixteen():
    assert len(signing.plate_fingerprint("SV12ABC", b"x" * 16)) == 8
    for plate, secret, code in (
        ("SV12ABC", b"x" * 15, "bad_key"),
        ("", SECRET, "bad_plate"),
        ("SVЖ", SECRET, "bad_plate"),
    ):
        with pytest.raises(signing.PassError, match=code):
            signing.plate_fingerprint(plate, secret)


def test_only_the_same_plate_is_the_plate():
    assert signing.check_plate(CLAIMS, PLATE) is None
    for claims, shown in ((CLAIMS, PLATE[::-1]), (replace(CLAIMS, vehicle=None, plate=None), b"")):
        with pytest.raises(signing.PassError, match="other_plate"):
            signing.check_plate(claims, shown)


def test_ids_are_kept_whole():
    claims = replace(CLAIMS, provider=UUID(int=1), vehicle=UUID(int=2**128 - 1))
    assert signing.decode(signing.encode(claims, KEY), RING, AT) == claims


@pytest.mark.parametrize("vehicle", ["v" * 16, [0] * 16, list(range(16)), 16, None, True])
def test_what_is_no_id_is_none_however_long_it_is(vehicle):
    text = text_of(forged(about(*SUBJECT[:4], vehicle, PLATE)))
    assert code_of(text) in ("bad_claims", "damaged")
