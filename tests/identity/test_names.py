"""Names across alphabets, standards, patronymics, order, marks and pet names; and names that are not the same."""

import json
from pathlib import Path

import pytest

from registry.identity import names, nicknames
from registry.identity.names import Name, alike, is_patronymic, keys
from registry.identity.sounds import distance, readings

SAME = [
    (("Олександр", "Шевченко"), ("Sasha", "Chevtchenko")),
    (("Олександр", "Шевченко"), ("Alexandru", "Șevcenco")),
    (("Микола Іванович", "Коваленко"), ("Kovalenko", "Nikolai")),
    (("Ștefan", "Mureșan"), ("Stefan", "Muresan")),
    (("Ştefan", "Mureşan"), ("Ștefan", "Mureșan")),
    (("Mihail", "Țurcanu"), ("Михайло", "Цуркану")),
    (("Misha", "Bondarenko"), ("Mykhailo", "Bondarenko")),
    (("Ганна", "Ковальська"), ("Anna", "Covalschi")),
    (("", "Петренко Іван Степанович"), ("Ivan", "Petrenko")),
    (("Maria-Elena", "Popescu-Ionescu"), ("Elena", "Ionescu")),
    (("Yurii", "Hryhorenko"), ("Youri", "Grigorenko")),
    (("Olena", "Щербак"), ("Elena", "Scherbac")),
    (("Дар'я", "Соловйова"), ("Dasha", "Soloviov")),
    (("Jewhen", "Jazenko"), ("Євген", "Яценко")),
    (("Xyzan", "Bondarenko"), ("Xyzan", "Bodnarenko")),
    (("ІВАН", "ЖУКОВ"), ("ivan", "joukov")),
    (("Оlena", "Koвaль"), ("Олена", "Коваль")),
]
OTHER = [
    (("Maria", "Popa"), ("Marina", "Popa")),
    (("Ion", "Popa"), ("Ion", "Pop")),
    (("Anna", "Koval"), ("Yana", "Koval")),
    (("Ion", "Ionescu"), ("Ion", "Popescu")),
    (("Vasyl", "Melnyk"), ("Ivan", "Melnyk")),
    (("Alexandra", "Rusu"), ("Alexandru", "Rusu")),
    (("Mihai", "Goleanu"), ("Elena", "Mihai")),
    (("Ion", ""), ("Ion", "")),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_person_under_two_names_is_alike_and_shares_a_key(one, other):
    assert alike(Name(*one), Name(*other))
    assert alike(Name(*other), Name(*one))
    assert keys(Name(*one)) & keys(Name(*other))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_people_are_two(one, other):
    assert not alike(Name(*one), Name(*other))


@pytest.mark.parametrize(
    "word", ["Іванович", "Иванович", "Ivanovych", "Ivanivna", "Николаевна", "Ильич", "Illich", "Ігорівна"]
)
def test_a_patronymic_is_known(word):
    assert is_patronymic(word.casefold())


@pytest.mark.parametrize("word", ["Коваленко", "Popovici", "Мельник", "Ionescu", "Марина", "Ковальчук"])
def test_a_surname_is_no_patronymic(word):
    assert not is_patronymic(word.casefold())


def test_a_surname_that_looks_like_a_patronymic_stays():
    assert names.parts(Name("Ana", "Ivanović")) == ("ana", "ivanović")


def test_no_name_makes_more_keys_than_the_limit():
    long = Name("Ecaterina Cecilia Chiriac", "Chicciochec Cicciochech-Cheche Ciochech")
    assert len(keys(long)) <= names.MOST_KEYS


def test_a_key_never_is_one_word_alone():
    assert all("+" in key for key in keys(Name("Ion", "Popescu")))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [("abc", "abc", 0), ("abcd", "acbd", 1), ("abcd", "abd", 1), ("abc", "xyz", 3), ("a", "abcdef", 3)],
)
def test_distance_counts_slips_up_to_a_limit(a, b, expected):
    assert distance(a, b, 2) == expected


def test_the_table_of_names_says_where_it_comes_from():
    data = json.loads((Path(nicknames.__file__).parent / "data" / "nicknames.json").read_text("utf-8"))
    assert data["metadata"]["source"]
    assert data["metadata"]["date"]
    assert all(readings(form.casefold()) for forms in data["groups"].values() for form in forms)


@pytest.mark.parametrize("name", ["", " ", "—", "😀", "１２３", "\u0000"])
def test_what_is_no_name_is_like_nothing(name):
    assert keys(Name(name, name)) == frozenset()
    assert not alike(Name(name, name), Name(name, name))
