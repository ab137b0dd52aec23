"""Concerns: one report holds at once, two independent ones suspend, and the household is the source."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import concerns
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db

GRAVE = ("money", "work", "papers", "violence")


def report(match: m.Match, kind: str = "money", **given: Any) -> m.Concern:
    """Maria writes down what the household told her."""
    values: dict[str, Any] = {
        "actor": f.maria(),
        "match": match.pk,
        "id": uuid7(),
        "kind": kind,
        "text": "he asked",
        "at": f.NOW,
    }
    return concerns.report(**{**values, **given})


def ride_with(driver: m.Provider) -> m.Match:
    """Another household on the road with the same driver."""
    return f.match("departed", ride=f.transport_offer(driver))


@pytest.mark.parametrize("kind", GRAVE)
def test_one_grave_report_holds_at_once(kind: str) -> None:
    match = f.match("departed")
    ride = f.ride_of(match)
    assert ride
    concern = report(match, kind)
    hold = m.Hold.objects.get(provider=ride.driver)
    assert (hold.code, hold.placed_by, again(ride.driver).status) == ("report", None, "verified")
    assert (again(match).status, again(ride).status) == ("halted", "paused")
    expected = {"kind": kind, "provider": str(ride.driver_id)}
    assert said(concern, "concern.reported", f.maria()) == expected
    assert m.Alarm.objects.filter(code="concern", role="officer", provider=ride.driver).count() == 1


def test_a_report_that_is_not_grave_is_looked_at_by_people() -> None:
    match = f.match("departed")
    report(match, "other")
    assert not m.Hold.objects.exists()
    assert again(match).status == "departed"
    assert m.Alarm.objects.filter(code="concern").count() == 1


def test_two_independent_reports_suspend() -> None:
    driver = f.verified_provider(driver=True)
    first, second = ride_with(driver), ride_with(driver)
    report(first)
    assert again(driver).status == "verified"
    report(second, "papers")
    row = again(driver)
    assert (row.status, row.suspended_reason, row.suspended_by) == ("suspended", "two_reports", None)
    assert said(row, "suspension.placed", f.SYSTEM)["reason"] == "two_reports"


def test_two_reports_of_one_household_are_not_independent() -> None:
    match = f.match("departed")
    ride = f.ride_of(match)
    assert ride
    report(match)
    report(match, "papers", actor=f.andrei())
    assert (again(ride.driver).status, m.Hold.objects.count()) == ("verified", 1)


def test_a_report_that_was_unfounded_counts_no_longer() -> None:
    driver = f.verified_provider(driver=True)
    first, second = ride_with(driver), ride_with(driver)
    concern = report(first)
    concerns.close(actor=f.olena(), concern=concern.pk, outcome="unfounded", at=f.NOW)
    assert said(concern, "concern.closed", f.olena()) == {"outcome": "unfounded"}
    report(second)
    assert again(driver).status == "verified"


def test_everybody_who_carries_or_hosts_is_held() -> None:
    org = f.verified_provider("organization")
    driver, escort = (f.verified_provider(driver=True, organization=org.organization) for _ in range(2))
    ride = f.transport_offer(driver, f.vehicle(org), provider=org, escort=escort, seats=3)
    match = f.match("departed", f.help_request("both"), ride)
    stay = f.stay_of(match)
    assert stay
    report(match)
    held = set(m.Hold.objects.values_list("provider", flat=True))
    assert held == {org.pk, driver.pk, escort.pk, stay.provider_id}


def test_the_household_reports_by_its_code() -> None:
    match = f.match("departed")
    given: dict[str, Any] = {"actor": f.SYSTEM, "id": uuid7(), "kind": "money", "text": "", "at": f.NOW}
    concern = concerns.report_by_household(code=match.household.code, **given)
    assert (concern.source, concern.reported_by) == (f"h:{match.household_id}", None)
    assert again(match).status == "halted"


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "daria", "pavel"])
def test_strangers_report_nothing(who: str) -> None:
    match, stranger = f.match("departed"), f.actor(f.known(who))
    with refused("not_found"):
        report(match, actor=stranger)


def test_the_driver_does_not_report_on_his_own_journey() -> None:
    match = f.match("departed")
    ride = f.ride_of(match)
    assert ride
    driver = f.owner(ride.driver)
    with refused("not_allowed"):
        report(match, actor=driver)


def test_a_report_has_a_known_kind() -> None:
    match = f.match("departed")
    with refused("invalid", kind="unknown_choice"):
        report(match, "gossip")


def test_only_an_officer_of_the_county_closes_a_report_once() -> None:
    concern = report(f.match("departed"))
    given: dict[str, Any] = {"concern": concern.pk, "at": f.NOW}
    for stranger in (f.stefan(), f.maria(), f.andrei()):
        with refused("not_found"):
            concerns.close(actor=stranger, outcome="unfounded", **given)
    with refused("invalid", outcome="unknown_choice"):
        concerns.close(actor=f.olena(), outcome="nothing", **given)
    concerns.close(actor=f.olena(), outcome="confirmed", **given)
    with refused("concern_closed"):
        concerns.close(actor=f.petru(), outcome="confirmed", **given)


def test_what_was_told_is_never_in_the_audit_log() -> None:
    report(f.match("departed"), text="Oksana says he asked for 200 euro")
    assert not m.AuditEntry.objects.filter(data__icontains="oksana").exists()
