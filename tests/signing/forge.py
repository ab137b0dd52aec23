"""A forger's workbench: keys and passes, with every byte within reach; cbor2 writes them, not our code."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import cbor2

from registry import signing
from registry.signing.base45 import from_base45, to_base45

AT = datetime(2022, 3, 6, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = signing.load_signing_key(bytes(range(32)), "RO")
NEXT_KEY = signing.load_signing_key(bytes(range(1, 33)), "RO")
NEIGHBOUR = signing.load_signing_key(bytes(range(2, 34)), "UA")
STRANGER = signing.load_signing_key(bytes(range(3, 35)), "RO")
RING = signing.Keyring((NEIGHBOUR.public,), KEY)
SECRET = b"a secret of the registry, 32 long"
PLATE = signing.plate_fingerprint("SV12ABC", SECRET)
VEHICLE = UUID("018f3c5e-7a10-7000-8000-0000000000b2")
CLAIMS = signing.Claims(
    issuer="RO",
    issued_at=AT,
    valid_from=AT,
    valid_until=AT + 180 * DAY,
    kind="person",
    provider=UUID("018f3c5e-7a10-7000-8000-0000000000a1"),
    list_id=1,
    index=40_000,
    vehicle=VEHICLE,
    plate=PLATE,
)
# The claims as the format says them, written down by hand.
VALUES: dict[Any, Any] = {
    1: "RO",
    4: int((AT + 180 * DAY).timestamp()),
    5: int(AT.timestamp()),
    6: int(AT.timestamp()),
    -65537: [1, 1, 40_000, CLAIMS.provider.bytes, VEHICLE.bytes, PLATE],
}
SUBJECT = VALUES[-65537]
KID = KEY.public.kid
HEADER = b"\xa2\x01\x27\x04\x48" + KID
# The order of the group of Ed25519 (RFC 8032, section 5.1).
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def good(key: signing.SigningKey = KEY, **changes: Any) -> str:
    """A pass as the registry makes it."""
    return signing.encode(replace(CLAIMS, **changes), key)


def text_of(data: bytes) -> str:
    """Bytes as the text of a pass."""
    return f"SZ1:{to_base45(data)}"


def bytes_of(text: str) -> bytes:
    """The signed bytes in the text of a pass."""
    return from_base45(text.removeprefix("SZ1:"))


def forged(
    payload: bytes | dict[Any, Any] = VALUES,
    header: bytes = HEADER,
    loose: bytes = b"\xa0",
    signer: signing.SigningKey = KEY,
    signature: bytes | None = None,
    context: str = "Signature1",
    outside: bytes = b"",
) -> bytes:
    """A COSE_Sign1 with anything in its parts, signed as asked."""
    content = payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True)
    signed = cbor2.dumps([context, header, outside, content])
    end = signer.private.sign(signed) if signature is None else signature
    return b"\xd2\x84" + cbor2.dumps(header) + loose + cbor2.dumps(content) + cbor2.dumps(end)


def said(**changes: Any) -> dict[Any, Any]:
    """The good claims with others in their place: ``said(c4=1.5)`` sets claim 4, None takes it out."""
    values = dict(VALUES) | {int(name[1:]): value for name, value in changes.items()}
    return {key: value for key, value in values.items() if value is not None}


def about(*subject: Any) -> dict[Any, Any]:
    """The good claims about another subject."""
    return VALUES | {-65537: list(subject)}


def signature_of(data: bytes) -> bytes:
    """The signature at the end of the bytes."""
    return data[-64:]


def other_signature_of_same(data: bytes) -> bytes:
    """The bytes with S + L for S: the classic second signature of the same statement."""
    second = int.from_bytes(data[-32:], "little") + GROUP_ORDER
    return data[:-32] + second.to_bytes(32, "little")
