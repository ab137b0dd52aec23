"""`manage.py export_ledger --out FILE`: the whole ledger for whoever checks it with tools/verify_ledger.py."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.selectors import ledger_export

SHOWN_EVERY = 100_000


class Command(BaseCommand):
    """Write the entries in the order of the tree, with the tree's nodes and the checkpoints, as JSON lines."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")

    def handle(self, *_args: Any, out: Path, **_options: Any) -> None:
        """Write the file whole or not at all; an existing one is not replaced."""
        draft = out.with_name(f"{out.name}.part")
        if out.exists():
            raise CommandError(f"export_ledger: {out} exists already")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                number = 0
                for number, line in enumerate(ledger_export.lines(), 1):
                    file.write(line)
                    if number % SHOWN_EVERY == 0:
                        self.stdout.write(f"export_ledger: {number} lines")
            draft.rename(out)
        except OSError as error:
            raise CommandError(f"export_ledger: {error}") from error
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"export_ledger: {number} lines in {out}")
