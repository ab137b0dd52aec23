"""Joining without an invitation: one application and nothing else, no way to find out or take who is known here."""

from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from registry.ids import uuid7
from registry.permissions import Actor
from registry.selectors import joined, providers
from registry.selectors.actors import actor_of
from registry.services import checks, decisions, identities, joining, offers, photos, vetting
from registry.services import providers as providing
from tests import factories as f
from tests.invented import snapshots

pytestmark = pytest.mark.django_db

PASSWORD = "green-window-and-a-goat"
FIELDS = {"given_name": "Ana", "family_name": "Pop", "birth_year": 1980, "town": "suceava", "is_driver": True}


@pytest.fixture(autouse=True)
def places() -> None:
    f.geography()


def join(phone: str = "0721 234 567", **more: Any) -> m.Person:
    fields = {**FIELDS, "phone": phone, **more.pop("fields", {})}
    newcomer = joining.Newcomer(
        kind=more.pop("kind", "person"),
        given_name="Ana",
        family_name="Pop",
        password=more.pop("password", PASSWORD),
        fields=fields,
    )
    return joining.join(**{"id": uuid7(), "newcomer": newcomer, "address": "192.0.2.1", "at": f.NOW, **more})


def provider_of(person: m.Person) -> m.Provider:
    return m.Provider.objects.get(account=person)


def me(person: m.Person) -> Actor:
    return actor_of(m.Person.objects.get(pk=person.pk), confirmed_until=None)


def test_a_newcomer_has_one_application_in_its_first_state_and_no_role() -> None:
    person = join()
    row = provider_of(person)
    assert (row.status, row.verified_at, row.invited_by_id) == ("applied", None, None)
    assert me(person).grants == ()
    assert (person.given_name, person.phone) == ("Ana", "+40721234567")
    assert person.check_password(PASSWORD)
    assert list(m.AuditEntry.objects.order_by("seq").values_list("action", flat=True)) == [
        "person.joined",
        "provider.applied",
    ]


def test_an_organization_joins_and_becomes_no_authority() -> None:
    names = {"organization_name": "Casa Bună", "registration_number": "RO12345678", "town": "suceava"}
    newcomer = joining.Newcomer(
        kind="organization",
        given_name="Ana",
        family_name="Pop",
        password=PASSWORD,
        fields={**names, "phone": "0721 234 567"},
    )
    person = joining.join(id=uuid7(), newcomer=newcomer, address="192.0.2.1", at=f.NOW)
    row = provider_of(person)
    assert row.organization
    assert (row.kind, row.status, row.organization.kind) == ("organization", "applied", "ngo")
    assert me(person).organization is None


def test_the_same_sending_again_is_the_same_account() -> None:
    pk = uuid7()
    assert join(id=pk).pk == join(id=pk).pk == pk
    assert m.Provider.objects.count() == 1
    with pytest.raises(Conflict):
        join(id=pk, password="another-window-and-a-goat")


def test_somebody_elses_id_gives_nobody_their_account() -> None:
    maria = f.known("maria")
    with pytest.raises(Conflict):
        join(id=maria.pk, password=f.PASSWORD)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"phone": "12"}, "phone"),
        ({"fields": {"town": "atlantis"}}, "town"),
        ({"fields": {"birth_year": 2020}}, "birth_year"),
        ({"fields": {"status": "verified"}}, "status"),
        ({"fields": {"verified_at": f.NOW}}, "verified_at"),
        ({"fields": {"account": "x"}}, "account"),
    ],
)
def test_what_does_not_fit_makes_neither_account_nor_application(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        join(**more)
    assert set(caught.value.fields) == {field}
    assert not m.Person.objects.filter(email__endswith=joined.HOME).exists()
    assert not m.Provider.objects.exists()


# A newcomer may do nothing that a check or a decision does


def test_a_newcomer_verifies_nobody_and_sees_nobody() -> None:
    person, other = join(), f.verified_provider(driver=True)
    mine, actor = provider_of(person), me(person)
    about: dict[str, Any] = {"actor": actor, "kind": "provider", "subject": mine.pk, "at": f.NOW}
    with pytest.raises(NotAllowed):
        vetting.start_review(**about)
    with pytest.raises(NotAllowed):
        checks.record_check(**about, id=uuid7(), code="identity", passed=True, evidence={})
    with pytest.raises(NotAllowed):
        decisions.decide_first(**about, id=uuid7(), decision="verify", reason="checks_complete")
    assert list(providers.visible(actor)) == [mine]
    with pytest.raises(NotFound):
        providers.get(actor, other.pk)


def test_a_newcomer_opens_no_offer() -> None:
    person = join()
    mine, actor = provider_of(person), me(person)
    car = providing.add_vehicle(actor=actor, provider=mine.pk, id=uuid7(), fields=CAR, at=f.NOW)
    draft = offers.TransportDraft(
        driver=mine.pk,
        vehicle=car.pk,
        origin="siret",
        destinations=["suceava"],
        departs_from=f.NOW + f.HOUR,
        departs_until=f.NOW + 3 * f.HOUR,
        seats=2,
    )
    ride = offers.draft_transport(actor=actor, provider=mine.pk, id=uuid7(), draft=draft, at=f.NOW)
    with pytest.raises(Exception, match="refused_by_rule"):
        offers.publish(actor=actor, kind="transport", offer=ride.pk, at=f.NOW)


CAR = {"plate": "SV 77 XYZ", "plate_country": "RO", "make": "Dacia", "color": "red", "seats": 4}


def test_a_strangers_application_hoards_no_plates() -> None:
    person = join()
    mine, actor = provider_of(person), me(person)
    for n in range(providing.MOST_UNMET):
        providing.add_vehicle(
            actor=actor, provider=mine.pk, id=uuid7(), fields={**CAR, "plate": f"SV 1{n} XYZ"}, at=f.NOW
        )
    with pytest.raises(Conflict) as caught:
        providing.add_vehicle(actor=actor, provider=mine.pk, id=uuid7(), fields=CAR, at=f.NOW)
    assert caught.value.code == "too_many_before_review"


# Floods


def test_one_address_makes_only_so_many_in_an_hour_and_in_a_day() -> None:
    made = 0
    for hour in range(6):
        for n in range(joining.BY_ADDRESS + 1):
            try:
                join(phone=f"07212{hour}{n:04}", at=f.NOW + hour * f.HOUR)
                made += 1
            except TooMany:
                break
        if hour == 0:
            assert made == joining.BY_ADDRESS
    assert made == joining.BY_ADDRESS_A_DAY


def test_all_together_make_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "BY_EVERYBODY", 3)
    for n in range(3):
        join(phone=f"0721 200 00{n}", address=f"192.0.2.{n}")
    with pytest.raises(TooMany):
        join(phone="0721 200 009", address="192.0.2.9")


def test_control_without_limits_a_flood_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "_spend", lambda *_: None)
    for n in range(joining.BY_ADDRESS + 1):
        join(phone=f"0721 2000{n:02}")
    assert m.Provider.objects.count() == joining.BY_ADDRESS + 1


def test_a_slip_of_the_finger_is_no_try() -> None:
    for _ in range(joining.BY_ADDRESS + 5):
        with pytest.raises(Invalid):
            join(password="short")
    assert join()


# Nobody learns who is known here, nobody takes a name, nobody stops a driver


def test_joining_with_a_known_phone_and_mailbox_looks_like_any_other() -> None:
    known = f.verified_provider(driver=True, email="elena@example.org")
    person = join(phone=known.phone, fields={"email": "elena@example.org"})
    stranger = join(phone="0721 999 111", fields={"email": "nobody@example.org"})
    assert {provider_of(one).status for one in (person, stranger)} == {"applied"}
    assert person.email.endswith(joined.HOME)


def test_a_name_that_was_squatted_keeps_nobody_out() -> None:
    thief, owner = join(), join()
    assert thief.email != owner.email
    assert {joined.name_of(one.email).replace("-", "") for one in (thief, owner)} == {
        joining.sign_in_name(one.pk) for one in (thief, owner)
    }


def holds(row: m.Provider) -> int:
    return m.Hold.objects.filter(provider=row, cleared_at=None).count()


def signals(row: m.Provider) -> set[tuple[str, str]]:
    return set(m.Signal.objects.filter(provider=row).values_list("code", "level"))


def test_a_strangers_claim_holds_the_stranger_and_not_the_verified_driver() -> None:
    known = f.verified_provider(driver=True)
    identities.provider_written(known, at=f.NOW)
    claimed = provider_of(join(phone=known.phone, fields={"family_name": "Zamfir", "birth_year": 1950}))
    assert (holds(claimed), holds(known)) == (1, 0)
    assert signals(known) == {("same_identifier_claimed", "review")}
    assert ("same_identifier", "hold") in signals(claimed)


def test_control_when_every_claim_counts_one_application_stops_a_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joined, "is_unmet", lambda _: False)
    known = f.verified_provider(driver=True)
    identities.provider_written(known, at=f.NOW)
    join(phone=known.phone)
    assert holds(known) == 1


def test_a_plate_read_off_a_car_stops_nobody_either() -> None:
    car = f.vehicle()
    identities.vehicle_written(car, at=f.NOW)
    person = join()
    with pytest.raises(Conflict) as caught:
        providing.add_vehicle(
            actor=me(person), provider=provider_of(person).pk, id=uuid7(), fields={**CAR, "plate": car.plate}, at=f.NOW
        )
    assert caught.value.code == "plate_taken"
    assert holds(car.provider) == 0


def test_once_an_officer_has_met_them_both_are_held() -> None:
    known = f.verified_provider(driver=True)
    identities.provider_written(known, at=f.NOW)
    claimed = provider_of(join(phone=known.phone))
    later = f.NOW + timedelta(hours=2)
    checks.record_check(
        actor=f.olena(),
        kind="provider",
        subject=claimed.pk,
        id=uuid7(),
        code="phone_confirmed",
        passed=True,
        evidence={},
        at=later,
    )
    identities.sweep(at=later)
    assert (holds(claimed), holds(known)) == (1, 1)


def test_the_register_still_knows_a_newcomer() -> None:
    from tests.invented import refusals

    refused = f.verified_provider(driver=True)
    identities.provider_written(refused, at=f.NOW)
    refusals.listed(refused)
    assert holds(provider_of(join(phone=refused.phone))) >= 1


# Signing in


def test_one_signs_in_with_the_name_however_it_is_typed_or_with_the_phone() -> None:
    person = join()
    name = joined.name_of(person.email)
    for typed in (name, name.lower(), name.replace("-", " "), name.replace("-", "")):
        assert joining.logins_of(typed) == [person.email]
    assert joining.logins_of("0721 234 567")[0] == person.email
    assert joining.logins_of(" Maria@Example.org ") == ["maria@example.org"]


def test_a_phone_is_always_tried_as_often_so_that_time_tells_nothing() -> None:
    counts = {len(joining.logins_of(phone)) for phone in ("0721 234 567", "0721 999 999")}
    join(), join(), join()
    counts |= {len(joining.logins_of("0721 234 567"))}
    assert counts == {joined.TRIED}


def test_staff_do_not_sign_in_with_a_phone() -> None:
    f.correct(f.known("maria"), phone="+40721234567")
    assert "maria@example.org" not in joining.logins_of("0721 234 567")


def test_a_newcomers_photo_is_seen_by_nobody_before_an_officer_has_confirmed_it() -> None:
    person = join()
    photo = photos.add(
        actor=me(person),
        id=uuid7(),
        provider=provider_of(person).pk,
        picture=photos.prepared(snapshots.jpeg(320, 240)),
        at=f.NOW,
    )
    with pytest.raises(NotFound):
        photos.look(actor=f.maria(), photo=photo.pk, at=f.NOW)


def test_whom_nobody_has_met_for_sixty_days_is_erased_with_the_account() -> None:
    from registry.services import retention

    stranger = join()
    met = join(phone="0721 999 222", fields={"given_name": "Bogdan", "family_name": "Zamfir", "birth_year": 1950})
    checks.record_check(
        actor=f.olena(),
        kind="provider",
        subject=provider_of(met).pk,
        id=uuid7(),
        code="phone_confirmed",
        passed=True,
        evidence={},
        at=f.NOW,
    )
    retention.erase_due(at=f.NOW + timedelta(days=59))
    assert m.Person.objects.get(pk=stranger.pk).is_active
    retention.erase_due(at=f.NOW + timedelta(days=61))
    gone = m.Person.objects.get(pk=stranger.pk)
    assert (gone.is_active, gone.given_name, provider_of(gone).given_name) == (False, "", "")
    assert m.Person.objects.get(pk=met.pk).is_active
