"""An officer's whole job through the pages: apply, check, decide by two, suspend, call those on the road."""

import pytest

from registry import models as m
from registry.ids import uuid7
from tests.factories import (
    DAY,
    NOW,
    accommodation_offer,
    checks_for,
    decide,
    dwelling,
    match,
    provider,
    vehicle,
    verified_provider,
)
from tests.pages.desk import audited, browser, clock, home_in, press, record_all, ride_in, send, text_of

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

PERSON = {
    "given_name": "Elena",
    "family_name": "Mureșan",
    "birth_year": "1985",
    "sex": "f",
    "phone": "0721234567",
    "address": "Strada Lungă 5",
    "town": "suceava",
    "languages": ["ro", "uk"],
    "is_driver": "on",
}
READY = {"reason": "checks_complete", "conflict": "no"}


def decide_by_two(first, second, kind, row):
    """The first and the second decision to verify."""
    assert send(first, f"/desk/{kind}/{row.pk}/decide/verify/", **READY).status_code == 302
    decision = m.Decision.objects.get(outcome="pending", **{kind: row})
    answer = send(second, f"/desk/decision/{decision.pk}/", answer="carry", **READY)
    assert answer.status_code == 302, text_of(answer)
    row.refresh_from_db()
    return decision


def test_the_whole_job_from_application_to_verified_and_suspended():
    ioana, olena, petru = browser("ioana"), browser("olena"), browser("petru")
    answer = send(ioana, "/desk/apply/", **PERSON)
    row = m.Provider.objects.get()
    assert answer.url == f"/desk/provider/{row.pk}/"
    assert (row.status, row.phone, row.family_name) == ("applied", "+40721234567", "Mureșan")

    page = f"/desk/provider/{row.pk}/"
    assert "Mureșan" in text_of(olena.get(page))
    assert press(olena, page, f"{page}start-review/").status_code == 302
    record_all(olena, "provider", row)
    assert "All checks are complete" in text_of(olena.get(page))

    send(olena, f"{page}decide/verify/", **READY)
    decision = m.Decision.objects.get(outcome="pending")
    seen = text_of(olena.get(f"/desk/decision/{decision.pk}/"))
    assert "Why not me?" in seen
    assert "Take my decision back" in seen
    assert "Record my decision" not in seen

    queue = text_of(petru.get("/desk/queue/?state=second"))
    assert "E.M." in queue
    assert "Why not me?" not in queue
    seen = text_of(petru.get(f"/desk/decision/{decision.pk}/"))
    assert "Olena Olenaenko" in seen
    assert "Identity document seen in the original" in seen
    assert send(petru, f"/desk/decision/{decision.pk}/", answer="carry", **READY).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.verified_at) == ("verified", NOW)
    assert m.ProviderPass.objects.get().code in text_of(olena.get(page))


def test_a_vehicle_and_a_home_with_its_residents_are_vetted_the_same_way():
    ioana, olena, petru = browser("ioana"), browser("olena"), browser("petru")
    owner = verified_provider(driver=True, host=True)
    car = {"plate": "SV 77 ABC", "plate_country": "ro", "make": "Dacia", "color": "white", "seats": "5"}
    places = {"child_seats": "1", "wheelchair_places": "0"}
    assert send(ioana, f"/desk/provider/{owner.pk}/vehicle/", **car, **places).status_code == 302
    home = {"address": "Strada Florilor 3", "town": "suceava", "lat": "47.6333", "lon": "26.25", "beds": "4"}
    answer = send(ioana, f"/desk/provider/{owner.pk}/dwelling/", **home, rooms="2", lockable_room="on")
    house = m.Dwelling.objects.get()
    assert answer.url == f"/desk/dwelling/{house.pk}/residents/"
    lives_there = {"given_name": "Ion", "family_name": "Locatar", "birth_year": "1970", "sex": "m"}
    assert send(ioana, answer.url, **lives_there, another="1").url == answer.url
    for kind, row in (("vehicle", m.Vehicle.objects.get()), ("dwelling", house)):
        record_all(olena, kind, row)
        decide_by_two(olena, petru, kind, row)
        assert row.status == "verified"
    assert m.Check.objects.filter(resident__isnull=False).count() == 4


def test_suspending_shows_who_is_on_the_road_and_whom_to_call():
    journey = match("departed")
    driver = ride_in(journey).driver
    olena, url = browser("olena"), f"/desk/provider/{ride_in(journey).driver_id}/suspend/"
    before = olena.get(url)
    assert "1 On the road: must be called" in text_of(before)
    answer = send(olena, url, reason="police")
    assert answer.url == f"/desk/provider/{driver.pk}/halted/"
    page = text_of(olena.get(answer.url))
    journey.refresh_from_db()
    assert journey.status == "halted"
    for shown in (journey.household.code, driver.phone, driver.family_name, "Suceava", "none yet", "1 journey is on"):
        assert shown in page, shown
    if journey.household.contact_phone:
        assert journey.household.contact_phone in page
    assert audited("read.contact", journey.pk) == 1
    assert "SZ" in page
    assert m.ProviderPass.objects.filter(status="issued", provider=driver).count() == 0


def test_suspending_a_home_names_those_who_stay_there():
    journey = match("arrived")
    stayed = match("confirmed", stay=accommodation_offer(dwelling()))
    olena = browser("olena")
    home = home_in(stayed)
    answer = send(olena, f"/desk/dwelling/{home.pk}/suspend/", reason="report")
    page = text_of(olena.get(answer.url))
    assert "Nobody is on the road with them" in page
    assert stayed.household.code in page
    assert journey.household.code not in page


def test_a_decision_may_be_refused_by_the_second_person():
    row = provider(status="in_review")
    olena, petru = browser("olena"), browser("petru")
    record_all(olena, "provider", row)
    send(olena, f"/desk/provider/{row.pk}/decide/verify/", **READY)
    decision = m.Decision.objects.get(outcome="pending")
    url = f"/desk/decision/{decision.pk}/"
    both = send(petru, url, answer="refuse", reason="checks_complete", conflict="no")
    assert both.status_code == 422
    assert "does not go with your decision" in text_of(both)
    assert send(petru, url, answer="refuse", reason="not_convinced", conflict="no").status_code == 302
    row.refresh_from_db()
    decision.refresh_from_db()
    assert (row.status, decision.outcome) == ("in_review", "refused")
    assert "Refused by the second person" in text_of(petru.get(f"/desk/provider/{row.pk}/"))


def test_the_first_person_may_take_the_decision_back():
    row = provider(status="in_review")
    olena = browser("olena")
    record_all(olena, "provider", row)
    send(olena, f"/desk/provider/{row.pk}/decide/verify/", **READY)
    decision = m.Decision.objects.get(outcome="pending")
    url = f"/desk/decision/{decision.pk}/"
    assert press(olena, url, f"{url}withdraw/").status_code == 302
    decision.refresh_from_db()
    assert decision.outcome == "withdrawn"


def test_a_hold_is_placed_by_one_and_cleared_by_two():
    row = verified_provider(driver=True)
    olena, petru = browser("olena"), browser("petru")
    page = f"/desk/provider/{row.pk}/"
    assert send(olena, f"{page}hold/", reason="officer_doubt").status_code == 302
    hold = m.Hold.objects.get()
    clear = f"{page}hold/{hold.pk}/clear/"
    assert send(olena, clear, reason="hold_explained", conflict="no").status_code == 302
    decision = m.Decision.objects.get(outcome="pending")
    answer = send(petru, f"/desk/decision/{decision.pk}/", answer="carry", reason="hold_explained", conflict="no")
    assert answer.status_code == 302
    hold.refresh_from_db()
    assert hold.cleared_at == NOW


def test_a_suspension_is_lifted_by_two_and_goes_back_to_review():
    car = vehicle()
    olena, petru, ioana = browser("olena"), browser("petru"), browser("ioana")
    page = f"/desk/vehicle/{car.pk}/"
    send(olena, f"{page}suspend/", reason="officer_doubt")
    assert olena.get(f"{page}decide/lift/").status_code == 404
    send(ioana, f"{page}decide/lift/", reason="cause_removed", conflict="no")
    decision = m.Decision.objects.get(outcome="pending")
    send(petru, f"/desk/decision/{decision.pk}/", answer="carry", reason="cause_removed", conflict="no")
    car.refresh_from_db()
    assert car.status == "in_review"


def test_information_is_asked_for_and_comes_back():
    row = provider(status="in_review")
    olena, page = browser("olena"), f"/desk/provider/{row.pk}/"
    answer = send(olena, f"{page}request-info/", codes=["identity", "phone_confirmed"])
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.status, row.info_requested) == ("info_requested", "identity phone_confirmed")
    assert "Phone number confirmed" in text_of(olena.get(page))
    assert send(olena, f"{page}supply-info/", text="Brought today.").status_code == 302
    row.refresh_from_db()
    assert row.status == "in_review"


def test_an_application_is_rejected_with_a_reason_and_an_appeal_reopens_it():
    row = provider(status="in_review")
    olena, page = browser("olena"), f"/desk/provider/{row.pk}/"
    assert send(olena, f"{page}reject/", reason="refuses_check").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.rejected_reason) == ("rejected", "refuses_check")
    assert send(olena, f"{page}appeal/", text="It has come today.").status_code == 302
    row.refresh_from_db()
    assert row.status == "rejected"
    assert "It has come today." in text_of(olena.get(page))
    assert olena.get(f"{page}decide/grant_appeal/").status_code == 404
    petru, ioana, right = browser("petru"), browser("ioana"), {"reason": "rejection_wrong", "conflict": "no"}
    assert "1" in text_of(petru.get("/desk/queue/?state=appealed"))
    assert send(petru, f"{page}decide/grant_appeal/", **right).status_code == 302
    decision = m.Decision.objects.get(kind="grant_appeal")
    assert send(ioana, f"/desk/decision/{decision.pk}/", answer="carry", **right).status_code == 302
    row.refresh_from_db()
    assert row.status == "in_review"


def test_the_blind_review_shows_no_name_and_no_reason_and_a_no_holds():
    owner = provider(status="in_review")
    checks_for(owner)
    decision = decide(owner, "verify")
    review = m.Review.objects.create(id=uuid7(), created_at=NOW, decision=decision, due_at=NOW + DAY)
    stefan = browser("stefan")
    assert f"/desk/reviews/{review.pk}/" in stefan.get("/desk/reviews/").content.decode()
    seen = text_of(stefan.get(f"/desk/reviews/{review.pk}/"))
    assert "Identity document seen in the original" in seen
    for hidden in ("Olena", "Petru", "ISU Suceava", "All checks are complete"):
        assert hidden not in seen
    mixed = send(stefan, f"/desk/reviews/{review.pk}/", answer="yes", reason="evidence_thin", conflict="no")
    assert mixed.status_code == 422
    answer = {"answer": "no", "reason": "evidence_thin", "conflict": "no"}
    assert send(stefan, f"/desk/reviews/{review.pk}/", **answer).status_code == 302
    assert m.Hold.objects.get(provider=owner).code == "review_disagreed"
    assert "A third officer decided otherwise" in text_of(browser("alina").get("/desk/alarms/"))


def test_the_exposure_is_a_page_and_two_files():
    journey = match("departed")
    driver = ride_in(journey).driver
    for name in ("olena", "daria"):
        client, page = browser(name), f"/desk/provider/{driver.pk}/exposure"
        assert journey.household.code in text_of(client.get(f"{page}/"))
        table = client.get(f"{page}.csv")
        assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert table.headers["Content-Disposition"].startswith("attachment; filename=")
        assert journey.household.code in table.content.decode("utf-8-sig")
        assert client.get(f"{page}.json").json()[0]["household"] == journey.household.code
    assert audited("read.exposure", driver.pk) == 6
