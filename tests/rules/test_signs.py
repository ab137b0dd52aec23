"""Pictures, text messages and directions: small rules on plain values."""

import pytest

from geo.bearing import POINTS, bearing_deg, compass
from registry.ids import spoken_code
from registry.rules import short_message
from registry.rules.disclosure import follows, shows_journey
from registry.rules.reasons import LANGUAGES
from registry.rules.signs import SIGNS, asks_help, is_missing
from registry.web import short_messages
from tests import factories as f

# The longest plates of the countries around, as they are written.
PLATES = ("B 123 ABC", "SV 01 ABC", "AA 1234 BB", "IF 99 ZZZ", "ABC 1234", "DIPLO 12345")


def test_of_six_pictures_five_ask_for_help():
    for theirs in SIGNS:
        assert [sign for sign in SIGNS if asks_help(theirs, sign)] == [sign for sign in SIGNS if sign != theirs]
    assert not any(asks_help("", sign) for sign in SIGNS)
    assert not any(asks_help(theirs, "") for theirs in SIGNS)


def test_only_an_arrival_needs_a_picture():
    assert is_missing("sun", "", "arrived")
    assert not is_missing("sun", "fish", "arrived")
    assert not any(is_missing("sun", "", kind) for kind in ("here", "underway", "wrong"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plate", [*PLATES, ""])
def test_a_journey_fits_in_one_text_message(language, plate):
    code = spoken_code(12)
    message = short_messages.of_journey(code, plate, language)
    assert message.length <= message.room == (70 if language in ("uk", "ru") else 160)
    assert short_message.is_single(message.text)
    for needed in (code, plate.replace(" ", ""), "112", "0800800678"):
        assert needed in message.text


def test_the_length_is_counted_as_a_phone_counts():
    assert (short_message.length("a" * 160), short_message.room("a")) == (160, 160)
    assert short_message.length("€[") == 4
    assert (short_message.length("Ї" * 70), short_message.is_single("Ї" * 70)) == (70, True)
    assert not short_message.is_single("Ї" * 71)
    assert not short_message.is_single("a" * 161)
    assert short_message.length("😀") == 2
    assert not short_message.is_gsm("ș")


def test_romanian_messages_do_without_the_letters_that_cut_them_to_seventy():
    assert short_message.is_gsm(short_messages.of_journey("A" * 12, "SV 01 ABC", "ro").text)


@pytest.mark.parametrize(
    ("there", "point"),
    list(zip([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)], POINTS, strict=True)),
)
def test_directions_have_eight_names(there, point):
    assert compass((0.0, 0.0), there) == point


def test_a_direction_turns_at_its_edge():
    assert bearing_deg((26.0, 47.0), (26.0, 48.0)) == pytest.approx(0.0)
    assert compass((26.0, 47.9), (26.0, 47.8)) == "s"
    # Siret from its crossing: a little to the south-west.
    assert compass((26.0608, 47.9860), (26.0720, 47.9530)) == "s"


@pytest.mark.parametrize("status", ["confirmed", "departed", "overdue", "alerted", "halted"])
def test_who_is_trusted_follows_until_a_day_after_arriving(status):
    assert follows(status, None, f.NOW)
    assert follows("arrived", f.NOW, f.NOW + f.DAY - f.HOUR)
    assert not follows("arrived", f.NOW, f.NOW + f.DAY)
    assert not any(follows(over, None, f.NOW) for over in ("proposed", "accepted", "closed", "resolved", "cancelled"))


@pytest.mark.parametrize("status", ["closed", "resolved"])
def test_a_journey_is_shown_for_a_day_after_its_end(status):
    assert shows_journey(status, f.NOW, f.NOW + f.DAY - f.HOUR)
    assert not shows_journey(status, f.NOW, f.NOW + f.DAY)
    assert shows_journey("halted", None, f.NOW)
    assert not shows_journey("declined", f.NOW, f.NOW)
