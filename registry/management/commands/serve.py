"""Serves the registry on this machine, with its background worker."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from registry import guards

WAIT_FOR_START_S = 60
WAIT_FOR_END_S = 20
POLL_S = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    """Starts the web server and the worker, and ends both together."""

    help = "Serve the registry on 127.0.0.1 with its background worker."
    stopped_by: int | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Host, port and whether this machine also runs the worker."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))
        parser.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere")

    def handle(self, *_args: Any, host: str, port: int, no_worker: bool, **_options: Any) -> None:
        """Run until a signal comes or a child ends by itself, which is an error."""
        refuse_taken_port(host, port)
        guards.look()
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        commands = {"server": server_command(host, port)}
        if not no_worker:
            commands["worker"] = [sys.executable, "manage.py", "work", "--no-plans"]
            # A large plan takes minutes: overdue journeys must not wait for it.
            commands["planner"] = [sys.executable, "manage.py", "work", "--plans"]
        children = {name: start(command) for name, command in commands.items()}
        try:
            self._watch(children, f"http://{host}:{port}/")
        finally:
            end(children)
        self.stdout.write("serve: stopped")

    def _stop(self, number: int, _frame: Any) -> None:
        self.stopped_by = number

    def _watch(self, children: dict[str, subprocess.Popen[bytes]], url: str) -> None:
        deadline = time.monotonic() + WAIT_FOR_START_S
        announced = False
        while self.stopped_by is None:
            for name, child in children.items():
                if child.poll() is not None:
                    raise CommandError(f"the {name} ended by itself with exit code {child.returncode}")
            if not announced:
                announced = self._announce(url, deadline)
            time.sleep(POLL_S)

    def _announce(self, url: str, deadline: float) -> bool:
        if answers(f"{url}health"):
            self.stdout.write(f"serve: open {url} (Ctrl-C ends it)")
            self.stdout.flush()
            return True
        if time.monotonic() > deadline:
            raise CommandError(f"the server did not answer within {WAIT_FOR_START_S} s")
        return False


def server_command(host: str, port: int) -> list[str]:
    """How to start the web server: one writing process is fastest on SQLite, two on PostgreSQL."""
    workers = 1 if connection.vendor == "sqlite" else 2
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--log-level", "warning"]
    return [*command, "safezone.wsgi:application"]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a child in its own session: Ctrl-C reaches this process alone, which then ends the children in order."""
    return subprocess.Popen(command, cwd=settings.BASE_DIR, start_new_session=True)


def end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask each child to finish what it has in hand, then insist."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(WAIT_FOR_END_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def refuse_taken_port(host: str, port: int) -> None:
    """Say in one sentence that the port is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"port {port} of {host} is not free; choose another, e.g. PORT={port + 1}") from error


def answers(url: str) -> bool:
    """Whether the server answers; any answer will do."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
