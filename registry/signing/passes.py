"""The provider pass: signed claims about a provider and a vehicle as the text of a QR code (docs/passes.md)."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal
from uuid import UUID

import segno

from registry.signing.base45 import from_base45, to_base45
from registry.signing.cbor import Value, from_seconds, to_seconds
from registry.signing.cose import open_signed, sign
from registry.signing.errors import PassError
from registry.signing.keys import Keyring, SigningKey, VerifyKey

Kind = Literal["person", "organization"]

PREFIX = "SZ1:"
# As many letters as the smallest error correction leaves in a code of 49 x 49 (ISO/IEC 18004, version 8).
TEXT_AT_MOST = 279
QR_VERSION = 8
PLATE_BYTES = 8
CODE_MARK_BYTES = 8
TEXT_MARK_BYTES = 16
SECRET_AT_LEAST = 16
LISTS_AT_MOST = 1 << 16
ENTRIES_AT_MOST = 1 << 20
# A clock that may be further off than this gives no verdict.
SKEW_AT_MOST = timedelta(minutes=2)

_TEXT = re.compile(r"SZ1:[0-9A-Z $%*+\-./:]+")
_NUMBER_OF_KIND: dict[str, int] = {"person": 1, "organization": 2}
_KIND_OF_NUMBER: dict[int, Kind] = {1: "person", 2: "organization"}


class Claim(IntEnum):
    """Keys of the claims: RFC 8392, and one of ours from its range for private use."""

    ISSUER = 1
    VALID_UNTIL = 4
    VALID_FROM = 5
    ISSUED_AT = 6
    SUBJECT = -65537


@dataclass(frozen=True, slots=True)
class Claims:
    """What a pass says; ``vehicle`` and ``plate`` (its keyed fingerprint) come together or not at all."""

    issuer: str
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime
    kind: Kind
    provider: UUID
    list_id: int
    index: int
    vehicle: UUID | None = None
    plate: bytes | None = None


def encode(claims: Claims, key: SigningKey) -> str:
    """The text of the pass; times lose their fractions. Claims that ``decode`` would refuse are ``bad_claims``."""
    values = _values_of(claims)
    _check_issuer(_claims_of(values), key.public)
    return PREFIX + to_base45(sign(values, key))


def decode(text: str, keys: Keyring, at: datetime, skew: timedelta = timedelta(0)) -> Claims:
    """What the pass says, if a believed key signed it and it is valid now on a clock that is at most ``skew`` off."""
    key, values = open_signed(_bytes_of(text), keys)
    claims = _claims_of(values)
    _check_issuer(claims, key)
    key.check_issued(claims.issued_at)
    _check_times(claims, at, skew)
    return claims


def _bytes_of(text: str) -> bytes:
    """The signed bytes in the text of a pass."""
    if not text.startswith(PREFIX):
        raise PassError("not_a_pass")
    if len(text) > TEXT_AT_MOST or not _TEXT.fullmatch(text):
        raise PassError("damaged")
    return from_base45(text.removeprefix(PREFIX))


def _values_of(claims: Claims) -> Value:
    """The claims as CBOR values."""
    subject: list[Value] = [_NUMBER_OF_KIND.get(claims.kind, 0), claims.list_id, claims.index, claims.provider.bytes]
    if claims.vehicle is not None or claims.plate is not None:
        subject += [claims.vehicle.bytes if claims.vehicle else b"", claims.plate or b""]
    return {
        Claim.ISSUER: claims.issuer,
        Claim.VALID_UNTIL: to_seconds(claims.valid_until),
        Claim.VALID_FROM: to_seconds(claims.valid_from),
        Claim.ISSUED_AT: to_seconds(claims.issued_at),
        Claim.SUBJECT: subject,
    }


def _claims_of(values: Value) -> Claims:
    """The claims in CBOR values of exactly this form."""
    match values:
        case {
            Claim.ISSUER: str() as issuer,
            Claim.VALID_UNTIL: int() as until,
            Claim.VALID_FROM: int() as start,
            Claim.ISSUED_AT: int() as issued,
            Claim.SUBJECT: [int() as kind, int() as list_id, int() as index, bytes() as provider, *asset],
            **more,
        } if not more:
            _check_numbers(kind, list_id, index)
            _check_order(issued, start, until)
            return Claims(
                issuer=issuer,
                issued_at=from_seconds(issued),
                valid_from=from_seconds(start),
                valid_until=from_seconds(until),
                kind=_KIND_OF_NUMBER[kind],
                provider=_uuid(provider),
                list_id=list_id,
                index=index,
                vehicle=_vehicle(asset),
                plate=_plate(asset),
            )
    raise PassError("bad_claims")


def _check_numbers(kind: int, list_id: int, index: int) -> None:
    """Refuse a kind that does not exist and a place that no status list has."""
    if kind not in _KIND_OF_NUMBER or not 0 <= list_id < LISTS_AT_MOST or not 0 <= index < ENTRIES_AT_MOST:
        raise PassError("bad_claims")


def _check_order(issued: int, start: int, until: int) -> None:
    """Refuse a pass that is never valid, or not any more when it is issued."""
    if not (start < until and issued < until):
        raise PassError("bad_claims")


def _uuid(value: Value) -> UUID:
    """An id of 16 bytes."""
    if not isinstance(value, bytes) or len(value) != 16:
        raise PassError("bad_claims")
    return UUID(bytes=value)


def _vehicle(asset: Sequence[Value]) -> UUID | None:
    """The vehicle of the pass, if it is for one."""
    return _uuid(asset[0]) if asset else None


def _plate(asset: Sequence[Value]) -> bytes | None:
    """The fingerprint that must stand behind a vehicle: without it any car could be shown with the pass."""
    match asset:
        case []:
            return None
        case [_, bytes() as plate] if len(plate) == PLATE_BYTES:
            return plate
    raise PassError("bad_claims")


def _check_issuer(claims: Claims, key: VerifyKey) -> None:
    """Refuse a pass in the name of an issuer whose key this is not."""
    if claims.issuer != key.issuer:
        raise PassError("wrong_issuer")


def _check_times(claims: Claims, at: datetime, skew: timedelta) -> None:
    """Refuse a pass outside its time, and every pass by a clock that cannot tell."""
    if not timedelta(0) <= skew <= SKEW_AT_MOST:
        raise PassError("stale_clock")
    now, slack = to_seconds(at), skew.seconds
    if now + slack < to_seconds(claims.issued_at):
        raise PassError("stale_clock")
    if now + slack < to_seconds(claims.valid_from):
        raise PassError("not_yet_valid")
    if now - slack >= to_seconds(claims.valid_until):
        raise PassError("expired")


def plate_fingerprint(plate_key: str, secret: bytes) -> bytes:
    """A plate (as ``identity.plate`` writes it) under a secret: plates are few enough to try out, so no plain hash."""
    if not plate_key or not plate_key.isascii():
        raise PassError("bad_plate")
    return _keyed(secret, b"SZ1 plate", plate_key)[:PLATE_BYTES]


def text_fingerprint(text: str, secret: bytes) -> bytes:
    """By what a phone knows the text of a pass again without having it."""
    return _keyed(secret, b"SZ1 text", text)[:TEXT_MARK_BYTES]


def code_fingerprint(code: str, secret: bytes) -> bytes:
    """By what a phone knows the short code of a pass again (as ``ids.read_code`` writes it) without having it."""
    return _keyed(secret, b"SZ1 code", code)[:CODE_MARK_BYTES]


def _keyed(secret: bytes, purpose: bytes, text: str) -> bytes:
    """HMAC-SHA-256 over a purpose, a zero byte and a text."""
    if len(secret) < SECRET_AT_LEAST:
        raise PassError("bad_key")
    return hmac.digest(secret, purpose + b"\0" + text.encode(), hashlib.sha256)


def check_plate(claims: Claims, fingerprint: bytes) -> None:
    """Refuse a pass that is shown with another vehicle, or that is for none."""
    if claims.plate is None or not hmac.compare_digest(claims.plate, fingerprint):
        raise PassError("other_plate")


def qr_svg(text: str) -> str:
    """The pass as a QR code of 49 x 49: an inline SVG without size, style or script. Slow to draw: keep it."""
    _bytes_of(text)
    code = segno.make_qr(text, version=QR_VERSION, error="l", mode="alphanumeric", boost_error=True)
    return code.svg_inline(omitsize=True, border=4, light="#fff")
