"""Households are made up as documented in docs/replay.md, and nobody invented can be reached or confused."""

from random import Random

import phonenumbers
import pytest

from registry.services.intake import household_party
from registry.simulation import invented, makeup
from registry.simulation.invented import Inventor

HOUSEHOLDS = 4_000


@pytest.fixture(scope="module", params=[1, 20220306])
def drafts(request: pytest.FixtureRequest) -> list:
    inventor = Inventor(Random(request.param))
    return [makeup.household(inventor) for _ in range(HOUSEHOLDS)]


@pytest.fixture(scope="module")
def parties(drafts: list) -> list:
    return [household_party(draft) for draft in drafts]


def share(counted: int, of: int, low: float, high: float) -> bool:
    return low <= counted / of <= high


def test_about_a_third_are_children(parties: list) -> None:
    people = sum(p.size for p in parties)
    assert share(sum(p.minors for p in parties), people, 0.32, 0.39)


def test_nine_in_ten_are_women_and_children(parties: list) -> None:
    people = sum(p.size for p in parties)
    assert share(people - sum(p.men for p in parties), people, 0.89, 0.95)


def test_about_one_household_in_a_hundred_is_a_child_alone(parties: list) -> None:
    assert share(sum(p.children_alone > 0 for p in parties), len(parties), 0.006, 0.018)


def test_about_one_in_a_hundred_people_uses_a_wheelchair(drafts: list, parties: list) -> None:
    assert share(sum(d.wheelchairs for d in drafts), sum(p.size for p in parties), 0.005, 0.016)


def test_about_one_household_in_ten_brings_a_pet(drafts: list) -> None:
    assert share(sum(d.pets > 0 for d in drafts), len(drafts), 0.08, 0.12)


def test_some_are_sixty_or_more(parties: list) -> None:
    assert share(sum(p.in_bands(("60+",)) for p in parties), sum(p.size for p in parties), 0.1, 0.22)


def test_the_same_seed_makes_the_same_households() -> None:
    first, second = (makeup.household(Inventor(Random(5))) for _ in range(2))
    assert first == second
    assert makeup.household(Inventor(Random(6))) != first


@pytest.mark.parametrize("country", ["ro", "uk"])
def test_an_invented_phone_is_possible_but_nobodys(country: str) -> None:
    inventor = Inventor(Random(1))
    numbers = [inventor.phone(country) for _ in range(200)]
    assert len(set(numbers)) == 200
    for number in map(phonenumbers.parse, numbers):
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number)


def test_an_invented_plate_has_the_number_that_no_county_gives_out() -> None:
    inventor = Inventor(Random(1))
    plates = [inventor.plate("RO-SV") for _ in range(5_000)]
    assert len(set(plates)) == 5_000
    assert all(plate.startswith("SV 00 ") for plate in plates)


def test_lists_say_that_they_are_invented() -> None:
    assert "chance" in invented.lists()["metadata"]["source"]
