"""The desk's lists: the queue with its filters, reports, alarms, zones, children alone, the audit log."""

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.selectors import queue
from registry.services import alarms, identities
from registry.web.refusals import sentence
from tests.factories import (
    CHILD_ALONE,
    DAY,
    NOW,
    TODAY,
    WOMAN,
    correct,
    dwelling,
    help_request,
    hold,
    household,
    known,
    match,
    olena,
    petru,
    provider,
    stefan,
    unguarded,
    vehicle,
    verified_provider,
)
from tests.pages.desk import audited, browser, clock, press, record_all, send, text_of

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
READY = {"reason": "checks_complete", "conflict": "no"}


def shown(actor, **wanted):
    """The ids in the order of the queue."""
    return [row.thing.pk for row in queue.rows(actor, queue.Wanted(**wanted), "", TODAY).rows]


def test_the_longest_waiting_comes_first_whatever_kind_it_is():
    owner = verified_provider()
    new = provider(applied_at=NOW - DAY)
    car = vehicle(owner, "applied", applied_at=NOW - 3 * DAY)
    home = dwelling(owner, "applied", applied_at=NOW - 2 * DAY)
    assert shown(olena(), state="applied") == [car.pk, home.pk, new.pk]
    assert shown(olena(), state="applied", kind="vehicle") == [car.pk]
    assert shown(stefan(), state="applied") == []


def test_each_state_shows_what_is_in_it():
    rows = {
        "applied": provider(),
        "in_review": provider(status="in_review"),
        "info_requested": provider(status="info_requested"),
        "expired": provider(status="expired"),
        "suspended": provider(status="suspended", suspended_at=NOW),
        "expiring": verified_provider(until=TODAY + 20 * DAY),
        "held": verified_provider(),
    }
    hold(rows["held"])
    for state, row in rows.items():
        assert shown(olena(), state=state) == [row.pk], state
    counts = queue.counts(olena(), TODAY)
    assert {state: counts[state] for state in rows} == dict.fromkeys(rows, 1)
    assert len(shown(olena(), state="any")) == len(rows)


def test_every_row_comes_once_on_one_of_the_pages():
    rows = {provider(applied_at=NOW - (n % 3) * DAY).pk for n in range(queue.PAGE * 2 + 3)}
    seen, cursor = [], ""
    while True:
        page = queue.rows(olena(), queue.Wanted("applied"), cursor, TODAY)
        seen += [row.thing.pk for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == len(rows)
    assert set(seen) == rows


@pytest.mark.parametrize(
    "cursor", ["nonsense", "2026-01-01~x", "~", "2026-01-01T00:00:00~01a1f86d-0081-7294-bba4-2f50b2b9b36f"]
)
def test_a_cursor_that_makes_no_sense_starts_from_the_beginning(cursor):
    row = provider()
    page = queue.rows(olena(), queue.Wanted("applied"), cursor, TODAY)
    assert [x.thing.pk for x in page.rows] == [row.pk]


def test_pages_of_what_expires_follow_each_other():
    owner = verified_provider()
    cars = {vehicle(owner, until=TODAY + (n % 2 + 1) * DAY).pk for n in range(queue.PAGE + 2)}
    first = queue.rows(olena(), queue.Wanted("expiring"), "", TODAY)
    second = queue.rows(olena(), queue.Wanted("expiring"), first.next_cursor, TODAY)
    assert {row.thing.pk for row in (*first.rows, *second.rows)} == cars


def test_a_name_is_found_without_its_marks_and_a_plate_in_any_spelling():
    elena = provider(family_name="Țăranu", given_name="Élena")
    identities.provider_written(elena, at=NOW)
    car = vehicle(verified_provider(), "applied", plate="SV 07 МВС")
    assert shown(olena(), state="any", text="taranu ELENA") == [elena.pk]
    assert shown(olena(), state="any", text="țăranu") == [elena.pk]
    assert set(shown(olena(), state="any", text="sv07mbc")) == {car.pk, car.provider_id}
    assert shown(olena(), state="any", text="nobody") == []
    assert shown(olena(), state="any", text="%") == []
    assert shown(stefan(), state="any", text="taranu") == []


def test_the_queue_names_nobody():
    row = provider(family_name="Țăranu", given_name="Élena")
    page = text_of(browser("olena").get("/desk/queue/?state=applied"))
    assert "Țăranu" not in page
    assert "É.Ț." in page or "E.T." in page
    assert queue.reference(row.pk) in page
    assert audited("read.identity") == 0


def test_a_second_decision_waits_for_those_only_who_may_take_it():
    row = provider(status="in_review")
    record_all(browser("olena"), "provider", row)
    send(browser("olena"), f"/desk/provider/{row.pk}/decide/verify/", **READY)
    assert shown(olena(), state="second") == []
    assert shown(olena(), state="second_other") == [row.pk]
    assert shown(petru(), state="second") == [row.pk]
    assert shown(petru(), state="second_other") == []
    assert queue.counts(petru(), TODAY)["second"] == 1
    with unguarded():
        m.Provider.objects.filter(pk=row.pk).update(created_by=known("petru"))
    assert shown(petru(), state="second") == []
    assert shown(petru(), state="second_other") == [row.pk]


def test_somebody_who_shares_an_address_is_told_why_in_the_queue():
    row = provider(status="in_review")
    record_all(browser("olena"), "provider", row)
    send(browser("olena"), f"/desk/provider/{row.pk}/decide/verify/", **READY)
    correct(known("petru"), address=row.address, town=row.town)
    page = text_of(browser("petru").get("/desk/queue/?state=second"))
    assert "Why not me?" in page


@pytest.mark.parametrize(
    "query", ["state=nonsense&kind=x&county=y", "county=RO-TL", "after=%00", "q=%00", "q=" + "x" * 500]
)
def test_a_filter_that_makes_no_sense_is_left_out(query):
    provider()
    page = browser("olena").get(f"/desk/queue/?{query}")
    assert page.status_code == 200


def _report(text="They asked for money."):
    row = verified_provider()
    return m.Concern.objects.create(id=uuid7(), created_at=NOW, provider=row, kind="money", source="h:1", text=text)


def test_a_report_is_read_closed_and_written_down():
    row = _report()
    client = browser("olena")
    assert "Asked for money" in text_of(client.get("/desk/concerns/"))
    url = f"/desk/concerns/{row.pk}/"
    assert "They asked for money." in text_of(client.get(url))
    assert audited("read.case", row.pk) == 1
    assert send(client, url, reason="unfounded").status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.closed_by) == ("unfounded", known("olena"))
    again = client.post(url, {"key": str(uuid7()), "reason": "confirmed"})
    assert again.status_code == 409
    row.refresh_from_db()
    assert row.outcome == "unfounded"


def test_a_report_is_shown_as_text_only():
    page = browser("olena").get(f"/desk/concerns/{_report('<script>alert(1)</script>').pk}/")
    assert "<script>alert" not in page.content.decode()


def test_an_alarm_is_taken_by_one_and_closed_with_an_outcome():
    row = alarms.raise_alarm(code="concern", role="officer", level=4, county="RO-SV", at=NOW)
    client, list_url = browser("olena"), "/desk/alarms/"
    assert press(client, list_url, f"{list_url}{row.pk}/take/").status_code == 302
    assert "You look after it." in text_of(client.get(list_url))
    late = browser("petru").post(f"{list_url}{row.pk}/take/", {"key": str(uuid7())}, follow=True)
    assert sentence("alarm_taken") in text_of(late)
    assert send(client, f"{list_url}{row.pk}/close/", reason="safe").status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.taken_by, row.closed_by) == ("safe", known("olena"), known("olena"))


def test_an_overdue_journey_leads_to_the_phones_of_its_people():
    journey = match("alerted")
    client = browser("olena")
    page = client.get("/desk/alarms/").content.decode()
    assert f"/desk/journey/{journey.pk}/call/" in page
    assert journey.household.contact_phone in text_of(client.get(f"/desk/journey/{journey.pk}/call/"))
    assert audited("read.contact", journey.pk) == 1
    assert browser("stefan").get(f"/desk/journey/{journey.pk}/call/").status_code == 404


def test_a_zone_is_suspended_and_opened_again_by_an_officer_of_its_county():
    client, url = browser("olena"), "/desk/zones/siret/"
    help_request()
    page = client.get(url)
    assert "1 household waits here." in text_of(page)
    version = page.context["row"].version
    assert press(client, url, url, action="suspend", version=version).status_code == 302
    assert m.Zone.objects.get(pk="siret").status == "suspended"
    stale = client.post(url, {"key": str(uuid7()), "action": "activate", "version": version}, follow=True)
    assert sentence("stale_version") in text_of(stale)
    assert m.Zone.objects.get(pk="siret").status == "suspended"
    press(client, url, url, action="activate", version=version + 1)
    assert m.Zone.objects.get(pk="siret").status == "active"
    assert browser("stefan").get(url).status_code == 404
    assert browser("stefan").post(url, {"key": str(uuid7()), "action": "suspend", "version": 1}).status_code == 404
    assert m.Zone.objects.get(pk="siret").status == "active"


def test_child_protection_decides_where_a_child_alone_may_go():
    row, with_mother = household([CHILD_ALONE]), household([WOMAN])
    client = browser("daria")
    page = client.get("/desk/children/").content.decode()
    assert str(row.pk) in page
    assert str(with_mother.pk) not in page
    url = f"/desk/children/{row.pk}/"
    past = send(client, url, reference="DGASPC-1/2026", expires_on=str(TODAY - DAY))
    assert past.status_code == 422
    assert send(client, url, reference="DGASPC-1/2026", expires_on=str(TODAY + 5 * DAY)).status_code == 302
    decision = m.ProtectionDecision.objects.get()
    assert (decision.household, decision.reference, decision.first_by) == (row, "DGASPC-1/2026", known("daria"))
    assert "DGASPC-1/2026" in text_of(client.get(url))
    assert press(client, url, f"{url}decision/{decision.pk}/end/").status_code == 302
    decision.refresh_from_db()
    assert decision.ended_at == NOW


def test_the_contact_of_a_child_is_read_with_a_trace():
    row = household([CHILD_ALONE])
    client = browser("daria")
    assert client.get(f"/desk/children/{row.pk}/contact/").status_code == 200
    assert audited("read.contact", row.pk) == 1
    other = household([WOMAN])
    assert client.get(f"/desk/children/{other.pk}/contact/").status_code == 404
    assert audited("read.contact", other.pk) == 0


def test_an_auditor_reads_codes_and_ids_in_pages():
    row = verified_provider(family_name="Țăranu")
    for _ in range(60):
        browser("olena").get(f"/desk/provider/{row.pk}/")
    client = browser("alina")
    first = client.get(f"/desk/audit/?object_type=provider&object_id={row.pk}")
    assert "Țăranu" not in first.content.decode()
    assert "Olena" not in first.content.decode()
    assert first.content.decode().count("read.identity") == 50
    second = client.get(first.context["next_url"])
    assert second.content.decode().count("read.identity") == 10
    assert second.context["next_url"] == ""
    assert "No entry fits." in text_of(client.get("/desk/audit/?action=nothing"))
    assert client.get("/desk/audit/?who=nonsense").status_code == 422


def test_the_home_page_counts_what_waits():
    provider()
    alarms.raise_alarm(code="concern", role="officer", level=4, county="RO-SV", at=NOW)
    page = text_of(browser("olena").get("/desk/"))
    assert "1 New applications" in page
    assert "1 Open alarms" in page
    household([CHILD_ALONE])
    assert "1 Children alone who wait for a decision" in text_of(browser("daria").get("/desk/"))
