"""Plays a real day of arrivals and says what came of everybody."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.services import geography, keys
from registry.simulation import replay, replay_http, staff
from registry.simulation.arrivals import SCOPES, UnknownDay, people_of


class Command(BaseCommand):
    """A day of March 2022 through the services or the API, on a database of its own."""

    help = "Play a real day of arrivals through the services or the HTTP API, and count what breaks a rule (must be 0)."
    # It serves no page: the addresses need not be looked at.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which day, how much of it, by which way."""
        parser.add_argument("--day", type=date.fromisoformat, default=date(2022, 3, 6), metavar="YYYY-MM-DD")
        parser.add_argument("--scope", choices=SCOPES, default="ro-ua")
        parser.add_argument("--people", type=int, help="scale the day to so many people")
        parser.add_argument("--via", choices=("services", "http"), default="services")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--clients", type=int, default=8, help="concurrent clients of --via http")
        parser.add_argument("--url", help="a running server for --via http; needs its DATABASE_URL")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Play it here, or in a child with a throw-away database when none was named."""
        try:
            people_of(options["day"], options["scope"])
        except UnknownDay as error:
            raise CommandError(f"replay: {error}") from error
        if options["people"] is not None and options["people"] < 1:
            raise CommandError("replay: --people must be at least 1")
        if not 1 <= options["clients"] <= 200:
            raise CommandError("replay: --clients must be 1 to 200")
        if "DATABASE_URL" not in os.environ:
            if options["url"]:
                raise CommandError("replay: --url needs the DATABASE_URL of that server")
            sys.exit(in_throw_away_database(sys.argv))
        self._play(options)

    def _play(self, options: dict[str, Any]) -> None:
        call_command("migrate", verbosity=0, skip_checks=True)
        if not staff.is_invented_only():
            raise CommandError("replay: refused; this database has accounts of real people")
        geography.load()
        keys.ensure(at=timezone.now())
        wanted = replay.Wanted(options["day"], options["scope"], options["people"], options["seed"], options["via"])
        if options["via"] == "http":
            report = replay_http.by_http(wanted, self._tell, url=options["url"], clients=options["clients"])
        else:
            report = replay.by_services(wanted, self._tell, apart=True)
        self.stdout.write(text(report))
        if options["json"]:
            options["json"].write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
        if not report.is_clean:
            raise CommandError("replay: FAILED, see above")

    def _tell(self, line: str) -> None:
        self.stderr.write(f"replay: {line}")
        self.stderr.flush()


def in_throw_away_database(arguments: list[str]) -> int:
    """Run the same command on a new SQLite file that is deleted afterwards; gives its exit code."""
    with tempfile.TemporaryDirectory(prefix="safezone-replay-") as folder:
        own = {"DATABASE_URL": f"sqlite:///{Path(folder) / 'replay.sqlite3'}", "SAFEZONE_KEYS_DIR": f"{folder}/keys"}
        environment = {**os.environ, **own}
        command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments[1:]]
        return subprocess.run(command, env=environment, check=False).returncode


def text(report: replay.Report) -> str:
    """The figures to read."""
    figures, counts = report.as_json(), report.tally.counts
    lines = [
        f"replay of {figures['day']} ({figures['scope']}) via {figures['via']} on {figures['database']}",
        f"  people {figures['people']}, households {figures['households']}, registered {figures['registered']}",
        "  " + ", ".join(f"{name} {figures[name]}" for name in ("matched", "departed", "arrived", "waiting")),
        "  on the way: " + (", ".join(f"{counts[name]} {name}" for name in replay.NOTED if counts[name]) or "nothing"),
        "held back by rule (households and offers):",
        *(f"  {number:6d}  {code}" for code, number in report.tally.held_by_rule.items()),
        "waiting because of:",
        *(f"  {number:6d}  {code}" for code, number in report.tally.waiting_why().most_common()),
        "milliseconds:                p50       p95       max    calls",
        *(
            f"  {step:<22}{t['p50']:>10.1f}{t['p95']:>10.1f}{t['max']:>10.1f}{t['n']:>9}"
            for step, t in figures["latency_ms"].items()
        ),
        f"rows that break a rule: {figures['violations']} (by {len(report.violations)} independent queries)",
        *(f"  {v.rows:6d}  rule {v.rule}: {v.name}" for v in report.violations if v.rows),
        f"errors: {figures['errors']}",
        *(f"  {problem}" for problem in report.tally.problems[:20]),
        f"wall time {report.wall_s:.1f} s ({report.prepared_s:.1f} s to prepare), CPU time {report.cpu_s:.1f} s",
    ]
    return "\n".join(lines)
