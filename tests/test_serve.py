"""`manage.py serve` starts both halves, says where, and ends them together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import connection

from registry.management.commands import serve

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_alive(child: subprocess.Popen) -> bool:
    """Whether a child still runs."""
    return child.poll() is None


@pytest.fixture
def server(tmp_path):
    """A served registry without its worker; gives the process and its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--no-worker"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port), "SAFEZONE_VAR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, f"http://127.0.0.1:{port}/"
    if is_alive(process):
        process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_serves_and_ends_cleanly(server, number):
    process, url = server
    assert process.stdout.readline().startswith(f"serve: open {url} ")
    with urllib.request.urlopen(f"{url}health", timeout=5) as answer:
        assert answer.status == 200
    process.send_signal(number)
    assert process.wait(30) == 0
    assert process.stdout.read() == "serve: stopped\n"
    serve.refuse_taken_port("127.0.0.1", int(url.split(":")[2].strip("/")))


def test_a_port_in_use_is_named_before_anything_starts():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match=r"port \d+ of 127.0.0.1 is not free"):
            serve.refuse_taken_port(*taken.getsockname())


def test_when_one_half_dies_the_other_is_ended_and_it_is_an_error():
    worker = serve.start([sys.executable, "-c", "raise SystemExit(3)"])
    other = serve.start([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(CommandError, match="the worker ended by itself with exit code 3"):
        serve.Command()._watch({"worker": worker, "server": other}, f"http://127.0.0.1:{free_port()}/")
    serve.end({"worker": worker, "server": other})
    assert not is_alive(other)


def test_a_child_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr(serve, "WAIT_FOR_END_S", 0.5)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    started = time.monotonic()
    serve.end({"server": child})
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(("vendor", "workers"), [("sqlite", "1"), ("postgresql", "2")])
def test_sqlite_gets_one_writing_process(monkeypatch, vendor, workers):
    monkeypatch.setattr(connection, "vendor", vendor)
    command = serve.server_command("127.0.0.1", 8000)
    assert command[command.index("--workers") + 1] == workers


FIRST_CALL = """
import sys
from safezone.wsgi import application
from django.test import RequestFactory
read = set(sys.modules)
said = []
call = RequestFactory().get("/api/v1/me", SERVER_NAME="127.0.0.1")
application(call.environ, lambda status, headers: said.append(status))
print(said, sorted(name for name in set(sys.modules) - read if name.partition(".")[0] in ("registry", "geo")))
"""


def test_the_first_call_waits_for_no_code_to_be_read(tmp_path):
    own = {"SAFEZONE_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"}
    command = [sys.executable, "-c", FIRST_CALL]
    said = subprocess.run(command, cwd=ROOT, env=os.environ | own, check=False, capture_output=True, text=True)
    assert said.stdout.splitlines()[-1:] == ["['401 Unauthorized'] []"], said.stderr
