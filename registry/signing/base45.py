"""Base45 (RFC 9285): bytes as the letters that a QR code packs best. One text for each row of bytes, no other."""

from registry.signing.errors import PassError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def to_base45(data: bytes) -> str:
    """Three letters for each two bytes, two for a last single one."""
    return "".join(_letters(data[start : start + 2]) for start in range(0, len(data), 2))


def _letters(pair: bytes) -> str:
    """The letters of one or two bytes, the smallest place first."""
    number = int.from_bytes(pair)
    return "".join(ALPHABET[number // 45**place % 45] for place in range(len(pair) + 1))


def from_base45(text: str) -> bytes:
    """The bytes of a text; ``damaged`` for other letters, a letter left over or a group too large for its bytes."""
    return b"".join(_pair(text[start : start + 3]) for start in range(0, len(text), 3))


def _pair(group: str) -> bytes:
    """The one or two bytes of a group of letters."""
    size = len(group) - 1
    if size == 0 or any(letter not in _VALUES for letter in group):
        raise PassError("damaged")
    number: int = sum(_VALUES[letter] * 45**place for place, letter in enumerate(group))
    if number >= 256**size:
        raise PassError("damaged")
    return number.to_bytes(size)
