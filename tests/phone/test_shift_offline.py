"""The same with the network cut: nothing lost, nothing doubled, order kept, whatever happens to page and clock."""

from datetime import timedelta

import pytest

from registry import models as m
from registry.selectors.facts import local
from tests import factories as f
from tests.phone.shift import clock, on_phone, phone_clock

__all__ = ["clock", "on_phone"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SENT_MS = 90_000


def at_work(maria):
    """Maria on shift at siret with an app that works without a network."""
    f.geography()
    f.staffed("siret")
    maria.chooses_zone().sees("On shift until")
    maria.sees("Households registered")
    maria.ready()
    return maria


def all_sent(maria, count):
    """So many households of this phone have their codes."""
    maria.open("/registered")
    maria.page.locator(".v-list .tag[data-tone=ok]").nth(count - 1).wait_for(timeout=SENT_MS)
    maria.page.wait_for_function("() => !document.querySelector('a.chip[href=\"#/queue\"]')", timeout=SENT_MS)


def slips(maria):
    """The numbers on paper, the newest first."""
    maria.open("/registered")
    maria.page.locator(".v-list .v-slip").first.wait_for()
    return maria.page.locator(".v-list .v-slip").all_inner_texts()


def in_order():
    """Households with what they asked for, in the order in which the server heard of them."""
    actions = ("household.registered", "request.opened")
    heard = m.AuditEntry.objects.filter(action__in=actions).order_by("seq").values_list("action", "object_id", "data")
    return [(action, data.get("household") or pk) for action, pk, data in heard]


def paired(households):
    """Each household followed by its own request."""
    return [(action, str(pk)) for pk in households for action in ("household.registered", "request.opened")]


def test_what_was_registered_without_a_network_arrives_once_and_in_order(on_phone):
    maria = at_work(on_phone())
    maria.offline()
    for _ in range(2):
        maria.registers().sees("Write this number on a paper slip")
        assert "Збережіть, будь ласка, цей аркуш." in maria.page.locator(".v-code [lang=uk]").inner_text()
    assert m.Household.objects.count() == 0
    papers = slips(maria)
    assert len(set(papers)) == 2
    maria.offline(False)
    all_sent(maria, 2)
    households = list(m.Household.objects.order_by("id").values_list("pk", flat=True))
    assert in_order() == paired(households)
    assert slips(maria) == papers
    codes = [row.code for row in m.Household.objects.order_by("-id")]
    shown = [text.replace("-", "") for text in maria.page.locator(".v-list .v-what strong").all_inner_texts()]
    assert shown == codes


def test_a_page_that_was_killed_loses_and_doubles_nothing(on_phone):
    maria = at_work(on_phone())
    maria.offline()
    maria.registers()
    papers = slips(maria)
    # Half of the next household is typed when the page dies.
    maria.open("/register")
    maria.count("Male, 60+", 2)
    maria.page.wait_for_timeout(300)
    maria.page.close()
    maria.page = maria.new_page()
    assert slips(maria) == papers
    maria.open("/register")
    maria.sees("2 people")
    maria.tap("Next")
    maria.tap("Next")
    maria.tap("Register")
    maria.heading("Registered")
    maria.page.close()
    maria.page = maria.new_page()
    maria.offline(False)
    all_sent(maria, 2)
    households = m.Household.objects.order_by("id")
    assert [row.size for row in households] == [3, 2]
    assert in_order() == paired([row.pk for row in households])


def test_an_answer_that_was_lost_on_the_way_doubles_nothing(on_phone):
    maria = at_work(on_phone())
    lost = []

    def lose(route):
        """The server hears it, the phone does not hear the answer."""
        if len(lost) < 2 and route.request.method == "POST":
            lost.append(route.fetch().status)
            return route.abort("connectionreset")
        return route.continue_()

    maria.context.route("**/api/v1/households*", lose)
    maria.registers()
    all_sent(maria, 1)
    assert lost == [201, 201]
    assert in_order() == paired([m.Household.objects.get().pk])


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_two_hours_off_changes_no_time_and_no_day(on_phone, clock, hours):
    clock.at = f.NOW.replace(hour=21, minute=30)
    f.staffed("siret", at=clock.at)
    maria = at_work(on_phone(ahead_ms=phone_clock(clock.at, hours)))
    said = maria.page.evaluate("Date.now()") / 1000 - clock.at.timestamp()
    assert abs(said - hours * 3600) < 120
    maria.offline()
    maria.registers()
    maria.offline(False)
    all_sent(maria, 1)
    asked = m.HelpRequest.objects.get()
    assert abs(asked.earliest_at - clock.at) < timedelta(minutes=2)
    assert asked.from_date == local(clock.at).date()
    made_ms = asked.household_id.int >> 80
    assert abs(made_ms / 1000 - clock.at.timestamp()) < 120


def test_words_from_the_road_and_a_concern_wait_and_arrive_in_order(on_phone):
    match = f.match("departed")
    maria = at_work(on_phone())
    maria.open(f"/journeys/{match.pk}").wait_for_selector("text=Word from the road")
    maria.offline()
    maria.tap("Under way, all is well")
    maria.sees("1 word is still on this phone")
    maria.follow("Report a concern")
    maria.tick("Asked for money")
    maria.tap("Report")
    maria.sees("Not sent yet: nobody has been told.")
    maria.follow("Open the journey")
    maria.tap("The family says: arrived")
    maria.tap("Yes")
    assert not m.CheckIn.objects.exists()
    assert not m.Concern.objects.exists()
    maria.offline(False)
    maria.open("/queue")
    maria.page.wait_for_function("() => !document.querySelector('a.chip[href=\"#/queue\"]')", timeout=SENT_MS)
    match.refresh_from_db()
    assert match.refugee_arrived_by_id == f.maria().id
    said = ("journey.check_in", "concern.reported", "journey.arrival_said")
    heard = m.AuditEntry.objects.filter(action__in=said, actor=f.maria().id).order_by("seq")
    assert list(dict.fromkeys(heard.values_list("action", flat=True))) == list(said)
    assert m.CheckIn.objects.count() == 1


def test_lists_are_read_without_a_network_with_their_age(on_phone, clock):
    waiting = f.help_request("both")
    maria = at_work(on_phone())
    maria.open("/lists/waiting").wait_for_selector(".v-slip")
    maria.open(f"/households/{waiting.household_id}").wait_for_selector(".v-big-code")
    maria.offline()
    maria.page.reload()
    maria.sees("No network. You see what was known on Fri 6 March, 12:00.")
    maria.open("/lists/waiting").wait_for_selector(".v-slip")
    maria.sees("No network. You see what was known on")
    maria.open(f"/requests/{waiting.pk}")
    maria.sees("This needs the network.")
    maria.sees("never send anybody off with a driver who was not checked")


def test_a_refused_household_is_mended_and_its_request_follows(on_phone):
    maria = at_work(on_phone())
    maria.offline()
    maria.registers(save=False)
    maria.tap("Back")
    maria.page.locator("summary", has_text="More").click()
    maria.page.locator("#contact_phone").fill("12")
    maria.tap("Next")
    maria.tap("Register")
    maria.heading("Registered")
    maria.offline(False)
    maria.sees("The server did not take this household.")
    assert not m.Household.objects.exists()
    maria.follow("See and mend")
    maria.tap("Mend it")
    maria.heading("Register a household")
    maria.tap("Next")
    maria.page.locator("#contact_phone").fill("0721 234 567")
    maria.tap("Register")
    maria.heading("Registered")
    all_sent(maria, 1)
    household = m.Household.objects.get()
    assert household.size == 3
    assert in_order() == paired([household.pk])


def test_what_was_given_up_is_not_said_to_wait(on_phone):
    maria = at_work(on_phone())
    maria.offline()
    maria.registers().sees("It is sent by itself when there is a network")
    maria.open("/queue")
    maria.tap("Give it up")
    maria.page.locator("dialog[open] .press").last.click()
    maria.page.wait_for_function("() => !document.querySelector('.entry')")
    maria.open("/registered")
    maria.page.locator(".v-item").click()
    maria.sees("was given up on this phone and never sent")


def test_a_journey_never_opened_takes_word_without_a_network(on_phone):
    match = f.match("departed")
    maria = at_work(on_phone())
    maria.open("/lists/road").wait_for_selector(".v-slip")
    maria.offline()
    maria.page.locator(f"a[href='#/journeys/{match.pk}']").click()
    maria.tap("Under way, all is well")
    maria.sees("1 word is still on this phone")
    maria.offline(False)
    maria.until(m.CheckIn.objects.exists, patience_s=SENT_MS / 1000)


def test_nothing_of_a_household_lies_open_on_the_phone(on_phone):
    waiting = f.help_request("both")
    maria = at_work(on_phone())
    maria.open(f"/households/{waiting.household_id}").wait_for_selector(".v-big-code")
    maria.offline()
    maria.registers(save=False)
    maria.tap("Back")
    maria.page.locator("summary", has_text="More").click()
    maria.page.locator("#contact_name").fill("Zoryana")
    maria.page.wait_for_timeout(300)
    assert "Zoryana" not in maria.stored()
    assert waiting.household.code not in maria.stored()
    assert "v-big-code" not in maria.stored()
