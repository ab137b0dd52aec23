"""Every reason has words: for staff and for the household, in four languages, saying nothing that it must not."""

import ast
import re
import unicodedata
from string import Formatter

import pytest

from registry.rules import eligibility, handover, vetting
from registry.rules.reasons import LANGUAGES, Reason, meta, text_of, texts
from tests.rules import code_finder, examples

AUDIENCES = ("staff", "household")
CYRILLIC, LATIN = ("uk", "ru"), ("ro", "en")
# Words that tell a household of a suspicion, of a check of somebody, or of another household.
SUSPICION = {
    "en": ("suspend", "revok", "hold", "verif", "report", "suspicio", "another household", "another family"),
    "ro": ("suspend", "retras", "blocar", "verificat", "sesizare", "suspiciun", "altă familie"),
    "uk": ("призупин", "відклик", "утриман", "перевірен", "підозр", "інша родина", "іншу родину"),
    "ru": ("приостанов", "отозван", "удержан", "проверен", "подозр", "другая семья", "другую семью"),
}
REFUSAL = {
    "en": ("refus", "declin", "did not want", "household"),
    "ro": ("refuz", "nu a dorit", "nu a vrut", "familia"),
    "uk": ("відмов", "не захот", "родина"),
    "ru": ("отказ", "не захот", "семья"),
}
ABOUT_OFFERS = [
    code
    for code in code_finder.find()
    if re.match(
        r"(provider|driver|escort|organization|vehicle|dwelling)_(held|suspended|revoked|expired|not_verified)", code
    )
    or code in {"only_unrelated_men", "would_leave_women_with_men", "offer_not_open", "other_driver", "other_plate"}
    or code.startswith(("pass_", "seats_", "beds_"))
]


def blanks(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_code_that_can_occur_has_words_and_no_words_are_left_over():
    assert set(texts("en")) == code_finder.find()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_both_audiences_in_every_language(language):
    said = texts(language)
    assert set(said) == set(texts("en"))
    assert all(set(entry) == set(AUDIENCES) and all(entry.values()) for entry in said.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_the_same_blanks_in_every_language(language):
    for code, entry in texts(language).items():
        for audience in AUDIENCES:
            assert blanks(entry[audience]) == blanks(texts("en")[code][audience]), (code, audience)


def test_a_sentence_asks_only_for_what_its_reason_brings():
    brought = dict(params_of_reasons())
    for code, entry in texts("en").items():
        for audience in AUDIENCES:
            assert blanks(entry[audience]) <= (brought.get(code, set()) | FILLED.get(code, set())), (code, audience)


def params_of_reasons():
    """(code, names of its params) of every reason that is written out, and of those that are declared."""
    for layer in code_finder.LAYERS:
        for path in sorted((code_finder.ROOT / "registry" / layer).rglob("*.py")):
            finder = code_finder.Finder(path)
            for call, scope in finder.calls:
                if ast.unparse(call.func) == "Reason" and (call.args or call.keywords):
                    given = next((k.value for k in call.keywords if k.arg == "params"), None)
                    names = (
                        {k.value for k in given.keys if isinstance(k, ast.Constant)}
                        if isinstance(given, ast.Dict)
                        else set()
                    )
                    if names:
                        yield from ((code, names) for code in finder.strings(call.args[0], scope))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_one_line_of_whole_sentences(language):
    for code, entry in texts(language).items():
        for sentence in entry.values():
            assert sentence == sentence.strip(), code
            assert sentence[-1] in ".?", (code, sentence)
            assert "  " not in sentence, code
            assert len(sentence) <= 240, (code, len(sentence))
            assert sentence == unicodedata.normalize("NFC", sentence)


def test_romanian_is_written_with_comma_below():
    wrong = set("şţŞŢ")
    for code, entry in texts("ro").items():
        assert not wrong & set("".join(entry.values())), code
    assert any(set("șț") & set("".join(entry.values())) for entry in texts("ro").values())


@pytest.mark.parametrize("language", CYRILLIC)
def test_cyrillic_sentences_have_no_latin_look_alikes(language):
    known = {"dgaspc", "psea", "itp", "rca", "json", "utf", "nul", "geojson", "wgs", "ro", "jpeg", "png", "webp"}
    for code, entry in texts(language).items():
        for sentence in entry.values():
            bare = re.sub(r"\{\w+\}", "", sentence)
            for word in re.findall(r"\w+", bare):
                scripts = {unicodedata.name(c).split()[0] for c in word if c.isalpha()}
                assert len(scripts) <= 1, (code, word)
                assert "LATIN" not in scripts or word.lower() in known or code in TECHNICAL, (code, word)


TECHNICAL = {"crs_mismatch", "crs_missing", "bad_argument", "duplicate_id", "unknown_place", "bad_fixture"}


def test_russian_letters_are_not_in_ukrainian_and_the_other_way_round():
    for code in texts("uk"):
        assert not set("ыэъёЫЭЪЁ") & set("".join(texts("uk")[code].values())), code
        assert not set("іїєґІЇЄҐ") & set("".join(texts("ru")[code].values())), code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(ABOUT_OFFERS))
def test_a_household_is_never_told_of_a_suspicion_or_of_another_household(code, language):
    sentence = text_of(code, language, "household").lower()
    assert not [word for word in SUSPICION[language] if word in sentence]


def test_the_words_of_suspicion_would_be_found():
    for language in LANGUAGES:
        said = text_of("driver_suspended", language, "staff").lower()
        assert any(word in said for word in SUSPICION[language]), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_provider_is_never_told_of_a_refusal(language):
    messages = [entry["staff"] for code, entry in texts(language).items() if code.startswith("message_")]
    assert len(messages) == 14
    assert not [m for m in messages for word in REFUSAL[language] if word in m.lower()]


# What a message says beside its sentence; whoever owes it brings these (tests/services/test_messages_filled.py).
FILLED = {
    "message_lapses": {"on"},
    "message_lapses_county": {"on", "reference"},
    "message_info_requested": {"checks", "on"},
    "message_info_lapsed": {"checks"},
    "message_rejected": {"rejection", "on"},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_has_only_blanks_that_somebody_fills(language):
    messages = {code: entry for code, entry in texts(language).items() if code.startswith("message_")}
    for code, entry in messages.items():
        assert {frozenset(blanks(s)) for s in entry.values()} == {frozenset(FILLED.get(code, set()))}, code


def test_a_reason_reads_its_codes_in_words():
    reason = Reason("shared_language", params={"languages": "ro, uk"})
    assert reason.text("en") == "A shared language: Romanian, Ukrainian."
    assert reason.text("uk", "household") == "Спільна мова: румунська, українська."
    assert Reason("check_missing", params={"check": "home_visit"}).text("ro").endswith("vizită la domiciliu.")


def test_a_reason_in_a_language_that_we_do_not_speak_is_said_in_english():
    assert Reason("no_pets").text("fr") == Reason("no_pets").text("en")


def test_a_code_without_words_is_an_error_and_not_silence():
    with pytest.raises(KeyError):
        text_of("no_such_code", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_and_every_checked_field_has_a_name(language):
    fields = {name for names in vetting.CHECKED_FIELDS.values() for name in names}
    assert set(code_finder.labels(language)["check"]) == set(vetting.definitions())
    assert set(code_finder.labels(language)["field"]) == fields


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_says_who_translated_it_and_that_nobody_has_reviewed_it(language):
    said = meta(language)
    assert said["language"] == language
    assert said["translated_by"]
    assert said["reviewed"] is None


def test_the_finder_sees_a_new_code(tmp_path):
    file = code_finder.ROOT / "registry" / "rules" / "eligibility.py"
    finder = code_finder.Finder(file)
    finder.tree = ast.parse('def f(x: int) -> None:\n    raise Conflict("brand_new" if x else "newer")\n')
    assert set(finder.codes()) == {"brand_new", "newer"}


def test_the_finder_refuses_what_it_cannot_follow():
    finder = code_finder.Finder(code_finder.ROOT / "registry" / "rules" / "eligibility.py")
    finder.tree = ast.parse('def f(x: str) -> None:\n    raise Conflict(f"{x}_happened")\n')
    with pytest.raises(AssertionError, match="cannot follow"):
        list(finder.codes())


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise Invalid(fields={"a": "one"})', {"one"}),
        ('raise Invalid(fields=dict.fromkeys(names, "two"))', {"two"}),
        (
            'bad: dict[str, str] = {}\n    bad["a"] = "three"\n    bad |= {"b": "four"}\n    raise Invalid(fields=bad)',
            {"three", "four"},
        ),
        ('rows.insert(row, "five")', {"five"}),
        ('outbox.owe(key="k", code="six")', {"message_six"}),
        ('refuse({"a": "seven"})', {"seven"}),
    ],
)
def test_the_finder_follows_fields_inserts_and_messages(source, found):
    finder = code_finder.Finder(code_finder.ROOT / "registry" / "rules" / "eligibility.py")
    finder.tree = ast.parse(f"def f() -> None:\n    {source}\n")
    assert set(finder.codes()) == found


def test_the_examples_are_good_so_that_each_test_changes_one_thing():
    assert eligibility.ride(examples.need(), examples.ride(), examples.NOON) == ()
    assert eligibility.stay(examples.need(), examples.stay(), examples.NOON) == ()
    assert handover.departure(examples.gate()) == ()
