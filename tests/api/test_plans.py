"""Plans by API: asked for, followed, read row by row, changed, confirmed once under one key."""

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import planning
from tests import factories as f
from tests.api.caller import Caller
from tests.invented import plans as p

pytestmark = pytest.mark.django_db


def drafted(waiting: int = 3) -> m.Plan:
    world = p.crossing(beds=(4,) * waiting, waiting=waiting)
    return p.drafted(list(zip(world.requests, world.offers, strict=True)))


def test_a_plan_is_asked_for_made_and_read() -> None:
    p.crossing(beds=(4,), waiting=3)
    andrei, pk = Caller(f.andrei()), str(uuid7())
    asked = andrei.post("/plans", {"id": pk, "zone": "siret"})
    assert (asked.status_code, asked.json()["status"]) == (201, "queued")
    assert andrei.get(f"/plans/{pk}").json()["progress"] == 0
    assert andrei.get(f"/plans/{pk}/rows").json()["items"] == []
    assert planning.make_due(at=f.NOW) == 1
    plan = andrei.get(f"/plans/{pk}").json()
    assert (plan["status"], plan["progress"], plan["people"], plan["placed"], plan["unplaced"]) == (
        "draft",
        100,
        6,
        4,
        2,
    )
    assert plan["gap"] == pytest.approx((plan["bound"] - plan["value"]) / plan["bound"], abs=1e-3)
    assert plan["wanted"][0]["town"] == "suceava"
    assert [one["id"] for one in andrei.get("/plans?status=draft").json()["items"]] == [pk]
    assert andrei.get("/plans?status=failed").json()["items"] == []


def test_rows_come_in_pages_with_their_reasons() -> None:
    p.crossing(beds=(4,), waiting=3)
    plan, andrei = p.made(), Caller(f.andrei())
    first = andrei.get(f"/plans/{plan.pk}/rows?limit=2").json()
    rest = andrei.get(f"/plans/{plan.pk}/rows?limit=2&cursor={first['next']}").json()
    found = [*first["items"], *rest["items"]]
    assert ({row["id"] for row in found}, rest["next"]) == ({str(row.pk) for row in plan.rows.all()}, None)
    [left] = andrei.get(f"/plans/{plan.pk}/rows?status=left_out").json()["items"]
    assert [reason["code"] for reason in left["reasons"]] == ["plan_all_given"]
    assert left["reasons"][0]["text"]
    assert andrei.get(f"/plans/{plan.pk}/rows?origin=tulcea").json()["items"] == []


def test_rows_hold_ids_and_codes_and_nobody_s_name_or_number() -> None:
    plan = drafted(1)
    said = Caller(f.andrei()).get(f"/plans/{plan.pk}/rows").content.decode()
    household = plan.rows.get().household
    for secret in (household.contact_name, household.contact_phone, household.code):
        assert secret not in said


def test_a_change_is_shown_first_and_then_made() -> None:
    world = p.crossing(beds=(2, 4), waiting=2)
    plan = p.drafted([(world.requests[0], world.offers[0]), (world.requests[1], world.offers[1])])
    row, other = plan.rows.get(request=world.requests[1]), plan.rows.get(request=world.requests[0])
    andrei, here = Caller(f.andrei()), f"/plans/{plan.pk}/rows/{row.pk}"
    shown = andrei.get(f"{here}/effect?stay={world.offers[0].pk}")
    assert (shown.status_code, shown.json()["displaced"]) == (200, [str(other.pk)])
    row.refresh_from_db()
    assert row.status == "planned"
    done = andrei.post(f"{here}/change", {"stay": str(world.offers[0].pk)})
    assert done.json() == shown.json()
    row.refresh_from_db()
    assert (row.status, row.stay_id) == ("changed", world.offers[0].pk)


def test_what_the_gate_refuses_comes_with_its_reasons() -> None:
    f.staffed("siret")
    home, request = f.accommodation_offer(), f.help_request("stay", f.household(pets=1))
    plan = p.drafted([(request, None)])
    refused = Caller(f.andrei()).post(f"/plans/{plan.pk}/rows/{plan.rows.get().pk}/change", {"stay": str(home.pk)})
    assert (refused.status_code, [one["code"] for one in refused.json()["reasons"]]) == (409, ["no_pets"])


def test_the_same_key_confirms_once_and_tells_the_same() -> None:
    plan, andrei = drafted(), Caller(f.andrei())
    first = andrei.post(f"/plans/{plan.pk}/confirm", {}, key="confirm-one")
    again = andrei.post(f"/plans/{plan.pk}/confirm", {}, key="confirm-one")
    assert (first.status_code, first.json()["status"]) == (200, "confirmed")
    assert [row["came"] for row in first.json()["rows"]] == ["confirmed"] * 3
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert m.Match.objects.count() == 3
    reused = andrei.post(f"/plans/{plan.pk}/confirm", {"rows": [str(plan.rows.all()[0].pk)]}, key="confirm-one")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")


def test_what_was_cut_off_goes_on_where_it_stopped() -> None:
    plan, andrei = drafted(), Caller(f.andrei())
    planning.confirm(actor=f.andrei(), plan=plan.pk, wanted=[plan.rows.order_by("pk")[0].pk], at=f.NOW)
    wanted = [str(row.pk) for row in plan.rows.order_by("pk")]
    told = andrei.post(f"/plans/{plan.pk}/confirm", {"rows": wanted}, key="confirm-one").json()
    assert [row["came"] for row in told["rows"]] == ["already", "confirmed", "confirmed"]
    assert m.Match.objects.count() == 3


def test_who_is_no_coordinator_any_more_confirms_nothing() -> None:
    plan, andrei = drafted(), Caller(f.andrei())
    m.RoleGrant.objects.filter(person=f.known("andrei")).update(ended_at=f.NOW)
    assert andrei.post(f"/plans/{plan.pk}/confirm", {}).status_code == 404
    assert not m.Match.objects.exists()


def test_a_plan_is_made_anew_and_shows_both_places() -> None:
    plan, andrei = drafted(1), Caller(f.andrei())
    body = {"id": str(uuid7())}
    asked = andrei.post(f"/plans/{plan.pk}/remake", body, key="remake-one")
    assert (asked.status_code, asked.json()["id"]) == (201, body["id"])
    assert andrei.post(f"/plans/{plan.pk}/remake", body, key="remake-one").json() == asked.json()
    assert planning.make_due(at=f.NOW) == 1
    assert andrei.get(f"/plans/{body['id']}").json()["after"] == str(plan.pk)
    [row] = andrei.get(f"/plans/{body['id']}/rows").json()["items"]
    assert row["was_stay"] == row["stay"] == str(plan.rows.get().stay_id)
