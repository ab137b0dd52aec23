"""Writes fingerprints anew with the newest key, as far as the plain values are still known."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.services import fingerprints


class Command(BaseCommand):
    """manage.py rotate_fingerprints"""

    help = "Fingerprint with the newest key; says what still needs an older one. Safe to run again."

    def handle(self, **_: Any) -> None:
        """Rotate and say what is left."""
        done = fingerprints.rotate()
        self.stdout.write(f"{done.renewed} fingerprints renewed")
        for version, count in done.left.items():
            self.stdout.write(f"key {version}: {count} left, keep it: their plain values are not kept")
