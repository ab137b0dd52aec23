"""The guards of the database, by name, and whether each is what it should be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from registry import guards


class Command(BaseCommand):
    """Lists the guards and compares them to the letter; writes nothing."""

    help = "List the guards of the database; exit code 1 when one is missing or altered."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """One line a guard, and what is wrong at the end."""
        wrong = guards.altered(connection)
        for name in guards.names(connection):
            self.stdout.write(f"guards: {name}: {'MISSING OR ALTERED' if name in wrong else 'as it should be'}")
        if wrong:
            raise CommandError(f"guards: {len(wrong)} missing or altered: {', '.join(wrong)}")
        self.stdout.write(f"guards: all {len(guards.names(connection))} as they should be")
