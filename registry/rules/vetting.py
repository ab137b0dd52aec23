"""What "verified" needs, and whether it is there: computed from checks and holds, never set by anybody."""

import calendar
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from registry.rules.checklists import EVIDENCE, SUBJECTS, Definition, definitions
from registry.rules.reasons import Reason

__all__ = ["EVIDENCE", "SUBJECTS", "Definition", "definitions"]
# A paper's whole number comes in with it and goes no further: its last four and a keyed fingerprint stay.
NUMBER = "number"


@cache
def required(subject: str) -> tuple[str, ...]:
    """The codes of the checks that a subject (one of SUBJECTS) needs."""
    return tuple(d.code for d in definitions().values() if subject in d.subjects)


def required_of_provider(kind: str, *, is_driver: bool) -> tuple[str, ...]:
    """The checks of a provider of ``kind`` (person or organization) itself, without vehicles and dwellings."""
    if kind == "organization":
        return required("organization")
    return required("person") + (required("driver") if is_driver else ())


JOINING: Mapping[str, tuple[str, ...]] = {
    "driver": ("person", "driver", "vehicle"),
    "host": ("person", "dwelling"),
    "organization": ("organization",),
}


def asked_of(kind: str) -> tuple[str, ...]:
    """Every check that somebody meets who joins as a driver, host or organization, in the order of the files."""
    return tuple(dict.fromkeys(code for subject in JOINING[kind] for code in required(subject)))


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def lapses_on(code: str, checked_on: date, evidence_expires_on: date | None) -> date | None:
    """The last day on which a passed check counts: its lifetime or its document's, whichever ends first."""
    months = definitions()[code].months
    ends = [evidence_expires_on] if evidence_expires_on else []
    if months is not None:
        ends.append(add_months(checked_on, months))
    return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The latest result of one named check for one subject; ``subject_key`` tells residents apart."""

    code: str
    passed: bool
    lapses_on: date | None
    subject_key: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What vetting says today. ``until`` is the last day it holds; ``reasons`` say what is missing."""

    complete: bool
    until: date | None
    missing: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = field(default=())


_FOREVER = date(9999, 12, 31)


def standing(needed: Iterable[tuple[str, str]], results: Iterable[CheckResult], held: bool, today: date) -> Standing:
    """Whether every needed (subject_key, code) has passed and still counts, and no hold is open."""
    latest = {(r.subject_key, r.code): r for r in results}
    wanted = tuple(needed)
    missing = tuple(code for key, code in wanted if (key, code) not in latest)
    present = [latest[item] for item in wanted if item in latest]
    failed = tuple(r.code for r in present if not r.passed)
    lapsed = tuple(r.code for r in present if r.passed and (r.lapses_on or _FOREVER) < today)
    until = min((r.lapses_on or _FOREVER for r in present), default=None)
    reasons = (
        *(Reason("check_missing", rule=1, params={"check": code}) for code in missing),
        *(Reason("check_failed", rule=1, params={"check": code}) for code in failed),
        *(Reason("check_lapsed", rule=1, params={"check": code}) for code in lapsed),
        *((Reason("hold_open", rule=1, severity="hold"),) if held else ()),
    )
    return Standing(bool(wanted) and not reasons, until, missing, failed, lapsed, reasons)


def may_record(code: str, is_authority: bool) -> tuple[Reason, ...]:
    """Why an officer may not record this check: some are for officers of an authority only (GDPR art. 10)."""
    definition = definitions().get(code)
    if definition is None or definition.by != "authority" or is_authority:
        return ()
    return (Reason("check_needs_authority", rule=1, params={"check": code}),)


def bad_evidence(code: str, subject: str, evidence: Mapping[str, str | date | None], passed: bool) -> dict[str, str]:
    """Evidence fields that make no sense for this check, each with a code; empty when all is well."""
    definition = definitions().get(code)
    if definition is None or subject not in definition.subjects:
        return {"code": "check_unknown_for_subject"}
    given = {name for name, value in evidence.items() if value}
    bad = dict.fromkeys(given - set(definition.evidence) - {NUMBER}, "evidence_not_kept")
    if passed and shows_paper(code) and NUMBER not in given:
        bad[NUMBER] = "evidence_required"
    if NUMBER in given and not shows_paper(code):
        bad[NUMBER] = "evidence_not_kept"
    if passed:
        bad |= dict.fromkeys(set(definition.evidence) - given, "evidence_required")
    wrong = {name: code for name, (form, code) in EVIDENCE_FORMS.items() if not _has_form(evidence.get(name), form)}
    return bad | wrong


@cache
def shows_paper(code: str) -> bool:
    """Whether the check is of a numbered paper of a person: identity card, passport, license."""
    return {"type", "last_four"} <= set(definitions()[code].evidence)


def last_four(number: str) -> str:
    """The last four letters or digits of a paper's number."""
    return re.sub(r"[\W_]", "", number)[-4:]


# Field of evidence -> (what it must look like, the code when it does not).
EVIDENCE_FORMS: Mapping[str, tuple[str, str]] = {
    "type": (r"[a-z][a-z0-9_]{0,39}", "evidence_type_unknown"),
    "country": (r"[A-Z]{2}", "not_a_country"),
    "last_four": (r"\w{4}", "last_four_only"),
    "number": (r"(?=(?:.*\w){5})[\w №./\-]{5,40}", "not_a_document_number"),
}


def _has_form(value: str | date | None, form: str) -> bool:
    return not value or re.fullmatch(form, str(value)) is not None


CHECKED_FIELDS: Mapping[str, Collection[str]] = {
    "provider": frozenset(
        {"given_name", "family_name", "birth_year", "sex", "phone", "email", "address", "town", "county"}
        | {"organization", "is_driver", "is_host", "registration_number", "organization_name"}
    ),
    "vehicle": frozenset(
        {"plate", "plate_country", "make", "color", "seats", "child_seats", "wheelchair_places", "photo"}
    ),
    "dwelling": frozenset(
        {"address", "lat", "lon", "town", "county", "beds", "rooms", "lockable_room", "residents", "step_free"}
    ),
}


def back_to_review(subject: str, changed: Iterable[str]) -> tuple[Reason, ...]:
    """Rule 8: a reason for each checked field among those changed; any one sends it back to review."""
    touched = sorted(set(changed) & set(CHECKED_FIELDS[subject]))
    return tuple(Reason("checked_field_changed", rule=8, severity="hold", params={"field": f}) for f in touched)
