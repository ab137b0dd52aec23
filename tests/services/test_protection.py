"""Decisions that lift one block for one household: a child's placement, and rule 5 asked for in private."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import matching, protection
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db

REASON = "asked in private, knows him from work"


def place(who: m.Household, **given: Any) -> m.ProtectionDecision:
    """Daria decides on a child."""
    values: dict[str, Any] = {
        "actor": f.daria(),
        "household": who.pk,
        "id": uuid7(),
        "reference": "SV-12/2026",
        "at": f.NOW,
    }
    return protection.place_child(**{**values, "expires_on": f.TODAY, **given})


def ask(who: m.Household, **given: Any) -> m.ProtectionDecision:
    """Maria writes down that the woman asked."""
    values: dict[str, Any] = {"actor": f.maria(), "household": who.pk, "id": uuid7(), "reason": REASON, "at": f.NOW}
    return protection.ask_to_accept_men(**{**values, "expires_on": f.TODAY, **given})


def agree(decision: m.ProtectionDecision, **given: Any) -> m.ProtectionDecision:
    """Andrei, a coordinator, agrees."""
    return protection.agree_to_accept_men(**{"actor": f.andrei(), "decision": decision.pk, "at": f.NOW, **given})


def test_child_protection_lifts_the_block_for_one_household_until_its_day() -> None:
    f.staffed("siret")
    child, other = f.household([f.CHILD_ALONE]), f.household([f.CHILD_ALONE])
    decision = place(child)
    expected = {"household": str(child.pk), "kind": "child_placement"}
    assert said(decision, "protection.decided", f.daria()) == expected
    request, ride, elsewhere = f.help_request(who=child), f.transport_offer(), f.help_request(who=other)
    match = f.propose(request, ride)
    with refused("refused_by_rule", "child_needs_decision"):
        f.propose(elsewhere, ride)
    m.ProtectionDecision.objects.update(expires_on=f.TODAY - f.DAY)
    with refused("refused_by_rule", "child_needs_decision"):
        matching.accept(actor=f.maria(), match=match.pk, at=f.NOW)


@pytest.mark.parametrize("who", ["maria", "andrei", "olena", "stefan", "sorin"])
def test_nobody_else_places_a_child(who: str) -> None:
    child, somebody = f.household([f.CHILD_ALONE]), f.actor(f.known(who))
    code = "not_allowed" if who in ("maria", "andrei") else "not_found"
    with refused(code):
        place(child, actor=somebody)


def test_child_protection_of_another_county_sees_no_child() -> None:
    child, elsewhere = f.household([f.CHILD_ALONE]), f.actor(f.person("child_protection", county="RO-TL"))
    with refused("not_found"):
        place(child, actor=elsewhere)


def test_child_protection_sees_children_alone_only() -> None:
    family, siblings = f.household([f.WOMAN, f.CHILD]), f.household([f.CHILD, f.CHILD])
    with refused("not_found"):
        place(family)
    assert place(siblings).household == siblings


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"reference": " "}, {"reference": "required"}),
        ({"expires_on": f.TODAY - f.DAY}, {"expires_on": "in_the_past"}),
    ],
)
def test_a_placement_has_a_reference_and_a_last_day(given: dict[str, Any], fields: dict[str, str]) -> None:
    child = f.household([f.CHILD_ALONE])
    with refused("invalid", **fields):
        place(child, **given)


def test_one_decision_runs_at_a_time_and_a_lapsed_one_makes_room() -> None:
    child = f.household([f.CHILD_ALONE])
    first = place(child)
    with refused("decision_running"):
        place(child)
    tomorrow = f.NOW + f.DAY
    second = place(child, at=tomorrow, expires_on=tomorrow.date())
    assert (again(first).ended_at, again(second).ended_at) == (tomorrow, None)


def test_two_staff_one_of_them_a_coordinator_lift_rule_five() -> None:
    f.staffed("siret")
    woman = f.household([f.WOMAN])
    request, ride = f.help_request(who=woman), f.transport_offer(f.verified_provider(driver=True, sex="m"))
    decision = ask(woman)
    with refused("refused_by_rule", "only_unrelated_men"):
        f.propose(request, ride)
    agree(decision)
    assert said(decision, "protection.agreed", f.andrei()) == {"household": str(woman.pk)}
    assert f.propose(request, ride).status == "proposed"


def test_nobody_agrees_with_themselves() -> None:
    decision = ask(f.household([f.WOMAN]), actor=f.andrei())
    with refused("refused_by_rule", "second_is_first"):
        agree(decision)


def test_two_volunteers_are_not_enough() -> None:
    decision = ask(f.household([f.WOMAN]))
    colleague = f.actor(f.person("volunteer", zone="siret"))
    with refused("refused_by_rule", "needs_a_coordinator"):
        agree(decision, actor=colleague)


def test_a_coordinator_who_asked_first_needs_any_second() -> None:
    decision = ask(f.household([f.WOMAN]), actor=f.andrei())
    assert agree(decision, actor=f.maria()).second_by_id == f.maria().id


def test_agreement_is_given_once() -> None:
    decision = agree(ask(f.household([f.WOMAN])))
    with refused("decision_over"):
        agree(decision)


@pytest.mark.parametrize("who", ["vasile", "olena", "daria", "stefan"])
def test_strangers_do_not_agree(who: str) -> None:
    decision, stranger = ask(f.household([f.WOMAN])), f.actor(f.known(who))
    with refused("not_found"):
        agree(decision, actor=stranger)


def test_a_reason_is_written_out() -> None:
    woman = f.household([f.WOMAN])
    with refused("invalid", reason="too_short"):
        ask(woman, reason="she wants it")


def test_a_decision_is_ended_early_by_whoever_could_make_it() -> None:
    decision = place(f.household([f.CHILD_ALONE]))
    with refused("not_allowed"):
        protection.end(actor=f.maria(), decision=decision.pk, at=f.NOW)
    protection.end(actor=f.daria(), decision=decision.pk, at=f.NOW)
    assert again(decision).ended_at == f.NOW
    with refused("decision_over"):
        protection.end(actor=f.daria(), decision=decision.pk, at=f.NOW)
