"""Plans made anew: few of the settled move and each for a reason, nobody who accepted or is on the road is touched."""

from typing import Any

import pytest

from registry import models as m
from registry import planner
from registry.errors import Conflict, NotAllowed, NotFound
from registry.ids import uuid7
from registry.selectors import plan_pages, plans
from registry.services import matching, offers, planning, suspension
from tests import factories as f
from tests.invented import matches
from tests.invented import plans as p
from tests.services.test_planning import codes, entries, rows_of

pytestmark = pytest.mark.django_db


def remade(plan: m.Plan, **given: Any) -> m.Plan:
    """The plan made anew by Andrei and the worker."""
    values = {"actor": f.andrei(), "id": uuid7(), "at": f.NOW, **given}
    asked = planning.remake(plan=plan.pk, **values)
    assert planning.make_due(at=f.NOW) == 1
    asked.refresh_from_db()
    assert asked.status == "draft"
    return asked


def stays_of(plan: m.Plan) -> dict[Any, Any]:
    return {row.request_id: row.stay_id for row in plan.rows.all()}


def withdraw(offer: m.AccommodationOffer) -> None:
    offers.withdraw(actor=f.owner(offer.provider), kind="accommodation", offer=offer.pk, at=f.NOW)


def test_when_a_host_withdraws_only_their_guests_move() -> None:
    world = p.crossing(beds=(2, 2, 2, 2), waiting=3)
    plan = p.drafted(list(zip(world.requests, world.offers, strict=False)))
    withdraw(world.offers[1])
    again = remade(plan)
    was, now = stays_of(plan), stays_of(again)
    assert {request for request in was if was[request] != now[request]} == {world.requests[1].pk}
    moved = again.rows.get(request=world.requests[1])
    assert (moved.status, moved.stay_id, moved.was_stay_id) == ("planned", world.offers[3].pk, world.offers[1].pk)
    assert "plan_place_gone" in codes(moved)
    assert (again.after_id, again.zone_id, again.scope, again.seed) == (plan.pk, "siret", "zone:siret", plan.seed)
    assert plan_pages.compared(f.andrei(), again) == plan_pages.Compared(kept=2, moved=1, lost=0, found=0)
    assert plan_pages.compared(f.andrei(), plan) is None
    assert plan_pages.newer(f.andrei(), plan) == again


def test_whose_host_was_suspended_is_told_why_and_left_out_when_there_is_nothing_else() -> None:
    world = p.crossing(beds=(2,), waiting=1)
    plan = p.drafted([(world.requests[0], world.offers[0])])
    suspension.suspend(actor=f.olena(), kind="provider", subject=world.offers[0].provider_id, reason="police", at=f.NOW)
    [row] = rows_of(remade(plan))
    assert (row.status, row.stay_id, row.was_stay_id) == ("left_out", None, world.offers[0].pk)
    assert codes(row)[0] == "plan_place_gone"
    assert len(codes(row)) > 1


def test_whoever_came_since_is_placed_beside_the_settled() -> None:
    world = p.crossing(beds=(4, 4), waiting=2)
    plan = p.drafted([(request, world.offers[0]) for request in world.requests])
    newcomer = f.help_request("stay")
    again = remade(plan)
    assert stays_of(again) == {**stays_of(plan), newcomer.pk: world.offers[1].pk}
    assert plan_pages.compared(f.andrei(), again) == plan_pages.Compared(kept=2, moved=0, lost=0, found=1)


def test_the_settled_stay_unless_moving_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    world = p.crossing(beds=(2, 2), waiting=1)
    better = world.offers[1]
    m.AccommodationOffer.objects.filter(pk=better.pk).update(child_friendly=True)
    m.AccommodationOffer.objects.filter(pk=world.offers[0].pk).update(child_friendly=False)
    plan = p.drafted([(world.requests[0], world.offers[0])])
    assert stays_of(remade(plan)) == stays_of(plan)
    monkeypatch.setattr(planner, "Settings", lambda **given: planner.arrays.Settings(stability=0.0, **given))
    row = remade(plan).rows.get()
    assert (row.stay_id, "plan_better_place" in codes(row)) == (better.pk, True)


def test_whoever_accepted_is_choosing_or_is_on_the_road_is_not_touched() -> None:
    world = p.crossing(beds=(2, 2, 2, 2), waiting=3)
    plan = p.drafted(list(zip(world.requests, world.offers, strict=False)))
    mine = {row.request_id: row for row in plan.rows.all()}
    wanted = [mine[request.pk].pk for request in world.requests[:2]]
    found = {one.row: one.match for one in planning.confirm(actor=f.andrei(), plan=plan.pk, wanted=wanted, at=f.NOW)}
    accepted, choosing = (found[row] for row in wanted)
    assert accepted
    matching.accept(actor=f.maria(), match=accepted, at=f.NOW)
    before = list(m.Match.objects.order_by("pk").values_list("pk", "status", "version"))
    again = remade(plan)
    rows = {row.request_id: row for row in again.rows.all()}
    assert world.requests[0].pk not in rows
    assert codes(rows[world.requests[1].pk]) == ["plan_choosing"]
    assert rows[world.requests[2].pk].stay_id == world.offers[2].pk
    assert list(m.Match.objects.order_by("pk").values_list("pk", "status", "version")) == before
    assert choosing


def test_a_place_that_was_declined_is_looked_for_anew() -> None:
    world = p.crossing(beds=(2,), waiting=1)
    plan = p.drafted([(world.requests[0], world.offers[0])])
    [one] = planning.confirm(actor=f.andrei(), plan=plan.pk, wanted=None, at=f.NOW)
    assert one.match
    matching.decline(actor=f.maria(), match=one.match, at=f.NOW)
    plan.refresh_from_db()
    assert plan.status == "confirmed"
    [row] = rows_of(remade(plan))
    assert (row.status, row.was_stay_id) == ("planned", None)


def test_a_bed_of_the_settled_is_not_given_to_whoever_needs_a_ride_too() -> None:
    f.staffed("siret")
    ride, home = f.transport_offer(), f.accommodation_offer(beds=2)
    settled = f.help_request("stay")
    plan = p.drafted([(settled, home)])
    newcomer = f.help_request("both")
    rows = {row.request_id: row for row in remade(plan).rows.all()}
    assert (rows[settled.pk].stay_id, rows[newcomer.pk].status) == (home.pk, "left_out")
    assert p.made().rows.get(request=newcomer).ride_id == ride.pk


def test_rides_and_pairs_are_kept() -> None:
    f.staffed("siret")
    home = f.accommodation_offer(beds=2)
    f.transport_offer()
    f.transport_offer()
    requests = [f.help_request("ride"), f.help_request("both")]
    plan = p.made()
    assert plan.placed == 4
    again = remade(plan)
    for request in requests:
        row, was = again.rows.get(request=request), plan.rows.get(request=request)
        assert (row.ride_id, row.stay_id) == (row.was_ride_id, row.was_stay_id) == (was.ride_id, was.stay_id)
    assert again.rows.get(request=requests[1]).stay_id == home.pk
    assert again.bound >= again.value > 0


@pytest.mark.parametrize("status", ["queued", "discarded"])
def test_only_a_finished_plan_is_made_anew(status: str) -> None:
    world = p.crossing(beds=(2,), waiting=1)
    plan = p.drafted([(world.requests[0], world.offers[0])])
    if status == "discarded":
        planning.discard(actor=f.andrei(), plan=plan.pk, at=f.NOW)
    else:
        plan = p.asked()
    with pytest.raises(Conflict) as refused:
        planning.remake(actor=f.andrei(), id=uuid7(), plan=plan.pk, at=f.NOW)
    assert refused.value.code == "plan_not_finished"
    assert not m.Plan.objects.exclude(after=None).exists()


@pytest.mark.parametrize(("who", "error"), [("maria", NotFound), ("olena", NotFound), ("stefan", NotFound)])
def test_whoever_may_not_plan_the_scope_makes_nothing_anew(who: str, error: type[Exception]) -> None:
    world = p.crossing(beds=(2,), waiting=1)
    plan = p.drafted([(world.requests[0], world.offers[0])])
    with pytest.raises(error):
        planning.remake(actor=getattr(f, who)(), id=uuid7(), plan=plan.pk, at=f.NOW)
    assert m.Plan.objects.count() == 1


def test_who_only_sees_the_plan_is_refused() -> None:
    p.crossing(beds=(2,), waiting=1)
    plan = p.made(None, None, who=f.actor(f.person("coordinator")))
    assert plans.plan(f.andrei(), plan.pk)
    with pytest.raises(NotAllowed):
        planning.remake(actor=f.andrei(), id=uuid7(), plan=plan.pk, at=f.NOW)
    assert m.Plan.objects.count() == 1


def test_asking_is_written_down_with_the_plan_before() -> None:
    world = p.crossing(beds=(2,), waiting=1)
    plan = p.drafted([(world.requests[0], world.offers[0])])
    again = planning.remake(actor=f.andrei(), id=uuid7(), plan=plan.pk, at=f.NOW, seed=7)
    [_, entry] = sorted(entries("plan.asked"), key=lambda one: "after" in one.data)
    assert (entry.object_id, entry.actor_id) == (str(again.pk), f.andrei().id)
    assert entry.data == {"zone": "siret", "county": None, "after": str(plan.pk)}
    assert (again.seed, again.status) == (7, "queued")
    with pytest.raises(Conflict) as refused:
        planning.remake(actor=f.andrei(), id=uuid7(), plan=plan.pk, at=f.NOW)
    assert refused.value.code == "plan_running"
    assert planning.cancel(actor=f.andrei(), plan=again.pk, at=f.NOW).status == "cancelled"


def test_whoever_is_on_the_road_stays_on_the_road() -> None:
    world = p.crossing(beds=(2, 2), waiting=1)
    gone = matches.match("departed", stay=world.offers[1])
    plan = p.drafted([(world.requests[0], world.offers[0])])
    withdraw(world.offers[0])
    again = remade(plan)
    assert gone.request_id not in stays_of(again)
    gone.refresh_from_db()
    assert gone.status == "departed"
