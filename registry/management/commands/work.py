"""The background worker: everything that comes due by itself."""

import dataclasses
import signal
import threading
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from registry import guards
from registry.services import worker

CLEAN_UP_EVERY = timedelta(hours=1)


class Command(BaseCommand):
    """Rounds of what is due, until a signal comes; a kill at any point loses and doubles nothing."""

    help = "Carry out what is due: overdue steps, lapsing checks and offers, messages."
    # It serves no page: the addresses need not be looked at.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One round or many, and how far apart."""
        parser.add_argument("--once", action="store_true", help="one round, then end")
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--plans", action="store_true", help="make plans and do nothing else")
        only.add_argument("--no-plans", action="store_true", help="plans are made by another process")
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="pause between rounds")

    def handle(self, *_args: Any, once: bool, every: float, plans: bool, no_plans: bool, **_options: Any) -> None:
        """Work until told to stop; the round in hand is finished first."""
        if not 0 < every <= 3600:
            raise CommandError("work: --every must be more than 0 and at most 3600 seconds")
        guards.look()
        self.rounds, self.plans = not plans, not no_plans
        if self.rounds and (why := worker.start(at=timezone.now())):
            self.stderr.write(f"work: no checkpoint of the ledger is signed: {why}")
        if once:
            self._round()
            return
        self.stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        self._work(every)
        self.stdout.write("work: stopped")

    def _stop(self, _number: int, _frame: Any) -> None:
        self.stopping.set()

    def _work(self, every: float) -> None:
        clean_at = time.monotonic()
        while not self.stopping.is_set():
            close_old_connections()
            try:
                self._round()
                if self.rounds and time.monotonic() >= clean_at:
                    worker.clean_up(at=timezone.now())
                    clean_at += CLEAN_UP_EVERY.total_seconds()
            except (OperationalError, InterfaceError) as error:
                self.stderr.write(f"work: the database did not answer ({type(error).__name__}); trying again")
            self.stopping.wait(every)

    def _round(self) -> None:
        """One round, and a line about it when there was something to do."""
        done = dataclasses.asdict(worker.work_once(at=timezone.now())) if self.rounds else {}
        if self.plans:
            done["plans_made"] = worker.make_plans(at=timezone.now())
        words = [f"{number} {name}" for name, number in done.items() if number]
        if words:
            self.stdout.write(f"work: {', '.join(words)}")
            self.stdout.flush()
