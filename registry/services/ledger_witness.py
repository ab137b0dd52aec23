"""How a witness is told of a checkpoint, and what it knows: a file that only grows, or a C2SP tlog-witness by HTTPS."""

import http.client
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

TAIL = 64 * 1024
TIMEOUT_S = 5.0
DEADLINE_S = 15.0
LARGEST_ANSWER = 1024
_NOTE = re.compile(r"[^\n]+\n[0-9]+\n[^\n]+\n\n(?:\u2014 [^\n]+\n)+")


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling a witness: done, or the size that it knows (-1: it does not say), or that it refuses."""

    done: bool = False
    knows: int = -1
    refuses: bool = False


def is_file(address: str) -> bool:
    """Whether the witness is a file of this machine."""
    return address.startswith("file:")


def path_of(address: str) -> Path:
    """The path of a file witness."""
    return Path(unquote(urlsplit(address).path))


def append(address: str, note: str) -> Told:
    """Write the note at the end of the file, for good."""
    try:
        descriptor = os.open(path_of(address), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            size = os.fstat(descriptor).st_size
            # A write that power cut short must not swallow this note as well.
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, (("\n" if torn else "") + note + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        return Told()
    return Told(done=True)


def last_notes(address: str) -> list[str]:
    """The notes at the end of a file witness, oldest first; none when it cannot be read."""
    try:
        with path_of(address).open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return _NOTE.findall(text)


def post(address: str, note: str, old: int, proof: list[str]) -> Told:
    """Ask a tlog-witness to follow from ``old`` to the note's checkpoint. No redirects, a deadline, a small answer."""
    body = "".join([f"old {old}\n", *(f"{step}\n" for step in proof), "\n", note]).encode()
    try:
        with _connection(address) as connection:
            path = urlsplit(address).path.rstrip("/") + "/add-checkpoint"
            connection.request("POST", path, body, {"Content-Type": "text/plain; charset=utf-8"})
            answer = connection.getresponse()
            return _told(answer.status, answer.read1(LARGEST_ANSWER))
    except (OSError, http.client.HTTPException, ValueError):
        return Told()


def _told(status: int, text: bytes) -> Told:
    """409 says how far the witness is; 422 that what we say does not follow from what it saw."""
    if status == 409 and re.fullmatch(rb"[0-9]{1,18}\n?", text):
        return Told(knows=int(text))
    return Told(done=status == 200, refuses=status == 422)


@contextmanager
def _connection(address: str) -> Iterator[http.client.HTTPConnection]:
    """A connection that is shut after the deadline, however slowly the other side drips."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT_S, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    connection.connect()
    timer = threading.Timer(DEADLINE_S, _shut, (connection.sock,))
    timer.daemon = True
    timer.start()
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


def _shut(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
