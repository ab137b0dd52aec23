"""The strict reader: one claim a refusal, and what it must let through."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import strictjson
from geo.errors import Code, GeoError

REFUSED = [
    (b'{"a": "\xff"}', Code.NOT_UTF8),
    ('{"a": "\udfff"}', Code.NOT_UTF8),
    ("{'a': 1}", Code.NOT_JSON),
    ("", Code.NOT_JSON),
    ("[1] [2]", Code.NOT_JSON),
    ("[1_000]", Code.NOT_JSON),
    ("\ufeff[1]", Code.NOT_JSON),
    ("[" * 17 + "]" * 17, Code.TOO_DEEP),
    ('{"a": 1, "a": 2}', Code.DUPLICATE_KEY),
    ('[{"b": {"a": 1, "a": 1}}]', Code.DUPLICATE_KEY),
    ("[NaN]", Code.NOT_FINITE),
    ("[-Infinity]", Code.NOT_FINITE),
    ("[1e999]", Code.NUMBER_TOO_LARGE),
    ("[1" + "0" * 5_000 + "]", Code.NUMBER_TOO_LARGE),
    ('["\\ud800"]', Code.LONE_SURROGATE),
    ('[{"\\udc00": 1}]', Code.LONE_SURROGATE),
    ('["\\u0000"]', Code.NUL_CHARACTER),
    ('"' + "x" * strictjson.MAX_BYTES + '"', Code.TOO_MANY_BYTES),
    ('"' + "ї" * (strictjson.MAX_BYTES // 2) + '"', Code.TOO_MANY_BYTES),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_a_text_that_cannot_be_stored_safely_is_refused(text: str | bytes, code: Code) -> None:
    with pytest.raises(GeoError) as refusal:
        strictjson.loads(text)
    assert refusal.value.code is code


def test_plain_json_would_have_taken_the_dangerous_ones() -> None:
    """The control: without the strict reader these come in."""
    for text in ('{"a": 1, "a": 2}', "[NaN]", "[1e999]", '["\\ud800"]', '["\\u0000"]'):
        json.loads(text)


def test_brackets_inside_texts_do_not_count_as_nesting() -> None:
    assert strictjson.loads('["[[[[[[[[[[[[[[[[[[[[", "\\"{{{{{{{{{{{{{{{{{{"]')


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert strictjson.loads('["\\ud83d\\ude97"]') == ["🚗"]


@pytest.mark.parametrize("text", ["[" * 60_000, '"' + '\\"' * 32_000, '{"a":' * 12_000])
def test_a_hostile_text_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(GeoError):
        strictjson.loads(text)
    assert time.perf_counter() - started < 1.0


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)
documents = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**17), 10**17),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


@given(documents)
def test_an_honest_document_comes_back_as_it_was(document: object) -> None:
    assert strictjson.loads(json.dumps(document)) == document
    assert strictjson.loads(json.dumps(document, ensure_ascii=False).encode()) == document


@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_a_typed_refusal(raw: bytes) -> None:
    with contextlib.suppress(GeoError):
        assert strictjson.loads(raw) == json.loads(raw)
