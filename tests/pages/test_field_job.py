"""The main job by pages alone: a volunteer takes a household from registration to a confirmed arrival."""

import re

import pytest

from registry import models as m
from registry.ids import uuid7
from tests import factories as f
from tests.pages.site import browser, clock, filled, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

FAMILY = {"n_18_59_f": "1", "n_4_11_f": "1", "guardian": "parent", "luggage": "2"}


@pytest.fixture
def maria():
    f.staffed("siret")
    return browser("maria")


@pytest.fixture
def offers():
    """A verified ride and a verified bed, with the pass that the driver shows."""
    ride, stay = f.transport_offer(), f.accommodation_offer()
    return ride, stay, f.provider_pass(ride.driver, ride.vehicle)


def registered(client) -> m.Household:
    answer = send(client, "/households/new/", **FAMILY)
    assert answer.status_code == 302, words(answer)
    return m.Household.objects.get()


def asked(client, kind: str = "both") -> m.HelpRequest:
    household = registered(client)
    answer = send(client, f"/households/{household.pk}/request/", kind=kind)
    assert answer.status_code == 302, words(answer)
    return m.HelpRequest.objects.get()


def chosen(client, request: m.HelpRequest) -> m.Match:
    answer = press(client, f"/requests/{request.pk}/", f"/requests/{request.pk}/choose/")
    assert answer.status_code == 302
    return m.Match.objects.get()


def confirmed(client) -> m.Match:
    match = chosen(client, asked(client))
    press(client, f"/journeys/{match.pk}/", f"/journeys/{match.pk}/confirm/")
    match.refresh_from_db()
    return match


def test_a_household_is_taken_from_registration_to_a_closed_journey(maria, offers):
    ride, _stay, shown = offers
    match = confirmed(maria)
    assert match.status == "confirmed"
    gate = f"/journeys/{match.pk}/handover/"
    answer = send(maria, gate, pass_code=shown.code, plate=ride.vehicle.plate, counted="2")
    assert answer.headers["Location"] == f"/journeys/{match.pk}/go/"
    assert "GO" in words(maria.get(answer.headers["Location"]))
    here = f"/journeys/{match.pk}/"
    press(maria, here, f"{here}check-in/", kind="underway")
    press(maria, here, f"{here}arrive/", side="refugee")
    press(browser("andrei"), here, f"{here}arrive/", side="receiver")
    press(browser("andrei"), here, f"{here}close/")
    match.refresh_from_db()
    assert (match.status, match.request.status) == ("closed", "completed")


def test_the_journey_ends_in_a_zone_when_only_a_ride_was_asked_for(maria, offers):
    match = chosen(maria, asked(maria, "ride"))
    assert (match.arrival_zone_id, match.status) == ("suceava", "accepted")


def test_reasons_are_shown_to_staff_and_in_the_household_language(maria, offers):
    request = asked(maria)
    page = maria.get(f"/requests/{request.pk}/").content.decode()
    assert '<ul lang="uk">' in page
    assert re.search(r'<ul lang="uk"><li>[^<]*[а-яіїєґ]', page)


def test_offers_that_do_not_fit_are_listed_with_why(maria, offers):
    stay = offers[1]
    f.accommodation_offer(beds=1)
    m.AccommodationOffer.objects.filter(pk=stay.pk).update(accepts_children=False)
    request = asked(maria, "stay")
    page = words(maria.get(f"/requests/{request.pk}/"))
    assert "Nothing fits now" in page
    assert "What cannot be offered, and why" in page


def test_a_double_tap_registers_one_household(maria):
    form = {**filled(maria, "/households/new/"), **FAMILY}
    first, second = maria.post("/households/new/", form), maria.post("/households/new/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert m.Household.objects.count() == 1


def test_without_its_key_a_form_does_nothing(maria):
    form = {**filled(maria, "/households/new/"), **FAMILY}
    del form["key"]
    answer = maria.post("/households/new/", form)
    assert answer.status_code == 422
    assert m.Household.objects.count() == 0


def test_the_same_form_with_other_details_is_refused_and_keeps_what_was_typed(maria):
    form = {**filled(maria, "/households/new/"), **FAMILY}
    maria.post("/households/new/", form)
    answer = maria.post("/households/new/", {**form, "contact_name": "Oksana"})
    assert answer.status_code == 422
    assert 'value="Oksana"' in answer.content.decode()
    assert "already sent" in words(answer)
    assert form["key"][0] not in answer.content.decode()


def test_the_question_about_the_children_must_be_answered(maria):
    answer = send(maria, "/households/new/", n_18_59_f="1", n_0_3_m="1", guardian="")
    assert answer.status_code == 422
    assert "who is here for them" in words(answer)
    assert 'href="#id_guardian"' in answer.content.decode()
    assert m.Household.objects.count() == 0


def test_a_child_of_somebody_who_is_not_here_counts_as_alone(maria):
    send(maria, "/households/new/", **{**FAMILY, "n_12_17_m": "1", "others": "1"})
    guardians = dict(m.Member.objects.values_list("age_band", "guardian"))
    assert guardians == {"18-59": "none", "4-11": "parent", "12-17": "other_adult"}
    assert m.Alarm.objects.filter(code="child_alone").count() == 1


def test_a_correction_shows_what_was_taken_down_and_changes_it(maria):
    household = registered(maria)
    where = f"/households/{household.pk}/edit/"
    shown = filled(maria, where)
    assert (shown["n_18_59_f"], shown["guardian"]) == (["1"], ["parent"])
    assert send(maria, where, n_60plus_f="1").status_code == 302
    household.refresh_from_db()
    assert household.size == 3


def test_what_was_only_proposed_is_chosen_on_its_page(maria):
    match = f.match("proposed")
    here = f"/journeys/{match.pk}/"
    press(maria, here, f"{here}accept/")
    press(maria, here, f"{here}confirm/")
    match.refresh_from_db()
    assert match.status == "confirmed"


def test_a_household_may_decline_and_the_request_is_open_again(maria, offers):
    match = chosen(maria, asked(maria))
    answer = press(maria, f"/journeys/{match.pk}/", f"/journeys/{match.pk}/decline/")
    assert answer.headers["Location"] == f"/requests/{match.request_id}/"
    assert m.HelpRequest.objects.get().status == "open"


@pytest.mark.parametrize("language", ["uk", "ro", "en", "ru"])
def test_stop_says_why_in_the_language_of_the_volunteer_and_keeps_what_was_typed(maria, offers, language):
    match = confirmed(maria)
    gate = f"/journeys/{match.pk}/handover/"
    client = browser("maria", language)
    answer = send(client, gate, pass_code="SZ00000000", plate="XX 00 XXX", counted="3")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'class="verdict gate" data-tone="bad"' in page
    assert 'value="XX 00 XXX"' in page
    lines = re.findall(r"<li>([^<]+)</li>", page.split('class="verdict gate"')[1].split("</ul>")[0])
    assert len(lines) == 3
    match.refresh_from_db()
    assert match.status == "confirmed"


def test_the_gate_never_shows_the_plate_that_it_expects(maria, offers):
    match = confirmed(maria)
    page = maria.get(f"/journeys/{match.pk}/handover/").content.decode()
    assert offers[0].vehicle.plate not in page
    assert offers[2].code not in page


def test_a_suspended_provider_is_refused_at_confirmation_with_the_reason(maria, offers):
    match = chosen(maria, asked(maria))
    m.Provider.objects.filter(pk=offers[0].driver_id).update(status="suspended", suspended_at=f.NOW)
    here = f"/journeys/{match.pk}/"
    page = maria.get(press(maria, here, f"{here}confirm/").headers["Location"])
    assert "suspended" in words(page).lower()
    match.refresh_from_db()
    assert match.status == "accepted"


def test_go_is_shown_only_while_the_journey_may_go_on(maria):
    match = f.match("departed")
    assert "GO" in words(maria.get(f"/journeys/{match.pk}/go/"))
    m.Match.objects.filter(pk=match.pk).update(status="halted", halted_at=f.NOW)
    assert maria.get(f"/journeys/{match.pk}/go/").status_code == 302


def test_one_person_cannot_confirm_both_sides_of_an_arrival(maria):
    match = f.match("departed")
    here = f"/journeys/{match.pk}/"
    press(maria, here, f"{here}arrive/", side="refugee")
    press(maria, here, f"{here}arrive/", side="receiver")
    match.refresh_from_db()
    assert (match.status, match.receiver_arrived_at) == ("departed", None)


def test_a_coordinator_ends_a_journey_after_finding_the_people():
    match = f.match("alerted")
    answer = send(browser("andrei"), f"/journeys/{match.pk}/resolve/", outcome="arrived_safe")
    assert answer.status_code == 302
    match.refresh_from_db()
    assert match.status == "resolved"


def test_a_concern_about_money_holds_the_driver(maria):
    match = f.match("departed")
    answer = send(maria, f"/journeys/{match.pk}/concern/", kind="money", text="He asked for 200 euro.")
    assert answer.status_code == 302
    assert m.Hold.objects.filter(code="report", cleared_at=None).exists()


def test_a_stranger_finds_nothing():
    match = f.match("confirmed")
    stranger = browser("vasile")
    for url in (f"/journeys/{match.pk}/", f"/households/{match.household_id}/", f"/requests/{match.request_id}/"):
        assert stranger.get(url).status_code == 404
    assert stranger.post(f"/journeys/{match.pk}/confirm/", {"key": str(uuid7())}).status_code == 404


def test_looking_at_contacts_is_recorded(maria):
    match = f.match("departed")
    answer = press(maria, f"/journeys/{match.pk}/", f"/journeys/{match.pk}/contacts/")
    assert "+380671234567" in words(answer)
    assert m.AuditEntry.objects.filter(action="read.contact").count() == 1
