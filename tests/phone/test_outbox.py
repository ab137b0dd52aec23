"""The outbox against the real API: nothing lost, nothing doubled, in order, whatever happens to page and network."""

from collections import Counter
from datetime import timedelta

import pytest

from registry import models as m
from registry.services import sign_ins
from tests import factories as f
from tests.browser.test_pages_browser import noon
from tests.phone.households import ADD, household, request
from tests.phone.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]
HOUSEHOLDS = "**/api/v1/households"


@pytest.fixture(autouse=True)
def siret():
    """A zone that registers."""
    f.staffed("siret")


def posted(phone):
    """What is posted to the API from now on: path and key."""
    seen = []

    def note(sent):
        if sent.method == "POST" and "/api/v1/" in sent.url:
            seen.append((sent.url.split("/api/v1")[1], sent.headers["idempotency-key"]))

    phone.context.on("request", note)
    return seen


def sent(phone, count=1, page=None):
    """Wait until so many entries were sent."""
    phone.until(lambda: Counter(state for _, state in phone.entries(page))["sent"] == count, page)


def test_what_was_entered_without_a_network_is_sent_in_order_when_there_is_one(phone):
    phone.welcome()
    phone.offline()
    first, second = household("First"), household("Second")
    after = phone.core(ADD, first)
    phone.core(ADD, request(first, after, "Request"))
    phone.core(ADD, second)
    assert phone.entries() == [["First", "waiting"], ["Request", "waiting"], ["Second", "waiting"]]
    assert m.Household.objects.count() == 0
    seen = posted(phone)
    phone.offline(False)
    sent(phone, 3)
    assert [path for path, _ in seen] == ["/households", f"/households/{first['body']['id']}/requests", "/households"]
    assert {str(row.pk) for row in m.Household.objects.all()} == {first["body"]["id"], second["body"]["id"]}
    assert m.HelpRequest.objects.count() == 1


def test_an_answer_that_is_lost_doubles_nothing(phone):
    phone.welcome()
    seen, lost = posted(phone), []

    def lose_the_first(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    phone.page.route(HOUSEHOLDS, lose_the_first)
    phone.core(ADD, household())
    phone.until(lambda: lost == [201] and phone.entries()[0][1] == "waiting")
    assert m.Household.objects.count() == 1
    phone.core("(c) => c.outbox.outbox.replay()")
    sent(phone)
    assert len(seen) == 2
    assert len({key for _, key in seen}) == 1
    assert m.Household.objects.count() == 1


def test_a_page_that_dies_while_sending_loses_and_doubles_nothing(phone):
    page = phone.welcome()
    arrived = []
    # The server has taken it; the page will never hear of that.
    page.route(HOUSEHOLDS, lambda route: arrived.append(route.fetch().status))
    phone.core(ADD, household())
    phone.until(lambda: arrived == [201])
    assert phone.entries() == [["A family of two", "sending"]]
    page.close()
    again = phone.open(page=phone.new_page())
    sent(phone, page=again)
    assert m.Household.objects.count() == 1


def test_two_tabs_send_it_once(phone):
    phone.welcome()
    other = phone.open(page=phone.new_page())
    other.wait_for_selector(".tiles")
    phone.offline()
    phone.core(ADD, household())
    seen = posted(phone)
    phone.offline(False)
    for page in (phone.page, other):
        page.evaluate("dispatchEvent(new Event('online'))")
    sent(phone)
    sent(phone, page=other)
    assert len(seen) == 1
    assert m.Household.objects.count() == 1


def test_without_the_lock_two_tabs_would_send_it_twice(phone):
    """The control of the one above."""
    phone.context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    phone.welcome()
    other = phone.open(page=phone.new_page())
    other.wait_for_selector(".tiles")
    held = []
    phone.context.route(HOUSEHOLDS, lambda route: held.insert(0, route))
    phone.offline()
    phone.core(ADD, household())
    seen = posted(phone)
    phone.offline(False)
    for page in (phone.page, other):
        phone.core("(c) => void c.outbox.outbox.replay()", page=page)
    phone.until(lambda: len(held) == 2)
    for route in held:
        route.continue_()
    sent(phone)
    assert len(seen) == 2
    # And even then the key keeps the server from doing it twice.
    assert m.Household.objects.count() == 1


def test_a_refused_entry_says_why_what_follows_waits_and_the_rest_goes_on(phone):
    phone.welcome()
    wrong = household("Wrong", zone="nowhere")
    phone.offline()
    after = phone.core(ADD, wrong)
    phone.core(ADD, request(wrong, after))
    phone.core(ADD, household("Right"))
    phone.offline(False)
    sent(phone)
    assert phone.entries() == [["Wrong", "refused"], ["Their request", "waiting"], ["Right", "sent"]]
    page = phone.open("/queue")
    refused = page.locator("[data-state=refused]")
    assert refused.locator(".note").inner_text()
    assert page.locator("[data-state=waiting]").inner_text().count("Wrong") == 1
    mended = {**wrong["body"], "zone": "siret"}
    phone.core("(c, [id, body]) => c.outbox.outbox.mend(id, body)", [after, mended])
    sent(phone, 3)
    assert m.HelpRequest.objects.get().household_id == m.Household.objects.get(pk=wrong["body"]["id"]).pk


def test_a_refused_entry_is_mended_in_its_own_form_or_given_up_with_what_follows(phone):
    phone.welcome()
    wrong = household("Wrong", zone="nowhere")
    after = phone.core(ADD, wrong)
    phone.core(ADD, request(wrong, after))
    phone.until(lambda: phone.entries()[0][1] == "refused")
    phone.core("(c) => c.outbox.outbox.mender('household', (e) => ((globalThis.mended = e.body.zone), '/account'))")
    page = phone.page
    page.evaluate("location.hash = '/queue'")
    page.get_by_role("button", name="Mend it").click()
    page.wait_for_selector("h1:has-text('You and this phone')")
    assert page.evaluate("globalThis.mended") == "nowhere"
    page.evaluate("location.hash = '/queue'")
    page.locator("[data-state=refused]").get_by_role("button", name="Give it up").click()
    page.wait_for_selector("dialog[open]")
    assert "1 entry that follows on it" in page.locator("dialog[open]").inner_text()
    page.locator("dialog[open]").get_by_role("button", name="Give it up").click()
    page.wait_for_selector(".nothing")
    assert phone.entries() == []


def test_a_busy_or_hurried_server_is_asked_again_and_refuses_nothing(phone):
    phone.welcome()
    answers = [503, 429]

    def hurried(route):
        if route.request.method != "POST" or not answers:
            return route.continue_()
        return route.fulfill(
            status=answers.pop(0),
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
            body='{"code": "too_many", "detail": "Later.", "reasons": [], "fields": {}}',
        )

    phone.page.route(HOUSEHOLDS, hurried)
    phone.core(ADD, household())
    sent(phone)
    assert answers == []
    assert m.Household.objects.count() == 1


def test_a_page_of_somebody_in_between_is_no_answer(phone):
    phone.welcome()
    phone.page.route("**/api/v1/**", lambda route: route.fulfill(status=200, content_type="text/html", body="Pay here"))
    phone.core(ADD, household())
    phone.page.wait_for_selector(".chip[data-tone=warn]")
    phone.page.wait_for_timeout(500)
    assert phone.entries() == [["A family of two", "waiting"]]
    phone.page.unroute("**/api/v1/**")
    phone.core("(c) => c.outbox.outbox.replay()")
    sent(phone)


def test_an_expired_sign_in_keeps_the_work_until_the_same_person_is_back(phone):
    page = phone.welcome()
    phone.expire()
    phone.core(ADD, household())
    page.wait_for_selector(".bar:has-text('You are signed out')")
    assert phone.entries() == [["A family of two", "waiting"]]
    assert m.Household.objects.count() == 0
    phone.sign_in("maria")
    page.reload()
    sent(phone)
    assert m.Household.objects.get().registered_by_id == f.known("maria").pk


def test_nobody_sends_what_somebody_else_has_entered(phone):
    page = phone.welcome()
    phone.expire()
    phone.core(ADD, household())
    page.wait_for_selector(".bar:has-text('You are signed out')")
    phone.sign_in("andrei")
    phone.core("(c) => c.outbox.outbox.replay()")
    page.reload()
    page.wait_for_selector("h1:has-text('Somebody else has worked on this phone')")
    assert m.Household.objects.count() == 0
    page.get_by_role("button", name="Erase their entries").click()
    page.locator("dialog[open]").get_by_role("button", name="Erase their entries").click()
    page.wait_for_selector(".tiles")
    assert phone.entries() == []
    assert m.Household.objects.count() == 0


def test_the_worker_sends_with_no_page_open(chrome, live_server):
    phone = Phone(chrome, live_server, sync=True)
    phone.welcome()
    phone.offline()
    phone.core(ADD, household())
    quiet = phone.new_page()
    phone.page.close()
    phone.offline(False)
    quiet.goto("/app/words/en.json")
    wake(phone, quiet)
    phone.until(lambda: m.Household.objects.count() == 1, quiet)
    phone.close()


def wake(phone, page):
    """Do what the browser does when there is a network again: a `sync` event for the worker."""
    devtools, known = phone.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda said: known.extend(said["registrations"]))
    devtools.send("ServiceWorker.enable")
    phone.until(lambda: known, page)
    told = {"origin": phone.server.url, "registrationId": known[0]["registrationId"], "tag": "outbox"}
    devtools.send("ServiceWorker.dispatchSyncEvent", {**told, "lastChance": False})


@pytest.mark.parametrize("hours", [-2, 2])
def test_ids_and_times_are_right_with_the_clock_two_hours_off(chrome, live_server, hours):
    phone = Phone(chrome, live_server, ahead_ms=hours * 3_600_000)
    phone.welcome()
    phone.offline()
    phone.page.reload()
    phone.page.wait_for_selector(".tiles")
    by_id = "parseInt(c.api.uuid7().slice(0, 13).replace('-', ''), 16)"
    right = f"(c) => [Date.now() - globalThis.ahead, c.clock.serverNow().getTime(), {by_id}]"
    now, by_server, by_id = phone.core(right)
    assert abs(by_server - now) < 3000
    assert abs(by_id - now) < 3000
    entry = household()
    phone.core(ADD, entry)
    at = phone.core("(c) => c.outbox.entries.value.map((e) => Date.parse(e.at) - (Date.now() - globalThis.ahead))")[0]
    assert abs(at) < 5000
    phone.offline(False)
    sent(phone)
    assert m.Household.objects.count() == 1
    assert abs(phone.core("(c) => c.clock.skewMs") + hours * 3_600_000) < 3000
    phone.close()


def test_a_phone_that_is_told_of_its_end_is_wiped_with_its_entries(phone):
    page = phone.welcome()
    sign_ins.end_others(actor=f.maria(), keep=None, at=f.NOW + timedelta(minutes=1))
    phone.core(ADD, household())
    page.wait_for_selector(".note:has-text('Your sign-in was ended from elsewhere')")
    assert "1 entry that had not been sent was erased" in page.locator(".note").inner_text()
    assert phone.core("(c) => c.vault.vault.owner()") is None
    assert m.Household.objects.count() == 0
