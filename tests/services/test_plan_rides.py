"""Plans with rides, and with rides and beds together: seats and beds are shared, and the bound holds for all of it."""

from typing import Any

import pytest

from registry import models as m
from registry.selectors import gate, plans
from registry.services import planning
from tests import factories as f
from tests.invented import plans as p

pytestmark = pytest.mark.django_db


def rows_of(plan: m.Plan) -> dict[Any, m.PlanRow]:
    return {row.request_id: row for row in plan.rows.all()}


def passes(row: m.PlanRow) -> bool:
    ride = m.TransportOffer.objects.filter(pk=row.ride_id).first()
    stay = m.AccommodationOffer.objects.filter(pk=row.stay_id).first()
    return not gate.ask(gate.Pair(row.request, ride, stay, row.arrival_zone), f.NOW).reasons


def test_a_ride_is_planned_to_a_safe_zone_and_proposed() -> None:
    f.staffed("siret")
    ride, request = f.transport_offer(), f.help_request("ride")
    plan = p.made()
    row = rows_of(plan)[request.pk]
    assert (row.status, row.ride_id, row.stay_id, row.arrival_zone_id) == ("planned", ride.pk, None, "suceava")
    assert passes(row)
    assert plan.bound >= plan.value > 0
    assert [one.came for one in planning.confirm(actor=f.andrei(), plan=plan.pk, wanted=None, at=f.NOW)] == [
        "confirmed"
    ]


def test_a_ride_that_leads_to_no_safe_zone_is_planned_for_nobody() -> None:
    f.staffed("siret")
    f.transport_offer()
    m.Zone.objects.filter(pk="suceava").update(status="suspended")
    request = f.help_request("ride")
    row = rows_of(p.made())[request.pk]
    assert (row.status, [reason.code for reason in plans.unpacked(row.reasons)]) == (
        "left_out",
        ["destination_not_safe"],
    )


def test_without_any_ride_it_says_so() -> None:
    f.staffed("siret")
    request = f.help_request("ride")
    row = rows_of(p.made())[request.pk]
    assert [reason.code for reason in plans.unpacked(row.reasons)] == ["plan_no_ride"]


def test_who_needs_both_gets_both_or_neither() -> None:
    f.staffed("siret")
    ride, home = f.transport_offer(), f.accommodation_offer(beds=2)
    both = [f.help_request("both") for _ in range(2)]
    plan = p.made()
    rows = rows_of(plan)
    placed = [rows[one.pk] for one in both if rows[one.pk].status == "planned"]
    assert [(row.ride_id, row.stay_id) for row in placed] == [(ride.pk, home.pk)]
    assert passes(placed[0])
    assert plan.value <= plan.bound * (1 + 1e-9)


def test_seats_and_beds_are_never_given_twice_across_the_kinds() -> None:
    f.staffed("siret")
    f.transport_offer(seats=4)
    homes = [f.accommodation_offer(beds=4), f.accommodation_offer(beds=2)]
    for kind in ("both", "stay", "ride", "both", "stay", "ride"):
        f.help_request(kind)
    plan = p.made()
    rows = [row for row in plan.rows.all() if row.status == "planned"]
    assert sum(row.people for row in rows if row.ride_id) <= 4
    for home in homes:
        assert sum(row.people for row in rows if row.stay_id == home.pk) <= home.beds
    assert all(passes(row) for row in rows)
    assert plan.value <= plan.bound * (1 + 1e-9)
    assert plan.placed == sum(row.people for row in rows) >= 6
