"""What exists for whom: everything outside a view is the same NotFound."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import NotFound
from registry.ids import uuid7
from registry.permissions import ANYBODY, Actor
from registry.selectors import journeys, offers, providers, requests
from registry.services import matching
from tests import factories as f

pytestmark = pytest.mark.django_db


def view(actor: Actor) -> dict[str, int]:
    """How many of each there are for somebody."""
    return {
        "providers": providers.visible(actor).count(),
        "rides": offers.visible(actor, m.TransportOffer).count(),
        "stays": offers.visible(actor, m.AccommodationOffer).count(),
        "households": requests.households(actor).count(),
        "requests": requests.requests(actor).count(),
        "matches": journeys.matches(actor).count(),
        "on_the_road": journeys.on_the_road(actor).count(),
        "halted": journeys.halted_for_officer(actor).count(),
    }


NOTHING = dict.fromkeys(
    ("providers", "rides", "stays", "households", "requests", "matches", "on_the_road", "halted"), 0
)
SEES: dict[str, dict[str, int]] = {
    "maria": {"rides": 1, "stays": 1, "households": 2, "requests": 2, "matches": 2, "on_the_road": 1},
    "andrei": {"rides": 1, "stays": 1, "households": 2, "requests": 2, "matches": 2, "on_the_road": 1},
    "olena": {"providers": 4, "rides": 2, "stays": 2, "halted": 1},
    "vasile": {"rides": 1, "stays": 1},
    "daria": {"households": 1},
    "stefan": {},
    "sorin": {},
    "alina": {},
    "pavel": {},
}


def busy_day() -> dict[str, m.Match]:
    """One journey on the road, a child alone with a proposal, and two drafts."""
    road = f.match("departed", f.help_request("both"))
    stay = f.stay_of(road)
    assert stay
    child = f.help_request(who=f.household([f.CHILD_ALONE]))
    m.ProtectionDecision.objects.create(
        id=uuid7(),
        created_at=f.NOW,
        household=child.household,
        kind="child_placement",
        first_by=f.known("daria"),
        reference="SV-1",
        expires_on=f.TODAY,
    )
    f.transport_offer(status="draft")
    f.accommodation_offer(status="draft")
    return {"road": road, "child": f.match("proposed", child, f.ride_of(road))}


@pytest.mark.parametrize("who", sorted(SEES))
def test_everybody_sees_what_their_role_and_place_open(who: str) -> None:
    busy_day()
    assert view(f.actor(f.known(who))) == {**NOTHING, **SEES[who]}


def test_nobody_sees_anything_without_an_account() -> None:
    busy_day()
    assert view(ANYBODY) == NOTHING


def test_a_closed_account_sees_nothing() -> None:
    busy_day()
    m.Person.objects.filter(pk=f.known("maria").pk).update(is_active=False)
    assert view(f.maria()) == NOTHING


def test_a_driver_sees_the_own_record_offers_and_journeys_only() -> None:
    day = busy_day()
    ride = f.ride_of(day["road"])
    assert ride
    seen = view(f.owner(ride.driver))
    assert seen == {**NOTHING, "providers": 1, "rides": 1, "matches": 1, "on_the_road": 1}


@pytest.mark.parametrize("status", ["proposed", "accepted", "declined"])
def test_a_choice_that_is_still_open_or_refused_does_not_exist_for_the_provider(status: str) -> None:
    match = f.match(status, f.help_request("both"))
    ride, stay = f.ride_of(match), f.stay_of(match)
    assert ride
    assert stay
    for carrier in (f.owner(ride.driver), f.owner(stay.provider)):
        with pytest.raises(NotFound):
            journeys.match(carrier, match.pk)


@pytest.mark.parametrize("before", ["proposed", "accepted"])
def test_what_was_called_off_before_it_was_confirmed_does_not_exist_for_the_provider(before: str) -> None:
    match = f.match(before)
    matching.cancel(actor=f.maria(), match=match.pk, reason="household_left", at=f.NOW)
    ride = f.ride_of(match)
    assert ride
    with pytest.raises(NotFound):
        journeys.match(f.owner(ride.driver), match.pk)


def test_a_partner_sees_the_people_and_journeys_of_its_own_organization() -> None:
    drum_bun = f.known("pavel").organization
    org = f.verified_provider("organization", organization=drum_bun)
    driver = f.verified_provider(driver=True, organization=drum_bun)
    f.match("confirmed", ride=f.transport_offer(driver, f.vehicle(org), provider=org))
    f.match("confirmed")
    assert view(f.pavel()) == {**NOTHING, "providers": 2, "rides": 1, "matches": 1}


def test_staff_of_the_arrival_zone_see_the_journey_that_comes_to_them() -> None:
    receiver = f.actor(f.person("volunteer", zone="suceava"))
    match = f.match("departed")
    assert journeys.match(receiver, match.pk) == match
    assert requests.household(receiver, match.household_id) == match.household


SIDES = {"maria": "staff", "andrei": "staff", "vasile": None, "olena": None, "stefan": None}


@pytest.mark.parametrize("who", sorted(SIDES))
def test_everybody_speaks_for_their_own_side(who: str) -> None:
    match = f.match("confirmed", f.help_request("both"))
    assert journeys.side_of(f.actor(f.known(who)), match) == SIDES[who]


def test_carriers_speak_for_their_own_side() -> None:
    match = f.match("confirmed", f.help_request("both"))
    ride, stay = f.ride_of(match), f.stay_of(match)
    assert ride
    assert stay
    assert journeys.side_of(f.owner(ride.driver), match) == "driver"
    assert journeys.side_of(f.owner(stay.provider), match) == "receiver"


@pytest.mark.parametrize("kind", ["provider", "vehicle", "dwelling", "castle"])
def test_what_is_not_there_is_the_same_as_what_is_not_yours(kind: str) -> None:
    rows: dict[str, Any] = {"provider": f.provider(), "vehicle": f.vehicle(), "dwelling": f.dwelling()}
    for pk in (rows["provider"].pk if kind == "castle" else rows[kind].pk, uuid7()):
        with pytest.raises(NotFound):
            providers.get_subject(f.stefan(), kind, pk)


def test_a_partner_carries_what_its_organization_offers() -> None:
    drum_bun = f.known("pavel").organization
    org = f.verified_provider("organization", organization=drum_bun)
    driver = f.verified_provider(driver=True, organization=drum_bun)
    match = f.match("confirmed", ride=f.transport_offer(driver, f.vehicle(org), provider=org))
    assert journeys.side_of(f.pavel(), match) == "driver"
