"""The strict door: whatever comes in wrong is refused with a typed 4xx, and nothing is written."""

import json

import pytest
from django.db import models

from registry import models as m
from registry.ids import uuid7
from registry.web import strict
from tests import factories as f
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "a-key-of-a-test"}
WATCHED = (m.Household, m.Member, m.HelpRequest, m.Provider, m.Dwelling, m.AuditEntry, m.IdempotencyKey)


@pytest.fixture
def maria():
    """A volunteer at Siret who calls the API with a token."""
    return Caller(f.maria())


def household(**members):
    """The body of a good household, as bytes, with some members changed."""
    good = {"id": str(uuid7()), "zone": "siret", "members": [{"age_band": "18-59", "sex": "f"}]}
    return json.dumps({**good, **members}).encode()


def rows() -> dict[type[models.Model], int]:
    """How many rows there are of everything that a request could write."""
    return {model: model._default_manager.count() for model in WATCHED}


def refused(caller, raw, status, code, content_type="application/json"):
    """Send the bytes as a household and see them refused, with nothing written."""
    before = rows()
    answer = caller.raw("post", "/households", raw, content_type, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert rows() == before
    return answer.json()


def test_a_good_household_passes(maria):
    """The control of everything below: the same bytes without the trap."""
    assert maria.raw("post", "/households", household(), **KEY).status_code == 201


UNREADABLE = {
    "not json": (b"{", 400, "not_json"),
    "no object": (b"[]", 400, "not_an_object"),
    "a text": (b'"x"', 400, "not_an_object"),
    "not utf-8": (b'{"zone": "\xff\xfe"}', 400, "not_utf8"),
    "utf-16": ('{"zone": "siret"}'.encode("utf-16"), 400, "not_utf8"),
    "NaN": (b'{"pets": NaN}', 400, "not_finite"),
    "Infinity": (b'{"pets": -Infinity}', 400, "not_finite"),
    "1e999": (b'{"pets": 1e999}', 400, "number_too_large"),
    "10**30": (b'{"pets": 1' + b"0" * 30 + b"}", 400, "number_too_large"),
    "the same key twice": (b'{"pets": 1, "pets": 2}', 400, "duplicate_key"),
    "a lone surrogate": (rb'{"contact_name": "\ud800"}', 400, "lone_surrogate"),
    "a lone surrogate in a key": (rb'{"\udfff": 1}', 400, "lone_surrogate"),
    "NUL": (rb'{"contact_name": "a\u0000b"}', 400, "nul_character"),
    "100,000 deep": (b'{"members": ' + b"[" * 30000 + b"]" * 30000 + b"}", 400, "too_deep"),
    "something after it": (b"{} {}", 400, "not_json"),
    "65 KB": (b'{"contact_name": "' + b"x" * (64 * 1024) + b'"}', 413, "body_too_large"),
}


@pytest.mark.parametrize(("raw", "status", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused(maria, raw, status, code):
    refused(maria, raw, status, code)


REFUSED = {
    "an unknown member": ({"colour": "red"}, "colour", "unknown_field"),
    "an unknown member inside": (
        {"members": [{"age_band": "60+", "name": "Oksana"}]},
        "members.0.name",
        "unknown_field",
    ),
    "a boolean for a number": ({"pets": True}, "pets", "invalid"),
    "a text for a number": ({"pets": "1"}, "pets", "invalid"),
    "1_000": ({"luggage": "1_000"}, "luggage", "invalid"),
    "a fraction": ({"pets": 1.5}, "pets", "invalid"),
    "a negative number": ({"pets": -1}, "pets", "out_of_range"),
    "too many": ({"pets": 21}, "pets", "out_of_range"),
    "a number for a text": ({"contact_name": 7}, "contact_name", "invalid"),
    "a text that is too long": ({"contact_name": "x" * 121}, "contact_name", "too_long"),
    "null": ({"members": None}, "members", "required"),
    "no members": ({"members": []}, "members", "too_short"),
    "members by the thousand": ({"members": [{"age_band": "60+"}] * 31}, "members", "too_long"),
    "members that are no objects": ({"members": ["x"]}, "members.0", "invalid"),
    "an unknown choice": ({"members": [{"age_band": "40"}]}, "members.0.age_band", "unknown_choice"),
    "a list for a choice": ({"language": ["uk"]}, "language", "unknown_choice"),
    "an unknown zone": ({"zone": "atlantis"}, "zone", "unknown_choice"),
    "a zone that is a path": ({"zone": "../siret"}, "zone", "unknown_choice"),
    "an unknown crossing": ({"crossing": "atlantis"}, "crossing", "unknown_choice"),
    "an id of version 4": ({"id": "3f2b8c1e-6c1d-4d9a-9a51-0d4c5e7f8a90"}, "id", "not_uuid7"),
    "an id in braces": ({"id": "{" + str(uuid7()) + "}"}, "id", "invalid"),
    "an id that is a number": ({"id": 7}, "id", "invalid"),
    "a phone that is none": ({"contact_phone": "12"}, "contact_phone", "not_a_phone"),
    "more wheelchairs than people": ({"wheelchairs": 2}, "wheelchairs", "more_than_people"),
}


@pytest.mark.parametrize(("members", "field", "code"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused_by_field(maria, members, field, code):
    answer = maria.raw("post", "/households", household(**members), **KEY)
    assert (answer.status_code, answer.json()["fields"]) == (422, {field: code})
    assert not m.Household.objects.exists()


TIMES = {
    "year 9999": ("9999-12-31T23:59:59-12:00", "invalid"),
    "year 9998": ("9998-12-31T23:59:59Z", "out_of_range"),
    "year 1": ("0001-01-01T00:00:00+14:00", "invalid"),
    "without offset": ("2026-03-06T12:00:00", "invalid"),
    "a day": ("2026-03-06", "invalid"),
    "no such day": ("2026-02-30T12:00:00Z", "invalid"),
    "a number": (1772791200, "invalid"),
    "other digits": ("٢٠٢٦-03-06T12:00:00Z", "invalid"),
}


@pytest.mark.parametrize(("moment", "code"), TIMES.values(), ids=TIMES)
def test_times_out_of_this_world_are_refused(maria, moment, code):
    who = f.household()
    body = {"id": str(uuid7()), "kind": "ride", "origin": "siret", "earliest_at": moment, "from_date": "9999-12-31"}
    answer = maria.post(f"/households/{who.pk}/requests", body)
    fields = answer.json()["fields"]
    assert answer.status_code == 422
    assert (fields["earliest_at"] in (code, "out_of_range"), fields["from_date"]) == (True, "out_of_range")
    assert not m.HelpRequest.objects.exists()


PLACES = {
    "swapped": ({"lat": 26.25, "lon": 47.63}, 422, "swapped_lon_lat"),
    "far away": ({"lat": 40.7, "lon": -74.0}, 422, "outside_service_area"),
    "over the pole": ({"lat": 91.0, "lon": 26.0}, 422, None),
    "1e308": ({"lat": 1e308, "lon": 26.0}, 422, None),
    "a text": ({"lat": "47.63", "lon": 26.25}, 422, "invalid"),
    "half a place": ({"lat": 47.63, "lon": None}, 422, "invalid"),
}


@pytest.mark.parametrize(("place", "status", "code"), PLACES.values(), ids=PLACES)
def test_places_outside_are_refused(place, status, code):
    provider = f.provider(is_host=True)
    elena = Caller(f.owner(provider))
    body = {"id": str(uuid7()), "address": "Strada Mica 1", "town": "suceava", "beds": 2, **place}
    answer = elena.post(f"/providers/{provider.pk}/dwellings", body)
    assert answer.status_code == status
    assert code in (None, answer.json()["code"])
    assert not m.Dwelling.objects.exists()


TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/geo+json",
    "",
)


@pytest.mark.parametrize("content_type", TYPES)
def test_another_media_type_is_refused(maria, content_type):
    refused(maria, household(), 415, "unsupported_media_type", content_type)


@pytest.mark.parametrize("session", [True, False])
def test_a_broken_form_is_refused_before_anything_reads_it(session):
    """The cookie's CSRF check looks into forms: a broken or large one must not break it."""
    caller = Caller(f.maria(), session=session)
    caller.client.handler.enforce_csrf_checks = True
    for body in (b"--x\r\nnonsense", b"a=" + b"x" * 200_000):
        for content_type in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
            answer = caller.raw("post", "/households", body, content_type, **KEY)
            assert answer.status_code in (400, 403, 413, 415)


def test_a_body_that_lies_about_its_length_is_cut_off():
    class Endless:
        """A stream that never ends."""

        def read(self, size=-1, /):
            """As much as is asked for."""
            return b"x" * size

    with pytest.raises(strict.TooLarge):
        strict.read_body(Endless(), "10")


@pytest.mark.parametrize("length", ["1" * 40, "99999999999", "-1", "١٠"])
def test_a_length_that_is_none_is_refused(length):
    with pytest.raises((strict.TooLarge, strict.Malformed)):
        strict.read_body(None, length)  # type: ignore[arg-type]


QUERIES = {
    "limit=10**30": ("limit=1" + "0" * 30, {"limit": "out_of_range"}),
    "limit=0": ("limit=0", {"limit": "out_of_range"}),
    "limit=101": ("limit=101", {"limit": "out_of_range"}),
    "limit=-1": ("limit=-1", {"limit": "not_a_number"}),
    "limit=1_0": ("limit=1_0", {"limit": "not_a_number"}),
    "limit=1.5": ("limit=1.5", {"limit": "not_a_number"}),
    "limit in other digits": ("limit=٣", {"limit": "out_of_range"}),
    "limit twice": ("limit=1&limit=2", {"limit": "given_twice"}),
    "an unknown parameter": ("page=2", {"page": "unknown_field"}),
    "a format": ("format=api", {"format": "unknown_field"}),
    "NUL": ("zone=a%00b", {"zone": "nul_character"}),
    "bytes that are no text": ("zone=%ff%fe", {"zone": "unknown_choice"}),
    "a cursor of another list": ("cursor=WyJ4Il0", {"cursor": "bad_cursor"}),
    "a cursor that is none": ("cursor=%F0%9F%98%80", {"cursor": "bad_cursor"}),
    "a cursor with too much": ("cursor=WzEsMiwzXQ", {"cursor": "bad_cursor"}),
    "a cursor with a huge number": ("cursor=WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBd", {"cursor": "bad_cursor"}),
    "a cursor with an object": ("cursor=W3t9XQ", {"cursor": "bad_cursor"}),
}


@pytest.mark.parametrize(("query", "fields"), QUERIES.values(), ids=QUERIES)
def test_queries_that_make_no_sense_are_refused(maria, query, fields):
    answer = maria.get(f"/households?{query}")
    assert (answer.status_code, answer.json()["fields"]) == (422, fields)


CURSORS = {
    "year 9999": ["5", "9999-12-31T23:59:59-23:59", "00000000-0000-7000-8000-000000000000"],
    "year 1": ["5", "0001-01-01T00:00:00+14:00", "00000000-0000-7000-8000-000000000000"],
    "no offset": ["5", "2026-03-06T12:00:00", "00000000-0000-7000-8000-000000000000"],
    "a day": [5, "2026-03-06", "00000000-0000-7000-8000-000000000000"],
    "a boolean": [True, "2026-03-06T12:00:00Z", "00000000-0000-7000-8000-000000000000"],
    "no id": [5, "2026-03-06T12:00:00Z", "x"],
    "short": [5],
}


@pytest.mark.parametrize("place", CURSORS.values(), ids=CURSORS)
def test_a_forged_cursor_is_refused(maria, place):
    import base64

    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
    assert maria.get(f"/alarms?cursor={cursor}").json()["fields"] == {"cursor": "bad_cursor"}


@pytest.mark.parametrize(
    "path", ["/zones/a%00b", "/public/journey/a%00b", "/households/not-an-id", "/zones/%ff", "/zones/../me"]
)
def test_an_address_that_makes_no_sense_is_not_found(maria, path):
    assert maria.get(path).status_code == 404


@pytest.mark.parametrize("key", ["short", "x" * 65, "spaces in it", "Ključ-čšž-12345", "tab\tinside"])
def test_a_key_that_is_none_is_refused(maria, key):
    before = rows()
    answer = maria.raw("post", "/households", household(), **{"Idempotency-Key": key.encode("utf-8").decode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_malformed")
    assert rows() == before


def test_a_post_without_a_key_is_refused(maria):
    answer = maria.raw("post", "/households", household())
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")
    assert not m.Household.objects.exists()


def test_what_is_written_can_be_listed_by_every_database(maria):
    """Emoji, right-to-left marks and letters of four scripts come back as they went in."""
    name = "Оксана 👩‍👧 Țîră \u202e ʼ"
    made = maria.raw("post", "/households", household(contact_name=name), **KEY).json()
    assert maria.get(f"/households/{made['id']}/contact").json()["name"] == name.strip()
    assert maria.get("/households").status_code == 200
