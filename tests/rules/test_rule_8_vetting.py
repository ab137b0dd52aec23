"""What "verified" needs (rule 1) and what sends it back to review (rule 8): computed from checks, set by nobody."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import vetting
from registry.rules.vetting import (
    CHECKED_FIELDS,
    SUBJECTS,
    CheckResult,
    add_months,
    back_to_review,
    bad_evidence,
    definitions,
    lapses_on,
    required,
    required_of_provider,
    standing,
)
from tests.rules.examples import DAY, TODAY, codes

NEEDED = (("", "identity"), ("", "home_visit"))
PASSED = (CheckResult("identity", True, None), CheckResult("home_visit", True, TODAY + 30 * DAY))


def test_everything_passed_and_in_date_is_complete_until_the_first_check_lapses():
    said = standing(NEEDED, PASSED, held=False, today=TODAY)
    assert (said.complete, said.until, said.reasons) == (True, TODAY + 30 * DAY, ())


def test_what_is_missing_failed_or_lapsed_is_said():
    wanted = (*NEEDED, ("", "insurance"), ("", "plate_seen"))
    results = (
        CheckResult("identity", False, None),
        CheckResult("home_visit", True, TODAY - DAY),
        CheckResult("insurance", True, TODAY),
    )
    said = standing(wanted, results, held=True, today=TODAY)
    assert not said.complete
    assert (said.missing, said.failed, said.lapsed) == (("plate_seen",), ("identity",), ("home_visit",))
    assert codes(said.reasons) == ["check_missing", "check_failed", "check_lapsed", "hold_open"]


def test_a_check_counts_through_the_whole_of_its_last_day():
    last = (CheckResult("identity", True, TODAY),)
    assert standing(NEEDED[:1], last, held=False, today=TODAY).complete
    assert not standing(NEEDED[:1], last, held=False, today=TODAY + DAY).complete


def test_an_open_hold_alone_is_enough():
    said = standing(NEEDED, PASSED, held=True, today=TODAY)
    assert not said.complete
    assert [r.severity for r in said.reasons] == ["hold"]


def test_a_subject_that_needs_nothing_is_never_complete():
    assert not standing((), (), held=False, today=TODAY).complete


def test_each_resident_needs_their_own_checks():
    needed = (("a", "identity"), ("b", "identity"))
    one = (CheckResult("identity", True, None, "a"),)
    assert standing(needed, one, held=False, today=TODAY).missing == ("identity",)
    both = (*one, CheckResult("identity", True, None, "b"))
    assert standing(needed, both, held=False, today=TODAY).complete


def test_a_check_of_somebody_else_counts_for_nothing():
    stranger = (CheckResult("identity", True, None, "c"), CheckResult("insurance", True, None))
    assert standing((("a", "identity"),), stranger, held=False, today=TODAY).missing == ("identity",)


results = st.builds(
    CheckResult,
    st.sampled_from(["identity", "home_visit"]),
    st.booleans(),
    st.none() | st.dates(TODAY - 9 * DAY, TODAY + 9 * DAY),
)


@given(st.lists(results, max_size=4), st.booleans(), st.integers(0, 20))
def test_time_a_hold_or_a_failed_check_never_completes_anything(done, held, days):
    now = standing(NEEDED, done, held, TODAY)
    later = standing(NEEDED, done, True, TODAY + timedelta(days=days))
    failed = standing(NEEDED, [*done, CheckResult("identity", False, None)], held, TODAY)
    assert not later.complete
    assert not failed.complete
    assert standing(NEEDED, done, held, TODAY + timedelta(days=days)).complete <= now.complete


# The list of checks.


def test_the_integrity_certificate_holds_six_months_and_everybody_needs_it():
    certificate = definitions()["integrity_certificate"]
    assert certificate.months == 6
    assert set(certificate.subjects) == {"person", "resident"}
    assert "118/2019" in certificate.source


@pytest.mark.parametrize(
    ("subject", "some"),
    [
        ("person", {"identity", "met_in_person", "integrity_certificate", "code_of_conduct", "free_of_charge"}),
        ("driver", {"driving_licence", "right_to_drive"}),
        ("vehicle", {"plate_seen", "inspection", "insurance", "owner_permission", "photo_with_plate"}),
        ("dwelling", {"right_to_dwelling", "home_visit", "lockable_room", "beds_as_declared"}),
        ("resident", {"identity", "integrity_certificate"}),
        ("organization", {"registration", "representative", "anti_fraud_and_psea", "complaint_procedure"}),
    ],
)
def test_what_each_subject_needs(subject, some):
    assert some <= set(required(subject))


def test_every_check_has_a_subject_that_exists_and_a_source():
    assert all(set(d.subjects) <= set(SUBJECTS) and d.subjects and d.source for d in definitions().values())
    assert all(set(d.evidence) <= set(vetting.EVIDENCE) for d in definitions().values())


def test_a_driver_needs_more_than_a_host_and_an_organization_something_else():
    host, driver = required_of_provider("person", is_driver=False), required_of_provider("person", is_driver=True)
    assert set(driver) - set(host) == {"driving_licence", "right_to_drive"}
    assert "registration" in required_of_provider("organization", is_driver=False)
    assert required_of_provider("organization", is_driver=True) == required("organization")


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2022, 3, 6), 6, date(2022, 9, 6)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2022, 12, 15), 12, date(2023, 12, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2022, 1, 31), 1, date(2022, 2, 28)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months, end):
    assert add_months(day, months) == end


def test_a_check_ends_with_its_lifetime_or_its_paper_whichever_is_first():
    assert lapses_on("integrity_certificate", TODAY, None) == add_months(TODAY, 6)
    assert lapses_on("integrity_certificate", TODAY, TODAY + 20 * DAY) == TODAY + 20 * DAY
    assert lapses_on("integrity_certificate", TODAY, TODAY + 900 * DAY) == add_months(TODAY, 6)
    assert lapses_on("insurance", TODAY, TODAY + 20 * DAY) == TODAY + 20 * DAY
    assert lapses_on("privacy_notice", TODAY, None) is None


# Evidence: what is recorded of a paper, never the paper.

PAPER = {"number": "X1231234", "last_four": "1234"}
GOOD: dict[str, Any] = {"type": "passport", "country": "RO", **PAPER, "expires_on": TODAY + DAY}


def test_good_evidence_is_good():
    assert bad_evidence("identity", "person", GOOD, passed=True) == {}


@pytest.mark.parametrize(
    ("change", "bad"),
    [
        ({"last_four": "AB123456"}, {"last_four": "last_four_only"}),
        ({"last_four": "12 4"}, {"last_four": "last_four_only"}),
        ({"country": "Romania"}, {"country": "not_a_country"}),
        ({"country": "ro"}, {"country": "not_a_country"}),
        ({"type": "Passport of Olena"}, {"type": "evidence_type_unknown"}),
        ({"type": "x" * 41}, {"type": "evidence_type_unknown"}),
        ({"country": ""}, {"country": "evidence_required"}),
        ({"expires_on": None}, {"expires_on": "evidence_required"}),
        ({"scan": "file"}, {"scan": "evidence_not_kept"}),
        ({"number": ""}, {"number": "evidence_required"}),
        ({"number": "12"}, {"number": "not_a_document_number"}),
    ],
)
def test_evidence_that_makes_no_sense_is_named(change, bad):
    assert bad_evidence("identity", "person", {**GOOD, **change}, passed=True) == bad


def test_a_failed_check_needs_no_evidence():
    assert bad_evidence("identity", "person", {}, passed=False) == {}


@pytest.mark.parametrize(
    ("code", "subject"), [("identity", "vehicle"), ("insurance", "person"), ("astrology", "person")]
)
def test_a_check_must_apply_to_its_subject(code, subject):
    assert bad_evidence(code, subject, {}, passed=True) == {"code": "check_unknown_for_subject"}


# Rule 8.


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ("provider", "family_name"),
        ("provider", "phone"),
        ("provider", "address"),
        ("provider", "sex"),
        ("vehicle", "plate"),
        ("vehicle", "seats"),
        ("dwelling", "address"),
        ("dwelling", "residents"),
        ("dwelling", "beds"),
    ],
)
def test_a_checked_field_that_changes_sends_it_back(subject, field):
    (reason,) = back_to_review(subject, [field])
    assert (reason.code, reason.rule, dict(reason.params)) == ("checked_field_changed", 8, {"field": field})


@pytest.mark.parametrize("field", ["languages", "note", "search_key"])
def test_another_field_does_not(field):
    assert back_to_review("provider", [field]) == ()


def test_each_changed_field_is_named_once_and_in_order():
    found = back_to_review("vehicle", ["seats", "plate", "note", "plate"])
    assert [r.params["field"] for r in found] == ["plate", "seats"]


def test_control_without_the_list_an_edit_would_pass_unseen(monkeypatch):
    monkeypatch.setattr(vetting, "CHECKED_FIELDS", dict.fromkeys(CHECKED_FIELDS, frozenset()))
    assert back_to_review("vehicle", ["plate"]) == ()
