"""The check of the app's texts finds what it is for; the server tells all parts of a language as one book."""

import json

import pytest

from registry.phone import words_book
from tests import scripts

FORMS = {"uk": ("one", "few", "many", "other"), "ru": ("one", "few", "many", "other"), "ro": ("one", "few", "other")}
SCREEN = """t("gate.go"); t("gate.seats", { n }); tIn(theirs, "gate.wait", { who }); t(`gate.state.${state}`);"""


@pytest.fixture
def tool():
    """The check as a fresh module."""
    return scripts.tool("check_words")


@pytest.fixture
def tree(tmp_path):
    """A small app whose texts are whole: its folder of words and its folder of screens."""
    words, screens = tmp_path / "words", tmp_path / "app"
    (words / "gate").mkdir(parents=True)
    screens.mkdir()
    (screens / "gate.js").write_text(SCREEN, "utf-8")
    for language in ("uk", "ro", "en", "ru"):
        forms = FORMS.get(language, ("one", "other"))
        texts = {
            "gate.go": "GO",
            "gate.seats": dict.fromkeys(forms, "{n} x"),
            "gate.wait": "{who}: x",
            "gate.state.open": "x",
        }
        write(words / "gate" / f"{language}.json", texts)
        meta = {"language": language, "translated_by": "somebody", "reviewed": None}
        write(words / "gate" / f"safety.{language}.json", {"meta": meta, "texts": {"gate.state.stop": "STOP"}})
    return words, screens


def write(path, content):
    """A file of texts."""
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def change(path, **changed):
    """Change texts of a file; None takes one out."""
    texts = {**json.loads(path.read_text("utf-8")), **{key.replace("__", "."): text for key, text in changed.items()}}
    write(path, {key: text for key, text in texts.items() if text is not None})


def test_whole_texts_are_clean(tool, tree):
    assert tool.findings(*tree) == []


WRONG = [
    ("ro.json", {"gate__go": None}, "lacks gate.go"),
    ("ru.json", {"gate__more": "x"}, "gate.more is not in English"),
    ("uk.json", {"gate__seats": {"one": "{n} x", "other": "{n} x"}}, "needs the forms few, many, one, other"),
    ("uk.json", {"gate__seats": "{n} x"}, "has forms in one language and none in the other"),
    ("ro.json", {"gate__wait": "{cine}: x"}, "has the places ['cine'], English has ['who']"),
    ("ro.json", {"gate__go": "Şi acum"}, "a comma below"),
    ("ru.json", {"gate__go": " "}, "is empty"),
    ("en.json", {"core__go": "GO"}, "core.go does not begin with its area"),
    ("en.json", {"gate__state__stop": "STOP"}, "gate.state.stop stands in two files"),
    ("safety.ro.json", {"meta": {"language": "ro", "reviewed": None}}, "meta must have"),
]


@pytest.mark.parametrize(("file", "changed", "found"), WRONG)
def test_a_gap_is_found(tool, tree, file, changed, found):
    words, screens = tree
    change(words / "gate" / file, **changed)
    assert any(found in line for line in tool.findings(words, screens))


def test_a_language_without_its_safety_file_is_found(tool, tree):
    words, screens = tree
    (words / "gate" / "safety.ru.json").unlink()
    assert any("safety.ru.json is missing" in line for line in tool.findings(words, screens))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('t("gate.nothing")', "asks for gate.nothing"),
        ("t(`gate.kind.${kind}`)", "screens ask for gate.kind."),
        ('tIn(code, "gate.none")', "asks for gate.none"),
    ],
)
def test_a_key_that_nobody_has_is_found(tool, tree, line, found):
    words, screens = tree
    (screens / "more.js").write_text(line, "utf-8")
    assert any(found in told for told in tool.findings(words, screens))


def test_a_text_that_no_screen_asks_for_is_found(tool, tree):
    words, screens = tree
    (screens / "gate.js").write_text(SCREEN.replace('t("gate.go");', ""), "utf-8")
    assert tool.findings(words, screens) == ["words: no screen asks for gate.go"]


def test_the_book_of_a_language_has_every_area_and_names_its_translators():
    book = words_book.book("uk")
    assert {key.split(".")[0] for key in book["texts"]} == {area.name for area in words_book.areas()}
    if book["safety"]:
        assert book["safety"]["language"] == "uk"
        assert "reviewed" in book["safety"]
