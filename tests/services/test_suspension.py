"""Suspension: one officer, one call, everything halted in the same transaction, people on the road listed."""

from typing import Any

import pytest

from registry import models as m
from registry.services import disclosure, journeys, matching, outbox, standdown, suspension
from tests import factories as f
from tests.services.claims import again, everything, refused, said

pytestmark = pytest.mark.django_db


def suspend(row: Any, **given: Any) -> standdown.Consequences:
    """Olena suspends somebody or something."""
    values: dict[str, Any] = {"actor": f.olena(), "reason": "police", "at": f.NOW, "subject": row.pk}
    return suspension.suspend(kind=type(row).__name__.lower(), **{**values, **given})


def test_a_suspended_provider_cannot_be_confirmed() -> None:
    match = f.match("accepted")
    ride = f.ride_of(match)
    assert ride
    suspend(ride.driver)
    with f.unguarded():
        m.Match.objects.filter(pk=match.pk).update(status="accepted")
    with refused("refused_by_rule", "provider_suspended"):
        matching.confirm(actor=f.maria(), match=match.pk, at=f.NOW)


def test_everything_of_a_provider_is_halted_in_one_call() -> None:
    car = f.vehicle(f.verified_provider(driver=True))
    ride, shown = f.transport_offer(car=car, seats=4), f.provider_pass(car.provider, car)
    everyone = [f.WOMAN]
    matches = {
        status: f.match(status, f.help_request(who=f.household(everyone)), ride)
        for status in ("proposed", "accepted", "confirmed", "departed")
    }
    done = suspend(car.provider)
    halted = {status: again(match) for status, match in matches.items()}
    assert {match.status for match in halted.values()} == {"halted"}
    assert set(done.halted) == {match.pk for match in halted.values()}
    assert done.on_the_road == (matches["departed"].pk,)
    assert done.paused_offers == (ride.pk,)
    assert done.revoked_passes == (shown.pk,)
    assert (again(shown).status, again(ride).status, again(ride).paused_reason) == ("revoked", "paused", "suspended")
    # Seats of those who stayed behind are free again; whoever is on the road keeps theirs.
    assert again(ride).seats_taken == 1
    requests = {status: m.HelpRequest.objects.get(pk=match.request_id).status for status, match in matches.items()}
    assert requests == {"proposed": "open", "accepted": "open", "confirmed": "open", "departed": "matched"}


def test_the_entry_and_the_row_say_who_and_why() -> None:
    journey = f.match("departed")
    ride = f.ride_of(journey)
    assert ride
    suspend(ride.driver)
    row = again(ride.driver)
    assert (row.status, row.suspended_at, row.suspended_by, row.suspended_reason) == (
        "suspended",
        f.NOW,
        f.known("olena"),
        "police",
    )
    data = said(row, "suspension.placed", f.olena())
    assert (data["reason"], data["halted"], data["on_the_road"]) == ("police", 1, 1)
    assert said(journey, "match.halted", f.olena()) == {"before": "departed", "reason": "suspended"}


def test_people_on_the_road_are_alarmed_and_told() -> None:
    journey = f.match("departed")
    ride = f.ride_of(journey)
    assert ride
    suspend(ride.driver)
    alarms = set(m.Alarm.objects.filter(match=journey).values_list("code", "role", "level", "county", "zone"))
    assert alarms == {
        ("journey_halted", "officer", 5, "RO-SV", None),
        ("journey_halted", "coordinator", 4, "RO-SV", "siret"),
    }
    owed = set(m.Message.objects.filter(sent_at=None).values_list("code", "recipient"))
    assert {("journey_halted", "household"), ("suspended", "provider")} <= owed
    called = disclosure.journey_contacts(actor=f.olena(), match=journey.pk, at=f.NOW)
    assert [contact.who for contact in called] == ["household", "driver"]


def test_all_of_it_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    journey = f.match("departed")
    ride = f.ride_of(journey)
    assert ride
    f.everybody()
    before = everything()

    def fail(**_given: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(outbox, "owe", fail)
    with pytest.raises(ConnectionError):
        suspend(ride.driver)
    assert everything() == before


@pytest.mark.parametrize("what", ["provider", "driver", "escort", "organization", "vehicle"])
def test_whoever_a_ride_relies_on_halts_it(what: str) -> None:
    org = f.verified_provider("organization")
    driver, escort = (f.verified_provider(driver=True, organization=org.organization) for _ in range(2))
    car = f.vehicle(org)
    journey = f.match("confirmed", ride=f.transport_offer(driver, car, provider=org, escort=escort, seats=3))
    suspend({"provider": org, "driver": driver, "escort": escort, "organization": org, "vehicle": car}[what])
    assert again(journey).status == "halted"


@pytest.mark.parametrize("what", ["host", "dwelling"])
def test_whoever_a_stay_relies_on_halts_it(what: str) -> None:
    home = f.dwelling()
    journey = f.match("confirmed", stay=f.accommodation_offer(home))
    suspend(home.provider if what == "host" else home)
    assert again(journey).status == "halted"


def test_suspending_an_unrelated_provider_halts_nothing() -> None:
    journey = f.match("confirmed")
    done = suspend(f.verified_provider(driver=True))
    assert (again(journey).status, done.halted) == ("confirmed", ())


def test_a_guest_of_a_suspended_host_is_looked_after() -> None:
    home = f.dwelling()
    journey = f.match("arrived", stay=f.accommodation_offer(home))
    done = suspend(home.provider)
    assert (again(journey).status, done.staying) == ("halted", (journey.pk,))
    assert m.Alarm.objects.filter(match=journey, code="stay_halted").count() == 2


def test_a_household_at_home_is_not_troubled_by_its_former_driver() -> None:
    journey = f.match("arrived", f.help_request("both"))
    ride = f.ride_of(journey)
    assert ride
    suspend(ride.driver)
    assert again(journey).status == "arrived"


def test_two_proposals_of_one_household_are_both_halted() -> None:
    ride, request = f.transport_offer(), f.help_request()
    f.staffed("siret")
    matches = [f.propose(request, ride) for _ in range(2)]
    suspend(ride.driver)
    assert {again(match).status for match in matches} == {"halted"}
    chosen = f.match("confirmed", request)
    assert chosen.status == "confirmed"


@pytest.mark.parametrize("status", ["applied", "in_review", "info_requested", "verified", "expired"])
def test_doubt_may_come_at_any_time(status: str) -> None:
    row = f.provider(status=status)
    suspend(row)
    assert again(row).status == "suspended"


@pytest.mark.parametrize("status", ["suspended", "revoked", "rejected"])
def test_what_is_over_is_not_suspended(status: str) -> None:
    row = f.bring(f.verified_provider(), status)
    with refused("illegal_transition"):
        suspend(row)


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "daria"])
def test_only_officers_who_see_it_suspend(who: str) -> None:
    row = f.verified_provider()
    with refused("not_found"):
        suspend(row, actor=f.actor(f.known(who)))


def test_a_provider_does_not_suspend_itself() -> None:
    row = f.verified_provider()
    owner = f.owner(row)
    with refused("not_allowed"):
        suspend(row, actor=owner)


def test_an_officer_where_they_pick_people_up_suspends_them() -> None:
    row = f.verified_provider(driver=True, town="tulcea")
    ride = f.transport_offer(car=f.vehicle(row))
    suspend(row)
    assert (again(row).status, again(ride).status) == ("suspended", "paused")


def test_a_suspension_has_a_known_reason() -> None:
    row = f.verified_provider()
    with refused("invalid", reason="unknown_choice"):
        suspend(row, reason="because")


def test_people_on_the_road_may_still_arrive() -> None:
    journey = f.match("halted")
    journeys.arrive(actor=f.maria(), match=journey.pk, side="refugee", at=f.NOW)
    journeys.arrive(actor=f.andrei(), match=journey.pk, side="receiver", at=f.NOW)
    assert again(journey).status == "arrived"
