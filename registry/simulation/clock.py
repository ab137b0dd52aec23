"""A simulated clock: many people act in turn, each until the moment when it wants to go on."""

import heapq
from collections.abc import Callable, Generator
from datetime import datetime
from itertools import count

# Yields the moment at which it wants to go on; is sent the moment at which it does.
Process = Generator[datetime, datetime, None]


class Timeline:
    """Runs processes in the order of their moments; equal moments in the order in which they were asked for.

    ``latest`` is told each moment and gives back the one that it is for all timelines of a day.
    """

    def __init__(self, at: datetime, latest: Callable[[datetime], datetime] = lambda moment: moment) -> None:
        self.at, self._latest = at, latest
        self._order = count()
        self._waiting: list[tuple[datetime, int, Process]] = []

    def start(self, process: Process) -> None:
        """Begin a process now: it runs until its first moment is asked for."""
        self._resume(process, None)

    def run(self, until: datetime, tick: Callable[[datetime], None] | None = None) -> None:
        """Let everybody act up to this moment; ``tick`` is told the moment before each step."""
        while self._waiting and self._waiting[0][0] <= until:
            moment, _, process = heapq.heappop(self._waiting)
            self.at = self._latest(max(self.at, moment))
            if tick:
                tick(self.at)
            self._resume(process, self.at)
        self.at = max(self.at, until)

    def _resume(self, process: Process, sent: datetime | None) -> None:
        try:
            moment = next(process) if sent is None else process.send(sent)
        except StopIteration:
            return
        heapq.heappush(self._waiting, (moment, next(self._order), process))
