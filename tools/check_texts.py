"""Refuses files that name a package registry's host or a path of one machine."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED_FOLDERS = {".git", ".venv", "var", ".hypothesis", "__pycache__", "node_modules"}
# Written in pieces so that this file does not name them.
HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
    ("crates", "io"),
    ("proxy", "golang", "org"),
    ("deb", "debian", "org"),
    ("unpkg", "com"),
    ("jsdelivr", "net"),
    ("cdnjs", "cloudflare", "com"),
)
PATHS = ("work", "root", "home", "Users", "tmp", "private/tmp")
PATTERNS = {
    "a package registry's host": re.compile("|".join(re.escape(".".join(parts)) for parts in HOSTS)),
    "a path of one machine": re.compile(r"(?<![\w.})\]/-])/(?:" + "|".join(PATHS) + r")/[\w.]"),
}


def main() -> int:
    """Print each finding and return 1 when there is one."""
    findings = [line for path in files(ROOT) for line in findings_in(path)]
    print("\n".join(findings) or "texts: clean")
    return 1 if findings else 0


def files(root: Path) -> Iterator[Path]:
    """Every file of the repository that somebody wrote."""
    for path in sorted(root.iterdir()):
        if path.is_symlink() or is_skipped(path):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def is_skipped(path: Path) -> bool:
    """Whether the path is a cache, an environment or data of this machine."""
    return path.name in SKIPPED_FOLDERS or (path.is_dir() and path.name.endswith(("_cache", ".egg-info")))


def findings_in(path: Path) -> Iterator[str]:
    """One line for each forbidden thing in a text file; binary files are passed over."""
    content = path.read_bytes()
    if b"\0" in content:
        return
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        for what, pattern in PATTERNS.items():
            if match := pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {what}: {match.group()}"


if __name__ == "__main__":
    sys.exit(main())
