"""Offers: drafted, published only while everybody involved is verified, paused, withdrawn, lapsed."""

from dataclasses import replace
from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import offers, worker
from registry.states import VETTED_STATES
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db


def ride_draft(car: m.Vehicle, **given: Any) -> offers.TransportDraft:
    """A ride with this car and its owner."""
    values: dict[str, Any] = {
        "driver": car.provider_id,
        "vehicle": car.pk,
        "origin": "siret",
        "destinations": ["suceava"],
        "seats": 3,
    }
    values |= {"departs_from": f.NOW, "departs_until": f.NOW + f.HOUR}
    return offers.TransportDraft(**{**values, **given})


def stay_draft(home: m.Dwelling, **given: Any) -> offers.AccommodationDraft:
    """Beds in this home."""
    values: dict[str, Any] = {"dwelling": home.pk, "beds": 2, "from_date": f.TODAY, "to_date": f.TODAY + 9 * f.DAY}
    return offers.AccommodationDraft(**{**values, **given})


def draft_ride(car: m.Vehicle, **given: Any) -> m.TransportOffer:
    """Its owner drafts a ride."""
    who, draft = given.pop("actor", None) or f.owner(car.provider), ride_draft(car, **given)
    return offers.draft_transport(actor=who, provider=car.provider_id, id=uuid7(), draft=draft, at=f.NOW)


def draft_stay(home: m.Dwelling, **given: Any) -> m.AccommodationOffer:
    """Its owner drafts a stay."""
    who, draft = given.pop("actor", None) or f.owner(home.provider), stay_draft(home, **given)
    return offers.draft_accommodation(actor=who, provider=home.provider_id, id=uuid7(), draft=draft, at=f.NOW)


def do(action: str, offer: Any, **given: Any) -> Any:
    """The owner publishes, pauses or withdraws."""
    kind = "transport" if isinstance(offer, m.TransportOffer) else "accommodation"
    values: dict[str, Any] = {
        "actor": given.get("actor") or f.owner(offer.provider),
        "kind": kind,
        "offer": offer.pk,
        "at": f.NOW,
    }
    return getattr(offers, action)(**{**values, **given})


def test_a_ride_is_drafted_and_published() -> None:
    car = f.vehicle()
    offer = draft_ride(car)
    assert (offer.status, offer.seats_taken, list(offer.destinations.all())) == (
        "draft",
        0,
        [m.Town.objects.get(pk="suceava")],
    )
    assert said(offer, "offer.drafted", f.owner(car.provider)) == {"provider": str(car.provider_id)}
    do("publish", offer)
    assert (again(offer).status, again(offer).published_at) == ("open", f.NOW)
    assert said(offer, "offer.published", f.owner(car.provider)) == {}


def test_a_stay_takes_its_place_from_the_home() -> None:
    home = f.dwelling()
    offer = draft_stay(home)
    assert (offer.town_id, offer.cell, offer.host_points) == ("suceava", home.cell, 4)
    assert do("publish", offer).status == "open"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"seats": 5}, {"seats": "more_than_vehicle"}),
        ({"seats": 0}, {"seats": "too_small"}),
        ({"child_seats": 3}, {"child_seats": "more_than_vehicle"}),
        ({"child_seats": -1}, {"child_seats": "out_of_range"}),
        ({"wheelchair_places": 1}, {"wheelchair_places": "more_than_vehicle"}),
        ({"luggage": 10**6}, {"luggage": "out_of_range"}),
        ({"origin": "nowhere"}, {"origin": "unknown_choice"}),
        ({"destinations": []}, {"destinations": "unknown_choice"}),
        ({"destinations": ["suceava", "atlantis"]}, {"destinations": "unknown_choice"}),
        ({"departs_until": f.NOW}, {"departs_until": "before_start"}),
        ({"languages": ["klingon"]}, {"languages": "unknown_choice"}),
    ],
)
def test_a_ride_that_makes_no_sense_is_not_drafted(given: dict[str, Any], fields: dict[str, str]) -> None:
    car = f.vehicle()
    owner = f.owner(car.provider)
    with refused("invalid", **fields):
        draft_ride(car, actor=owner, **given)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"beds": 5}, {"beds": "more_than_dwelling"}),
        ({"beds": 0}, {"beds": "too_small"}),
        ({"wheelchair": True}, {"wheelchair": "dwelling_not_step_free"}),
        ({"to_date": f.TODAY}, {"to_date": "before_start"}),
    ],
)
def test_a_stay_that_makes_no_sense_is_not_drafted(given: dict[str, Any], fields: dict[str, str]) -> None:
    home = f.dwelling()
    owner = f.owner(home.provider)
    with refused("invalid", **fields):
        draft_stay(home, actor=owner, **given)


def test_the_seat_of_the_escort_is_not_offered() -> None:
    org = f.verified_provider("organization")
    driver, escort = (f.verified_provider(driver=True, organization=org.organization) for _ in range(2))
    car, owner = f.vehicle(org), f.owner(org)
    with refused("invalid", seats="more_than_vehicle"):
        draft_ride(car, actor=owner, driver=driver.pk, escort=escort.pk, seats=4)
    assert draft_ride(car, driver=driver.pk, escort=escort.pk, seats=3).escort == escort


@pytest.mark.parametrize("field", ["driver", "escort"])
def test_a_stranger_is_no_driver_and_no_escort(field: str) -> None:
    car, stranger = f.vehicle(), f.verified_provider(driver=True)
    owner = f.owner(car.provider)
    with refused("invalid", **{field: "not_of_this_provider"}):
        draft_ride(car, actor=owner, **{field: stranger.pk})


def test_a_host_is_no_driver_and_a_driver_no_escort_of_his_own() -> None:
    host = f.verified_provider(host=True)
    car, own = f.vehicle(host), f.vehicle()
    hosts, owner = f.owner(host), f.owner(own.provider)
    with refused("invalid", driver="not_a_driver"):
        draft_ride(car, actor=hosts)
    with refused("invalid", escort="same_as_driver"):
        draft_ride(own, actor=owner, escort=own.provider_id, seats=2)


@pytest.mark.parametrize("who", ["maria", "stefan", "olena", "pavel"])
def test_only_the_owner_offers(who: str) -> None:
    car, someone = f.vehicle(), f.actor(f.known(who))
    code = "not_allowed" if who == "olena" else "not_found"
    with refused(code):
        draft_ride(car, actor=someone)


@pytest.mark.parametrize("action", ["publish", "pause", "withdraw"])
@pytest.mark.parametrize("who", ["maria", "stefan", "olena", "pavel"])
def test_only_the_owner_opens_and_closes(action: str, who: str) -> None:
    offer, someone = f.transport_offer(), f.actor(f.known(who))
    # Field staff see open offers, officers those of their county; neither may touch them.
    code = "not_allowed" if who in ("maria", "olena") else "not_found"
    with refused(code):
        do(action, offer, actor=someone)


@pytest.mark.parametrize("what", ["provider", "vehicle"])
@pytest.mark.parametrize("status", [state for state in VETTED_STATES if state != "verified"])
def test_a_ride_is_published_only_while_all_are_verified(what: str, status: str) -> None:
    driver = f.provider(is_driver=True, status=status if what == "provider" else "verified")
    car = f.vehicle(driver, status=status if what == "vehicle" else "verified")
    offer = f.transport_offer(driver, car, status="draft")
    owner = f.owner(offer.provider)
    with refused("refused_by_rule"):
        do("publish", offer, actor=owner)


@pytest.mark.parametrize("what", ["provider", "dwelling"])
@pytest.mark.parametrize("problem", ["held", "lapsed", "suspended"])
def test_a_stay_is_published_only_while_all_are_verified(what: str, problem: str) -> None:
    offer = f.accommodation_offer(status="draft")
    row = offer.provider if what == "provider" else offer.dwelling
    if problem == "held":
        f.hold(row)
    else:
        values: dict[str, Any] = {"verified_until": f.TODAY - f.DAY} if problem == "lapsed" else {"status": "suspended"}
        type(row).objects.filter(pk=row.pk).update(suspended_at=f.NOW, **values)
    owner = f.owner(offer.provider)
    code = {"held": "held", "lapsed": "expired", "suspended": "suspended"}[problem]
    with refused("refused_by_rule", f"{what}_{code}"):
        do("publish", offer, actor=owner)


def test_a_ride_of_an_unverified_organization_is_not_published() -> None:
    org = f.provider("organization")
    driver = f.verified_provider(driver=True, organization=org.organization)
    offer = f.transport_offer(driver, status="draft")
    owner = f.owner(driver)
    with refused("refused_by_rule", "organization_not_verified"):
        do("publish", offer, actor=owner)


def test_an_offer_is_not_published_when_its_time_is_over() -> None:
    offer = f.transport_offer(status="draft")
    owner = f.owner(offer.provider)
    with refused("offer_is_over"):
        do("publish", offer, actor=owner, at=f.NOW + 7 * f.HOUR)


@pytest.mark.parametrize("action", ["publish", "pause", "withdraw"])
@pytest.mark.parametrize("status", ["withdrawn", "lapsed"])
def test_what_is_over_stays_over(action: str, status: str) -> None:
    offer = f.transport_offer(status=status)
    owner = f.owner(offer.provider)
    with refused("illegal_transition"):
        do(action, offer, actor=owner)


def test_a_smaller_car_is_not_published_with_the_seats_of_the_larger() -> None:
    offer = f.transport_offer(status="paused")
    f.verified(f.bring(offer.vehicle, "in_review", seats=4))
    owner = f.owner(offer.provider)
    with refused("invalid", seats="more_than_vehicle"):
        do("publish", offer, actor=owner)


def test_a_driver_who_is_one_no_longer_is_not_published() -> None:
    offer = f.transport_offer(status="paused")
    f.verified(f.bring(offer.driver, "in_review", is_driver=False))
    owner = f.owner(offer.provider)
    with refused("invalid", driver="not_a_driver"):
        do("publish", offer, actor=owner)


def test_a_home_that_has_moved_is_published_where_it_is() -> None:
    offer = f.accommodation_offer(status="paused")
    town = m.Town.objects.get(pk="siret")
    f.verified(f.bring(offer.dwelling, "in_review", town=town, cell=f.dwelling(town="siret").cell))
    do("publish", offer)
    assert (again(offer).town, again(offer).cell) == (town, again(offer.dwelling).cell)


def test_the_same_bed_is_not_offered_twice() -> None:
    home = f.dwelling(beds=4)
    first, second = (draft_stay(home, beds=3) for _ in range(2))
    later = draft_stay(home, beds=3, from_date=f.TODAY + 9 * f.DAY, to_date=f.TODAY + 12 * f.DAY)
    owner = f.owner(home.provider)
    do("publish", first)
    with refused("invalid", beds="more_than_dwelling"):
        do("publish", second, actor=owner)
    assert do("publish", later).status == "open"


def test_a_paused_offer_keeps_what_is_confirmed() -> None:
    match = f.match("confirmed")
    ride = f.ride_of(match)
    assert ride
    do("pause", ride)
    assert (again(ride).status, again(match).status) == ("paused", "confirmed")
    assert said(ride, "offer.paused", f.owner(ride.provider)) == {}
    assert f.depart(match).status == "departed"


def test_nobody_new_gets_into_a_paused_offer() -> None:
    ride, request = f.transport_offer(), f.help_request()
    do("pause", ride)
    f.staffed("siret")
    with refused("refused_by_rule", "offer_not_open"):
        f.propose(request, ride)


def test_a_full_offer_comes_back_full() -> None:
    ride = f.transport_offer(seats=2)
    f.match("confirmed", ride=ride)
    assert again(ride).status == "full"
    do("pause", ride)
    assert do("publish", ride).status == "full"


def test_an_offer_on_which_somebody_counts_is_not_withdrawn() -> None:
    match = f.match("confirmed")
    ride = f.ride_of(match)
    assert ride
    owner = f.owner(ride.provider)
    with refused("household_counts_on_it"):
        do("withdraw", ride, actor=owner)
    f.depart(match)
    with refused("household_counts_on_it"):
        do("withdraw", ride, actor=owner)
    f.arrive(match, f.NOW + f.HOUR)
    assert do("withdraw", ride).status == "withdrawn"


def test_a_withdrawn_offer_says_when() -> None:
    offer = f.accommodation_offer()
    do("withdraw", offer)
    assert (again(offer).status, again(offer).withdrawn_at) == ("withdrawn", f.NOW)
    assert said(offer, "offer.withdrawn", f.owner(offer.provider)) == {}


@pytest.mark.parametrize("status", ["draft", "open", "paused", "full"])
def test_offers_lapse_when_their_time_is_over(status: str) -> None:
    ride, stay = f.transport_offer(status=status), f.accommodation_offer(status=status)
    assert offers.lapse_due(at=f.NOW + 5 * f.HOUR) == 0
    assert worker.work_once(at=f.NOW + 31 * f.DAY).lapsed == 2
    assert (again(ride).status, again(stay).status) == ("lapsed", "lapsed")
    assert [action for action, _ in entries(ride)] == ["offer.lapsed"]
    assert offers.lapse_due(at=f.NOW + 32 * f.DAY) == 0


def test_an_edit_of_an_old_version_is_refused() -> None:
    offer = f.transport_offer()
    owner = f.owner(offer.provider)
    do("pause", offer, if_version=1)
    with refused("stale_version"):
        do("publish", offer, actor=owner, if_version=1)


def test_an_unknown_kind_is_not_found() -> None:
    offer = f.transport_offer()
    owner = f.owner(offer.provider)
    with refused("not_found"):
        do("publish", offer, actor=owner, kind="helicopter")
    with refused("not_found"):
        do("publish", offer, actor=owner, kind="accommodation")


def test_women_only_beds_take_no_men() -> None:
    home = f.dwelling()
    draft = replace(stay_draft(home), women_only=True, accepts_men=True)
    owner = f.owner(home.provider)
    offer = offers.draft_accommodation(actor=owner, provider=home.provider_id, id=uuid7(), draft=draft, at=f.NOW)
    assert (offer.women_only, offer.accepts_men) == (True, False)
