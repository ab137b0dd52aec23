"""A provider's phone in a real browser: joining, a photograph, an answer, the pass; four languages, 320 pixels."""

import pytest

from registry import models as m
from registry.services import photos
from tests import factories as f
from tests.browser import screens
from tests.browser.test_pages_browser import LANGUAGES, Visitor, noon
from tests.invented import snapshots

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]

DESK_WIDTH = 900
TYPED = {"given_name": "Vasile", "family_name": "Muntean", "birth_year": "1978", "phone": "0743 123 456"}
TYPED |= {"address": "Strada Lungă 5", "password": "green-window-and-a-goat"}
SHOWN_AS = "() => {{ const shown = document.querySelector('[data-preview]'); return !shown.hidden && shown.{} }}"


def owner_signed_in(chrome, server, row, size, language="en"):
    """The provider at its own page: no second factor, so a password is enough."""
    visitor = Visitor(chrome, server, size, language)
    person = f.person_of(f.owner(row))
    page = visitor.open("/login/")
    page.fill("[name=email]", person.email)
    page.fill("[name=password]", f.PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/home/")
    visitor.look()
    return visitor


def open_each(visitor, pages):
    """Open pages; one with a name is one of docs/screens.md."""
    for path, name in pages.items():
        visitor.open(path)
        if name and visitor.width < DESK_WIDTH:
            screens.at(visitor.page, name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["small", "desk"])
def test_the_pages_of_a_provider_fit_in_every_language(chrome, live_server, size, language):
    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    car = ride.vehicle
    shown = f.provider_pass(car.provider, car)
    visitor = Visitor(chrome, live_server, size, language)
    open_each(visitor, {"/join/": "provider-join", "/join/driver/": "provider-bring", "/join/host/": None})
    open_each(visitor, {"/join/organization/": None, "/join/driver/start/": "provider-form"})
    visitor.leave()
    visitor = owner_signed_in(chrome, live_server, car.provider, size, language)
    open_each(visitor, {"/provider/status/": "provider-status", "/provider/start/": "provider-start"})
    open_each(visitor, {f"/vehicles/{car.pk}/photo/": "provider-photo", f"/providers/{car.provider_id}/photo/": None})
    open_each(visitor, {f"/carried/{journey.pk}/": "provider-journey"})
    open_each(visitor, {f"/carried/{journey.pk}/cannot/": "provider-cannot"})
    open_each(visitor, {f"/passes/{shown.pk}/show/": "provider-pass"})
    visitor.leave()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_somebody_joins_and_sends_a_photograph(chrome, live_server, scripts, tmp_path):
    f.geography()
    picture = tmp_path / "car.jpg"
    picture.write_bytes(snapshots.told(3000, 2000))
    visitor = Visitor(chrome, live_server, "phone", java_script_enabled=scripts)
    page = visitor.page
    page.goto(live_server.url + "/join/")
    page.get_by_text("I want to drive").click()
    page.get_by_role("link", name="Start: about three minutes").click()
    for name, value in TYPED.items():
        page.fill(f"[name={name}]", value)
    page.locator("[name=sex][value=m]").check()
    page.select_option("[name=town]", "suceava")
    page.locator("main form.stack > button").click()
    assert page.locator("h1").inner_text() == "Your application is here"
    page.get_by_role("link", name="Add a vehicle").first.click()
    for name, value in {"plate": "SV 12 ABC", "make": "Dacia Lodgy", "color": "blue"}.items():
        page.fill(f"[name={name}]", value)
    page.locator("main form.stack > button").click()
    page.set_input_files("[name=picture]", str(picture))
    if scripts:
        page.wait_for_selector("[data-preview]:not([hidden])")
        page.wait_for_function("() => document.querySelector('[name=picture]').files[0].name === 'photo.jpg'")
    page.locator("main form.stack > button").click()
    page.wait_for_url("**/provider/status/**")
    photo = m.Photo.objects.get()
    assert photo.height == 1280
    assert photo.width in {853, 854}  # browsers round two thirds of 1280 either way
    visitor.leave()


def test_a_picture_is_shown_however_fast_it_was_chosen_and_so_is_the_next(chrome, live_server, tmp_path):
    visitor = owner_signed_in(chrome, live_server, row := f.verified_provider(driver=True), "phone")
    first, second = tmp_path / "car.jpg", tmp_path / "photo.jpg"  # the second as the script itself names what it shrank
    first.write_bytes(snapshots.told(3000, 2000))
    second.write_bytes(snapshots.jpeg(640, 480))
    page, held = visitor.page, []
    page.route("**/photo*.js", lambda route: [held.append(route)])  # the driver cannot mark a builtin
    with page.expect_request("**/photo*.js"):
        page.goto(live_server.url + f"/vehicles/{f.vehicle(row).pk}/photo/", wait_until="commit")
    page.set_input_files("[name=picture]", first)
    held.pop().continue_()
    page.wait_for_function(SHOWN_AS.format("height > shown.width"))
    page.set_input_files("[name=picture]", second)
    page.wait_for_function(SHOWN_AS.format("width > shown.height"))
    visitor.leave()


def test_what_was_typed_comes_back_in_the_same_tab_and_is_forgotten_when_it_was_taken(chrome, live_server):
    row = f.verified_provider(driver=True)
    visitor = owner_signed_in(chrome, live_server, row, "phone")
    url = f"/providers/{row.pk}/vehicles/new/"
    page = visitor.open(url)
    page.fill("[name=plate]", "SV 12 ABC")
    page.fill("[name=make]", "Dacia")
    page.fill("[name=color]", "blue")
    m.SignIn.objects.update(ended_at=f.NOW)
    page.locator("main form.stack > button").click()
    page.wait_for_url("**/login/**")
    page.fill("[name=email]", f.person_of(f.owner(row)).email)
    page.fill("[name=password]", f.PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(f"**{url}")
    assert page.input_value("[name=plate]") == "SV 12 ABC"
    page.locator("main form.stack > button").click()
    page.wait_for_url("**/photo/**")
    page.wait_for_timeout(200)
    assert visitor.open(url).input_value("[name=plate]") == ""
    visitor.leave()


def test_the_staff_see_the_car_and_the_driver_beside_the_journey(chrome, live_server):
    from registry.ids import uuid7
    from tests.browser.test_pages_browser import signed_in

    journey = f.match("confirmed")
    ride = f.ride_of(journey)
    given = {"actor": f.owner(ride.vehicle.provider), "picture": photos.prepared(snapshots.jpeg()), "at": f.NOW}
    row = photos.add(id=uuid7(), vehicle=ride.vehicle_id, **given)
    photos.confirm(actor=f.olena(), photo=row.pk, at=f.NOW)
    maria = signed_in(chrome, live_server, "maria", "phone")
    page = maria.open(f"/journeys/{journey.pk}/")
    picture = page.locator(".photo-row img")  # loads lazily: the page is there before it
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    maria.leave()
