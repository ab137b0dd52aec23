"""Deterministic CBOR (RFC 8949), only the little of it that passes and lists use; all else is ``damaged``."""

from datetime import UTC, datetime
from typing import TypeAlias

from registry.signing.errors import PassError

Value: TypeAlias = "int | bytes | str | list[Value] | dict[int | str, Value]"

DEPTH = 4


def dump(value: Value) -> bytes:
    """The one deterministic encoding of a value (RFC 8949, section 4.2.1)."""
    match value:
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list():
            return _head(4, len(value)) + b"".join(dump(item) for item in value)
        case dict():
            pairs = sorted((dump(key), dump(item)) for key, item in value.items())
            return _head(5, len(pairs)) + b"".join(key + item for key, item in pairs)
    return _head(0, value) if value >= 0 else _head(1, -1 - value)


def _head(major: int, number: int) -> bytes:
    """The first bytes of an item: its major type and its length or value, as short as can be."""
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 256**size)
    return bytes([major << 5 | 23 + size.bit_length()]) + number.to_bytes(size)


def load(data: bytes) -> Value:
    """The value of bytes that ``dump`` could have made; anything else is ``damaged``."""
    reader = _Reader(data)
    value = reader.item(DEPTH)
    _check_end(data, reader.at)
    return value


def _check_end(data: bytes, at: int) -> None:
    """Refuse bytes after the value."""
    if at != len(data):
        raise PassError("damaged")


def _check_shortest(number: int, size: int) -> None:
    """Refuse a number in more bytes than it needs."""
    if number < (24 if size == 1 else 256 ** (size // 2)):
        raise PassError("damaged")


def _check_rising(before: bytes, key: bytes) -> None:
    """Refuse map keys that come twice or out of order."""
    if key <= before:
        raise PassError("damaged")


class _Reader:
    """Reads items from the front; what is legal elsewhere and refused here would be a second way to say the same."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            raise PassError("damaged")
        self.at += size
        return piece

    def head(self) -> tuple[int, int]:
        """Major type and number of the next item: no indefinite length, no number longer than it need be."""
        first = self.take(1)[0]
        major, number = first >> 5, first & 31
        if number < 24:
            return major, number
        if number > 27:
            raise PassError("damaged")
        size = 1 << number - 24
        number = int.from_bytes(self.take(size))
        _check_shortest(number, size)
        return major, number

    def item(self, depth: int) -> Value:
        """The next value: no tag, no float, no true, false or null, and no deeper than ``depth``."""
        major, number = self.head()
        if depth == 0 or major > 5:
            raise PassError("damaged")
        match major:
            case 0:
                return number
            case 1:
                return -1 - number
            case 2:
                return self.take(number)
            case 3:
                return self.text(number)
            case 4:
                return [self.item(depth - 1) for _ in range(number)]
        return self.pairs(number, depth)

    def text(self, size: int) -> str:
        """The next bytes as strict UTF-8."""
        try:
            return self.take(size).decode()
        except UnicodeDecodeError:
            raise PassError("damaged") from None

    def pairs(self, count: int, depth: int) -> dict[int | str, Value]:
        """The next map: its keys rise byte by byte, so none comes twice."""
        found: dict[int | str, Value] = {}
        before = b""
        for _ in range(count):
            start = self.at
            key = self.item(1)
            if not isinstance(key, int | str):
                raise PassError("damaged")
            _check_rising(before, self.data[start : self.at])
            before = self.data[start : self.at]
            found[key] = self.item(depth - 1)
        return found


def to_seconds(moment: datetime) -> int:
    """A moment with its time zone as NumericDate, fractions dropped."""
    if moment.tzinfo is None:
        raise PassError("bad_time")
    return int(moment.timestamp())


def from_seconds(number: int) -> datetime:
    """The moment of a NumericDate before 2106, so that it always takes five bytes."""
    if not 1 << 16 <= number < 1 << 32:
        raise PassError("bad_time")
    return datetime.fromtimestamp(number, UTC)
