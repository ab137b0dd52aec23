"""A driver's or host's answer before departure: a promise opens nothing, a no frees everything at once."""

from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import uuid7
from registry.selectors import carrying, journeys, work
from registry.services import offers, promising
from registry.states import IllegalTransition
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def ride() -> m.TransportOffer:
    return f.transport_offer()


@pytest.fixture
def journey(ride: m.TransportOffer) -> m.Match:
    return f.match("confirmed", ride=ride)


def say(actor: Any, journey: m.Match, kind: str = "coming", **more: Any) -> m.CheckIn:
    return promising.say(**{"actor": actor, "match": journey.pk, "id": uuid7(), "kind": kind, "at": f.NOW, **more})


def test_a_driver_says_yes_and_is_here_and_the_volunteers_see_it(ride: m.TransportOffer, journey: m.Match) -> None:
    driver = f.owner(ride.driver)
    for kind in promising.WORDS:
        word = say(driver, journey, kind)
        assert (word.side, word.recorded_by_id) == ("driver", driver.id)
        seen = next(row for row in work.matches_in(f.maria(), "confirmed") if row.pk == journey.pk)
        assert (seen.carrier_said, seen.carrier_said_at) == (kind, f.NOW)
    journey.refresh_from_db()
    assert journey.status == "confirmed"
    entry = m.AuditEntry.objects.order_by("seq").last()
    assert entry
    assert (entry.action, entry.data) == ("journey.check_in", {"side": "driver", "kind": "here"})


def test_a_host_says_yes() -> None:
    stay = f.accommodation_offer()
    journey = f.match("confirmed", stay=stay)
    assert say(f.owner(stay.provider), journey).side == "receiver"


def test_nobody_else_answers(ride: m.TransportOffer, journey: m.Match) -> None:
    other = f.owner(f.verified_provider(driver=True))
    for actor, error in ((f.maria(), NotAllowed), (other, NotFound), (f.olena(), NotFound), (f.vasile(), NotFound)):
        with pytest.raises(error):
            say(actor, journey)
        with pytest.raises(error):
            promising.cannot(actor=actor, match=journey.pk, said="ill", at=f.NOW)
    assert not m.CheckIn.objects.exists()


@pytest.mark.parametrize("status", ["proposed", "accepted", "declined"])
def test_what_a_provider_may_not_know_of_is_not_there(ride: m.TransportOffer, status: str) -> None:
    journey = f.match(status, ride=ride)
    with pytest.raises(NotFound):
        say(f.owner(ride.driver), journey)
    with pytest.raises(NotFound):
        promising.cannot(actor=f.owner(ride.driver), match=journey.pk, said="ill", at=f.NOW)


@pytest.mark.parametrize("status", ["departed", "halted", "arrived"])
def test_an_answer_comes_before_departure(ride: m.TransportOffer, status: str) -> None:
    journey = f.match(status, ride=ride)
    with pytest.raises(Conflict):
        say(f.owner(ride.driver), journey)
    with pytest.raises((IllegalTransition, Conflict)):
        promising.cannot(actor=f.owner(ride.driver), match=journey.pk, said="ill", at=f.NOW)
    journey.refresh_from_db()
    assert journey.status == status


def test_nobody_is_at_a_gate_that_they_have_not_been_told(ride: m.TransportOffer, journey: m.Match) -> None:
    early = ride.departs_from - timedelta(minutes=121)
    with pytest.raises(Conflict) as caught:
        say(f.owner(ride.driver), journey, "here", at=early)
    assert caught.value.code == "gate_not_open_yet"
    assert not carrying.carried_one(f.owner(ride.driver), journey, early).gate
    assert carrying.carried_one(f.owner(ride.driver), journey, early + timedelta(minutes=1)).gate


def test_a_word_of_another_kind_is_refused(ride: m.TransportOffer, journey: m.Match) -> None:
    for kind in ("arrived", "wrong", "verified", ""):
        with pytest.raises(Invalid):
            say(f.owner(ride.driver), journey, kind)


def test_twice_under_one_id_is_once(ride: m.TransportOffer, journey: m.Match) -> None:
    word = say(f.owner(ride.driver), journey)
    with pytest.raises(Conflict):
        say(f.owner(ride.driver), journey, id=word.pk)


def test_a_no_frees_the_seats_opens_the_request_and_calls_the_volunteers(
    ride: m.TransportOffer, journey: m.Match
) -> None:
    row = promising.cannot(actor=f.owner(ride.driver), match=journey.pk, said="My car broke down", at=f.NOW)
    ride.refresh_from_db()
    row.request.refresh_from_db()
    assert (row.status, row.outcome, row.provider_said) == ("cancelled", "provider_withdrew", "My car broke down")
    assert (ride.seats_taken, ride.status, ride.paused_reason) == (0, "paused", "owner")
    assert row.request.status == "open"
    alarm = m.Alarm.objects.get(match=row)
    assert (alarm.code, alarm.role, alarm.zone_id) == ("provider_cannot", "volunteer", "siret")
    keys = set(m.Message.objects.filter(match=row).values_list("recipient", flat=True))
    assert "household" in keys


def test_a_no_without_a_word_is_asked_why(ride: m.TransportOffer, journey: m.Match) -> None:
    with pytest.raises(Invalid) as caught:
        promising.cannot(actor=f.owner(ride.driver), match=journey.pk, said="  ", at=f.NOW)
    assert caught.value.fields == {"said": "tell_why"}


def test_what_somebody_says_who_prefers_women_is_noticed(ride: m.TransportOffer, journey: m.Match) -> None:
    promising.cannot(actor=f.owner(ride.driver), match=journey.pk, said="I take only young women", at=f.NOW)
    assert m.Signal.objects.filter(provider=ride.driver, code="prefers").exists()


def test_a_suspended_provider_answers_nothing(ride: m.TransportOffer, journey: m.Match) -> None:
    from registry.services import suspension

    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="report", at=f.NOW)
    with pytest.raises(Conflict):
        say(f.owner(ride.driver), journey)
    with pytest.raises(IllegalTransition):
        promising.cannot(actor=f.owner(ride.driver), match=journey.pk, said="ill", at=f.NOW)


def test_the_drivers_word_that_they_have_arrived_closes_nothing(ride: m.TransportOffer) -> None:
    from registry.services import journeys as roads

    journey = f.match("departed", ride=ride)
    roads.check_in(actor=f.owner(ride.driver), match=journey.pk, id=uuid7(), kind="arrived", at=f.NOW)
    journey.refresh_from_db()
    assert (journey.status, journey.refugee_arrived_at, journey.receiver_arrived_at) == ("departed", None, None)


def test_control_a_promise_by_anybody_would_be_seen(monkeypatch: pytest.MonkeyPatch, journey: m.Match) -> None:
    monkeypatch.setattr(journeys, "side_of", lambda *_: "driver")
    assert say(f.maria(), journey).side == "driver"


# The same ride once more


def test_the_same_ride_is_published_for_tomorrow_at_the_same_time(ride: m.TransportOffer) -> None:
    made = offers.repeat(actor=f.owner(ride.driver), offer=ride.pk, id=uuid7(), at=f.NOW)
    assert (made.status, made.departs_from) == ("open", ride.departs_from + f.DAY)
    same = ("origin_id", "vehicle_id", "driver_id", "seats", "child_seats", "luggage", "languages")
    assert [getattr(made, name) for name in same] == [getattr(ride, name) for name in same]
    assert list(made.destinations.all()) == list(ride.destinations.all())


def test_of_a_ride_that_is_over_it_is_tomorrow(ride: m.TransportOffer) -> None:
    later = f.NOW + timedelta(days=5)
    made = offers.repeat(actor=f.owner(ride.driver), offer=ride.pk, id=uuid7(), at=later)
    assert made.departs_from == ride.departs_from + timedelta(days=6)


def test_over_the_change_to_summer_time_it_is_the_same_hour_on_the_clock(ride: m.TransportOffer) -> None:
    from registry.selectors.facts import local

    late = f.NOW.replace(month=3, day=28)
    m.TransportOffer.objects.filter(pk=ride.pk).update(departs_from=late, departs_until=late + f.HOUR)
    made = offers.repeat(actor=f.owner(ride.driver), offer=ride.pk, id=uuid7(), at=late)
    assert local(made.departs_from).hour == local(late).hour
    assert made.departs_from - late == timedelta(hours=23)


def test_nobody_repeats_the_ride_of_another_or_one_that_was_never_published(ride: m.TransportOffer) -> None:
    other = f.owner(f.verified_provider(driver=True))
    with pytest.raises(NotFound):
        offers.repeat(actor=other, offer=ride.pk, id=uuid7(), at=f.NOW)
    draft = f.transport_offer(ride.driver, ride.vehicle, status="draft")
    with pytest.raises(Conflict) as caught:
        offers.repeat(actor=f.owner(ride.driver), offer=draft.pk, id=uuid7(), at=f.NOW)
    assert caught.value.code == "nothing_to_repeat"


def test_who_is_no_longer_verified_repeats_nothing_and_no_draft_is_left(ride: m.TransportOffer) -> None:
    f.bring(ride.vehicle, "suspended")
    with pytest.raises(Exception, match="refused_by_rule"):
        offers.repeat(actor=f.owner(ride.driver), offer=ride.pk, id=uuid7(), at=f.NOW)
    assert m.TransportOffer.objects.count() == 1
