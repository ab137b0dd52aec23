"""Says whether honest people of one group are flagged more often than those of another."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.simulation import fairness


class Command(BaseCommand):
    """manage.py fairness --n 5000 --json report.json"""

    help = "Flag rates of invented honest providers by script, nationality and sex."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many people, from which seed, and where the figures go."""
        parser.add_argument("--n", type=int, default=5000)
        parser.add_argument("--rounds", type=int, default=fairness.ROUNDS)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", dest="file", type=Path)

    def handle(self, *, n: int, rounds: int, seed: int, file: Path | None, **_: Any) -> None:
        """Measure, print a table, write the file; an unfair rule is an error."""
        if n < 100 or rounds < 1:
            raise CommandError("at least 100 people and one round")
        found = fairness.report(n, seed=seed, rounds=rounds, tell=self.stderr.write)
        for line in found["comparisons"]:
            shares = "  ".join(f"{group} {rate:.2%}" for group, rate in line["rates"].items())
            mark = "" if line["must_hold"] else "  (exception: about names)"
            self.stdout.write(f"{line['group']:12} {line['rules']:17} ratio {line['ratio']:.2f}  {shares}{mark}")
        self.stdout.write(f"{found['people']} honest people, {found['flagged']:.2%} flagged, at most {found['most']}")
        if file:
            file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if not found["fair"]:
            raise CommandError("a rule flags honest people of one group more than others")
