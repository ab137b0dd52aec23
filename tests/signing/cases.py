"""Every forged, damaged, stale, swapped and replayed pass we could think of, with the code that refuses it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import cbor2

from registry import signing
from registry.signing import Status
from tests.signing.forge import (
    AT,
    CLAIMS,
    DAY,
    HEADER,
    KEY,
    KID,
    NEIGHBOUR,
    NEXT_KEY,
    PLATE,
    RING,
    SECRET,
    STRANGER,
    SUBJECT,
    VALUES,
    VEHICLE,
    about,
    bytes_of,
    forged,
    good,
    other_signature_of_same,
    said,
    signature_of,
    text_of,
)

GOOD = good()
RAW = bytes_of(GOOD)
STATUSES = [Status.VALID] * 40_004
SECOND = timedelta(seconds=1)
RFC_8392_A3 = bytes.fromhex(
    "d28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c652e636f6d"
    "02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f0"
    "07420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f859"
    "51ecee743a52b9b63632c57209120e1c9e30"
)


def listed(status: Status = Status.VALID, sequence: int = 7, at: datetime = AT, list_id: int = 1) -> bytes:
    """A signed list in which the pass of the cases has this status."""
    statuses = [*STATUSES[: CLAIMS.index], status, *STATUSES[CLAIMS.index + 1 :]]
    return signing.build_list(statuses, sequence, KEY, at, list_id=list_id)


LISTED = listed()


@dataclass(frozen=True)
class Case:
    """A pass held up at a gate, and what must come of it."""

    name: str
    code: str
    text: str = GOOD
    keys: signing.Keyring = RING
    at: datetime = AT + DAY / 2
    skew: timedelta = timedelta(0)
    plate: bytes = PLATE
    listed: bytes = field(default=LISTED, repr=False)
    newest_seen: int | None = 7


def verdict(case: Case) -> str:
    """What the gate says: ``accepted`` or the code of the refusal."""
    try:
        claims = signing.decode(case.text, case.keys, case.at, case.skew)
        signing.check_plate(claims, case.plate)
        signing.read_list(case.listed, case.keys, case.at, case.newest_seen).check(claims, case.at)
    except signing.PassError as error:
        return error.code
    return "accepted"


def of_texts() -> Iterator[Case]:
    """What is no pass, or not all of one."""
    yield Case("nothing", "not_a_pass", "")
    yield Case("prefix alone", "damaged", "SZ1:")
    yield Case("prefix in small letters", "not_a_pass", GOOD.replace("SZ1", "sz1"))
    yield Case("prefix of another version", "not_a_pass", GOOD.replace("SZ1", "SZ2"))
    yield Case("health certificate", "not_a_pass", GOOD.replace("SZ1", "HC1"))
    yield Case("space before", "not_a_pass", f" {GOOD}")
    yield Case("line break after", "damaged", f"{GOOD}\n")
    yield Case("small letters", "damaged", "SZ1:" + GOOD[4:].lower())
    yield Case("Cyrillic letter", "damaged", GOOD[:9] + "А" + GOOD[10:])
    yield Case("half a surrogate", "damaged", GOOD[:9] + "\ud83d" + GOOD[10:])
    yield Case("group beyond two bytes", "damaged", "SZ1::::" + GOOD[7:])
    yield Case("letter too many", "damaged", f"{GOOD}0")
    yield Case("last letter torn off", "damaged", GOOD[:-1])
    yield Case("lower half torn off", "damaged", GOOD[: len(GOOD) // 2])
    yield Case("first bytes torn off", "damaged", "SZ1:" + GOOD[7:])
    yield Case("two passes in one", "damaged", GOOD + GOOD[4:])
    yield Case("longer than any code", "damaged", "SZ1:" + "0" * 300)
    yield Case("one bit fallen over", "bad_signature", text_of(RAW[:60] + bytes([RAW[60] ^ 1]) + RAW[61:]))


def of_structures() -> Iterator[Case]:
    """The same statement in other bytes, or half of it."""
    yield from (Case(name, "damaged", text_of(data)) for name, data in structures().items())


def structures() -> dict[str, bytes]:
    """Bytes that are no tagged COSE_Sign1 in deterministic CBOR."""
    body = RAW[2:]
    signature = cbor2.dumps(signature_of(RAW))
    payload = cbor2.dumps(VALUES)
    return {
        "no tag": RAW[1:],
        "tag of a MAC": b"\xd1" + RAW[1:],
        "tag of a CWT around": b"\xd8\x3d" + RAW,
        "tag in two bytes": b"\xd8\x12" + RAW[1:],
        "byte after the end": RAW + b"\x00",
        "second pass after the end": RAW + b"\x00" * 3,
        "array without length": b"\xd2\x9f" + body + b"\xff",
        "array length in two bytes": b"\xd2\x98\x04" + body,
        "three parts": b"\xd2\x83" + body[: -len(signature)],
        "five parts": b"\xd2\x85" + body + b"\x00",
        "header as text": b"\xd2\x84\x6d" + HEADER + RAW[16:],
        "unprotected header as array": forged(loose=b"\x80"),
        "payload elsewhere": b"\xd2\x84" + cbor2.dumps(HEADER) + b"\xa0\xf6" + signature,
        "payload as text": b"\xd2\x84" + cbor2.dumps(HEADER) + b"\xa0" + cbor2.dumps("RO") + signature,
        "payload in pieces": RAW.replace(cbor2.dumps(payload), b"\x5f" + cbor2.dumps(payload) + b"\xff"),
        "length of an exabyte": b"\xd2\x84\x5b" + b"\x7f" * 8 + RAW[3:],
        "array of an exabyte": b"\xd2\x9b" + b"\x7f" * 8 + body,
        "arrays in arrays": b"\xd2" + b"\x81" * 150,
        "shared references": b"\xd2\xd8\x1c\x81\xd8\x1d\x00",
        "regular expression": b"\xd2\xd8\x23\x68(a+)+b$$",
        "letters that are no UTF-8": b"\xd2\x84\x61\xff" + RAW[16:],
        "reserved length": b"\xd2\x9c" + body,
    }


def of_headers() -> Iterator[Case]:
    """Signed by the right key, under another header."""
    es256, hmac = b"\xa2\x01\x26\x04\x48" + KID, b"\xa2\x01\x05\x04\x48" + KID
    alone = b"\xa1\x04\x48" + KID
    yield Case("ES256", "wrong_algorithm", text_of(forged(header=es256)))
    yield Case("HMAC with the public key", "wrong_algorithm", text_of(forged(header=hmac)))
    yield Case("no algorithm", "wrong_algorithm", text_of(forged(header=alone)))
    yield Case("algorithm unprotected", "wrong_algorithm", text_of(forged(header=alone, loose=b"\xa1\x01\x27")))
    yield Case("algorithm by name", "wrong_algorithm", text_of(forged(header=b"\xa2\x01\x65EdDSA\x04\x48" + KID)))
    yield Case("example of RFC 8392", "wrong_algorithm", text_of(RFC_8392_A3))
    yield Case("algorithm in both headers", "damaged", text_of(forged(loose=b"\xa1\x01\x27")))
    yield Case("other algorithm unprotected", "damaged", text_of(forged(loose=b"\xa1\x01\x26")))
    yield Case("key id unprotected", "damaged", text_of(forged(header=b"\xa1\x01\x27", loose=b"\xa1\x04\x48" + KID)))
    yield Case("remark unprotected", "damaged", text_of(forged(loose=b"\xa1\x18\x63\x00")))
    yield Case("algorithm twice", "damaged", text_of(forged(header=b"\xa3\x01\x26\x01\x27\x04\x48" + KID)))
    yield Case("algorithm in two bytes", "damaged", text_of(forged(header=b"\xa2\x18\x01\x27\x04\x48" + KID)))
    yield Case("header out of order", "damaged", text_of(forged(header=b"\xa2\x04\x48" + KID + b"\x01\x27")))
    yield Case("critical header", "damaged", text_of(forged(header=b"\xa3\x01\x27\x02\x81\x18\x63\x04\x48" + KID)))
    yield Case("header with a tail", "damaged", text_of(forged(header=HEADER + b"\x00")))
    yield Case("header without length", "damaged", text_of(forged(header=b"\xbf" + HEADER[1:] + b"\xff")))
    yield Case("header empty", "damaged", text_of(forged(header=b"")))
    yield Case("header as array", "damaged", text_of(forged(header=b"\x82\x01\x27")))
    yield Case(
        "header key as bytes", "damaged", text_of(forged(header=b"\xa3\x01\x27\x04\x48" + KID + b"\x41\x00\x00"))
    )
    typed = HEADER.replace(b"\xa2", b"\xa3", 1) + b"\x10\x61x"
    yield Case("pass for another use", "wrong_type", text_of(forged(header=typed)))
    short = signing.build_list([Status.VALID] * 8, 8, KEY, AT)
    yield Case("status list as a pass", "wrong_type", text_of(short))


def of_keys() -> Iterator[Case]:
    """Signed by somebody else, or by nobody."""
    yield Case("key id empty", "unknown_key", text_of(forged(header=b"\xa2\x01\x27\x04\x40")))
    yield Case("key id too short", "unknown_key", text_of(forged(header=b"\xa2\x01\x27\x04\x47" + KID[:7])))
    yield Case("key id too long", "unknown_key", text_of(forged(header=b"\xa2\x01\x27\x04\x49" + KID + b"\x00")))
    yield Case("key id missing", "unknown_key", text_of(forged(header=b"\xa1\x01\x27")))
    yield Case("key id as number", "unknown_key", text_of(forged(header=b"\xa2\x01\x27\x04\x00")))
    yield Case("stranger's key", "unknown_key", good(STRANGER))
    yield Case("no key at all", "unknown_key", keys=signing.Keyring())
    yield Case("key leaked and removed", "unknown_key", keys=RING.without(KID))
    yield Case("stranger under our key id", "bad_signature", text_of(forged(signer=STRANGER)))
    yield Case("neighbour under our key id", "bad_signature", text_of(forged(signer=NEIGHBOUR)))
    rotated = RING.rotated(NEXT_KEY, AT + 9 * DAY)
    late = good(issued_at=AT + 10 * DAY)
    yield Case("signed by a retired key", "retired_key", late, rotated, AT + 11 * DAY, listed=listed(at=AT + 11 * DAY))
    yield Case("neighbour in our name", "wrong_issuer", text_of(neighbours(VALUES)))
    yield Case("our key in a neighbour's name", "wrong_issuer", text_of(forged(said(c1="UA"))))


def neighbours(payload: dict) -> bytes:
    """A statement under the neighbour's own key."""
    return forged(payload, header=b"\xa2\x01\x27\x04\x48" + NEIGHBOUR.public.kid, signer=NEIGHBOUR)


def of_signatures() -> Iterator[Case]:
    """The right key id and the wrong signature."""
    other = bytes_of(good(index=40_001))
    raw = {
        "signature of zeros": forged(signature=bytes(64)),
        "signature empty": forged(signature=b""),
        "signature a byte short": forged(signature=signature_of(RAW)[:-1]),
        "signature a byte long": forged(signature=signature_of(RAW) + b"\x00"),
        "signature of another pass": forged(signature=signature_of(other)),
        "signature moved by the group's order": other_signature_of_same(RAW),
        "signature over many signers": forged(context="Signature"),
        "countersignature": forged(context="CounterSignature"),
        "signature over more than the pass": forged(outside=b"x"),
        "provider changed": RAW.replace(CLAIMS.provider.bytes, bytes(16)),
        "vehicle changed": RAW.replace(VEHICLE.bytes, bytes(16)),
        "plate changed": RAW.replace(PLATE, bytes(8)),
        "expiry moved by a year": forged(said(c4=VALUES[4] + 31_536_000), signature=signature_of(RAW)),
        "status index changed": forged(about(1, 1, 40_001, *SUBJECT[3:]), signature=signature_of(RAW)),
    }
    yield from (Case(name, "bad_signature", text_of(data)) for name, data in raw.items())


def of_claims() -> Iterator[Case]:
    """Well signed, but no claims of a pass: an issuer's mistake must not open the gate either."""
    payload = cbor2.dumps(VALUES)
    damaged = {
        "claim twice": b"\xa6" + payload[1:] + b"\x04\x1a\x7f\xff\xff\xff",
        "claims with a tail": payload + b"\x00",
        "claim in two bytes": payload.replace(b"\xa5\x01", b"\xa5\x18\x01"),
        "expiry as float": cbor2.dumps(said(c4=float(VALUES[4]))),
        "expiry as date": cbor2.dumps(said(c4=cbor2.CBORTag(1, VALUES[4]))),
        "expiry as bignum": cbor2.dumps(said(c4=2**70)),
        "vehicle null": cbor2.dumps(about(*SUBJECT[:4], None, PLATE)),
        "kind true": cbor2.dumps(about(True, *SUBJECT[1:])),
        "claims empty": b"",
    }
    yield from (Case(name, "damaged", text_of(forged(data))) for name, data in damaged.items())
    yield from (Case(name, "bad_claims", text_of(forged(values))) for name, values in bad_claims().items())
    yield Case("expiry beyond 2106", "bad_time", text_of(forged(said(c4=2**63))))
    yield Case("start before 1970", "bad_time", text_of(forged(said(c5=-1))))


def bad_claims() -> dict[str, dict | bytes]:
    """Claims in the right encoding that make no pass."""
    head = SUBJECT[:4]
    return {
        "no expiry": said(c4=None),
        "no start": said(c5=None),
        "expiry as text": said(c4="2099"),
        "claim too many": said(c7=b"x"),
        "claims as array": b"\x80",
        "subject missing": {key: VALUES[key] for key in (1, 4, 5, 6)},
        "subject empty": about(),
        "subject too long": about(*SUBJECT, 1),
        "vehicle without plate": about(*head, SUBJECT[4]),
        "plate without vehicle": about(*head, b"", PLATE),
        "plate empty": about(*head, SUBJECT[4], b""),
        "plate a byte short": about(*head, SUBJECT[4], PLATE[:7]),
        "provider a byte short": about(*SUBJECT[:3], SUBJECT[3][:15], *SUBJECT[4:]),
        "kind unknown": about(3, *SUBJECT[1:]),
        "index below zero": about(1, 1, -1, *SUBJECT[3:]),
        "index beyond any list": about(1, 1, 1 << 20, *SUBJECT[3:]),
        "list beyond any": about(1, 1 << 16, *SUBJECT[2:]),
        "ended before it starts": said(c4=VALUES[5]),
        "ends as it starts": said(c4=VALUES[5] + 9, c5=VALUES[5] + 9),
        "issued after its end": said(c6=VALUES[4]),
    }


def of_times() -> Iterator[Case]:
    """The right pass at the wrong time."""
    end = CLAIMS.valid_until
    yield Case("expired this second", "expired", at=end, listed=listed(at=end))
    yield Case("expired a year ago", "expired", at=end + 365 * DAY, listed=listed(at=end + 365 * DAY))
    yield Case("expired beyond the slack", "expired", at=end + 60 * SECOND, skew=59 * SECOND)
    yield Case("valid from tomorrow", "not_yet_valid", good(valid_from=AT + DAY))
    yield Case("clock before the pass was issued", "stale_clock", at=AT - SECOND)
    yield Case("clock off by more than two minutes", "stale_clock", skew=timedelta(minutes=2, seconds=1))
    yield Case("clock off by less than nothing", "stale_clock", skew=-SECOND)
    yield Case("clock without time zone", "bad_time", at=AT.replace(tzinfo=None))


def of_gates() -> Iterator[Case]:
    """A true pass in the wrong hands, or called back."""
    other = signing.plate_fingerprint("SV12ABD", SECRET)
    yield Case("shown with another car", "other_plate", plate=other)
    yield Case("plate under another secret", "other_plate", plate=signing.plate_fingerprint("SV12ABC", SECRET[::-1]))
    yield Case("plate not read", "other_plate", plate=b"")
    yield Case("pass of a person shown with a car", "other_plate", good(vehicle=None, plate=None))
    yield Case("revoked", "revoked", listed=listed(Status.REVOKED))
    yield Case("suspended", "suspended", listed=listed(Status.SUSPENDED))
    yield Case("not in the list", "unknown_status", good(index=40_004))
    yield Case("of another list", "other_list", good(list_id=2))
    yield Case("list a day old", "stale_list", at=AT + DAY)
    yield Case("list from before a newer one", "rolled_back", newest_seen=8)
    yield Case("list from the future", "stale_clock", listed=listed(at=AT + DAY))
    yield Case("list by a stranger", "unknown_key", listed=signing.build_list(STATUSES, 9, STRANGER, AT, list_id=1))
    yield Case("pass as a list", "wrong_type", listed=RAW)
    yield Case("no list", "damaged", listed=b"")


GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (
    of_texts,
    of_structures,
    of_headers,
    of_keys,
    of_signatures,
    of_claims,
    of_times,
    of_gates,
)
CASES = [case for group in GROUPS for case in group()]
BY_NAME = {case.name: case for case in CASES}
