"""Refuses a named check without subject, lifetime, source or a name in four languages, and a file that nobody reads."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from registry.rules import checklists, reasons


def names() -> dict[str, dict[str, str]]:
    """The names of the checks, by language."""
    return {language: dict(reasons.labels("check", language)) for language in reasons.LANGUAGES}


def main() -> int:
    """Print each finding and return 1 when there is one."""
    findings = checklists.problems(checklists.FOLDER, names())
    print("\n".join(findings) or "lists: clean")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
