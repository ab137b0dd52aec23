"""Rule 15: what is decided or read is written down as codes and ids; a person never gets into the log."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ids import spoken_code
from registry.rules import disclosure
from registry.rules.disclosure import SENSITIVE, audit_problem, must_audit_read
from registry.rules.policy import DEFAULT

PERSONAL = [
    # Latin, Romanian, Ukrainian, Russian.
    "Olena",
    "Olena Kovalenko",
    "Ștefan",
    "ștefan",
    "Олена",
    "олена",
    "Коваленко Олена Петрівна",
    "Фёдор",
    "O'Brien",
    "+40721234567",
    "0721234567",
    "0721 234 567",
    "tel-0721-234-567",
    "40721234567",
    "380671234567",
    "p380671234567",
    "00000000000000000000380671234567",
    "{00000000-0000-0000-0000-380671234567}",
    "olena@example.org",
    "Strada Lungă 5",
    "strada lunga 5",
    "вул. Шевченка 12",
    "улица Ленина, 3",
    "47.8456, 25.9123",
    "SV 01 ABC",
    "SV01ABC",
    "К3ЈМ8Q2P",
    "a note that somebody typed",
    "x" * 65,
    "line\nbreak",
    "code\n",
    "\ud800",
    "١٢٣٤٥٦",
    "éa",
]
FINE = [
    "",
    "officer_doubt",
    "household_left",
    "siret-crossing",
    "vicovu-de-sus-crossing",
    "RO-SV",
    "RO-B",
    "uk",
    "exact",
    DEFAULT.version,
    str(UUID(int=7)),
    "01a1f86d-09c3-711d-be4c-ef10efe11202",
    "2022-03-06",
    "2022-03-06T12:00:00+02:00",
    datetime(2022, 3, 6, 12, tzinfo=UTC).isoformat(),
    datetime(2022, 3, 6, 12, tzinfo=UTC),
    date(2022, 3, 6),
    UUID(int=7),
    None,
    True,
    0,
    -3,
    30,
    ["identity", "home_visit"],
    (),
    [["a"], [1, None]],
]


@pytest.mark.parametrize("value", PERSONAL)
def test_a_person_does_not_get_into_the_log(value):
    (reason,) = audit_problem({"what": value})
    assert (reason.code, reason.rule, dict(reason.params)) == ("audit_not_a_code", 15, {"field": "what"})
    assert audit_problem({"what": ["fine", [value]]})


@pytest.mark.parametrize("value", [40721234567, 1_000_000, 47.8456, 2.0, {"name": "x"}, {"a"}, object(), b"code"])
def test_a_number_that_could_be_a_phone_or_a_place_does_not_either(value):
    assert audit_problem({"what": value})


@pytest.mark.parametrize("value", FINE)
def test_codes_ids_counts_and_times_do(value):
    assert audit_problem({"what": value}) == ()


def test_a_key_must_be_a_code_too():
    assert [r.params["field"] for r in audit_problem({"Olena Kovalenko": 1, "zone": "siret"})] == ["Olena Kovalenko"]


def test_every_bad_field_is_named_in_order():
    found = audit_problem({"b": "Olena", "zone": "siret", "a": "+40721234567"})
    assert [r.params["field"] for r in found] == ["a", "b"]


def test_the_secret_code_of_a_household_is_not_for_the_log():
    codes = [spoken_code(12) for _ in range(500)]
    assert all(audit_problem({"code": code}) for code in codes)


@given(st.uuids())
def test_every_id_is_fine_however_its_digits_fall(value):
    assert audit_problem({"id": str(value)}) == ()


@given(st.text(alphabet="0123456789 +-()/.", min_size=6).filter(lambda t: sum(c.isdigit() for c in t) >= 6))
def test_nothing_that_could_be_dialled_is_fine(text):
    assert audit_problem({"what": text}) or _is_a_day(text)


def _is_a_day(text):
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@given(st.characters(categories=["Lu", "Lt", "Lo"]), st.text(max_size=20))
def test_nothing_that_starts_like_a_name_is_fine(first, rest):
    assert audit_problem({"what": first + rest}) or disclosure._COUNTY.fullmatch(first + rest)


@pytest.mark.parametrize("what", ["identity", "exact_place", "contact", "case", "child_decision", "exposure"])
def test_a_reading_of_a_person_owes_an_entry(what):
    assert must_audit_read(what)
    assert what in SENSITIVE


@pytest.mark.parametrize("what", ["zone", "offer", "need"])
def test_a_reading_of_no_person_owes_none(what):
    assert not must_audit_read(what)


def test_control_without_the_form_of_a_code_a_name_would_get_in(monkeypatch):
    assert audit_problem({"what": "Olena Kovalenko"})
    monkeypatch.setattr(disclosure, "_is_plain", lambda _: True)
    assert not audit_problem({"what": "Olena Kovalenko"})
