"""Refuses a lock that leaves a package without a version or a hash, or that its .in file no longer fits."""

import re
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


def main() -> int:
    """Print each finding and return 1 when there is one."""
    run, development = (entries(f"{group}.txt") for group in ("run", "dev"))
    findings = [*without_hash(run), *without_hash(development), *different(run, development)]
    findings += [*missing("run.in", run), *missing("dev.in", development)]
    print("\n".join(findings) or f"locks: {len(run)} run-time and {len(development)} development pins, all hashed")
    return 1 if findings else 0


def entries(name: str) -> dict[str, str]:
    """Each requirement of a lock: its first line without continuation, and all its text."""
    logical = (REQUIREMENTS / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {line.split(" --hash")[0].strip(): line for line in logical if line.strip()}


def without_hash(lock: dict[str, str]) -> list[str]:
    """Requirements that are not an exact version with a hash."""
    hashed = {key for key, text in lock.items() if PIN.match(key) and HASH.search(text)}
    return [f"locks: no pin with a hash: {key}" for key in lock if key not in hashed]


def different(run: dict[str, str], development: dict[str, str]) -> list[str]:
    """Run-time pins that the development lock does not repeat."""
    return [f"locks: dev.txt lacks {pin}" for pin in sorted(pins(run) - pins(development))]


def pins(lock: dict[str, str]) -> set[str]:
    """Each name and version of a lock, whatever Python or system it is for."""
    return {match.group() for key in lock if (match := PIN.match(key))}


def missing(name: str, lock: dict[str, str]) -> list[str]:
    """Packages asked for in the .in file that the lock lacks."""
    pinned = {normal(match["name"]) for key in lock if (match := PIN.match(key))}
    lines = (REQUIREMENTS / name).read_text(encoding="utf-8").splitlines()
    asked = {normal(match.group()) for line in lines if (match := NAME.match(line))}
    return [f"locks: {name} asks for {package}, its lock lacks it; run make lock" for package in sorted(asked - pinned)]


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
