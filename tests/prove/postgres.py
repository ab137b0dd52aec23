"""A PostgreSQL that can be killed and started again on the same files."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.scripts import tool


class Killable:
    """A durable server: what it has acknowledged is on disk."""

    def __init__(self, folder: Path) -> None:
        self._tool, self._folder = tool("with_postgres"), folder
        self._binaries = self._tool.reachable_binaries(folder)
        self._tool.create_cluster(self._binaries, folder)
        self._log = (folder / "log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, for DATABASE_URL."""
        return f"postgres://postgres@{quote(str(self._folder), safe='')}/postgres"

    def start(self) -> None:
        """Come back when it answers, after whatever recovery it needs."""
        command = self._tool.start_command(self._binaries, self._folder, durable=True)
        self._process = subprocess.Popen(
            command, stdout=self._log, stderr=self._log, start_new_session=True, **self._tool.as_server_user()
        )
        self._tool.wait_until_ready(self._binaries, self._folder, self._process)

    def kill(self) -> None:
        """SIGKILL to the postmaster and to every process that it has started, which each have a group of their own."""
        process = self._process
        assert process
        # The postmaster first is stopped, so that it starts no other child while its children are listed.
        os.kill(process.pid, signal.SIGSTOP)
        for pid in (*children_of(process.pid), process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        self._process = None

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._tool.stop(self._process)
        self._log.close()


def children_of(pid: int) -> list[int]:
    """The processes whose parent is this one."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (line.split() for line in listed.splitlines())
    return [int(child) for child, parent in pairs if int(parent) == pid]


@contextlib.contextmanager
def killable() -> Iterator[Killable]:
    """A running one in a private folder, deleted at the end."""
    with tool("with_postgres").private_folder() as folder:
        server = Killable(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
