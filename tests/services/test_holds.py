"""Holds: one officer places one, two people clear it."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import holds
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db


def place(row: Any, **given: Any) -> m.Hold:
    """Olena holds somebody or something."""
    values: dict[str, Any] = {
        "actor": f.olena(),
        "id": uuid7(),
        "code": "officer_doubt",
        "at": f.NOW,
        "subject": row.pk,
    }
    return holds.place_by_officer(kind=type(row).__name__.lower(), **{**values, **given})


@pytest.mark.parametrize("what", ["provider", "vehicle", "dwelling"])
def test_a_hold_halts_at_once_and_leaves_the_status(what: str) -> None:
    journey = f.match("confirmed", f.help_request("both"))
    ride, stay = f.ride_of(journey), f.stay_of(journey)
    assert ride
    assert stay
    row = {"provider": ride.driver, "vehicle": ride.vehicle, "dwelling": stay.dwelling}[what]
    hold = place(row)
    assert (again(row).status, again(journey).status, again(journey).halted_reason) == ("verified", "halted", "held")
    assert said(hold, "hold.placed", f.olena()) == {"code": "officer_doubt", "subject": str(row.pk)}
    assert said(journey, "match.halted", f.olena()) == {"before": "confirmed", "reason": "held"}
    request = m.HelpRequest.objects.get(pk=journey.request_id)
    f.staffed("siret")
    fresh = (again(ride), f.accommodation_offer()) if what != "dwelling" else (f.transport_offer(), again(stay))
    with refused("refused_by_rule", f"{what}_held"):
        f.propose(request, *fresh)


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel"])
def test_only_an_officer_who_sees_it_holds_it(who: str) -> None:
    row = f.verified_provider()
    with refused("not_found"):
        place(row, actor=f.actor(f.known(who)))


def test_an_officer_where_they_pick_people_up_may_hold_them() -> None:
    car = f.vehicle(f.verified_provider(driver=True, town="tulcea"))
    f.transport_offer(car=car)
    hold = place(car.provider)
    assert hold.provider == car.provider


def test_a_hold_has_a_known_code() -> None:
    row = f.verified_provider()
    with refused("invalid", code="unknown_choice"):
        place(row, code="dislike")


def test_two_people_clear_a_hold_and_the_passes_come_back() -> None:
    row = f.verified_provider(driver=True)
    shown = f.provider_pass(row)
    hold = place(row)
    assert again(shown).status == "revoked"
    decision = f.decide_first(row, "clear_hold", hold=hold.pk)
    assert again(hold).cleared_at is None
    with refused("refused_by_rule", "second_is_first"):
        f.decide_second(decision, by=f.olena())
    f.decide_second(decision)
    assert again(hold).cleared_at == f.NOW
    assert m.ProviderPass.objects.filter(provider=row, status="issued").count() == 1


def test_no_pass_comes_back_while_another_hold_is_open() -> None:
    row = f.verified_provider(driver=True)
    first, second = place(row), place(row, code="signal")
    f.decide(row, "clear_hold", hold=first)
    assert not m.ProviderPass.objects.filter(provider=row, status="issued").exists()
    f.decide(row, "clear_hold", hold=second)
    assert m.ProviderPass.objects.filter(provider=row, status="issued").exists()


def test_a_hold_is_cleared_once_and_by_its_own_decision() -> None:
    row, other = f.verified_provider(), f.verified_provider()
    hold = place(row)
    with refused("not_found"):
        f.decide_first(other, "clear_hold", hold=hold.pk)
    f.decide(row, "clear_hold", hold=hold)
    with refused("not_found"):
        f.decide_first(row, "clear_hold", hold=hold.pk)


def test_a_hold_on_the_organization_halts_its_people() -> None:
    org = f.verified_provider("organization")
    driver = f.verified_provider(driver=True, organization=org.organization)
    journey = f.match("confirmed", ride=f.transport_offer(driver, f.vehicle(org), provider=org))
    place(org)
    assert again(journey).status == "halted"
