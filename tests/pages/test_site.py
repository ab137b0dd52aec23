"""What holds for every page: strict policy, no inline code, every code in words, every string translated."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.utils import translation

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, TooMany
from registry.models.person import ROLES
from registry.rules import concerns, facts, vetting
from registry.rules.reasons import Reason
from registry.services import alarms, decisions, holds, intake, journeys, matching, suspension
from registry.services import vetting as vetting_service
from registry.web import labels, pages, refusals
from tests import factories as f
from tests.pages.site import LANGUAGES, browser, clock

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "registry" / "templates").rglob("*.html"))
VENDOR = ROOT / "registry" / "static" / "registry" / "vendor"

FAMILIES = {
    "vetting": states.VETTED_STATES,
    "offer": states.OFFER.states,
    "request": states.REQUEST.states,
    "match": states.MATCH.states,
    "pass": states.PASS.states,
    "zone": states.ZONE.states,
    "zone_action": tuple(states.ZONE.transitions),
    "role": ROLES,
    "age": facts.AGE_BANDS,
    "sex": facts.SEXES,
    "guardian": facts.GUARDIANS,
    "language": intake.LANGUAGES,
    "need": intake.NEEDS,
    "kind": m.HelpRequest.KINDS,
    "check": tuple(vetting.definitions()),
    "evidence": vetting.EVIDENCE,
    "decision": m.Decision.KINDS + m.ProtectionDecision.KINDS,
    "decision_outcome": m.Decision.OUTCOMES,
    "decision_reason": decisions.DECISION_REASONS,
    "rejection": vetting_service.REJECTION_REASONS,
    "suspension": suspension.REASONS,
    "hold": holds.CODES,
    "concern": concerns.KINDS,
    "alarm_outcome": alarms.OUTCOMES,
    "journey_outcome": journeys.OUTCOMES,
    "cancel": matching.CANCEL_REASONS,
    "check_in": m.CheckIn.KINDS,
    "side": m.CheckIn.SIDES,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_that_people_see_has_words_in_every_language(family):
    for language in LANGUAGES:
        with translation.override(language):
            said = {code: labels.text(family, code) for code in FAMILIES[family]}
        assert {code for code, text in said.items() if text == code} == set()


def raised_alarms() -> set[str]:
    """Every alarm code that a service names."""
    found = set()
    for path in (ROOT / "registry" / "services").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and "raise_alarm" in ast.unparse(call.func):
                values = [k.value for k in call.keywords if k.arg == "code"]
                found |= {str(v.value) for v in values if isinstance(v, ast.Constant)}
    return found


def test_every_alarm_has_words():
    codes = raised_alarms() | {"stay_halted", "journey_halted", "overdue_coordinator"}
    assert len(codes) > 3
    assert codes <= set(labels.ALARM)


@pytest.mark.parametrize("url", ["/", "/check/", "/login/", "/mine/", "/worry/", "/home/", "/households/new/"])
def test_every_page_has_the_strict_policy_and_asks_no_other_host(url):
    f.help_request()
    page = browser("maria").get(url) if url in ("/home/", "/households/new/") else browser().get(url)
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', page.content.decode()) == []


INLINE = re.compile(r'<style|\sstyle=|\son\w+="|<script(?![^>]*\ssrc=)|javascript:')


# A file of its own that a command writes and no server sends: its style is inside, and its policy allows no more.
WRITTEN = Path("plan/map.html")


def test_no_template_has_inline_code():
    served = [path for path in TEMPLATES if not path.match(str(WRITTEN))]
    assert len(served) == len(TEMPLATES) - 1
    assert [path.name for path in served if INLINE.search(path.read_text())] == []


def test_a_written_page_has_style_and_nothing_that_runs():
    [page] = [path.read_text() for path in TEMPLATES if path.match(str(WRITTEN))]
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r'<script|\son\w+="|javascript:', page)


@pytest.mark.parametrize("bad", ['<p style="x">', '<b onclick="x">', "<script>x</script>", "<style>x</style>"])
def test_inline_code_would_be_found(bad):
    assert INLINE.search(bad)


@pytest.mark.parametrize("url", ["/", "/check/", "/login/", "/mine/"])
def test_every_field_has_a_label_and_the_page_its_landmarks(url):
    html = browser().get(url).content.decode()
    fields = re.findall(r'<(?:input|select|textarea)[^>]*\sid="([^"]+)"', html)
    wrapped = re.findall(r"<label[^>]*>\s*<input[^>]*id=\"([^\"]+)\"", html)
    labelled = set(re.findall(r'<label for="([^"]+)"', html)) | set(wrapped)
    assert set(fields) <= labelled
    for landmark in ("<header", "<nav", "<main", "<footer", 'class="skip"'):
        assert html.count(landmark) == 1
    assert html.count("<h1") == 1


def test_what_is_shipped_of_others_is_what_its_lock_says():
    packages = json.loads((VENDOR / "lock.json").read_text())["packages"]
    named = {path: digest for package in packages for path, digest in package["sha256"].items()}
    files = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()} - {"lock.json"}
    assert set(named) == files
    for path, digest in named.items():
        assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == digest, path
    assert all(package["license"] and package["version"] for package in packages)


def test_every_string_is_translated():
    done = subprocess.run(
        [sys.executable, "tools/messages.py", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


ERRORS = [
    Invalid(fields={"plate": "not_a_plate"}),
    Invalid("idempotency_key_reused"),
    NotAllowed(),
    NotFound(),
    Conflict("plate_taken"),
    TooMany(retry_after_s=90),
    Refused(reasons=[Reason("check_missing", params={"check": "identity"}), Reason("hold_open")]),
    states.IllegalTransition("match", "departed", "confirm"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_refusal_is_told_in_words(error, language):
    with translation.override(language):
        told = pages.refusal(error)
    assert told.title
    assert told.lines
    assert all("_" not in line and "{" not in line for line in told.lines)


def test_the_same_refusal_differs_between_languages():
    said = set()
    for language in LANGUAGES:
        with translation.override(language):
            said |= set(pages.refusal(Conflict("plate_taken")).lines)
    assert len(said) == 4


def test_a_refusal_on_a_page_of_its_own_says_when_to_come_back():
    request = RequestFactory().get("/check/")
    request.user = f.known("maria")
    answer = pages.refused(request, TooMany(retry_after_s=90))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "90")


def test_an_unknown_code_still_has_a_sentence():
    assert refusals.sentence("no_such_code") == refusals.sentence("refused")
