"""Refuses texts of the phone app that differ between languages, lack a plural form, or that no screen asks for."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "registry" / "phone" / "words"
SCREENS = ROOT / "registry" / "static" / "registry" / "app"
LANGUAGES = ("uk", "ro", "en", "ru")
# What Intl.PluralRules can say of a whole number, and `other` for the rest.
FORMS = {
    "uk": {"one", "few", "many", "other"},
    "ru": {"one", "few", "many", "other"},
    "ro": {"one", "few", "other"},
    "en": {"one", "other"},
}
META = {"language", "translated_by", "reviewed"}
CEDILLA = re.compile("[ŞşŢţ]")
PLACE = re.compile(r"\{(\w+)\}")
# Any quoted text that could be a key, and the fixed beginning of a key that is put together.
QUOTED = re.compile(r"""["'`]([a-z0-9_]+(?:\.[A-Za-z0-9_-]+)+)["'`]""")
BEGUN = re.compile(r"`([a-z0-9_]+\.[A-Za-z0-9_.-]*)\$\{")
ASKED = re.compile(r"""\b(?:t|has)\(\s*["'`]([^"'`$]+)["'`]|\btIn\([^,()]+,\s*["'`]([^"'`$]+)["'`]""")

Texts = dict[str, Any]


def main() -> int:
    """Print each finding and return 1 when there is one."""
    found = findings(WORDS, SCREENS)
    print("\n".join(found) or "words: clean")
    return 1 if found else 0


def findings(words: Path, screens: Path) -> list[str]:
    """Every finding in a folder of texts and the screens that use them."""
    areas = sorted(path for path in words.iterdir() if path.is_dir())
    books = {(area.name, language): texts(area, language) for area in areas for language in LANGUAGES}
    found = [line for area in areas for line in in_area(area, books)]
    known = {key for area in areas for key in books[area.name, "en"]}
    return [*found, *twice(areas), *unused_or_unknown(known, screens)]


def texts(area: Path, language: str) -> Texts:
    """The texts of an area in one language, those of its safety file included."""
    plain, careful = area / f"{language}.json", area / f"safety.{language}.json"
    found: Texts = json.loads(plain.read_text("utf-8")) if plain.exists() else {}
    return {**found, **(json.loads(careful.read_text("utf-8"))["texts"] if careful.exists() else {})}


def in_area(area: Path, books: dict[tuple[str, str], Texts]) -> Iterator[str]:
    """What is wrong within one area."""
    english = books[area.name, "en"]
    for key in english:
        if not key.startswith(f"{area.name}."):
            yield f"words/{area.name}: {key} does not begin with its area"
    for language in LANGUAGES:
        book, where = books[area.name, language], f"words/{area.name}/{language}"
        yield from (f"{where}: lacks {key}" for key in english.keys() - book.keys())
        yield from (f"{where}: {key} is not in English" for key in book.keys() - english.keys())
        for key in english.keys() & book.keys():
            yield from (f"{where}: {key}: {why}" for why in in_text(english[key], book[key], language))
        yield from safety(area, language)


def in_text(english: Any, text: Any, language: str) -> Iterator[str]:
    """What is wrong with one text beside its English."""
    if isinstance(english, dict) != isinstance(text, dict):
        yield "has forms in one language and none in the other"
        return
    if isinstance(text, dict) and text.keys() != FORMS[language]:
        yield f"needs the forms {', '.join(sorted(FORMS[language]))}"
    every = list(text.values()) if isinstance(text, dict) else [text]
    wanted = places(english["other"] if isinstance(english, dict) else english)
    for form in every:
        if not isinstance(form, str) or not form.strip():
            yield "is empty"
        elif places(form) != wanted and not (isinstance(text, dict) and places(form) | {"n"} == wanted):
            yield f"has the places {sorted(places(form))}, English has {sorted(wanted)}"
        elif language == "ro" and CEDILLA.search(form):
            yield "has a cedilla where Romanian has a comma below"


def places(text: str) -> set[str]:
    """The names in braces."""
    return set(PLACE.findall(text))


def safety(area: Path, language: str) -> Iterator[str]:
    """A file of safety texts says who translated it and when it was reviewed; all languages have it or none."""
    have = {code for code in LANGUAGES if (area / f"safety.{code}.json").exists()}
    if not have:
        return
    if language not in have:
        yield f"words/{area.name}: safety.{language}.json is missing"
        return
    meta = json.loads((area / f"safety.{language}.json").read_text("utf-8")).get("meta", {})
    if set(meta) != META or meta.get("language") != language or not meta.get("translated_by"):
        yield f"words/{area.name}/safety.{language}: meta must have {', '.join(sorted(META))}"


def twice(areas: list[Path]) -> Iterator[str]:
    """Keys that stand in the plain file and in the safety file."""
    for area in areas:
        for language in LANGUAGES:
            plain, careful = area / f"{language}.json", area / f"safety.{language}.json"
            if plain.exists() and careful.exists():
                both = (
                    json.loads(plain.read_text("utf-8")).keys() & json.loads(careful.read_text("utf-8"))["texts"].keys()
                )
                yield from (f"words/{area.name}/{language}: {key} stands in two files" for key in sorted(both))


def unused_or_unknown(known: set[str], screens: Path) -> Iterator[str]:
    """Keys that the screens ask for and nobody has, and keys that nobody asks for."""
    sources = {path: path.read_text("utf-8") for path in sorted(screens.rglob("*.js"))}
    whole = "\n".join(sources.values())
    used, begun = set(QUOTED.findall(whole)), set(BEGUN.findall(whole))
    for path, source in sources.items():
        for pair in ASKED.findall(source):
            key = pair[0] or pair[1]
            if key not in known:
                yield f"{path.relative_to(screens)}: asks for {key}, which no language has"
    for start in sorted(begun):
        if start.split(".")[0] in {key.split(".")[0] for key in known} and not any(k.startswith(start) for k in known):
            yield f"screens ask for {start}…, which no language has"
    for key in sorted(known - used):
        if not any(key.startswith(start) for start in begun):
            yield f"words: no screen asks for {key}"


if __name__ == "__main__":
    sys.exit(main())
