"""Every guard refuses its breach in raw SQL, on both databases, and nothing else would: without it the row is there."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from registry import models as m
from registry.guards.definitions import guards_for
from registry.guards.installing import statements
from tests import factories as f
from tests.breaches.judging import JUDGING
from tests.breaches.keeping import KEEPING
from tests.breaches.matching import MATCHING
from tests.breaches.vetting import VETTING
from tests.invented.rawsql import change, copy, execute

pytestmark = pytest.mark.django_db

BREACHES = {breach.name: breach for breach in (*KEEPING, *VETTING, *JUDGING, *MATCHING)}
BY_NAME = {guard.name: guard for guard in guards_for(connection.vendor)}
ACTING = {name for name, guard in BY_NAME.items() if guard.then}


@pytest.fixture(autouse=True)
def settings_back() -> Iterator[None]:
    """A breach may come from a connection that knows nothing of our settings."""
    yield
    if connection.vendor == "sqlite":
        execute("PRAGMA recursive_triggers = ON")


def says(act: Callable[[], Any]) -> str:
    """What a guard says to the statement, empty when it goes through; nothing of it stays."""
    try:
        with transaction.atomic():
            assert act() != 0, "the statement touched nothing"
            transaction.set_rollback(True)
    except IntegrityError as error:
        found = re.search(r"guard: \w+", str(error))
        if found is None:
            raise
        return found[0]
    return ""


def put(name: str) -> None:
    """This guard alone."""
    with connection.cursor() as cursor:
        for statement in statements(BY_NAME[name], connection.vendor):
            cursor.execute(statement)


def take(name: str) -> None:
    """This guard no longer."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
    on = f" ON {BY_NAME[name].table}" if connection.vendor == "postgresql" else ""
    execute(f"DROP TRIGGER guard_{name}{on}")


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_refused_by_its_guard_and_by_nothing_else(name: str, record_property: Any) -> None:
    breach = BREACHES[name]
    act = breach.scene()
    refusal = says(act)
    record_property("breaches", 1)
    record_property("breached", int(not refusal))
    assert refusal.startswith("guard: ")
    with f.unguarded():
        put(breach.guard)
        assert says(act) == f"guard: {breach.code}"
        take(breach.guard)
        through = says(act) == ""
    record_property("control_breached", int(through))
    assert through


def test_every_guard_has_a_breach() -> None:
    assert {breach.guard for breach in BREACHES.values()} == set(BY_NAME) - ACTING


FALLS = {
    "provider": lambda match: _ride(match).driver,
    "vehicle": lambda match: _ride(match).vehicle,
    "dwelling": lambda match: _stay(match).dwelling,
}


def _ride(match: m.Match) -> m.TransportOffer:
    found = f.ride_of(match)
    assert found
    return found


def _stay(match: m.Match) -> m.AccommodationOffer:
    found = f.stay_of(match)
    assert found
    return found


def falls(name: str, match: m.Match) -> None:
    """Somebody or something stops being verified, or is held, by one statement."""
    kind = name.removesuffix("_left").removeprefix("hold_on_")
    row = FALLS[kind](match)
    if name.endswith("_left"):
        change(row, status="suspended", suspended_at=f.NOW)
    else:
        hold = f.hold(f.provider())
        copy(hold, **{"provider_id": None, f"{kind}_id": row.pk})


@pytest.mark.parametrize("status", ["confirmed", "departed"])
@pytest.mark.parametrize("name", sorted(ACTING))
def test_whoever_falls_is_on_no_journey_any_more(name: str, status: str) -> None:
    match = f.match(status, f.help_request("both"))
    falls(name, match)
    match.refresh_from_db()
    assert (match.status, match.halted_reason) == ("halted", "database")


@pytest.mark.parametrize("name", sorted(ACTING))
def test_control_without_the_guard_the_journey_goes_on(name: str) -> None:
    match = f.match("confirmed", f.help_request("both"))
    take(name)
    falls(name, match)
    match.refresh_from_db()
    assert match.status == "confirmed"


def test_an_organization_takes_the_journeys_of_its_people_along() -> None:
    house = f.verified_provider("organization")
    driver = f.verified_provider(driver=True, organization=house.organization)
    match, other = f.match("confirmed", ride=f.transport_offer(driver)), f.match("confirmed")
    change(house, status="suspended", suspended_at=f.NOW)
    assert [m.Match.objects.get(pk=row.pk).status for row in (match, other)] == ["halted", "confirmed"]


def test_an_authority_may_carry_a_child_alone_whoever_of_its_people_drives() -> None:
    office = f.organization("Protectia copilului", "authority")
    house = f.verified_provider("organization", organization=office)
    driver = f.verified_provider(driver=True, organization=office)
    ride = f.transport_offer(driver, f.vehicle(house), provider=house)
    assert f.match("departed", f.help_request(who=f.household([f.CHILD_ALONE])), ride).status == "departed"


def test_a_household_with_a_man_of_its_own_may_go_to_a_home_where_men_live():
    f.staffed("siret")
    home = f.dwelling(residents=(("m", 1973),))
    match = f.match("accepted", f.help_request("stay", f.household((f.WOMAN, f.MAN))), stay=f.accommodation_offer(home))
    assert match.status == "accepted"
