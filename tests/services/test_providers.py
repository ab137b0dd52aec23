"""Providers and their things: applied for and edited; a checked field edited goes back to review and halts."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.rules.vetting import CHECKED_FIELDS
from registry.services import providers
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db

PERSON = {"given_name": "Elena", "family_name": "Pop", "birth_year": 1980, "phone": "0721 234 567", "town": "suceava"}
VEHICLE = {"plate": "SV 12 ABC", "plate_country": "RO", "make": "Dacia", "color": "white", "seats": 5}
ORGANIZATION = {
    "organization_name": "Ajutor Bucovina",
    "registration_number": "RO12345678",
    "phone": "0721 234 567",
    "town": "suceava",
}
DWELLING = {"address": "Str. Florilor 1", "town": "suceava", "lat": 47.63, "lon": 26.25, "beds": 4}


def apply(**given: Any) -> m.Provider:
    """Maria writes an application down."""
    f.geography()
    values: dict[str, Any] = {"actor": f.maria(), "id": uuid7(), "kind": "person", "fields": PERSON, "at": f.NOW}
    return providers.apply(**{**values, **given})


def edit(row: Any, fields: dict[str, Any], **given: Any) -> Any:
    """The owner edits a provider, a vehicle or a dwelling."""
    kind = type(row).__name__.lower()
    owner = row if kind == "provider" else row.provider
    values: dict[str, Any] = {
        "actor": given.get("actor") or f.owner(owner),
        "at": f.NOW,
        kind: row.pk,
        "fields": fields,
    }
    return getattr(providers, f"edit_{kind}")(**{**values, **given})


def test_an_application_is_written_down_as_it_is_compared_later() -> None:
    row = apply(fields={**PERSON, "languages": ["uk", "ro"]})
    assert (row.status, row.phone, row.county_id, row.languages) == ("applied", "+40721234567", "RO-SV", "ro uk")
    assert (row.created_by, row.invited_by, row.account) == (f.known("maria"), f.known("maria"), None)
    assert row.search_key == ""
    assert said(row, "provider.applied", f.maria()) == {"kind": "person"}


def test_people_apply_for_themselves_once() -> None:
    someone = f.actor(f.person())
    row = apply(actor=someone, own_account=True)
    assert (row.account_id, row.invited_by) == (someone.id, None)
    with refused("provider_exists"):
        apply(actor=someone, own_account=True)


def test_a_new_organization_is_entered_with_its_application_and_never_as_an_authority() -> None:
    row = apply(kind="organization", fields=ORGANIZATION)
    assert row.organization is not None
    assert (row.organization.kind, row.organization.name) == ("ngo", ORGANIZATION["organization_name"])


@pytest.mark.parametrize("who", ["stefan", "petru", "andrei", "pavel"])
def test_staff_and_partners_write_applications(who: str) -> None:
    assert apply(actor=f.actor(f.known(who))).created_by == f.known(who)


@pytest.mark.parametrize("who", ["alina", "sorin", "daria"])
def test_others_do_not(who: str) -> None:
    with refused("not_allowed"):
        apply(actor=f.actor(f.known(who)))


def test_a_partner_brings_in_people_of_their_own_organization_only() -> None:
    pavel, other = f.pavel(), f.organization("Other", "ngo")
    assert apply(actor=pavel, organization=pavel.organization).organization_id == pavel.organization
    with refused("not_allowed"):
        apply(actor=pavel, organization=other.pk)


@pytest.mark.parametrize("name", sorted(PERSON))
def test_an_application_lacks_nothing_that_is_needed(name: str) -> None:
    f.geography()
    expected = {"town": "unknown_choice", "phone": "not_a_phone"}.get(name, "required")
    with refused("invalid", **{name: expected}):
        apply(fields={**PERSON, name: None if name == "birth_year" else ""})


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("birth_year", 2010, "not_an_adult"),
        ("phone", "call me", "not_a_phone"),
        ("town", "atlantis", "unknown_choice"),
        ("sex", "x", "unknown_choice"),
        ("languages", ["klingon"], "unknown_choice"),
    ],
)
def test_nonsense_is_refused_by_field(field: str, value: Any, code: str) -> None:
    f.geography()
    with refused("invalid", **{field: code}):
        apply(fields={**PERSON, field: value})


@pytest.mark.parametrize(
    "field",
    ["status", "verified_at", "verified_until", "suspended_at", "created_by", "account", "version", "search_key", "id"],
)
def test_nobody_sets_what_vetting_sets(field: str) -> None:
    row = f.provider()
    owner = f.owner(row)
    with refused("invalid", **{field: "not_yours_to_set"}):
        edit(row, {field: "verified"}, actor=owner)
    with refused("invalid", **{field: "not_yours_to_set"}):
        apply(fields={**PERSON, field: "verified"})


@pytest.mark.parametrize("thing", ["vehicle", "dwelling"])
@pytest.mark.parametrize("field", ["status", "verified_until", "provider", "plate_key", "cell"])
def test_nobody_sets_what_vetting_sets_of_their_things(thing: str, field: str) -> None:
    row = f.vehicle() if thing == "vehicle" else f.dwelling()
    owner = f.owner(row.provider)
    with refused("invalid", **{field: "not_yours_to_set"}):
        edit(row, {field: "verified"}, actor=owner)


PROVIDER_EDITS = {
    "given_name": "Maria",
    "family_name": "Ionescu",
    "birth_year": 1975,
    "sex": "m",
    "phone": "0744 999 888",
    "email": "new@example.org",
    "address": "Elsewhere 7",
    "town": "siret",
    "is_driver": False,
    "is_host": True,
}
VEHICLE_EDITS = {
    "plate": "SV 99 NEW",
    "plate_country": "UA",
    "make": "Ford",
    "color": "red",
    "seats": 4,
    "child_seats": 1,
    "wheelchair_places": 1,
}
DWELLING_EDITS = {"address": "New 3", "town": "siret", "beds": 3, "rooms": 1, "lockable_room": False, "step_free": True}


@pytest.mark.parametrize("field", sorted(PROVIDER_EDITS))
def test_a_checked_field_of_a_provider_goes_back_to_review_and_halts(field: str) -> None:
    match = f.match("confirmed")
    ride = f.ride_of(match)
    assert ride
    edit(ride.driver, {field: PROVIDER_EDITS[field]})
    row = again(ride.driver)
    assert (row.status, row.verified_until) == ("in_review", None)
    assert (again(match).status, again(ride).status) == ("halted", "paused")
    assert field in said(row, "provider.edited", f.owner(row))["fields"]
    assert said(row, "vetting.back_to_review", f.owner(row)) == {"reason": "checked_field_changed"}


@pytest.mark.parametrize("field", sorted(VEHICLE_EDITS))
def test_a_field_of_a_vehicle_goes_back_to_review_and_halts(field: str) -> None:
    match = f.match("confirmed")
    ride = f.ride_of(match)
    assert ride
    edit(ride.vehicle, {field: VEHICLE_EDITS[field]})
    assert (again(ride.vehicle).status, again(match).status) == ("in_review", "halted")


@pytest.mark.parametrize("field", sorted(DWELLING_EDITS))
def test_a_field_of_a_dwelling_goes_back_to_review_and_halts(field: str) -> None:
    match = f.match("confirmed", stay=f.accommodation_offer())
    stay = f.stay_of(match)
    assert stay
    edit(stay.dwelling, {field: DWELLING_EDITS[field]})
    assert (again(stay.dwelling).status, again(match).status) == ("in_review", "halted")


def test_every_checked_field_that_can_be_edited_is_tried_above() -> None:
    tried = {"provider": PROVIDER_EDITS, "vehicle": VEHICLE_EDITS, "dwelling": {**DWELLING_EDITS, "lat": 0, "lon": 0}}
    derived = {"county", "organization", "organization_name", "registration_number", "residents", "photo"}
    for kind, fields in CHECKED_FIELDS.items():
        assert set(fields) - derived <= set(tried[kind])


def test_a_field_that_nobody_checks_halts_nothing() -> None:
    match = f.match("confirmed")
    ride = f.ride_of(match)
    assert ride
    edit(ride.driver, {"languages": ["de"]})
    assert (again(ride.driver).status, again(match).status) == ("verified", "confirmed")


def test_an_edit_that_changes_nothing_is_no_edit() -> None:
    row = f.verified_provider(address="Lunga 1")
    edit(row, {"address": "Lunga 1"})
    assert again(row).status == "verified"
    assert entries(row) == []


def test_an_edit_voids_the_checks_of_that_field_only() -> None:
    row = f.verified_provider()
    edit(row, {"phone": "0744 999 888"})
    gone = m.Check.objects.filter(provider=row, superseded_at__isnull=False)
    assert list(gone.values_list("code", flat=True)) == ["phone_confirmed"]


def test_somebody_who_moves_in_is_unchecked_so_the_home_is_too() -> None:
    match = f.match("confirmed", stay=f.accommodation_offer())
    stay = f.stay_of(match)
    assert stay
    given: dict[str, Any] = {"actor": f.owner(stay.provider), "dwelling": stay.dwelling_id, "at": f.NOW}
    draft = providers.ResidentDraft("Ion", "Pop", 1990, "m")
    resident = providers.move_in(id=uuid7(), draft=draft, **given)
    assert (again(stay.dwelling).status, again(match).status) == ("in_review", "halted")
    assert said(stay.dwelling, "dwelling.residents_changed", f.owner(stay.provider)) == {}
    providers.move_out(resident=resident.pk, **given)
    assert again(resident).moved_out_at == f.NOW
    with refused("does_not_live_there"):
        providers.move_out(resident=resident.pk, **given)


@pytest.mark.parametrize("who", ["maria", "stefan", "pavel", "alina"])
def test_strangers_neither_see_nor_edit(who: str) -> None:
    row, stranger = f.provider(), f.actor(f.known(who))
    with refused("not_found"):
        edit(row, {"address": "Mine now"}, actor=stranger)
    with refused("not_found"):
        providers.add_vehicle(actor=stranger, provider=row.pk, id=uuid7(), fields=VEHICLE, at=f.NOW)


def test_an_officer_where_it_only_picks_up_sees_but_does_not_edit() -> None:
    row = f.verified_provider(driver=True, town="tulcea")
    f.transport_offer(car=f.vehicle(row))
    with refused("not_allowed"):
        edit(row, {"address": "Corrected 1"}, actor=f.olena())
    edit(row, {"address": "Corrected 1"}, actor=f.stefan())
    assert again(row).address == "Corrected 1"


@pytest.mark.parametrize("name", ["given_name", "family_name", "phone", "town", "birth_year"])
def test_what_is_needed_cannot_be_emptied(name: str) -> None:
    row = f.provider()
    owner = f.owner(row)
    with refused("invalid", **{name: "required"}):
        edit(row, {name: None if name == "birth_year" else ""}, actor=owner)


@pytest.mark.parametrize("status", ["rejected", "revoked"])
def test_what_is_over_is_not_edited(status: str) -> None:
    row = f.provider(status=status, revoked_at=f.NOW)
    owner = f.owner(row)
    with refused("not_in_review"):
        edit(row, {"address": "New 1"}, actor=owner)


def test_an_edit_of_an_old_version_is_refused() -> None:
    row = f.provider()
    owner = f.owner(row)
    edit(row, {"address": "First 1"}, if_version=1)
    with refused("stale_version"):
        edit(row, {"address": "Second 2"}, actor=owner, if_version=1)


def test_a_vehicle_is_added_with_its_plate_for_comparing() -> None:
    row = f.provider()
    car = providers.add_vehicle(actor=f.owner(row), provider=row.pk, id=uuid7(), fields=VEHICLE, at=f.NOW)
    assert (car.status, car.plate_key) == ("applied", "SV12ABC")
    assert said(car, "vehicle.applied", f.owner(row)) == {"provider": str(row.pk)}


def test_one_vehicle_a_plate_however_it_is_typed() -> None:
    f.vehicle(plate="SV 12 ABC")
    row, second = f.provider(), f.vehicle(plate="SV 13 ABC", status="in_review")
    owner, other = f.owner(row), f.owner(second.provider)
    with refused("plate_taken"):
        providers.add_vehicle(
            actor=owner, provider=row.pk, id=uuid7(), fields={**VEHICLE, "plate": "sv-12-АВС"}, at=f.NOW
        )
    with refused("plate_taken"):
        edit(second, {"plate": "SV12ABC"}, actor=other)


def test_moving_a_plate_to_a_country_where_it_is_taken_is_refused() -> None:
    f.vehicle(plate="AA 1234", plate_country="UA")
    car = f.vehicle(plate="AA 1234", plate_country="MD")
    owner = f.owner(car.provider)
    with refused("plate_taken"):
        edit(car, {"plate_country": "UA"}, actor=owner)


@pytest.mark.parametrize("field", ["seats", "child_seats", "wheelchair_places"])
@pytest.mark.parametrize("value", [-1, 91, 10**9])
def test_numbers_that_no_vehicle_has_are_refused(field: str, value: int) -> None:
    row = f.provider()
    owner = f.owner(row)
    with refused("invalid", **{field: "out_of_range"}):
        providers.add_vehicle(actor=owner, provider=row.pk, id=uuid7(), fields={**VEHICLE, field: value}, at=f.NOW)


def test_a_home_is_added_with_everybody_who_lives_there() -> None:
    row = f.provider()
    people = [(uuid7(), providers.ResidentDraft("Ana", "Pop", 1980, "f"))]
    home = providers.add_dwelling(
        actor=f.owner(row), provider=row.pk, id=uuid7(), fields=DWELLING, residents=people, at=f.NOW
    )
    assert (home.status, home.county_id, home.residents.count()) == ("applied", "RO-SV", 1)
    assert said(home, "dwelling.applied", f.owner(row)) == {"provider": str(row.pk), "residents": 1}


@pytest.mark.parametrize(("field", "value"), [("beds", 0), ("beds", 2001), ("rooms", -1), ("rooms", 10**6)])
def test_numbers_that_no_home_has_are_refused(field: str, value: int) -> None:
    home = f.dwelling()
    owner = f.owner(home.provider)
    with refused("invalid", **{field: "out_of_range"}):
        edit(home, {field: value}, actor=owner)


@pytest.mark.parametrize("year", [2015, 1850])
def test_residents_are_sixteen_or_more(year: int) -> None:
    home = f.dwelling()
    owner = f.owner(home.provider)
    draft = providers.ResidentDraft("Ion", "Pop", year)
    with refused("invalid", birth_year="out_of_range"):
        providers.move_in(actor=owner, dwelling=home.pk, id=uuid7(), draft=draft, at=f.NOW)


def test_an_id_is_used_once_and_made_by_the_rules() -> None:
    row = f.provider()
    with refused("id_taken"):
        apply(id=row.pk)
    with refused("invalid", id="not_uuid7"):
        apply(id=row.pk.__class__(int=1))
