"""Every error under /api/ is a problem detail (RFC 9457) in the language of the request, and gives nothing away."""

import ast
import json
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from registry import errors
from registry.rules.reasons import LANGUAGES
from registry.selectors.shapes import places as shapes
from registry.web import problems
from tests import factories as f
from tests.api.caller import Caller, check

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
REFUSALS = {"Conflict", "Invalid", "NotAllowed", "NotFound", "Refused", "Stale", "TooMany", "Malformed", "TooLarge"}


def problem(answer, status, code):
    """The body of an answer that must be this problem."""
    check("get", "", answer)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    return answer.json()


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v2/me", "/api/v1/me/", "/api/v1/zones/siret/x"])
def test_an_unknown_address_is_a_problem(path):
    problem(Client().get(path), 404, "not_found")


def test_an_unknown_page_is_a_page():
    assert not Client().get("/nothing/").headers["Content-Type"].startswith(problems.MEDIA_TYPE)


def test_nobody_is_told_to_sign_in():
    answer = Caller().get("/me")
    problem(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="safezone"'


@pytest.mark.parametrize("method", ["put", "delete", "options", "trace"])
def test_a_method_that_is_not_there_is_a_problem(method):
    answer = getattr(Caller(f.maria(), session=True).client, method)("/api/v1/me")
    problem(answer, 405, "method_not_allowed")


def test_a_media_type_that_is_not_there_is_a_problem():
    problem(Caller(f.maria()).get("/me", Accept="text/html"), 406, "not_acceptable")


def test_a_wrong_host_is_a_problem():
    problem(Client().get("/api/v1/public/helplines", headers={"Host": "evil.example"}), 400, "malformed")


def test_an_unexpected_fault_says_nothing_of_itself(monkeypatch):
    def broken():
        raise RuntimeError("the address of somebody")

    monkeypatch.setattr(shapes, "crossings", broken)
    answer = Caller(f.maria()).get("/crossings")
    problem(answer, 500, "internal_error")
    assert "somebody" not in answer.content.decode()


def test_an_answer_that_cannot_be_written_is_a_problem(monkeypatch):
    monkeypatch.setattr(shapes, "organization", lambda _: {"id": object()})
    answer = Caller(f.maria()).get("/organizations/" + str(f.known("maria").organization_id))
    problem(answer, 500, "internal_error")


def test_a_busy_database_asks_to_come_back(monkeypatch):
    def busy():
        raise OperationalError("database is locked")

    monkeypatch.setattr(shapes, "crossings", busy)
    answer = Caller(f.maria()).get("/crossings")
    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_speaks_the_language_of_the_request(language):
    answer = Caller(language=language).get("/me")
    assert answer.json()["detail"] == problems.sentences(language)["not_signed_in"]
    assert answer.headers["Content-Language"] == language


def test_another_language_is_answered_in_english():
    assert Caller(language="de").get("/me").headers["Content-Language"] == "en"


def test_the_sentences_are_the_same_in_every_language():
    english = problems.sentences("en")
    for language in LANGUAGES:
        assert list(problems.sentences(language)) == list(english)
        assert all(text.endswith((".", "!")) for text in problems.sentences(language).values())
    assert not set("ŞşŢţ") & set(json.dumps(problems.sentences("ro"), ensure_ascii=False))


def codes_in(tree):
    """Every literal code that a refusal is raised with, or that an insert falls back to."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = 0 if name in REFUSALS else 1 if name == "insert" else None
        code = node.args[place] if place is not None and len(node.args) > place else None
        if isinstance(code, ast.Constant):
            yield code.value


def test_every_code_that_is_raised_has_a_sentence():
    folders = ("registry/services", "registry/selectors", "registry/web", "registry/api")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    raised = {code for path in files for code in codes_in(ast.parse(path.read_text("utf-8")))}
    assert len(raised) > 20
    assert raised - set(problems.sentences("en")) == set()


def test_every_kind_of_refusal_has_a_sentence():
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.RegistryError)
    ]
    assert {kind.code for kind in kinds} - {"refused"} - set(problems.sentences("en")) == set()


def test_a_limit_says_when_to_come_back():
    caller = Caller()
    statuses = [caller.raw("post", "/public/check", b'{"text": "SV 01 ABC"}').status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    answer = caller.raw("post", "/public/check", b'{"text": "SV 01 ABC"}')
    problem(answer, 429, "too_many")
    assert 0 < int(answer.headers["Retry-After"]) <= 301


def test_a_header_that_a_client_writes_does_not_lift_the_limit():
    caller = Caller()
    for number in range(20):
        caller.raw("post", "/public/check", b'{"text": "x"}', **{"X-Forwarded-For": f"10.0.0.{number}"})
    assert caller.raw("post", "/public/check", b'{"text": "x"}', **{"X-Forwarded-For": "10.9.9.9"}).status_code == 429


def test_reasons_come_with_their_rule_and_a_sentence():
    f.staffed()
    match = f.match("accepted")
    ride = f.ride_of(match)
    assert ride
    f.hold(ride.driver)
    answer = Caller(f.maria(), language="ro").post(f"/matches/{match.pk}/confirm")
    found = problem(answer, 409, "refused_by_rule")["reasons"]
    assert {reason["rule"] for reason in found} == {1}
    assert all(reason["text"] for reason in found)
