"""What the figures were measured on."""

import os
import platform
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.prove.proof import ROOT


def facts() -> dict[str, str]:
    """The machine, the versions, the commit and the date."""
    return {
        "date": now(),
        "commit": commit(),
        "tree": "dirty: files differ from the commit" if is_dirty() else "clean",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": _memory(),
        "system": platform.platform(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgresql(),
    }


def now() -> str:
    """The minute, as a report writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def commit() -> str:
    """The commit that is checked out."""
    return _said("git", "rev-parse", "HEAD") or "unknown"


def changed_since(earlier: str) -> list[str] | None:
    """The files that differ from an earlier commit; None when this commit does not come after it."""
    if _said("git", "merge-base", earlier, "HEAD") != earlier:
        return None
    return _said("git", "diff", "--name-only", "--no-renames", earlier, "HEAD").splitlines()


def is_dirty() -> bool:
    """Whether the tree differs from the commit; the report itself does not count."""
    return bool(_said("git", "status", "--porcelain", "--", ".", ":!PROOF.md"))


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", known.read_text("utf-8"), re.MULTILINE) if known.exists() else None
    return found[1] if found else _said("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor() or "unknown"


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB"


def _postgresql() -> str:
    said = _said(sys.executable, "tools/with_postgres.py", sys.executable, "-c", _ASK)
    return said or "not available"


_ASK = (
    "import os, psycopg; from urllib.parse import unquote, urlsplit; u = urlsplit(os.environ['DATABASE_URL']);"
    "c = psycopg.connect(host=unquote(u.netloc.rpartition('@')[2]), user='postgres', dbname='postgres');"
    "print(c.execute('SHOW server_version').fetchone()[0])"
)
