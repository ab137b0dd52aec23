"""Readings that owe an audit entry: identity, contact, exact place; and who gets none of them."""

from typing import Any

import pytest

from registry import models as m
from registry.services import disclosure
from tests import factories as f
from tests.services.claims import entries, refused, said

pytestmark = pytest.mark.django_db


def test_an_officer_reads_an_identity_and_it_is_written_down() -> None:
    row = f.verified_provider()
    assert disclosure.provider_identity(actor=f.olena(), provider=row.pk, at=f.NOW).family_name == row.family_name
    assert said(row, "read.identity", f.olena()) == {}


def test_people_read_their_own_record_without_an_entry() -> None:
    row = f.verified_provider()
    disclosure.provider_identity(actor=f.owner(row), provider=row.pk, at=f.NOW)
    assert entries(row) == []


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel", "daria"])
def test_nobody_else_reads_an_identity_or_a_place(who: str) -> None:
    home, stranger = f.dwelling(), f.actor(f.known(who))
    with refused("not_found"):
        disclosure.provider_identity(actor=stranger, provider=home.provider_id, at=f.NOW)
    with refused("not_found"):
        disclosure.dwelling_place(actor=stranger, dwelling=home.pk, at=f.NOW)


def test_an_officer_of_the_county_reads_the_exact_place() -> None:
    home = f.dwelling()
    assert disclosure.dwelling_place(actor=f.olena(), dwelling=home.pk, at=f.NOW).address == home.address
    assert said(home, "read.exact_place", f.olena()) == {}


def test_field_staff_of_the_zone_read_a_contact() -> None:
    row = f.household()
    contact = disclosure.household_contact(actor=f.maria(), household=row.pk, at=f.NOW)
    assert (contact.name, contact.phone) == ("Oksana", "+380671234567")
    assert said(row, "read.contact", f.maria()) == {}


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "sorin", "alina", "pavel", "daria"])
def test_nobody_else_reads_a_contact(who: str) -> None:
    row, stranger = f.household(), f.actor(f.known(who))
    with refused("not_found"):
        disclosure.household_contact(actor=stranger, household=row.pk, at=f.NOW)


def test_staff_of_a_journey_read_whom_to_call() -> None:
    match = f.match("departed", f.help_request("both"))
    found = disclosure.journey_contacts(actor=f.maria(), match=match.pk, at=f.NOW)
    assert [contact.who for contact in found] == ["household", "driver", "host"]
    assert [data for action, data in entries(match) if action == "read.contact"] == [{}]


def test_neither_driver_nor_host_read_the_phone_of_the_household() -> None:
    match = f.match("departed", f.help_request("both"))
    ride, stay = f.ride_of(match), f.stay_of(match)
    assert ride
    assert stay
    for carrier in (f.owner(ride.driver), f.owner(stay.provider)):
        with refused("not_allowed"):
            disclosure.journey_contacts(actor=carrier, match=match.pk, at=f.NOW)


def test_an_officer_reads_whom_to_call_once_the_journey_is_in_trouble() -> None:
    running, halted = f.match("arrived"), f.match("halted")
    assert disclosure.journey_contacts(actor=f.olena(), match=halted.pk, at=f.NOW)
    with refused("not_found"):
        disclosure.journey_contacts(actor=f.olena(), match=running.pk, at=f.NOW)
    with refused("not_found"):
        disclosure.journey_contacts(actor=f.stefan(), match=halted.pk, at=f.NOW)


def where(match: m.Match, actor: Any) -> disclosure.Destination:
    """Where the journey ends, for somebody."""
    return disclosure.journey_destination(actor=actor, match=match.pk, at=f.NOW)


@pytest.mark.parametrize(("status", "precision"), [("proposed", "cell"), ("accepted", "cell"), ("confirmed", "exact")])
def test_staff_learn_the_address_with_the_confirmation(status: str, precision: str) -> None:
    match = f.match(status, f.help_request("both"))
    found = where(match, f.maria())
    assert (found.precision, bool(found.address)) == (precision, precision == "exact")
    read = [action for action, _ in entries(match) if action == "read.exact_place"]
    assert len(read) == (precision == "exact")


@pytest.mark.parametrize(
    ("status", "precision"), [("confirmed", "exact"), ("departed", "exact"), ("arrived", "none"), ("halted", "none")]
)
def test_the_driver_knows_the_address_until_the_household_is_there(status: str, precision: str) -> None:
    match = f.match(status, f.help_request("both"))
    ride = f.ride_of(match)
    assert ride
    assert where(match, f.owner(ride.driver)).precision == precision


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "sorin", "alina"])
def test_strangers_do_not_know_that_there_is_a_journey(who: str) -> None:
    match, stranger = f.match("departed", f.help_request("both")), f.actor(f.known(who))
    with refused("not_found"):
        where(match, stranger)
