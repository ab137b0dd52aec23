"""The app's texts: one JSON file for each part of it and language, told to the app as one book."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from registry.rules.reasons import LANGUAGES

FOLDER = Path(__file__).parent / "words"


def book(language: str) -> dict[str, Any]:
    """Every text of a language, and who answers for those that people's safety hangs on."""
    texts: dict[str, Any] = {}
    safety: dict[str, Any] = {}
    for area in areas():
        texts |= _read(area / f"{language}.json")
        if careful := _read(area / f"safety.{language}.json"):
            texts |= careful["texts"]
            safety = careful["meta"] if not safety or careful["meta"]["reviewed"] is None else safety
    return {"texts": texts, "safety": safety or None}


def areas() -> list[Path]:
    """The folders of texts, one for each part of the app."""
    return sorted(path for path in FOLDER.iterdir() if path.is_dir())


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


@cache
def kept(language: str) -> str:
    """The book as JSON, read once for each process."""
    return written(language)


def written(language: str) -> str:
    """The book as JSON."""
    return json.dumps(book(language), ensure_ascii=False, separators=(",", ":"))


__all__ = ["LANGUAGES", "areas", "book", "kept", "written"]
