"""Runs every static check, all of them even when one fails: `python tools/check.py [name ...]`."""

import os
import secrets
import subprocess
import sys
import time

PY = sys.executable
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
STEPS: dict[str, list[str]] = {
    "format": [PY, "-m", "ruff", "format", "--check", "--quiet"],
    "lint": [PY, "-m", "ruff", "check", "--quiet"],
    "types": [PY, "-m", "mypy", "--no-error-summary"],
    "imports": [PY, "-c", LINT_IMPORTS],
    "migrations": [PY, "manage.py", "makemigrations", "--check", "--dry-run"],
    "settings": [PY, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "texts": [PY, "tools/check_texts.py"],
    "lists": [PY, "tools/check_lists.py"],
    "locks": [PY, "tools/check_locks.py"],
    "states": [PY, "tools/state_tables.py", "check"],
    "words": [PY, "tools/check_words.py"],
    "messages": [PY, "tools/messages.py", "check"],
    "built": [PY, "-m", "pytest", "-q", "tests/phone/test_shell.py", "-k", "built_of_the_modules"],
}


def main(names: list[str]) -> int:
    """Run the named steps, or all, and return 1 when any failed."""
    if unknown := set(names) - set(STEPS):
        print(f"check: no such step: {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    failed = [name for name in (names or STEPS) if not passes(name)]
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all passed'}")
    return 1 if failed else 0


def passes(name: str) -> bool:
    """Run one step; its output is shown only when it fails."""
    started = time.monotonic()
    outcome = subprocess.run(
        STEPS[name], env=environment(name), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    passed = outcome.returncode == 0
    print(f"check: {name:<11}{'ok' if passed else 'FAILED'} ({time.monotonic() - started:.1f} s)", flush=True)
    if not passed:
        print(outcome.stdout, flush=True)
    return passed


def environment(name: str) -> dict[str, str]:
    """A laptop's environment; the settings step gets a production server's. No step drives the browser."""
    given = {key: value for key, value in os.environ.items() if key != "REQUIRE_BROWSER"}
    if name != "settings":
        return {**given, "SAFEZONE_DEBUG": "1"}
    production = {"SAFEZONE_DEBUG": "0", "SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": "registry.example"}
    for keys in ("SAFEZONE_FINGERPRINT_KEYS", "SAFEZONE_MASTER_KEYS"):
        production[keys] = f"1:{secrets.token_hex(32)}"
    return {**given, **production}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
