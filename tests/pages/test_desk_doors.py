"""Who may open the desk: what is outside one's view does not exist, whatever the page."""

import pytest
from django.urls import reverse
from django.utils.translation import trans_real

from registry import models as m
from registry.ids import uuid7
from registry.rules.reasons import LANGUAGES
from tests.factories import (
    CHILD_ALONE,
    checks_for,
    dwelling,
    grant,
    hold,
    household,
    known,
    match,
    provider,
    sign_in,
    transport_offer,
    vehicle,
    verified_provider,
)
from tests.pages.desk import audited, browser, clock, evidence_for, filled, press, record_all, ride_in, send, text_of

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

ROLES_OF = {"officer": "olena", "coordinator": "andrei", "child_protection": "daria", "auditor": "alina"}
STRANGERS = ("maria", "sorin", "pavel")
READY = {"reason": "checks_complete", "conflict": "no"}


@pytest.fixture
def world():
    """Something of every kind in RO-SV, and the address of each desk page about it."""
    owner = verified_provider(driver=True, host=True)
    car, home = vehicle(owner), dwelling(owner)
    held = hold(owner)
    journey = match("overdue")
    carrier = ride_in(journey).driver
    waiting = provider(status="in_review")
    checks_for(waiting)
    send(browser("olena"), f"/desk/provider/{waiting.pk}/decide/verify/", **READY)
    decision = m.Decision.objects.get(outcome="pending")
    report = m.Concern.objects.create(
        id=uuid7(), created_at=owner.created_at, provider=owner, kind="money", source="h:1", text="asked"
    )
    alone = household([CHILD_ALONE])
    resident = home.residents.get()
    about = [(kind, row.pk) for kind, row in (("provider", owner), ("vehicle", car), ("dwelling", home))]
    officers = [f"/desk/provider/{row.pk}/" for row in (owner, waiting, carrier)]
    officers += [f"/desk/{kind}/{pk}/{page}/" for kind, pk in about for page in ("edit", "suspend", "halted", "hold")]
    officers += [f"/desk/provider/{owner.pk}/{page}/" for page in ("vehicle", "dwelling", "check/identity")]
    officers += [f"/desk/provider/{waiting.pk}/{page}/" for page in ("request-info", "reject")]
    officers += [f"/desk/dwelling/{home.pk}/{page}/" for page in ("place", "residents", "check/home_visit")]
    officers += [f"/desk/dwelling/{home.pk}/residents/{resident.pk}/{page}/" for page in ("out", "check/identity")]
    officers += [f"/desk/provider/{owner.pk}/hold/{held.pk}/clear/", f"/desk/decision/{decision.pk}/"]
    officers += [f"/desk/concerns/{report.pk}/"]
    both = [f"/desk/journey/{journey.pk}/call/", "/desk/zones/siret/"]
    both += [f"/desk/alarms/{row.pk}/close/" for row in m.Alarm.objects.filter(role="coordinator")]
    child = [f"/desk/children/{alone.pk}/", f"/desk/children/{alone.pk}/contact/"]
    lists = {
        "/desk/queue/": ("officer",),
        "/desk/apply/": ("officer",),
        "/desk/apply/organization/": ("officer",),
        "/desk/concerns/": ("officer",),
        "/desk/alarms/": ("officer", "coordinator", "child_protection", "auditor"),
        "/desk/zones/": ("officer", "coordinator"),
        "/desk/children/": ("child_protection",),
        "/desk/audit/": ("auditor",),
        "/desk/": ("officer", "coordinator", "child_protection", "auditor"),
    }
    return {
        "own": {
            **dict.fromkeys(officers, ("officer",)),
            **dict.fromkeys(both, ("officer", "coordinator")),
            **dict.fromkeys(child, ("child_protection",)),
        },
        "lists": lists,
        "posts": [
            f"/desk/provider/{waiting.pk}/start-review/",
            f"/desk/provider/{waiting.pk}/renew/",
            f"/desk/decision/{decision.pk}/withdraw/",
        ],
    }


def test_every_page_answers_the_roles_it_is_for_and_nobody_else(world):
    for url, roles in {**world["own"], **world["lists"]}.items():
        for role, name in ROLES_OF.items():
            expected = 200 if role in roles else 404
            assert browser(name).get(url).status_code == expected, (url, role)
        for name in STRANGERS:
            assert browser(name).get(url).status_code == 404, (url, name)


def test_an_officer_of_another_county_sees_nothing_of_it(world):
    stefan = browser("stefan")
    before = m.AuditEntry.objects.count()
    for url in world["own"]:
        assert stefan.get(url).status_code == 404, url
        assert stefan.post(url, {"key": str(uuid7()), "reason": "police"}).status_code in (404, 405), url
    for url in world["posts"]:
        assert stefan.post(url, {"key": str(uuid7())}).status_code == 404, url
    assert m.AuditEntry.objects.count() == before
    for state in ("applied", "in_review", "second", "held", "any"):
        assert "Nothing waits here" in text_of(stefan.get(f"/desk/queue/?state={state}"))


def test_nobody_signed_in_is_sent_to_the_login(client, world):
    for url in {**world["own"], **world["lists"]}:
        answer = client.get(url)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/"), url


def test_a_form_without_the_secret_of_its_page_is_refused(world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, known("olena"))
    for url in world["posts"]:
        assert strict.post(url, {"key": str(uuid7())}).status_code == 403


def test_the_strict_policy_of_contents_holds_on_every_page(world):
    for url, roles in {**world["own"], **world["lists"]}.items():
        page = browser(ROLES_OF[roles[0]]).get(url)
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        html = page.content.decode()
        assert " style=" not in html, url
        assert "<style" not in html, url
        assert "<script>" not in html, url
        assert " onclick=" not in html, url


def english(language):
    """English sentences that this language has words of its own for, the long ones."""
    known = trans_real.translation(language)._catalog  # type: ignore[attr-defined]
    keys = [key for key in {**known._catalogs[0]} if isinstance(key, str) and len(key) > 11]
    return [key for key in keys if not set(key) & set("\x04%{") and known[key] != key]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_rendered_in_each_language(world, language):
    foreign = english(language) if language != "en" else []
    assert len(foreign) > 300 or language == "en"
    for url, roles in {**world["own"], **world["lists"]}.items():
        page = browser(ROLES_OF[roles[0]], language).get(url)
        assert page.status_code == 200, url
        assert f'<html lang="{language}"' in page.content.decode(), url
        shown = text_of(page)
        assert [text for text in foreign if text in shown] == [], url


def test_every_desk_address_is_named():
    assert reverse("desk:home") == "/desk/"


def test_the_one_who_wrote_the_application_reads_why_before_trying():
    ioana = browser("ioana")
    row = provider(created_by=known("ioana"), status="in_review")
    page = text_of(ioana.get(f"/desk/provider/{row.pk}/"))
    assert "You may not check or decide here" in page
    assert "Record the check" not in page
    assert "Decide: verify" not in page
    before = m.Check.objects.count()
    answer = ioana.post(
        f"/desk/provider/{row.pk}/check/identity/",
        {"key": str(uuid7()), "result": "passed", **evidence_for("identity")},
    )
    assert answer.status_code == 409
    assert m.Check.objects.count() == before


def test_the_first_person_is_refused_as_the_second_and_reads_why():
    row = provider(status="in_review")
    olena = browser("olena")
    record_all(olena, "provider", row)
    send(olena, f"/desk/provider/{row.pk}/decide/verify/", **READY)
    decision = m.Decision.objects.get(outcome="pending")
    url = f"/desk/decision/{decision.pk}/"
    answer = olena.post(url, {"key": str(uuid7()), "answer": "carry", **READY})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.status == "in_review"


def test_a_declared_conflict_is_refused():
    row = provider(status="in_review")
    olena = browser("olena")
    record_all(olena, "provider", row)
    answer = send(olena, f"/desk/provider/{row.pk}/decide/verify/", reason="checks_complete", conflict="yes")
    assert answer.status_code == 409
    assert m.Decision.objects.count() == 0


def test_verifying_without_all_checks_is_no_page_and_refused_when_sent():
    row = provider(status="in_review")
    olena, url = browser("olena"), f"/desk/provider/{row.pk}/decide/verify/"
    assert olena.get(url).status_code == 404
    answer = olena.post(url, {"key": str(uuid7()), **READY})
    assert answer.status_code == 409
    assert "What is missing" in text_of(answer)
    assert m.Decision.objects.count() == 0


def test_an_officer_who_sees_a_driver_only_at_the_gate_may_suspend_but_not_vet():
    stefan = known("stefan")
    row = verified_provider(driver=True, town="sighet")
    match("confirmed", ride=transport_offer(row))
    grant(stefan, "officer", county="RO-MM")
    page = text_of(browser("olena").get(f"/desk/provider/{row.pk}/"))
    assert "Suspend" in page
    assert "Record the check" not in page
    assert browser("olena").get(f"/desk/provider/{row.pk}/check/identity/").status_code == 404
    answer = browser("olena").post(
        f"/desk/provider/{row.pk}/check/identity/",
        {"key": str(uuid7()), "result": "failed"},
    )
    assert answer.status_code == 403
    assert m.Check.objects.filter(provider=row, passed=False).count() == 0


NAMING = (
    "/desk/provider/{provider}/",
    "/desk/provider/{provider}/edit/",
    "/desk/dwelling/{home}/residents/",
    "/desk/dwelling/{home}/residents/{resident}/out/",
    "/desk/dwelling/{home}/residents/{resident}/check/identity/",
)


@pytest.mark.parametrize("page", NAMING)
def test_a_page_that_names_somebody_is_written_down(page):
    home = dwelling()
    who = home.residents.get()
    url = page.format(provider=home.provider_id, home=home.pk, resident=who.pk)
    shown = text_of(browser("olena").get(url))
    assert home.provider.family_name in browser("olena").get(url).content.decode() or who.family_name in shown
    assert audited("read.identity", home.provider_id) == 2


def test_a_page_that_names_nobody_leaves_no_trace():
    home = dwelling()
    for url in (f"/desk/provider/{home.provider_id}/suspend/", f"/desk/dwelling/{home.pk}/check/home_visit/"):
        shown = browser("olena").get(url).content.decode()
        assert home.provider.family_name not in shown
        assert home.address not in shown
    assert audited("read.identity") == audited("read.exact_place") == 0


def test_reading_an_identity_a_place_a_report_and_a_phone_is_written_down(world):
    olena = browser("olena")
    for url in world["own"]:
        olena.get(url) if "children" not in url else None
    assert audited("read.identity") >= 3
    assert audited("read.exact_place") == 2
    assert audited("read.case") == 1
    assert audited("read.contact") >= 1
    entries = m.AuditEntry.objects.filter(action__startswith="read.")
    assert {str(row.actor_id) for row in entries} == {str(known("olena").pk)}


def test_a_double_click_acts_once_and_gives_the_same_answer():
    row = verified_provider(driver=True)
    olena, url = browser("olena"), f"/desk/provider/{row.pk}/suspend/"
    sent = {"key": str(uuid7()), "reason": "police"}
    first, second = olena.post(url, sent), olena.post(url, sent)
    answers = {(one.status_code, one.headers["Location"]) for one in (first, second)}
    assert answers == {(302, f"/desk/provider/{row.pk}/halted/")}
    assert audited("suspension.placed", row.pk) == 1


def test_a_key_is_good_for_one_form_only():
    row = verified_provider(driver=True)
    olena, url = browser("olena"), f"/desk/provider/{row.pk}/hold/"
    key = str(uuid7())
    olena.post(url, {"key": key, "reason": "officer_doubt"})
    answer = olena.post(url, {"key": key, "reason": "register_hit"})
    assert answer.status_code == 422
    assert m.Hold.objects.count() == 1


def test_a_stale_edit_keeps_what_was_typed_and_can_be_sent_again():
    car = vehicle(status="in_review")
    olena, ioana = browser("olena"), browser("ioana")
    url = f"/desk/vehicle/{car.pk}/edit/"
    sent = filled(olena.get(url))
    ioana_sent = {**sent, "make": "Skoda", "key": str(uuid7())}
    assert ioana.post(url, ioana_sent).status_code == 302
    answer = olena.post(url, {**sent, "color": "red", "key": str(uuid7())})
    page = text_of(answer)
    assert answer.status_code == 412
    assert "Somebody changed this while you were typing" in page
    assert "Skoda" in page
    assert 'value="red" selected' in answer.content.decode()
    car.refresh_from_db()
    assert (car.make, car.color) == ("Skoda", "white")
    again = answer.context["form"].data
    fields = {name: again[name] for name in again if name not in ("key", "csrfmiddlewaretoken")}
    assert olena.post(url, {**fields, "key": str(uuid7())}).status_code == 302
    car.refresh_from_db()
    assert car.color == "red"


def test_editing_a_checked_detail_sends_it_back_to_review_and_halts():
    journey = match("confirmed")
    car = ride_in(journey).vehicle
    olena, url = browser("olena"), f"/desk/vehicle/{ride_in(journey).vehicle_id}/edit/"
    page = olena.get(url)
    assert "goes back to review at once" in text_of(page)
    sent = filled(page)
    assert olena.post(url, {**sent, "plate": "SV 99 XYZ", "key": str(uuid7())}).status_code == 302
    car.refresh_from_db()
    journey.refresh_from_db()
    assert (car.status, journey.status) == ("in_review", "halted")


def test_a_resident_moves_out_and_the_home_is_reviewed_again():
    home = dwelling()
    who = home.residents.get()
    answer = send(browser("olena"), f"/desk/dwelling/{home.pk}/residents/{who.pk}/out/")
    assert answer.status_code == 302
    home.refresh_from_db()
    who.refresh_from_db()
    assert home.status == "in_review"
    assert who.moved_out_at is not None


def test_an_expired_one_is_renewed_with_one_button():
    car = vehicle(status="expired")
    olena, page = browser("olena"), f"/desk/provider/{car.provider_id}/"
    assert press(olena, page, f"/desk/vehicle/{car.pk}/renew/").status_code == 302
    car.refresh_from_db()
    assert car.status == "in_review"
