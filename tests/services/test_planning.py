"""Plans: who may ask for one, how the worker makes it, what a killed, stopped or broken round leaves behind."""

from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry import planner
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import uuid7
from registry.rules.reasons import Reason
from registry.selectors import gate, planned, plans
from registry.services import plan_engine, planning, signals, suspension
from registry.services.signals import About
from registry.states import IllegalTransition
from tests import factories as f
from tests.invented import plans as p

pytestmark = pytest.mark.django_db


def rows_of(plan: m.Plan, *status: str) -> list[m.PlanRow]:
    found = m.PlanRow.objects.filter(plan=plan).order_by("request__created_at", "request_id")
    return list(found.filter(status__in=status) if status else found)


def codes(row: m.PlanRow) -> list[str]:
    return [reason.code for reason in plans.unpacked(row.reasons)]


def entries(action: str) -> list[m.AuditEntry]:
    return list(m.AuditEntry.objects.filter(action=action))


# Asking


@pytest.mark.parametrize(
    ("who", "zone", "county", "may"),
    [
        ("andrei", "siret", None, True),
        ("andrei", None, "RO-SV", True),
        ("andrei", "tulcea", None, False),
        ("andrei", None, "RO-TL", False),
        ("andrei", None, None, False),
        ("olena", "siret", None, False),
        ("olena", None, "RO-SV", True),
        ("olena", None, None, False),
        ("maria", "siret", None, False),
        ("maria", None, None, False),
        ("sorin", None, None, False),
        ("alina", "siret", None, False),
    ],
)
def test_a_plan_is_asked_for_in_one_s_own_scope(who: str, zone: str | None, county: str | None, may: bool) -> None:
    actor = getattr(f, who)()
    if may:
        assert p.asked(zone, county, actor).status == "queued"
        assert len(entries("plan.asked")) == 1
        return
    with pytest.raises(NotAllowed):
        p.asked(zone, county, actor)
    assert not m.Plan.objects.exists()
    assert not entries("plan.asked")


@pytest.mark.parametrize("role", ["coordinator", "officer"])
def test_who_has_the_role_everywhere_plans_everywhere(role: str) -> None:
    assert p.asked(None, None, f.actor(f.person(role))).scope == "all"


def test_nonsense_is_refused_by_field() -> None:
    for given, field in (
        ({"zone": "nowhere"}, "zone"),
        ({"zone": None, "county": "XX"}, "county"),
        ({"zone": "siret", "county": "RO-SV"}, "county"),
        ({"seed": -1}, "seed"),
    ):
        with pytest.raises(Invalid) as refused:
            p.asked(**given)  # type: ignore[arg-type]
        assert list(refused.value.fields) == [field]


def test_two_plans_of_one_scope_are_never_made_at_once() -> None:
    p.asked()
    with pytest.raises(Conflict) as refused:
        p.asked()
    assert refused.value.code == "plan_running"
    assert p.asked(None, "RO-SV").status == "queued"


# Making


def test_everybody_is_placed_or_told_why_not() -> None:
    world = p.crossing(beds=(4, 2), waiting=4)
    plan = p.made()
    assert (plan.status, plan.progress, plan.households, plan.people) == ("draft", 100, 4, 8)
    assert (plan.placed, plan.unplaced) == (6, 2)
    assert len(rows_of(plan, "planned")) == 3
    [left] = rows_of(plan, "left_out")
    assert codes(left) == ["plan_all_given"]
    assert {row.stay_id for row in rows_of(plan, "planned")} == {offer.pk for offer in world.offers}
    assert plan.bound >= plan.value > 0
    assert sum(row.worth for row in rows_of(plan)) == pytest.approx(plan.value)
    [entry] = entries("plan.made")
    assert (entry.actor_id, entry.data) == (None, {"people": 8, "placed": 6})


def test_a_planned_pair_is_worth_what_the_gate_says_of_it() -> None:
    p.crossing(beds=(4,), waiting=1)
    [row] = rows_of(p.made())
    pair = gate.Pair(row.request, stay=m.AccommodationOffer.objects.select_related("town").get(pk=row.stay_id))
    verdict = gate.ask(pair, f.NOW)
    assert not verdict.reasons
    assert row.worth == pytest.approx(verdict.value)
    assert codes(row) == [reason.code for reason in verdict.speaks_for]


def test_the_same_seed_gives_the_same_plan() -> None:
    p.crossing(beds=(4, 2, 6), waiting=8)
    first, second = p.made(seed=7), p.made(seed=7)
    assert [row.stay_id for row in rows_of(first)] == [row.stay_id for row in rows_of(second)]


def test_only_open_requests_of_the_scope_are_planned() -> None:
    here = f.help_request("stay")
    f.staffed("siret")
    f.help_request("stay", f.household(zone="tulcea"))
    f.help_request("stay", status="cancelled")
    taken = f.match("accepted", stay=f.accommodation_offer())
    plan = p.made()
    assert [row.request_id for row in rows_of(plan)] == [here.pk]
    assert taken.request_id not in {row.request_id for row in rows_of(plan)}


def test_a_household_that_has_a_proposal_before_it_is_left_to_choose() -> None:
    match = f.match("proposed", stay=f.accommodation_offer())
    [row] = rows_of(p.made())
    assert (row.request_id, row.status, codes(row)) == (match.request_id, "left_out", ["plan_choosing"])


def test_a_household_on_hold_is_not_planned() -> None:
    world = p.crossing(waiting=1)
    signals.notice(Reason("two_groups", severity="hold"), About(household=world.requests[0].household), at=f.NOW)
    [row] = rows_of(p.made())
    assert (row.status, codes(row)) == ("left_out", ["household_held"])


def test_nobody_is_planned_from_a_zone_without_anybody_on_shift() -> None:
    p.crossing(waiting=1)
    m.Shift.objects.update(ended_at=f.NOW)
    [row] = rows_of(p.made())
    assert (row.status, codes(row)) == ("left_out", ["zone_not_staffed"])


@pytest.mark.parametrize("kind", ["provider", "dwelling"])
def test_nobody_is_planned_to_a_suspended_host(kind: str) -> None:
    world = p.crossing(beds=(4,), waiting=1)
    subject = world.offers[0].provider_id if kind == "provider" else world.offers[0].dwelling_id
    suspension.suspend(actor=f.olena(), kind=kind, subject=subject, reason="police", at=f.NOW)
    [row] = rows_of(p.made())
    assert (row.status, row.stay_id) == ("left_out", None)


def test_what_others_have_just_chosen_counts_as_taken() -> None:
    home = f.accommodation_offer(beds=2)
    f.match("accepted", stay=home)
    f.help_request("stay")
    [row] = rows_of(p.made())
    assert row.status == "left_out"
    later = f.NOW + timedelta(minutes=20)
    p.asked(at=later)
    assert planning.make_due(at=later) == 1
    assert m.PlanRow.objects.filter(status="planned", stay=home).count() == 1


@pytest.mark.parametrize(
    ("who", "offer", "expected"),
    [
        ({"pets": 1}, {}, "no_pets"),
        ({"wheelchairs": 1}, {}, "not_step_free"),
        ({}, {"beds": 1}, "beds_too_few_class"),
        ({"members": [f.MAN]}, {"accepts_men": False}, "no_men"),
        ({"members": [f.CHILD_ALONE]}, {}, "child_needs_decision"),
    ],
)
def test_the_one_thing_in_the_way_is_named(who: dict[str, Any], offer: dict[str, Any], expected: str) -> None:
    f.staffed("siret")
    for _ in range(3):
        f.accommodation_offer(**offer)
    f.help_request("stay", f.household(who.pop("members", [f.WOMAN, f.CHILD]), **who))
    [row] = rows_of(p.made())
    assert (row.status, codes(row)) == ("left_out", [expected])


def test_what_alone_is_in_the_way_comes_before_what_is_there_more_often() -> None:
    f.staffed("siret")
    for beds in (1, 1, 4):
        f.accommodation_offer(beds=beds)
    f.help_request("stay", f.household(pets=1))
    [row] = rows_of(p.made())
    assert codes(row) == ["no_pets"]


def test_without_anything_near_it_says_so() -> None:
    f.staffed("siret")
    f.accommodation_offer(f.dwelling(town="tulcea"))
    f.help_request("stay")
    [row] = rows_of(p.made())
    assert plans.unpacked(row.reasons)[0].code == "plan_nothing_near"
    assert plans.unpacked(row.reasons)[0].params == {"max_km": 150}


def test_a_woman_alone_is_not_planned_among_men_who_are_planned_too() -> None:
    """Rule 5 holds among those whom the same plan puts under one roof, in whatever order they are confirmed."""
    f.staffed("siret")
    home = f.accommodation_offer(f.dwelling(residents=()), beds=6)
    for members in ([f.MAN], [f.WOMAN], [f.MAN], [f.WOMAN, f.CHILD]):
        f.help_request("stay", f.household(members))
    plan = p.made()
    seated = [row for row in rows_of(plan, "planned") if row.stay_id == home.pk]
    assert seated
    for row in seated:
        pair = gate.Pair(row.request, stay=home)
        assert not gate.ask(pair, f.NOW).reasons
    people = [planned.waiting_for([row.request_id], f.NOW)[row.request_id].need.party for row in seated]
    assert not (any(party.men for party in people) and any(not party.men for party in people))


def test_a_pair_that_the_gate_refuses_never_stands_in_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the scalar gate: a planner that places blindly places nobody whom the gate refuses."""
    f.staffed("siret")
    f.accommodation_offer()
    f.help_request("stay", f.household(pets=1))
    blind = planner.plan_stays

    def place_blindly(households: Any, offers: Any, *args: Any, **kwargs: Any) -> planner.Plan:
        found = blind(households, offers, *args, **kwargs)
        found.offer[:] = 0
        return found

    monkeypatch.setattr(planner, "plan_stays", place_blindly)
    [row] = rows_of(p.made())
    assert row.status == "left_out"
    monkeypatch.setattr(plan_engine.Rooms, "verdict", lambda *_: gate.Verdict((), 1.0, ()))
    [row] = rows_of(p.made())
    assert row.status == "planned"


def test_the_towns_where_a_bed_is_worth_most_are_named() -> None:
    p.crossing(beds=(2,), waiting=6)
    plan = p.made()
    assert [one["town"] for one in plan.wanted] == ["suceava"]
    assert plan.wanted[0]["points"] > 0


def test_nobody_waits_and_nothing_is_offered() -> None:
    f.geography()
    plan = p.made()
    assert (plan.status, plan.households, plan.bound, plan.gap) == ("draft", 0, 0, 0)


# Looking and discarding


def test_a_draft_is_discarded_once() -> None:
    world = p.crossing(beds=(4,), waiting=1)
    plan = p.drafted([(world.requests[0], world.offers[0])])
    assert planning.discard(actor=f.andrei(), plan=plan.pk, at=f.NOW).status == "discarded"
    with pytest.raises(IllegalTransition):
        planning.discard(actor=f.andrei(), plan=plan.pk, at=f.NOW)
    assert len(entries("plan.discarded")) == 1


@pytest.mark.parametrize("deed", [planning.cancel, planning.discard])
def test_whoever_does_not_see_a_plan_learns_nothing_of_it(deed: Any) -> None:
    plan = p.asked()
    elsewhere = f.actor(f.person("coordinator", county="RO-TL"))
    for actor in (elsewhere, f.maria(), f.olena(), f.alina()):
        with pytest.raises(NotFound):
            deed(actor=actor, plan=plan.pk, at=f.NOW)


@pytest.mark.parametrize("deed", [planning.cancel, planning.discard])
def test_a_coordinator_of_one_zone_sees_the_county_s_plan_and_does_not_stop_it(deed: Any) -> None:
    plan = p.asked(None, "RO-SV")
    one_zone = f.actor(f.person("coordinator", zone="siret"))
    assert plans.plan(one_zone, plan.pk) == plan
    with pytest.raises(NotAllowed):
        deed(actor=one_zone, plan=plan.pk, at=f.NOW)


def test_of_a_wide_plan_each_coordinator_sees_the_own_zone_s_rows() -> None:
    f.staffed("siret")
    here, there = f.help_request("stay"), f.help_request("stay", f.household(zone="tulcea"))
    officer = f.actor(f.person("officer"))
    plan = p.made(None, who=officer)
    seen = {
        "all": {row.request_id for row in plans.rows(officer, plan)},
        "siret": {row.request_id for row in plans.rows(f.actor(f.person("coordinator", zone="siret")), plan)},
        "county": {row.request_id for row in plans.rows(f.andrei(), plan)},
    }
    assert seen == {"all": {here.pk, there.pk}, "siret": {here.pk}, "county": {here.pk}}


def test_an_id_is_made_once() -> None:
    plan = p.asked()
    planning.cancel(actor=f.andrei(), plan=plan.pk, at=f.NOW)
    with pytest.raises(Conflict) as refused:
        p.asked(id=plan.pk)
    assert refused.value.code == "id_taken"
    assert p.asked(id=uuid7()).pk != plan.pk
