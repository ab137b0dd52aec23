"""`manage.py plan households.csv offers.csv --out plan.csv --json summary.json`: a plan from tables, no database."""

import json
import resource
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.planner.arrays import Plan, Settings
from registry.planner.sheets import Unusable
from registry.rules.reasons import LANGUAGES

SHOWN = 20


class Command(BaseCommand):
    """Read, plan, write; all the work is the planner's."""

    help = "Plan households to beds from two tables (CSV, Parquet or GeoPackage); needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to read, what to write, how to plan."""
        parser.add_argument("households", type=Path)
        parser.add_argument("offers", type=Path, help="verified, open offers only: the table is believed")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=".csv, .parquet or .gpkg")
        parser.add_argument("--json", type=Path, required=True, metavar="FILE", help="the summary")
        parser.add_argument("--prices", type=Path, metavar="FILE", help="prices of beds: the proof of the bound")
        parser.add_argument("--rejected", type=Path, metavar="FILE", help="every row that was refused")
        parser.add_argument("--map", type=Path, metavar="FILE", help=".html or .png")
        parser.add_argument("--language", choices=LANGUAGES, default="en", help="of reasons and map")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--threads", type=int, default=0, metavar="N", help="0: one for each processor")
        parser.add_argument("--distributed", metavar="ADDRESS", help="tcp://host:port of a Dask scheduler, or local:4")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Everything or nothing; what cannot be used is said in a sentence, exit code 2."""
        try:
            self._plan(Namespace(**options))
        except Unusable as error:
            raise CommandError(f"plan: {error}", returncode=2) from error
        except OSError as error:
            raise CommandError(f"plan: cannot write: {error}", returncode=2) from error

    def _plan(self, asked: Namespace) -> None:
        from registry.planner import files, given, outcome, reasons

        started = time.monotonic()
        _check(asked)
        found = given.from_files(asked.households, asked.offers)
        self._tell_refused(found)
        if asked.rejected:
            with files.drafts([asked.rejected]) as drafts:
                files.write_table(drafts[asked.rejected], ("file", "line", "column", "reason"), found.refusals())
        if not len(found.households) or not len(found.offers.rows):
            raise Unusable("no row is left to plan with: all of a table were refused")
        settings = Settings(seed=asked.seed, threads=asked.threads)
        plan = self._planned(found, settings, asked.distributed)
        why = reasons.verdicts(found.households, found.offers, plan, found.languages, settings)
        with files.drafts([p for p in (asked.out, asked.json, asked.prices, asked.map) if p]) as drafts:
            outcome.write_plan(drafts[asked.out], found, plan, why.texts(asked.language))
            if asked.prices:
                files.write_rows(drafts[asked.prices], outcome.prices(found, plan))
            if asked.map:
                _draw(drafts[asked.map], found, plan, why, asked.language)
            figures = outcome.summary(found, plan, _run(asked, started))
            drafts[asked.json].write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
        self._tell(figures)

    def _planned(self, found: Any, settings: Settings, address: str | None) -> Plan:
        from registry import planner

        with self._progress() as progress, _workers(address, found, settings) as workers:
            return planner.plan_stays(found.households, found.offers, settings, progress=progress, workers=workers)

    def _tell_refused(self, found: Any) -> None:
        """The first refused cells, and how many rows there are."""
        for name, line, column, problem in islice(found.refusals(), SHOWN):
            self.stderr.write(f"{name}, line {line}: {column} {problem}".replace(":  ", ": "))
        for name, refused in found.refused.items():
            if count := refused.rows():
                self.stderr.write(f"{name}: {count} rows refused")

    def _tell(self, figures: dict[str, Any]) -> None:
        self.stdout.write(
            f"{figures['placed_people']} of {figures['people']} people have a place, "
            f"{figures['unplaced_people']} do not; "
            f"at most {figures['gap']:.2%} below the best possible; {figures['wall_s']:.1f} s"
        )

    @contextmanager
    def _progress(self) -> Iterator[Callable[[float], None] | None]:
        """Tells the share that is done on a terminal, else nothing."""
        if not sys.stderr.isatty():
            yield None
            return
        try:
            yield lambda done: self.stderr.write(f"\rplanning {done:4.0%}", style_func=str, ending="")
        finally:
            self.stderr.write("")


def _check(asked: Namespace) -> None:
    """Everything that can be said before an hour of work."""
    from registry.planner import outcome

    for path, known in (
        (asked.out, outcome.PLANS),
        (asked.json, ()),
        (asked.prices, (".csv",)),
        (asked.rejected, (".csv",)),
        (asked.map, (".html", ".png")),
    ):
        if path:
            outcome.ends_with(path, known)
    written = [p.resolve() for p in (asked.out, asked.json, asked.prices, asked.rejected, asked.map) if p]
    if len({*written, asked.households.resolve(), asked.offers.resolve()}) < len(written) + 2:
        raise Unusable("the files must all be different ones")
    if asked.threads < 0 or not 0 <= asked.seed < 2**31:
        raise Unusable("--threads and --seed are not negative, and a seed is below 2147483648")


@contextmanager
def _workers(address: str | None, found: Any, settings: Settings) -> Iterator[Any]:
    """The cluster at this address; nobody when there is none."""
    if address is None:
        yield None
        return
    from registry.planner import cluster

    with cluster.workers(address, found.households, found.offers, settings) as crowd:
        yield crowd


def _draw(path: Path, found: Any, plan: Plan, why: Any, language: str) -> None:
    from registry.management import plan_page
    from registry.planner import drawing, picture

    if path.suffix.lower() == ".png":
        drawn = drawing.Drawing(found, plan)
        picture.write(path, drawn, plan_page.words(drawn, language))
    else:
        path.write_text(plan_page.page(found, plan, why, language), "utf-8")


def _run(asked: Namespace, started: float) -> dict[str, Any]:
    """How the plan was made. ``ru_maxrss`` counts bytes on macOS, kilobytes elsewhere."""
    from registry.planner.shards import processors

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "wall_s": round(time.monotonic() - started, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1),
        "seed": asked.seed,
        "threads": asked.threads or processors(),
        "distributed": asked.distributed,
    }
