"""Keeps the translations complete without system gettext: `python tools/messages.py update|compile|check`.

update   merge every string of the sources into the .po files, keeping translations
compile  write the .mo files
check    fail when a string lacks a translation, a placeholder is lost or a .mo file is stale
"""

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("registry", "safezone")
LOCALE = ROOT / "registry" / "locale"
LANGUAGES = ("uk", "ro", "ru")
LAZY = {f"{name}_lazy": spec for name, spec in DEFAULT_KEYWORDS.items() if name.endswith("gettext")}
KEYWORDS = {**DEFAULT_KEYWORDS, **LAZY, "gettext_noop": None, "_in": DEFAULT_KEYWORDS["pgettext"]}
LITERAL = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
LITERALS = rf"{LITERAL}(?:\s*,\s*{LITERAL})*"
CALL = re.compile(rf"(?<!\w)(npgettext|pgettext|ngettext|gettext|_)\(\s*({LITERALS})\s*(?:,\s*count\s*)?\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
CEDILLA = re.compile("[\u015e\u015f\u0162\u0163]")


def main(arguments: list[str]) -> int:
    """Do what is asked and return the exit code."""
    actions = {"update": update, "compile": compile_all, "check": check}
    if len(arguments) != 1 or arguments[0] not in actions:
        print("usage: messages.py update|compile|check", file=sys.stderr)
        return 2
    return actions[arguments[0]]()


def update() -> int:
    """Merge the sources' strings into each language's .po file."""
    template = extracted()
    for language in LANGUAGES if len(template) else ():
        catalog = catalog_of(language)
        template.creation_date = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        po_path(language).parent.mkdir(parents=True, exist_ok=True)
        with po_path(language).open("wb") as file:
            write_po(file, catalog, width=0, sort_output=True, include_lineno=False)
        untranslated = sum(1 for message in messages(catalog) if not is_translated(message))
        print(f"messages: {language}: {len(catalog)} strings, {untranslated} to translate")
    return 0


def compile_all() -> int:
    """Write each language's .mo file."""
    for language in LANGUAGES:
        if po_path(language).exists():
            mo_path(language).write_bytes(compiled(catalog_of(language)))
    return 0


def check() -> int:
    """Print each finding and return 1 when there is one."""
    template = extracted()
    findings = [line for language in LANGUAGES for line in findings_in(language, template)]
    print("\n".join(findings) or f"messages: {len(template)} strings in {len(LANGUAGES)} translations and English")
    return 1 if findings else 0


def findings_in(language: str, template: Catalog) -> Iterator[str]:
    """What is missing or broken in one language."""
    catalog = catalog_of(language)
    for wanted in messages(template):
        message = catalog.get(wanted.id, wanted.context)
        fault = "no translation" if message is None else fault_of(message)
        if fault:
            yield f"{language}: {fault}: {first(wanted.id)!r} ({wanted.locations[0][0]})"
    if po_path(language).exists():
        yield from stale(language, catalog)


def stale(language: str, catalog: Catalog) -> Iterator[str]:
    """Whether the .mo file is older than its .po file."""
    path = mo_path(language)
    if not path.exists() or path.read_bytes() != compiled(catalog):
        yield f"{language}: {path.name} does not match {po_path(language).name}; run make fix"


def fault_of(message: Message) -> str:
    """What is wrong with one translated message, empty when nothing is."""
    if not is_translated(message):
        return "no translation"
    originals, texts = as_texts(message.id), as_texts(message.string)
    wanted = set().union(*(PLACEHOLDER.findall(text) for text in originals))
    if any(set(PLACEHOLDER.findall(text)) - wanted for text in texts):
        return "a placeholder the original lacks"
    if wanted - set(PLACEHOLDER.findall(texts[-1])):
        return "a placeholder is lost"
    return "a letter with cedilla, not comma below" if any(CEDILLA.search(text) for text in texts) else ""


def is_translated(message: Message) -> bool:
    """Whether every form has a text somebody has confirmed."""
    return not message.fuzzy and all(as_texts(message.string))


def as_texts(value: object) -> tuple[str, ...]:
    """A message's forms, one or several."""
    return tuple(str(part) for part in value) if isinstance(value, list | tuple) else (str(value or ""),)


def first(value: object) -> str:
    """The singular of a message's id."""
    return as_texts(value)[0]


def messages(catalog: Catalog) -> list[Message]:
    """A catalog's messages without its header."""
    return [message for message in catalog if message.id]


def extracted() -> Catalog:
    """Every translatable string of the sources."""
    catalog = Catalog(domain="django", project="safezone-registry", charset="utf-8")
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            where = path.relative_to(ROOT).as_posix()
            for message, context in strings_of(path):
                catalog.add(message, locations=[(where, 0)], context=context)
    return catalog


def strings_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The strings of one Python file or template, each with its context."""
    if path.suffix == ".py" and "migrations" not in path.parts:
        with path.open("rb") as file:
            for _, message, _, context in extract("python", file, KEYWORDS, options={"encoding": "utf-8"}):
                yield message, context
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        yield from template_strings(path.read_text(encoding="utf-8"))


def template_strings(source: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The strings of a Django template: Django turns its tags into calls whose arguments are literals."""
    from django.utils.translation.template import templatize

    for name, literals in CALL.findall(templatize(source)):
        texts = list(ast.literal_eval(f"({literals},)"))
        context = texts.pop(0) if name in {"pgettext", "npgettext"} else None
        yield (texts[0] if len(texts) == 1 else tuple(texts)), context


def catalog_of(language: str) -> Catalog:
    """A language's translations, empty when it has no file yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, domain="django", project="safezone-registry", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalog."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def po_path(language: str) -> Path:
    """Where a language's translations are."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def mo_path(language: str) -> Path:
    """Where a language's compiled translations are."""
    return po_path(language).with_suffix(".mo")


if __name__ == "__main__":
    os.environ.setdefault("SAFEZONE_DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safezone.settings")
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
