"""The strict door: what a request may carry before anybody looks at what it asks for."""

import re
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Protocol

from django.http import QueryDict

from geo import strictjson
from geo.errors import Code, GeoError
from registry.errors import Invalid, RegistryError, Stale

MAX_BYTES = strictjson.MAX_BYTES
_KEY = re.compile(r"[\x21-\x7e]{8,64}")
_ETAG = re.compile(r'"([0-9]{1,9})"')
_WHOLE = re.compile(r"[0-9]{1,9}")


class Malformed(RegistryError):
    """It cannot be read at all; ``code`` says what is wrong with the text."""

    status: ClassVar[int] = 400
    code = "malformed"


class TooLarge(RegistryError):
    """The body is longer than anything the registry takes."""

    status: ClassVar[int] = 413
    code = "body_too_large"


class WrongType(RegistryError):
    """The body is of a media type that the registry does not read."""

    status: ClassVar[int] = 415
    code = "unsupported_media_type"


class ConditionMissing(RegistryError):
    """An update must say which version it has seen (If-Match)."""

    status: ClassVar[int] = 428
    code = "if_match_missing"


class Readable(Protocol):
    """Anything with bytes to read."""

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes."""


def read_body(stream: Readable, declared: str, most: int = MAX_BYTES) -> bytes:
    """The bytes of a body, TooLarge past 64 KB; ``declared`` is the Content-Length, which may lie or be absent."""
    if _WHOLE.fullmatch(declared) is None and declared:
        raise TooLarge if declared.isdecimal() else Malformed("malformed_length")
    if int(declared or 0) > most:
        raise TooLarge
    raw = stream.read(most + 1)
    if len(raw) > most:
        raise TooLarge
    return raw


def json_object(raw: bytes, most: int = MAX_BYTES) -> dict[str, Any]:
    """The JSON object in a body; an empty body is an empty object."""
    if not raw:
        return {}
    try:
        document = strictjson.loads(raw, max_bytes=most)
    except GeoError as error:
        raise TooLarge if error.code is Code.TOO_MANY_BYTES else Malformed(str(error.code)) from error
    if not isinstance(document, dict):
        raise Malformed("not_an_object")
    return document


def query(given: QueryDict, allowed: Collection[str]) -> dict[str, str]:
    """The query parameters, each known, once and free of NUL."""
    bad = dict.fromkeys(sorted(set(given) - set(allowed)), "unknown_field")
    bad |= {name: "given_twice" for name, values in given.lists() if len(values) > 1}
    bad |= {name: "nul_character" for name, values in given.lists() if any("\0" in value for value in values)}
    if bad:
        raise Invalid(fields=bad)
    return {name: str(value) for name, value in given.items()}


def whole_number(text: str, lowest: int, highest: int, field: str) -> int:
    """A whole number in plain digits within its range."""
    if _WHOLE.fullmatch(text) is None:
        raise Invalid(fields={field: "not_a_number" if not text.isdecimal() else "out_of_range"})
    if not lowest <= int(text) <= highest:
        raise Invalid(fields={field: "out_of_range"})
    return int(text)


def idempotency_key(headers: Mapping[str, str]) -> str:
    """The key that makes a POST happen once: 8 to 64 visible ASCII characters."""
    key = headers.get("Idempotency-Key", "")
    if not key:
        raise Invalid("idempotency_key_missing")
    if _KEY.fullmatch(key) is None:
        raise Invalid("idempotency_key_malformed")
    return key


def version_seen(headers: Mapping[str, str], *, required: bool = True) -> int | None:
    """The version in If-Match as the ETag gave it; ConditionMissing when an update has none."""
    given = headers.get("If-Match", "").strip()
    if not given or given == "*":
        if required:
            raise ConditionMissing
        return None
    seen = _ETAG.fullmatch(given)
    if seen is None:
        raise Stale
    return int(seen[1])


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'
