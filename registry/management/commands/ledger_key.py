"""`manage.py ledger_key`: the public key of the ledger, for witnesses and investigators; --create makes the pair."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.services import ledger_key


class Command(BaseCommand):
    """Print the verifier key; make the key file first when asked to and none is there."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether a missing key is made."""
        parser.add_argument("--create", action="store_true", help="make the key file if there is none")

    def handle(self, *_args: Any, create: bool, **_options: Any) -> None:
        """One line that verify_ledger.py and any C2SP witness understand."""
        try:
            key = ledger_key.create() if create else ledger_key.load()
        except ledger_key.KeyFileRefused as refused:
            raise CommandError(f"ledger_key: {settings.LEDGER_KEY}: {refused.code}") from refused
        if key is None:
            raise CommandError(f"ledger_key: there is no {settings.LEDGER_KEY}; --create makes it")
        self.stdout.write(key.verifier)
