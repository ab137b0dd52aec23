"""A provider's own pages: registration, things to be checked, offers, journeys as needs."""

import re

import pytest

from registry import models as m
from tests import factories as f
from tests.pages.site import browser, clock, filled, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

WHO = {"birth_year": "1985", "sex": "f", "phone": "0721234567", "address": "Strada Mare 1", "town": "suceava"}


def signed_in(row: m.Provider):
    return browser(f.person_of(f.owner(row)))


def test_somebody_registers_as_a_driver():
    account = f.person()
    answer = send(browser(account), "/provider/apply/", **WHO, is_driver="on", languages=["uk", "ro"])
    assert answer.status_code == 302, words(answer)
    row = m.Provider.objects.get()
    assert (row.account_id, row.status, row.languages) == (account.pk, "applied", "ro uk")


def test_a_second_registration_is_refused_with_words_and_keeps_what_was_typed():
    client = browser(f.person())
    send(client, "/provider/apply/", **WHO, is_driver="on")
    answer = send(client, "/provider/apply/", **WHO, is_driver="on")
    assert answer.status_code == 409
    assert 'value="Strada Mare 1"' in answer.content.decode()
    assert m.Provider.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("phone", "12"), ("birth_year", "2020"), ("town", "atlantis"), ("given_name", "\0")]
)
def test_what_does_not_fit_is_said_at_its_field(field, value):
    answer = send(browser(f.person()), "/provider/apply/", **{**WHO, "is_host": "on", field: value})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not m.Provider.objects.exists()


def test_whoever_offers_nothing_is_asked_what_they_offer():
    answer = send(browser(f.person()), "/provider/apply/", **WHO)
    assert answer.status_code == 422
    assert "Choose at least one" in words(answer)


def test_a_vehicle_is_added_once_and_its_plate_is_nobody_elses():
    row = f.verified_provider(driver=True)
    url = f"/providers/{row.pk}/vehicles/new/"
    typed = {"plate": "SV 77 ABC", "make": "Dacia Logan", "color": "white"}
    form = {**filled(signed_in(row), url), **typed}
    client = signed_in(row)
    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert m.Vehicle.objects.count() == 1
    other = f.verified_provider(driver=True)
    answer = send(signed_in(other), f"/providers/{other.pk}/vehicles/new/", **{**typed, "plate": "sv77abc"})
    assert answer.status_code == 409


HOME = {"address": "Strada Florilor 3", "town": "suceava", "lat": "47.65", "lon": "26.25"}
ANA = {"r1_given_name": "Ana", "r1_family_name": "Pop", "r1_birth_year": "1980", "r1_sex": "f"}


def test_a_home_is_added_with_its_residents():
    row = f.verified_provider(host=True)
    answer = send(signed_in(row), f"/providers/{row.pk}/homes/new/", **HOME, **ANA, lockable_room="on")
    assert answer.status_code == 302, words(answer)
    dwelling = m.Dwelling.objects.get()
    assert (dwelling.residents.count(), dwelling.lockable_room, dwelling.status) == (1, True, "applied")


def test_half_a_resident_is_not_taken():
    row = f.verified_provider(host=True)
    answer = send(signed_in(row), f"/providers/{row.pk}/homes/new/", **HOME, **ANA, r2_given_name="Ion")
    assert answer.status_code == 422
    assert 'href="#id_r2_family_name"' in answer.content.decode()
    assert not m.Dwelling.objects.exists()


@pytest.mark.parametrize("place", [{"lat": "26.25", "lon": "47.65"}, {"lat": "0", "lon": "0"}, {"lat": "1e400"}])
def test_a_home_at_an_impossible_place_is_refused(place):
    row = f.verified_provider(host=True)
    answer = send(signed_in(row), f"/providers/{row.pk}/homes/new/", **{**HOME, **ANA, **place})
    assert answer.status_code == 422
    assert not m.Dwelling.objects.exists()


def test_a_ride_is_drafted_published_paused_and_withdrawn():
    car = f.vehicle()
    client = signed_in(car.provider)
    url = f"/providers/{car.provider_id}/rides/new/"
    answer = send(client, url, origin="siret", destinations=["suceava"], languages=["uk"])
    assert answer.status_code == 302, words(answer)
    ride = m.TransportOffer.objects.get()
    for step, status in (("publish", "open"), ("pause", "paused"), ("publish", "open"), ("withdraw", "withdrawn")):
        press(client, "/home/", f"/offers/transport/{ride.pk}/{step}/")
        ride.refresh_from_db()
        assert ride.status == status


def test_beds_are_drafted_and_published():
    home = f.dwelling()
    client = signed_in(home.provider)
    answer = send(client, f"/providers/{home.provider_id}/stays/new/", beds="2")
    assert answer.status_code == 302, words(answer)
    stay = m.AccommodationOffer.objects.get()
    press(client, "/home/", f"/offers/accommodation/{stay.pk}/publish/")
    stay.refresh_from_db()
    assert stay.status == "open"


def test_an_unverified_provider_cannot_publish_and_is_told_why():
    row = f.provider(is_host=True)
    home = f.dwelling(row, status="applied")
    stay = f.accommodation_offer(home, status="draft")
    client = signed_in(row)
    answer = press(client, "/home/", f"/offers/accommodation/{stay.pk}/publish/")
    said = words(client.get(answer.headers["Location"]))
    assert "not verified" in said.lower()
    stay.refresh_from_db()
    assert stay.status == "draft"


def test_what_is_missing_is_listed_in_words():
    said = words(signed_in(f.provider(is_driver=True)).get("/provider/status/"))
    assert "Driving licence" in said
    assert "driving_licence" not in said


def test_a_provider_supplies_what_was_asked_for():
    row = f.provider(is_host=True, status="info_requested", info_requested="identity")
    client = signed_in(row)
    page = f"/own/provider/{row.pk}/supply/"
    assert page in client.get("/home/").content.decode()
    key = re.findall(r'name="key" value="([^"]+)"', client.get(page).content.decode())[-1]
    assert client.post(page, {"key": key, "text": "Sent by post."}).status_code == 302
    row.refresh_from_db()
    assert row.status == "in_review"


def test_a_driver_sees_the_need_and_nothing_of_the_people():
    ride = f.transport_offer()
    match = f.match("departed", ride=ride)
    page = signed_in(ride.driver).get(f"/carried/{match.pk}/")
    household = match.household
    assert "1 adult, 1 child" in words(page)
    for secret in (household.code, household.contact_name, household.contact_phone, str(household.pk)):
        assert secret not in page.content.decode()


def test_a_driver_never_sees_a_proposal_or_a_refusal():
    ride = f.transport_offer()
    match = f.match("declined", ride=ride)
    client = signed_in(ride.driver)
    assert client.get(f"/carried/{match.pk}/").status_code == 404
    assert f"/carried/{match.pk}/" not in client.get("/home/").content.decode()


def test_a_host_says_that_the_guests_have_arrived():
    stay = f.accommodation_offer()
    match = f.match("departed", stay=stay)
    client = signed_in(stay.provider)
    press(client, f"/carried/{match.pk}/", f"/carried/{match.pk}/word/", kind="arrived")
    match.refresh_from_db()
    assert match.receiver_arrived_at == f.NOW
    assert match.status == "departed"


def test_a_driver_cannot_confirm_the_arrival():
    ride = f.transport_offer()
    match = f.match("departed", ride=ride)
    client = signed_in(ride.driver)
    key = str(f.provider().pk)
    client.post(f"/carried/{match.pk}/word/", {"key": key, "kind": "arrived"})
    match.refresh_from_db()
    assert (match.refugee_arrived_at, match.receiver_arrived_at) == (None, None)


def test_nobody_touches_the_things_of_another_provider():
    mine, other = f.verified_provider(driver=True), f.verified_provider(host=True)
    client = signed_in(other)
    for what in ("vehicles", "homes", "rides", "stays"):
        assert client.get(f"/providers/{mine.pk}/{what}/new/").status_code == 404


def test_a_driver_answers_and_the_gate_sees_it():
    ride = f.transport_offer()
    match = f.match("confirmed", ride=ride)
    client, page = signed_in(ride.driver), f"/carried/{match.pk}/"
    assert "Please answer" in words(client.get("/home/"))
    press(client, "/home/", f"{page}answer/", kind="coming")
    press(client, page, f"{page}answer/", kind="here")
    assert "Driver: is at the gate" in words(browser("maria").get(f"/journeys/{match.pk}/"))
    assert "Driver or host: is at the gate" in words(browser("maria").get("/home/"))
    assert list(m.CheckIn.objects.order_by("at", "id").values_list("side", "kind")) == [
        ("driver", "coming"),
        ("driver", "here"),
    ]


def test_a_driver_who_cannot_says_why_and_the_volunteers_are_called():
    ride = f.transport_offer()
    match = f.match("confirmed", ride=ride)
    client = signed_in(ride.driver)
    answer = send(client, f"/carried/{match.pk}/cannot/", why="car", text="The clutch.")
    assert answer.status_code == 302, words(answer)
    match.refresh_from_db()
    assert (match.status, match.provider_said) == ("cancelled", "Something is wrong with my vehicle: The clutch.")
    assert "the household needs another" in words(browser("maria").get("/home/"))
    assert "paused by you" in words(client.get("/home/"))


def test_the_gate_is_told_two_hours_before_and_not_earlier():
    f.geography()
    m.Zone.objects.filter(pk="siret").update(pickup_note="Behind the white tent")
    soon, later = f.transport_offer(), f.transport_offer(departs_from=f.NOW + 3 * f.HOUR)
    matches = [f.match("confirmed", ride=ride) for ride in (soon, later)]
    said = [
        words(signed_in(ride.driver).get(f"/carried/{match.pk}/"))
        for ride, match in zip((soon, later), matches, strict=True)
    ]
    assert ["Behind the white tent" in one for one in said] == [True, False]
    assert "You learn the gate two hours before the ride." in said[1]


def test_the_same_ride_is_offered_again_with_one_tap():
    ride = f.transport_offer()
    client = signed_in(ride.driver)
    press(client, "/home/", f"/offers/{ride.pk}/repeat/")
    assert sorted(m.TransportOffer.objects.values_list("status", flat=True)) == ["open", "open"]


def test_each_check_shows_its_day_and_the_reminders():
    row = f.verified_provider(driver=True)
    said = words(signed_in(row).get("/provider/status/"))
    assert "Verified until" in said
    assert "We remind you on:" in said
    assert "First to end:" in said


def test_the_pass_fills_the_screen_and_is_a_picture():
    car = f.vehicle()
    shown = f.provider_pass(car.provider, car)
    client = signed_in(car.provider)
    assert shown.code in words(client.get(f"/passes/{shown.pk}/show/"))
    picture = client.get(f"/passes/{shown.pk}/picture/")
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    f.bring(shown, "revoked", "pass")
    assert client.get(f"/passes/{shown.pk}/picture/").status_code == 404


def test_a_home_without_a_position_lies_in_the_middle_of_its_town():
    row = f.verified_provider(host=True)
    typed = {**HOME, "lat": "", "lon": ""}
    answer = send(signed_in(row), f"/providers/{row.pk}/homes/new/", **typed, **ANA)
    assert answer.status_code == 302, words(answer)
    home = m.Dwelling.objects.get()
    assert (home.lat, home.lon) == (home.town.lat, home.town.lon)
