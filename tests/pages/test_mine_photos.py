"""Photographs on a household's page: the driver's beside the driver, the host's beside the home, once confirmed."""

import re
from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import photos
from tests import factories as f
from tests.invented import snapshots
from tests.pages.household import of
from tests.pages.site import clock, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


def photographed(thing: Any, confirmed: bool = True) -> m.Photo:
    """A photograph of a car or of a face, as its owner put it in and an officer confirmed it."""
    about = {"vehicle": thing.pk} if isinstance(thing, m.Vehicle) else {"provider": thing.pk}
    owner = f.owner(m.Provider.objects.get(pk=thing.provider_id if isinstance(thing, m.Vehicle) else thing.pk))
    row = photos.add(actor=owner, id=uuid7(), picture=photos.prepared(snapshots.jpeg()), at=f.NOW, **about)
    if confirmed:
        f.correct(row, confirmed_at=f.NOW, confirmed_by=f.known("olena"))
    return row


def shown(match: m.Match) -> tuple[list[str], list[str]]:
    """The small photographs in the card of the driver and in that of the home."""
    client = of(match)
    page = client.get("/mine/").content.decode()
    cards = [re.findall(rf'aria-labelledby="{part}".*?</section>', page, re.DOTALL) for part in ("driver", "stay")]
    found = [re.findall(r'<img class="car-photo" src="([^"]+)"', card[0]) for card in cards]
    for address in [one for card in found for one in card]:
        assert client.get(address).headers["Content-Type"] == "image/jpeg"
    return found[0], found[1]


@pytest.fixture
def match():
    return f.match("confirmed", f.help_request("both"))


def test_the_car_and_the_driver_are_shown_beside_each_other(match):
    ride = f.ride_of(match)
    photographed(ride.vehicle)
    photographed(ride.driver)
    assert [len(card) for card in shown(match)] == [2, 0]


def test_a_host_s_face_never_stands_where_the_driver_s_is_expected(match):
    photographed(f.stay_of(match).provider)
    assert [len(card) for card in shown(match)] == [0, 1]


def test_what_no_officer_has_confirmed_is_not_shown(match):
    photographed(f.ride_of(match).vehicle, confirmed=False)
    assert [len(card) for card in shown(match)] == [0, 0]
    assert f.ride_of(match).vehicle.plate in words(of(match).get("/mine/"))
