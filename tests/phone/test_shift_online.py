"""The whole shift of one volunteer with a network: zone, shift, household, choice, gate, arrival, handing over."""

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import promising, status_lists, suspension
from tests import factories as f
from tests.phone.shift import clock, on_phone

__all__ = ["clock", "on_phone"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
USUAL_TAPS = 7


def at_work(maria):
    """Maria has chosen her zone, where she is on shift already."""
    f.staffed("siret")
    maria.chooses_zone()
    return maria.sees("On shift until")


def chosen(maria):
    """The family is shown the first card, in their language, and chooses it."""
    maria.sees("1 offer fits")
    maria.tap("Show to the family")
    page = maria.page.locator("dialog.v-family")
    page.get_by_text("Обираєте ви.").wait_for()
    assert page.get_attribute("lang") == "uk"
    maria.tap("Так, ми обираємо це")
    return maria.sees("The family has chosen this")


def registered(maria, record_property):
    """Maria registers a usual household and finds it a ride and a bed; the household's row."""
    maria.registers()
    record_property("taps_for_a_usual_household", maria.taps)
    assert maria.taps == USUAL_TAPS
    maria.sees("The family's code")
    row = m.Household.objects.get()
    assert (row.size, row.minors, row.language, row.zone_id) == (3, 2, "uk", "siret")
    assert {one.guardian for one in row.members.all() if one.age_band != "18-59"} == {"parent"}
    maria.sees(f"{row.code[:4]}-{row.code[4:8]}-{row.code[8:]}")
    maria.follow("Find a ride or a bed")
    return row


def arrived(maria, match):
    """Word from the road, then what the household says."""
    maria.open("/lists/road")
    maria.page.locator(f"a[href='#/journeys/{match.pk}']").click()
    maria.tap("Under way, all is well")
    maria.page.locator("li.v-item", has_text="Under way, all is well").wait_for()
    maria.tap("The family says: arrived")
    maria.tap("Yes")
    maria.sees("The family has said so")
    match.refresh_from_db()
    assert (match.refugee_arrived_by_id, match.status) == (f.known("maria").pk, "departed")


def received(andrei, match):
    """The receiving side speaks through somebody else, who closes the journey."""
    andrei.open(f"/journeys/{match.pk}")
    andrei.tap("The receiving side says: arrived")
    andrei.tap("Yes")
    andrei.tap("Close the journey")
    andrei.page.locator(".v-status .tag", has_text="Closed").wait_for()
    match.refresh_from_db()
    assert (match.status, match.receiver_arrived_by_id) == ("closed", f.known("andrei").pk)


def tally(maria):
    """The numbers of the shift by their names."""
    maria.open("/shift")
    maria.page.locator(".v-tally dd").first.wait_for()
    rows = maria.page.locator(".v-tally > div").all()
    return {row.locator("dt").inner_text(): int(row.locator("dd").inner_text()) for row in rows}


def handed_over(maria, andrei, at):
    """Maria's shift goes to Andrei, and ends when he has taken it."""
    maria.follow("Hand over my shift")
    maria.tick("Andrei")
    maria.tap("Hand over")
    maria.sees("You hand over to Andrei")
    assert m.Shift.objects.get(person=f.known("maria")).ended_at is None
    andrei.open("/shift")
    andrei.follow("See what is open")
    andrei.tap("I have read it and take over")
    andrei.heading("Siret")
    assert m.Shift.objects.get(person=f.known("maria")).ended_at == at
    assert m.ShiftHandover.objects.get().taken_by_id == f.known("andrei").pk


def done_in(told):
    """Households, people and arrivals of a tally."""
    return told["Households registered"], told["People in them"], told["Arrivals confirmed"]


def test_a_whole_shift_is_done_on_a_phone(on_phone, clock, record_property):
    f.geography()
    ride, _stay = f.transport_offer(), f.accommodation_offer()
    maria = on_phone()
    maria.chooses_zone().starts_shift()
    shift = m.Shift.objects.get()
    assert (shift.zone_id, shift.person_id) == ("siret", f.known("maria").pk)
    household = registered(maria, record_property)
    chosen(maria)
    maria.tap("Confirm")
    maria.sees("Confirmed: seats and beds are taken for them.")
    match = m.Match.objects.get()
    assert (match.status, match.household_id) == ("confirmed", household.pk)
    maria.sees("The driver or host has not answered yet")
    promising.say(actor=f.owner(ride.driver), match=match.pk, id=uuid7(), kind="here", at=clock.at)
    maria.page.reload()
    maria.sees("is at the gate")
    shown = f.provider_pass(ride.driver, ride.vehicle)
    status_lists.publish_due(at=clock.at)
    maria.follow("Hand over at the gate")
    assert maria.hands_over(shown, ride.vehicle.plate, match.people) == "go"
    assert m.Match.objects.get().status == "departed"
    clock.go(minutes=50)
    arrived(maria, match)
    andrei = at_work_as(on_phone, "andrei")
    received(andrei, match)
    # First what the phone had kept from the beginning of the shift, then what the server says.
    maria.until(lambda: done_in(tally(maria)) == (1, 3, 1))
    handed_over(maria, andrei, clock.at)


def at_work_as(on_phone, name):
    """A colleague on duty in the same zone."""
    f.staffed("siret", f.known(name))
    return on_phone(name).chooses_zone().sees("On shift until")


def test_what_somebody_else_took_is_told_plainly_and_looked_for_again(on_phone, clock):
    request = f.help_request("ride")
    ride = f.transport_offer()
    maria = at_work(on_phone())
    maria.open(f"/requests/{request.pk}")
    chosen(maria)
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver.pk, reason="police", at=f.NOW)
    maria.tap("Confirm")
    maria.sees("This one is not possible now.")
    assert not m.Match.objects.exists()
    maria.tap("Look at the list again")
    maria.sees("Nothing fits now.")


def test_an_answer_that_was_overtaken_does_not_undo_the_later_one(on_phone, clock):
    match, held = f.match("departed"), []
    maria = at_work(on_phone())
    maria.context.route("**/check-ins?*", lambda route: route.continue_() if held else held.append(route))
    maria.open(f"/journeys/{match.pk}")
    maria.until(lambda: held)
    maria.tap("Under way, all is well")
    word = maria.page.locator("li.v-item", has_text="Under way, all is well")
    word.wait_for()
    held[0].fulfill(json={"items": [], "next": None})
    maria.page.wait_for_timeout(500)
    assert word.count() == 1


def test_a_family_says_no_and_nobody_learns_of_it(on_phone, clock):
    request = f.help_request("ride")
    f.transport_offer()
    maria = at_work(on_phone())
    maria.open(f"/requests/{request.pk}")
    maria.sees("1 offer fits")
    maria.tap("Show to the family")
    maria.tap("Ні, не це")
    maria.sees("The family said no")
    assert not m.Match.objects.exists()
    assert not m.Message.objects.exists()


def test_the_last_one_is_asked_before_the_zone_is_left_alone(on_phone, clock):
    maria = at_work(on_phone())
    maria.tap("End my shift")
    maria.tap("End my shift", within=maria.page.locator("dialog[open]"))
    maria.sees("You are the last one here")
    assert m.Shift.objects.get().ended_at is None
    maria.tap("Leave the zone without anybody")
    maria.sees("You are not on shift")
    assert m.Shift.objects.get().ended_at == clock.at


def test_an_alarm_is_taken_and_closed_with_what_came_of_it(on_phone, clock):
    match = f.match("alerted")
    maria = at_work(on_phone())
    maria.open("/alarms")
    maria.tap("I look after it")
    maria.sees("You look after it.")
    maria.tap("Close …")
    maria.tick("The people are safe")
    maria.tap("Close the alarm")
    maria.sees("No open alarm.")
    alarm = m.Alarm.objects.get(match=match, role="volunteer")
    assert (alarm.taken_by_id, alarm.closed_by_id, alarm.outcome) == (f.maria().id, f.maria().id, "safe")


def test_whom_to_call_is_shown_on_demand_and_written_down(on_phone, clock):
    match = f.match("departed")
    maria = at_work(on_phone())
    maria.open(f"/journeys/{match.pk}")
    maria.tap("Whom to call")
    assert not m.AuditEntry.objects.filter(action="read.contact").exists()
    maria.tap("Show me")
    maria.page.locator("a[href^='tel:+']").first.wait_for()
    assert m.AuditEntry.objects.get(action="read.contact").actor_id == f.maria().id
