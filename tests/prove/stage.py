"""A registry of its own for a proof: an empty database, throw-away keys, the real server on a free port and clock."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import django

from tests.prove.proof import ROOT

START_S = 60
FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


def set_up(folder: Path) -> None:
    """Django on DATABASE_URL, migrated, with keys and a witness in the folder, the factories' day being today."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "safezone.settings",
        "SAFEZONE_DEBUG": "1",
        "SAFEZONE_DEMO": "0",
        "REVIEW_PERCENT": "0",
        "SAFEZONE_VAR": str(folder / "var"),
        "SAFEZONE_KEYS_DIR": str(folder / "keys"),
        "SAFEZONE_WITNESSES": f"file:{folder / 'witness.log'}",
        "TESTS_NOW": _last_noon().isoformat(),
    }
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from registry.services import ledger_key
    from tests.invented import keyring

    settings.PASSWORD_HASHERS = [FAST_HASHER, *settings.PASSWORD_HASHERS]
    call_command("migrate", verbosity=0, skip_checks=True)
    settings.KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyring.write(settings.KEYS_DIR)
    keyring.enter()
    key = ledger_key.create()
    (folder / "ledger.vkey").write_text(key.verifier + "\n", "utf-8")


def _last_noon() -> datetime:
    now = datetime.now(ZoneInfo("Europe/Bucharest"))
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return noon if noon <= now else noon - timedelta(days=1)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The web server as ``manage.py serve`` starts it and, if wanted, the worker: each in a group of its own."""

    def __init__(self, folder: Path, *, with_worker: bool) -> None:
        self.port, self.with_worker = free_port(), with_worker
        self._log = (folder / "server.log").open("ab")
        self._children: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Come back when it answers."""
        from registry.management.commands.serve import server_command

        commands = [server_command("127.0.0.1", self.port)]
        if self.with_worker:
            commands.append([sys.executable, "manage.py", "work", "--every", "0.3"])
        self._children = [
            subprocess.Popen(command, cwd=ROOT, stdout=self._log, stderr=self._log, start_new_session=True)
            for command in commands
        ]
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Come back when it is ready, which asks the database too."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._children[0].poll() is None:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.02)
        raise TimeoutError("the server did not become ready")

    def kill(self) -> None:
        """SIGKILL to every process of it at once."""
        for child in self._children:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
        for child in self._children:
            child.wait()
        self._children = []

    def stop(self) -> None:
        """End it in order."""
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._log.close()
