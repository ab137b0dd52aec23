"""Makes `.venv` and fills it from a hashed lock, with nothing but the standard library.

A Debian python3 has `venv` but neither pip nor ensurepip, so the pip wheel in
`tools/vendor` installs itself; its hash is checked first.
"""

import hashlib
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / ".installed"
VENDOR = ROOT / "tools" / "vendor"
GROUPS = {"run": ("run", "dev"), "dev": ("dev",)}


def main(arguments: list[str]) -> int:
    """Leave `.venv` ready for the named group (run or dev) and return the exit code."""
    group = arguments[0] if arguments else "dev"
    if group not in GROUPS:
        print(f"setup: unknown group {group!r}, expected one of {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    if is_up_to_date(group):
        return 0
    started = time.monotonic()
    make_environment()
    install_pip()
    install_lock(group)
    STAMP.write_text(f"{stamp_of(group)}\n", encoding="utf-8")
    print(f"setup: done in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def is_up_to_date(group: str) -> bool:
    """Whether an installed group covers the wanted one with today's locks and Python."""
    if not STAMP.is_file() or not PYTHON.exists():
        return False
    installed = STAMP.read_text(encoding="utf-8").strip()
    return environment_works() and installed in {stamp_of(name) for name in GROUPS[group]}


def stamp_of(group: str) -> str:
    """The group with the digest of its lock."""
    return f"{group} {hashlib.sha256(lock_of(group).read_bytes()).hexdigest()}"


def lock_of(group: str) -> Path:
    """The lock file of a group."""
    return ROOT / "requirements" / f"{group}.txt"


def environment_works() -> bool:
    """Whether `.venv` still starts and finds its packages after an upgrade or a move of the system's Python."""
    if not PYTHON.exists():
        return False
    outcome = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return outcome.returncode == 0


def make_environment() -> None:
    """Create `.venv` where there is none that works."""
    if environment_works():
        return
    version = ".".join(str(part) for part in sys.version_info[:3])
    say(f"making .venv with Python {version} ({sys.executable})")
    if ENVIRONMENT.exists():
        shutil.rmtree(ENVIRONMENT)
    venv.create(ENVIRONMENT, with_pip=False, symlinks=True)


def install_pip() -> None:
    """Put the vendored pip into `.venv` unless a pip is already there."""
    if environment_works():
        return
    wheel = checked_wheel()
    say(f"installing {wheel.name.split('-py3')[0]} from tools/vendor")
    pip(wheel / "pip", "install", "--no-index", "--no-deps", wheel)


def checked_wheel() -> Path:
    """The vendored pip wheel, or an end to the run when its digest is not the recorded one."""
    expected, name = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").split()
    wheel = VENDOR / name
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != expected:
        sys.exit(f"setup: tools/vendor/{name} is not the file it should be; restore it from the repository")
    return wheel


def install_lock(group: str) -> None:
    """Install exactly what the lock names: wheels only, each checked against its hash."""
    lock = lock_of(group)
    pins = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
    say(f"installing {pins} pinned packages from requirements/{lock.name} (a minute or two)")
    pip("-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", lock)


def pip(*arguments: str | Path) -> None:
    """Run pip with the environment's Python, or end the run in one sentence."""
    quiet = ("-qq", "--disable-pip-version-check", "--no-input", "--progress-bar", "off")
    command = [PYTHON, *arguments, *quiet]
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit("setup: installing packages failed; the lines above say why (no network is the usual reason)")


def say(text: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
