"""Loads the demo and prints who may sign in."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.services import keys, ledger_key
from registry.simulation import demo, staff


class Command(BaseCommand):
    """Invented people of every role, in demo mode only."""

    help = "Load invented people, offers and journeys in every state, and print their passwords. Demo mode only."
    # It serves no page: the addresses need not be looked at.
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load or refresh, then print the table."""
        if not (settings.DEBUG and settings.DEMO):
            raise CommandError("demo: refused; set SAFEZONE_DEBUG=1 and SAFEZONE_DEMO=1 on a laptop")
        if not staff.is_invented_only():
            raise CommandError("demo: refused; this database has accounts of real people")
        if not demo.has_geography():
            raise CommandError("demo: there are no zones; run load_geography first")
        made = keys.ensure(at=timezone.now())
        if made:
            self.stdout.write(f"demo: made keys for {', '.join(key.purpose for key in made)}")
        ledger_key.create()
        done = demo.load(at=timezone.now())
        counts = ", ".join(f"{number} {name}" for name, number in done.counts.items())
        self.stdout.write(f"demo: {'played' if done.played else 'still fresh'}: {counts}")
        self.stdout.write(table(done.accounts))
        self.stdout.write(f"demo: second factor: the sign-in page shows the code; key for an app: {demo.app_secret()}")
        self.stdout.write(f"demo: sign in at http://127.0.0.1:{os.environ.get('PORT', '8000')}/login/")


def table(accounts: tuple[demo.Account, ...]) -> str:
    """The accounts as aligned columns."""
    rows = [("role", "name", "e-mail", "password", "can")]
    rows += [(a.role, a.name, a.email, a.password, a.can) for a in accounts]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
    ]
    return "\n".join(lines)
