"""Intake: a household registered at a zone, what it asks for, what it consents to."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules.facts import Person
from registry.services import intake
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db


def register(who: Actor | None = None, zone: str = "siret", **given: Any) -> m.Household:
    """Maria registers a household, a mother with a child unless others are named."""
    draft = intake.HouseholdDraft(**{"members": (f.WOMAN, f.CHILD), **given})
    return intake.register_household(actor=who or f.maria(), id=uuid7(), zone=zone, draft=draft, at=f.NOW)


def ask(who: m.Household, **given: Any) -> m.HelpRequest:
    """Maria writes down what it needs."""
    values: dict[str, Any] = {
        "actor": f.maria(),
        "household": who.pk,
        "id": uuid7(),
        "kind": "ride",
        "origin": "siret",
        "at": f.NOW,
    }
    values |= {"destination": None, "max_km": None, "earliest_at": f.NOW, "from_date": f.TODAY, "nights": 1}
    return intake.open_request(**{**values, **given})


def test_a_household_is_counted_by_its_members() -> None:
    row = register(members=(f.WOMAN, f.MAN, f.CHILD, f.INFANT), pets=1, luggage=3, needs=("medical",))
    assert (row.size, row.minors, row.men, row.pets, row.luggage) == (4, 2, 1, 1, 3)
    assert [(x.number, x.age_band, x.guardian) for x in row.members.all()] == [
        (1, "18-59", "none"),
        (2, "18-59", "none"),
        (3, "4-11", "parent"),
        (4, "0-3", "parent"),
    ]
    assert (len(row.code), row.urgency, row.registered_by) == (12, 14, f.known("maria"))
    assert said(row, "household.registered", f.maria()) == {"zone": "siret", "size": 4}


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "sorin", "pavel", "daria", "alina"])
def test_only_field_staff_of_the_zone_register(who: str) -> None:
    stranger = f.actor(f.known(who))
    with refused("not_allowed"):
        register(stranger)


def test_a_coordinator_registers_in_the_whole_county() -> None:
    assert register(f.andrei(), "suceava").zone_id == "suceava"
    with refused("not_allowed"):
        register(f.andrei(), "tulcea")


@pytest.mark.parametrize(
    "members", [(f.CHILD_ALONE,), (f.WOMAN, f.CHILD_ALONE), (Person("unknown"),), (f.CHILD, f.CHILD)]
)
def test_a_child_alone_is_reported_to_child_protection_at_once(members: tuple[Person, ...]) -> None:
    row = register(members=members)
    alarm = m.Alarm.objects.get()
    assert (alarm.code, alarm.role, alarm.zone_id, alarm.county_id) == (
        "child_alone",
        "child_protection",
        "siret",
        "RO-SV",
    )
    assert row.zone_id == "siret"


def test_a_child_with_its_mother_is_not() -> None:
    register()
    assert not m.Alarm.objects.exists()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"members": ()}, {"members": "size_out_of_range"}),
        ({"members": (f.WOMAN,) * 31}, {"members": "size_out_of_range"}),
        ({"members": (Person("old", "f"),)}, {"members": "unknown_choice"}),
        ({"members": (Person("4-11", "f", "neighbour"),)}, {"members": "unknown_choice"}),
        ({"needs": ("money",)}, {"needs": "unknown_choice"}),
        ({"language": "de"}, {"languages": "unknown_choice"}),
        ({"contact_phone": "none"}, {"contact_phone": "not_a_phone"}),
        ({"wheelchairs": 3}, {"wheelchairs": "more_than_people"}),
        ({"pets": -1}, {"pets": "out_of_range"}),
        ({"luggage": 1000}, {"luggage": "out_of_range"}),
        ({"crossing": "nowhere"}, {"crossing": "unknown_choice"}),
        ({"zone": "nowhere"}, {"zone": "unknown_choice"}),
    ],
)
def test_nonsense_is_refused_by_field(given: dict[str, Any], fields: dict[str, str]) -> None:
    f.geography()
    with refused("invalid", **fields):
        register(**given)


def test_a_ukrainian_phone_is_read_as_one() -> None:
    assert register(contact_phone="067 123 45 67").contact_phone == "+380671234567"


def test_a_household_is_corrected_and_its_proposals_fall() -> None:
    match = f.match("proposed")
    row = match.household
    draft = intake.HouseholdDraft(members=(f.WOMAN, f.CHILD, f.CHILD))
    intake.update_household(actor=f.maria(), household=row.pk, draft=draft, at=f.NOW, if_version=row.version)
    assert (again(row).size, again(row).members.count()) == (3, 3)
    assert (again(match).status, again(match).outcome) == ("cancelled", "household_changed")
    assert said(row, "household.updated", f.maria()) == {"size": 3}


def test_a_household_is_not_changed_under_a_chosen_match() -> None:
    match = f.match("accepted")
    draft = intake.HouseholdDraft(members=(f.WOMAN,))
    with refused("household_is_matched"):
        intake.update_household(actor=f.maria(), household=match.household_id, draft=draft, at=f.NOW)


def test_strangers_do_not_see_a_household() -> None:
    row, draft = f.household(), intake.HouseholdDraft(members=(f.WOMAN,))
    for stranger in (f.vasile(), f.olena(), f.stefan(), f.pavel()):
        with refused("not_found"):
            intake.update_household(actor=stranger, household=row.pk, draft=draft, at=f.NOW)
        with refused("not_found"):
            ask(row, actor=stranger)


def test_a_request_is_opened_once() -> None:
    row = f.household()
    request = ask(row, kind="both", destination="suceava", max_km=80)
    assert (request.status, request.kind, request.max_km) == ("open", "both", 80)
    assert said(request, "request.opened", f.maria()) == {"household": str(row.pk), "kind": "both"}
    with refused("request_running"):
        ask(row)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"kind": "flight"}, {"kind": "unknown_choice"}),
        ({"destination": "atlantis"}, {"destination": "unknown_choice"}),
        ({"nights": 0}, {"nights": "out_of_range"}),
        ({"max_km": 601}, {"max_km": "out_of_range"}),
        ({"origin": "nowhere"}, {"zone": "unknown_choice"}),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(given: dict[str, Any], fields: dict[str, str]) -> None:
    row = f.household()
    with refused("invalid", **fields):
        ask(row, **given)


@pytest.mark.parametrize(("action", "status"), [("cancel", "cancelled"), ("refer", "referred")])
def test_an_open_request_is_ended_with_its_proposals(action: str, status: str) -> None:
    match = f.match("proposed")
    intake.end_request(actor=f.maria(), request=match.request_id, action=action, at=f.NOW)
    request = again(match.request)
    assert (request.status, request.closed_at, again(match).status) == (status, f.NOW, "cancelled")
    assert said(request, f"request.{status}", f.maria()) == {}
    with refused("illegal_transition"):
        intake.end_request(actor=f.maria(), request=match.request_id, action=action, at=f.NOW)


def test_a_request_with_a_chosen_match_is_not_ended() -> None:
    match = f.match("accepted")
    with refused("illegal_transition"):
        intake.end_request(actor=f.maria(), request=match.request_id, action="cancel", at=f.NOW)
    with refused("invalid", action="unknown_choice"):
        intake.end_request(actor=f.maria(), request=match.request_id, action="forget", at=f.NOW)


def test_consent_is_off_until_given_and_gone_when_withdrawn() -> None:
    match = f.match("confirmed")
    partner = f.organization("Drum Bun")
    given: dict[str, Any] = {
        "actor": f.maria(),
        "household": match.household_id,
        "organization": partner.pk,
        "at": f.NOW,
    }
    assert not m.Consent.objects.exists()
    for _ in range(2):
        intake.set_consent(given=True, id=uuid7(), **given)
    consent = m.Consent.objects.get()
    assert consent.withdrawn_at is None
    intake.set_consent(given=False, id=uuid7(), **given)
    assert again(consent).withdrawn_at == f.NOW
    assert again(match).status == "confirmed"
    assert m.AuditEntry.objects.filter(action="consent.set").count() == 3


def test_nobody_shares_with_an_authority_by_consent() -> None:
    row, authority = f.household(), f.organization("ISU Suceava", "authority")
    with refused("not_found"):
        intake.set_consent(
            actor=f.maria(), household=row.pk, organization=authority.pk, given=True, id=uuid7(), at=f.NOW
        )
