"""Rule 1: nobody and nothing unverified, expired or held is ever matched, and only with an open offer."""

from dataclasses import replace

import pytest

from registry.rules import eligibility
from registry.rules.facts import VETTED_KINDS, Vetted
from registry.states import OFFER, VETTED_STATES
from tests.rules.examples import DAY, HOUR, NOON, OF_RIDE, OF_STAY, TODAY, codes, need, ride, stay, vetted

NEXT_YEAR = TODAY + 365 * DAY
NOT_VERIFIED = [status for status in VETTED_STATES if status != "verified"]
CODE = {"suspended": "suspended", "revoked": "revoked", "expired": "expired"}


def rides(offer, **more):
    return codes(eligibility.ride(need(), offer, NOON, **more))


def stays(offer, **more):
    return codes(eligibility.stay(need(), offer, NOON, **more))


@pytest.mark.parametrize("status", NOT_VERIFIED)
@pytest.mark.parametrize("what", OF_RIDE)
def test_a_ride_with_anybody_not_verified_is_blocked(what, status):
    offer = ride(vetted=vetted(*OF_RIDE, **{what: Vetted(what, status, NEXT_YEAR)}))
    assert rides(offer) == [f"{what}_{CODE.get(status, 'not_verified')}"]
    assert rides(offer, seated=True) == rides(offer)


@pytest.mark.parametrize("status", NOT_VERIFIED)
@pytest.mark.parametrize("what", OF_STAY)
def test_a_bed_with_anybody_not_verified_is_blocked(what, status):
    offer = stay(vetted=vetted(*OF_STAY, **{what: Vetted(what, status, NEXT_YEAR)}))
    assert stays(offer) == [f"{what}_{CODE.get(status, 'not_verified')}"]
    assert stays(offer, placed=True) == stays(offer)


@pytest.mark.parametrize("what", VETTED_KINDS)
def test_whoever_is_held_is_blocked_until_two_people_clear_it(what):
    (reason,) = eligibility.not_verified([Vetted(what, "verified", NEXT_YEAR, held=True)], TODAY)
    assert (reason.code, reason.rule, reason.severity) == (f"{what}_held", 1, "hold")


def test_somebody_suspended_and_held_gives_both_reasons():
    found = eligibility.not_verified([Vetted("driver", "suspended", NEXT_YEAR, held=True)], TODAY)
    assert codes(found) == ["driver_suspended", "driver_held"]


@pytest.mark.parametrize(
    ("until", "found"),
    [(TODAY, []), (TODAY - DAY, ["vehicle_expired"]), (TODAY + DAY, []), (None, ["vehicle_expired"])],
)
def test_verification_holds_through_the_whole_of_its_last_day(until, found):
    assert rides(ride(vetted=vetted(*OF_RIDE, vehicle=Vetted("vehicle", "verified", until)))) == found


def test_a_ride_past_midnight_needs_verification_on_the_next_day_too():
    last_day = vetted(*OF_RIDE, driver=Vetted("driver", "verified", TODAY))
    evening = ride(vetted=last_day, departs_from=NOON + 10 * HOUR, departs_until=NOON + 11 * HOUR)
    midnight = replace(evening, departs_until=NOON + 13 * HOUR)
    assert rides(evening) == []
    assert rides(midnight) == ["driver_expired"]


def test_a_bed_needs_verification_on_the_first_night_and_not_today():
    lapsing = vetted(*OF_STAY, dwelling=Vetted("dwelling", "verified", TODAY + DAY))
    assert codes(eligibility.stay(need(from_date=TODAY + DAY), stay(vetted=lapsing), NOON)) == []
    assert codes(eligibility.stay(need(from_date=TODAY + 2 * DAY), stay(vetted=lapsing), NOON)) == ["dwelling_expired"]


@pytest.mark.parametrize("status", [s for s in OFFER.states if s != "open"])
def test_only_an_open_offer_is_matched(status):
    assert rides(ride(status=status)) == ["offer_not_open"]
    assert stays(stay(status=status)) == ["offer_not_open"]


def test_a_full_offer_keeps_those_who_have_their_places_and_takes_nobody_else():
    full_ride = ride(status="full", seats_free=0, child_seats_free=0, wheelchairs_free=0, luggage_free=0)
    assert rides(full_ride, seated=True) == []
    assert "offer_not_open" in rides(full_ride)
    assert stays(stay(status="full", beds_free=0), placed=True) == []


@pytest.mark.parametrize("status", ["draft", "paused", "withdrawn", "lapsed"])
def test_places_that_are_taken_do_not_keep_an_offer_that_is_gone(status):
    assert rides(ride(status=status), seated=True) == ["offer_not_open"]
    assert stays(stay(status=status), placed=True) == ["offer_not_open"]


def test_an_offer_that_nobody_vouches_for_passes_no_gate():
    assert rides(ride(vetted=())) == ["provider_not_verified", "vehicle_not_verified"]
    assert stays(stay(vetted=())) == ["provider_not_verified", "dwelling_not_verified"]


@pytest.mark.parametrize("missing", ["provider", "vehicle"])
def test_a_verified_driver_does_not_stand_for_the_provider_or_the_vehicle(missing):
    left = tuple(v for v in vetted(*OF_RIDE) if v.what != missing)
    assert rides(ride(vetted=left)) == [f"{missing}_not_verified"]


def test_every_reason_against_is_given_not_only_the_first():
    offer = ride(
        status="paused",
        vetted=vetted(*OF_RIDE, driver=Vetted("driver", "suspended", None), vehicle=Vetted("vehicle", "expired", None)),
        origin_status="suspended",
        seats_free=0,
        departs_until=NOON - HOUR,
    )
    assert set(rides(offer)) == {
        "offer_not_open",
        "driver_suspended",
        "vehicle_expired",
        "zone_not_active",
        "seats_too_few",
        "ride_gone",
    }


def test_control_without_the_vetting_guard_a_suspended_driver_would_pass(monkeypatch):
    offer = ride(vetted=vetted(*OF_RIDE, driver=Vetted("driver", "suspended", NEXT_YEAR)))
    assert rides(offer) == ["driver_suspended"]
    monkeypatch.setattr(eligibility, "not_verified", lambda *_: iter(()))
    assert rides(offer) == []


def test_control_without_the_list_of_the_needed_an_unvouched_home_would_pass(monkeypatch):
    monkeypatch.setattr(eligibility, "_unknown_to_vetting", lambda *_: iter(()))
    assert stays(stay(vetted=())) == []
