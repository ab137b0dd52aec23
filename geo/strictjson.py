"""One strict reader of JSON text: what it lets through can be stored by every database and printed by every list.

Refused, each with its code: text that is not UTF-8, too long or nested too deep, duplicate keys, NaN, Infinity and
numbers past the range of a double (1e999), lone surrogates and NUL characters, anything after the document.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from geo.errors import Code, GeoError

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
# Longer integers cost quadratic time to read and fit no column.
MAX_DIGITS = 18

# Possessive, and it also takes a string that never ends: linear on every input.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def loads(text: str | bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The document in a JSON text, or a GeoError with the code of the first refusal."""
    decoded = _decode(text, max_bytes)
    _check_depth(decoded, max_depth)
    try:
        document = json.loads(
            decoded,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        detail = {"line": error.lineno, "column": error.colno}
        raise GeoError(Code.NOT_JSON, f"Not JSON: {error.msg}.", detail) from error
    _check_strings(document)
    return document


def _decode(text: str | bytes, max_bytes: int) -> str:
    # A str longer than the limit is refused before it is encoded.
    if len(text) > max_bytes:
        _refuse_length(len(text), max_bytes)
    try:
        raw = text.encode("utf-8") if isinstance(text, str) else text
        decoded = raw.decode("utf-8")
    except UnicodeError as error:
        raise GeoError(Code.NOT_UTF8, "The text is not UTF-8.") from error
    if len(raw) > max_bytes:
        _refuse_length(len(raw), max_bytes)
    return decoded


def _refuse_length(length: int, limit: int) -> NoReturn:
    raise GeoError(Code.TOO_MANY_BYTES, "The text is too long.", {"bytes": length, "limit": limit})


def _check_depth(text: str, limit: int) -> None:
    """Counts brackets outside strings, so that no nesting reaches the recursive parser."""
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > limit:
            raise GeoError(Code.TOO_DEEP, "The document is nested too deep.", {"limit": limit})


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise GeoError(Code.DUPLICATE_KEY, "An object has the same key twice.")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise GeoError(Code.NOT_FINITE, f"{name} is not a number in JSON.")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise GeoError(Code.NUMBER_TOO_LARGE, "A number is too large.")
    return value


def _int(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise GeoError(Code.NUMBER_TOO_LARGE, "A number has too many digits.")
    return int(digits)


def _check_strings(document: Any) -> None:
    for text in _strings(document):
        if "\0" in text:
            raise GeoError(Code.NUL_CHARACTER, "A text holds a NUL character.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise GeoError(Code.LONE_SURROGATE, "A text holds half of a surrogate pair.")


def _strings(document: Any) -> Iterator[str]:
    """Every key and text of a document, without recursion."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
