"""Photographs of vehicles and faces: who puts them in, who sees them, and what is left of an old one."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, TooMany
from registry.ids import uuid7
from registry.selectors import photos as visible
from registry.services import erasure, photos
from tests import factories as f
from tests.invented import snapshots
from tests.sealing.stored import stored

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def picture() -> Any:
    return photos.prepared(snapshots.jpeg())


def add(actor: Any, thing: Any, picture: Any, **more: Any) -> m.Photo:
    about = {"vehicle": thing.pk} if isinstance(thing, m.Vehicle) else {"provider": thing.pk}
    return photos.add(**{"actor": actor, "id": uuid7(), "picture": picture, "at": f.NOW, **about, **more})


def looked(actor: Any, photo: m.Photo) -> bytes | str:
    """The picture, or the name of the refusal."""
    try:
        return photos.look(actor=actor, photo=photo.pk, at=f.NOW)
    except (NotFound, NotAllowed) as error:
        return error.code


def actions() -> list[str]:
    return list(m.AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_an_owner_puts_one_in_and_it_is_sealed(picture: Any) -> None:
    car = f.vehicle()
    before = m.AuditEntry.objects.count()
    row = add(f.owner(car.provider), car, picture)
    assert (row.kind, row.confirmed_at, row.provider_id) == ("vehicle", None, car.provider_id)
    assert looked(f.owner(car.provider), row) == picture.full
    for column in ("picture", "thumb"):
        assert stored(row, column).startswith("1.")
    assert picture.full not in stored(row, "picture").encode()
    entry = m.AuditEntry.objects.order_by("seq").last()
    assert entry
    assert m.AuditEntry.objects.count() == before + 1
    assert (entry.action, entry.object_id) == ("photo.added", str(row.pk))
    assert entry.data == {"kind": "vehicle", "provider": str(car.provider_id), "vehicle": str(car.pk)}


def test_an_officer_of_the_county_puts_one_in_for_somebody_without_a_phone(picture: Any) -> None:
    car = f.vehicle()
    assert add(f.olena(), car, picture).added_by_id == f.olena().id


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel"])
def test_nobody_else_puts_one_in(who: str, picture: Any) -> None:
    car = f.vehicle()
    with pytest.raises(NotFound):
        add(f.actor(f.known(who)), car, picture)
    assert not m.Photo.objects.exists()


def test_another_provider_neither_adds_nor_sees_nor_removes(picture: Any) -> None:
    car, other = f.vehicle(), f.owner(f.verified_provider(driver=True))
    row = add(f.owner(car.provider), car, picture)
    with pytest.raises(NotFound):
        add(other, car, picture)
    with pytest.raises(NotFound):
        photos.remove(actor=other, photo=row.pk, at=f.NOW)
    assert looked(other, row) == "not_found"


def test_the_same_id_twice_is_refused_and_nothing_changes(picture: Any) -> None:
    car = f.vehicle()
    row = add(f.owner(car.provider), car, picture)
    with pytest.raises(Conflict) as caught:
        add(f.owner(car.provider), car, picture, id=row.pk)
    assert caught.value.code == "id_taken"


@pytest.mark.parametrize("raw", [snapshots.SVG, b"", snapshots.bomb(5000, 5000), snapshots.jpeg()[:900]])
def test_what_is_no_photo_is_invalid_at_its_field(raw: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        photos.prepared(raw)
    assert set(caught.value.fields) == {"picture"}


@pytest.mark.parametrize("status", ["suspended", "rejected", "revoked"])
def test_who_is_suspended_changes_no_evidence(status: str, picture: Any) -> None:
    car = f.vehicle(status=status)
    with pytest.raises(Conflict) as caught:
        add(f.owner(car.provider), car, picture)
    assert caught.value.code == "photo_not_now"
    owner = f.provider(status=status, is_driver=True)
    with pytest.raises(Conflict):
        add(f.owner(owner), owner, picture)


def test_an_organization_has_no_face(picture: Any) -> None:
    row = f.verified_provider("organization")
    with pytest.raises(Invalid):
        add(f.owner(row), row, picture)


def test_so_many_in_an_hour_are_no_camera(picture: Any) -> None:
    row = f.verified_provider(driver=True)
    for _ in range(photos.MOST):
        add(f.owner(row), row, picture)
    with pytest.raises(TooMany):
        add(f.owner(row), row, picture)


# What a new one does


def confirmed(car: m.Vehicle, picture: Any) -> m.Photo:
    row = add(f.owner(car.provider), car, picture)
    return photos.confirm(actor=f.olena(), photo=row.pk, at=f.NOW)


def test_the_first_photo_of_a_verified_vehicle_changes_nothing(picture: Any) -> None:
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    assert ride
    add(f.owner(ride.vehicle.provider), ride.vehicle, picture)
    ride.vehicle.refresh_from_db()
    journey.refresh_from_db()
    assert (ride.vehicle.status, journey.status) == ("verified", "confirmed")


@pytest.mark.parametrize("how", ["replaced", "removed"])
def test_when_what_officers_confirmed_is_gone_the_vehicle_goes_back_and_its_journeys_halt(
    how: str, picture: Any
) -> None:
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    assert ride
    former = confirmed(ride.vehicle, picture)
    if how == "replaced":
        add(f.owner(ride.vehicle.provider), ride.vehicle, picture)
    else:
        photos.remove(actor=f.owner(ride.vehicle.provider), photo=former.pk, at=f.NOW)
    ride.vehicle.refresh_from_db()
    journey.refresh_from_db()
    assert (ride.vehicle.status, journey.status) == ("in_review", "halted")
    left = m.Check.objects.filter(vehicle=ride.vehicle, superseded_at=None).values_list("code", flat=True)
    assert "photo_with_plate" not in left
    assert "insurance" in left


def test_control_when_a_photo_is_no_checked_field_nothing_goes_back(
    picture: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.rules import vetting

    monkeypatch.setattr(vetting, "CHECKED_FIELDS", {**vetting.CHECKED_FIELDS, "vehicle": frozenset()})
    car = f.vehicle()
    confirmed(car, picture)
    add(f.owner(car.provider), car, picture)
    car.refresh_from_db()
    assert car.status == "verified"


def test_one_that_nobody_has_confirmed_is_replaced_freely(picture: Any) -> None:
    car = f.vehicle()
    add(f.owner(car.provider), car, picture)
    add(f.owner(car.provider), car, picture)
    car.refresh_from_db()
    assert car.status == "verified"
    assert visible.current().filter(vehicle=car).count() == 1


def test_of_one_that_was_replaced_no_pixel_is_left(picture: Any) -> None:
    row = f.verified_provider(driver=True)
    former = add(f.owner(row), row, picture)
    add(f.owner(row), row, picture)
    former = m.Photo.objects.get(pk=former.pk)
    assert (stored(former, "picture"), stored(former, "thumb")) == ("", "")
    assert former.removed_at == f.NOW
    assert looked(f.owner(row), former) == "not_found"
    with pytest.raises(Conflict):
        photos.remove(actor=f.owner(row), photo=former.pk, at=f.NOW)
    assert actions()[-3:] == ["photo.added", "photo.removed", "photo.added"]


def test_a_face_goes_when_its_owner_wants_and_nothing_else_changes(picture: Any) -> None:
    row = f.verified_provider(driver=True)
    face = photos.confirm(actor=f.olena(), photo=add(f.owner(row), row, picture).pk, at=f.NOW)
    photos.remove(actor=f.owner(row), photo=face.pk, at=f.NOW)
    row.refresh_from_db()
    assert row.status == "verified"


def test_erasure_leaves_nothing(picture: Any) -> None:
    row = f.provider(is_driver=True)
    face = add(f.owner(row), row, picture)
    erasure.erase(actor=f.olena(), kind="provider", subject=row.pk, reason="asked", at=f.NOW)
    face = m.Photo.objects.get(pk=face.pk)
    assert (stored(face, "picture"), face.removed_at) == ("", f.NOW)


def test_with_the_key_gone_a_backup_shows_nothing(picture: Any) -> None:
    row = f.verified_provider(driver=True)
    face = add(f.owner(row), row, picture)
    erasure.destroy([row.pk], f.NOW)
    assert m.Photo.objects.get(pk=face.pk).picture == b""
    assert looked(f.owner(row), face) == "not_found"


# Confirming


def test_an_officer_of_the_county_confirms_once(picture: Any) -> None:
    car = f.vehicle()
    row = add(f.owner(car.provider), car, picture)
    for _ in range(2):
        row = photos.confirm(actor=f.olena(), photo=row.pk, at=f.NOW)
    assert (row.confirmed_at, row.confirmed_by_id) == (f.NOW, f.olena().id)
    assert actions().count("photo.confirmed") == 1


def test_nobody_else_confirms(picture: Any) -> None:
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    assert ride
    row = add(f.owner(ride.vehicle.provider), ride.vehicle, picture)
    for who, error in ((f.stefan(), NotFound), (f.maria(), NotFound), (f.owner(ride.vehicle.provider), NotAllowed)):
        with pytest.raises(error):
            photos.confirm(actor=who, photo=row.pk, at=f.NOW)
    row.refresh_from_db()
    assert row.confirmed_at is None


def test_whoever_put_it_in_or_lives_next_door_does_not_confirm(picture: Any) -> None:
    row = f.verified_provider(driver=True)
    face = add(f.olena(), row, picture)
    with pytest.raises(Conflict) as caught:
        photos.confirm(actor=f.olena(), photo=face.pk, at=f.NOW)
    assert caught.value.code == "photo_own"
    f.correct(f.known("petru"), phone=row.phone)
    with pytest.raises(Refused):
        photos.confirm(actor=f.petru(), photo=face.pk, at=f.NOW)


def test_the_check_of_the_plate_confirms_the_photo_that_is_there(picture: Any) -> None:
    from registry.services import checks

    car = f.vehicle(status="in_review")
    row = add(f.owner(car.provider), car, picture)
    given: Any = {"actor": f.olena(), "kind": "vehicle", "subject": car.pk, "evidence": {}, "at": f.NOW}
    checks.record_check(**given, id=uuid7(), code="photo_with_plate", passed=False)
    row.refresh_from_db()
    assert row.confirmed_at is None
    checks.record_check(**given, id=uuid7(), code="photo_with_plate", passed=True)
    row.refresh_from_db()
    assert row.confirmed_by_id == f.olena().id


# Who sees it


@pytest.fixture
def shown(picture: Any) -> Any:
    """A confirmed journey from Siret with a photograph of its vehicle and of its driver."""
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    assert ride
    return (
        journey,
        ride,
        add(f.owner(ride.vehicle.provider), ride.vehicle, picture),
        add(f.owner(ride.vehicle.provider), ride.driver, picture),
    )


def test_staff_of_the_journey_see_what_an_officer_has_confirmed_and_nothing_before(shown: Any, picture: Any) -> None:
    _, _, car, face = shown
    assert [looked(f.maria(), photo) for photo in (car, face)] == ["not_found"] * 2
    for photo in (car, face):
        photos.confirm(actor=f.olena(), photo=photo.pk, at=f.NOW)
    assert [looked(f.maria(), photo) for photo in (car, face)] == [picture.full] * 2
    assert [looked(f.andrei(), photo) for photo in (car, face)] == [picture.full] * 2
    assert actions()[-4:] == ["read.photo"] * 4


@pytest.mark.parametrize("who", ["vasile", "stefan", "daria", "sorin", "alina", "pavel"])
def test_nobody_else_sees_it(shown: Any, who: str) -> None:
    _, _, car, face = shown
    for photo in (car, face):
        photos.confirm(actor=f.olena(), photo=photo.pk, at=f.NOW)
    actor = f.actor(f.known(who))
    assert [looked(actor, photo) for photo in (car, face)] == ["not_found"] * 2


def test_staff_see_nobody_of_whom_no_journey_is_theirs(picture: Any) -> None:
    row = confirmed(f.vehicle(), picture)
    assert looked(f.maria(), row) == "not_found"
    assert looked(f.olena(), row) == picture.full


def test_an_owners_own_look_is_no_entry(shown: Any) -> None:
    _, ride, car, _ = shown
    before = m.AuditEntry.objects.count()
    photos.look(actor=f.owner(ride.vehicle.provider), photo=car.pk, at=f.NOW)
    assert m.AuditEntry.objects.count() == before


def test_the_household_sees_its_own_driver_while_the_match_runs(shown: Any, picture: Any) -> None:
    journey, _, car, face = shown
    assert visible.of_match(journey) == []
    for photo in (car, face):
        photos.confirm(actor=f.olena(), photo=photo.pk, at=f.NOW)
    assert [photo.kind for photo in visible.of_match(journey)] == ["vehicle", "face"]
    look: Any = {"match": journey.pk, "at": f.NOW}
    assert photos.look_as_household(photo=face.pk, **look) == picture.full
    assert photos.look_as_household(photo=car.pk, thumb=True, **look) == picture.thumb
    other = f.match("confirmed")
    with pytest.raises(NotFound):
        photos.look_as_household(match=other.pk, photo=face.pk, at=f.NOW)
    with f.unguarded():
        m.Match.objects.filter(pk=journey.pk).update(status="closed", closed_at=f.NOW)
    with pytest.raises(NotFound):
        photos.look_as_household(photo=face.pk, **look)


def test_control_an_unscoped_selector_would_show_it_to_everybody(shown: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, car, _ = shown
    monkeypatch.setattr(visible, "visible", lambda _: visible.current())
    assert looked(f.vasile(), car) != "not_found"
