"""A household's own pages: opened by its code, left again, and what they show and do in each state of a journey."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.phone import mine
from registry.services import slips, suspension
from registry.web import asking, guessing, holding
from tests import factories as f
from tests.pages.site import LANGUAGES, browser, clock, filled, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
OWN_ADDRESSES = ("/mine/print/", "/mine/partners/", "/mine/worry/", "/mine/words/arrived/")
ONE_STATE_EACH = ("proposed", "accepted", "confirmed", "departed", "overdue", "alerted", "halted", "arrived", "closed")


def opened(row: m.Household, language: str = "en") -> Client:
    """A browser that has shown the code of this household."""
    client = browser(language=language)
    answer = send(client, "/mine/", code=row.code)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mine/")
    client.post("/language/", {"language": language, "next": "/"})
    return client


def of(match: m.Match, language: str = "en") -> Client:
    return opened(match.household, language)


def bare(page: Any) -> str:
    """A page without what is drawn anew each time."""
    return re.sub(r'name="(key|csrfmiddlewaretoken)" value="[^"]*"', "", page.content.decode())


# Opening and leaving.


def test_the_code_opens_the_page_however_it_is_typed():
    row = f.household()
    for typed in (row.code, row.code.lower(), f"{row.code[:4]}-{row.code[4:8]} {row.code[8:]}"):
        client = browser()
        assert send(client, "/mine/", code=typed).status_code == 302
        assert " ".join((row.code[:4], row.code[4:8], row.code[8:])) in words(client.get("/mine/"))


def test_the_cookie_is_for_these_pages_alone_and_no_script_reads_it():
    client = browser()
    answer = send(client, "/mine/", code=f.household().code)
    cookie = answer.cookies[holding.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/mine/", True, "Lax")
    assert int(cookie["max-age"]) == 12 * 60 * 60


def test_on_a_server_the_cookie_travels_encrypted_only(settings):
    settings.DEBUG = False
    answer = send(browser(), "/mine/", code=f.household().code)
    assert answer.cookies[holding.COOKIE]["secure"]


def test_the_code_stands_in_no_address_no_cookie_and_no_log(caplog):
    match = f.match("departed")
    caplog.set_level(0)
    client = browser()
    answer = send(client, "/mine/", code=match.household.code)
    assert match.household.code not in answer.headers["Location"] + str(answer.cookies) + caplog.text
    page = client.get("/mine/").content.decode()
    assert match.household.code not in "".join(re.findall(r'(?:href|action|src)="[^"]*"', page))


@pytest.mark.parametrize("address", ["/mine/", *OWN_ADDRESSES])
def test_no_cache_keeps_what_a_household_sees(address):
    client = of(f.match("departed"))
    for page in (client.get(address), browser().get("/mine/")):
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_wrong_code_and_one_of_somebody_erased_get_the_same_page():
    gone = f.household()
    m.Household.objects.filter(pk=gone.pk).update(erased_at=f.NOW)
    client, answers = browser(), []
    for code in ("0000 0000 0000", gone.code):
        page = send(client, "/mine/", code=code)
        assert (page.status_code, page.cookies[holding.COOKIE].value) == (404, "")
        answers.append(bare(page).replace(code, "", 1))
    assert answers[0] == answers[1]
    assert "We do not know this code" in answers[0]
    assert opened(f.household())


def test_guessing_codes_is_stopped(monkeypatch):
    monkeypatch.setattr(guessing, "TRIES", 3)
    f.geography()
    client = browser()
    known = f.household().code
    assert [send(client, "/mine/", code="000000000000").status_code for _ in range(3)] == [404] * 3
    stopped = client.post("/mine/", {"code": known})
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    assert client.get("/mine/").content.decode().count("data-code") == 1
    monkeypatch.setattr(guessing, "TRIES", 4)
    assert client.post("/mine/", {"code": known}).status_code == 302


@pytest.mark.parametrize("address", OWN_ADDRESSES)
def test_without_the_code_every_page_asks_for_it(address):
    match = f.match("departed")
    answer = browser().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mine/")
    assert of(match).get(address).status_code == 200


def test_a_household_s_page_is_no_account():
    client = of(f.match("departed"))
    for address in ("/home/", "/households/new/", "/desk/", "/provider/apply/"):
        assert client.get(address).headers["Location"].startswith("/login/")
    assert client.get("/api/v1/me").status_code == 401


def test_leave_forgets_the_household_and_the_old_cookie_of_a_new_code_opens_nothing():
    match = f.match("departed")
    client, another = of(match), of(match)
    press(client, "/mine/", "/mine/leave/")
    assert "This phone has forgotten your code" in words(client.get("/mine/"))
    assert client.get("/mine/print/").status_code == 302
    assert another.get("/mine/print/").status_code == 200
    slips.renew(actor=f.maria(), household=match.household_id, at=f.NOW)
    assert another.get("/mine/print/").status_code == 302
    assert of(m.Match.objects.get()).get("/mine/print/").status_code == 200


def forged(value: str) -> int:
    """What a page answers to a browser with this cookie."""
    client = browser()
    client.cookies[holding.COOKIE] = value
    return client.get("/mine/print/").status_code


def test_a_cookie_that_nobody_signed_opens_nothing():
    row = f.household()
    good = send(browser(), "/mine/", code=row.code).cookies[holding.COOKIE].value
    held = {"household": row.pk.hex, "mark": "0" * 32}
    bad = (
        "",
        "x",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        signing.dumps(held, salt=holding.SALT),
        signing.dumps({"household": "x"}, salt=holding.SALT),
        signing.dumps([row.pk.hex], salt=holding.SALT),
        signing.dumps(held, salt="another"),
    )
    assert [forged(value) for value in bad] == [302] * len(bad)
    assert forged(good) == 200


def test_the_phone_forgets_after_twelve_hours(monkeypatch):
    client = of(f.match("departed"))
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 12 * 3600 - 60)
    kept = client.get("/mine/print/")
    assert kept.status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 24 * 3600 - 180)
    assert client.get("/mine/print/").status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 48 * 3600)
    assert client.get("/mine/print/").status_code == 302


def test_the_page_speaks_the_household_s_language_unless_another_was_chosen():
    row = f.household(language="ru")
    client = browser(language="en")
    send(client, "/mine/", code=row.code)
    assert '<html lang="ru">' in client.get("/mine/").content.decode()
    chosen = browser(language="en")
    chosen.post("/language/", {"language": "ro", "next": "/"})
    send(chosen, "/mine/", code=row.code)
    assert '<html lang="ro">' in chosen.get("/mine/").content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ONE_STATE_EACH)
def test_every_state_has_a_page_in_every_language(status, language):
    match = f.match(status, f.help_request("both"))
    client = of(match, language)
    page = client.get("/mine/")
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.content.decode()
    assert page.content.decode().count("<h1") == 1
    for address in (*OWN_ADDRESSES, "/way/", "/follow/"):
        assert client.get(address).status_code == 200


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


# Shared.


def link_of(client: Client) -> str:
    """The link as it is sent."""
    return re.findall(r'class="link-text">([^<]+)<', client.get("/mine/").content.decode())[0]


def follows(link: str, language: str = "en") -> Any:
    """Somebody else opens the link and its code is put into the form."""
    address, code = link.split("#")
    assert address.endswith("/follow/")
    return send(browser(language=language), "/follow/", code=code)


def test_a_link_shows_the_state_and_nothing_about_the_household():
    match = f.match("departed")
    client = of(match)
    press(client, "/mine/", "/mine/share/")
    link = link_of(client)
    shown = follows(link)
    said = words(shown)
    ride = f.ride_of(match)
    assert shown.status_code == 200
    for needed in ("They are on their way", ride.vehicle.plate, ride.driver.given_name, "Suceava"):
        assert needed in said
    row = match.household
    for hidden in (row.code, row.contact_name, row.contact_phone, ride.driver.family_name, str(match.pk), "Siret"):
        assert hidden not in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]


def test_a_link_taken_back_opens_nothing():
    client = of(f.match("departed"))
    for _ in range(2):
        press(client, "/mine/", "/mine/share/")
    first = link_of(client)
    share = m.JourneyShare.objects.order_by("created_at", "id")[0]
    press(client, "/mine/", f"/mine/share/{share.pk}/end/")
    second = link_of(client)
    assert follows(first).status_code == 404
    assert "This link opens nothing" in words(follows(first))
    assert follows(second).status_code == 200
    assert bare(follows(first)).replace(first.split("#")[1], "") == bare(
        send(browser(), "/follow/", code="0" * 16)
    ).replace("0" * 16, "")


def test_two_taps_make_one_link():
    client, key = of(f.match("departed")), str(uuid7())
    for _ in range(2):
        assert client.post("/mine/share/", {"key": key}).status_code == 302
    assert m.JourneyShare.objects.count() == 1


def test_guessing_links_is_stopped(monkeypatch):
    monkeypatch.setattr(guessing, "TRIES", 2)
    client = of(f.match("departed"))
    monkeypatch.setattr(guessing, "TRIES", 4)
    press(client, "/mine/", "/mine/share/")
    code = link_of(client).split("#")[1]
    tried = [browser().post("/follow/", {"code": "0" * 16}).status_code for _ in range(3)]
    assert tried == [404, 404, 404]
    assert browser().post("/follow/", {"code": code}).status_code == 429


# With whom they share, paper, the way.


def test_partners_are_off_and_a_yes_can_be_taken_back():
    match = f.match("proposed")
    ngo = f.organization("Drum Bun", "ngo")
    client = of(match)
    assert "You share nothing" in words(client.get("/mine/partners/"))
    assert "Inspectoratul" not in words(client.get("/mine/partners/"))
    press(client, "/mine/partners/", "/mine/partners/", organization=str(ngo.pk), given="yes")
    assert "You share with them" in words(client.get("/mine/partners/"))
    press(client, "/mine/partners/", "/mine/partners/", organization=str(ngo.pk), given="no")
    assert "You share with them" not in words(client.get("/mine/partners/"))
    assert client.post("/mine/partners/", {"key": str(uuid7()), "organization": "x"}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_has_what_counts_and_a_text_that_fits_in_one_message(language):
    match = f.match("confirmed")
    page = of(match, language).get("/mine/print/")
    text = re.findall(r'class="card link-text" lang="[a-z]+">([^<]+)<', page.content.decode())[0]
    assert match.household.code in text
    assert len(text) <= (70 if language in ("uk", "ru") else 160)


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_see_the_text_to_send_once_it_is_confirmed(language):
    match = f.match("confirmed", f.help_request(who=f.household(language=language)))
    page = browser("maria").get(f"/journeys/{match.pk}/").content.decode()
    assert f'<p class="card" lang="{language}">' in page
    waiting = f.match("proposed")
    assert 'id="sms"' not in browser("maria").get(f"/journeys/{waiting.pk}/").content.decode()


def test_the_way_is_told_as_text_from_the_nearest_zone_on():
    f.geography()
    crossing = m.Crossing.objects.first()
    said = words(browser().get(f"/way/?from={crossing.pk}"))
    assert re.search(r"About \d+ (k?m) to the [a-z-]+", said)
    page = browser().get(f"/way/?from={crossing.pk}").content.decode()
    assert re.findall(r'data-zone="([a-z-]+)"', page)[0] == "siret"
    assert browser().get("/way/?from=nowhere").status_code == 200


def test_the_page_costs_few_questions(django_assert_max_num_queries, record_property):
    client = of(f.match("departed", f.help_request("both")))
    with django_assert_max_num_queries(30) as asked:
        assert client.get("/mine/").status_code == 200
    record_property("queries", len(asked))


# The slip.


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slip_is_in_the_household_s_language_with_code_and_numbers(language):
    row = f.household(language=language)
    page = browser("maria").get(f"/households/{row.pk}/slip/")
    slip = re.findall(r'<article class="slip" lang="([a-z]+)">(.*?)</article>', page.content.decode(), re.DOTALL)[0]
    assert slip[0] == language
    assert " ".join((row.code[:4], row.code[4:8], row.code[8:])) in slip[1]
    for needed in ("<svg", "tel:112", "tel:119"):
        assert needed in slip[1]
    assert not any(f">{name}<" in slip[1] for _, name in mine.picture_choices())


def test_the_picture_is_shown_to_staff_alone_and_each_look_is_written_down():
    row = f.household()
    client = browser("maria")
    shown = press(client, f"/households/{row.pk}/slip/", f"/households/{row.pk}/sign/")
    row.refresh_from_db()
    assert row.sign
    assert "Their picture" in words(shown)
    assert m.AuditEntry.objects.filter(action="read.sign", object_id=str(row.pk)).count() == 1
    assert browser("vasile").post(f"/households/{row.pk}/sign/").status_code == 404
    assert browser("olena").post(f"/households/{row.pk}/sign/").status_code == 404


def test_a_new_slip_has_a_new_code():
    row = f.household()
    client = browser("maria")
    press(client, f"/households/{row.pk}/slip/", f"/households/{row.pk}/slip/new/")
    page = client.get(f"/households/{row.pk}/slip/").content.decode()
    assert row.code[:4] + " " + row.code[4:8] not in page
    assert send(browser(), "/mine/", code=row.code).status_code == 404


def test_forms_of_these_pages_need_the_token_of_their_page():
    match = f.match("proposed")
    client = Client(enforce_csrf_checks=True)
    sent = filled(client, "/mine/")
    assert client.post("/mine/", {"code": match.household.code}).status_code == 403
    assert client.post("/mine/", {**sent, "code": match.household.code}).status_code == 302
    assert client.post(f"/mine/offers/{match.pk}/choose/", {"key": str(uuid7())}).status_code == 403
    press(client, "/mine/", f"/mine/offers/{match.pk}/choose/")
    assert m.Match.objects.get().status == "accepted"
