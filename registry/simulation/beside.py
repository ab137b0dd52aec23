"""Searches in processes of their own, beside the replay's clock: they only read, so a second core can do them.

A search sees the database as it was when it was asked for, whatever the replay does before it takes the answer.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection

from registry.simulation.forks import Fork, forked

# What a search answers, whether it is a refusal, and its milliseconds.
Answer = tuple[Any, bool, float]
Call = Callable[..., Any]

SNAPSHOT = {
    "sqlite": "BEGIN",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@dataclass(eq=False)
class Reader:
    """One process that answers one question after the other."""

    fork: Fork
    answers: dict[int, Answer] = field(default_factory=dict)
    waiting: set[int] = field(default_factory=set)

    def ask(self, ticket: int, question: tuple[Any, ...]) -> None:
        """Ask, and go on once the reader holds its view of the database."""
        self.waiting.add(ticket)
        self.fork.send((ticket, question))
        while self._receive() != ("sees", ticket):
            pass

    def answer(self, ticket: int) -> Answer:
        """The answer to what was asked; waits for it."""
        while ticket in self.waiting:
            self._receive()
        return self.answers.pop(ticket)

    def take_what_is_there(self) -> None:
        """Note the answers that have come in."""
        while self.fork.pipe.poll():
            self._receive()

    def _receive(self) -> tuple[str, int]:
        what, ticket, answer = self.fork.receive()
        if what == "found":
            self.answers[ticket] = answer
            self.waiting.discard(ticket)
        return what, ticket


class Readers:
    """Some readers; a question goes to the one with the least to do."""

    def __init__(self, forks: list[Fork]) -> None:
        self._readers = [Reader(fork) for fork in forks]
        self._asked: dict[int, Reader] = {}
        self._next = 0

    def ask(self, *question: Any) -> int:
        """Begin; gives the ticket for the answer."""
        for reader in self._readers:
            reader.take_what_is_there()
        reader = min(self._readers, key=lambda one: len(one.waiting))
        self._next += 1
        self._asked[self._next] = reader
        reader.ask(self._next, question)
        return self._next

    def answer(self, ticket: int) -> Answer:
        """The answer; waits until it is there."""
        return self._asked.pop(ticket).answer(ticket)


@contextmanager
def readers(call: Call, refusal: type[Exception], number: int = 2) -> Iterator[Readers]:
    """So many processes that answer by ``call``; what it raises as ``refusal`` comes back as an answer, too."""
    with forked(_serve, [(call, refusal)] * number) as forks:
        yield Readers(forks)


def _serve(pipe: Connection, call: Call, refusal: type[Exception]) -> None:
    while (asked := pipe.recv()) is not None:
        ticket, question = asked
        with _view():
            pipe.send(("sees", ticket, None))
            pipe.send(("found", ticket, _answer(call, refusal, question)))


@contextmanager
def _view() -> Iterator[None]:
    """One unchanging view of the database, fixed by the first thing that is read in it."""
    with connection.cursor() as cursor:
        cursor.execute(SNAPSHOT[connection.vendor])
        try:
            cursor.execute("SELECT 1 FROM registry_zone LIMIT 1")
            yield
        finally:
            cursor.execute("ROLLBACK")


def _answer(call: Call, refusal: type[Exception], question: tuple[Any, ...]) -> Answer:
    started = time.perf_counter()
    try:
        found, is_refusal = call(*question), False
    except refusal as no:
        found, is_refusal = no.args, True
    return found, is_refusal, (time.perf_counter() - started) * 1000
