"""What a household does on its own pages: choose, refuse, look who drives, tell, look where it goes."""

from datetime import timedelta

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.phone import mine
from registry.services import suspension
from registry.web import asking
from tests import factories as f
from tests.pages.household import of
from tests.pages.site import browser, clock, filled, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


# Choosing.


def test_a_household_sees_why_and_chooses():
    match = f.match("proposed")
    client = of(match)
    said = words(client.get("/mine/"))
    assert "There is 1 offer for you." in said
    assert "Checked by the registry" in said
    press(client, "/mine/", f"/mine/offers/{match.pk}/choose/")
    assert m.Match.objects.get().status == "accepted"
    assert "You have chosen" in words(client.get("/mine/"))


def test_a_household_refuses_and_is_asked_for_no_reason():
    match = f.match("proposed")
    client = of(match)
    press(client, "/mine/", f"/mine/offers/{match.pk}/refuse/")
    assert m.Match.objects.get().status == "declined"
    said = words(client.get("/mine/"))
    assert "they do not learn of it" in said
    assert "We are looking for you" in said
    assert "textarea" not in client.get("/mine/").content.decode()


@pytest.mark.parametrize("act", ["choose", "refuse"])
def test_two_taps_are_one(act):
    match = f.match("proposed")
    client, key = of(match), str(uuid7())
    answers = [client.post(f"/mine/offers/{match.pk}/{act}/", {"key": key}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    done = "match.accepted" if act == "choose" else "match.declined"
    assert m.AuditEntry.objects.filter(action=done).count() == 1


def test_two_taps_are_one_also_when_the_phone_changes_its_network():
    match = f.match("departed")
    client, key = of(match), str(uuid7())
    for address in ("192.0.2.1", "198.51.100.7", "2a02:2f0e:1234:5678:9abc:def0:1234:5678"):
        assert client.post("/mine/wrong/", {"key": key}, REMOTE_ADDR=address).status_code == 302
    assert m.CheckIn.objects.count() == 1


def test_the_longest_address_sends_a_form():
    match = f.match("departed")
    client = browser()
    sent = {**filled(client, "/worry/"), "code": match.household.code, "kind": "money"}
    answer = client.post("/worry/", sent, REMOTE_ADDR="2a02:2f0e:1234:5678:9abc:def0:1234:5678")
    assert answer.status_code == 302
    assert max(map(len, m.IdempotencyKey.objects.values_list("actor_key", flat=True))) <= 40


@pytest.mark.parametrize("act", ["choose", "refuse"])
def test_another_household_s_offer_is_not_there(act):
    theirs, mine_ = f.match("proposed"), f.match("proposed")
    client = of(mine_)
    assert client.post(f"/mine/offers/{theirs.pk}/{act}/", {"key": str(uuid7())}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "proposed"
    assert client.post(f"/mine/offers/{mine_.pk}/{act}/", {"key": str(uuid7())}).status_code == 302


def test_what_is_no_longer_possible_is_said_in_words_for_them():
    match = f.match("proposed")
    client = of(match)
    ride = f.ride_of(match)
    f.hold(ride.driver)
    page = client.get("/mine/")
    assert "This one is not possible now." in words(page)
    assert f"/mine/offers/{match.pk}/choose/" not in page.content.decode()
    client.post(f"/mine/offers/{match.pk}/choose/", {"key": str(uuid7())})
    said = words(client.get("/mine/"))
    assert "We are looking for another one." in said
    assert "hold" not in said.lower().split("help numbers")[0].replace("household", "")


def test_deeds_of_one_household_are_counted(monkeypatch):
    monkeypatch.setattr(mine, "DEEDS", 2)
    client = of(f.match("departed"))
    sent = [client.post("/mine/wrong/", {"key": str(uuid7())}).status_code for _ in range(3)]
    assert sent == [302, 302, 429]
    assert m.CheckIn.objects.count() == 2


# Who drives.


def test_whoever_is_confirmed_is_named_with_plate_and_the_registry_s_word():
    match = f.match("confirmed")
    ride = f.ride_of(match)
    said = words(of(match).get("/mine/"))
    for needed in (ride.driver.given_name, ride.vehicle.plate, "Dacia, white", "Checked by the registry valid today"):
        assert needed in said
    assert ride.driver.family_name not in said
    assert ride.driver.phone not in said


def test_after_a_suspension_the_page_says_stop():
    match = f.match("confirmed")
    client = of(match)
    assert "STOP" not in words(client.get("/mine/"))
    ride = f.ride_of(match)
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="police", at=f.NOW)
    said = words(client.get("/mine/"))
    assert "STOP" in said
    assert "Checked by the registry" not in said
    assert "suspend" not in said.lower()


def test_a_driver_whom_the_database_stopped_is_stopped_on_the_page():
    match = f.match("confirmed")
    client = of(match)
    f.hold(f.ride_of(match).driver)
    said = words(client.get("/mine/"))
    assert "STOP" in said
    assert "Stay with the volunteers." in said


# A word.


def told(match: m.Match, sign: str = "sun") -> None:
    row = match.household
    row.sign = sign
    row.save(update_fields=["sign"])


def test_a_household_says_that_it_has_arrived_with_its_picture():
    match = f.match("departed")
    told(match)
    client = of(match)
    page = client.get("/mine/words/arrived/").content.decode()
    assert page.count('name="sign"') == 6
    answer = client.post("/mine/words/arrived/", {"key": str(uuid7()), "sign": "sun"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mine/")
    match.refresh_from_db()
    assert match.refugee_arrived_at == f.NOW
    assert "We have written it down." in words(client.get("/mine/"))


def test_without_a_picture_of_its_own_one_button_is_enough():
    match = f.match("departed")
    client = of(match)
    assert 'name="sign"' not in client.get("/mine/words/arrived/").content.decode()
    client.post("/mine/words/arrived/", {"key": str(uuid7())})
    match.refresh_from_db()
    assert match.refugee_arrived_at == f.NOW


def test_something_is_wrong_takes_one_tap():
    match = f.match("departed")
    client = of(match)
    press(client, "/mine/", "/mine/wrong/")
    assert set(m.Alarm.objects.values_list("code", "role")) == {
        ("something_wrong", "officer"),
        ("something_wrong", "coordinator"),
    }
    assert "We have heard you." in words(client.get("/mine/"))


def test_a_word_that_does_not_exist_is_not_found():
    client = of(f.match("departed"))
    for kind in ("wrong", "bored"):
        assert client.get(f"/mine/words/{kind}/").status_code == 404


def test_a_household_reports_in_confidence_without_typing_its_code():
    match = f.match("departed")
    client = of(match)
    answer = send(client, "/mine/worry/", kind="papers", text="He took our passports.")
    assert answer.status_code == 302
    concern = m.Concern.objects.get()
    assert (concern.match, concern.kind, concern.reported_by) == (match, "papers", None)


# Where they go.


def test_the_address_is_a_reading_of_its_own():
    match = f.match("confirmed", f.help_request("stay"))
    client = of(match)
    assert "Strada Florilor" not in words(client.get("/mine/"))
    assert not m.AuditEntry.objects.filter(action="read.exact_place").exists()
    shown = press(client, "/mine/", "/mine/where/")
    assert f.stay_of(match).dwelling.address in words(shown)
    assert m.AuditEntry.objects.filter(action="read.exact_place").count() == 1


def test_a_day_after_closing_the_page_knows_nothing_of_the_journey(monkeypatch):
    match = f.match("closed", f.help_request("both"))
    client = of(match)
    plate = f.ride_of(match).vehicle.plate
    assert plate in words(client.get("/mine/"))
    match.refresh_from_db()
    monkeypatch.setattr(asking, "now", lambda: match.closed_at + timedelta(days=1))
    page = words(client.get("/mine/"))
    assert "This journey is over" in page
    assert plate not in page
    assert "Elena" not in page
    assert "Strada" not in words(client.post("/mine/where/", {"key": str(uuid7())}))
    assert "112" in page
