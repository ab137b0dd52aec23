"""The gate on a phone: scan, plate, heads, and one answer; GO is only ever the server's word."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry.services import pass_desk
from tests import factories as f
from tests.invented.keyring import PLATE_SECRET
from tests.phone.degraded import EACH, photos
from tests.phone.gate_phone import VERDICT, Times, gate_phone
from tests.phone.scan import stored
from tests.services.gate_cases import BY_NAME, Gate

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DEPARTURE = "**/api/v1/journeys/*/departure"


@pytest.fixture
def times(monkeypatch):
    """Noon."""
    return Times(monkeypatch)


@pytest.fixture
def phone(chrome, live_server, times):
    """Maria's phone."""
    with gate_phone(chrome, live_server, times) as made:
        yield made


def typed(phone, plate):
    """The plate by the big keys."""
    for key in plate.replace(" ", ""):
        phone.page.locator(".plate-keys button", has_text=key).first.click()
    phone.page.get_by_role("button", name="The plate is right").click()


def counted(phone, people):
    """Heads in the car."""
    for _ in range(people):
        phone.page.get_by_role("button", name="One more: Passengers").click()
    phone.page.get_by_role("button", name="Everybody is counted").click()


def seen_off(phone, gate, text=None, plate=None, people=None):
    """Everything at the gate, up to the question."""
    phone.shows(text or gate.row.text)
    phone.page.wait_for_selector(".plate-keys")
    typed(phone, plate or gate.ride.vehicle.plate)
    counted(phone, people or gate.match.people)


def ask(phone):
    """The question, and its answer."""
    phone.page.get_by_role("button", name="Ask the registry").click()
    return phone.verdict()


def status_of(gate):
    """Where the journey stands."""
    return m.Match.objects.get(pk=gate.match.pk).status


def departures():
    """How many departures were written down."""
    return m.AuditEntry.objects.filter(action="journey.departed").count()


def their_language(phone):
    """In which language the answer speaks to those who wait."""
    return phone.page.locator(".gate-answer-them p").get_attribute("lang")


def spoken(gate: Gate, language: str) -> None:
    """What the family reads."""
    m.Household.objects.filter(pk=gate.match.household_id).update(language=language)


def test_the_right_pass_plate_and_heads_are_go_by_the_servers_word(phone):
    gate = Gate()
    spoken(gate, "ru")
    phone.at_work(f"/gate/{gate.match.pk}")
    phone.page.evaluate("navigator.vibrate = (pattern) => (globalThis.shaken = pattern)")
    seen_off(phone, gate)
    kind, said = ask(phone)
    assert (kind, status_of(gate), departures()) == ("go", "departed", 1)
    assert their_language(phone) == "ru"
    assert "GO" in said.splitlines()
    assert phone.page.evaluate("globalThis.shaken.length") == 3
    phone.open(f"/gate/{gate.match.pk}").reload()
    phone.page.get_by_text("The departure is recorded").wait_for()
    assert phone.page.locator(".gate-steps").count() == 0


def expired(gate: Gate) -> dict[str, Any]:
    """A pass that ended yesterday."""
    return BY_NAME["ended yesterday"].seen(gate)


def revoked(gate: Gate) -> dict[str, Any]:
    """A pass that an officer called back."""
    pass_desk.revoke(actor=f.olena(), shown=gate.row.pk, reason="stolen", at=f.NOW)
    return {}


STOPS: dict[str, tuple[Callable[[Gate], dict[str, Any]], str]] = {
    "forged": (BY_NAME["a stranger under our key id"].seen, "This pass is a forgery: its signature is wrong."),
    "expired": (expired, "This pass has expired."),
    "revoked": (revoked, "This pass was revoked."),
    "other plate": (lambda _: {"plate": "SV 00 XXX"}, "The plate is not the one that was checked."),
    "other journey": (BY_NAME["another journey's, with its car"].seen, "This is not the driver of this journey."),
    "copied": (BY_NAME["a copy of one on the road"].seen, "one of the two is a copy"),
}


@pytest.mark.parametrize("name", STOPS)
def test_a_wrong_pass_is_stop_for_its_reason_without_a_network_and_with_it(phone, name):
    gate = Gate()
    make, reason = STOPS[name]
    seen = make(gate)
    before = departures()
    page = phone.at_work(f"/gate/{gate.match.pk}")
    phone.cut()
    phone.shows(seen.get("pass_code", gate.row.text))
    page.wait_for_selector(f".plate-keys, {VERDICT}")
    page.wait_for_timeout(300)
    if page.locator(VERDICT).count():
        kind, said = phone.verdict()
        assert kind == "stop"
        assert reason in said
        page.get_by_role("button", name="Ask the registry anyway").click()
    typed(phone, seen.get("plate", gate.ride.vehicle.plate))
    counted(phone, gate.match.people)
    kind, said = ask(phone)
    assert (kind, status_of(gate)) == ("stop", "confirmed"), said
    assert reason in said
    assert "This is what the phone says without a network" in said
    phone.offline(False)
    page.get_by_role("button", name="Ask again").click()
    page.locator(".gate-answer-note").wait_for(state="detached")
    kind, said = phone.verdict()
    assert (kind, status_of(gate), departures()) == ("stop", "confirmed", before), said
    assert reason in said


def test_a_good_pass_without_a_network_is_never_go(phone):
    gate = Gate()
    spoken(gate, "ro")
    page = phone.at_work(f"/gate/{gate.match.pk}")
    phone.cut()
    seen_off(phone, gate)
    kind, said = ask(phone)
    assert (kind, status_of(gate), their_language(phone)) == ("good", "confirmed", "ro")
    assert "That is not yet a GO." in said
    page.get_by_text("what to write on paper").click()
    assert page.get_by_text("The short code of the pass").is_visible()
    assert page.locator(VERDICT).evaluate("box => getComputedStyle(box).backgroundColor") == "rgb(245, 184, 31)"
    phone.offline(False)
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_selector(f"{VERDICT}[data-kind=go]")
    assert (status_of(gate), departures()) == ("departed", 1)


def test_a_list_that_is_a_day_old_is_never_good(phone):
    """The control: an hour before, the same pass is."""
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}", list_age=timedelta(hours=23))
    phone.cut()
    seen_off(phone, gate)
    assert ask(phone)[0] == "good"
    phone.later(timedelta(hours=1, minutes=1), server=False)
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_selector(f"{VERDICT}[data-kind=unknown]")
    assert "is more than a day old" in phone.verdict()[1]
    assert page.locator(VERDICT).evaluate("box => getComputedStyle(box).backgroundColor") == "rgb(58, 70, 80)"
    page.get_by_role("button", name="Look at it again").click()
    page.get_by_text("The list on this phone is too old").wait_for()


def test_what_is_left_of_yesterday_makes_nothing_good(phone):
    gate = Gate()
    phone.at_work("/check")
    phone.cut()
    phone.later(timedelta(hours=24, minutes=1), server=False)
    phone.keys("k => k.remember()")
    assert phone.keys("k => [k.here.value.keys, k.here.value.pack, k.cannotSay()]") == [None, None, True]
    phone.shows(gate.row.text)
    kind, said = phone.verdict()
    assert (kind, "are not on this phone" in said) == ("unknown", True)


def test_a_phone_whose_clock_is_two_hours_off_says_nothing_and_the_server_does(phone):
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}")
    phone.later(timedelta(hours=-2), server=False)
    page.reload()
    page.wait_for_selector(".finder")
    phone.fetched()
    phone.cut()
    seen_off(phone, gate)
    kind, said = ask(phone)
    assert kind == "unknown"
    assert "The clock of this phone is wrong" in said
    phone.offline(False)
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_selector(f"{VERDICT}[data-kind=go]")


def test_a_clock_that_is_set_back_without_a_network_revives_nothing(phone):
    gate = Gate()
    phone.at_work(f"/gate/{gate.match.pk}")
    phone.cut()
    phone.later(timedelta(minutes=-3), server=False)
    seen_off(phone, gate)
    kind, said = ask(phone)
    assert (kind, "The clock of this phone is wrong" in said) == ("unknown", True)


@pytest.mark.parametrize("opened_anew", [False, True], ids=["in one visit", "and opened anew"])
def test_how_far_a_clock_was_set_back_is_told_by_the_time_that_has_passed(phone, opened_anew):
    gate = Gate()
    phone.at_work(f"/gate/{gate.match.pk}")
    phone.cut()
    phone.passes(timedelta(minutes=10))
    if opened_anew:
        phone.open("/check")
        phone.page.reload()
        phone.open(f"/gate/{gate.match.pk}")
    phone.later(timedelta(minutes=-4), server=False)
    seen_off(phone, gate)
    kind, said = ask(phone)
    assert (kind, "The clock of this phone is wrong" in said) == ("unknown", True)


def test_an_answer_that_was_lost_is_asked_for_again_and_no_departure_is_doubled(phone):
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}")

    def lose(route):
        route.fetch()
        route.abort()

    page.route(DEPARTURE, lose)
    seen_off(phone, gate)
    kind, _ = ask(phone)
    assert (kind, status_of(gate)) == ("good", "departed")
    page.unroute(DEPARTURE)
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_selector(f"{VERDICT}[data-kind=go]")
    assert departures() == 1


def test_a_question_that_never_arrived_survives_the_page_and_is_asked_as_it_was(phone):
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}")
    page.route(DEPARTURE, lambda route: route.abort())
    seen_off(phone, gate)
    assert ask(phone)[0] == "good"
    page.reload()
    page.unroute(DEPARTURE)
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_selector(f"{VERDICT}[data-kind=go]")
    assert (status_of(gate), departures()) == ("departed", 1)


def test_a_lost_question_with_a_wrong_plate_does_not_stand_in_the_way_of_the_right_one(phone):
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}")
    page.route(DEPARTURE, lambda route: route.abort())
    seen_off(phone, gate, plate="SV 00 XXX")
    assert ask(phone)[0] == "stop"
    page.unroute(DEPARTURE)
    page.get_by_role("button", name="Look at it again").click()
    page.get_by_role("button", name="Change: The plate of the car").click()
    for _ in "SV00XXX":
        page.get_by_role("button", name="Delete the last character").click()
    typed(phone, gate.ride.vehicle.plate)
    kind, said = ask(phone)
    assert (kind, departures()) == ("go", 1), said


def test_a_journey_that_is_halted_as_it_begins_is_stop(phone):
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}")
    body = {"id": str(gate.match.pk), "version": 9, "status": "halted", "eta_at": f.NOW.isoformat()}
    page.route(DEPARTURE, lambda route: route.fulfill(json=body))
    seen_off(phone, gate)
    kind, said = ask(phone)
    assert kind == "stop"
    assert "stopped this very moment" in said


def test_heads_that_do_not_agree_are_stop(phone):
    gate = Gate()
    phone.at_work(f"/gate/{gate.match.pk}")
    seen_off(phone, gate, people=gate.match.people + 1)
    kind, said = ask(phone)
    assert (kind, status_of(gate)) == ("stop", "confirmed")
    assert "Count again." in said


def test_at_night_a_colleague_on_duty_is_named(chrome, live_server, times):
    gate = Gate()
    times.at = f.NOW.replace(hour=23, minute=30)
    f.staffed(at=times.at)
    andrei = f.staffed(who=f.known("andrei"), at=times.at).person
    m.TransportOffer.objects.update(departs_until=times.at + f.HOUR)
    with gate_phone(chrome, live_server, times) as phone:
        page = phone.at_work(f"/gate/{gate.match.pk}")
        seen_off(phone, gate)
        page.get_by_role("radio", name="Andrei").check(force=True)
        page.get_by_role("button", name="We are both here").click()
        kind, said = ask(phone)
        assert kind == "go", said
    assert m.Match.objects.get(pk=gate.match.pk).second_staff_id == andrei.pk


def test_the_short_code_is_typed_however_it_is_written(phone):
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}")
    page.get_by_role("button", name="Type the short code").click()
    page.get_by_label("Short code").fill(gate.row.code[:5])
    page.get_by_role("button", name="Go on with this code").click()
    page.get_by_text("SZ and eight more characters").wait_for()
    page.get_by_label("Short code").fill(f"{gate.row.code[:5].lower()} - {gate.row.code[5:]}")
    page.get_by_role("button", name="Go on with this code").click()
    typed(phone, gate.ride.vehicle.plate)
    counted(phone, gate.match.people)
    phone.cut()
    assert ask(phone)[0] == "good"
    phone.offline(False)
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_selector(f"{VERDICT}[data-kind=go]")


def test_photographs_are_read_on_the_phone_and_never_leave_it(phone, tmp_path):
    gate = Gate()
    page = phone.at_work(f"/gate/{gate.match.pk}")
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)
    # The fourth blurred one: no camera's first look reads it.
    photo = photos([gate.row.text])[6]
    assert (photo.kind, EACH) == ("blur", 10)
    (tmp_path / "pass.jpg").write_bytes(photo.jpeg)
    page.locator("input[type=file]").set_input_files(tmp_path / "pass.jpg")
    page.wait_for_selector(".plate-keys")
    page.locator("input[type=file]").set_input_files(tmp_path / "pass.jpg")
    page.wait_for_selector("canvas.plate-photo:visible")
    assert page.evaluate("document.querySelector('canvas.plate-photo').width") == 960
    assert sent == []


def test_any_pass_is_looked_at_without_a_journey(phone):
    gate = Gate()
    page = phone.at_work("/check")
    phone.shows(gate.row.text)
    kind, said = phone.verdict()
    assert (kind, status_of(gate)) == ("good", "confirmed")
    assert "The plate has not been compared yet." in said
    page.get_by_role("button", name="Compare the plate").click()
    typed(phone, "SV 00 XXX")
    kind, said = phone.verdict()
    assert kind == "stop"
    assert "made for a car with another plate" in said
    phone.shows_nothing()
    page.get_by_role("button", name="Next pass").click()
    page.get_by_role("button", name="Type the short code").click()
    page.get_by_label("Short code").fill("SZ00000000")
    page.get_by_role("button", name="Go on with this code").click()
    assert phone.verdict()[0] == "stop"


def test_a_zone_without_the_volunteer_gives_the_phone_no_secret_and_sign_out_takes_it(phone):
    gate = Gate()
    page = phone.at_work("/check")
    secret = phone.keys("k => k.here.value.pack.plate_secret")
    assert secret == PLATE_SECRET.hex()
    phone.keys("k => k.refresh('sighet', { now: true })")
    assert phone.keys("k => k.here.value.pack.zone") == "siret"
    planted = (secret, str(gate.ride.driver_id), str(gate.match.pk))
    assert [word for word in planted if word in stored(page)] == []
    phone.core("c => c.session.signOut()")
    assert phone.keys("k => [k.here.value.pack, k.here.value.keys]") == [None, None]
    assert phone.core("c => c.vault.vault.owner()") is None
    assert [word for word in planted if word in stored(page)] == []
