"""Daitch-Mokotoff Soundex gives the codes that its authors and others have published."""

import pytest

from registry.identity.soundex import codes

# https://www.avotaynu.com/soundex.htm, https://www.jewishgen.org/infofiles/soundex.html, and the documentation of
# PostgreSQL's fuzzystrmatch.
PUBLISHED = {
    "Auerbach": "097400 097500",
    "Ohrbach": "097400 097500",
    "Uhrbach": "097400 097500",
    "Lipshitz": "874400",
    "Lippszyc": "874400 874500",
    "Lewinsky": "876450",
    "Levinski": "876450",
    "Szlamawicz": "486740",
    "Shlamovitz": "486740",
    "Moskowitz": "645740",
    "Moskovitz": "645740",
    "Peters": "734000 739400",
    "Peterson": "734600 739460",
    "Jackson": "145460 154600 445460 454600",
    "Mannheim": "665600",
    "Mintz": "664000",
    "Topf": "370000",
    "Kleinman": "586660",
    "Ceniow": "467000 567000",
    "Tsenyuv": "467000",
    "Holubica": "587400 587500",
    "Golubitsa": "587400",
    "Przemysl": "746480 794648",
    "Pshemeshil": "746480",
    "Rosochowaciec": "944744 944745 944754 944755 945744 945745 945754 945755",
    "Rosokhovatsets": "945744",
    "Augsburg": "054795",
    "Halberstadt": "587433 587943",
    "Cherkassy": "495400 595400",
}


@pytest.mark.parametrize(("name", "published"), PUBLISHED.items())
def test_a_published_example_has_its_codes(name, published):
    assert codes(name) == tuple(published.split())


@pytest.mark.parametrize("name", ["", "123", "-"])
def test_a_name_without_letters_has_no_code(name):
    assert codes(name) == ()


def test_marks_and_capitals_make_no_difference():
    assert codes("Țurcanu") == codes("TURCANU")


def test_two_sounds_of_one_code_with_a_vowel_between_are_two():
    assert codes("Papa") == ("770000",)
    assert codes("Pappa") == ("770000",)
    assert codes("Pp") == ("700000",)
