"""Erasure: the key is destroyed and nothing can be read any more; what others may still need is kept until then."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from registry import models as m
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import (
    accounts,
    audit,
    erasure,
    idempotency,
    intake,
    providers,
    retention,
    tracing,
    vetting,
    worker,
)
from registry.services.idempotency import Answer
from registry.web import asking
from tests import factories as f
from tests.api.caller import Caller
from tests.invented import refusals
from tests.pages.site import browser, words
from tests.services.claims import entries, refused

pytestmark = pytest.mark.django_db

PLAIN = ("Zenobia", "Xerxescu", "Aleea Ascunsa", "+40744918273", "zenobia@example.org", "SV99XYZ", "SV 99 XYZ")


def gone(kind: str, subject: Any, by: Actor, reason: str = "asked") -> Any:
    return erasure.erase(actor=by, kind=kind, subject=subject.pk, reason=reason, at=f.NOW)


def somebody(**fields: Any) -> m.Provider:
    """A provider with everything that can be known of one: papers, a home with people in it, a car."""
    known = {"given_name": "Zenobia", "family_name": "Xerxescu", "address": "Aleea Ascunsa 1"}
    reach = {"phone": "+40744918273", "email": "zenobia@example.org"}
    row = f.provider(**{**known, **reach, **fields})
    home = f.dwelling(row, status="applied", address="Aleea Ascunsa 2")
    f.resident(home, given_name="Zenobia", family_name="Xerxescu")
    f.vehicle(row, status="applied", plate="SV 99 XYZ", plate_key="SV99XYZ")
    return row


def everything_stored() -> str:
    """Every row of the database, opened where it can be."""
    found = []
    for table in _tables():
        found += [f"{row.__class__.__name__} {_opened(row)}" for row in table._default_manager.all()]
    return "\n".join(found)


def _tables() -> list[Any]:
    return list(apps.get_models(include_auto_created=True))


def _opened(row: Any) -> dict[str, str]:
    return {field.name: str(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def test_control_before_erasure_everything_can_be_read() -> None:
    somebody()
    said = everything_stored()
    assert [word for word in PLAIN if word not in said] == []


def test_of_an_erased_provider_nothing_is_left_anywhere() -> None:
    row = somebody()
    gone("provider", row, f.olena())
    said = everything_stored()
    assert [word for word in PLAIN if word in said] == []
    again = m.Provider.objects.get(pk=row.pk)
    assert (again.phone_mark, again.address_mark, again.surname_mark, again.birth_year) == ("", "", "", None)
    assert again.erased_at == f.NOW
    assert not m.DataKey.objects.filter(pk=row.pk).exclude(wrapped="").exists()
    assert not m.Fingerprint.objects.filter(provider=row, ended_at=None).exists()
    action, data = entries(row)[-1]
    assert (action, data["reason"]) == ("erasure.done", "asked")


def test_its_pages_stand_and_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "now", lambda: f.NOW)
    row = somebody()
    gone("provider", row, f.olena())
    olena = Caller(f.olena())
    desk = browser("olena")
    for path in (f"/desk/provider/{row.pk}/", "/desk/queue/?state=any", "/desk/queue/?state=any&q=Xerxescu"):
        shown = words(desk.get(path))
        assert row.pk.hex[-6:].upper() in shown or "q=" in path
        assert not [word for word in PLAIN if word in shown]
    for path in (f"/providers/{row.pk}", "/providers", f"/dwellings/{row.dwellings.get().pk}"):
        answer = olena.get(path)
        assert answer.status_code == 200, answer.content
        assert not [word for word in PLAIN if word in answer.content.decode()]


def test_nobody_verifies_or_edits_whoever_was_erased() -> None:
    row = somebody(status="in_review")
    f.checks_for(row)
    gone("provider", row, f.olena())
    assert not m.Check.objects.filter(provider=row, code="identity", superseded_at=None).exists()
    with refused("erased"):
        providers.edit_provider(actor=f.olena(), provider=row.pk, fields={"phone": "+40744000000"}, at=f.NOW)
    with pytest.raises(RegistryError):
        f.decide_first(m.Provider.objects.get(pk=row.pk), "verify")


def test_the_database_lets_no_erased_provider_be_verified() -> None:
    row = f.verified_provider()
    with pytest.raises(IntegrityError, match="provider_erased_not_verified"), transaction.atomic():
        m.Provider.objects.filter(pk=row.pk).update(erased_at=f.NOW)


def test_a_verified_provider_goes_back_to_review_first() -> None:
    row = f.verified_provider()
    gone("provider", row, f.olena())
    assert m.Provider.objects.get(pk=row.pk).status == "in_review"


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "daria", "alina", "pavel"])
def test_only_an_officer_of_the_county_erases_a_provider(who: str) -> None:
    row = f.provider()
    with pytest.raises(RegistryError) as caught:
        gone("provider", row, getattr(f, who)())
    assert caught.value.status in (403, 404)
    assert m.Provider.objects.get(pk=row.pk).erased_at is None


@pytest.mark.parametrize(("kind", "who"), [("household", "maria"), ("household", "sorin"), ("person", "olena")])
def test_nobody_else_erases_households_or_accounts(kind: str, who: str) -> None:
    subject: Any = f.household() if kind == "household" else f.person("volunteer", zone="siret")
    with pytest.raises(RegistryError) as caught:
        gone(kind, subject, getattr(f, who)())
    assert caught.value.status in (403, 404)


def test_it_needs_a_fresh_second_factor() -> None:
    row = f.provider()
    with refused("step_up_required"):
        gone("provider", row, f.actor(f.known("olena"), confirmed_until=None))


def _held(row: m.Provider) -> None:
    f.hold(row)


def _concern(row: m.Provider) -> None:
    m.Concern.objects.create(id=uuid7(), created_at=f.NOW, provider=row, kind="money", source="h:1")


def _alarm(row: m.Provider) -> None:
    m.Alarm.objects.create(id=uuid7(), created_at=f.NOW, code="x", role="officer", provider=row)


def _signal(row: m.Provider) -> None:
    m.Signal.objects.create(
        id=uuid7(), created_at=f.NOW, code="x", level="review", memory="x", policy_version="p", provider=row
    )


def _suspended(row: m.Provider) -> None:
    f.bring(row, "suspended")


def _appealed(row: m.Provider) -> None:
    m.Appeal.objects.create(
        id=uuid7(), created_at=f.NOW, provider=row, filed_by=f.known("olena"), text="x", rejected_at=f.NOW
    )


AGAINST = {
    _held: "erase_held",
    _concern: "erase_concern_open",
    _alarm: "erase_alarm_open",
    _signal: "erase_signal_open",
    _suspended: "erase_suspended",
    _appealed: "erase_appeal_open",
}


@pytest.mark.parametrize(("cause", "code"), AGAINST.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_a_provider_is_kept_while_somebody_may_need_it(cause: Any, code: str) -> None:
    row = f.provider(status="in_review")
    cause(row)
    with refused("refused_by_rule", code):
        gone("provider", row, f.olena())


def test_whoever_is_in_the_register_is_kept_and_so_are_its_fingerprints() -> None:
    row = f.provider(status="in_review")
    refusals.listed(provider=row)
    with refused("refused_by_rule", "erase_in_register"):
        gone("provider", row, f.olena())


def test_a_provider_with_an_offer_or_a_journey_is_kept() -> None:
    match = f.match("departed")
    driver = f.ride_of(match).driver
    with refused("refused_by_rule", "erase_journey_running", "erase_offer_open"):
        gone("provider", driver, f.olena())


def test_a_household_is_kept_while_it_asks_or_travels() -> None:
    asking = f.help_request().household
    with refused("refused_by_rule", "erase_request_open"):
        gone("household", asking, f.andrei())
    travelling = f.match("departed").household
    with refused("refused_by_rule", "erase_journey_running"):
        gone("household", travelling, f.andrei())


def test_of_an_erased_household_its_journey_is_left() -> None:
    match = f.match("closed")
    household, driver = match.household, f.ride_of(match).driver
    f.correct(household, contact_name="Zenobia", contact_phone="+40744918273")
    m.HelpRequest.objects.filter(household=household).exclude(status="completed").update(
        status="cancelled", closed_at=f.NOW
    )
    gone("household", household, f.andrei())
    assert "Zenobia" not in everything_stored()
    shown = tracing.trace(actor=f.olena(), kind="provider", subject=driver.pk, form="json", at=f.NOW)[1]
    assert [row.household for row in shown] == [household.code]
    assert (m.Household.objects.get(pk=household.pk).contact_name, household.code) == ("", household.code)


def test_nothing_new_is_asked_for_an_erased_household() -> None:
    row = f.household()
    gone("household", row, f.andrei())
    with refused("erased"):
        intake.open_request(
            actor=f.maria(),
            household=row.pk,
            id=uuid7(),
            kind="ride",
            origin="siret",
            destination=None,
            max_km=None,
            earliest_at=f.NOW,
            from_date=f.TODAY,
            nights=1,
            at=f.NOW,
        )
    with refused("erased"):
        gone("household", row, f.andrei())


def test_an_account_is_closed_first_and_then_forgotten() -> None:
    person = f.person("volunteer", zone="siret", given_name="Zenobia", email="zenobia@example.org")
    with refused("refused_by_rule", "erase_account_open"):
        gone("person", person, f.sorin())
    accounts.deactivate(actor=f.sorin(), person=person.pk, at=f.NOW)
    gone("person", person, f.sorin())
    said = everything_stored()
    assert "Zenobia" not in said
    assert "zenobia@example.org" not in said
    assert not m.Person.objects.get(pk=person.pk).has_usable_password()


def test_stored_answers_about_them_are_forgotten_and_others_kept() -> None:
    row, other = somebody(), f.provider()
    for number, subject in enumerate((row, row.dwellings.get(), other)):
        idempotency.once(
            actor_key="a",
            key=f"key-number-{number}",
            digest="x",
            at=f.NOW,
            work=lambda pk=subject.pk: Answer(200, {"id": str(pk)}),
        )
    gone("provider", row, f.olena())
    assert m.IdempotencyKey.objects.get().mentions == str(other.pk)


HOUSEHOLD_AGES = [("ride", timedelta(hours=71), False), ("ride", timedelta(hours=73), True)]
HOUSEHOLD_AGES += [("stay", timedelta(days=29), False), ("stay", timedelta(days=31), True)]


@pytest.mark.parametrize(("kind", "age", "over"), HOUSEHOLD_AGES)
def test_a_household_is_forgotten_by_itself(kind: str, age: timedelta, over: bool) -> None:
    request = f.help_request(kind)
    m.Household.objects.filter(pk=request.household_id).update(created_at=f.NOW - timedelta(days=90))
    m.HelpRequest.objects.filter(pk=request.pk).update(status="cancelled", closed_at=f.NOW)
    retention.erase_due(at=f.NOW + age)
    assert (m.Household.objects.get(pk=request.household_id).erased_at is not None) is over


def test_a_household_that_still_asks_is_not_forgotten_however_old() -> None:
    request = f.help_request("stay")
    retention.erase_due(at=f.NOW + timedelta(days=400))
    assert m.Household.objects.get(pk=request.household_id).erased_at is None


@pytest.mark.parametrize(("days", "over"), [(29, False), (31, True)])
def test_a_rejected_application_is_forgotten_after_thirty_days(days: int, over: bool) -> None:
    row = f.provider(status="in_review")
    vetting.reject(actor=f.olena(), kind="provider", subject=row.pk, reason="failed_check", at=f.NOW)
    worker.clean_up(at=f.NOW + timedelta(days=days))
    assert (m.Provider.objects.get(pk=row.pk).erased_at is not None) is over


def test_what_speaks_against_it_keeps_the_due_and_lets_the_others_go() -> None:
    kept, free = (f.provider(status="in_review") for _ in range(2))
    for row in (kept, free):
        vetting.reject(actor=f.olena(), kind="provider", subject=row.pk, reason="failed_check", at=f.NOW)
    _concern(kept)
    assert retention.erase_due(at=f.NOW + timedelta(days=31), limit=1) >= 1
    assert {row.pk for row in m.Provider.objects.filter(erased_at=None)} == {kept.pk}


def test_free_texts_are_blanked_when_they_have_been_over_for_long() -> None:
    concern = m.Concern.objects.create(
        id=uuid7(), created_at=f.NOW, provider=f.provider(), kind="money", source="h:1", text="He asked for money."
    )
    retention.forget_texts(at=f.NOW + timedelta(days=400))
    assert m.Concern.objects.get().text
    m.Concern.objects.filter(pk=concern.pk).update(closed_at=f.NOW)
    retention.forget_texts(at=f.NOW + timedelta(days=29))
    assert m.Concern.objects.get().text
    retention.forget_texts(at=f.NOW + timedelta(days=31))
    assert not m.Concern.objects.get().text


def test_the_entry_of_an_erasure_names_nobody() -> None:
    row = somebody()
    gone("provider", row, f.olena())
    entry = m.AuditEntry.objects.get(action="erasure.done")
    assert entry.object_id == str(row.pk)
    assert audit.entry(actor=f.olena(), at=f.NOW, action="x", about=row, **entry.data)
