"""A day of arrivals adds up, follows its sources, and says so when nobody knows."""

from datetime import date
from random import Random

import pytest

from registry.simulation import arrivals

DAY = date(2022, 3, 6)


def test_the_worst_day_has_its_people() -> None:
    assert arrivals.people_of(DAY, "ro-ua") == 10_953
    assert arrivals.people_of(DAY, "national") == 33_969


@pytest.mark.parametrize(("scope", "people"), [("ro-ua", None), ("national", None), ("ro-ua", 150), ("national", 7)])
def test_the_zones_add_up_to_the_people(scope: str, people: int | None) -> None:
    shares = arrivals.spread(DAY, scope, people)
    assert sum(share.people for share in shares) == (people or arrivals.people_of(DAY, scope))
    assert all(share.people > 0 for share in shares)


def test_siret_takes_63_of_a_hundred_at_the_ukrainian_border() -> None:
    shares = {share.zone: share.people for share in arrivals.spread(DAY, "ro-ua")}
    assert max(shares, key=lambda zone: shares[zone]) == "siret-crossing"
    assert shares["siret-crossing"] / 10_953 == pytest.approx(0.63, abs=0.005)


def test_nobody_comes_through_a_crossing_before_it_opened() -> None:
    zones = {share.zone for share in arrivals.spread(DAY, "ro-ua")}
    assert zones == {"siret-crossing", "sighet-crossing", "isaccea-crossing", "halmeu-crossing"}


def test_the_nation_adds_the_moldovan_border_and_the_rest() -> None:
    shares = {share.zone: share.people for share in arrivals.spread(DAY, "national")}
    ukraine = sum(shares[share.zone] for share in arrivals.spread(DAY, "ro-ua"))
    moldova = sum(shares[row["zone"]] for row in arrivals._shares()["ro-md"])
    assert ukraine == pytest.approx(10_953, abs=5)
    assert moldova == pytest.approx(21_121, abs=5)


def test_an_unknown_day_names_the_known_ones() -> None:
    with pytest.raises(arrivals.UnknownDay, match="2022-03-06"):
        arrivals.people_of(date(2022, 3, 1), "ro-ua")


def test_more_people_come_by_day_than_by_night() -> None:
    random = Random(1)
    hours = [arrivals.moment(DAY, random).hour for _ in range(4_000)]
    assert sum(8 <= hour < 18 for hour in hours) > 1.8 * sum(hour < 6 or hour >= 22 for hour in hours)


def test_every_zone_of_a_day_has_ways_to_leave() -> None:
    for share in arrivals.spread(DAY, "national"):
        assert arrivals.choose_route(share.zone, Random(1)).towns
