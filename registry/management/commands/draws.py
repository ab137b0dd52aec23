"""Repeats the draws of blind reviews, so that anybody who is given the secret can see that the lot was honest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.selectors import reviews


class Command(BaseCommand):
    """Compares every draw in the audit log with the lot."""

    help = "Repeat the draws of blind reviews and compare them with the audit log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose secret."""
        parser.add_argument("--secret-file", metavar="FILE", help="an older secret, else the one in force")

    def handle(self, *_args: Any, secret_file: str | None, **_options: Any) -> None:
        """Print the counts; an error when a draw is not what the lot says."""
        proof = reviews.prove(_read(secret_file) if secret_file else settings.REVIEW_SECRET)
        self.stdout.write(f"draws: {proof.checked} repeated, {proof.under_another_secret} under another secret")
        if proof.wrong:
            raise CommandError(f"draws: {len(proof.wrong)} not as the lot says: {', '.join(proof.wrong[:20])}")


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise CommandError(f"draws: cannot read {name} ({type(error).__name__})") from error
