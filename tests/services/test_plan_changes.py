"""Plans changed by hand: through the gate, with the effect shown first, and nobody loses a place unseen."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.ids import uuid7
from registry.rules.reasons import Reason
from registry.selectors import gate, plans
from registry.services import planning, signals, suspension
from registry.services.plan_rooms import Rooms
from registry.services.signals import About
from registry.states import IllegalTransition
from tests import factories as f
from tests.invented import plans as p

pytestmark = pytest.mark.django_db


def change(plan: m.Plan, row: m.PlanRow, stay: m.AccommodationOffer | None, **given: Any) -> planning.Effect:
    values = {"actor": f.andrei(), "ride": None, "at": f.NOW, **given}
    return planning.change(plan=plan.pk, row=row.pk, stay=stay.pk if stay else None, **values)


def row_of(plan: m.Plan, request: m.HelpRequest) -> m.PlanRow:
    return plan.rows.get(request=request)


def codes(row: m.PlanRow) -> list[str]:
    return [reason.code for reason in plans.unpacked(row.reasons)]


def drafted(beds: tuple[int, ...] = (4, 4), waiting: int = 1) -> tuple[m.Plan, p.Crossing]:
    """Everybody in the first home, the others empty."""
    world = p.crossing(beds=beds, waiting=waiting)
    return p.drafted([(request, world.offers[0]) for request in world.requests]), world


def test_a_household_gets_another_place_with_its_worth() -> None:
    plan, world = drafted()
    row = row_of(plan, world.requests[0])
    said = planning.effect(actor=f.andrei(), plan=plan.pk, row=row.pk, ride=None, stay=world.offers[1].pk, at=f.NOW)
    assert row_of(plan, world.requests[0]).stay_id == world.offers[0].pk
    done = change(plan, row, world.offers[1])
    assert done == said
    row.refresh_from_db()
    plan.refresh_from_db()
    assert (row.status, row.stay_id, row.decided_by_id) == ("changed", world.offers[1].pk, f.andrei().id)
    verdict = gate.ask(gate.Pair(row.request, stay=world.offers[1]), f.NOW)
    assert row.worth == pytest.approx(verdict.value) == done.worth
    assert plan.value == pytest.approx(done.value_after) == pytest.approx(done.value_before - 100 + done.worth)
    assert plan.gap == pytest.approx(done.gap_after)
    [entry] = m.AuditEntry.objects.filter(action="plan.row_changed")
    assert (entry.object_id, entry.data["stay"], entry.data["displaced"]) == (str(row.pk), str(world.offers[1].pk), [])


def test_who_was_left_out_can_be_given_a_place() -> None:
    world = p.crossing(beds=(4,), waiting=1)
    plan = p.drafted([(world.requests[0], None)])
    change(plan, row_of(plan, world.requests[0]), world.offers[0])
    plan.refresh_from_db()
    assert (plan.placed, plan.unplaced) == (2, 0)
    assert [one.came for one in planning.confirm(actor=f.andrei(), plan=plan.pk, wanted=None, at=f.NOW)] == [
        "confirmed"
    ]


def test_a_household_is_taken_out_of_the_plan() -> None:
    plan, world = drafted()
    row = row_of(plan, world.requests[0])
    done = change(plan, row, None)
    row.refresh_from_db()
    plan.refresh_from_db()
    assert (row.status, row.stay_id, row.worth, codes(row)) == ("left_out", None, 0, ["plan_taken_out"])
    assert (done.value_after, plan.placed, plan.unplaced) == (0, 0, 2)


def test_who_has_no_room_any_more_is_shown_and_left_out() -> None:
    world = p.crossing(beds=(2, 4), waiting=2)
    plan = p.drafted([(world.requests[0], world.offers[0]), (world.requests[1], world.offers[1])])
    first, second = (row_of(plan, request) for request in world.requests)
    given = {"actor": f.andrei(), "ride": None, "stay": world.offers[0].pk, "at": f.NOW}
    said = planning.effect(plan=plan.pk, row=second.pk, **given)  # type: ignore[arg-type]
    assert ([row.pk for row in said.displaced], said.people_displaced) == ([first.pk], 2)
    assert row_of(plan, world.requests[0]).status == "planned"
    change(plan, second, world.offers[0])
    first.refresh_from_db()
    plan.refresh_from_db()
    assert (first.status, codes(first)) == ("left_out", ["plan_displaced"])
    assert (plan.placed, plan.unplaced) == (2, 2)


def test_of_several_the_one_worth_least_goes() -> None:
    world = p.crossing(beds=(4, 4), waiting=3)
    pairs = zip(world.requests, (world.offers[0], world.offers[0], world.offers[1]), strict=True)
    plan = p.drafted(list(pairs))
    rows = [row_of(plan, request) for request in world.requests]
    m.PlanRow.objects.filter(pk=rows[0].pk).update(worth=300)
    done = change(plan, rows[2], world.offers[0])
    assert [row.pk for row in done.displaced] == [rows[1].pk]


def test_whom_another_zone_s_plan_row_belongs_to_is_not_displaced() -> None:
    f.staffed("siret")
    f.staffed("tulcea", f.known("vasile"))
    home = f.accommodation_offer(beds=2)
    here = f.help_request("stay")
    away = f.help_request("stay", f.household(zone="tulcea"), destination_id="suceava")
    plan = p.drafted([(here, None), (away, home)])
    m.Plan.objects.filter(pk=plan.pk).update(zone=None, scope="all")
    with pytest.raises(Refused) as refused:
        change(plan, row_of(plan, here), home)
    assert [reason.code for reason in refused.value.reasons] == ["beds_too_few"]


# The gate


@pytest.mark.parametrize(
    ("who", "offer", "expected"),
    [
        ({"pets": 1}, {}, "no_pets"),
        ({"wheelchairs": 1}, {}, "not_step_free"),
        ({}, {"beds": 1}, "beds_too_few"),
        ({"members": [f.MAN]}, {"accepts_men": False}, "no_men"),
        ({"members": [f.CHILD_ALONE]}, {}, "child_needs_decision"),
    ],
)
def test_what_the_gate_refuses_no_hand_can_plan(who: dict[str, Any], offer: dict[str, Any], expected: str) -> None:
    f.staffed("siret")
    home = f.accommodation_offer(**offer)
    request = f.help_request("stay", f.household(who.pop("members", [f.WOMAN, f.CHILD]), **who))
    plan = p.drafted([(request, None)])
    for deed in (planning.effect, planning.change):
        with pytest.raises(Refused) as refused:
            deed(
                actor=f.andrei(),
                plan=plan.pk,
                row=row_of(plan, request).pk,
                ride=None,
                stay=home.pk,
                at=f.NOW,
            )
        assert [reason.code for reason in refused.value.reasons] == [expected]
    assert row_of(plan, request).status == "left_out"
    assert not m.AuditEntry.objects.filter(action="plan.row_changed").exists()


def test_without_the_gate_a_hand_could_plan_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it is the gate that refuses the suspended host."""
    plan, world = drafted()
    host = world.offers[1].provider_id
    suspension.suspend(actor=f.olena(), kind="provider", subject=host, reason="police", at=f.NOW)
    row = row_of(plan, world.requests[0])
    with pytest.raises(Refused) as refused:
        change(plan, row, world.offers[1])
    assert "provider_suspended" in {reason.code for reason in refused.value.reasons}
    monkeypatch.setattr(Rooms, "verdict", lambda *_: gate.Verdict((), 1.0, ()))
    change(plan, row, world.offers[1])
    row.refresh_from_db()
    assert row.stay_id == world.offers[1].pk


def test_a_man_is_not_put_beside_a_woman_whom_the_plan_has_there_alone() -> None:
    """Rule 5 among those of the plan, who are under no roof yet."""
    f.staffed("siret")
    home = f.accommodation_offer(f.dwelling(residents=()), beds=6)
    woman, man = f.help_request("stay", f.household([f.WOMAN])), f.help_request("stay", f.household([f.MAN]))
    plan = p.drafted([(woman, home), (man, None)])
    assert not gate.ask(gate.Pair(man, stay=home), f.NOW).reasons
    with pytest.raises(Refused) as refused:
        change(plan, row_of(plan, man), home)
    assert {reason.rule for reason in refused.value.reasons} == {5}
    change(plan, row_of(plan, woman), None)
    change(plan, row_of(plan, man), home)
    with pytest.raises(Refused) as refused:
        change(plan, row_of(plan, woman), home)
    assert {reason.rule for reason in refused.value.reasons} == {5}


def test_a_household_on_hold_or_gone_is_given_no_place() -> None:
    plan, world = drafted()
    row = row_of(plan, world.requests[0])
    signals.notice(Reason("two_groups", severity="hold"), About(household=row.household), at=f.NOW)
    with pytest.raises(Refused) as refused:
        change(plan, row, world.offers[1])
    assert [reason.code for reason in refused.value.reasons] == ["household_held"]


# Who and when


@pytest.mark.parametrize(
    ("who", "error"),
    [
        (lambda: f.actor(f.person("coordinator", county="RO-TL")), NotFound),
        (f.maria, NotFound),
        (f.olena, NotFound),
        (lambda: f.actor(f.person("officer")), NotAllowed),
    ],
)
def test_only_coordinators_of_the_zone_change_a_row(who: Any, error: type[Exception]) -> None:
    plan, world = drafted()
    for deed in (planning.effect, planning.change):
        with pytest.raises(error):
            deed(
                actor=who(),
                plan=plan.pk,
                row=row_of(plan, world.requests[0]).pk,
                ride=None,
                stay=world.offers[1].pk,
                at=f.NOW,
            )


def test_what_is_confirmed_or_closed_is_not_changed() -> None:
    plan, world = drafted(waiting=2)
    row, other = (row_of(plan, request) for request in world.requests)
    planning.confirm(actor=f.andrei(), plan=plan.pk, wanted=[row.pk], at=f.NOW)
    with pytest.raises(IllegalTransition):
        change(plan, row, world.offers[1])
    planning.discard(actor=f.andrei(), plan=plan.pk, at=f.NOW)
    with pytest.raises(IllegalTransition):
        change(plan, other, world.offers[1])


def test_the_same_place_again_and_an_unknown_one_are_refused() -> None:
    plan, world = drafted()
    row = row_of(plan, world.requests[0])
    with pytest.raises(Conflict):
        change(plan, row, world.offers[0])
    with pytest.raises(Invalid) as refused:
        planning.change(actor=f.andrei(), plan=plan.pk, row=row.pk, ride=None, stay=uuid7(), at=f.NOW)
    assert list(refused.value.fields) == ["stay"]
    with pytest.raises(Invalid) as refused:
        planning.change(actor=f.andrei(), plan=plan.pk, row=row.pk, ride=uuid7(), stay=None, at=f.NOW)
    assert list(refused.value.fields) == ["ride"]


def test_a_ride_by_hand_ends_in_a_safe_zone() -> None:
    f.staffed("siret")
    ride, request = f.transport_offer(), f.help_request("ride")
    plan = p.drafted([(request, None)])
    done = planning.change(
        actor=f.andrei(), plan=plan.pk, row=row_of(plan, request).pk, ride=ride.pk, stay=None, at=f.NOW
    )
    assert done.choice.arrival == "suceava"
    [told] = planning.confirm(actor=f.andrei(), plan=plan.pk, wanted=None, at=f.NOW)
    assert told.came == "confirmed"
    assert m.Match.objects.get(pk=told.match).arrival_zone_id == "suceava"
