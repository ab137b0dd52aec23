"""Vetting: checks, questions, expiry. Verified is computed; what two people need is in test_two_people."""

from datetime import date
from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.rules import vetting as rules
from registry.services import answering, checks, offers, vetting
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db

PAPER = {"number": "SV 101234", "last_four": "1234"}
EVIDENCE: dict[str, Any] = {"type": "id_card", "country": "RO", **PAPER, "expires_on": date(2030, 1, 1)}


def record(row: Any, code: str, **given: Any) -> m.Check:
    """Olena records a check, passed unless told otherwise, with the evidence that it needs."""
    names = [*rules.definitions()[code].evidence, *(["number"] if rules.shows_paper(code) else [])]
    evidence = {name: EVIDENCE[name] for name in names}
    kind = type(row).__name__.lower()
    values: dict[str, Any] = {
        "actor": f.olena(),
        "kind": kind,
        "id": uuid7(),
        "passed": True,
        "evidence": evidence,
        "at": f.NOW,
    }
    return checks.record_check(subject=row.pk, code=code, **{**values, **given})


def test_an_application_is_taken_into_review() -> None:
    row = f.provider()
    vetting.start_review(actor=f.olena(), kind="provider", subject=row.pk, at=f.NOW)
    assert again(row).status == "in_review"
    assert said(row, "vetting.review_started", f.olena()) == {}


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel", "daria"])
def test_only_an_officer_of_the_county_vets(who: str) -> None:
    row = f.provider()
    stranger = f.actor(f.known(who))
    with refused("not_found"):
        vetting.start_review(actor=stranger, kind="provider", subject=row.pk, at=f.NOW)
    with refused("not_found"):
        record(row, "met_in_person", actor=stranger)
    with refused("not_found"):
        vetting.reject(actor=stranger, kind="provider", subject=row.pk, reason="duplicate", at=f.NOW)


def test_a_provider_does_not_vet_itself() -> None:
    row = f.provider()
    owner = f.owner(row)
    with refused("not_allowed"):
        record(row, "met_in_person", actor=owner)


@pytest.mark.parametrize("status", ["in_review", "rejected"])
def test_review_starts_once(status: str) -> None:
    row = f.provider(status=status)
    with refused("illegal_transition"):
        vetting.start_review(actor=f.olena(), kind="provider", subject=row.pk, at=f.NOW)


def test_the_first_check_takes_an_application_into_review() -> None:
    row = f.provider()
    check = record(row, "identity")
    assert again(row).status == "in_review"
    assert (check.lapses_on, check.evidence_last_four) == (date(2030, 1, 1), "1234")
    expected = {"code": "identity", "passed": True, "subject": str(row.pk), "kind": "provider"}
    assert said(check, "check.recorded", f.olena()) == expected


def test_a_check_done_again_supersedes_the_first() -> None:
    row = f.provider()
    first, second = record(row, "met_in_person"), record(row, "met_in_person", passed=False)
    assert again(first).superseded_at == f.NOW
    assert again(second).superseded_at is None


@pytest.mark.parametrize(
    ("code", "given", "fields"),
    [
        (
            "identity",
            {"evidence": {}},
            dict.fromkeys((*EVIDENCE, "last_four"), "evidence_required"),
        ),
        ("identity", {"evidence": {**EVIDENCE, "expires_on": date(2026, 3, 5)}}, {"expires_on": "evidence_expired"}),
        (
            "identity",
            {"evidence": {**EVIDENCE, "number": "1"}},
            {"number": "not_a_document_number", "last_four": "last_four_only"},
        ),
        ("met_in_person", {"evidence": EVIDENCE}, dict.fromkeys((*EVIDENCE, "last_four"), "evidence_not_kept")),
        ("home_visit", {}, {"code": "check_unknown_for_subject"}),
    ],
)
def test_evidence_that_makes_no_sense_is_refused(code: str, given: dict[str, Any], fields: dict[str, str]) -> None:
    row = f.provider()
    with refused("invalid", **fields):
        record(row, code, **given)


def test_a_resident_is_checked_through_the_dwelling() -> None:
    home = f.dwelling(status="in_review")
    resident, other = home.residents.get(), f.dwelling(status="in_review")
    check = record(home, "integrity_certificate", resident=resident.pk)
    assert (check.resident, check.dwelling) == (resident, None)
    with refused("not_found"):
        record(other, "integrity_certificate", resident=resident.pk)


@pytest.mark.parametrize("kind", ["provider", "vehicle", "dwelling"])
def test_a_failed_check_ends_verification_and_halts_the_journey(kind: str) -> None:
    journey = f.match("confirmed", f.help_request("both"))
    ride, stay = f.ride_of(journey), f.stay_of(journey)
    assert ride
    assert stay
    row = {"provider": ride.driver, "vehicle": ride.vehicle, "dwelling": stay.dwelling}[kind]
    code = {"provider": "free_of_charge", "vehicle": "insurance", "dwelling": "home_visit"}[kind]
    record(row, code, passed=False, evidence={})
    row = again(row)
    assert (row.status, row.verified_at, row.verified_until) == ("in_review", None, None)
    assert again(journey).status == "halted"
    assert said(row, "vetting.back_to_review", f.olena()) == {"reason": "failed_check"}


def test_a_check_that_lapses_earlier_takes_verification_along() -> None:
    row = f.verified_provider()
    record(row, "integrity_certificate", evidence={"country": "RO", "expires_on": date(2026, 4, 1)})
    assert (again(row).status, again(row).verified_until) == ("verified", date(2026, 4, 1))


def test_a_check_that_lapses_later_needs_two_people_to_count() -> None:
    row = f.verified_provider(until=date(2026, 4, 1))
    for code in rules.required("person"):
        record(row, code)
    assert again(row).verified_until == date(2026, 4, 1)
    f.decide(row, "verify")
    assert again(row).verified_until == date(2026, 9, 6)


@pytest.mark.parametrize("status", ["rejected", "revoked"])
def test_no_check_is_recorded_on_what_is_over(status: str) -> None:
    row = f.provider(status=status, revoked_at=f.NOW if status == "revoked" else None)
    with refused("not_in_review"):
        record(row, "met_in_person")


def test_questions_go_to_the_provider_and_come_back() -> None:
    row = f.provider(status="in_review")
    given: dict[str, Any] = {"kind": "provider", "subject": row.pk, "at": f.NOW}
    vetting.request_info(actor=f.olena(), codes=["identity", "met_in_person"], **given)
    assert (again(row).status, again(row).info_requested) == ("info_requested", "identity met_in_person")
    assert said(row, "vetting.info_requested", f.olena()) == {"codes": ["identity", "met_in_person"]}
    with refused("not_found"):
        answering.supply_info(actor=f.stefan(), **given)
    answering.supply_info(actor=f.owner(row), **given)
    assert (again(row).status, again(row).info_requested) == ("in_review", "")


@pytest.mark.parametrize("codes", [[], ["your_name"]])
def test_questions_are_named_checks(codes: list[str]) -> None:
    row = f.provider(status="in_review")
    with refused("invalid", codes="unknown_choice"):
        vetting.request_info(actor=f.olena(), kind="provider", subject=row.pk, codes=codes, at=f.NOW)


def test_a_rejection_has_a_reason_and_somebody_who_gave_it() -> None:
    row = f.provider(status="in_review")
    given: dict[str, Any] = {"kind": "provider", "subject": row.pk, "at": f.NOW}
    with refused("invalid", reason="unknown_choice"):
        vetting.reject(actor=f.olena(), reason="did not like him", **given)
    vetting.reject(actor=f.olena(), reason="duplicate", **given)
    assert (again(row).status, again(row).rejected_reason) == ("rejected", "duplicate")
    assert said(row, "vetting.rejected", f.olena()) == {"reason": "duplicate"}
    assert (again(row).rejected_at, again(row).rejected_by) == (f.NOW, f.known("olena"))


def test_an_officer_with_a_conflict_does_not_reject() -> None:
    row = f.provider(status="in_review", created_by=f.known("olena"))
    with refused("refused_by_rule", "decider_is_creator"):
        vetting.reject(actor=f.olena(), kind="provider", subject=row.pk, reason="duplicate", at=f.NOW)


def test_verification_lasts_through_its_last_day_and_no_longer() -> None:
    row = f.verified_provider(driver=True, until=f.TODAY)
    car = f.vehicle(row)
    shown, ride = f.provider_pass(row, car), f.transport_offer(car=car, departs_until=f.NOW + f.HOUR)
    journey = f.match("departed", ride=ride)
    last_minute, midnight = f.NOW.replace(hour=23, minute=59), f.NOW.replace(hour=0, minute=0) + f.DAY
    assert vetting.expire_due(actor=f.olena(), at=last_minute) == 0
    assert vetting.expire_due(actor=f.SYSTEM, at=midnight) == 1
    assert (again(row).status, again(shown).status, again(ride).status) == ("expired", "expired", "paused")
    assert again(journey).status == "halted"
    assert [action for action, _ in entries(row)] == ["vetting.expired"]
    assert vetting.expire_due(actor=f.SYSTEM, at=midnight) == 0


def test_a_stay_outlives_a_lapsed_paper_but_somebody_looks() -> None:
    home = f.dwelling(until=f.TODAY)
    journey = f.match("arrived", stay=f.accommodation_offer(home))
    vetting.expire_due(actor=f.SYSTEM, at=f.NOW + f.DAY)
    assert (again(home).status, again(journey).status) == ("expired", "arrived")
    assert m.Alarm.objects.filter(code="stay_needs_check", match=journey, role="officer").count() == 1


@pytest.mark.parametrize("kind", ["vehicle", "dwelling"])
def test_vehicles_and_dwellings_expire_too(kind: str) -> None:
    row = f.vehicle(until=f.TODAY) if kind == "vehicle" else f.dwelling(until=f.TODAY)
    vetting.expire_due(actor=f.SYSTEM, at=f.NOW + f.DAY)
    assert again(row).status == "expired"


def test_an_expired_provider_is_renewed_by_review_and_two_people() -> None:
    row = f.verified_provider(until=f.TODAY)
    vetting.expire_due(actor=f.SYSTEM, at=f.NOW + f.DAY)
    vetting.renew(actor=f.olena(), kind="provider", subject=row.pk, at=f.NOW + f.DAY)
    assert (again(row).status, again(row).verified_until) == ("in_review", None)
    with refused("refused_by_rule", "check_lapsed"):
        f.decide(row, "verify", at=f.NOW + f.DAY)
    for code in rules.required("person"):
        record(row, code, at=f.NOW + f.DAY)
    f.decide(row, "verify", at=f.NOW + f.DAY)
    assert again(row).status == "verified"


def test_only_what_has_expired_is_renewed() -> None:
    row = f.verified_provider()
    with refused("illegal_transition"):
        vetting.renew(actor=f.olena(), kind="provider", subject=row.pk, at=f.NOW)


def test_on_the_day_after_nothing_new_is_built_even_before_the_worker_runs() -> None:
    row = f.verified_provider(driver=True, until=f.TODAY)
    car, tomorrow = f.vehicle(row), f.NOW + f.DAY
    window: dict[str, Any] = {"departs_from": f.NOW, "departs_until": tomorrow + f.HOUR}
    ride, draft = f.transport_offer(car=car, **window), f.transport_offer(car=car, status="draft", **window)
    f.staffed("siret", at=tomorrow)
    request, owner = f.help_request(), f.owner(row)
    with refused("refused_by_rule", "provider_expired"):
        f.propose(request, ride, at=tomorrow)
    with refused("refused_by_rule", "provider_expired"):
        offers.publish(actor=owner, kind="transport", offer=draft.pk, at=tomorrow)
