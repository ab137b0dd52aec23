"""Plans at the desk: asked for, watched, stopped, looked at, changed by hand, confirmed in parts, discarded."""

import re

import pytest

from registry import models as m
from registry.services import offers, planning, suspension
from tests import factories as f
from tests.invented import plans as p
from tests.pages.desk import browser, clock, press, send, text_of

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


def page_of(plan: m.Plan, more: str = "") -> str:
    return f"/desk/plans/{plan.pk}/{more}"


def drafted(waiting: int = 2) -> m.Plan:
    world = p.crossing(beds=(4,) * waiting, waiting=waiting)
    return p.drafted(list(zip(world.requests, world.offers, strict=True)))


def test_a_coordinator_asks_for_a_plan_of_a_zone():
    p.crossing()
    answer = send(browser("andrei"), "/desk/plans/", scope="zone:siret")
    plan = m.Plan.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(plan))
    assert (plan.zone_id, plan.status) == ("siret", "queued")


def test_only_one_s_own_scopes_are_offered():
    f.geography()
    offered = {
        name: set(re.findall(r'<option value="([^"]+)"', browser(name).get("/desk/plans/").content.decode()))
        for name in ("andrei", "olena")
    }
    assert offered == {
        "andrei": {"zone:siret", "zone:suceava", "county:RO-SV"},
        "olena": {"county:RO-SV"},
    }
    answer = send(browser("andrei"), "/desk/plans/", scope="zone:tulcea")
    assert answer.status_code == 422
    assert not m.Plan.objects.exists()


def test_the_page_of_a_plan_in_the_making_asks_anew_and_stops_it():
    plan = p.asked()
    m.Plan.objects.filter(pk=plan.pk).update(status="making", progress=37, started_at=f.NOW, beat_at=f.NOW)
    page = browser("andrei").get(page_of(plan))
    assert '<meta http-equiv="refresh" content="3">' in page.content.decode()
    assert '<progress id="progress" max="100" value="37">' in page.content.decode()
    answer = press(browser("andrei"), page_of(plan), page_of(plan, "cancel/"))
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.cancel_wished_at == f.NOW
    assert "It is being stopped." in text_of(browser("andrei").get(page_of(plan)))
    assert planning.make_due(at=f.NOW + 3 * f.HOUR) == 0
    page = browser("andrei").get(page_of(plan))
    assert "http-equiv" not in page.content.decode()
    assert "This plan was stopped before it was ready." in text_of(page)


def test_the_page_says_who_gets_a_place_and_who_does_not():
    p.crossing(beds=(4,), waiting=3)
    plan = p.made()
    page = text_of(browser("andrei").get(page_of(plan)))
    assert "4 of 6 people have a place" in page
    assert "2 people are left without a place" in page
    assert "This is proven" in page
    assert "Where one more bed would help most" in page
    left = text_of(browser("andrei").get(page_of(plan, "?show=left_out")))
    assert "the plan gives all of them to others" in left
    assert m.PlanRow.objects.get(status="left_out").household.code in left


def test_the_map_shows_zone_and_town_and_the_way_between():
    plan = drafted()
    shown = browser("andrei").get(page_of(plan)).content.decode()
    svg = shown[shown.index("<svg viewBox") : shown.index("</figure>")]
    assert len(re.findall(r'class="plan-zone"', svg)) == 2  # one on the map, one in the legend
    assert 'class="plan-flow"' in svg
    assert 'class="plan-land"' in svg
    assert "Suceava · 4" in svg
    assert "style=" not in svg
    assert not re.search(r'"[0-9]+,[0-9]', svg)


@pytest.mark.parametrize("language", ["uk", "ro", "en", "ru"])
def test_every_page_speaks_every_language(language):
    plan = drafted()
    client = browser("andrei", language)
    row = plan.rows.order_by("pk")[0]
    for url in ("/desk/plans/", page_of(plan), page_of(plan, f"rows/{row.pk}/")):
        page = client.get(url)
        assert page.status_code == 200
        assert re.search(r'cx="[0-9.]+"', page.content.decode()) or url != page_of(plan)
    m.Plan.objects.filter(pk=plan.pk).update(status="failed", failure="broken", closed_at=f.NOW)
    assert client.get(page_of(plan)).status_code == 200


def test_ticked_rows_are_confirmed_and_what_came_of_each_is_shown():
    plan = drafted()
    first, second = plan.rows.order_by("pk")
    host = m.AccommodationOffer.objects.get(pk=second.stay_id).provider_id
    suspension.suspend(actor=f.olena(), kind="provider", subject=host, reason="police", at=f.NOW)
    client = browser("andrei")
    page = client.get(page_of(plan))
    assert page.content.decode().count('name="row"') == 2
    answer = client.post(page_of(plan, "confirm/"), {"row": [str(first.pk), str(second.pk)]}, follow=True)
    words = text_of(answer)
    assert "1 household now has its proposal. It chooses." in words
    assert "1 row is not possible any more." in words
    assert second.household.code in words
    first.refresh_from_db()
    assert first.match
    confirmed = client.get(page_of(plan, "?show=confirmed")).content.decode()
    assert f"/journeys/{first.match_id}/" in confirmed
    again = client.post(page_of(plan, "confirm/"), {"row": [str(first.pk)]}, follow=True)
    assert "1 row had been decided by somebody else before you." in text_of(again)


def test_all_are_confirmed_by_one_button_and_nothing_by_none():
    plan = drafted()
    client = browser("andrei")
    assert "Choose at least one" in text_of(client.post(page_of(plan, "confirm/"), {}, follow=True))
    answer = press(client, page_of(plan), page_of(plan, "confirm/"), all="yes")
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.status == "confirmed"
    late = client.post(page_of(plan, "confirm/"), {"all": "yes"}, follow=True)
    assert "This step is not possible now. Status: Confirmed." in text_of(late)


def test_a_household_is_moved_by_hand_with_the_effect_shown_first():
    world = p.crossing(beds=(2, 4), waiting=2)
    plan = p.drafted([(world.requests[0], world.offers[0]), (world.requests[1], world.offers[1])])
    row = plan.rows.get(request=world.requests[1])
    client = browser("andrei")
    here = page_of(plan, f"rows/{row.pk}/")
    page = text_of(client.get(here))
    assert "2 people would lose their place in the plan." in page
    assert "Distance from the best possible" in page
    chosen = client.post(
        here,
        {
            "key": re.findall(r'name="key" value="([^"]+)"', client.get(here).content.decode())[-1],
            "stay": str(world.offers[0].pk),
            "ride": "",
        },
    )
    row.refresh_from_db()
    assert (chosen.status_code, row.status, row.stay_id) == (302, "changed", world.offers[0].pk)


def test_what_the_gate_refuses_is_said_on_the_page():
    plan = drafted()
    row = plan.rows.order_by("pk")[0]
    far = f.accommodation_offer(f.dwelling(town="tulcea"))
    here = page_of(plan, f"rows/{row.pk}/")
    client = browser("andrei")
    key = re.findall(r'name="key" value="([^"]+)"', client.get(here).content.decode())[-1]
    words = text_of(client.post(here, {"key": key, "stay": str(far.pk), "ride": ""}, follow=True))
    assert "km" in words
    row.refresh_from_db()
    assert row.status == "planned"


def test_a_draft_is_discarded_by_a_button():
    plan = drafted()
    assert press(browser("andrei"), page_of(plan), page_of(plan, "discard/")).status_code == 302
    plan.refresh_from_db()
    assert plan.status == "discarded"
    assert "Discarded" in text_of(browser("andrei").get("/desk/plans/"))


def test_an_officer_of_the_county_sees_figures_but_no_household_codes():
    f.staffed("siret")
    f.accommodation_offer()
    request = f.help_request("stay")
    plan = p.made(None, "RO-SV")
    page = browser("olena").get(page_of(plan))
    assert page.status_code == 200
    assert request.household.code not in page.content.decode()
    assert 'name="row"' not in page.content.decode()
    assert page_of(plan, "confirm/") not in page.content.decode()
    assert browser("stefan").get(page_of(plan)).status_code == 404


def test_a_finished_plan_is_made_anew_and_says_who_moves():
    world = p.crossing(beds=(2, 2, 2), waiting=2)
    plan = p.drafted(list(zip(world.requests, world.offers, strict=False)))
    offers.withdraw(actor=f.owner(world.offers[0].provider), kind="accommodation", offer=world.offers[0].pk, at=f.NOW)
    answer = press(browser("andrei"), page_of(plan), page_of(plan, "remake/"))
    again = m.Plan.objects.get(after=plan)
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(again))
    assert planning.make_due(at=f.NOW) == 1
    page = text_of(browser("andrei").get(page_of(again, "?show=moved")))
    assert "1 household keeps its place" in page
    assert "1 household goes elsewhere" in page
    assert "Their place in the plan before is not possible any more." in page
    assert world.requests[0].household.code in page
    assert world.requests[1].household.code not in page
    assert "There is a newer plan, made from this one." in text_of(browser("andrei").get(page_of(plan)))
    for language in ("uk", "ro", "ru"):
        assert browser("andrei", language).get(page_of(again, "?show=moved")).status_code == 200
