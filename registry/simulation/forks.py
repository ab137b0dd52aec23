"""Processes that a replay forks: each has a pipe to the one that forked it, and database connections of its own."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connections


class EndedEarly(Exception):
    """A process ended before it had answered; it has said why on its standard error."""


class Fork:
    """One process, as seen by the one that forked it."""

    def __init__(self, pipe: Connection, process: BaseProcess) -> None:
        self.pipe, self.process = pipe, process

    def send(self, what: Any) -> None:
        """Tell it something; None asks it to end."""
        self.pipe.send(what)

    def receive(self) -> Any:
        """What it says next; EndedEarly when it says nothing any more."""
        if self.pipe not in wait([self.pipe, self.process.sentinel]) and not self.pipe.poll():
            raise EndedEarly(f"process {self.process.pid} ended with code {self.process.exitcode}")
        return self.pipe.recv()


@contextmanager
def forked(serve: Callable[..., None], arguments: Sequence[tuple[Any, ...]]) -> Iterator[list[Fork]]:
    """One process for each tuple of arguments, which ``serve`` gets after its pipe; asked to end at the end."""
    fork = multiprocessing.get_context("fork")
    # No open connection may be shared with a child.
    connections.close_all()
    forks = []
    for own in arguments:
        ours, theirs = fork.Pipe()
        process = fork.Process(target=serve, args=(theirs, *own), daemon=True)
        process.start()
        forks.append(Fork(ours, process))
    try:
        yield forks
        for one in forks:
            one.send(None)
    finally:
        for one in forks:
            one.process.join(timeout=60)
            one.process.kill()
