"""A tlog-witness on this machine that checks everything a witness must, written from its specification."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from registry import ledger
from registry.services.ledger_key import LedgerKey


class Witness(ThreadingHTTPServer):
    """What it has cosigned, what it was asked, and how it misbehaves."""

    daemon_threads = True

    def __init__(self, key: LedgerKey) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key, self.size, self.root = key, 0, ledger.EMPTY_ROOT
        self.asked: list[str] = []
        self.behaves: Any = None

    @property
    def url(self) -> str:
        """Its submission prefix."""
        return f"http://127.0.0.1:{self.server_port}/log"


class Handler(BaseHTTPRequestHandler):
    """add-checkpoint."""

    server: Witness

    def do_POST(self) -> None:
        """Follow, or say why not."""
        self.server.asked.append(self.path)
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.server.behaves:
            self.server.behaves(self)
            return
        if self.path != "/log/add-checkpoint":
            self.say(404)
            return
        self.say(*self.follow(text))

    def follow(self, text: str) -> tuple[int, str]:
        """Status and body by the specification."""
        head, _, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        old = int(first.removeprefix("old "))
        said = self.server.key.signed(note)
        if said is None:
            return 403, ""
        if old != self.server.size:
            return 409, f"{self.server.size}\n"
        if old == said.size and said.root != self.server.root:
            return 409, f"{self.server.size}\n"
        try:
            if old:
                proof = [base64.b64decode(line, validate=True) for line in lines]
                ledger.verify_consistency(old, said.size, self.server.root, said.root, proof)
        except ledger.LedgerError:
            return 422, ""
        self.server.size, self.server.root = said.size, said.root
        return 200, "\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH\n"

    def say(self, status: int, body: str = "", **headers: str) -> None:
        """Answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running(key: LedgerKey) -> Iterator[Witness]:
    """A witness that answers until the block ends."""
    server = Witness(key)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
