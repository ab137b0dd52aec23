"""Joining by phone: from the list of what to bring to the first photograph, and what an attacker gets of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from registry import models as m
from registry.ids import uuid7
from registry.pictures import LARGEST_BYTES
from registry.rules import vetting
from registry.services import joining, photos
from registry.web import bring_words, photo_links
from tests import factories as f
from tests.invented import snapshots
from tests.pages.site import LANGUAGES, browser, clock, filled, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]

WHO = {"given_name": "Ana", "family_name": "Pop", "birth_year": "1985", "sex": "f", "phone": "0721234567"}
WHO |= {"address": "Strada Mare 1", "town": "suceava", "password": "green-window-and-a-goat"}
CAR = {"plate": "SV 77 ABC", "make": "Dacia Logan", "color": "white"}


@pytest.fixture(autouse=True)
def places():
    f.geography()


def file(raw: bytes, name: str = "car.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, kind)


def joined_browser(**more: str) -> Client:
    client = browser()
    answer = send(client, "/join/driver/start/", **{**WHO, "is_driver": "on", **more})
    assert answer.status_code == 302, words(answer)
    return client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", vetting.JOINING)
def test_the_list_of_what_to_bring_comes_from_the_checks_themselves(kind, language):
    page = browser(language=language).get(f"/join/{kind}/")
    said = words(page)
    with translation.override(language):
        missing = [code for code in vetting.asked_of(kind) if str(bring_words.BRING[code]) not in said]
    assert missing == []
    assert len(re.findall(r"<li><span>", page.content.decode())) == len(vetting.asked_of(kind))


def test_every_check_has_words_for_whoever_gets_ready():
    assert set(bring_words.BRING) == set(bring_words.PART_OF) == set(vetting.definitions())
    assert set(bring_words.PART_OF.values()) == set(bring_words.PARTS)


def test_control_a_check_without_words_would_be_found(monkeypatch):
    monkeypatch.delitem(bring_words.BRING, "insurance")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        browser().get("/join/driver/")


def test_no_other_kind_joins():
    assert [browser().get(f"/join/{kind}/").status_code for kind in ("officer", "authority", "steward")] == [404] * 3
    assert browser().post("/join/officer/start/", WHO).status_code == 404


def test_ten_minutes_from_nothing_to_a_photograph():
    client = joined_browser()
    row = m.Provider.objects.get()
    page = client.get("/provider/start/")
    name = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", words(page))[0]
    assert f"/providers/{row.pk}/vehicles/new/" in page.content.decode()
    answer = send(client, f"/providers/{row.pk}/vehicles/new/", **CAR)
    car = m.Vehicle.objects.get()
    assert answer.headers["Location"] == f"/vehicles/{car.pk}/photo/#saved"
    url = f"/vehicles/{car.pk}/photo/"
    assert client.post(url, {**filled(client, url), "picture": file(snapshots.told())}).status_code == 302
    photo = m.Photo.objects.get()
    jpeg = client.get(f"/photos/{photo.pk}/")
    assert (jpeg.headers["Content-Type"], jpeg.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "no-store" in jpeg.headers["Cache-Control"]
    assert b"Exif" not in jpeg.content
    said = words(client.get("/provider/status/"))
    assert "Photo waits for an officer" in said
    assert "Identity card or passport, the original." in said
    client.post("/logout/")
    assert send(client, "/login/", email=name, password=WHO["password"]).headers["Location"] == "/home/"
    client.post("/logout/")
    assert send(client, "/login/", email="0721 234 567", password=WHO["password"]).headers["Location"] == "/home/"


def test_the_answer_was_lost_and_the_form_is_sent_again():
    client = browser()
    form = {**filled(client, "/join/driver/start/"), **WHO, "is_driver": "on"}
    assert client.post("/join/driver/start/", form).status_code == 302
    again = browser()
    assert again.post("/join/driver/start/", form).status_code == 302
    assert again.get("/provider/status/").status_code == 200
    assert m.Provider.objects.count() == 1


def test_what_does_not_fit_keeps_what_was_typed_and_the_name_that_was_shown():
    client = browser()
    page = client.get("/join/driver/start/")
    shown = re.findall(r'id="login"[^>]*value="([^"]+)"', page.content.decode())
    key = re.findall(r'name="key" value="([^"]+)"', page.content.decode())
    answer = client.post("/join/driver/start/", {**WHO, "key": key[-1], "is_driver": "on", "phone": "12"})
    assert answer.status_code == 422
    assert 'value="Strada Mare 1"' in answer.content.decode()
    assert re.findall(r'id="login"[^>]*value="([^"]+)"', answer.content.decode()) == shown
    assert "green-window" not in answer.content.decode()


def test_joining_says_the_same_whoever_is_known(monkeypatch):
    f.verified_provider(driver=True, phone="+40721234567")
    pages = [joined_browser(phone=phone).get("/provider/start/") for phone in ("0721234567", "0721999888")]
    bare = [re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}", "", words(page)) for page in pages]
    assert bare[0] == bare[1]


def test_a_flood_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(joining, "BY_ADDRESS", 1)
    joined_browser()
    answer = send(browser(), "/join/driver/start/", **{**WHO, "is_driver": "on"})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_an_organization_joins():
    client = browser()
    more = {"organization_name": "Casa Bună", "registration_number": "RO12345678"}
    del (who := dict(WHO))["birth_year"]
    assert send(client, "/join/organization/start/", **who, **more).status_code == 302
    assert m.Provider.objects.get().kind == "organization"


def test_who_is_signed_in_does_not_join_again():
    client = joined_browser()
    assert client.get("/join/driver/start/").headers["Location"] == "/provider/status/"
    assert browser(f.person()).get("/join/driver/start/").headers["Location"] == "/provider/apply/"


# Photographs in forms


@pytest.fixture
def owner():
    car = f.vehicle()
    return browser(f.person_of(f.owner(car.provider))), car, f"/vehicles/{car.pk}/photo/"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (snapshots.SVG, "not a photo that we can read"),
        (snapshots.HTML, "not a photo that we can read"),
        (snapshots.bomb(5000, 5000), "too many pixels"),
        (snapshots.jpeg()[:3000], "damaged"),
        (b"", "Choose a photo"),
    ],
    ids=["svg", "page", "bomb", "half", "empty"],
)
def test_what_is_no_photo_is_refused_in_words_whatever_it_is_called(owner, raw, said):
    client, _, url = owner
    answer = client.post(url, {**filled(client, url), "picture": file(raw)})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not m.Photo.objects.exists()


def test_its_name_and_type_mean_nothing(owner):
    client, _, url = owner
    named = file(snapshots.jpeg(), "../../etc/evil.svg", "image/svg+xml")
    assert client.post(url, {**filled(client, url), "picture": named}).status_code == 302
    photo = m.Photo.objects.get()
    assert client.get(f"/photos/{photo.pk}/").headers["Content-Type"] == "image/jpeg"


def test_more_than_six_megabytes_are_refused_before_they_are_read(owner):
    client, _, url = owner
    answer = client.post(url, {**filled(client, url), "picture": file(bytes(LARGEST_BYTES + 200_000))})
    assert answer.status_code == 413
    assert "larger than 6 MB" in words(answer)


def test_a_little_more_is_refused_at_its_field(owner):
    client, _, url = owner
    raw = snapshots.jpeg() + bytes(LARGEST_BYTES - 1000)
    answer = client.post(url, {**filled(client, url), "picture": file(raw)})
    assert answer.status_code == 422
    assert "larger than 6 MB" in words(answer)


def test_the_same_form_twice_is_one_photo_and_another_file_under_its_key_is_refused(owner):
    client, _, url = owner
    form = filled(client, url)
    assert client.post(url, {**form, "picture": file(snapshots.jpeg())}).status_code == 302
    assert client.post(url, {**form, "picture": file(snapshots.jpeg())}).status_code == 302
    assert client.post(url, {**form, "picture": file(snapshots.jpeg(seed=2))}).status_code == 422
    assert m.Photo.objects.count() == 1


def test_no_other_form_takes_a_file(owner):
    client, car, _ = owner
    for url in ("/login/", "/check/", f"/providers/{car.provider_id}/vehicles/new/", "/mine/"):
        assert client.post(url, {"x": file(snapshots.jpeg())}).status_code == 400, url


def test_two_files_are_refused(owner):
    client, _, url = owner
    two = {"picture": file(snapshots.jpeg()), "other": file(snapshots.jpeg())}
    assert client.post(url, {**filled(client, url), **two}).status_code == 400
    assert not m.Photo.objects.exists()


def test_another_site_cannot_send_one(owner):
    _, car, url = owner
    strict = Client(enforce_csrf_checks=True)
    f.sign_in(strict, f.person_of(f.owner(car.provider)))
    answer = strict.post(url, {"key": str(car.pk), "picture": file(snapshots.jpeg())})
    assert answer.status_code == 403
    assert not m.Photo.objects.exists()


def test_a_face_needs_its_owners_word(owner):
    client, car, _ = owner
    url = f"/providers/{car.provider_id}/photo/"
    form = {**filled(client, url), "picture": file(snapshots.jpeg())}
    assert client.post(url, form).status_code == 422
    answer = client.post(url, {**filled(client, url), "picture": file(snapshots.jpeg()), "agree": "on"})
    assert answer.status_code == 302
    press(client, url, f"/photos/{m.Photo.objects.get().pk}/remove/")
    assert m.Photo.objects.get().removed_at == f.NOW


def test_a_households_address_is_signed_for_one_match_and_dies():
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    assert ride
    given = {"actor": f.owner(ride.vehicle.provider), "id": uuid7(), "at": f.NOW}
    row = photos.add(vehicle=ride.vehicle_id, picture=photos.prepared(snapshots.jpeg()), **given)
    photos.confirm(actor=f.olena(), photo=row.pk, at=f.NOW)
    address = photo_links.for_household(journey)[0]["large"]
    anybody = browser()
    assert anybody.get(address).headers["Content-Type"] == "image/jpeg"
    token = address.rstrip("/").rpartition("/")[2]
    for broken in (token[:-2] + "xx", "x", token.replace(":", ".", 1)):
        assert anybody.get(f"/photos/shown/{broken}/").status_code == 404
    with f.unguarded():
        m.Match.objects.filter(pk=journey.pk).update(status="closed", closed_at=f.NOW)
    assert anybody.get(address).status_code == 404


def test_an_officer_sees_the_photo_beside_the_plate_and_confirms_it(owner):
    client, car, url = owner
    client.post(url, {**filled(client, url), "picture": file(snapshots.jpeg())})
    photo = m.Photo.objects.get()
    desk, page = browser("olena"), f"/desk/provider/{car.provider_id}/"
    assert f"/photos/{photo.pk}/small/" in desk.get(page).content.decode()
    press(desk, page, f"/desk/photo/{photo.pk}/confirm/")
    photo.refresh_from_db()
    assert photo.confirmed_by == f.known("olena")
