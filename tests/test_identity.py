"""The same phone, plate, name and code, however it was typed."""

import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import identity, ids

# Phones.


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("0721234567", "RO", "+40721234567"),
        ("0721 234 567", "RO", "+40721234567"),
        ("0721-234-567", "RO", "+40721234567"),
        ("+40 721 234 567", "RO", "+40721234567"),
        ("0040721234567", "RO", "+40721234567"),
        ("0230 530 530", "RO", "+40230530530"),
        ("050 123 45 67", "UA", "+380501234567"),
        ("+380501234567", "RO", "+380501234567"),
        ("069 123 456", "MD", "+37369123456"),
        ("022 123 456", "MD", "+37322123456"),
        ("+373 69 123 456", "UA", "+37369123456"),
        ("０７２１２３４５６７", "RO", "+40721234567"),
    ],
)
def test_a_phone_is_one_number_however_it_is_typed(typed, region, number):
    assert identity.phone(typed, region) == number


@pytest.mark.parametrize(
    "typed", ["", "112", "119", "12345", "530530", "not a phone", "+", "+4", "0" * 300, "\ud800", "\0"]
)
def test_what_nobody_can_dial_is_no_phone(typed):
    assert identity.phone(typed) is None


@pytest.mark.parametrize(("typed", "region"), [("069 123 456", "RO"), ("050 123 45 67", "RO"), ("069 123 456", "UA")])
def test_a_number_of_a_neighbor_without_its_country_code_is_not_taken_for_ours(typed, region):
    assert identity.phone(typed, region) is None


def test_the_same_digits_are_a_different_number_in_each_country():
    assert identity.phones("0721234567") == {"+40721234567", "+380721234567"}
    assert "+37369123456" in identity.phones("069 123 456")


def test_with_a_country_code_there_is_only_one():
    assert identity.phones("+380 50 123 45 67") == {"+380501234567"}
    assert identity.phones("not a phone") == frozenset()


def test_two_people_with_one_phone_are_found_whichever_country_each_meant():
    assert identity.phones("0501234567") & identity.phones("+380501234567")


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_phones(text):
    number = identity.phone(text)
    assert number is None or re.fullmatch(r"\+\d{6,15}", number)
    assert all(re.fullmatch(r"\+\d{6,15}", one) for one in identity.phones(text))


@given(st.integers(200_000_000, 799_999_999))
def test_a_phone_read_twice_is_the_same(digits):
    number = identity.phone(f"0{digits}")
    assert number is None or identity.phone(number) == number


# Plates.


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("SV 01 ABC", "SV01ABC"),
        ("sv-01-abc", "SV01ABC"),
        ("ЅV 01 АВС", "SV01ABC"),
        ("СЕ 1234 АА", "CE1234AA"),
        ("АІ 1234 КМ", "A11234KM"),
        ("AI 1234 KM", "A11234KM"),
        ("SV O1 ABC", "SV01ABC"),
        ("SV 01 AВO", "SV01AB0"),
        ("ＳＶ０１ＡＢＣ", "SV01ABC"),
        ("", ""),
        ("---", ""),
    ],
)
def test_a_plate_is_one_plate_however_it_is_typed(typed, plate):
    assert identity.plate(typed) == plate


@pytest.mark.parametrize(("latin", "cyrillic"), list(zip("ABCEHIKMOPTXYSJ", "АВСЕНІКМОРТХУЅЈ", strict=True)))
def test_each_letter_that_looks_the_same_is_the_same(latin, cyrillic):
    assert latin != cyrillic
    assert identity.plate(f"{cyrillic}{cyrillic.lower()} 123") == identity.plate(f"{latin}{latin.lower()} 123")


@given(st.text(max_size=60))
def test_a_plate_always_fits_its_column_and_is_read_the_same_twice(text):
    plate = identity.plate(text)
    assert re.fullmatch(r"[A-Z0-9]{0,16}", plate)
    assert identity.plate(plate) == plate
    assert not set("OI") & set(plate)


# Names.


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Ștefan", "ştefan"),
        ("ȚURCANU", "ţurcanu"),
        ("Iași", "iasi"),
        ("Îndrei  Ana-Maria", "indrei ana maria"),
        ("ПЕТРОВ", "петров"),
        ("Ёлкин", "елкин"),
        ("𝐀na", "ana"),
        ("ＡＮＡ", "ana"),
        ("Straße", "strasse"),
    ],
)
def test_names_are_found_whatever_their_case_and_marks(one, same):
    assert identity.search_key(one) == identity.search_key(same)


@given(st.text(max_size=40))
def test_a_search_key_is_its_own_search_key(text):
    key = identity.search_key(text)
    assert identity.search_key(key) == key


@pytest.mark.parametrize(
    "spellings",
    [
        ("Ковальський", "Ковальська", "Kovalska", "Kovalskyi", "Kowalski", "Covalschi"),
        ("Попеску", "Popescu", "POPESCU"),
        ("Чобану", "Ciobanu"),
        ("Чебан", "Ceban"),
        ("Цуркану", "Țurcanu", "Ţurcanu", "Turcanu"),
        ("Григоренко", "Hryhorenko", "Grigorenco"),
        ("Сергієнко", "Serhiienko", "Sergienko"),
        ("Єременко", "Yeremenko", "Ieremenko", "Ерёменко", "Eremenco"),
        ("Шевченко", "Șevcenco", "Shevchenko", "Szewczenko"),
        ("Чорний", "Чорна", "Chornyi", "Chorna"),
        ("Іванов", "Іванова", "ИВАНОВА", "Ivanova"),
        ("Жук", "Zhuk"),
        ("Хмельницький", "Khmelnytska", "Hmelnițchi"),
        ("Юрченко", "Yurchenko", "Iurcenco"),
        ("Георге", "Gheorghe"),
        ("О'Коннор", "O’Connor"),
    ],
)
def test_a_surname_is_one_surname_in_both_alphabets_for_both_sexes(spellings):
    assert len({identity.surname_key(name) for name in spellings}) == 1


def test_different_surnames_stay_different():
    names = [
        "Popescu",
        "Ionescu",
        "Rusu",
        "Rus",
        "Popa",
        "Pop",
        "Shevchenko",
        "Kovalenko",
        "Ivanov",
        "Petrov",
        "Bondar",
    ]
    assert len({identity.surname_key(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", ["", "-", "123", "…"])
def test_no_name_is_no_key(name):
    assert identity.surname_key(name) == ""


@given(st.text(max_size=40))
def test_no_text_breaks_the_keys_of_names(text):
    assert re.fullmatch(r"[a-z]*", identity.surname_key(text))
    assert identity.address_key(text, "siret").isascii()


# Addresses.


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "Strada Mihai Viteazu nr. 5, ap. 7",
            "str. Mihai Viteazu 5 ap 7",
            "7, Mihai Viteazu 5",
            "STR MIHAI VITEAZU 5/7",
        ),
        ("вул. Шевченка, 12А", "vul. Shevchenka 12 a", "улица Шевченка, дом 12а"),
        ("Șoseaua Ștefan cel Mare 3", "sos. Stefan cel Mare nr 3", "Şos. Ştefan cel Mare, 3"),
    ],
)
def test_an_address_is_one_address_however_it_is_written(spellings):
    assert len({identity.address_key(address, "siret") for address in spellings}) == 1


def test_another_number_or_another_town_is_another_address():
    keys = {identity.address_key(*pair) for pair in (("Lungă 5", "siret"), ("Lungă 6", "siret"), ("Lungă 5", "iasi"))}
    assert len(keys) == 3


def test_no_address_is_no_key():
    assert identity.address_key("", "siret") == ""
    assert identity.address_key("str. nr. ", "siret") == ""


# Ids and codes.


def test_an_id_is_a_uuid_of_version_seven_in_the_order_of_time():
    first, second = ids.uuid7(1_646_560_800_000), ids.uuid7(1_646_560_800_001)
    assert first.version == 7
    assert first < second
    assert first.int >> 80 == 1_646_560_800_000
    assert ids.is_uuid7(first)
    assert ids.is_uuid7(ids.uuid7())


@pytest.mark.parametrize(
    "other", [uuid4(), UUID(int=0), UUID(int=(7 << 76)), UUID("ffffffff-ffff-ffff-ffff-ffffffffffff")]
)
def test_another_id_is_refused(other):
    assert not ids.is_uuid7(other)


def test_ids_and_codes_are_never_the_same_twice():
    assert len({ids.uuid7(0) for _ in range(2000)}) == 2000
    assert len({ids.spoken_code() for _ in range(2000)}) == 2000


@pytest.mark.parametrize("length", [8, 12])
def test_a_code_has_no_letters_that_are_heard_or_read_as_others(length):
    code = ids.spoken_code(length)
    assert re.fullmatch(f"[0-9A-HJKMNP-TV-Z]{{{length}}}", code)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sz-4k3j-m8q2", "SZ4K3JM8Q2"),
        (" SZ 4K3J M8Q2 ", "SZ4K3JM8Q2"),
        ("sz4k3jm8q2", "SZ4K3JM8Q2"),
        ("ЅZ4К3ЈМ8Q2", "SZ4K3JM8Q2"),
        ("O0Il1", "00111"),
        ("ОІ", "01"),
        ("u", "V"),
        ("ＳＺ４", "SZ4"),
        ("4K3J–M8Q2\u00a0", "4K3JM8Q2"),
    ],
)
def test_a_code_is_read_as_the_person_meant_it(typed, meant):
    assert ids.read_code(typed) == meant


@given(st.integers(1, 20))
def test_a_code_read_is_the_code_that_was_given(length):
    code = ids.spoken_code(length)
    assert ids.read_code(code) == code
    assert ids.read_code(code.lower()) == code
