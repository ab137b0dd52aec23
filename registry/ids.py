"""UUIDv7 ids (RFC 9562): made by whoever creates the thing, in time order. No Django."""

import secrets
import time
import unicodedata
from uuid import UUID


def uuid7(unix_ms: int | None = None) -> UUID:
    """A new UUIDv7; ``unix_ms`` sets its time part (milliseconds), else the clock of this machine."""
    stamp = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    value = (stamp & 0xFFFFFFFFFFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def is_uuid7(value: UUID) -> bool:
    """Whether an id given by a client is a UUIDv7 of the RFC variant."""
    return value.version == 7


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def spoken_code(length: int = 8) -> str:
    """A random code in Crockford base 32 (5 bits a character, no I, L, O, U), to be read out or typed."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


# Cyrillic capitals that look like Latin ones: people type them without noticing.
LOOK_ALIKES = str.maketrans("АВСЕНІКМОРТХУЅЈԚԜ", "ABCEHIKMOPTXYSJQW")
_HEARD = str.maketrans("ILOU", "110V")


def read_code(typed: str) -> str:
    """The code a person meant: capitals, no spaces or dashes, look-alike letters of both alphabets folded."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(LOOK_ALIKES).translate(_HEARD)
    return "".join(c for c in plain if c.isalnum())
