"""The page that each role lands on, in four languages."""

import pytest

from registry import models as m
from tests import factories as f
from tests.pages.site import LANGUAGES, browser, clock, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

STAFF = ("maria", "andrei", "olena", "daria", "pavel", "alina", "sorin")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", STAFF)
def test_every_role_lands_on_its_work(who, language):
    f.match("departed")
    page = browser(who, language).get("/home/")
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.content.decode()
    assert page.headers["Cache-Control"].count("no-store")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_provider_lands_on_passes_offers_and_journeys(language):
    ride = f.transport_offer()
    f.match("confirmed", ride=ride)
    account = f.person_of(f.owner(ride.driver))
    page = browser(account, language).get("/home/")
    assert page.status_code == 200
    assert ride.vehicle.plate in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_worker_is_told_what_does_not_exist_yet(language):
    page = browser(f.person("case_worker"), language).get("/home/")
    assert "0800 800 678" in words(page)


def test_somebody_with_several_roles_sees_all_sections():
    both = f.known("maria")
    f.grant(both, "steward")
    said = words(browser(both).get("/home/"))
    assert "Households waiting" in said
    assert "people with an account" in said


def test_somebody_without_a_role_is_told_how_to_get_one():
    assert "You have no role yet" in words(browser(f.person()).get("/home/"))


def test_a_volunteer_sees_only_the_own_zone():
    f.help_request(who=f.household(zone="tulcea", registered_by=f.known("vasile")))
    mine = f.help_request()
    page = browser("maria").get("/home/").content.decode()
    assert f"/requests/{mine.pk}/" in page
    assert page.count('href="/requests/') == 1


def test_a_household_that_was_asked_nothing_yet_is_not_forgotten():
    row = f.household()
    assert f"/households/{row.pk}/request/" in browser("maria").get("/home/").content.decode()


def test_a_zone_finds_who_is_coming_to_it():
    match = f.match("departed")
    there = f.person("volunteer", zone="suceava")
    page = browser(there).get("/home/").content.decode()
    assert f"/journeys/{match.pk}/" in page.split('id="arrivals"')[1].split("</section>")[0]


def test_a_volunteer_starts_and_ends_a_shift():
    client = browser("maria")
    f.geography()
    press(client, "/home/", "/zones/siret/shift/", hours="8")
    shift = m.Shift.objects.get()
    assert (shift.zone_id, shift.ends_at) == ("siret", f.NOW + 8 * f.HOUR)
    press(client, "/home/", f"/shifts/{shift.pk}/end/", leave="unstaffed")
    shift.refresh_from_db()
    assert shift.ended_at == f.NOW


@pytest.mark.parametrize("hours", ["0", "13", "-1", "999999999", "x", ""])
def test_a_shift_of_an_impossible_length_is_refused_with_words(hours):
    f.geography()
    client = browser("maria")
    answer = press(client, "/home/", "/zones/siret/shift/", hours=hours)
    assert not m.Shift.objects.exists()
    assert 'data-tone="bad"' in client.get(answer.headers["Location"]).content.decode()


def test_a_coordinator_takes_and_closes_an_overdue_alarm():
    f.match("alerted")
    alarm = m.Alarm.objects.filter(role="volunteer").get()
    client = browser("andrei")
    press(client, "/home/", f"/alarms/{alarm.pk}/take/")
    press(client, "/home/", f"/alarms/{alarm.pk}/close/", outcome="safe")
    alarm.refresh_from_db()
    assert (alarm.outcome, alarm.closed_by_id) == ("safe", f.known("andrei").pk)


def test_an_alarm_is_not_closed_without_what_came_of_it():
    f.match("alerted")
    alarm = m.Alarm.objects.filter(role="volunteer").get()
    client = browser("andrei")
    press(client, "/home/", f"/alarms/{alarm.pk}/take/")
    press(client, "/home/", f"/alarms/{alarm.pk}/close/", outcome="")
    alarm.refresh_from_db()
    assert alarm.closed_at is None


def test_a_coordinator_suspends_a_zone_and_a_volunteer_cannot():
    f.geography()
    assert "/zones/siret/status/" not in browser("maria").get("/zones/siret/").content.decode()
    press(browser("andrei"), "/zones/siret/", "/zones/siret/status/", action="suspend")
    assert m.Zone.objects.get(pk="siret").status == "suspended"


def test_a_coordinator_finds_plans_and_the_desk_from_there_and_a_volunteer_does_not():
    f.geography()
    for who, found in (("andrei", True), ("maria", False)):
        page = browser(who).get("/home/").content.decode()
        assert [f'href="{url}"' in page for url in ("/desk/plans/", "/desk/")] == [found, found]
    assert browser("andrei").get("/desk/plans/").status_code == 200


def test_two_members_of_staff_agree_to_a_wish():
    row = f.household([f.WOMAN])
    url = f"/households/{row.pk}/accept-men/"
    answer = send(browser("maria"), url, reason="She asked for it herself, alone.")
    assert answer.status_code == 302
    wish = m.ProtectionDecision.objects.get()
    assert f"/decisions/{wish.pk}/agree/" not in browser("maria").get("/home/").content.decode()
    press(browser("andrei"), "/home/", f"/decisions/{wish.pk}/agree/")
    wish.refresh_from_db()
    assert wish.second_by_id == f.known("andrei").pk
