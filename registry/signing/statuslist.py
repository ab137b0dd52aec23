"""The status of every pass as one signed list, in the manner of Token Status List (draft-ietf-oauth-status-list)."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from registry.signing.cbor import Value, from_seconds, to_seconds
from registry.signing.cose import open_signed, sign
from registry.signing.errors import PassError
from registry.signing.keys import Keyring, SigningKey, VerifyKey
from registry.signing.passes import ENTRIES_AT_MOST, LISTS_AT_MOST, SKEW_AT_MOST, Claims

TYPE = "application/statuslist+cwt"
LIFETIME = timedelta(hours=24)
FETCH_AGAIN_AFTER = timedelta(minutes=5)
PACKED_AT_MOST = ENTRIES_AT_MOST // 4
# zlib never makes random bytes larger than this; a longer file is no list.
BYTES_AT_MOST = PACKED_AT_MOST + 1024
# Every JavaScript number up to here is exact.
SEQUENCE_AT_MOST = (1 << 53) - 1


class Status(IntEnum):
    """The two bits of a pass; an entry that the list does not have is UNKNOWN."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    UNKNOWN = 3


class Claim(IntEnum):
    """Keys of the claims: RFC 8392, the draft, and one of ours from the range for private use."""

    ISSUER = 1
    NAME = 2
    EXPIRES_AT = 4
    ISSUED_AT = 6
    STATUS_LIST = 65533
    TTL = 65534
    PLACE = -65538


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list whose signature was good; ask ``check`` before any green light."""

    issuer: str
    list_id: int
    sequence: int
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta
    bits: int
    packed: bytes = field(repr=False)

    def status_of(self, index: int) -> Status:
        """What the list says of one entry: UNKNOWN outside it."""
        if not 0 <= index < len(self.packed) * 8 // self.bits:
            return Status.UNKNOWN
        byte, place = divmod(index * self.bits, 8)
        return Status(self.packed[byte] >> place & (1 << self.bits) - 1)

    def is_stale(self, at: datetime) -> bool:
        """Whether the list is a day old by now, or from a time that this clock has not reached."""
        now, issued = to_seconds(at), to_seconds(self.issued_at)
        too_old = now >= min(issued + LIFETIME.total_seconds(), to_seconds(self.expires_at))
        return too_old or now + SKEW_AT_MOST.seconds < issued

    def check(self, claims: Claims, at: datetime) -> None:
        """Refuse a pass that this list does not call valid today."""
        if (claims.issuer, claims.list_id) != (self.issuer, self.list_id):
            raise PassError("other_list")
        status = self.status_of(claims.index)
        if status == Status.UNKNOWN:
            raise PassError("unknown_status")
        if status != Status.VALID:
            raise PassError(status.name.lower())
        if self.is_stale(at):
            raise PassError("stale_list")


def build_list(
    statuses: Sequence[Status],
    sequence: int,
    key: SigningKey,
    at: datetime,
    *,
    list_id: int = 0,
    bits: int = 2,
    ttl: timedelta = FETCH_AGAIN_AFTER,
) -> bytes:
    """The signed list of all entries in order; ``sequence`` must grow with each one that is published."""
    values = _values_of(statuses, sequence, key.issuer, at, list_id=list_id, bits=bits, ttl=ttl)
    _list_of(values, key.public)
    return sign(values, key, TYPE)


def read_list(data: bytes, keys: Keyring, at: datetime, newest_seen_sequence: int | None = None) -> StatusList:
    """The list, if a believed key signed it and no newer one was seen. It may be stale: ``check`` refuses then."""
    if len(data) > BYTES_AT_MOST:
        raise PassError("damaged")
    key, values = open_signed(data, keys, TYPE)
    found = _list_of(values, key)
    key.check_issued(found.issued_at)
    _check_clock(found, at)
    _check_sequence(found, newest_seen_sequence)
    return found


def _values_of(
    statuses: Sequence[Status], sequence: int, issuer: str, at: datetime, *, list_id: int, bits: int, ttl: timedelta
) -> Value:
    """The list as CBOR values."""
    issued = to_seconds(at)
    return {
        Claim.ISSUER: issuer,
        Claim.NAME: _name(issuer, list_id),
        Claim.EXPIRES_AT: issued + int(LIFETIME.total_seconds()),
        Claim.ISSUED_AT: issued,
        Claim.STATUS_LIST: {"bits": bits, "lst": zlib.compress(_pack(statuses, bits), 9)},
        Claim.TTL: int(ttl.total_seconds()),
        Claim.PLACE: [list_id, sequence],
    }


def _name(issuer: str, list_id: int) -> str:
    """The subject of a list: the draft wants one name for it in the list itself."""
    return f"{issuer}:{list_id}"


def _pack(statuses: Sequence[Status], bits: int) -> bytes:
    """The entries from the lowest bit up; the rest of the last byte is filled with revoked ones, never with valid."""
    if bits not in {1, 2} or any(not 0 <= status < min(1 << bits, Status.UNKNOWN) for status in set(statuses)):
        raise PassError("bad_claims")
    each = 8 // bits
    full = bytes(statuses) + bytes([Status.REVOKED]) * (-len(statuses) % each)
    # Every first entry of a byte at once, then every second: as one number each, a list takes milliseconds.
    columns = (int.from_bytes(full[place::each], "little") << bits * place for place in range(each))
    return sum(columns).to_bytes(len(full) // each, "little")


def _list_of(values: Value, key: VerifyKey) -> StatusList:
    """The list in CBOR values of exactly this form."""
    match values:
        case {
            Claim.ISSUER: str() as issuer,
            Claim.NAME: str() as name,
            Claim.EXPIRES_AT: int() as expires,
            Claim.ISSUED_AT: int() as issued,
            Claim.STATUS_LIST: {"bits": 1 | 2 as bits, "lst": bytes() as lst, **beyond},
            Claim.TTL: int() as ttl,
            Claim.PLACE: [int() as list_id, int() as sequence],
            **more,
        } if not (more or beyond):
            _check_issuer(issuer, key)
            _check_numbers(list_id, sequence, ttl, expires - issued)
            _check_name(name, issuer, list_id)
            return StatusList(
                issuer=issuer,
                list_id=list_id,
                sequence=sequence,
                issued_at=from_seconds(issued),
                expires_at=from_seconds(expires),
                ttl=timedelta(seconds=ttl),
                bits=bits,
                packed=_inflate(lst),
            )
    raise PassError("bad_claims")


def _check_issuer(issuer: str, key: VerifyKey) -> None:
    """Refuse a list in the name of an issuer whose key this is not."""
    if issuer != key.issuer:
        raise PassError("wrong_issuer")


def _check_numbers(list_id: int, sequence: int, ttl: int, lifetime: int) -> None:
    """Refuse a place in no order, and a list that is never fresh."""
    placed = 0 <= list_id < LISTS_AT_MOST and 0 < sequence <= SEQUENCE_AT_MOST
    if not placed or not 0 < ttl <= lifetime <= LIFETIME.total_seconds():
        raise PassError("bad_claims")


def _check_name(name: str, issuer: str, list_id: int) -> None:
    """Refuse a list that calls itself another one."""
    if name != _name(issuer, list_id):
        raise PassError("bad_claims")


def _inflate(compressed: bytes) -> bytes:
    """The packed entries, never more than a list may have."""
    engine = zlib.decompressobj()
    try:
        packed = engine.decompress(compressed, PACKED_AT_MOST + 1)
    except zlib.error:
        raise PassError("damaged") from None
    if len(packed) > PACKED_AT_MOST or not engine.eof or engine.unused_data:
        raise PassError("damaged")
    return packed


def _check_clock(found: StatusList, at: datetime) -> None:
    """Refuse to judge by a clock that is behind the list's own."""
    if to_seconds(at) + SKEW_AT_MOST.seconds < to_seconds(found.issued_at):
        raise PassError("stale_clock")


def _check_sequence(found: StatusList, newest_seen: int | None) -> None:
    """Refuse an older list than one seen before: it may not know of a revocation."""
    if newest_seen is not None and found.sequence < newest_seen:
        raise PassError("rolled_back")
