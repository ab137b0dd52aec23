"""Runs pytest on one database or on both in turn: `run_tests.py all|sqlite|postgres [pytest arguments]`."""

import os
import subprocess
import sys
import time

# A browser sees the same pages on every database: the whole suite drives it once. Named tests run wherever one says.
ONCE = ["-m", "not browser"]
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
CHOICES = {"all": ("sqlite", "postgres"), "sqlite": ("sqlite",), "postgres": ("postgres",)}


def main(arguments: list[str]) -> int:
    """Run the chosen databases and return the worst exit code."""
    choice, *rest = arguments or ["all"]
    if choice not in CHOICES:
        print(f"tests: DB must be one of {', '.join(CHOICES)}", file=sys.stderr)
        return 2
    codes = {database: run(database, rest) for database in CHOICES[choice]}
    for database, code in codes.items():
        print(f"tests: {NAMES[database]}: {'passed' if code == 0 else f'FAILED (pytest exit code {code})'}")
    return max(codes.values())


def run(database: str, arguments: list[str]) -> int:
    """Run pytest on one database, saying which and how long it took."""
    print(f"tests: on {NAMES[database]}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command(database, arguments), env=environment(database, arguments), check=False).returncode
    print(f"tests: on {NAMES[database]}: {time.monotonic() - started:.0f} s", flush=True)
    return code if code >= 0 else 128 - code


def command(database: str, arguments: list[str]) -> list[str]:
    """How to call pytest: several processes for the whole suite, one when somebody chose the tests."""
    pytest = [sys.executable, "-m", "pytest", *(arguments or parallel())]
    if database == "sqlite":
        return pytest
    return [sys.executable, "tools/with_postgres.py", *pytest, *([] if arguments else ONCE)]


def parallel() -> list[str]:
    """Spread whole files over the processes, the long ones first: what a file sets up once stays in one process."""
    jobs = os.environ.get("JOBS", "2")
    return ["-q", "-n", jobs, "--dist", "loadfile", "--no-loadscope-reorder"] if jobs != "1" else ["-q"]


def environment(database: str, arguments: list[str]) -> dict[str, str]:
    """The caller's environment without a database of his own: tests never touch it."""
    without = {"DATABASE_URL"} | (set() if database == "sqlite" or arguments else {"REQUIRE_BROWSER"})
    return {name: value for name, value in os.environ.items() if name not in without}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
